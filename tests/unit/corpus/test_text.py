"""Freezing: once, for good, with a map from the old offsets to the new."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.corpus.text import binary, decoded, frozen, is_blank, remap
from annotate.errors import RecordError, SpanError
from annotate.records import SetAside

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab e\r\n\t\x00\ufeff\u0301\u0323\u0308é한\u1112\u1161\u11abก\u0627🕊庚\u0958"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(TEXTS)
@example("")
def test_freezing_twice_changes_nothing(text: str) -> None:
    """What is frozen is NFC, has no NUL, byte order mark or carriage return, and stays as it is."""
    once = frozen(text)
    assert frozen(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\r\x00\ufeff")


def test_freezing_keeps_what_is_no_matter_of_form() -> None:
    """Emoji sequences, right-to-left text, CJK and typographic spaces stay; the accent joins its letter."""
    kept = "👩‍👩‍👧 نوال 高橋\u00a0庚\u2009— “ﬁ”"
    assert frozen(kept) == kept
    assert frozen("Cafe\u0301\r\nb\rc\ufeff\x00d") == "Café\nb\ncd"


def test_a_lone_surrogate_is_refused_with_its_place() -> None:
    """Half an emoji cannot be kept, and the message says where it stands."""
    with pytest.raises(RecordError, match=r"character 3 is the lone surrogate U\+D83D") as caught:
        frozen("ok \ud83d")
    assert "cut inside an emoji" in (caught.value.hint or "")


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
@example(["\ufeff", "\ufeffa", "\x00\r", "e\u0301"])
def test_offsets_follow_their_text(pieces: list[str]) -> None:
    """A stretch between plain letters covers, after freezing, the frozen stretch."""
    before = "x" + "x".join(pieces) + "x"
    start = 1
    extents = []
    for piece in pieces:
        # a combining mark at the start of a piece goes into the plain letter before it
        if not frozen("x" + piece).startswith("x" + frozen(piece)):
            return
        extents.append((start, start + len(piece), frozen(piece)))
        start += len(piece) + 1
    edges = remap(before, [edge for a, b, _ in extents for edge in (a, b)])
    after = frozen(before)
    assert [after[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)] == [quote for _, _, quote in extents]


@settings(deadline=None)
@given(TEXTS)
@example("\ufeffab")
@example("\r")
@example("e\x00\u0301")
def test_offsets_never_go_back(text: str) -> None:
    """The map begins at 0, ends at the end, and never goes down."""
    edges = remap(text, range(len(text) + 1))
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (0, len(frozen(text)))


def test_a_byte_order_mark_moves_what_follows_by_one() -> None:
    """The mark at the start is dropped: the first letter moves from 1 to 0."""
    assert remap("\ufeffab", [0, 1, 2, 3]) == [0, 0, 1, 2]


def test_offsets_outside_are_refused() -> None:
    """An offset beyond the text, or before it, is an error."""
    with pytest.raises(SpanError, match="offset 4 lies outside the text of 3 characters"):
        remap("abc", [4])
    with pytest.raises(SpanError, match="offset -1"):
        remap("", [-1])


def test_utf8_is_read_with_and_without_its_mark() -> None:
    """The byte order mark is no part of the text, and an empty file is an empty text."""
    assert decoded(b"\xef\xbb\xbfdam \xf0\x9f\x95\x8a", "a.txt") == "dam 🕊"
    assert decoded(b"", "a.txt") == ""


@pytest.mark.parametrize(
    ("data", "reason", "where", "words"),
    [
        (b"line\ncaf\xe9", "not_utf8", "a.txt:2", "byte 0xe9 at offset 8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary", "a.txt", "NUL bytes"),
        ("dam".encode("utf-16"), "binary", "a.txt", "UTF-16"),
        (b"\x01\x02\x03 some", "binary", "a.txt", "control characters"),
    ],
)
def test_what_is_no_text_is_set_aside(data: bytes, reason: str, where: str, words: str) -> None:
    """Another encoding and binary data are told apart, with the place and what to do."""
    aside = decoded(data, "a.txt")
    assert isinstance(aside, SetAside)
    assert (aside.reason, aside.where) == (reason, where)
    assert words in aside.detail


def test_ordinary_control_characters_are_text() -> None:
    """Tabs, form feeds and escapes do not make a text binary."""
    assert binary(b"a\tb\x0cc\r\n\x1b", "a.txt") is None


def test_blank_is_what_leaves_nothing() -> None:
    """White space, NUL and byte order marks alone are no text; an emoji is."""
    assert is_blank("")
    assert is_blank("\ufeff \n\x00\u2009")
    assert not is_blank("🕊")
