"""Selectors: an extent is found again in a text that was set anew, and nowhere that reads otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset.anchors import HEAD, Anchors, Folded, anchors
from annotate.records import Gold

WORDS = st.lists(st.text("ab“’–🔥", min_size=1, max_size=4), min_size=1, max_size=12)


def places(text: str, other: str, quote: str) -> list[str]:
    """Return what a selector of a quote's first place finds in another text."""
    start = text.index(quote)
    (anchor,) = anchors(text, [(start, start + len(quote))])
    folded = Folded(other)
    return [other[slice(*folded.back(*place))] for place in anchor.places(folded)]


def test_white_space_quotes_and_dashes_do_not_count() -> None:
    """The same words set with other spaces, quotes and dashes are found, with the offsets of the new text."""
    text = "Rain. “The mill 🔥 burnt – down,” she said. Rain."
    other = 'Rain.\n\n"The mill 🔥  burnt\n- down," she said. Rain.'
    assert places(text, other, "“The mill 🔥 burnt – down,” she said.") == ['"The mill 🔥  burnt\n- down," she said.']
    assert places(text, other, "Rain.") == ["Rain.", "Rain."]


def test_other_words_are_not_found() -> None:
    """One changed word, also behind the selector's first characters, is another text."""
    text = "The mill by the river burnt down on Monday."
    assert places(text, text.replace("Monday", "Tuesday"), text) == []
    assert places(text, "", text) == []


@given(WORDS, st.integers(0, 11), st.integers(1, 12), st.sampled_from([" ", "  ", "\n", "\t "]))
def test_every_extent_is_found_in_its_own_text_however_spaced(
    words: list[str], first: int, count: int, blank: str
) -> None:
    """An extent is among the places of its selector, in the same text and in one with other white space."""
    chosen = words[min(first, len(words) - 1) :][:count]
    before = words[: min(first, len(words) - 1)]
    text, other = " ".join(words), blank.join(words)
    start = len(" ".join([*before, ""])) if before else 0
    (anchor,) = anchors(text, [(start, start + len(" ".join(chosen)))])
    folded = Folded(other)
    found = [other[slice(*folded.back(*place))] for place in anchor.places(folded)]
    assert blank.join(chosen) in found
    assert len(anchor.head) <= HEAD


def test_rows_have_each_extent_once(fire: Gold) -> None:
    """An item and a span with the same extent have one selector, and rows stand in text order."""
    rows = list(Anchors().rows(fire))
    extents = [(row["start"], row["end"]) for row in rows]
    assert extents == sorted({(one.start, one.end) for one in (*fire.sentences, *fire.spans)})
    assert all(set(row) == set(Anchors().features) for row in rows)
    assert all(len(row["head"]) <= HEAD for row in rows)


def test_an_empty_article_has_no_selectors(make_gold: object) -> None:
    """Nothing to find has no rows."""
    assert list(Anchors().rows(make_gold())) == []  # type: ignore[operator]  # the fixture is a function
