"""How far a campaign's annotators came: by annotator, batch and arm, with what went another way than planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

import msgspec

from annotate.campaign.assignments import Arm, Assignment, people
from annotate.campaign.rooms import Room, standing
from annotate.records import Record, SetAside, Status
from annotate.studio.accounts import email_of
from annotate.studio.client import Client
from annotate.studio.entries import entries, task_data

STATES = ("submitted", "skipped", "draft", "untouched", "not_pushed")
"""How far an assignment is, from the furthest."""
MINUTE = 60
STRANGER = "somebody whom the plan does not name"
"""Who worked in a campaign's room without being in its plan: no e-mail address leaves the server by this."""

DELETED = "a deleted account"
"""Whose work has no author any more."""

Place = tuple[str, str]
"""An account's address and an article's id."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What one person did on one task.

    Attributes:
        task: the task's key.
        arm: of the room where it was done.
        annotator: whose room it was; none where it is shared.
        seconds: spent, as the tool measured them.
    """

    email: str
    task: str
    arm: Arm
    annotator: str | None
    status: Status
    seconds: float | None = None

    @property
    def article(self) -> str:
        """The article's id."""
        return self.task.partition(":")[0]


class Row(Record, frozen=True, kw_only=True):
    """How far one annotator is with one batch.

    Attributes:
        assigned: articles.
        states: state → articles (see `STATES`).
        minutes: median of an article, as the tool measured them; none where nothing was measured.
        words_left: of the articles neither submitted nor skipped.
    """

    annotator: str
    batch: int
    assigned: int
    states: dict[str, int]
    minutes: float | None
    words_left: int


class Progress(Record, frozen=True, kw_only=True):
    """How far a campaign is.

    Attributes:
        rows: by annotator, then batch.
        arms: arm → state → articles.
        hours_left: at the pace of what was submitted; none where nothing was measured.
        notes: what went another way than planned.
    """

    campaign: str
    rows: tuple[Row, ...]
    arms: dict[str, dict[str, int]]
    hours_left: float | None
    notes: tuple[str, ...]

    @property
    def states(self) -> dict[str, int]:
        """State → articles, over all annotators and batches."""
        found: Counter[str] = Counter()
        for row in self.rows:
            found.update(row.states)
        return {state: found[state] for state in STATES}


def progress(client: Client, campaign: str, assignments: Sequence[Assignment]) -> Progress:
    """Return how far a campaign is, by what is on the server now.

    Raises:
        OutsideError: the server does not answer, or says no.
    """
    works: list[Work] = []
    there: dict[tuple[str | None, Arm], set[str]] = defaultdict(set)
    notes: list[str] = []
    emails = client.emails()
    for text, room in standing(client, campaign).items():
        project = client.find_project(text)
        if project is None:
            continue
        states = list(client.states(project.id))
        there[room.annotator and email_of(room.annotator), room.arm] |= {s.key for s in states if s.key}
        for task in client.export(project.id, [state.id for state in states if state.worked_on]):
            works += _works(task, room, emails)
    if not there:
        notes.append(f"no project of campaign {campaign!r} is on the server")
    return measured(campaign, assignments, works, there, notes)


def _works(task: dict[str, object], room: Room, emails: Mapping[int, str]) -> Iterable[Work]:
    key = task_data(task).get("task")
    for entry in entries(task):
        if isinstance(entry, SetAside) or not isinstance(key, str):
            continue
        yield Work(
            email=(entry.person(emails) or DELETED).lower(),
            task=key,
            arm=room.arm,
            annotator=room.annotator,
            status=entry.status,
            seconds=entry.lead_time,
        )


def measured(
    campaign: str,
    assignments: Sequence[Assignment],
    works: Sequence[Work],
    there: Mapping[tuple[str | None, Arm], set[str]],
    notes: Iterable[str] = (),
) -> Progress:
    """Return how far a campaign is.

    Args:
        campaign: its name.
        assignments: its plan.
        works: all that was done in its rooms.
        there: account (none where an arm shares one room) and arm → keys of the tasks there.
        notes: what is to be said first.
    """
    by_place: dict[Place, list[Work]] = defaultdict(list)
    for work in works:
        by_place[work.email, work.article].append(work)
    tasks: dict[tuple[str | None, Arm, str], set[str]] = defaultdict(set)
    for (owner, arm), keys in there.items():
        for key in keys:
            tasks[owner, arm, key.partition(":")[0]].add(key)
    states: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    arms: dict[str, Counter[str]] = {arm.value: Counter() for arm in Arm}
    left: Counter[tuple[str, int]] = Counter()
    names = {email_of(name): name for name in people(assignments)}
    for one in assignments:
        email = email_of(one.annotator)
        pushed = tasks.get((email, one.arm, one.article)) or tasks.get((None, one.arm, one.article)) or set()
        state = _state(pushed, by_place.get((email, one.article), ()))
        cell = names[email], one.batch
        states[cell][state] += 1
        arms[one.arm.value][state] += 1
        left[cell] += one.words * (state not in STATES[:2])
    minutes = _minutes(assignments, by_place, names)
    return Progress(
        campaign=campaign,
        rows=tuple(
            Row(
                annotator=name,
                batch=batch,
                assigned=states[name, batch].total(),
                states={state: states[name, batch][state] for state in STATES},
                minutes=median(spent) if (spent := minutes.get((name, batch))) else None,
                words_left=left[name, batch],
            )
            for name in names.values()
            for batch in sorted(batch for who, batch in states if who == name)
        ),
        arms={arm: {state: counts[state] for state in STATES} for arm, counts in arms.items() if counts},
        hours_left=_hours(assignments, by_place, left.total()),
        notes=(*notes, *_deviations(assignments, works)),
    )


def _state(pushed: set[str], done: Iterable[Work]) -> str:
    """Return how far an article is: as far as the least finished of its tasks."""
    furthest = dict.fromkeys(pushed, "untouched")
    for work in done:
        furthest[work.task] = min(work.status.value, furthest.get(work.task, STATES[-1]), key=STATES.index)
    if not furthest:
        return STATES[-1]
    values = set(furthest.values())
    if values == {"skipped", "submitted"}:
        return "submitted"
    if "untouched" in values and len(values) > 1:
        return "draft"
    return max(values, key=STATES.index)


def _seconds(works: Iterable[Work]) -> float | None:
    known = [work.seconds for work in works if work.seconds and work.status is Status.SUBMITTED]
    return sum(known) if known else None


def _minutes(
    assignments: Iterable[Assignment], by_place: Mapping[Place, Sequence[Work]], names: Mapping[str, str]
) -> dict[tuple[str, int], list[float]]:
    found: dict[tuple[str, int], list[float]] = defaultdict(list)
    for one in assignments:
        email = email_of(one.annotator)
        spent = _seconds(by_place.get((email, one.article), ()))
        if spent is not None:
            found[names[email], one.batch].append(spent / MINUTE)
    return found


def _hours(assignments: Iterable[Assignment], by_place: Mapping[Place, Sequence[Work]], left: int) -> float | None:
    if not left:
        return 0.0
    seconds = words = 0.0
    for one in assignments:
        spent = _seconds(by_place.get((email_of(one.annotator), one.article), ()))
        if spent is not None:
            seconds += spent
            words += one.words
    return left * seconds / words / MINUTE**2 if words else None


def _deviations(assignments: Sequence[Assignment], works: Iterable[Work]) -> Iterable[str]:
    names = {email_of(name): name for name in people(assignments)} | {DELETED: DELETED}
    arm = {(email_of(one.annotator), one.article): one.arm for one in assignments}
    intruders: Counter[tuple[str, str]] = Counter()
    moved: Counter[str] = Counter()
    unasked: Counter[str] = Counter()
    for work in works:
        if work.annotator is not None and work.email != email_of(work.annotator):
            intruders[work.email, work.annotator] += 1
        elif (work.email, work.article) not in arm:
            unasked[work.email] += 1
        elif arm[work.email, work.article] is not work.arm:
            moved[work.email] += 1
    for (email, owner), count in sorted(intruders.items()):
        yield f"{names.get(email, STRANGER)} labelled {count} in {owner}'s project"
    for email, count in sorted(moved.items()):
        yield f"{names.get(email, STRANGER)} labelled {count} in the other arm than planned"
    for email, count in sorted(unasked.items()):
        yield f"{names.get(email, STRANGER)} labelled {count} that the plan does not give to them"
