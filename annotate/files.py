"""Records ⇄ JSONL files: streaming in, atomic out, with errors that name file and line."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from annotate.errors import DataError, RecordError, SpanError, StorageError
from annotate.records import Annotation, Article, Gold, Record, SetAside, Task

R = TypeVar("R", bound=Record)

LINE_LIMIT = 16 * 2**20
"""Longest line read, in bytes: a longer one is no article, and is set aside unread."""

STDIO = Path("-")
"""Standard input or output."""


def lines(path: Path) -> Iterator[tuple[int, bytes | SetAside]]:
    """Yield (line number from 1, line without its end) of a file in constant memory.

    A line over `LINE_LIMIT` comes as a `SetAside`.

    Raises:
        StorageError: the file cannot be opened or read.
    """
    with opened(path) as stream:
        yield from stream_lines(stream, str(path))


def stream_lines(stream: IO[bytes], where: str) -> Iterator[tuple[int, bytes | SetAside]]:
    """Yield what `lines` does, from a stream that is open already."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) <= LINE_LIMIT:
            yield number, line.rstrip(b"\r\n")
            continue
        length = len(line)
        while line and not line.endswith(b"\n"):
            line = stream.readline(LINE_LIMIT)
            length += len(line)
        detail = f"line of {length:,} bytes; the limit is {LINE_LIMIT:,}"
        yield number, SetAside(reason="line_too_long", where=f"{where}:{number}", detail=detail)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file (``-``: standard input) for reading bytes.

    Raises:
        StorageError: it is not there, is a folder, or may not be read.
    """
    if path == STDIO:
        yield sys.stdin.buffer
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise storage_error(error, path) from error
    with stream:
        try:
            yield stream
        except IsADirectoryError as error:  # some systems open a folder and fail on the first read
            raise storage_error(error, path) from error


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return an operating system's error as one of ours, with what to do next."""
    hints = {
        errno.ENOENT: "check the path; the stage before this one makes the file",
        errno.ENOSPC: "free some space and run the command again; nothing was half-written",
        errno.EACCES: "check the permissions of the file and its folder",
        errno.EISDIR: "name a file inside this folder",
        errno.EROFS: "write to another folder",
    }
    # the system's own words: libraries (pyarrow) wrap them in theirs
    problem = (os.strerror(error.errno) if error.errno else str(error)).lower()
    return StorageError(problem, where=str(path), hint=hints.get(error.errno or 0))


def read(path: Path, kind: type[R]) -> Iterator[R | SetAside]:
    """Yield the records of a JSONL file, each proved; what cannot be used comes as a `SetAside`.

    Proved are the fields' types, and for records that carry spans that ``text[start:end]`` reads as the record says
    (annotations carry no text: :func:`prove` does it against their article).

    Raises:
        StorageError: the file cannot be read.
    """
    decoder = msgspec.json.Decoder(kind)
    for number, line in lines(path):
        where = f"{path}:{number}"
        if isinstance(line, SetAside):
            yield line
        elif line.strip():
            try:
                record = decoder.decode(line)
                prove(record)
            except msgspec.ValidationError as error:
                yield SetAside(reason="schema", where=where, detail=f"not a {kind.__name__.lower()}: {error}")
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield SetAside(reason="not_json", where=where, detail=f"not JSON: {error}")
            except DataError as error:
                yield SetAside(reason=_reason(error), where=where, detail=str(error))
            else:
                yield record


def _reason(error: DataError) -> str:
    return "span" if isinstance(error, SpanError) else "record"


def prove(record: Record) -> None:
    """Raise unless every hash and offset in a record agrees with the text beside it.

    Raises:
        SpanError: offsets lie outside the text, or cover other text than the record says.
        RecordError: an id is not the hash of its text, or segments overlap or leave text out.
    """
    if isinstance(record, Article):
        _prove_article(record)
    elif isinstance(record, Task):
        _prove_article(record.article)
        if record.article_id != record.article.id:
            message = f"article_id is {record.article_id!r}, the article's id is {record.article.id!r}"
            raise RecordError(message)
        for span in record.suggestion.spans if record.suggestion else ():
            span.check(record.article.text)
    elif isinstance(record, Gold):
        _prove_article(record.article)
        for span in record.spans:
            span.check(record.article.text)
        _within(record.article, [(item.start, item.end) for item in record.sentences], "item")


def prove_annotation(annotation: Annotation, article: Article) -> None:
    """Raise unless an annotation was made on exactly this text and all its spans read as it says.

    Raises:
        RecordError: the hash of the text is another.
        SpanError: a span does not read as it says.
    """
    if annotation.text_sha256 != article.sha256:
        message = f"annotation was made on text {annotation.text_sha256[:12]}, the article's is {article.sha256[:12]}"
        raise RecordError(message, where=f"article {article.id}", hint="the article changed after it was labelled")
    for span in annotation.spans:
        span.check(article.text)


def _prove_article(article: Article) -> None:
    if not article.sha256.startswith(article.id) or not article.id:
        message = f"id {article.id!r} is not the hash of the text ({article.sha256[:16]})"
        raise RecordError(message, hint="run `annotate ingest` again: an article's text is never edited")
    _within(article, [(s.start, s.end) for s in article.segments], "segment")
    _within(article, [(s.start, s.end) for s in article.sentences], "sentence")
    _within(article, [(s.start, s.end) for s in article.quotes], "quote", disjoint=False)


def _within(article: Article, extents: list[tuple[int, int]], name: str, *, disjoint: bool = True) -> None:
    before = 0
    for start, end in extents:
        if not 0 <= start < end <= len(article.text):
            message = f"{name} [{start}, {end}) lies outside the text of {len(article.text)} characters"
            raise SpanError(message, where=f"article {article.id}")
        if disjoint and start < before:
            message = f"{name} [{start}, {end}) begins before the one ahead of it ends, at {before}"
            raise SpanError(message, where=f"article {article.id}")
        before = end


def write(path: Path, records: Iterable[Record]) -> int:
    """Write records as JSONL (``-``: standard output) and return how many; the file appears whole or not at all.

    Raises:
        StorageError: the folder cannot be written or the disk is full; the old file, if any, is untouched.
    """
    encoder = msgspec.json.Encoder(order="deterministic")
    count = 0
    with replacing(path) as stream:
        buffer = bytearray()
        for record in records:
            encoder.encode_into(record, buffer)
            buffer += b"\n"
            stream.write(buffer)
            count += 1
    return count


def write_text(path: Path, text: str) -> None:
    """Write one text file (``-``: standard output), whole or not at all."""
    with replacing(path) as stream:
        stream.write(text.encode("utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write one value as indented JSON with sorted keys, whole or not at all."""
    data = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2)
    with replacing(path) as stream:
        stream.write(data + b"\n")


@contextlib.contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """Give a stream whose content takes the place of ``path`` when the block ends without an error.

    The bytes go to a new file in the same folder, are flushed to the disk and renamed, so that a killed process or a
    full disk leaves the old file as it was. Where ``path`` is a link, this happens to the file that it leads to. Into
    what is neither file nor folder, such as a pipe or a device, the bytes go as they come.

    Raises:
        StorageError: a folder stands there, its folder cannot be written, or the disk is full.
    """
    if path == STDIO:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        if path.exists() and not path.is_file():
            # without O_CREAT: of what goes away meanwhile no file is made; a folder cannot be opened so
            with os.fdopen(os.open(path, os.O_WRONLY), "wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(mode)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except BrokenPipeError:  # the reader of a pipe went away: as on standard output, no error of ours
        raise
    except OSError as error:
        raise storage_error(error, path) from error
