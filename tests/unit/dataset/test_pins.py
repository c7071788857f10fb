"""Pins: the file of published assignments, written and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset.pins import pins_csv, read_pins
from annotate.dataset.splits import SPLITS
from annotate.errors import RecordError, StorageError


@given(st.dictionaries(st.text("0123456789abcdef", min_size=1), st.sampled_from(SPLITS)))
def test_what_is_written_is_read(splits: dict[str, str]) -> None:
    """Any assignments come back, also none."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "splits 📌.csv"
        path.write_text(pins_csv(splits), encoding="utf-8")
        found = read_pins(path)
    assert found.splits == splits
    assert len(found.sha256 or "") == 64


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r":1: the first line is ''"),
        (b"id,split\n", r":1: the first line is 'id,split'"),
        (b"article_id,split\n0f,dev\n", r":2: '0f,dev' is not"),
        (b"article_id,split\n0f\n", r":2: '0f' is not"),
        (b"article_id,split\n0f,test\n\n0f,train\n", r":4: article 0f is in test and in train"),
        (b"article_id,split\n\xff,test\n", "utf-8"),
    ],
)
def test_what_is_no_such_file_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    """The line and what stands there are named."""
    path = tmp_path / "splits.csv"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=said):
        read_pins(path)


def test_a_missing_file_is_a_storage_error(tmp_path: Path) -> None:
    """A file that is not there is the world's fault."""
    with pytest.raises(StorageError, match=r"splits\.csv"):
        read_pins(tmp_path / "splits.csv")
