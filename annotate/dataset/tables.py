"""Rows → Parquet, in memory that does not grow, and the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from annotate.dataset.features import Features, arrow_schema

_BATCH = 1000
"""Rows held as Python objects; above that they are held as Arrow arrays, which are a tenth of the size."""


def file_name(config: str, split: str) -> str:
    """Return the path of a split's file in a release.

    >>> file_name("sentences", "train")
    'sentences/train-00000-of-00001.parquet'
    """
    return f"{config}/{split}-00000-of-00001.parquet"


class Table:
    """A Parquet file that rows are added to; a context manager, as files are.

    Page boundaries follow the chunks that Arrow is given, so each row group is written at once and in one piece: the bytes
    then depend on nothing but the rows. Content-defined chunking lets the Hub store only what changed since the last
    version.

    Attributes:
        rows: how many rows were written or wait to be.
        bytes: their size in memory, as `datasets` counts it.
    """

    def __init__(self, path: Path, features: Features, rows_at_once: int) -> None:
        """Open the file; its rows are written so many at once."""
        import pyarrow.parquet as pq

        self._schema = arrow_schema(features)
        self._rows_at_once = rows_at_once
        self._waiting: list[dict[str, Any]] = []
        self._batches: list[Any] = []
        self._held = 0
        self.rows = self.bytes = 0
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=3,
            version="2.6",
            write_page_index=True,
            use_content_defined_chunking=True,
        )

    def __enter__(self) -> Self:
        """Give the table itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Write what waits and the file's end; after an error, only close."""
        if error is None:
            self._write()
        self._writer.close()

    def add(self, row: dict[str, Any]) -> None:
        """Add a row, which must have every column."""
        self._waiting.append(row)
        self.rows += 1
        full = self._held + len(self._waiting) >= self._rows_at_once
        if full or len(self._waiting) >= _BATCH:
            self._convert()
        if full:
            self._write()

    def _convert(self) -> None:
        import pyarrow as pa

        columns = _arrays(self._waiting, self._schema)
        self._batches.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._held += len(self._waiting)
        self._waiting = []

    def _write(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._convert()
        if not self._batches:
            return
        table = pa.Table.from_batches(self._batches, schema=self._schema).combine_chunks()
        self._writer.write_table(table, row_group_size=self._rows_at_once)
        self.bytes += table.nbytes
        self._batches, self._held = [], 0


def _arrays(rows: Sequence[dict[str, Any]], fields: Iterable[Any]) -> list[Any]:
    """Return an Arrow array for each field of the rows, which become columns."""
    known = list(fields)
    columns: Iterable[Sequence[Any]] = ([row[field.name] for row in rows] for field in known)
    if rows and len(known) > 1:  # all in one pass
        columns = zip(*map(itemgetter(*(field.name for field in known)), rows), strict=True)
    return [_array(column, field.type) for field, column in zip(known, columns, strict=True)]


def _array(values: Sequence[Any], kind: Any) -> Any:
    """Return values as an Arrow array; lists and structures go in by their parts, which is several times faster."""
    import pyarrow as pa

    if pa.types.is_list(kind):
        offsets = pa.array(accumulate(map(len, values), initial=0), type=pa.int32())
        inner = _array(list(chain.from_iterable(values)), kind.value_type)
        return pa.ListArray.from_arrays(offsets, inner, type=kind)
    if pa.types.is_struct(kind):
        return pa.StructArray.from_arrays(_arrays(values, kind), fields=list(kind))
    return pa.array(values, type=kind)
