"""Hedge cues by type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.language.hedges import hedges
from annotate.language.patterns import Patterns, load_patterns


def cues(text: str, patterns: Patterns) -> list[tuple[str, str]]:
    """Return (type, text) of the cues."""
    return [(cue.label, cue.text) for cue in hedges(text, 0, len(text), patterns)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry may have left 🎉.", [("epistemic", "may")]),
        ("Tests indicate a leak.", [("epistemic", "indicate")]),
        ("It is not yet clear whether he swam.", [("epistemic", "not yet clear whether")]),
        ("Officials believe he swam.", [("doxastic", "believe")]),
        ("She is thought to have left.", [("doxastic", "thought")]),
        ("Police are investigating whether he swam.", [("investigation", "investigating whether")]),
        ("The cause is under investigation.", [("investigation", "under investigation")]),
        ("If the vote passes, the pier stays.", [("condition", "If")]),
        ("Unless it rains, we sail.", [("condition", "Unless")]),
        ("The pier was reportedly sold.", [("evidential", "reportedly")]),
        ("He claimed the pier was sold.", [("evidential", "claimed")]),
        ("The alleged sale took a day.", [("evidential", "alleged")]),
        ("Some 40 boats left.", [("approximator", "Some")]),
        ("About a dozen boats left, roughly a third.", [("approximator", "About"), ("approximator", "roughly")]),
        ("There are estimates suggesting a loss.", [("approximator", "estimates suggesting")]),
        (
            "This could not be independently verified.",
            [("explicitly_unverified", "could not be independently verified")],
        ),
        ("No evidence of the sale was provided.", [("explicitly_unverified", "No evidence of the sale was provided")]),
        ("He gave no names to back this.", [("explicitly_unverified", "gave no names to back")]),
        ("", []),
    ],
)
def test_cues(patterns: Patterns, text: str, expected: list[tuple[str, str]]) -> None:
    """Each type is found, in the shortest phrase that does it."""
    assert cues(text, patterns) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The pier opened in May.",
        "May I go?",
        "He asked if it was true.",
        "Undoubtedly the pier stands; there is no doubt.",
        "More than 40 boats left, over 300 in all.",
        "Some of the boats left.",
        "He talked about boats.",
        "The inquiry was closed in March.",
        "They denied the claim.",
        "The mayor said, announced, told and added it, according to the log.",
        "He believes in the harbour.",
        "The think tank met as soon as possible.",
    ],
)
def test_what_only_looks_like_a_cue(patterns: Patterns, text: str) -> None:
    """Months, questions, boosters, bounds, parts, things and plain attribution are no hedges."""
    assert cues(text, patterns) == []


@given(
    st.lists(
        st.sampled_from(["may", "claimed", "no proof", "was given", "🎉", "習近平", "İ", ".", "\n", "about", "40"])
    )
)
def test_every_cue_reads_as_it_says(pieces: list[str]) -> None:
    """Cues are disjoint, in order, read as the text does, and have a type of the codebook and a score."""
    patterns = load_patterns()
    text = " ".join(pieces)
    end = 0
    for cue in hedges(text, 0, len(text), patterns):
        cue.check(text)
        assert cue.start >= end
        assert cue.score is not None
        assert 0 <= cue.score <= 1
        end = cue.end


def test_the_types_are_the_codebooks(book: Codebook, patterns: Patterns) -> None:
    """Every type of cue that the patterns name is a label of the hedge layer, and the other way round."""
    named = {name for variants in patterns.hedge.phrases.values() for _, names in variants for name in names}
    assert named - {"not"} == set(book.labels("hedge"))


def test_offsets_count_in_the_whole_text(patterns: Patterns) -> None:
    """A window's cues carry the offsets of the text around it."""
    text = "🎉 It may rain. It may snow."
    assert [(cue.start, cue.text) for cue in hedges(text, 15, len(text), patterns)] == [(18, "may")]
