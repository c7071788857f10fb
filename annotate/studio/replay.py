"""Exported annotations → the same annotations on the embedded server, each made by the account of its annotator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from annotate.errors import NotThere, RecordError
from annotate.records import SetAside
from annotate.studio.accounts import invite
from annotate.studio.client import Client, Json
from annotate.studio.credentials import Access, access
from annotate.studio.exports import Export


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One annotation to make again, on the task of this key."""

    email: str
    task: str
    annotation: Json


def read(paths: Iterable[Path]) -> Iterator[Work | SetAside]:
    """Yield the annotations of Label Studio JSON exports whose annotators are named by e-mail address.

    Raises:
        StorageError: a file cannot be read.
    """
    for path in paths:
        try:
            export = Export(path)
        except RecordError as error:
            yield SetAside(reason="not_json", where=str(path), detail=error.problem)
            continue
        for number, task in enumerate(export.tasks(), 1):
            if isinstance(task, SetAside):
                yield task
            else:
                yield from _work(task, f"{path}, task {number}")


def _work(task: Json, where: str) -> Iterator[Work | SetAside]:
    try:
        key, listed = str(task["data"]["task"]), list(task["annotations"])
        for given in listed:
            yield Work(
                email=str(given["completed_by"]["email"]),
                task=key,
                annotation={
                    "result": list(given["result"]),
                    "was_cancelled": bool(given.get("was_cancelled")),
                    "lead_time": given.get("lead_time"),
                },
            )
    except (KeyError, TypeError) as error:
        detail = f"no task with data.task and annotations with completed_by.email and result: {error!r}"
        yield SetAside(reason="schema", where=where, detail=detail)


def replay(folder: Path, title: str, works: Iterable[Work]) -> Iterator[Work | SetAside]:
    """Make the annotations on the embedded server, yielding each one made; those that are there already are set aside.

    Accounts that are missing are made by the invite link.

    Raises:
        UsageError: there is no embedded server.
        NotThere: it has no such project.
        OutsideError: the server does not answer, or says no.
    """
    admin = access(folder, environment=False)
    with Client(admin) as client:
        project = client.find_project(title)
        if project is None:
            raise NotThere(f"there is no project {title!r}", where=admin.url, hint="run `annotate push` first")
        tasks = {state.key: state for state in client.states(project.id)}
        emails = client.emails()
        worked = [state.id for state in tasks.values() if state.submitted or state.skipped]
        made = {
            (emails.get(entry["completed_by"], ""), task["data"].get("task"))
            for task in client.export(project.id, worked)
            for entry in task["annotations"]
        }
    by_email: dict[str, list[Work]] = {}
    for work in works:
        by_email.setdefault(work.email.lower(), []).append(work)
    accounts = invite(folder, list(by_email)) if by_email else {}
    for email, listed in by_email.items():
        with Client(Access(url=admin.url, api_key=accounts[email].api_key)) as annotator:
            for work in listed:
                task = tasks.get(work.task)
                where = f"{email}, task {work.task}"
                if (email, work.task) in made:
                    yield SetAside(reason="already_there", where=where, detail="this account has worked on it already")
                elif task is None:
                    yield SetAside(reason="no_task", where=where, detail="the project has no such task")
                else:
                    annotator.annotate(task.id, **work.annotation)
                    made.add((email, work.task))
                    yield work
