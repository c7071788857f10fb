"""Tables: the rows come back as they went in, and the bytes depend on nothing but the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotate.dataset import tables
from annotate.dataset.features import NUMBER, SHARE, TEXT, Features, class_label, list_of
from annotate.dataset.tables import Table

FEATURES: Features = {
    "text": TEXT,
    "label": class_label(["no", "yes"]),
    "soft": list_of(SHARE),
    "spans": list_of({"start": NUMBER, "text": TEXT}),
}


def rows(count: int) -> list[dict[str, Any]]:
    """Return rows of every kind."""
    return [
        {
            "text": f"Sentence {number} 🎉 " * (number % 7),
            "label": (None, 0, 1)[number % 3],
            "soft": [number / 7, 1 - number / 7],
            "spans": [{"start": number, "text": "東"}] * (number % 3),
        }
        for number in range(count)
    ]


def written(path: Path, of: list[dict[str, Any]], rows_at_once: int = 40) -> bytes:
    """Write a table and return its bytes."""
    with Table(path, FEATURES, rows_at_once) as table:
        for row in of:
            table.add(row)
    assert table.rows == len(of)
    return path.read_bytes()


def test_rows_come_back(tmp_path: Path) -> None:
    """An emoji, an empty text, a missing label and nested lists are read as they were written."""
    path = tmp_path / "a.parquet"
    written(path, rows(100))
    assert pq.read_table(path).to_pylist() == rows(100)
    assert [pq.ParquetFile(path).metadata.row_group(n).num_rows for n in range(3)] == [40, 40, 20]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_bytes_do_not_depend_on_how_rows_were_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows converted three at a time or all at once give the same file."""
    expected = written(tmp_path / "a.parquet", rows(100))
    monkeypatch.setattr(tables, "_BATCH", 3)
    assert written(tmp_path / "b.parquet", rows(100)) == expected
    assert written(tmp_path / "c.parquet", rows(99)) != expected


def test_a_row_without_a_column_is_refused(tmp_path: Path) -> None:
    """Arrow would fill the gap with null; a row must be whole."""
    table = Table(tmp_path / "a.parquet", FEATURES, 1)
    with pytest.raises(KeyError, match="spans"), table:
        table.add({key: value for key, value in rows(1)[0].items() if key != "spans"})


def test_no_rows(tmp_path: Path) -> None:
    """A table without rows is a file with columns."""
    written(tmp_path / "a.parquet", [])
    assert pq.read_table(tmp_path / "a.parquet").column_names == list(FEATURES)
