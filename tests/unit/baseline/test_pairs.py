"""Minimal pairs: the bundled suite is well formed, and a system's answers are counted by pair."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from annotate.baseline.bounds import wilson
from annotate.baseline.pairs import Labels, Side, judge_pairs, lexicon_system, patterns_system, read_pairs
from annotate.codebook import load
from annotate.corpus.article import make_article
from annotate.errors import DataError, UndefinedError
from annotate.files import write
from annotate.language.patterns import load_patterns
from annotate.records import Article, Extent

BOOK = load()
SUITE = Path(__file__).parents[3] / "corpora" / "minimal-pairs"
YES: dict[str, str] = {"status": "unverified", "hedged": "yes", "flagged": "yes"}
NO: dict[str, str] = {"status": "unverified", "hedged": "no", "flagged": "no"}


def pair(name: str, phenomenon: str = "evidential") -> list[Side]:
    """Return a pair that differs in one word, with an emoji in both."""
    return [
        Side(pair=name, phenomenon=phenomenon, text="The dam reportedly failed 🕊.", labels=YES, cues=("reportedly",)),
        Side(pair=name, phenomenon=phenomenon, text="The dam failed 🕊.", labels=NO),
    ]


def answering(labels: dict[str, str]) -> object:
    """Return a system that says the same of every sentence."""

    def system(article: Article) -> list[tuple[Extent, Labels]]:
        return [(sentence, labels) for sentence in article.read_sentences(BOOK.read)]

    return system


def test_the_bundled_suite_is_well_formed() -> None:
    """At least 120 pairs; labels, flags and cues agree with one another and with the codebook."""
    pairs = read_pairs(SUITE)
    assert len(pairs) >= 120
    for sides in pairs:
        for side in sides:
            article = make_article(side.text)
            sentence = list(article.read_sentences(BOOK.read))[side.sentence].of(article.text)
            assert all(cue in sentence for cue in side.cues), side.pair
            assert (side.labels["hedged"] == "yes") == bool(side.cues), side.pair
            if side.labels["status"] == "disputed" or (side.cues and side.labels["status"] != "verified"):
                assert side.labels["flagged"] == "yes", side.pair
        same = sides[0].labels == sides[1].labels
        assert same == (sides[0].phenomenon == "invariance"), sides[0].pair
        assert sides[0].text != sides[1].text


def test_no_text_stands_twice() -> None:
    """No two pairs share a text."""
    texts = Counter(side.text for sides in read_pairs(SUITE) for side in sides)
    assert [text for text, count in texts.items() if count > 1] == []


def test_the_same_answer_to_both_sides_passes_nothing() -> None:
    """A pair counts only where both sides are right; the side that is right counts by itself."""
    sides = [*pair("a"), *pair("b", "epistemic")]
    found = judge_pairs([(sides[0], sides[1]), (sides[2], sides[3])], answering(NO), "stubborn", BOOK)  # type: ignore[arg-type]  # a system
    assert (found.whole.pairs, found.whole.passed, found.whole.sides_right) == (2, 0, 2)
    assert (found.whole.low, found.whole.high) == wilson(0, 2)
    assert found.targets == {"status": 1.0, "hedged": 0.5, "flagged": 0.5}
    assert {miss.target for miss in found.misses} == {"hedged", "flagged"}
    assert set(found.phenomena) == {"evidential", "epistemic"}


def test_what_a_system_cannot_say_is_left_out_and_counted() -> None:
    """It is judged by the rest of the labels; pairs that differ in nothing of the rest are not counted as passed."""
    claims = [
        Side(pair="c", phenomenon="claim", text=text, labels={"status": status, "hedged": "no"})
        for text, status in (("The dam failed 🕊.", "unverified"), ("Who knows 🕊?", "none"))
    ]
    alone = [Side(pair="d", phenomenon="claim", text=side.text, labels={"status": "none"}) for side in claims]
    same = [Side(pair="e", phenomenon="invariance", text=side.text, labels=NO) for side in claims]
    suite = [(one, other) for one, other in (pair("a"), claims, alone, same)]
    found = judge_pairs(suite, answering({"hedged": "no"}), "hedges", BOOK, ("status", "flagged"))  # type: ignore[arg-type]  # a system
    assert found.unsaid == ("status", "flagged")
    assert found.left_out == 2
    assert {name: (one.pairs, one.passed) for name, one in found.phenomena.items()} == {
        "evidential": (1, 0),
        "invariance": (1, 1),
    }
    assert found.targets == {"hedged": 0.75}
    assert [(miss.target, miss.given) for miss in found.misses] == [("hedged", "no")]


def test_a_suite_about_other_targets_is_refused() -> None:
    """There is no share of nothing."""
    with pytest.raises(UndefinedError, match="none of the 1 pairs"):
        judge_pairs([tuple(pair("a"))], answering(NO), "any", BOOK, tuple(YES))  # type: ignore[arg-type, list-item]  # a system, a pair


def test_patterns_pass_what_the_lexicon_cannot() -> None:
    """The suggester sees the claim and the cue; the lexicon sees no claim."""
    patterns = load_patterns()
    sides = pair("a")
    assert judge_pairs([(sides[0], sides[1])], patterns_system(BOOK, patterns), "patterns", BOOK).whole.passed == 1
    assert judge_pairs([(sides[0], sides[1])], lexicon_system(BOOK, patterns), "lexicon", BOOK).whole.passed == 0


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ([], "no pairs"),
        (pair("a")[:1], "pair 'a' has 1 sides"),
        ([pair("a")[0], pair("a", "epistemic")[1]], "two phenomena"),
    ],
)
def test_a_broken_suite_is_refused(tmp_path: Path, sides: list[Side], words: str) -> None:
    """An empty folder, half a pair and a pair of two phenomena are said."""
    if sides:
        write(tmp_path / "pairs.jsonl", sides)
    with pytest.raises(DataError, match=words):
        read_pairs(tmp_path)


def test_a_sentence_or_label_that_is_not_there_is_refused() -> None:
    """A side must name a sentence of its text and a label of the codebook."""
    first, second = pair("a")
    for wrong in ({"sentence": 3}, {"labels": {"status": "true"}}, {"labels": {"truth": "yes"}}):
        side = Side(**{"pair": "a", "phenomenon": "x", "text": first.text, "labels": YES, **wrong})  # type: ignore[arg-type]  # as given
        with pytest.raises(DataError, match="pair 'a'"):
            judge_pairs([(side, second)], answering(NO), "any", BOOK)  # type: ignore[arg-type]  # a system
