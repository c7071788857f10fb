"""A campaign rehearsed: exported annotations and a settled gold go through its rooms by the accounts of those who made them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from annotate.campaign.adjudication import CAUSE, PLACE_CAUSE, PLACE_REASON, REASON
from annotate.campaign.rooms import standing
from annotate.codebook import Codebook
from annotate.errors import NotThere
from annotate.quality.rulings import Ruling
from annotate.records import Gold, SetAside, Suggestion
from annotate.studio.accounts import email_of, invite
from annotate.studio.client import Client, Json
from annotate.studio.credentials import Access, access
from annotate.studio.interface import TEXT
from annotate.studio.payload import items
from annotate.studio.replay import Work

AT_ONCE = 4
"""Annotators whose work is posted at the same time."""


def replayed(folder: Path, campaign: str, works: Iterable[Work]) -> Iterator[Work | SetAside]:
    """Make exported annotations again in the rooms that hold their tasks, yielding each one made.

    What no room of its annotator asks for, and what is there already, is set aside.

    Raises:
        UsageError: there is no embedded server.
        NotThere: it has no room of this campaign.
        OutsideError: the server does not answer, or says no.
    """
    admin = access(folder, environment=False)
    waiting: dict[tuple[str, str], int] = {}
    worked: set[tuple[str, str]] = set()
    with Client(admin) as client:
        rooms = standing(client, campaign)
        if not rooms:
            message = f"campaign {campaign!r} has no project"
            raise NotThere(message, where=admin.url, hint="run `annotate campaign push` first")
        for text, room in rooms.items():
            project = client.find_project(text) if room.annotator else None
            for state in client.states(project.id) if project else ():
                place = email_of(room.annotator or ""), state.key or ""
                if state.worked_on:
                    worked.add(place)
                else:
                    waiting[place] = state.id
    by_email: dict[str, list[Work]] = {}
    for work in works:
        by_email.setdefault(work.email.lower(), []).append(work)
    accounts = invite(folder, list(by_email)) if by_email else {}

    def made(email: str) -> list[Work | SetAside]:
        with Client(Access(url=admin.url, api_key=accounts[email].api_key)) as annotator:
            return [_made(annotator, email, work, waiting, worked) for work in by_email[email]]

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:  # people label at the same time, too
        for own in pool.map(made, by_email):
            yield from own


def _made(
    annotator: Client, email: str, work: Work, waiting: Mapping[tuple[str, str], int], worked: set[tuple[str, str]]
) -> Work | SetAside:
    where = f"{email}, task {work.task}"
    place = email, work.task
    if place in worked:
        return SetAside(reason="already_there", where=where, detail="somebody worked on it in this room")
    if place not in waiting:
        return SetAside(reason="not_assigned", where=where, detail="the campaign does not ask them for it")
    annotator.annotate(waiting[place], **work.annotation)
    worked.add(place)
    return work


def settled(
    folder: Path, title: str, name: str, golds: Iterable[Gold], rulings: Iterable[Ruling], codebook: Codebook
) -> Iterator[Gold | SetAside]:
    """Submit settled gold in an adjudicator's project, with the causes and reasons of its rulings; yield what was made.

    Args:
        folder: the embedded server's.
        title: of the project.
        name: of the adjudicator's account.
        golds: what stands, by article.
        rulings: why; a place without one is submitted without a cause.
        codebook: of both.

    Raises:
        UsageError: there is no embedded server.
        NotThere: it has no such project.
        OutsideError: the server does not answer, or says no.
    """
    admin = access(folder, environment=False)
    with Client(admin) as client:
        project = client.find_project(title)
        if project is None:
            message = f"there is no project {title!r}"
            raise NotThere(message, where=admin.url, hint="run `annotate adjudicate push` first")
        states = {state.key: state for state in client.states(project.id)}
    by_article: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        by_article.setdefault(ruling.article_id, []).append(ruling)
    account = invite(folder, [name])[name]
    with Client(Access(url=admin.url, api_key=account.api_key)) as adjudicator:
        for gold in golds:
            state = states.get(gold.article.id)
            if state is None or state.worked_on:
                reason, detail = (
                    ("already_there", "it was adjudicated") if state else ("no_task", "it is not contested")
                )
                yield SetAside(reason=reason, where=f"article {gold.article.id}", detail=detail)
            else:
                adjudicator.annotate(state.id, result=settled_items(gold, by_article, codebook))
                yield gold


def settled_items(gold: Gold, rulings: Mapping[str, list[Ruling]], codebook: Codebook) -> list[Json]:
    """Return what an adjudicator submits of an article: the spans that stand, with cause and reason where one was ruled."""
    found = items(
        Suggestion(model="", spans=gold.spans, links=gold.links),
        gold.article.text,
        codebook,
        f"article {gold.article.id}",
    )
    own = rulings.get(gold.article.id, [])
    for span in gold.spans:
        why = next((ruling for ruling in own if ruling.layer == span.layer and ruling.overlaps(span)), None)
        if why is not None:
            place = {"start": span.start, "end": span.end}
            found += _answers(span.id, why, (PLACE_CAUSE, PLACE_REASON), place)
    gone = next((ruling for ruling in own if ruling.label is None), None)
    return found + (_answers("whole", gone, (CAUSE, REASON), {}) if gone else [])


def _answers(name: str, why: Ruling, controls: tuple[str, str], place: Mapping[str, Any]) -> list[Json]:
    cause, reason = controls
    both = {"to_name": TEXT}
    return [
        {"id": name, "from_name": cause, "type": "choices", "value": {**place, "choices": [why.cause]}, **both},
        {"id": name if place else f"{name}-reason", "from_name": reason, "type": "textarea",
         "value": {**place, "text": [why.reason]}, **both},
    ]  # fmt: skip
