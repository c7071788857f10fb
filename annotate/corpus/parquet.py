"""Parquet → drafts or pages: one row an article, read a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import IO, TYPE_CHECKING

import msgspec

from annotate.corpus.drafts import Draft, Page
from annotate.corpus.lines import NO_TEXT, Given
from annotate.corpus.places import Place
from annotate.errors import UsageError
from annotate.records import SetAside

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 64
"""Rows decoded at a time."""
PAGE = "html"
"""The column of pages, read where there is none of texts."""


def parquet_rows(
    stream: IO[bytes],
    place: Place,
    columns: Mapping[str, str],
    fields: Sequence[str],
    limit: int,
    groups: tuple[int, int] | None = None,
) -> Iterator[Draft | Page | SetAside]:
    """Yield a draft a row; a page a row where the file has a column ``html`` and none of texts.

    Args:
        stream: the file, open; it must be possible to go back in it.
        place: its name.
        columns: field of an article → the column it stands in; other fields stand in the column of their name.
        fields: the fields that are read.
        limit: largest text or page, in bytes.
        groups: first row group and the one after the last; all of them where none is said.

    Raises:
        UsageError: a column that was asked for is not there, or the file was named and has no text.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
        at = _columns(file.schema_arrow.names, columns, fields, place)
        if isinstance(at, SetAside):
            yield at
            return
        every = range(file.num_row_groups)
        wanted = every if groups is None else every[groups[0] : groups[1]]
        number = sum(file.metadata.row_group(before).num_rows for before in range(wanted.start))
        if not file.metadata.num_rows:
            yield SetAside(reason="empty", where=place.where, detail="an empty table: there is no row in it")
        for batch in file.iter_batches(batch_size=ROWS, row_groups=list(wanted), columns=list(set(at.values()))):
            for index in range(batch.num_rows):
                number += 1
                yield _row(batch.slice(index, 1), at, f"{place.where}:{number}", place.where, limit)
    except (pa.ArrowException, OSError) as error:
        yield SetAside(reason="damaged", where=place.where, detail=f"not Parquet, or damaged: {error}")


def _columns(
    names: Sequence[str], columns: Mapping[str, str], fields: Sequence[str], place: Place
) -> dict[str, str] | SetAside:
    """Return the field → its column."""
    wanted = {field: columns.get(field, field) for field in fields} | {PAGE: columns.get(PAGE, PAGE)}
    missing = [name for field, name in wanted.items() if field in columns and name not in names]
    if not missing and wanted["text"] not in names and wanted[PAGE] not in names:
        missing = [wanted["text"]]
    if not missing:
        return {field: name for field, name in wanted.items() if name in names}
    message = f"no column {missing[0]!r}; there are {', '.join(map(repr, names))}"
    if place.named or columns:
        raise UsageError(message, where=place.where, hint=NO_TEXT)
    return SetAside(reason="no_text_column", where=place.where, detail=message)


def _row(batch: pa.RecordBatch, at: Mapping[str, str], where: str, source: str, limit: int) -> Draft | Page | SetAside:
    try:
        row = batch.to_pylist()[0]
        given = {field: _plain(row[name]) for field, name in at.items()}
        value = given["text"] if "text" in given else given[PAGE]
        if isinstance(value, str | bytes) and len(value) > limit:
            detail = f"larger than {limit:,} bytes, so it is no article"
            return SetAside(reason="file_too_large", where=where, detail=detail)
        if "text" in given:
            return msgspec.convert(given, Given).draft(where, source)
        data = value.encode("utf-8") if isinstance(value, str) else value
        return Page(msgspec.convert(data, bytes), where, source, msgspec.convert(given.get("url"), str | None))
    except UnicodeDecodeError as error:
        return SetAside(reason="not_utf8", where=where, detail=f"not UTF-8: {error}")
    except msgspec.ValidationError as error:
        return SetAside(reason="schema", where=where, detail=f"not an article: {error}")


def _plain(value: object) -> object:
    """Return a time as ISO 8601, anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value
