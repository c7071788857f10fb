"""Training: the same bytes for the same run, and what cannot be trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotate.baseline import train as module
from annotate.baseline.items import manifest_sha256
from annotate.baseline.scorer import Model
from annotate.baseline.train import train
from annotate.errors import DataError, UndefinedError, UsageError

Make = Callable[..., Any]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_run_gives_the_same_bytes(release: Path, model_folder: Path, tmp_path: Path) -> None:
    """Every file, `model.json` included; another seed is at least said in it."""
    train(release, tmp_path / "again", take="stack")
    assert contents(tmp_path / "again") == contents(model_folder)
    train(release, tmp_path / "other", seed=1, take="stack")
    assert contents(tmp_path / "other") != contents(model_folder)


def test_the_folder_says_what_it_was_trained_on(release: Path, model: Model, model_folder: Path) -> None:
    """Hashes of the release and of every file, counts, folds, versions."""
    info = model.info
    assert info.manifest == manifest_sha256(release)
    assert (info.items, info.articles, info.folds, info.seed) == (56, 8, 5, 0)
    assert info.counts["hedged"] == {"no": 32, "yes": 24}
    assert info.contested == {"status": 0, "hedged": 0, "flagged": 0}
    assert set(info.versions) == {"python", "numpy", "scikit-learn", "scipy"}
    assert info.files.keys() == contents(model_folder).keys() - {"model.json", "README.md"}
    for name, digest in info.files.items():
        assert hashlib.sha256((model_folder / name).read_bytes()).hexdigest() == digest


def test_only_learnt_targets_are_fitted(model: Model) -> None:
    """What follows by the codebook's rules has no weights of its own."""
    assert set(model.info.targets) == {"status", "hedged"}
    assert set(model.info.counts) == {"status", "hedged", "flagged"}


def test_fewer_articles_than_folds_are_noted(write_release: Make, articles: Make, tmp_path: Path) -> None:
    """Three articles make three folds, and the model says so."""
    info = train(write_release(tmp_path / "d", train=articles(0, 3)), tmp_path / "model")
    assert info.folds == 3
    assert info.notes[0] == "3 folds instead of 5: the train split has 3 articles"


def test_a_label_without_items_is_noted_and_never_predicted(
    write_release: Make, articles: Make, tmp_path: Path
) -> None:
    """The codebook knows *disputed*, the data do not: its probability is 0."""
    rows = [r for r in articles(0, 4) if r.votes["status"][0] != "disputed"]
    info = train(write_release(tmp_path / "d", train=rows), tmp_path / "model")
    assert info.targets["status"].fitted == ("none", "verified", "unverified")
    assert "status: no training item is labelled disputed; the model never predicts it" in info.notes
    found = Model.load(tmp_path / "model").probabilities(["The owner of the dam denied that it had leaked."])["status"]
    assert found[0, 3] == 0
    assert found.sum() == pytest.approx(1)


def test_one_label_alone_cannot_be_trained(write_release: Make, articles: Make, tmp_path: Path) -> None:
    """The error names the target and the label, and nothing is written."""
    rows = [r for r in articles(0, 4) if r.votes["hedged"][0] == "no"]
    with pytest.raises(UndefinedError, match="target 'hedged': every one of the 16 items has the label 'no'") as caught:
        train(write_release(tmp_path / "d", train=rows), tmp_path / "model")
    assert "two labels" in (caught.value.hint or "")
    assert not (tmp_path / "model").exists()


def test_contested_items_alone_cannot_be_trained(write_release: Make, row: Make, tmp_path: Path) -> None:
    """Without a majority label there is nothing to choose settings by."""
    tie = ("no", "yes")
    rows = [row(name, "It may rain.", status=("none", "none"), hedged=tie) for name in ("a", "b")]
    rows.append(row("c", "It rained.", status=("unverified", "unverified"), hedged=tie))
    with pytest.raises(UndefinedError, match="no majority label"):
        train(write_release(tmp_path / "d", train=rows), tmp_path / "model")


def test_one_article_cannot_be_trained(write_release: Make, articles: Make, tmp_path: Path) -> None:
    """Out-of-fold scores need two."""
    with pytest.raises(UndefinedError, match="has 1 article"):
        train(write_release(tmp_path / "d", train=articles(0, 1)), tmp_path / "model")


def test_an_item_without_text_is_an_error(write_release: Make, articles: Make, row: Make, tmp_path: Path) -> None:
    """It names the item's article and offset."""
    rows = [*articles(0, 2), row("empty", "  ")]
    with pytest.raises(DataError, match=r"item 14 \(article empty, offset 0\) has no text"):
        train(write_release(tmp_path / "d", train=rows), tmp_path / "model")


def test_an_older_model_is_replaced(release: Path, tmp_path: Path) -> None:
    """Training again into the same folder leaves the new model alone, and nothing beside it."""
    train(release, tmp_path / "model", seed=1)
    train(release, tmp_path / "model")
    assert Model.load(tmp_path / "model").info.seed == 0
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_card_that_was_changed_by_hand_is_left_alone(release: Path, tmp_path: Path) -> None:
    """The model card is the writer's until somebody else writes in it."""
    train(release, tmp_path / "model")
    assert "# A baseline for status, hedged" in (tmp_path / "model" / "README.md").read_text()
    (tmp_path / "model" / "README.md").write_text("mine 🕊")
    with pytest.raises(UsageError, match=r"more than a model: README\.md") as caught:
        train(release, tmp_path / "model")
    assert "by hand" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["notes.txt", "model.json"])
def test_a_folder_with_something_else_is_left_alone(release: Path, tmp_path: Path, name: str) -> None:
    """Neither a user's notes nor another tool's model are deleted."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text('{"kind": "another tool"}')
    with pytest.raises(UsageError, match="holds something that is no model"):
        train(release, tmp_path / "mine")
    assert (tmp_path / "mine" / name).read_text() == '{"kind": "another tool"}'


def test_a_file_beside_a_model_is_left_alone(release: Path, tmp_path: Path) -> None:
    """A model is not replaced where that would delete what a person put there."""
    train(release, tmp_path / "model")
    (tmp_path / "model" / "notes.md").write_text("mine 🕊")
    with pytest.raises(UsageError, match=r"more than a model: notes\.md"):
        train(release, tmp_path / "model")
    assert (tmp_path / "model" / "notes.md").read_text() == "mine 🕊"


def test_a_failed_training_leaves_the_older_model(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half-written: when writing fails, the folder is as it was."""
    train(release, tmp_path / "model", seed=1)
    before = contents(tmp_path / "model")
    monkeypatch.setattr(module, "_codebook_files", lambda _name: {"no/such/folder.toml": b""})
    with pytest.raises(Exception, match="no such file"):
        train(release, tmp_path / "model")
    assert contents(tmp_path / "model") == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
