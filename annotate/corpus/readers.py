"""Files → drafts: one reader a form, each a generator of drafts and of what it had to set aside, with file and line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from annotate.corpus.article import Facts
from annotate.corpus.drafts import Draft
from annotate.corpus.html import page
from annotate.corpus.lines import objects
from annotate.corpus.places import Place, places
from annotate.corpus.rows import rows
from annotate.corpus.text import SNIFFED, binary, decoded
from annotate.errors import OutsideError, UsageError
from annotate.files import STDIO, opened, storage_error
from annotate.records import SetAside

FIELDS = ("text", "title", "url", "outlet", "author", "published", "language", "license")
"""What is taken from a JSON object or a row of a table, by these names."""

FILE_LIMIT = 16 * 2**20
"""Largest text file or page read, in bytes: a larger one is no article."""

Columns = Mapping[str, str]
"""Field of an article → the name that it has in the file."""

Reader = Callable[[IO[bytes], Place, Columns], Iterator[Draft | SetAside]]


def drafts(
    paths: Iterable[Path],
    *,
    columns: Columns | None = None,
    format: str | None = None,  # noqa: A002 - it is the option's name
) -> Iterator[Draft | SetAside]:
    """Yield the drafts of files, folders, patterns and standard input, in the order of the paths.

    Args:
        paths: see `annotate.corpus.places.places`.
        columns: for CSV and JSONL, the field of an article → its name in the file.
        format: form of standard input and of files that are named, one of `READERS`; told by the suffix (on standard
            input by the first bytes) where none is given. Files in folders go by their suffix.

    Raises:
        StorageError: a path is not there, or a named file cannot be read.
        UsageError: there is no such field or form, or a CSV file lacks a column that was asked for.
    """
    mapping = _checked(columns or {})
    if format is not None and format not in READERS:
        raise UsageError(f"no format {format!r}", hint=f"one of {', '.join(READERS)}")
    for place in places(paths):
        if isinstance(place, SetAside):
            yield place
            continue
        try:
            yield from _read(place, mapping, format if place.named else None)
        except OutsideError as error:
            if place.named:
                raise
            yield SetAside(reason="unreadable", where=place.where, detail=error.problem)


def _checked(columns: Columns) -> Columns:
    for field in columns:
        if field not in FIELDS:
            raise UsageError(f"an article has no field {field!r}", hint=f"one of {', '.join(FIELDS)}")
    return columns


def _read(place: Place, columns: Columns, form: str | None) -> Iterator[Draft | SetAside]:
    suffix = place.path.suffix.lower()
    form = form or SUFFIXES.get(suffix)
    unsure = form is None and place.path != STDIO
    if not place.named and not place.path.is_file():
        yield SetAside(
            reason="unreadable", where=place.where, detail="no file that can be read: a broken link or a device"
        )
    elif unsure and place.path.is_file():
        forms = ", ".join(SUFFIXES)
        detail = f"{suffix or 'no suffix'} is not read, but {forms} are; give --format if the content is one of them"
        yield SetAside(reason="unknown_suffix", where=place.where, detail=detail)
    else:
        with opened(place.path) as stream:
            try:
                yield from READERS[form or _guess(stream)](stream, place, columns)
            except OSError as error:
                raise storage_error(error, place.path) from error


def _guess(stream: IO[bytes]) -> str:
    """Return the form of a stream by its first bytes: a brace begins JSON, an angle bracket HTML, all else is text."""
    start = _head(stream).removeprefix(b"\xef\xbb\xbf").lstrip()
    return "jsonl" if start.startswith(b"{") else "html" if start.startswith(b"<") else "txt"


def _head(stream: IO[bytes]) -> bytes:
    """Return the first bytes of a stream and leave them in it."""
    if isinstance(stream, io.BufferedReader):
        return stream.peek(SNIFFED)[:SNIFFED]
    head = stream.read(SNIFFED)
    stream.seek(0)
    return head


def _whole(stream: IO[bytes], place: Place) -> bytes | SetAside:
    """Return all bytes of a file that is one article; a larger one than `FILE_LIMIT` comes as a `SetAside`."""
    data = stream.read(FILE_LIMIT + 1)
    if len(data) <= FILE_LIMIT:
        return data
    detail = f"larger than {FILE_LIMIT:,} bytes, so it is no article; one article a line goes into .jsonl"
    return SetAside(reason="file_too_large", where=place.where, detail=detail)


def _txt(stream: IO[bytes], place: Place, _columns: Columns) -> Iterator[Draft | SetAside]:
    """Yield the one article of a text file."""
    data = _whole(stream, place)
    text = data if isinstance(data, SetAside) else decoded(data, place.where)
    yield text if isinstance(text, SetAside) else Draft(text=text, where=place.where, facts=Facts(source=place.where))


def _html(stream: IO[bytes], place: Place, _columns: Columns) -> Iterator[Draft | SetAside]:
    """Yield the one article of a page."""
    data = _whole(stream, place)
    if isinstance(data, bytes) and not data.strip():
        data = SetAside(reason="empty", where=place.where, detail="an empty file: there is no text in it")
    yield data if isinstance(data, SetAside) else page(data, place.where)


def _jsonl(stream: IO[bytes], place: Place, columns: Columns) -> Iterator[Draft | SetAside]:
    """Yield an article a line."""
    aside = binary(_head(stream), place.where)
    yield from objects(stream, place, columns) if aside is None else [aside]


def _csv(stream: IO[bytes], place: Place, columns: Columns) -> Iterator[Draft | SetAside]:
    """Yield an article a row."""
    aside = binary(_head(stream), place.where)
    yield from rows(stream, place, columns, FIELDS) if aside is None else [aside]


READERS: dict[str, Reader] = {"txt": _txt, "html": _html, "jsonl": _jsonl, "csv": _csv}
"""The reader of each form."""

SUFFIXES = {".txt": "txt", ".html": "html", ".htm": "html", ".jsonl": "jsonl", ".csv": "csv"}
"""The form that a file's suffix tells."""
