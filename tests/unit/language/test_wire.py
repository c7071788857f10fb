"""The wire article: the suggestions hold what the label scheme says of it, sentence by sentence.

The article's text may not be part of the project: spans are offsets with the beginning of the quote's SHA-256.
Where a suggestion differs from the scheme, docs/wire-article.md says why.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.language.suggester import PatternSuggester
from annotate.records import Article, Suggestion

STATUS = {
    # read sentence: status of its claims, hedged, flagged
    1: ("unverified", "no", "no"),
    2: ("unverified", "yes", "yes"),
    3: ("unverified", "no", "no"),
    4: ("unverified", "yes", "yes"),
    5: ("unverified", "yes", "yes"),
    6: ("unverified", "no", "no"),
    7: ("unverified", "no", "no"),
    8: ("unverified", "no", "no"),
    9: ("none", "no", "no"),
    10: ("none", "no", "no"),
    11: ("verified", "yes", "no"),
    12: ("none", "no", "no"),
    13: ("none", "no", "no"),
    14: ("unverified", "no", "no"),
    15: ("none", "no", "no"),
    16: ("unverified", "yes", "yes"),
    17: ("verified", "no", "no"),
    18: ("none", "yes", "yes"),
    19: ("none", "yes", "yes"),
    20: ("none", "no", "no"),
}

CLAIMS = [
    # status, start, end, quote, basis
    ("unverified", 0, 146, "d592130eac8a", "attributed"),
    ("unverified", 297, 390, "df22e61fb027", "attributed"),
    ("unverified", 511, 563, "2fed9969ae55", "own_voice"),
    ("unverified", 568, 630, "76e7bd194cdd", "own_voice"),
    ("unverified", 633, 732, "2a6f81d6b3f8", "attributed"),
    ("unverified", 765, 822, "03d6b8ff73a5", "attributed"),
    ("unverified", 910, 953, "8502bc25305f", "attributed"),
    ("unverified", 966, 1092, "b0b401c942f3", "attributed"),
    ("unverified", 1104, 1233, "ae86f63696bc", "attributed"),
    ("unverified", 1291, 1373, "8717501f1d64", "attributed"),
    ("unverified", 1380, 1465, "3d5594354e42", "attributed"),
    ("verified", 2006, 2040, "edd8f1205853", "confirmed"),
    ("unverified", 2254, 2317, "7f6025e08b02", "attributed"),
    ("unverified", 2453, 2546, "a534a419f65f", "attributed"),
    ("verified", 2692, 2797, "0f9d4eb02df9", "confirmed"),
]
HEDGES = [
    # type, start, end, quote
    ("epistemic", 283, 291, "4932c716f725"),  # indicate
    ("evidential", 418, 425, "d79d3458a588"),  # claimed
    ("evidential", 685, 695, "a8f8ab16d647"),  # reportedly
    ("approximator", 739, 759, "d35a8a3dfed9"),
    ("approximator", 910, 923, "5f79c870f2ac"),  # approximately
    ("evidential", 1990, 1997, "d79d3458a588"),  # claimed
    ("explicitly_unverified", 2551, 2596, "35b114708bd7"),
    ("condition", 2902, 2904, "935f68319d4f"),  # if
    ("epistemic", 3058, 3061, "ee4d988c65de"),  # may
]
SOURCES = [
    # kind, start, end, quote
    ("person", 161, 184, "95e7702aa2ca"),
    ("organisation", 204, 228, "0d94286814bc"),
    ("document", 250, 282, "e031d81c787d"),
    ("person", 393, 417, "ae7abcaf38b2"),
    ("organisation", 476, 509, "b4a42207b40a"),
    ("person", 825, 828, "e7da824a74f6"),  # Lee
    ("organisation", 856, 893, "9f0be0fe299e"),
    ("person", 956, 959, "e7da824a74f6"),  # Lee
    ("person", 1094, 1096, "372f7e2fd2d0"),  # he
    ("person", 1240, 1243, "e7da824a74f6"),  # Lee
    ("document", 1245, 1276, "84c239d677ef"),
    ("person", 1473, 1485, "4c46ddea920f"),
    ("person", 1647, 1685, "5cb94d87073a"),
    ("organisation", 1883, 1926, "d5e28aa6490c"),
    ("organisation", 1987, 1989, "2ad8a7049d7c"),  # it
    ("person", 2348, 2390, "e2e3a062f210"),
    ("organisation", 2423, 2430, "580eedc669f3"),  # Ukraine
    ("organisation", 2626, 2633, "398215401318"),
    ("organisation", 2642, 2657, "b58647e37754"),
    ("organisation", 2669, 2671, "2ad8a7049d7c"),  # it
    ("person", 2826, 2834, "68499d737205"),  # Zelensky
    ("person", 3096, 3104, "68499d737205"),  # Zelensky
    ("person", 3252, 3254, "372f7e2fd2d0"),  # he
]
ATTRIBUTED = [
    # where the claim begins, where its source begins
    (0, 161),
    (297, 250),
    (633, 825),
    (765, 825),
    (910, 956),
    (966, 1094),
    (1104, 1240),
    (1291, 1245),
    (1380, 1245),
    (2006, 1987),
    (2254, 2348),
    (2453, 2423),
    (2692, 2669),
]
RELAYS = [
    # where the speaker begins, where the source behind it begins
    (161, 204),
    (393, 476),
    (476, 250),
    (825, 856),
    (1473, 1245),
    (2642, 2626),
]


@pytest.fixture(scope="module")
def article(wire: Path) -> Article:
    """The wire article."""
    return make_article(wire.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def suggestion(article: Article, suggester: PatternSuggester) -> Suggestion:
    """What is suggested for it."""
    return suggester.suggest(article)


def test_the_article_is_the_one_that_was_read(article: Article, book: Codebook) -> None:
    """The text is the one that the offsets below count in, and has twenty read sentences."""
    assert article.id == "898a3d28cb81aaca"
    assert len(list(article.read_sentences(book.read))) == len(STATUS)


@pytest.mark.parametrize("number", STATUS)
def test_labels_follow_the_scheme(article: Article, suggestion: Suggestion, book: Codebook, number: int) -> None:
    """The codebook's rules make of the suggested spans what the scheme's table says of the sentence."""
    sentence = list(article.read_sentences(book.read))[number - 1]
    decided = book.decide(span for span in suggestion.spans if span.overlaps(sentence))
    assert (decided.labels["status"], decided.labels["hedged"], decided.labels["flagged"]) == STATUS[number]


@pytest.mark.parametrize(("layer", "expected"), [("claim", CLAIMS), ("hedge", HEDGES), ("source", SOURCES)])
def test_spans(suggestion: Suggestion, layer: str, expected: list[tuple[str, ...]]) -> None:
    """Exactly these spans are suggested, in text order."""
    found = [
        (
            span.label,
            span.start,
            span.end,
            hashlib.sha256(span.text.encode()).hexdigest()[:12],
            *([span.basis] if span.basis else []),
        )
        for span in suggestion.spans
        if span.layer == layer
    ]
    assert found == expected


@pytest.mark.parametrize(("kind", "expected"), [("attributed_to", ATTRIBUTED), ("relays", RELAYS)])
def test_links(suggestion: Suggestion, kind: str, expected: list[tuple[int, int]]) -> None:
    """Each attributed claim has its nearest source, and the chains run lawmaker → agency → memos and AFP → agency."""
    starts = {span.id: span.start for span in suggestion.spans}
    assert [(starts[link.from_], starts[link.to]) for link in suggestion.links if link.type == kind] == expected


def test_nothing_is_disputed(suggestion: Suggestion) -> None:
    """A suggester that finds a disputed claim in it is wrong."""
    assert "disputed" not in {span.label for span in suggestion.spans}
