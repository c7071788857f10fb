"""Offsets are proved against the text; they win over the quote, which is only compared after folding."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotate.studio.extents import proved, trimmed
from annotate.studio.terms import Unknown

TEXTS = st.text(alphabet=st.sampled_from("ab .\n\t“”é王🌊👩‍🔧\U00020bb7\u00a0"), min_size=1, max_size=40)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and a stretch of it that is not only white space."""
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    assume(text[start:end].strip())
    return text, start, end


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text.encode("utf-16-le")) // 2


@given(stretches())
def test_code_points_are_taken_exactly(stretch: tuple[str, int, int]) -> None:
    """A stretch in code points comes back as it was, without white space at its ends, and inside the drawn one."""
    text, start, end = stretch
    extent = proved({"start": start, "end": end, "text": text[start:end]}, text, Counter())
    assert extent.of(text) == text[start:end].strip()
    assert start <= extent.start < extent.end <= end


@given(stretches())
def test_the_quote_as_label_studio_folds_it_agrees(stretch: tuple[str, int, int]) -> None:
    r"""Line breaks as backslash and n, and runs of spaces as one, are no other quote."""
    text, start, end = stretch
    folded = " ".join(text[start:end].replace("\n", " \\n ").split(" "))
    assert proved({"start": start, "end": end, "text": folded}, text, Counter()).of(text) == text[start:end].strip()


@given(stretches())
def test_utf16_offsets_are_found_where_allowed(stretch: tuple[str, int, int]) -> None:
    """UTF-16 units whose quote disagrees as code points are converted in a foreign export, and counted."""
    text, start, end = stretch
    place = {"start": units(text[:start]), "end": units(text[:end]), "text": text[start:end]}
    notes: Counter[str] = Counter()
    try:
        straight = proved(place, text, Counter())
    except Unknown:
        extent = proved(place, text, notes, utf16=True)
        assert notes["utf16"] == 1
        assert (extent.of(text), extent.start >= start, extent.end <= end) == (text[start:end].strip(), True, True)
    else:
        assert "".join(straight.of(text).split()) == "".join(text[start:end].split())


def test_utf16_is_not_tried_on_tasks_of_ours() -> None:
    """Without leave, offsets that fail as code points are an error."""
    with pytest.raises(Unknown, match="reads"):
        proved({"start": 3, "end": 6, "text": "may"}, "🌊 may be", Counter())


def test_an_offset_inside_a_surrogate_pair_is_no_place() -> None:
    """UTF-16 offsets that cut an emoji in two are not rounded to anything."""
    with pytest.raises(Unknown) as caught:
        proved({"start": 1, "end": 9, "text": "🌊 may"}, "🌊 may x", Counter(), utf16=True)
    assert caught.value.reason == "span_out_of_range"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ({"start": 0, "end": 9999, "text": ""}, "span_out_of_range"),
        ({"start": -1, "end": 3}, "span_out_of_range"),
        ({"start": 5, "end": 2}, "span_out_of_range"),
        ({"start": 3, "end": 3}, "empty_span"),
        ({"start": 3, "end": 4, "text": " "}, "empty_span"),
        ({"start": "0", "end": 3}, "not_text"),
        ({"start": True, "end": 3}, "not_text"),
        ({"start": 0.5, "end": 3}, "not_text"),
        ({}, "not_text"),
        ({"start": 0, "end": 3, "text": "may"}, "quote_mismatch"),
    ],
)
def test_what_is_no_stretch_of_the_text_is_said(place: dict[str, object], reason: str) -> None:
    """Nothing is clipped or guessed: each fault has its reason."""
    with pytest.raises(Unknown) as caught:
        proved(place, "Dam may fail", Counter(), utf16=True)
    assert caught.value.reason == reason


def test_white_space_is_trimmed_and_counted() -> None:
    """Blanks that were drawn along are cut off and counted; punctuation stays."""
    notes: Counter[str] = Counter()
    extent = trimmed("so “may ” it", 2, 10, notes)
    assert (extent.start, extent.end, notes) == (3, 9, Counter(trimmed=1))
    with pytest.raises(Unknown, match="white space"):
        trimmed("a  b", 1, 3, notes)
