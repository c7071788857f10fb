"""Debates: features by sentence, and scores that never saw the debate they are of."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from annotate.baseline.material import material
from annotate.baseline.surface import Surface
from annotate.benchmarks import claimbuster
from annotate.benchmarks.corpus import Corpus
from annotate.benchmarks.debates import Debated, by_sentence, debated


def said(corpus: Corpus, tested: Corpus | None = None) -> Debated:
    """Train with three folds and seed 0."""
    return debated(corpus, tested, folds=3, seed=0, progress=lambda loop, _label, _total: loop)


def test_a_feature_counts_once_a_sentence() -> None:
    """A word that comes twice counts as one that comes once, and a text without a token has no feature."""
    texts = ["rain rain 🕊", "rain 🕊", ""]
    matrix = by_sentence(material(texts, Surface(None), ngrams=False, tokens_too=True, grams=False))
    assert set(matrix.data) == {1}
    assert matrix[2].nnz == 0
    assert matrix.shape[0] == 3


def test_no_score_saw_its_own_debate(data: Path) -> None:
    """With the labels of one fold shuffled, what is said of that fold stays as it was."""
    corpus = claimbuster.read(data / "claimbuster" / "crowdsourced.csv", "train")
    before = said(corpus)
    shuffled = np.where(before.fold == 1, (corpus.gold + 1) % 3, corpus.gold)
    after = said(corpus.relabelled(shuffled.tolist()))
    assert np.allclose(before.out[before.fold == 1], after.out[before.fold == 1])
    assert not np.allclose(before.out[before.fold == 0], after.out[before.fold == 0])
    assert before.test is None


def test_probabilities_are_probabilities(data: Path) -> None:
    """Rows sum to one, in the training corpus and in another one."""
    corpus = claimbuster.read(data / "claimbuster" / "crowdsourced.csv", "train")
    found = said(corpus, corpus)
    assert np.allclose(found.out.sum(axis=1), 1)
    assert np.allclose(found.test.sum(axis=1), 1)
    assert (found.test.argmax(axis=1) == corpus.gold).mean() > 0.9
