"""Files → drafts and pages: one reader a form, each a generator that also yields what it set aside, with file and line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from annotate.corpus import compressed
from annotate.corpus.archives import archived
from annotate.corpus.article import Facts
from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import draft_of
from annotate.corpus.lines import objects
from annotate.corpus.parquet import PAGE, parquet_rows
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

_OBJECT = b'{"'
"""How a line of JSONL begins."""

Columns = Mapping[str, str]
"""Field of an article → the name that it has in the file."""

Groups = tuple[int, int] | None
"""Row groups of a Parquet file that are read: the first, and the one after the last."""

Reader = Callable[[IO[bytes], Place, Columns], Iterator[Draft | Page | SetAside]]


class Meter:
    """How far reading is, for who waits.

    Attributes:
        total: bytes of all files.
    """

    def __init__(self) -> None:
        """Begin at nothing."""
        self.total, self._done = 0, 0
        self._stream: IO[bytes] | None = None

    @property
    def done(self) -> int:
        """Bytes that are read."""
        try:
            return self._done + (self._stream.tell() if self._stream else 0)
        except (OSError, ValueError):  # a pipe has no place, and a closed file neither
            return self._done

    def at(self, stream: IO[bytes] | None, done: int = 0) -> None:
        """Note which file is being read, and the size of the one that was."""
        self._done += done
        self._stream = stream


def drafts(
    paths: Iterable[Path],
    *,
    columns: Columns | None = None,
    format: str | None = None,  # noqa: A002 - it is the option's name
) -> Iterator[Draft | SetAside]:
    """Yield the drafts of files, folders, patterns and standard input, as `documents` does, with pages read.

    Raises:
        StorageError: a path is not there, or a named file cannot be read.
        UsageError: there is no such field or form, or a table lacks a column that was asked for.
    """
    for found in documents(paths, columns=columns, format=format):
        yield draft_of(found) if isinstance(found, Page) else found


def documents(
    paths: Iterable[Path],
    *,
    columns: Columns | None = None,
    format: str | None = None,  # noqa: A002 - it is the option's name
    meter: Meter | None = None,
) -> Iterator[Draft | Page | SetAside]:
    """Yield the drafts, and the pages that are still to be read, of files, folders, patterns and standard input.

    Args:
        paths: see `annotate.corpus.places.places`.
        columns: for tables and JSONL, the field of an article → its name in the file.
        format: form of standard input and of files that are named, one of `FORMS`; told by the suffix (on standard
            input by the first bytes) where none is given. Files in folders go by their suffix.
        meter: is kept informed of how far reading is.

    Raises:
        StorageError: a path is not there, or a named file cannot be read.
        UsageError: there is no such field or form, or a table lacks a column that was asked for.
    """
    mapping = _checked(columns or {}, format)
    found = list(places(paths)) if meter is not None else places(paths)
    if meter is not None:
        meter.total = sum(_size(place) for place in found)
    for place in found:
        if isinstance(place, SetAside):
            yield place
            continue
        try:
            yield from _read(place, mapping, format if place.named else None, meter or Meter())
        except OutsideError as error:
            if place.named:
                raise
            yield SetAside(reason="unreadable", where=place.where, detail=error.problem)


def read_stream(
    stream: IO[bytes],
    place: Place,
    columns: Columns | None = None,
    format: str | None = None,  # noqa: A002 - it is the option's name
    groups: Groups = None,
) -> Iterator[Draft | Page | SetAside]:
    """Yield the drafts and pages of one file that is open already, compressed or not.

    Args:
        stream: the file; Parquet must be possible to go back in.
        place: its name, whose suffix tells the form where none is given.
        columns: for tables and JSONL, the field of an article → its name in the file.
        format: one of `FORMS`; for files that are named.
        groups: of a Parquet file, the row groups that are read.

    Raises:
        UsageError: there is no such field or form, or a table lacks a column that was asked for.
    """
    mapping = _checked(columns or {}, format)
    form = (format if place.named else None) or suffix_form(place.path)
    if form is None and not _is_pipe(place.path):
        forms = ", ".join(SUFFIXES)
        detail = f"{place.path.suffix.lower() or 'no suffix'} is not read, but {forms} are (also compressed: "
        detail += f"{', '.join(compressed.SUFFIXES)}); give --format if the content is one of them"
        yield SetAside(reason="unknown_suffix", where=place.where, detail=detail)
        return
    start = _head(stream)
    if form == "parquet":
        yield from parquet_rows(stream, place, mapping, FIELDS, FILE_LIMIT, groups)
        return
    if form == "warc" and start.startswith(compressed.GZIP):
        yield from archived(stream, place, start, FILE_LIMIT)
        return
    mended = None
    if form == "jsonl" and start.startswith(compressed.GZIP):
        mended = compressed.Mended(compressed.Members(stream), _OBJECT)
    content = io.BufferedReader(mended) if mended else compressed.decompressed(stream, start)
    try:
        plain: IO[bytes] = stream if content is None else content
        form = form or _guess(plain)
        if form == "warc":
            yield from archived(plain, place, _head(plain), FILE_LIMIT)
        else:
            yield from READERS[form](plain, place, mapping)
    except compressed.Damaged as error:
        detail = f"{error.problem}; what came before is kept, the rest of the file is not read"
        yield SetAside(reason="damaged", where=place.where, detail=detail)
    for problem in mended.damages if mended else ():
        detail = f"{problem}; lines are lost there, and it goes on with the next piece of the file"
        yield SetAside(reason="damaged", where=place.where, detail=detail)


def suffix_form(path: Path) -> str | None:
    """Return the form that a file's name tells, whether it is compressed or not.

    >>> suffix_form(Path("crawl.warc.gz")), suffix_form(Path("a.JSONL.zst")), suffix_form(Path("a.gz"))
    ('warc', 'jsonl', None)
    """
    name = path.name.lower()
    for ending in compressed.SUFFIXES:
        name = name.removesuffix(ending)
    return SUFFIXES.get(Path(name).suffix)


def _checked(columns: Columns, form: str | None) -> Columns:
    if form is not None and form not in FORMS:
        raise UsageError(f"no format {form!r}", hint=f"one of {', '.join(FORMS)}")
    for field in columns:
        if field not in FIELDS and field != PAGE:
            raise UsageError(f"an article has no field {field!r}", hint=f"one of {', '.join(FIELDS)}")
    return columns


def _is_pipe(path: Path) -> bool:
    """Return whether the form can only be told by the first bytes: there is no suffix to go by."""
    return path == STDIO or (path.exists() and not path.is_file())


def _size(place: Place | SetAside) -> int:
    try:
        return place.path.stat().st_size if isinstance(place, Place) and place.path != STDIO else 0
    except OSError:
        return 0


def _read(place: Place, columns: Columns, form: str | None, meter: Meter) -> Iterator[Draft | Page | SetAside]:
    if not place.named and not place.path.is_file():
        yield SetAside(
            reason="unreadable", where=place.where, detail="no file that can be read: a broken link or a device"
        )
        return
    with opened(place.path) as stream:
        meter.at(stream)
        try:
            yield from read_stream(stream, place, columns, form)
        except OSError as error:
            raise storage_error(error, place.path) from error
        finally:
            meter.at(None, _size(place))


def _guess(stream: IO[bytes]) -> str:
    """Return the form of a stream by its first bytes: a brace begins JSON, an angle bracket HTML, all else is text."""
    start = _head(stream).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/1."):
        return "warc"
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


def _html(stream: IO[bytes], place: Place, _columns: Columns) -> Iterator[Page | SetAside]:
    """Yield the one page of a file."""
    data = _whole(stream, place)
    if isinstance(data, bytes) and not data.strip():
        data = SetAside(reason="empty", where=place.where, detail="an empty file: there is no text in it")
    yield data if isinstance(data, SetAside) else Page(data, place.where, place.where)


def _jsonl(stream: IO[bytes], place: Place, columns: Columns) -> Iterator[Draft | SetAside]:
    """Yield an article a line."""
    aside = binary(_head(stream), place.where)
    yield from objects(stream, place, columns) if aside is None else [aside]


def _csv(stream: IO[bytes], place: Place, columns: Columns) -> Iterator[Draft | SetAside]:
    """Yield an article a row."""
    aside = binary(_head(stream), place.where)
    yield from rows(stream, place, columns, FIELDS) if aside is None else [aside]


READERS: dict[str, Reader] = {"txt": _txt, "html": _html, "jsonl": _jsonl, "csv": _csv}
"""The reader of each form that is read from start to end."""

FORMS = (*READERS, "parquet", "warc")
"""All forms; Parquet needs a file that one can go back in, and an archive tells its members apart itself."""

SUFFIXES = {
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
}
"""The form that a file's suffix tells."""
