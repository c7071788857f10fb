"""A release's split as arrays, and what is no release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from annotate.baseline.items import manifest_sha256, read_items
from annotate.codebook import Codebook
from annotate.errors import DataError

Change = Callable[[pa.Table], pa.Table]


def changed(release: Path, to: Path, change: Change) -> Path:
    """Copy a release and change its test split."""
    shutil.copytree(release, to)
    path = to / "sentences" / "test-00000-of-00001.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    return to


def test_a_split_is_read_in_order(release: Path) -> None:
    """Texts, offsets and articles come as they stand; an emoji and CJK stay what they are."""
    items = read_items(release, "test")
    assert items.n_articles == 2
    assert items.groups.tolist() == [0] * 7 + [1] * 9
    assert items.texts[-2:] == ("It 🕊 may rain.", "漢字だけ。")
    assert all(end - start == len(text) for start, end, text in zip(items.starts, items.ends, items.texts, strict=True))


def test_contested_items_have_no_gold_and_keep_their_votes(release: Path) -> None:
    """A tie is -1, with each label's share; a majority is its label's number."""
    status = read_items(release, "test").targets["status"]
    assert status.gold[-2:].tolist() == [-1, 1]
    np.testing.assert_allclose(status.soft[-2], [1 / 3, 0, 1 / 3, 1 / 3])
    assert status.votes[-1].tolist() == [0, 3, 0, 0]
    assert status.contested == 1
    assert status.counts() == {"none": 4, "verified": 3, "unverified": 6, "disputed": 2}


def test_labels_follow_the_codebooks_order(release: Path) -> None:
    """Gold, shares and votes move together; -1 stays -1; other labels are an error."""
    labels = read_items(release, "test").targets["status"]
    turned = labels.ordered(labels.names[::-1])
    assert turned.names == ("disputed", "unverified", "verified", "none")
    assert turned.gold.tolist() == [3 - g if g >= 0 else -1 for g in labels.gold]
    assert (turned.soft == labels.soft[:, ::-1]).all()
    assert (turned.votes == labels.votes[:, ::-1]).all()
    with pytest.raises(DataError, match="the data have the labels") as caught:
        labels.ordered(("none", "true"))
    assert "--codebook" in (caught.value.hint or "")


def test_a_codebook_with_another_target_is_an_error(release: Path, book: Codebook) -> None:
    """The error names the target that the release lacks."""
    other = replace(book, target=(replace(book.target[1], name="satire"),))
    with pytest.raises(DataError, match="target 'satire'"):
        read_items(release, "test").under(other)


def test_a_missing_split_names_those_there_are(release: Path, tmp_path: Path) -> None:
    """A wrong name lists the right ones; a folder that is no release says what one is."""
    with pytest.raises(DataError, match="no dev split") as caught:
        read_items(release, "dev")
    assert caught.value.hint == "the splits there are test, train, validation"
    with pytest.raises(DataError) as caught:
        read_items(tmp_path, "test")
    assert "annotate dataset build" in (caught.value.hint or "")
    with pytest.raises(DataError, match=r"no \* split"):
        read_items(release, "*")


def test_two_files_of_a_split_are_read_as_one(release: Path, tmp_path: Path) -> None:
    """A large release is cut into files; their order is that of their names."""
    shutil.copytree(release, tmp_path / "d")
    folder = tmp_path / "d" / "sentences"
    shutil.copy(folder / "test-00000-of-00001.parquet", folder / "test-00001-of-00002.parquet")
    assert len(read_items(tmp_path / "d", "test").texts) == 2 * len(read_items(release, "test").texts)


def _without(name: str) -> Change:
    return lambda table: table.drop_columns([name])


def _with(name: str, values: list[object], kind: pa.DataType) -> Change:
    def change(table: pa.Table) -> pa.Table:
        column = pa.array([*values, *table.column(name).to_pylist()[len(values) :]], type=kind)
        return table.set_column(table.column_names.index(name), name, column)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without("text"), "text"),
        (_without("status_votes"), "status_votes"),
        (_with("text", [None], pa.string()), "column 'text' holds something else than str"),
        (_with("start", [None], pa.int64()), "column 'start' holds something else than int"),
        (_with("status", [99], pa.int64()), "'status' holds a number that is no label's"),
        (_with("status_soft", [[float("nan"), 0.0, 0.0, 1.0]], pa.list_(pa.float64())), "do not sum to 1"),
        (_with("status_soft", [[1.0, 1.0, 0.0, -1.0]], pa.list_(pa.float64())), "do not sum to 1"),
        (_with("status_soft", [[1.0]], pa.list_(pa.float64())), "not a release of ours"),
        (lambda table: table.replace_schema_metadata({"huggingface": "{"}), "not a release of ours"),
        (lambda table: table.replace_schema_metadata({"huggingface": "[]"}), "not a release of ours"),
    ],
)
def test_what_is_no_release_is_one_clear_error(release: Path, tmp_path: Path, change: Change, message: str) -> None:
    """A missing column, a null, NaN, a label out of range: the error names the file and what is wrong."""
    broken = changed(release, tmp_path / "broken", change)
    with pytest.raises(DataError, match=message) as caught:
        read_items(broken, "test")
    assert "test-00000-of-00001.parquet" in (caught.value.where or "")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all"])
def test_a_file_that_is_no_parquet_is_an_error(release: Path, tmp_path: Path, content: bytes) -> None:
    """Empty, truncated and foreign files alike."""
    shutil.copytree(release, tmp_path / "d")
    (tmp_path / "d" / "sentences" / "test-00000-of-00001.parquet").write_bytes(content)
    with pytest.raises(DataError, match="not a release of ours"):
        read_items(tmp_path / "d", "test")


def test_a_cut_off_file_is_an_error(release: Path, tmp_path: Path) -> None:
    """A download that stopped half-way is told from a release."""
    shutil.copytree(release, tmp_path / "d")
    path = tmp_path / "d" / "sentences" / "test-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="not a release of ours"):
        read_items(tmp_path / "d", "test")


def test_the_manifest_is_hashed_and_must_be_there(release: Path, tmp_path: Path) -> None:
    """Another manifest is another hash; without one the folder is no release."""
    first = manifest_sha256(release)
    assert len(first) == 64
    (tmp_path / "MANIFEST.json").write_text(json.dumps({}))
    assert manifest_sha256(tmp_path) != first
    with pytest.raises(DataError, match=r"no MANIFEST\.json"):
        manifest_sha256(tmp_path / "none")


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_release_without_text_says_how_the_text_comes_back(release: Path, tmp_path: Path, split: str) -> None:
    """Nothing can be learnt from offsets: one message names the file, the reason and the command that helps."""
    bare = tmp_path / "bare"
    shutil.copytree(release, bare)
    path = bare / "sentences" / f"{split}-00000-of-00001.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("text")
    pq.write_table(table.set_column(place, "text", pa.nulls(len(table), pa.string())), path)
    with pytest.raises(DataError, match="built with `--text none`") as caught:
        read_items(bare, split)
    assert caught.value.where == str(path)
    assert f"annotate dataset hydrate {bare} --articles" in (caught.value.hint or "")
