"""A Label Studio project → annotations: only what changed since the last pull is fetched, everything is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from annotate.codebook import Codebook
from annotate.errors import CodebookError, DataError, NotThere
from annotate.files import prove_annotation, read
from annotate.records import Annotation, Article, SetAside, Status, task_key
from annotate.studio.client import Client, Json, Project, TaskState
from annotate.studio.entries import entries, moment, task_data, where_of
from annotate.studio.pseudonyms import Pseudonyms
from annotate.studio.push import same_screen
from annotate.studio.results import DELETED, newest, task_annotations

MARGIN = timedelta(minutes=2)
"""A task that changed this shortly before the newest known annotation is fetched again: changes may be stamped before
they can be seen."""


class Pull:
    """One pull of one project.

    Attributes:
        tasks: how many the project has.
        fetched: how many of them were exported; the others are unchanged since the old file.
        counts: annotations by status, and ``untouched`` tasks.
        notes: what was put right while reading (see `annotate.studio.regions.read`).
    """

    def __init__(self, client: Client, title: str, codebook: Codebook) -> None:
        """Look the project up.

        Raises:
            NotThere: there is no such project.
            CodebookError: its screen is not the one that this codebook makes.
        """
        project = client.find_project(title)
        if project is None:
            known = ", ".join(sorted(client.projects())[:10]) or "none"
            message = f"there is no project {title!r}"
            raise NotThere(message, where=client.url, hint=f"projects there: {known}")
        if not same_screen(project, codebook):
            message = f"the screen of project {title!r} is not the one that codebook {codebook.name!r} makes"
            hint = "name the --codebook it was pushed with; for a foreign project, export JSON and `annotate import`"
            raise CodebookError(message, where=f"{client.url}/projects/{project.id}", hint=hint)
        self._client, self._codebook, self.project = client, codebook, project
        self.tasks = self.fetched = 0
        self.counts: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def annotations(
        self,
        pseudonym: Callable[[str], str],
        *,
        articles: Mapping[str, Article] | None = None,
        old: Iterable[Annotation] = (),
        tell: Callable[[int], None] = lambda _: None,
    ) -> Iterator[Annotation | SetAside]:
        """Yield every annotation of the project, each span proved against the frozen text; what failed comes first.

        Args:
            pseudonym: makes a pseudonym of an e-mail address.
            articles: frozen articles by id; a task of another article is set aside. Without, the task's own text counts,
                proved by the hash that was pushed with it.
            old: what the last pull wrote (see `last`); annotations of tasks that changed or are gone are not taken over.
            tell: hears how many tasks each step has fetched.
        """
        for record in newest(self._all(pseudonym, articles, _by_task(old, self.project, articles), tell)):
            if isinstance(record, Annotation):
                self.counts[record.status.value] += 1
            yield record

    def _all(
        self,
        pseudonym: Callable[[str], str],
        articles: Mapping[str, Article] | None,
        known: Mapping[int, list[Annotation]],
        tell: Callable[[int], None],
    ) -> Iterator[Annotation | SetAside]:
        states = sorted(self._client.states(self.project.id), key=lambda state: state.id)
        fresh = changed(states, known)
        self.tasks, self.fetched = len(states), len(fresh)
        emails = self._client.emails() if fresh else {}
        found: dict[int, list[Annotation]] = {state.id: known.get(state.id, []) for state in states}
        found |= {number: [] for number in fresh}
        worked = {state.id for state in states if state.worked_on}
        for task in self._client.export(self.project.id, fresh):
            for record in self._of_task(task, pseudonym, articles, emails):
                worked.add(task["id"])
                if isinstance(record, Annotation):
                    found.setdefault(task["id"], []).append(record)
                else:
                    yield record
            tell(1)
        self.counts["untouched"] = len(found.keys() - worked)
        for records in found.values():
            yield from records

    def _of_task(
        self,
        task: Json,
        pseudonym: Callable[[str], str],
        articles: Mapping[str, Article] | None,
        emails: Mapping[int, str],
    ) -> Iterator[Annotation | SetAside]:
        article = None
        if articles is not None:
            article = articles.get(str(task_data(task).get("article_id")))
            if article is None and next(entries(task), None) is None:
                return
            if article is None:
                detail = "its article is not among the articles given"
                yield SetAside(reason="no_article", where=where_of(task), detail=detail)
                return
        yield from task_annotations(
            task, article, self._codebook, pseudonym, emails=emails, project=self.project.title, notes=self.notes
        )


def last(path: Path, pseudonym: Pseudonyms) -> Iterator[Annotation]:
    """Yield the annotations that an earlier pull wrote to this file; none where there is no file.

    Lines that cannot be read are left out, and so is everybody whose pseudonym our key does not give: their tasks are
    fetched again.

    Raises:
        StorageError: the file, the key or the map cannot be read.
    """
    if not path.exists():
        return
    ours = {name for name, email in pseudonym.known().items() if pseudonym(email) == name}
    for record in read(path, Annotation):
        if isinstance(record, Annotation) and (record.annotator in ours or record.annotator.startswith(DELETED)):
            yield record


def _by_task(
    old: Iterable[Annotation], project: Project, articles: Mapping[str, Article] | None
) -> dict[int, list[Annotation]]:
    """Return a project's old annotations by task, but for those that the articles, where given, do not prove."""
    found: dict[int, list[Annotation]] = {}
    for record in old:
        origin = record.origin
        if origin is None or origin.task is None or origin.project != project.title:
            continue
        if articles is not None:
            try:
                prove_annotation(record, articles[record.article_id])
            except (KeyError, DataError):
                continue
        found.setdefault(origin.task, []).append(record)
    return found


def changed(states: Iterable[TaskState], known: Mapping[int, list[Annotation]]) -> list[int]:
    """Return the ids of the tasks that have to be fetched again.

    Those are the tasks that changed since the newest known annotation, those with another number of submitted or skipped
    annotations than is known (a deleted annotation, or one that was set aside last time), and all with drafts, because a
    draft leaves no trace on its task.
    """
    stamps = [moment(record.updated) for records in known.values() for record in records]
    latest = max((stamp for stamp in stamps if stamp is not None), default=None)
    return [state.id for state in states if _has_changed(state, known.get(state.id, []), latest)]


def _has_changed(state: TaskState, records: list[Annotation], latest: datetime | None) -> bool:
    count = Counter(record.status for record in records)
    if state.drafts or count[Status.DRAFT]:
        return True
    if (state.submitted, state.skipped) != (count[Status.SUBMITTED], count[Status.SKIPPED]):
        return True
    if any(task_key(record.article_id, record.item) != state.key for record in records):
        return True
    stamp = moment(state.updated)
    return bool(records) and (stamp is None or latest is None or stamp >= latest - MARGIN)
