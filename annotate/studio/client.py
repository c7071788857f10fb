"""The one door to a Label Studio server: verbs of this toolkit, plain data back, errors of this toolkit.

Two SDK clients are held, because the SDK sends every request again after an error, POSTs included: one for reading,
which may, and one for writing, which must not (an import whose answer is lost would be doubled).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from annotate.errors import Refused
from annotate.studio.answers import translated
from annotate.studio.credentials import Access

READ_RETRIES = 2
READ_SECONDS, WRITE_SECONDS = 120, 600
PAGE = 500
"""Tasks asked for at once when listing."""
EXPORTED = 100
"""Tasks asked for at once when exporting: their ids travel in the address."""

Json = dict[str, Any]


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project on the server.

    Attributes:
        annotations: how many are submitted or skipped in it.
    """

    id: int
    title: str
    config: str
    tasks: int
    annotations: int


class TaskState(msgspec.Struct, frozen=True, kw_only=True):
    """What the server tells of a task without exporting it.

    Attributes:
        key: the article's id, with the item's offsets where one sentence is shown; none where this toolkit did not push it.
        updated: ISO 8601 time of the last change to the task or an annotation; drafts do not move it.
        submitted: annotations that are not skipped.
        drafts: somebody has a draft on it.
        models: versions of the predictions it has.
    """

    id: int
    key: str | None
    updated: str
    submitted: int
    skipped: int
    drafts: bool
    models: frozenset[str]

    @property
    def worked_on(self) -> bool:
        """Whether anybody submitted, skipped or began it."""
        return bool(self.submitted or self.skipped or self.drafts)


class Client:
    """A connection to one server."""

    def __init__(self, access: Access) -> None:
        """Prepare to talk to a server; nothing is sent yet.

        Raises:
            Unauthorized: the token is a personal access token that has expired.
        """
        import httpx
        from label_studio_sdk import LabelStudio

        self.access, self.url = access, access.url
        local = urlsplit(access.url).hostname in {"127.0.0.1", "localhost", "::1"}
        self._http = httpx.Client(trust_env=not local)  # no proxy stands between us and this machine
        # With the slash, the SDK's exchange of a personal token keeps the path of a server below a prefix.
        base = {"base_url": self.url + "/", "api_key": access.api_key, "httpx_client": self._http}
        with self._translated():
            self._read = LabelStudio(**base, timeout=READ_SECONDS, max_retries=READ_RETRIES)
            self._write = LabelStudio(**base, timeout=WRITE_SECONDS, max_retries=0)

    def __enter__(self) -> Self:
        """Return itself; the connection is closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._http.close()

    def _translated(self) -> contextlib.AbstractContextManager[None]:
        return translated(self.url)

    def projects(self) -> dict[str, list[int]]:
        """Return the ids of all projects by title."""
        found: dict[str, list[int]] = {}
        with self._translated():
            for project in self._read.projects.list(include="id,title", page_size=PAGE):
                found.setdefault(str(project.title), []).append(project.id)
        return found

    def find_project(self, title: str) -> Project | None:
        """Return the project of this title; none where there is none.

        Raises:
            Refused: several have this title.
        """
        ids = self.projects().get(title.strip(), [])  # the server cuts blanks off
        if len(ids) > 1:
            message = f"{len(ids)} projects are called {title!r}: {', '.join(map(str, ids))}"
            raise Refused(message, where=self.url, hint="rename all but one of them")
        return self.project(ids[0]) if ids else None

    def project(self, number: int) -> Project:
        """Return a project by its id.

        Raises:
            NotThere: there is none.
        """
        with self._translated():
            found = self._read.projects.get(number)
        return Project(
            id=found.id,
            title=found.title,
            config=found.label_config or "",
            tasks=found.task_number or 0,
            annotations=(found.total_annotations_number or 0) + (found.skipped_annotations_number or 0),
        )

    def create_project(self, title: str, **settings: Any) -> Project:
        """Make a project; settings are those of the server's API."""
        with self._translated():
            return self.project(self._write.projects.create(title=title, **settings).id)

    def set_project(self, number: int, **settings: Any) -> None:
        """Change settings of a project."""
        with self._translated():
            self._write.projects.update(number, **settings)

    def states(self, project: int) -> Iterator[TaskState]:
        """Yield the state of every task of a project, by id."""
        fields = ("id", "data", "updated_at", "total_annotations", "cancelled_annotations", "draft_exists")
        include = ",".join((*fields, "predictions_model_versions"))
        with self._translated():
            for task in self._read.tasks.list(project=project, include=include, page_size=PAGE, fields="all"):
                yield _state(task.dict())

    def import_tasks(self, project: int, tasks: Sequence[Json]) -> None:
        """Add tasks in one request, all or none; nothing is sent twice, and nothing is looked up."""
        with self._translated():
            self._write.projects.import_tasks(project, request=list(tasks))

    def import_predictions(self, project: int, predictions: Sequence[Json]) -> None:
        """Add predictions (each names its ``task``) to tasks that are there, in one request."""
        with self._translated():
            self._write.projects.import_predictions(project, request=list(predictions))

    def backend_models(self, project: int) -> frozenset[str]:
        """Return the model versions of the ML backends that are connected to a project."""
        with self._translated():
            return frozenset(str(backend.model_version) for backend in self._read.ml.list(project=project))

    def connect_backend(self, project: int, url: str, title: str, user: str = "", password: str = "") -> None:
        """Connect an ML backend to a project; where one of this address is connected already, nothing changes.

        Args:
            project: its id.
            url: where the backend answers, as the server reaches it.
            title: what people see.
            user: of its basic authentication, where it wants one.
            password: likewise.
        """
        basic = {"auth_method": "BASIC_AUTH", "basic_auth_user": user, "basic_auth_pass": password} if user else {}
        with self._translated():
            if any(str(backend.url).rstrip("/") == url for backend in self._read.ml.list(project=project)):
                return
            self._write.ml.create(project=project, url=url, title=title, **basic)

    def delete_predictions(self, project: int, tasks: Mapping[int, frozenset[str]], keep: frozenset[str]) -> None:
        """Delete the predictions of these tasks, but for those of the versions to keep.

        Args:
            project: its id.
            tasks: task id → versions of the predictions it has.
            keep: versions that are not ours to delete.
        """
        whole = [task for task, models in tasks.items() if models and not models & keep]
        with self._translated():
            if whole:
                chosen = {"all": False, "included": whole}
                self._write.actions.create(project=project, id="delete_tasks_predictions", selected_items=chosen)
            for task, models in tasks.items():
                for prediction in self._read.predictions.list(task=task) if models & keep else ():
                    if str(prediction.model_version) not in keep:
                        self._write.predictions.delete(prediction.id)

    def delete_task(self, number: int) -> None:
        """Delete a task with everything on it."""
        with self._translated():
            self._write.tasks.delete(str(number))

    def export(self, project: int, tasks: Sequence[int]) -> Iterator[Json]:
        """Yield these tasks whole, with data, annotations and drafts, as Label Studio's JSON export has them."""
        for first in range(0, len(tasks), EXPORTED):
            numbers = [str(number) for number in tasks[first : first + EXPORTED]]
            # The SDK's own arguments for these go by names that the server does not know.
            query = {"ids[]": numbers, "exportType": "JSON", "download_all_tasks": "true"}
            with self._translated():
                stream = self._read.projects.exports.download_sync(
                    project, request_options={"additional_query_parameters": query}
                )
                answer = json.loads(b"".join(stream))
            yield from answer

    def emails(self) -> dict[int, str]:
        """Return the e-mail addresses of the server's users by id."""
        with self._translated():
            return {user.id: user.email for user in self._read.users.list()}

    def whoami(self) -> str:
        """Return the e-mail address of the account whose token this is."""
        with self._translated():
            return str(self._read.users.whoami().email)

    def annotate(self, task: int, **annotation: Any) -> None:
        """Add an annotation to a task, in the name of the account whose token this is."""
        with self._translated():
            self._write.annotations.create(id=task, **annotation)


def _state(task: Json) -> TaskState:
    data = task.get("data")
    key = data.get("task") if isinstance(data, dict) else None
    updated = task.get("updated_at")
    models = str(task.get("predictions_model_versions") or "")
    return TaskState(
        id=int(task["id"]),
        key=key if isinstance(key, str) else None,
        updated=updated if isinstance(updated, str) else updated.isoformat() if updated else "",
        submitted=int(task.get("total_annotations") or 0),
        skipped=int(task.get("cancelled_annotations") or 0),
        drafts=bool(task.get("draft_exists")),
        models=versions(models),
    )


def versions(names: str) -> frozenset[str]:
    """Return model versions that the server tells in one string; of a name with commas in it, its parts.

    >>> sorted(versions("patterns 1, baseline 2"))
    ['baseline 2', 'patterns 1']
    """
    return frozenset(name.strip() for name in names.split(",") if name.strip())
