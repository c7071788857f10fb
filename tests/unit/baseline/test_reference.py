"""The TF-IDF reference: nested parts of a train split, a learning curve and a control."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotate.baseline.evaluate import evaluate
from annotate.baseline.items import manifest_sha256, read_items
from annotate.baseline.reference import references, simple, sizes
from annotate.baseline.scorer import Model
from annotate.codebook import DEFAULT
from annotate.errors import DataError


def test_parts_grow_to_the_whole() -> None:
    """Two articles at least, no part twice, nothing of one article alone."""
    assert sizes(8) == [2, 4, 8]
    assert sizes(2) == [2]
    assert sizes(0) == sizes(1) == []
    assert sizes(80) == [10, 20, 40, 80]


def test_parts_are_nested_and_whole_articles(release: Path, model: Model) -> None:
    """What is trained on is a release of its own, with the label names and the manifest of the whole."""
    seen: list[set[str]] = []

    def train(dataset: Path, folder: Path, target: str | None) -> Model:
        assert target is None
        part = read_items(dataset, "train")
        assert part.targets["status"].names == ("none", "verified", "unverified", "disputed")
        assert manifest_sha256(dataset) == manifest_sha256(release)
        assert not folder.exists()
        seen.append(set(part.articles))
        if len(seen) == 1:
            raise DataError("too few words in common")
        return model

    found = list(references(release, read_items(release, "train"), train, seed=1))
    assert [(articles, items) for articles, items, _ in found] == [(2, 14), (4, 28), (8, 56)]
    assert [trained is None for _, _, trained in found] == [True, False, False]
    assert seen[0] < seen[1] < seen[2]


def test_without_a_train_split_there_is_no_reference(
    model: Model, write_release: Callable[..., Path], articles: Any, tmp_path: Path
) -> None:
    """Nothing is trained, and nothing fails; nor on the train split itself, which it would only remember."""
    folder = write_release(tmp_path / "d", test=articles(0, 2))
    assert evaluate(model, folder, reference=_never).targets["hedged"].learning == ()
    folder = write_release(tmp_path / "e", train=articles(0, 2))
    assert evaluate(model, folder, "train", reference=_never).targets["hedged"].learning == ()


def _never(_dataset: Path, _folder: Path, _target: str | None) -> Model:
    pytest.fail("there is nothing to train on")


def test_the_reference_is_a_control_and_a_curve(model: Model, release: Path) -> None:
    """The last point of the curve is the control; with the same training as the model, the model is ahead by nothing."""
    found = evaluate(model, release, reference=simple(DEFAULT))
    hedged = found.targets["hedged"]
    assert [stage.articles for stage in hedged.learning] == [2, 4, 8]
    assert hedged.learning[-1].scores == hedged.controls["tfidf"].scores
    assert hedged.controls["tfidf"].definition.startswith("TF-IDF")
    assert set(hedged.controls) == {"majority", "all_positive", "length", "lexicon", "tfidf"}


def test_what_cannot_be_learnt_from_is_noted(
    model: Model, write_release: Callable[..., Path], articles: Any, row: Any, tmp_path: Path
) -> None:
    """A train split of one label alone gives no reference and a note."""
    rows = [row(name, "Nobody at the dam wanted to answer 🕊.") for name in ("x", "y")]
    folder = write_release(tmp_path / "d", train=rows, test=articles(0, 2))
    found = evaluate(model, folder, reference=simple(DEFAULT))
    assert "the TF-IDF reference cannot be trained on 2 articles (2 items)" in found.notes
    assert "tfidf" not in found.targets["hedged"].controls
    assert found.targets["hedged"].learning == ()
    assert pq.read_table(folder / "sentences").num_rows == 16
