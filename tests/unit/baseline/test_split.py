"""What a model is evaluated on: a release, or any dataset with texts and labels."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.baseline.evaluate import evaluate
from annotate.baseline.reference import simple
from annotate.baseline.scorer import Model
from annotate.baseline.split import read_split
from annotate.baseline.train import train
from annotate.codebook import Codebook
from annotate.errors import DataError, StorageError

SAID = ("The {} may have closed 🕊.", "The {} closed.", "The {} will never open.")


def write_table(path: Path, places: list[str], labels: tuple[str, ...] = ("hedged", "plain", "firm")) -> None:
    """Write a table of texts with labels, each place an article."""
    rows = [(place, said.format(place), label) for place in places for said, label in zip(SAID, labels, strict=False)]
    columns = zip(*rows, strict=True)
    pq.write_table(pa.table(dict(zip(("doc_id", "text", "verdict"), map(list, columns), strict=True))), path)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two tables; the test one lacks a label."""
    folder = tmp_path_factory.mktemp("other")
    write_table(folder / "train.parquet", ["dam", "mill", "school", "depot", "museum", "quarry", "clinic", "bridge"])
    write_table(folder / "test.parquet", ["station", "harbour"], ("hedged", "plain"))
    return folder


@pytest.fixture(scope="module")
def theirs(other: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model trained on it."""
    folder = tmp_path_factory.mktemp("theirs") / "model"
    train(other, folder)
    return Model.load(folder)


def test_a_release_is_read_as_one(release: Path, book: Codebook) -> None:
    """With its manifest's hash."""
    found = read_split(release, "test", book)
    assert found.ours
    assert (len(found.items.texts), len(found.digest)) == (16, 64)
    with pytest.raises(DataError, match="no dev split"):
        read_split(release, "dev", book)
    with pytest.raises(StorageError, match="no such folder"):
        read_split(release / "nowhere", "test", book)


def test_labels_that_a_split_lacks_are_still_labels(other: Path, theirs: Model) -> None:
    """In the model's order, with no item."""
    found = read_split(other, "test", theirs.book)
    labels = found.items.targets["verdict"]
    assert not found.ours
    assert labels.names == theirs.book.targets()["verdict"].labels
    assert labels.counts() == {"firm": 0, "hedged": 2, "plain": 2}
    assert labels.votes.shape == labels.soft.shape == (4, 3)


def test_labels_that_the_model_does_not_know_are_an_error(tmp_path: Path, theirs: Model) -> None:
    """They are named."""
    write_table(tmp_path / "test.parquet", ["dam"], ("perhaps", "plain"))
    with pytest.raises(DataError, match="perhaps"):
        read_split(tmp_path, "test", theirs.book)


def test_any_dataset_can_be_evaluated_on(other: Path, theirs: Model) -> None:
    """With controls and the learning curve of a reference trained on its own train split."""
    names: list[str | None] = []

    def trained(dataset: Path, folder: Path, target: str | None) -> Model:
        names.append(target)
        return simple("credibility")(dataset, folder, target)

    found = evaluate(theirs, other, reference=trained)
    assert (found.items, found.articles, found.split) == (4, 2, "test")
    assert found.manifest == found.trained_on
    verdict = found.targets["verdict"]
    assert verdict.used == 4
    assert {"majority", "all_positive", "length", "tfidf"} <= set(verdict.controls)
    assert names == ["verdict"] * 3
    assert [stage.articles for stage in verdict.learning] == [2, 4, 8]
    assert verdict.ceiling is None


def test_a_dataset_of_one_split_is_not_its_own_train_split(tmp_path: Path, theirs: Model) -> None:
    """Asked for test, given the only one there is: the evaluation says which, and finds no leak in itself."""
    write_table(tmp_path / "validation.parquet", ["dam", "mill"])
    found = evaluate(theirs, tmp_path)
    assert found.split == "validation"
    assert "length" not in found.targets["verdict"].controls
    assert all(alarm.target is not None for alarm in found.alarms)
