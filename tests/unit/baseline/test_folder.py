"""The model folder: what is changed, foreign, newer or hostile is refused with a reason, and runs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.baseline.scorer import Model
from annotate.errors import ModelError, StorageError, UsageError

Edit = Callable[[Path], None]


def copied(model_folder: Path, to: Path) -> Path:
    """Return a copy of the model."""
    shutil.copytree(model_folder, to, dirs_exist_ok=True)
    return to


def resealed(folder: Path, **changes: Any) -> Path:
    """Make `model.json` fit its files again after an edit, as somebody hostile would, and change fields in it."""
    path = folder / "model.json"
    content = json.loads(path.read_bytes()) | changes
    for name in content["files"]:
        if (folder / name).is_file():
            content["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    path.write_text(json.dumps(content))
    return folder


def refused(folder: Path, message: str) -> None:
    """Assert that the folder is no model, for this reason, with a hint."""
    with pytest.raises(ModelError, match=message) as caught:
        Model.load(folder)
    assert caught.value.hint
    assert caught.value.exit_code == 1


def test_a_folder_comes_back_as_it_was_saved(model: Model, model_folder: Path) -> None:
    """Loading twice gives the same name, the same account of itself and the same numbers."""
    again = Model.load(model_folder)
    texts = ["The dam may have been damaged 🕊.", ""]
    assert again.name == model.name
    assert again.info == model.info
    for name, values in model.probabilities(texts).items():
        assert (again.probabilities(texts)[name] == values).all()


def test_a_link_to_a_folder_or_to_its_files_is_a_model(model: Model, model_folder: Path, tmp_path: Path) -> None:
    """A download cache keeps its files elsewhere and links to them; the hashes prove them all the same."""
    (tmp_path / "linked").symlink_to(model_folder)
    assert Model.load(tmp_path / "linked").name == model.name
    folder = copied(model_folder, tmp_path / "of-links")
    (folder / "ngrams" / "idf.npy").rename(tmp_path / "blob")
    (folder / "ngrams" / "idf.npy").symlink_to(tmp_path / "blob")
    assert Model.load(folder).name == model.name


def test_a_folder_without_a_model_says_what_one_is(tmp_path: Path) -> None:
    """A missing folder, an empty one and a file are told apart."""
    with pytest.raises(StorageError, match="none: no such folder"):
        Model.load(tmp_path / "none")
    refused(tmp_path, r"there is no model\.json")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="this is a file: name its folder"):
        Model.load(tmp_path / "file")


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Nobody writes into a pipe in the place of `model.json`."""
    make(tmp_path / "model.json")
    refused(tmp_path, r"model\.json is no plain file")


def test_a_model_that_may_not_be_read_is_a_storage_error(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's word is passed on."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(StorageError, match="permission denied"):
        Model.load(model_folder)


@pytest.mark.parametrize("content", ["", "{", "null", "[]", '"🕊"', '{"kind": "other"}', "[" * 100_000])
def test_a_foreign_model_json_is_refused(model_folder: Path, tmp_path: Path, content: str) -> None:
    """What is no JSON, no object or of another kind was made by something else."""
    folder = copied(model_folder, tmp_path / "m")
    (folder / "model.json").write_text(content)
    refused(folder, r"not JSON|made by something else")


@pytest.mark.parametrize("number", [0, 1, 3, "2", None])
def test_another_format_is_refused(model_folder: Path, tmp_path: Path, number: object) -> None:
    """A newer format and an older one name both numbers."""
    refused(resealed(copied(model_folder, tmp_path / "m"), format=number), "this version reads format 2")


def test_a_missing_field_is_refused(model_folder: Path, tmp_path: Path) -> None:
    """The schema's word is passed on."""
    folder = copied(model_folder, tmp_path / "m")
    content = json.loads((folder / "model.json").read_bytes())
    del content["targets"]
    (folder / "model.json").write_text(json.dumps(content))
    refused(folder, "missing required field `targets`")


ARRAYS = ("ngrams/idf.npy", "ngrams/coef.npy", "ratios/keys.npy", "tagger/coef.npy", "tagger/intercept.npy")
FILES = (
    "ngrams/word.txt",
    "ngrams/char.txt",
    "tokens.txt",
    *ARRAYS,
    "codebook/codebook.toml",
    "codebook/patterns.toml",
)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(model_folder: Path, tmp_path: Path, name: str) -> None:
    """Half a copy is no model."""
    folder = copied(model_folder, tmp_path / "m")
    (folder / name).unlink()
    refused(folder, f"{name} is missing")


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(model_folder: Path, tmp_path: Path, name: str) -> None:
    """One bit is enough, and so is a file cut short."""
    folder = copied(model_folder, tmp_path / "m")
    data = bytearray((folder / name).read_bytes())
    (folder / name).write_bytes(data[:-1])
    refused(folder, "its SHA-256 is another")
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    refused(folder, "its SHA-256 is another")


class Bomb:
    """Runs when it is unpickled."""

    def __init__(self, witness: Path) -> None:
        """Take the file that proves it ran."""
        self.witness = witness

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Return what a pickle would call."""
        return (open, (str(self.witness), "w"))


def _object_array(path: Path, witness: Path) -> None:
    np.save(path, np.array([Bomb(witness)], dtype=object), allow_pickle=True)


def _bare_pickle(path: Path, witness: Path) -> None:
    path.write_bytes(pickle.dumps(Bomb(witness)))


def _archive(path: Path, witness: Path) -> None:
    with path.open("wb") as stream:
        np.savez(stream, coef=np.array([Bomb(witness)], dtype=object))


@pytest.mark.parametrize("plant", [_object_array, _bare_pickle, _archive])
@pytest.mark.parametrize("name", ARRAYS)
def test_a_pickle_is_refused_and_never_run(
    model_folder: Path, tmp_path: Path, plant: Callable[[Path, Path], None], name: str
) -> None:
    """Object arrays, pickles and archives under an array's name, with hashes that fit."""
    folder = copied(model_folder, tmp_path / "m")
    plant(folder / name, tmp_path / "ran")
    refused(resealed(folder), "not a plain array")
    assert not (tmp_path / "ran").exists()


def test_files_that_are_not_listed_are_never_opened(model: Model, model_folder: Path, tmp_path: Path) -> None:
    """A card or a pickle beside a model changes nothing."""
    folder = copied(model_folder, tmp_path / "m")
    _bare_pickle(folder / "model.pkl", tmp_path / "ran")
    assert Model.load(folder).name == model.name
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["model.pkl", "../outside", "/outside", "nul\0", ""])
def test_a_listed_file_that_no_model_has_is_refused(model_folder: Path, tmp_path: Path, name: str) -> None:
    """Inside the folder or outside, it is not looked at."""
    folder = copied(model_folder, tmp_path / "m")
    files = json.loads((folder / "model.json").read_bytes())["files"]
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"files": files | {name: "0" * 64}}))
    refused(folder, "unknown or not listed")


def test_a_file_that_is_not_listed_but_needed_is_refused(model_folder: Path, tmp_path: Path) -> None:
    """What has no hash cannot be proved."""
    folder = copied(model_folder, tmp_path / "m")
    path = folder / "model.json"
    content = json.loads(path.read_bytes())
    del content["files"]["tagger/coef.npy"]
    path.write_text(json.dumps(content))
    refused(folder, r"unknown or not listed: 'tagger/coef\.npy'")


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("ngrams/idf.npy", np.ones(3), "not a plain array of float64"),
        ("ngrams/intercept.npy", np.ones((5, 1)), r"not a plain array of float64 with the shape \(5,\)"),
        ("ngrams/intercept.npy", np.zeros(5, dtype=np.float32), "not a plain array of float64"),
        ("ngrams/intercept.npy", np.zeros(5, dtype=">f8"), "not a plain array of float64"),
        ("ngrams/intercept.npy", np.array([0, 0, 0, 0, np.nan]), "not finite"),
        ("ngrams/intercept.npy", np.array([0, 0, 0, 0, np.inf]), "not finite"),
        ("ngrams/intercept.npy", np.array(["0"] * 5), "not a plain array of float64"),
        ("ratios/intercept.npy", np.ones(4), r"the shape \(5,\)"),
        ("tagger/keys.npy", np.arange(3), "not a plain array of int64"),
    ],
)
def test_an_array_of_another_shape_or_content_is_refused(
    model_folder: Path, tmp_path: Path, name: str, array: np.ndarray[Any, Any], message: str
) -> None:
    """Wrong shapes, types, NaN and infinity, with hashes that fit."""
    folder = copied(model_folder, tmp_path / "m")
    np.save(folder / name, array)
    refused(resealed(folder), message)


def _one_term_more(folder: Path) -> None:
    with (folder / "ngrams" / "word.txt").open("a") as stream:
        stream.write("more\n")


def _not_utf8(folder: Path) -> None:
    (folder / "ngrams" / "word.txt").write_bytes(b"\xff\n")


def _no_toml(folder: Path) -> None:
    (folder / "codebook" / "codebook.toml").write_text("name =")


def _other_codebook(folder: Path) -> None:
    path = folder / "codebook" / "codebook.toml"
    path.write_text(re.sub(r'version = "[^"]+"', 'version = "0.0.1"', path.read_text(), count=1))


def _no_patterns(folder: Path) -> None:
    (folder / "codebook" / "patterns.toml").write_text("hedge = 1")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_one_term_more, "not a plain array"),
        (_not_utf8, "utf-8"),
        (_no_toml, r"codebook\.toml"),
        (_other_codebook, "the codebook in it is"),
        (_no_patterns, r"patterns\.toml"),
    ],
)
def test_files_that_do_not_fit_one_another_are_refused(
    model_folder: Path, tmp_path: Path, edit: Edit, message: str
) -> None:
    """Hashes fit, the contents do not."""
    folder = copied(model_folder, tmp_path / "m")
    edit(folder)
    refused(resealed(folder), message)


@pytest.mark.parametrize(
    ("target", "changes", "message"),
    [
        ("hedged", {"threshold": 1.5}, "threshold"),
        ("hedged", {"threshold": None}, "threshold"),
        ("hedged", {"positive": "maybe"}, "threshold"),
        ("status", {"positive": "none", "threshold": 0.5}, "threshold"),
        ("status", {"certain": {"none": 0.5}}, "is certain from"),
        ("hedged", {"certain": {"no": 2.0, "yes": 0.5}}, "is certain from"),
        ("hedged", {"combination": "magic"}, "unknown combination"),
        ("hedged", {"combination": "tagger"}, "does not fit"),
        (
            "hedged",
            {"labels": ["no", "perhaps"], "positive": "perhaps", "certain": {"no": 0.5, "perhaps": None}},
            "codebook's",
        ),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(
    model_folder: Path, tmp_path: Path, target: str, changes: dict[str, object], message: str
) -> None:
    """Thresholds outside [0, 1], unknown labels, labels that are not the codebook's."""
    folder = copied(model_folder, tmp_path / "m")
    targets = json.loads((folder / "model.json").read_bytes())["targets"]
    targets[target] |= changes
    refused(resealed(folder, targets=targets), message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fitted": [0]}, "fits the labels"),
        ({"fitted": [1, 0]}, "fits the labels"),
        ({"fitted": [0, 2]}, "fits the labels"),
        ({"mean": [0.0]}, "does not fit"),
        ({"intercept": [0.0, 0.0]}, "does not fit"),
        ({"scale": "0"}, "does not fit"),
        ({"coef": []}, "does not fit"),
    ],
)
def test_a_calibration_that_makes_no_sense_is_refused(
    model_folder: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    """Other lengths than its pieces have columns, a scale of 0, labels that are not there."""
    folder = copied(model_folder, tmp_path / "m")
    targets = json.loads((folder / "model.json").read_bytes())["targets"]
    made = targets["hedged"]["calibration"]
    made |= changes if changes != {"scale": "0"} else {"scale": [0.0] * len(made["scale"])}
    refused(resealed(folder, targets=targets), message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tagger": None}, "needs a tagger"),
        ({"tagger": {"detectors": [], "types": [], "cut": 0.0}}, "the tagger has the detectors"),
        ({"tagger": {"detectors": ["a", "b"], "types": ["c"], "cut": 0.0}}, "the tagger has the detectors"),
        ({"targets": {}}, "has no target"),
        ({"features": {}}, "how many features"),
        ({"surface": ["length"]}, "does not fit"),
    ],
)
def test_pieces_that_make_no_sense_are_refused(
    model_folder: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    """A tagger that is not there or tells nothing apart, no target, other features than its codebook's patterns give."""
    refused(resealed(copied(model_folder, tmp_path / "m"), **changes), message)


def test_features_out_of_order_are_refused(model_folder: Path, tmp_path: Path) -> None:
    """They are looked up by halving: out of order, weights would silently be missed."""
    folder = copied(model_folder, tmp_path / "m")
    path = folder / "ratios" / "keys.npy"
    np.save(path, np.load(path)[::-1].copy())
    refused(resealed(folder), "ascending order")


def test_counts_of_other_labels_are_refused(model_folder: Path, tmp_path: Path) -> None:
    """The controls stand on them."""
    refused(resealed(copied(model_folder, tmp_path / "m"), counts={"hedged": {"no": 1}}), "not its codebook's")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(name=st.sampled_from(ARRAYS), data=st.data())
def test_a_damaged_array_is_loaded_or_refused_and_nothing_else(
    model_folder: Path, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    """Whatever byte is changed in an array's head, with a hash that fits: no other error comes out."""
    folder = copied(model_folder, tmp_path / "m")
    content = bytearray((folder / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(140, len(content) - 1)))] = data.draw(st.integers(0, 255))
    (folder / name).write_bytes(content[: data.draw(st.sampled_from([None, None, 0, 1, 64, 200]))])
    resealed(folder)
    try:
        Model.load(folder)
    except ModelError as error:
        assert error.hint  # noqa: PT017 - a damaged array may also be one that still loads
