"""Sentence vectors: words that keep the same company are near, and nothing breaks where there are few words."""

from __future__ import annotations

import numpy as np

from annotate.baseline.tokens import tokens
from annotate.benchmarks.vectors import sentence_vectors


def test_words_of_like_company_are_alike() -> None:
    """Two nouns used alike are nearer to one another than either is to a verb that never stands there."""
    frames = ("the {} of Velm holds", "they mend the {} again", "a {} has failed")
    texts = [frame.format(noun) for frame in frames for noun in ("dam", "pier") for _ in range(4)]
    texts += [f"they {verb} it now" for verb in ("count", "paint") for _ in range(4)]
    found = sentence_vectors(tokens([*texts, "dam", "pier", "count"]), 6)
    dam, pier, count = found[-3:] / np.linalg.norm(found[-3:], axis=1, keepdims=True)
    assert dam @ pier > 0.9
    assert dam @ count < 0.5


def test_a_sentence_is_the_mean_of_its_words() -> None:
    """Twice the same words are the same vector; no word, or one that is too rare, is none; case does not count."""
    texts = ["it may rain 🕊", "It May rain 🕊", "it may rain it may rain 🕊 🕊", "it will rain", "", "sleet"]
    found = sentence_vectors(tokens(texts), 3)
    assert found.shape == (6, 3)
    assert np.allclose(found[0], found[1])
    assert np.allclose(found[0], found[2])
    assert not np.allclose(found[0], found[3])
    assert not found[4:].any()


def test_no_text_has_no_column() -> None:
    """Where there is no token there is nothing to compare."""
    assert sentence_vectors(tokens(["", ""]), 5).shape == (2, 0)
    assert not sentence_vectors(tokens(["rain"]), 5).any()
