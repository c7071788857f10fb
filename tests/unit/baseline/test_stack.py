"""Training on texts: folds by article, nested scores, and what they choose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.baseline import stack
from annotate.baseline.combination import COMBINATIONS
from annotate.baseline.decisions import FEW, MIDDLE, PRECISION, certain, compare, drawn_in
from annotate.baseline.examples import Examples, examples
from annotate.baseline.metrics import best_threshold
from annotate.baseline.stack import assign, learn
from annotate.baseline.tagger import Cue
from annotate.errors import UndefinedError
from annotate.language.patterns import load_patterns

PLACES = ("dam", "bridge", "harbour", "school", "depot", "museum", "mill", "quarry")
KINDS = (("The {} may have closed 🕊.", "yes"), ("The {} closed on Monday.", "no"), ("Nobody saw the {} close.", "no"))
ROWS = [(text.format(place), label, place) for place in PLACES for text, label in KINDS]


def given_rows(rows: list[tuple[str, str, str]] = ROWS, *, cues: bool = True) -> Examples:
    """Return examples; *may* is marked as a cue."""
    texts, labels, groups = zip(*rows, strict=True)
    spans = [[Cue(t.index("may"), t.index("may") + 3, "modal")] if " may " in t else [] for t in texts]
    return examples(texts, labels, groups, cues=spans if cues else None, positive="yes")


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), min_size=2, max_size=60), st.integers(0, 99))
def test_no_article_stands_in_two_folds(rows: list[tuple[int, int]], seed: int) -> None:
    """Whatever the articles' sizes and labels: every fold is there, and no article is in two."""
    articles = [article for article, _ in rows]
    found = examples(["x"] * len(rows), ["abc"[label] for _, label in rows], articles)
    if len(set(articles)) < 2:
        with pytest.raises(UndefinedError, match="has 1 article"):
            assign(found, seed)
        return
    fold = assign(found, seed)
    assert set(fold.tolist()) == set(range(min(5, len(set(articles)))))
    for article in set(articles):
        assert len({fold[n] for n, other in enumerate(articles) if other == article}) == 1


def test_the_same_seed_gives_the_same_folds() -> None:
    """Another seed gives others."""
    first, again, other = (assign(given_rows(), seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("take", ["stack", "words", "grams"])
def test_labels_of_a_fold_never_touch_its_own_scores(monkeypatch: pytest.MonkeyPatch, take: str) -> None:
    """Turned round, they change what is said of other folds and nothing of their own: scores are nested."""
    monkeypatch.setattr(stack, "STRENGTHS", (0.3,))
    rows = given_rows(cues=False)
    fold = assign(rows, 0)
    soft = rows.soft["label"].copy()
    soft[fold == 0] = soft[fold == 0][:, ::-1]
    turned = replace(rows, soft={"label": soft})
    first, second = (
        learn(g, take=take, folds=fold, predictor=False).targets["label"].probabilities for g in (rows, turned)
    )
    np.testing.assert_array_equal(first[fold == 0], second[fold == 0])
    assert np.abs(first[fold != 0] - second[fold != 0]).max() > 0.01


@pytest.mark.parametrize("cues", [True, False])
def test_a_predictor_repeats_what_it_was_taught(*, cues: bool) -> None:
    """With cue spans and without: the hedged sentences are told apart, and *may* is marked in a new one (without spans: some word is)."""
    learnt = learn(given_rows(cues=cues), patterns=load_patterns(), take="words")
    assert learnt.targets["label"].macro_f1 == 1
    assert learnt.predictor is not None
    said = learnt.predictor.say(["The ferry may have closed 🕊.", "The ferry closed on Monday.", ""])
    chances = said.probabilities["label"]
    assert chances.shape == (3, 2)
    assert chances[0, 1] > 0.5 > chances[1, 1]
    assert {cue.type for cue in said.cues[0]} == {"modal" if cues else "yes"}
    assert not cues or said.cues[0] == [Cue(10, 13, "modal")]
    assert said.cues[1:] == [[], []]


def test_out_of_fold_cues_are_of_texts_not_seen() -> None:
    """Every marked word is found again without its article."""
    learnt = learn(given_rows(), predictor=False)
    assert [len(cues) for cues in learnt.cues] == [1, 0, 0] * len(PLACES)


def test_more_than_two_labels_have_no_threshold() -> None:
    """The most probable is predicted; rows sum to 1."""
    rows = [(text.format(place), name, place) for place in PLACES for (text, _), name in zip(KINDS, "abc", strict=True)]
    found = learn(examples(*map(list, zip(*rows, strict=True))), predictor=True)
    target = found.targets["label"]
    assert target.threshold is None
    assert target.macro_f1 == 1
    np.testing.assert_allclose(target.probabilities.sum(axis=1), 1)
    assert found.predictor is not None
    assert found.predictor.say([ROWS[2][0]]).probabilities["label"].argmax() == 2


@pytest.mark.parametrize("count", [2, 3])
def test_few_articles_are_noted(count: int) -> None:
    """With fewer than folds there are as many folds as articles; with two nothing can be nested."""
    learnt = learn(given_rows([row for row in ROWS if row[2] in PLACES[:count]]), predictor=False)
    assert learnt.notes[0] == f"{count} folds instead of 5: the train split has {count} articles"
    assert (len(learnt.notes) == 2) == (count == 2)


@pytest.mark.parametrize("text", ["🕊", "…", "漢"])
def test_texts_without_words_are_learnt_from_like_any_other(text: str) -> None:
    """Alone they teach nothing: every text gets the same probability."""
    rows = [(text, label, str(n)) for n in range(4) for label in ("yes", "no")[:: 1 - 2 * (n % 2)]]
    found = learn(examples(*map(list, zip(*rows, strict=True)), positive="yes"))
    assert found.predictor is not None
    assert found.predictor.say([text]).probabilities["label"][0, 1] == pytest.approx(0.5, abs=0.1)


def test_a_tie_has_no_gold_label() -> None:
    """Half the votes each."""
    rows = replace(given_rows(), soft={"label": np.array([[0.5, 0.5], [0.2, 0.8], [1.0, 0.0]])})
    assert rows.gold["label"].tolist() == [-1, 1, 0]


def test_the_simplest_that_is_not_beaten_by_more_than_noise_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all say the same, the patterns alone; the reference is never taken; all pieces only if they are asked for."""
    same = np.tile([0.5, 0.5], (len(ROWS), 1))
    monkeypatch.setattr(stack._Trainer, "probabilities", lambda *_: same)
    monkeypatch.setattr(stack._Trainer, "predictor", lambda *_: None)
    assert learn(given_rows()).targets["label"].combination == next(iter(COMBINATIONS))
    right = given_rows().soft["label"] * 0.98 + 0.01

    def better(_trainer: Any, _target: str, combination: str) -> Any:
        return right if combination in {"simple", "words", "stack"} else same

    monkeypatch.setattr(stack._Trainer, "probabilities", better)
    assert learn(given_rows()).targets["label"].combination == "words"
    assert learn(given_rows(), take="stack").targets["label"].combination == "stack"


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_a_threshold_of_few_texts_stays_near_the_middle(rows: list[tuple[float, bool]]) -> None:
    """It lies between the best one and one half, and the same texts many times over let it go where they want it."""
    chance, positive = np.array([score for score, _ in rows]), np.array([*(yes for _, yes in rows[:-1]), True])
    best, found = best_threshold(positive, chance), drawn_in(positive, chance)
    assert min(best, MIDDLE) - 1e-12 <= found <= max(best, MIDDLE) + 1e-12
    assert abs(found - MIDDLE) <= abs(best - MIDDLE) * len(rows) / (len(rows) + FEW) + 1e-12
    many = drawn_in(np.tile(positive, 200), np.tile(chance, 200))
    assert abs(many - best) <= abs(best - MIDDLE) * FEW / (FEW + 200) + 1e-12


def test_comparisons_by_hand() -> None:
    """Log losses -ln .8 and -ln .5; two articles that differ alike leave no error."""
    soft = np.array([[0.0, 1.0], [1.0, 0.0]])
    every = {"good": np.array([[0.2, 0.8], [0.8, 0.2]]), "poor": np.full((2, 2), 0.5)}
    found = compare(every, soft, np.array([0, 1]))
    assert found["good"].loss == pytest.approx(-np.log(0.8))
    assert found["poor"].behind == pytest.approx(np.log(0.8 / 0.5))
    assert (found["good"].behind, found["poor"].error) == (0, pytest.approx(0))


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60))
def test_what_is_not_abstained_from_kept_the_stated_precision(rows: list[tuple[int, bool]]) -> None:
    """Whatever the scores, ties among them: from the cut on nine of ten were right, and no lower score would do."""
    chance = np.array([0.5 + score / 40 for score, _ in rows])
    gold = np.array([int(right) for _, right in rows])
    table = np.stack([1 - chance, chance], axis=1)
    cut = certain(gold, np.ones(len(rows), dtype=int), table, ("no", "yes"))["yes"]
    shares = {float(c): gold[chance >= c].mean() for c in chance}
    reached = [c for c, share in shares.items() if share >= PRECISION]
    if cut is None:
        assert not reached
    else:
        assert gold[chance >= cut].mean() >= PRECISION
        assert (chance >= cut).sum() == (chance >= min(reached)).sum()
