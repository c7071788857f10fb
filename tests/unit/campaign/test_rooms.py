"""Rooms: one an annotator and arm, with the codebook's version in the title."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.campaign.assignments import Arm, Assignment
from annotate.campaign.rooms import parse_title, rooms, title
from annotate.codebook import Codebook
from annotate.errors import UsageError

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9)


def test_each_annotator_and_arm_has_a_room(assign: Callable[..., Assignment], book: Codebook) -> None:
    """Assignments are in the room of their annotator and arm, by batch and else as they were shuffled."""
    plan = [
        assign("3", "ada", batch=2),
        assign("2", "ada"),
        assign("1", "ada"),
        assign("1", "ben", arm=Arm.BLIND),
        assign("4", "ADA"),
    ]
    found = rooms(plan, "Weirs 🌊", book)
    assert [(room.title, [one.article for one in room.assignments]) for room in found] == [
        (f"Weirs 🌊 {book.version} · ada · suggested", ["2", "1", "4", "3"]),
        (f"Weirs 🌊 {book.version} · ben · blind", ["1"]),
    ]
    assert rooms([], "Weirs", book) == ()


def test_shared_rooms_are_one_an_arm(assign: Callable[..., Assignment], book: Codebook) -> None:
    """Everybody's assignments of an arm lie together."""
    found = rooms([assign("1", "ada"), assign("1", "ben")], "Weirs", book, shared=True)
    assert [room.title for room in found] == [f"Weirs {book.version} · suggested"]


@given(campaign=WORDS, annotator=st.one_of(st.none(), WORDS), arm=st.sampled_from(Arm))
def test_a_title_says_whose_room_it_is(campaign: str, annotator: str | None, arm: Arm) -> None:
    """What is put into a title is read out of it; other campaigns' and others' projects are no rooms."""
    found = parse_title(campaign, title(campaign, "1.0.0", annotator, arm))
    assert found is not None
    assert (found.annotator, found.arm, found.version) == (annotator, arm, "1.0.0")
    assert parse_title(campaign, campaign) is None
    assert parse_title(campaign + "x", title(campaign, "1.0.0", annotator, arm)) is None


def test_a_title_too_long_for_label_studio_is_refused(assign: Callable[..., Assignment], book: Codebook) -> None:
    """The refusal comes before anything is made, and says what to shorten."""
    with pytest.raises(UsageError, match="Label Studio takes 50") as error:
        rooms([assign("1", "somebody.with.a.long.name@example.org")], "Local news", book)
    assert error.value.hint == "give the campaign or the annotator a shorter name"
