"""NewsSD-ENG: few sentences to learn from, so that what other corpora teach is heard as well.

Two logistic regressions, both as if the labels were equally frequent: one of n-grams, one of how a sentence looks and of what
models of other corpora say of it (is it uncertain, worth checking, an attribution?). A sentence is subjective where the mean
of their log-odds is above 0: no threshold is tuned, since the share of subjective sentences differs from article to article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from annotate.baseline.assessment import Answers
from annotate.baseline.fit import features
from annotate.baseline.items import Floats, Ints
from annotate.benchmarks.corpus import Corpus

STRENGTH = {"ngrams": 1.0, "looks": 0.1, "lesson": 2.0}
"""scikit-learn's C of each regression; out of fold, others did alike."""
SHARE = 2.0
"""How much the n-grams' log-odds count beside the others', which spread twice as wide out of fold."""
MARKS = ('“”"‘’', "?", "!", "—–")
WORDS = tuple(
    frozenset(words.split())
    for words in (
        "we our us you your i",
        "said told according says",
        "must should need cannot ought",
        "not never no nothing",
        "but yet of course indeed rather even simply merely",
    )
)
"""Sets of words, of which a sentence has one or none: who speaks, who is reported, what ought to be, denial, stance."""
_WORD = re.compile(r"\w+")


class Lesson(NamedTuple):
    """What another corpus teaches: sentences, and which of them have its label."""

    texts: Sequence[str]
    labels: Ints


def contiguous(size: int, count: int) -> Ints:
    """Return the number of each row's fold: runs of neighbouring rows, so that few articles are in two folds."""
    count = min(count, size)
    found: Ints = np.arange(size) * count // size
    return found


def looks(texts: Sequence[str]) -> Floats:
    """Return how sentences look ``(n_texts, n_features)``: length, digits, marks, long words, adverbs, sets of words."""
    rows = []
    for text in texts:
        words = _WORD.findall(text.lower())
        size = max(1, len(words))
        rows.append(
            [
                np.log1p(len(words)),
                sum(letter.isdigit() for letter in text) / max(1, len(text)),
                *(any(mark in text for mark in marks) for marks in MARKS),
                *(bool(those & set(words)) for those in WORDS),
                sum(word.endswith("ly") for word in words) / size,
                sum(map(len, words)) / size,
            ]
        )
    return np.array(rows, dtype=np.float64)


def taught(lessons: Sequence[Lesson], texts: Sequence[str]) -> Floats:
    """Return what models of other corpora say of sentences: their log-odds ``(n_texts, n_lessons)``."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    columns = np.zeros((len(texts), len(lessons)))
    for number, lesson in enumerate(lessons):
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        model = _regression(STRENGTH["lesson"], dual=True)
        model.fit(vectorizer.fit_transform(lesson.texts), lesson.labels)
        columns[:, number] = model.decision_function(vectorizer.transform(texts))
    return columns


def subjective(corpus: Corpus, tested: Corpus, lessons: Sequence[Lesson], folds: int) -> tuple[Answers, Answers, Ints]:
    """Return what is said of the test sentences, what is said of the training sentences out of fold, and those folds."""
    texts = [*corpus.items.texts, *tested.items.texts]
    seen = np.concatenate([looks(texts), taught(lessons, texts)], axis=1)
    everything = np.array(texts, dtype=object)
    train, test = np.arange(len(corpus)), np.arange(len(corpus), len(texts))
    fold = contiguous(len(corpus), folds)
    out = np.zeros(len(corpus))
    for number in np.unique(fold):
        rest, held_out = train[fold != number], train[fold == number]
        out[held_out] = _log_odds(everything, seen, corpus.gold, rest, held_out)
    return _answers(_log_odds(everything, seen, corpus.gold, train, test)), _answers(out), fold


def _log_odds(texts: Any, seen: Floats, gold: Ints, train: Ints, test: Ints) -> Floats:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    ngrams = make_pipeline(features(), _regression(STRENGTH["ngrams"], balanced=True))
    by_look = make_pipeline(StandardScaler(), _regression(STRENGTH["looks"], balanced=True))
    ngrams.fit(texts[train], gold[train])
    by_look.fit(seen[train], gold[train])
    by_words, by_looks = ngrams.decision_function(texts[test]), by_look.decision_function(seen[test])
    found: Floats = (SHARE * by_words + by_looks) / (SHARE + 1)
    return found


def _regression(strength: float, *, balanced: bool = False, dual: bool = False) -> Any:
    from sklearn.linear_model import LogisticRegression

    weight = "balanced" if balanced else None
    return LogisticRegression(
        C=strength, solver="liblinear", class_weight=weight, dual=dual, tol=1e-3, max_iter=1000, random_state=0
    )


def _answers(log_odds: Floats) -> Answers:
    chance = (1 + np.tanh(log_odds / 2)) / 2
    return Answers((log_odds > 0).astype(np.int64), np.stack([1 - chance, chance], axis=1))
