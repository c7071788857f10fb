"""Folders that `datasets` loads: what is refused before it is read, and errors with their reason."""

from __future__ import annotations

import bz2
import gzip
import json
import logging
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest

from annotate.baseline import tables
from annotate.baseline.split import is_release
from annotate.baseline.tables import loaded
from annotate.corpus import compressed
from annotate.errors import DataError, StorageError, UsageError

ROW = json.dumps({"text": "It may rain 🕊.", "label": 1}) + "\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", "---\nconfigs:\n- config_name: default\n  data_files: {place}\n---\n"),
        (
            "README.md",
            "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: [{place}]\n---\n",
        ),
        ("README.md", "---\nconfigs:\n- config_name: default\n  data_dir: {place}\n---\n"),
        (".huggingface.yaml", "configs:\n- config_name: default\n  data_files: {place}\n"),
        ("dataset_dict.json", '{{"splits": ["{place}"]}}'),
        ("state.json", '{{"_data_files": [{{"filename": "{place}"}}]}}'),
    ],
)
@pytest.mark.parametrize("place", ["../other/train.jsonl", "/etc/passwd", "https://data.example/train.jsonl"])
def test_data_outside_the_folder_are_refused(tmp_path: Path, name: str, content: str, place: str) -> None:
    """Whichever of a dataset's own files names them; nothing is fetched."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "train.jsonl").write_text(ROW)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / name).write_text(content.format(place=place))
    with pytest.raises(DataError, match="names data outside its folder") as caught:
        loaded(folder, "train")
    assert place in str(caught.value)


def test_data_inside_the_folder_may_be_named(tmp_path: Path) -> None:
    """As a card does on the Hub; a card without such a head, and an empty settings file, say nothing."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "a.jsonl").write_text(ROW)
    (tmp_path / "README.md").write_text("# A dataset 🕊\n")
    (tmp_path / ".huggingface.yaml").write_text("")
    assert len(loaded(tmp_path, "train")[0]) == 1
    (tmp_path / "README.md").write_text("---\nconfigs:\n- config_name: default\n  data_files: part/*.jsonl\n---\n")
    assert loaded(tmp_path, "train")[0]["text"][0] == "It may rain 🕊."


def _zip(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.jsonl", data)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("train.jsonl.gz", lambda path, data: path.write_bytes(gzip.compress(data))),
        ("train.jsonl.bz2", lambda path, data: path.write_bytes(bz2.compress(data))),
        ("train.zip", _zip),
    ],
)
def test_a_decompression_bomb_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, write: Callable[[Path, bytes], Any]
) -> None:
    """Far more than its own size and than the limit would come out; what is small or compresses as text does is read."""
    write(tmp_path / name, ROW.encode() + b" " * 2**20)
    assert len(loaded(tmp_path, "train")[0]) == 1
    monkeypatch.setattr(compressed, "BOMB_BYTES", 2**18)
    monkeypatch.setattr(tables, "_found", lambda _: pytest.fail("it was read"))
    with pytest.raises(DataError, match="a decompression bomb") as caught:
        loaded(tmp_path, "train")
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["train.jsonl.gz", "train.jsonl.xz", "train.zip"])
def test_damaged_compressed_files_are_named(tmp_path: Path, name: str) -> None:
    """Each by its own name."""
    starts = {"gz": b"\x1f\x8b\x08\x00", "xz": b"\xfd7zXZ\x00", "zip": b"PK\x03\x04"}
    (tmp_path / name).write_bytes(starts[name.rsplit(".", 1)[1]] + b"\x00\x01\x02" * 9)
    with pytest.raises(DataError, match=r"the compressed data are damaged|end in the middle") as caught:
        loaded(tmp_path, "train")
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("train.csv", 'text,label\n"a,1\n', "EOF inside string"),
        ("train.csv", "text,label\na,1\nb,2,3\n", "Expected 2 fields in line 3"),
        ("train.parquet", "no table", "Parquet"),
        ("README.md", "---\na: [\n---\n", "while parsing"),
        ("README.md", "---\nconfigs: 3\n---\n", "configs"),
        ("state.json", "{", "JSON|Expecting"),
        ("dataset_dict.json", '{"splits": null}', "TypeError|NoneType"),
        ("state.json", "{}", "neither a `Dataset` directory"),
    ],
)
def test_errors_say_the_real_reason_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, content: str, reason: str
) -> None:
    """Not the wrapping of `datasets` around it, and no line of its log beside it."""
    (tmp_path / name).write_text(content)
    before = datasets.logging.get_verbosity()
    with pytest.raises(DataError, match=f"not a dataset that can be loaded: .*({reason})") as caught:
        loaded(tmp_path, "train")
    assert caught.value.hint
    assert capfd.readouterr().err == ""
    assert datasets.logging.get_verbosity() == before


@pytest.mark.parametrize("error", [RuntimeError("no luck"), TypeError("no luck"), KeyError("no luck")])
def test_whatever_the_library_raises_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Of every kind."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError from error

    monkeypatch.setattr(datasets, "load_dataset_builder", fail)
    with pytest.raises(DataError, match=r"not a dataset that can be loaded: .*no luck"):
        loaded(tmp_path, "train")


def test_what_may_not_be_read_is_the_outside_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, or a file that the library meets."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "train.csv"))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StorageError, match="permission denied"):
        is_release(tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(datasets, "load_dataset_builder", refuse)
    with pytest.raises(StorageError, match=r"train\.csv: permission denied"):
        loaded(tmp_path, "train")


def test_no_folder_and_a_file_are_told_apart(tmp_path: Path) -> None:
    """Neither is a release that lacks a split."""
    with pytest.raises(StorageError, match="none: no such folder"):
        is_release(tmp_path / "none")
    for name in ("train.csv", "train.zip", "a.txt"):
        (tmp_path / name).write_text("text,label\n")
        with pytest.raises(UsageError, match="this is a file: name its folder"):
            is_release(tmp_path / name)
    assert not is_release(tmp_path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_csv_is_read_whatever_separates_its_cells(tmp_path: Path, separator: str, packed: bool) -> None:  # noqa: FBT001 - pytest names parameters
    """By what its header has most of; a comma in a text separates nothing then."""
    text = "It may, he said, rain 🕊." if separator != "," else '"It may, he said, rain 🕊."'
    data = f"text{separator}label\n{text}{separator}1\n".encode()
    (tmp_path / f"train.csv{'.gz' * packed}").write_bytes(gzip.compress(data) if packed else data)
    table, _ = loaded(tmp_path, "train")
    assert table.column_names == ["text", "label"]
    assert table["text"][0] == "It may, he said, rain 🕊."


def test_logging_is_as_it_was(tmp_path: Path) -> None:
    """What a caller had set is set again."""
    (tmp_path / "train.jsonl").write_text(ROW)
    datasets.logging.set_verbosity(logging.INFO)
    try:
        loaded(tmp_path, "train")
        assert datasets.logging.get_verbosity() == logging.INFO
    finally:
        datasets.logging.set_verbosity(logging.WARNING)
