"""A plan → projects on the server, one an annotator and arm: what each sees stands in a room of its own.

Label Studio Community assigns nothing and keeps nobody out: an account can open every project. So a room holds only its
annotator's articles, and the rooms of the blind arm hold no suggestions at all. That makes it blind for who works in the
own room; it is not enforced against who looks into others'.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from annotate.campaign.assignments import Arm, Assignment, people
from annotate.codebook import Codebook
from annotate.errors import DataError, NotThere, UsageError
from annotate.records import Task
from annotate.studio import push
from annotate.studio.accounts import email_of
from annotate.studio.client import Client, TaskState

NOT_ENFORCED = (
    "Label Studio Community enforces neither blindness nor roles: every account can open every project; "
    "ask annotators to stay in their own"
)
SEPARATOR = " · "


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A project of a campaign.

    Attributes:
        annotator: whose it is; none where an arm shares one.
        version: of the codebook.
        assignments: in the order in which they are shown.
    """

    title: str
    annotator: str | None
    arm: Arm
    version: str
    assignments: tuple[Assignment, ...] = ()


def title(campaign: str, version: str, annotator: str | None, arm: Arm) -> str:
    """Return a room's title; the codebook's version is in it, so that a new version gets rooms of its own.

    >>> title("Weirs", "1.0.0", "ada", Arm.BLIND)
    'Weirs 1.0.0 · ada · blind'
    """
    return SEPARATOR.join([f"{campaign} {version}", *([annotator] if annotator else []), arm.value])


def parse_title(campaign: str, text: str) -> Room | None:
    """Return the empty room that a project's title names; none where it is no room of this campaign.

    >>> parse_title("Weirs", "Weirs 1.0.0 · ada · blind").annotator
    'ada'
    """
    arms = "|".join(arm.value for arm in Arm)
    found = re.fullmatch(rf"{re.escape(campaign)} (\S+)(?: · (.+))? · ({arms})", text)
    if found is None:
        return None
    return Room(title=text, version=found.group(1), annotator=found.group(2), arm=Arm(found.group(3)))


def rooms(
    assignments: Sequence[Assignment], campaign: str, codebook: Codebook, *, shared: bool = False
) -> tuple[Room, ...]:
    """Return the rooms that a plan needs, each annotator's after the other's.

    Args:
        assignments: the plan.
        campaign: its name.
        codebook: under which it is labelled.
        shared: one room an arm for all annotators: nobody is assigned anything then.

    Raises:
        UsageError: a title would be longer than Label Studio takes.
    """
    grouped: dict[tuple[str | None, Arm], list[Assignment]] = defaultdict(list)
    names = {email_of(name): name for name in people(assignments)}
    for one in assignments:
        grouped[None if shared else names[email_of(one.annotator)], one.arm].append(one)
    order: list[str | None] = [None, *names.values()]
    found = []
    for annotator, arm in sorted(grouped, key=lambda key: (order.index(key[0]), key[1].value)):
        text = title(campaign.strip(), codebook.version, annotator, arm)
        if len(text) not in push.TITLE:
            message = f"a project would be called {text!r}, {len(text)} characters; Label Studio takes 50"
            raise UsageError(message, hint="give the campaign or the annotator a shorter name")
        own = sorted(grouped[annotator, arm], key=lambda one: one.batch)  # stable: within a batch as it was shuffled
        found.append(Room(title=text, annotator=annotator, arm=arm, version=codebook.version, assignments=tuple(own)))
    return tuple(found)


def standing(client: Client, campaign: str) -> dict[str, Room]:
    """Return the rooms of a campaign that are on the server, of all versions of its codebook, by title."""
    found = {text: parse_title(campaign.strip(), text) for text in sorted(client.projects())}
    return {text: room for text, room in found.items() if room is not None}


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be done in one room.

    Attributes:
        people: how many are asked to label each task.
        elsewhere: assignments left out, since their annotator worked on them under another version of the codebook.
        unplanned: tasks in it that the plan does not have there; they stay.
    """

    room: Room
    plan: push.Plan
    people: int
    elsewhere: int
    unplanned: int


def openings(
    client: Client, found: Sequence[Room], tasks: Mapping[str, Sequence[Task]], codebook: Codebook, campaign: str
) -> tuple[Opening, ...]:
    """Return what a push of these rooms would do; the server is only read.

    Args:
        client: the server.
        found: the rooms.
        tasks: article id → its tasks; one, or one an item where the codebook's unit is the sentence.
        codebook: under which the tasks were made.
        campaign: its name.

    Raises:
        UsageError: an annotator has no account there.
        DataError: a room of the blind arm holds suggestions, or the plan names an article without tasks.
        CodebookError: a room is labelled on another screen.
    """
    _check_accounts(client, found)
    others = _worked_before(client, standing(client, campaign), found)
    return tuple(_opening(client, room, tasks, codebook, others) for room in found)


def _check_accounts(client: Client, found: Iterable[Room]) -> None:
    known = {email.lower() for email in client.emails().values()}
    names = people(one for room in found for one in room.assignments)
    missing = [name for name in names if email_of(name) not in known]
    if missing:
        message = f"the plan names {', '.join(missing)}, with no account on this server"
        hint = f"make it with `annotate studio invite {' '.join(missing)}`, or correct the plan"
        raise UsageError(message, where=client.url, hint=hint)


def _worked_before(client: Client, there: Mapping[str, Room], found: Iterable[Room]) -> dict[str, set[str]]:
    """Return annotator → keys of the tasks worked on in rooms of other versions of the codebook."""
    versions = {room.version for room in found}
    worked: dict[str, set[str]] = defaultdict(set)
    for text, room in there.items():
        project = client.find_project(text) if room.version not in versions and room.annotator else None
        if project is not None and room.annotator:
            worked[room.annotator] |= {s.key for s in client.states(project.id) if s.worked_on and s.key}
    return worked


def _opening(
    client: Client,
    room: Room,
    tasks: Mapping[str, Sequence[Task]],
    codebook: Codebook,
    others: Mapping[str, set[str]],
) -> Opening:
    keys = list(dict.fromkeys(one.article for one in room.assignments))
    if missing := [key for key in keys if key not in tasks]:
        message = f"the plan names {len(missing)} articles that have no task, such as {missing[0]!r}"
        raise DataError(message, hint="make tasks of all planned articles with `annotate suggest`")
    planned = [task for key in keys for task in tasks[key]]
    done = others.get(room.annotator or "", set())
    wanted = [task for task in planned if task.key not in done]
    if room.arm is Arm.BLIND:
        wanted = [replace(task, suggestion=None) for task in wanted]
    plan = push.plan(client, room.title, wanted, codebook)
    states = list(client.states(plan.project.id)) if plan.project else []
    if plan.project is not None and room.arm is Arm.BLIND:
        _refuse_seen(client, plan.project.id, room, states)
    known = {task.key for task in planned}
    return Opening(
        room=room,
        plan=plan,
        people=len(people(room.assignments)),
        elsewhere=len(planned) - len(wanted),
        unplanned=sum(state.key not in known for state in states),
    )


def _refuse_seen(client: Client, project: int, room: Room, states: Iterable[TaskState]) -> None:
    shown = sum(bool(state.models) for state in states)
    backends = client.backend_models(project)
    if shown or backends:
        what = f"{shown} of its tasks carry suggestions" if shown else "an ML backend is connected to it"
        message = f"{room.title!r} is a room of the blind arm, and {what}"
        hint = "what was labelled there is not blind: remove them, and plan these articles anew"
        raise DataError(message, where=f"{client.url}/projects/{project}", hint=hint)


def open_rooms(
    client: Client,
    found: Iterable[Opening],
    codebook: Codebook,
    *,
    tell: Callable[[int], None] = lambda _: None,
    connect: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Do what was found to be done; return counts over all rooms. Done twice, it changes nothing the second time.

    Args:
        client: the server.
        found: what has to be done.
        codebook: under which it was planned.
        tell: hears how many tasks each step has finished.
        connect: called with the project of each room of the suggested arm.

    Raises:
        OutsideError: the server does not answer, or says no; a new push goes on there.
    """
    counts: dict[str, int] = defaultdict(int)
    for one in found:
        counts["rooms"] += 1
        for name, count in push.carry_out(client, one.plan, codebook, annotators=one.people, tell=tell).items():
            counts[name] += count
        counts["labelled_under_another_version"] += one.elsewhere
        counts["not_in_plan"] += one.unplanned
        project = one.plan.project or client.find_project(one.room.title)
        if project is None:
            raise NotThere(f"{one.room.title!r} was removed while it was made", where=client.url)
        if one.room.arm is Arm.BLIND:
            client.set_project(project.id, show_collab_predictions=False)
        elif connect is not None:
            connect(project.id)
    return dict(counts)
