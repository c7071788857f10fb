"""Few sentences and what other corpora teach: folds of neighbours, looks, lessons."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from annotate.benchmarks import newssd
from annotate.benchmarks.subjectivity import Lesson, contiguous, looks, subjective, taught


def test_folds_are_runs_of_neighbours() -> None:
    """Numbers only rise, folds differ by a row at most, and there are no more folds than rows."""
    assert contiguous(7, 3).tolist() == [0, 0, 0, 1, 1, 2, 2]
    assert contiguous(2, 8).tolist() == [0, 1]


def test_looks_count_what_they_say() -> None:
    """A question to us in quotation marks has its marks and words; an empty text has zeros."""
    found = looks(["“Must we really pay 10?”", "", "🕊"])
    assert found.shape[1] == 13
    assert found[0, 2:6].tolist() == [1, 1, 0, 0]
    assert found[0, 6:11].tolist() == [1, 0, 1, 0, 0]
    assert found[0, 11] == 1 / 5
    assert not found[1].any()
    assert not found[2].any()


def test_a_lesson_is_heard() -> None:
    """What another corpus calls true has higher log-odds than what it calls false."""
    lesson = Lesson(["dams may fail"] * 3 + ["dams hold"] * 3, np.array([1, 1, 1, 0, 0, 0]))
    found = taught([lesson], ["it may fail", "it will hold"])
    assert found[0, 0] > 0 > found[1, 0]
    assert taught([], ["x"]).shape == (1, 0)


def test_out_of_fold_answers_never_saw_their_row(data: Path) -> None:
    """With a fold's labels upside down, what is said of that fold stays as it was."""
    corpus = newssd.read(data / "newssd" / "train.csv", "train")
    tested = newssd.read(data / "newssd" / "val.csv", "test")
    _, before, fold = subjective(corpus, tested, [], 4)
    changed = corpus.relabelled(np.where(fold == 2, 1 - corpus.gold, corpus.gold).tolist())
    _, after, _ = subjective(changed, tested, [], 4)
    assert np.array_equal(before.probabilities[fold == 2], after.probabilities[fold == 2])
    assert not np.array_equal(before.probabilities[fold == 1], after.probabilities[fold == 1])
