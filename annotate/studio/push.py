"""Tasks → a Label Studio project: first a plan, then the deed; done twice, it changes nothing the second time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from annotate.codebook import Codebook
from annotate.errors import CodebookError, DataError, NotThere, Unreachable, UsageError
from annotate.guidelines import instructions_html
from annotate.records import Task
from annotate.studio.client import Client, Json, Project, TaskState, versions
from annotate.studio.interface import config_hash, label_config
from annotate.studio.payload import to_label_studio

TITLE = range(3, 51)
"""Characters that Label Studio allows in a project's title."""
BATCH_TASKS = 250
BATCH_BYTES = 8_000_000
WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each new try after an answer was lost."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a push would do.

    Attributes:
        project: none where it has to be made.
        new: tasks to add, as the server takes them.
        renewed: suggestions to put in the place of older ones, as the server takes them: each names its ``task``.
        doubled: ids of tasks that a lost answer left twice, with nothing on them.
        present: tasks that are there already, those with a renewed suggestion included.
        set_config: another screen is there and nothing is annotated yet: it has to be set.
    """

    title: str
    project: Project | None
    new: tuple[Json, ...]
    renewed: tuple[Json, ...]
    doubled: tuple[int, ...]
    present: int
    set_config: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.project is not None and not (self.new or self.renewed or self.doubled or self.set_config)

    @property
    def steps(self) -> int:
        """How many tasks a push goes through."""
        return len(self.new) + len(self.renewed)

    def told(self) -> str:
        """Return the plan in words."""
        parts = [f"{len(self.new):,} new", f"{self.present:,} already there"]
        parts += [f"{len(self.renewed):,} suggestions to renew"] if self.renewed else []
        parts += [f"{len(self.doubled):,} doubled tasks to remove"] if self.doubled else []
        parts += ["the labelling screen to set"] if self.set_config else []
        return f"{'project' if self.project else 'new project'} {self.title!r}: {', '.join(parts)}"


def plan(client: Client, title: str, tasks: Iterable[Task], codebook: Codebook) -> Plan:
    """Return what a push of these tasks would do; the server is only read.

    Raises:
        UsageError: the title is too short or too long.
        CodebookError: the project has annotations made on another screen, or a task was made under another codebook.
        OutsideError: the server does not answer, or says no.
    """
    if len(title) not in TITLE:
        message = f"a project's title has {TITLE.start} to {TITLE.stop - 1} characters, {title!r} has {len(title)}"
        raise UsageError(message, hint="choose another --project")
    project = client.find_project(title)
    there = _by_key(client.states(project.id)) if project else {}
    set_config = project is not None and not same_screen(project, codebook)
    if project is not None and set_config:
        _refuse_drift(client.url, project, there)
    new: dict[str, Json] = {}
    renewed: dict[str, Json] = {}
    present: set[str] = set()
    for task in tasks:
        states = there.get(task.key)
        if states is None:
            new.setdefault(task.key, to_label_studio(task, codebook))
            continue
        present.add(task.key)
        if task.suggestion is not None and not versions(task.suggestion.model) <= states[0].models:
            prediction = to_label_studio(task, codebook)["predictions"][0]
            renewed[task.key] = {"task": states[0].id, **prediction}
    return Plan(
        title=title,
        project=project,
        new=tuple(new.values()),
        renewed=tuple(renewed.values()),
        doubled=_doubled(there),
        present=len(present),
        set_config=set_config,
    )


def same_screen(project: Project, codebook: Codebook) -> bool:
    """Return whether a project's screen asks what this codebook's asks; its looks do not count."""
    try:
        return config_hash(project.config) == config_hash(label_config(codebook))
    except DataError:  # a screen that this toolkit cannot have made
        return False


def _refuse_drift(url: str, project: Project, there: dict[str, list[TaskState]]) -> None:
    drafts = any(state.drafts for states in there.values() for state in states)
    if drafts or project.annotations:
        message = f"project {project.title!r} is labelled on another screen than this codebook makes"
        hint = "push to a new project, name the --codebook it was made with, or set its label config back"
        raise CodebookError(message, where=f"{url}/projects/{project.id}/settings/labeling", hint=hint)


def _by_key(states: Iterable[TaskState]) -> dict[str, list[TaskState]]:
    """Return the tasks of each key: those with work on them first, then the oldest."""
    found: dict[str, list[TaskState]] = {}
    for state in states:
        if state.key is not None:
            found.setdefault(state.key, []).append(state)
    for group in found.values():
        group.sort(key=lambda state: (not state.worked_on, state.id))
    return found


def _doubled(there: dict[str, list[TaskState]]) -> tuple[int, ...]:
    return tuple(state.id for group in there.values() for state in group[1:] if not state.worked_on)


def carry_out(
    client: Client,
    plan: Plan,
    codebook: Codebook,
    *,
    annotators: int = 3,
    tell: Callable[[int], None] = lambda _: None,
    waits: tuple[float, ...] = WAITS,
) -> dict[str, int]:
    """Do what a plan says; return how many tasks are new, already there, and have a renewed suggestion.

    Args:
        client: the server that the plan was made for.
        plan: what to do.
        codebook: what the plan was made with.
        annotators: how many people each article is shown to, in a project that is made now.
        tell: hears how many tasks each step has finished.
        waits: seconds before each new try after a lost answer.

    Raises:
        OutsideError: the server does not answer any more, or says no; what was done stays, and a new push goes on there.
    """
    project = plan.project or client.create_project(plan.title, maximum_annotations=annotators, **screen(codebook))
    if plan.set_config:
        client.set_project(project.id, **screen(codebook))
    for batch in batches(plan.new):
        patiently(_Import(client, project.id, batch), waits)
        tell(len(batch))
    doubled = plan.doubled
    if plan.new:  # also those of a push that was killed while its last request was still being worked on
        doubled = _doubled(_by_key(client.states(project.id)))
    for task in doubled:
        with contextlib.suppress(NotThere):  # another push may do the same at this moment
            client.delete_task(task)
    backends = client.backend_models(project.id) if plan.renewed else frozenset()
    for batch in batches(plan.renewed):
        patiently(_Renewal(client, project.id, batch, backends), waits)
        tell(len(batch))
    _show_newest(client, project.id, plan)
    return {"new": len(plan.new), "already_there": plan.present, "suggestions_renewed": len(plan.renewed)}


def screen(codebook: Codebook) -> dict[str, Any]:
    """Return the settings of a project that come from the codebook: the screen, and what annotators are told."""
    return {
        "label_config": label_config(codebook),
        "expert_instruction": instructions_html(codebook),
        "show_instruction": True,
        "show_collab_predictions": True,
    }


def _show_newest(client: Client, project: int, plan: Plan) -> None:
    """Have the label stream show the suggestions pushed last: it shows those of one model only."""
    models = [task["predictions"][0]["model_version"] for task in plan.new if task["predictions"]]
    models += [prediction["model_version"] for prediction in plan.renewed]
    if models:
        client.set_project(project, model_version=models[-1])


def batches(tasks: Iterable[Json], count: int = BATCH_TASKS, size: int = BATCH_BYTES) -> Iterator[list[Json]]:
    """Yield tasks in lists of at most ``count`` and, but for a single larger one, at most ``size`` bytes as JSON."""
    batch: list[Json] = []
    filled = 0
    for task in tasks:
        length = len(msgspec.json.encode(task))
        if batch and (len(batch) == count or filled + length > size):
            yield batch
            batch, filled = [], 0
        batch.append(task)
        filled += length
    if batch:
        yield batch


def patiently(step: Callable[[bool], None], waits: tuple[float, ...] = WAITS) -> None:
    """Do a step that may have been done although its answer was lost.

    Args:
        step: called with False, and with True after a lost answer: then it has to look what is there before it sends.
        waits: seconds before each new try.

    Raises:
        Unreachable: no answer came to the last try either.
    """
    lost = False
    for pause in (*waits, None):
        try:
            step(lost)
        except Unreachable as error:
            if pause is None:
                error.hint = "run the same push again when the server is back: it goes on where this one ended"
                raise
            lost = True
            time.sleep(pause)
        else:
            return


class _Import(msgspec.Struct, frozen=True):
    """Adds a batch of tasks, in one request."""

    client: Client
    project: int
    batch: list[Json]

    def __call__(self, lost: bool) -> None:  # noqa: FBT001 - called by `patiently`
        there = {state.key for state in self.client.states(self.project)} if lost else set()
        if missing := [task for task in self.batch if task["data"]["task"] not in there]:
            self.client.import_tasks(self.project, missing)


class _Renewal(msgspec.Struct, frozen=True):
    """Puts a batch of suggestions in the place of older ones; those of a connected ML backend stay."""

    client: Client
    project: int
    batch: list[Json]
    backends: frozenset[str]

    def __call__(self, lost: bool) -> None:  # noqa: ARG002, FBT001 - called by `patiently`; it looks every time
        there = {state.id: state.models for state in self.client.states(self.project)}
        missing = [
            one for one in self.batch if not versions(one["model_version"]) <= there.get(one["task"], frozenset())
        ]
        tasks = {one["task"]: there[one["task"]] for one in missing if one["task"] in there}
        if tasks:
            self.client.delete_predictions(self.project, tasks, self.backends)
            self.client.import_predictions(self.project, [one for one in missing if one["task"] in tasks])
