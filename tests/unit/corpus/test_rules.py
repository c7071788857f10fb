"""Lines that say what they are."""

from __future__ import annotations

import pytest

from annotate.corpus.dateline import dateline_end
from annotate.corpus.rules import is_byline, kind_of, signature_start


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Also read: Ten bridges that fell", "promo"),
        ("ALSO READ | Ten bridges that fell", "promo"),
        ("Read more: how it began", "promo"),
        ("See also - the map", "promo"),
        ("Related: the map", "promo"),
        ("WATCH: the moment it fell", "promo"),
        ("Sign up for our morning letter", "promo"),
        ("Advertisement", "promo"),
        ("(With inputs from agencies)", "credit"),
        ("With inputs from Corvane Press", "credit"),
        ("(Reporting by Ann Boe; editing by Carl Dorn)", "credit"),
        ("Additional reporting by Ann Boe", "credit"),
        ("Source: Harbour Office", "credit"),
        ("AFP/Reuters", "credit"),
        ("Disclaimer: claims could not be checked.", "disclaimer"),
        ("Correction, May 4: An earlier version was wrong.", "disclaimer"),
        ("Editor’s note: This story was changed.", "disclaimer"),
        ("This article has been updated.", "disclaimer"),
        ("The views expressed are the author's own.", "disclaimer"),
        ("© 2025 Corvane Press", "disclaimer"),
        ("Photo: the bridge on Monday", "caption"),
        ("File photo: the bridge", "caption"),
        ("The bridge on Monday. (Getty Images)", "caption"),
    ],
)
def test_a_line_says_what_it_is(line: str, kind: str) -> None:
    """Each form of promo, credit, disclaimer and caption is known by its words."""
    assert kind_of(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "",
        "🕊",
        "Also, reading scores fell, the board said.",
        "Read the room, she told him.",
        "More people came than were asked.",
        "Related companies were not told.",
        "Sources said the bridge may close.",
        "Watch committees met on Monday.",
        "Photographs of the bridge were shown in court.",
        "Note that nobody was asked.",
        "Reporting by the Gazette led to the inquiry, and its editor welcomed it." + " It was long." * 12,
        "A defendant is presumed innocent.",
    ],
)
def test_an_ordinary_line_says_nothing(line: str) -> None:
    """Sentences that begin with the same words are ordinary text."""
    assert kind_of(line) is None


def test_small_print_counts_at_the_end_only() -> None:
    """A presumption of innocence is a disclaimer among the last lines and a statement elsewhere."""
    line = "A defendant is presumed innocent until proven guilty."
    assert kind_of(line) is None
    assert kind_of(line, last=True) == "disclaimer"


@pytest.mark.parametrize(
    "line", ["By Ann Boe", "BY ANN BOE", "By Łucja Óst and 高橋 Kanoe, Tokyo", "Published May 3, 2025", "3 May 2025"]
)
def test_bylines(line: str) -> None:
    """Who wrote it, or when, and nothing else."""
    assert is_byline(line)


@pytest.mark.parametrize("line", ["By noon the water had gone.", "by and by", "", "On May 3, 2025 it rained all day."])
def test_what_is_no_byline(line: str) -> None:
    """A sentence that begins with "by" or has a day in it is none."""
    assert not is_byline(line)


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("— Ann Boe (@annboe) January 12, 2025", 0),
        ("― نوال / Nawal (@nawal_t) 6 October 2025", 0),
        ("-- Ann (@ann@social.example)", 0),
        ("Tea helps 🫖 — Ann (@ann) May 3", 12),
        ("Tea helps — so she (@ann) said in May.", None),
        ("Write to ann@news.example", None),
        ("— Ann Boe", None),
        ("", None),
    ],
)
def test_signatures(line: str, start: int | None) -> None:
    """A post ends with a dash, a name and a handle in brackets, with or without a day."""
    assert signature_start(line) == start


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("HARROW — The dam failed.", "HARROW —"),
        ("HARROW, May 3 (Corvane Press) — The dam failed.", "HARROW, May 3 (Corvane Press) —"),
        ("NEW HARROW, Belmora (AP) -- The dam failed.", "NEW HARROW, Belmora (AP) --"),
        ("Harrow (Corvane Press) – The dam failed.", "Harrow (Corvane Press) –"),
        ("ŁÓDŹ, 3 maja — 14 people died.", "ŁÓDŹ, 3 maja —"),
        ("ŁÓDŹ — 14 people died.", "ŁÓDŹ —"),
        ("東京 — The dam failed.", None),
        ("BREAKING — The dam failed.", None),
        ("Ann Boe — The engineer — left.", None),
        ("HARROW — the team — lost.", None),
        ("The mayor (who left) — Ann — spoke.", None),
        ("", None),
    ],
)
def test_datelines(line: str, head: str | None) -> None:
    """A place in capitals, or a place with its agency, then a dash and a capital or a digit."""
    end = dateline_end(line)
    assert (None if end is None else line[:end]) == head
