"""CSV → drafts: one row an article, the columns named by the header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import IO

from annotate.corpus.drafts import Draft
from annotate.corpus.lines import NO_TEXT, Given
from annotate.corpus.places import Place
from annotate.errors import UsageError
from annotate.files import LINE_LIMIT
from annotate.records import SetAside

_DELIMITERS = ",;\t"


class _RowTooLong(Exception):  # noqa: N818 - caught in this module only, it leaves `csv.reader` in the middle of a row
    """A row is over the limit; its other lines have been passed over."""


class _Lines:
    """The lines of a file as `csv.reader` takes them, in constant memory.

    Attributes:
        first: number of the row's first line.
        aside: reason and detail of why the row cannot be used.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._number, self._fresh = 0, True
        self.new_row()

    def new_row(self) -> None:
        self.first, self._size, self._marks = self._number + 1, 0, 0
        self.aside: tuple[str, str] | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read()
        if not line:
            raise StopIteration
        if self._size > LINE_LIMIT:
            self._pass_over(line)
            self.aside = ("line_too_long", f"row of {self._size:,} bytes; the limit is {LINE_LIMIT:,}")
            raise _RowTooLong
        try:
            return line.decode("utf-8-sig" if self._number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            detail = f"not UTF-8: byte 0x{line[error.start]:02x} in line {self._number}; save the file as UTF-8"
            self.aside = ("not_utf8", detail)
            return line.decode("utf-8", "replace")

    def _read(self) -> bytes:
        line = self._stream.readline(LINE_LIMIT + 1)
        self._number += self._fresh
        self._fresh = line.endswith(b"\n")
        self._size += len(line)
        self._marks += line.count(b'"')
        return line

    def _pass_over(self, line: bytes) -> None:
        """Read on to the end of the row: the end of a line where every quotation mark so far has its second."""
        while line and not (line.endswith(b"\n") and self._marks % 2 == 0):
            line = self._read()


def rows(
    stream: IO[bytes], place: Place, columns: Mapping[str, str], fields: Sequence[str]
) -> Iterator[Draft | SetAside]:
    """Yield a draft a row. Cells are separated by what the header has most of: commas, semicolons or tabs.

    Args:
        stream: the file, open.
        place: its name.
        columns: field of an article → the column it stands in; other fields stand in the column of their name.
        fields: the fields that are read.

    Raises:
        UsageError: a column that was asked for is not there, or the file was named and has no text.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))  # `_Lines` holds the real limit
    lines = _Lines(stream)
    try:
        first = next(lines, "")
    except _RowTooLong:
        first = ""
    if not first.strip() or lines.aside:
        reason, detail = lines.aside or ("empty", "an empty file: there is no header in it")
        yield SetAside(reason=reason, where=f"{place.where}:1", detail=detail)
        return
    delimiter = max(_DELIMITERS, key=first.count)
    parsed = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    cells = _next(parsed, lines, place)
    header = [cell.strip() for cell in cells] if isinstance(cells, list) else []
    at = _places(header, columns, fields, place) if isinstance(cells, list) else cells
    if not isinstance(at, dict):
        yield at or SetAside(reason="empty", where=place.where, detail="no header in it")
        return
    yield from _drafts(parsed, lines, place, len(header), at)


def _next(parsed: Iterator[list[str]], lines: _Lines, place: Place) -> list[str] | SetAside | None:
    """Return the next row; none at the end."""
    try:
        row = next(parsed, None)
    except (csv.Error, _RowTooLong) as error:
        reason, detail = lines.aside or ("not_csv", f"not CSV: {error}; is a quotation mark open or not doubled?")
        return SetAside(reason=reason, where=f"{place.where}:{lines.first}", detail=detail)
    if row is not None and lines.aside:
        reason, detail = lines.aside
        return SetAside(reason=reason, where=f"{place.where}:{lines.first}", detail=detail)
    return row


def _places(
    header: list[str], columns: Mapping[str, str], fields: Sequence[str], place: Place
) -> dict[str, int] | SetAside:
    """Return the field → the place of its cell."""
    wanted = {field: columns.get(field, field) for field in fields}
    missing = [name for field, name in wanted.items() if name not in header and (field in columns or field == "text")]
    if not missing:
        return {field: header.index(name) for field, name in wanted.items() if name in header}
    message = f"no column {missing[0]!r}; there are {', '.join(map(repr, header))}"
    if place.named or columns:
        raise UsageError(message, where=place.where, hint=NO_TEXT)
    return SetAside(reason="no_text_column", where=place.where, detail=message)


def _drafts(
    parsed: Iterator[list[str]], lines: _Lines, place: Place, width: int, at: Mapping[str, int]
) -> Iterator[Draft | SetAside]:
    count = 0
    while True:
        lines.new_row()
        row = _next(parsed, lines, place)
        if row is None:
            break
        where = f"{place.where}:{lines.first}"
        if isinstance(row, SetAside):
            yield row
        elif not row:
            continue
        elif len(row) != width:
            detail = f"row of {len(row)} cells under a header of {width}; is a text with commas not in quotation marks?"
            yield SetAside(reason="not_csv", where=where, detail=detail)
        else:
            yield Given(**{field: row[cell] for field, cell in at.items()}).draft(where, place.where)
        count += 1
    if not count:
        yield SetAside(reason="empty", where=place.where, detail="no row under the header")
