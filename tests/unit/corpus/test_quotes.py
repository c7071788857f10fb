"""Quotations with their marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus.anatomy import segments
from annotate.corpus.quotes import quotes
from annotate.records import Segment, SegmentKind

BODY = SegmentKind.BODY


def read(text: str) -> list[str]:
    """Return the quotations of a text whose lines are its body."""
    parts, at = [], 0
    for line in text.split("\n"):
        if line:
            parts.append(Segment(start=at, end=at + len(line), kind=BODY))
        at += len(line) + 1
    return [extent.of(text) for extent in quotes(text, parts)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"We left," she said, "at noon."', ['"We left,"', '"at noon."']),
        ("“We heard ‘run’ twice,” she said.", ["“We heard ‘run’ twice,”"]),
        ("He called it „ein Fehler“ and « une erreur ».", ["„ein Fehler“", "« une erreur »"]),
        ("彼は「来た」と言った。", ["「来た」"]),
        ("The ‘temporary’ wall isn’t temporary.", ["‘temporary’"]),
        ("The boys' mother said 'no' in the '90s.", ["'no'"]),
        ("Don't. It's the dogs' dinner.", []),
        ("A 6' 2\" man came.", []),
        ('He said "we left', ['"we left']),
        ("“Tea 🫖 helps.”", ["“Tea 🫖 helps.”"]),
        ("", []),
    ],
)
def test_marks(text: str, wanted: list[str]) -> None:
    """Straight, curly, low, angle and corner marks are read; apostrophes, inches and decades are none."""
    assert read(text) == wanted


def test_a_quotation_goes_on_where_the_next_paragraph_opens_again() -> None:
    """Each paragraph of a long quotation opens with the mark, and only the last closes it."""
    text = "“We came.\n“We saw.\n“We left,” she said. “Yes.”"
    assert read(text) == ["“We came.\n“We saw.\n“We left,”", "“Yes.”"]


def test_an_open_quotation_ends_with_its_paragraph() -> None:
    """Where the next paragraph does not open again, a forgotten mark swallows nothing."""
    assert read("“We came.\nIt rained.\n“Yes,” she said.") == ["“We came.", "“Yes,”"]


def test_a_quotation_does_not_go_into_another_kind_of_segment() -> None:
    """A post is no part of the paragraph's quotation."""
    text = "“We came.\n“We left.”"
    parts = [Segment(start=0, end=9, kind=BODY), Segment(start=10, end=len(text), kind=SegmentKind.POST)]
    assert [extent.of(text) for extent in quotes(text, parts)] == ["“We came.", "“We left.”"]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("as \"'“”‘’„«»「」.\n🕊"), max_size=40))
def test_quotations_are_disjoint_and_lie_in_the_text(text: str) -> None:
    """Whatever the marks, extents come in order, inside the text, and begin with a mark."""
    at = 0
    for extent in quotes(text, segments(text)):
        assert at <= extent.start < extent.end <= len(text)
        assert extent.of(text)[0] in "\"'“„«‘「»"
        at = extent.end


@pytest.mark.parametrize("text", ["'a " * 20_000, "'as' b " * 10_000, "‘as’ b " * 10_000, '"' * 50_000])
def test_thousands_of_marks_are_read_in_linear_time(text: str) -> None:
    """A paragraph full of marks does not hang (the test's time limit holds it)."""
    assert isinstance(read(text.rstrip()), list)
