"""Sentences of news text, cut at the right places; the cases are written for this test."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus.sentences import sentences

CASES = """
Gen. Boe met Dr. Ost and Mrs. Dorn.|They left at 5 p.m. on Monday.
The army said so.|Lt. Col. A. J. Marn of Pvt. Dole's unit agreed.
The U.S. Senate voted.|It was 3.5 percent, No. 4 on the list.
He moved to the U.S.|He died there.
It ended at 9 p.m.|The hall was empty.
The vote is at 9 p.m. ET on Friday.
Harrow Inc. Chairman Ann Boe resigned.|Harrow Inc.|The firm gave no reason.
On Jan. 5 the dam, i.e. the old one, failed.|No one knew.
“We saw it.|We left,” she said.|“Nobody came.”|He nodded.
“Is it safe?” Boe asked.|“No!” the guard shouted.
“Is it safe?” the mayor asked.
"Run!" she shouted.|Nobody did.
He asked: Who did it?|Nobody answered.
The list (see p. 4. Ask Ann.) was long.|It ended.
Prices rose 1.2 per cent.|That is a lot.
Wait... what did he say?|Nothing.
He left…|She stayed.
1. Boil the water.|2. Add tea.
Q. What should I bring?|A. A cup.
She paid Rs. 500 vs. Harrow's 600.
The Rev. Ann Boe, Esq., spoke.|St. Brisa's was full.
"Ready?"|"Yes."|They went.
What?!|Nobody said that.
高橋は来た。|雨が降った。
هل جاء؟|نعم.
It rained 🕊.|Then it stopped 🕊 and the sun came out.
Visit news.example.com for more.|It is free.
He said "no."|She said “yes.”|All left.
Mr. & Mrs. Ost came.|J.R.R. Dole wrote it.
The temperature fell to –3.|Snow came.
Boe (born in the U.K.) left.|Good.
The firm, Yahoo! said, had left.
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_hard_cases(case: str) -> None:
    """Titles, initials, numbers, brackets, quotations, ellipses and other scripts, cut where a bar stands."""
    wanted = case.split("|")
    text = " ".join(wanted)
    assert [extent.of(text) for extent in sentences(text)] == wanted


def test_a_line_end_ends_a_sentence() -> None:
    """A heading without a full stop is a sentence of its own."""
    text = "A long wait\n\nIt rained."
    assert [extent.of(text) for extent in sentences(text)] == ["A long wait", "It rained."]


def test_only_the_stretch_asked_for_is_cut() -> None:
    """Offsets count in the whole text."""
    text = "🕊 One. Two. Three."
    assert [(extent.start, extent.end) for extent in sentences(text, 2, 11)] == [(2, 6), (7, 11)]


def test_nothing_has_no_sentences() -> None:
    """An empty text and white space give none."""
    assert sentences("") == []
    assert sentences(" \n ") == []


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("aB1 .!?…\"'”“()\n,。؟🕊—"), max_size=60))
def test_nothing_but_white_space_lies_between_sentences(text: str) -> None:
    """Sentences are in order, disjoint, solid, and leave out only white space."""
    at = 0
    for extent in sentences(text):
        assert text[at : extent.start].strip() == ""
        assert at <= extent.start < extent.end
        assert extent.of(text).strip() == extent.of(text)
        at = extent.end
    assert text[at:].strip() == ""


@pytest.mark.parametrize("text", ["." * 200_000 + "x", "e.g. x " * 50_000, "(A. " * 50_000, "x" * 200_000 + ". y"])
def test_odd_text_takes_no_longer_than_its_length_asks(text: str) -> None:
    """Runs of dots, abbreviations without end and open brackets are cut in linear time (the test's time limit holds it)."""
    assert sentences(text)[-1].end == len(text.rstrip())
