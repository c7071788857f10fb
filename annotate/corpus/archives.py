"""WARC archives → pages, record by record. What is damaged is set aside, and reading goes on with the next record.

The format is ISO 28500 (WARC 1.0 and 1.1), plain or a gzip member a record. It is read here and not by fastwarc, which
agrees on sound archives (tests hold them equal) but ends at the first damaged member, and takes a cut page for a whole.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from annotate.corpus.compressed import GZIP, Damaged, Members
from annotate.corpus.drafts import Page
from annotate.corpus.places import Place
from annotate.records import SetAside

_CHUNK = 2**16
_START = b"WARC/"
_NEXT = re.compile(rb"\r?\n\r?\nWARC/1\.\d\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_OVERLAP = 32
_HEADER_LIMIT = 2**16
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_PAGES = ("text/html", "application/xhtml+xml")
_OK = b"200"


@dataclass(frozen=True)
class Fault:
    """What cannot be used of an archive: reason and detail of a `SetAside`."""

    reason: str
    detail: str


@dataclass(frozen=True)
class _Entry:
    headers: dict[str, str]
    body: bytes


class _Held:
    """The bytes of a stream that are read but not yet used."""

    def __init__(self, stream: IO[bytes] | Members) -> None:
        self._stream, self.bytes = stream, bytearray()
        self.damage: Damaged | None = None

    def want(self, size: int) -> bool:
        """Hold so many bytes; return whether there are as many before the end, or before damage."""
        while len(self.bytes) < size:
            if self.damage is not None:
                return False
            try:
                more = self._stream.read(_CHUNK)
            except Damaged as error:  # what came before it may be a whole record
                self.damage = error
                return False
            if not more:
                return False
            self.bytes += more
        return True

    def end(self) -> None:
        """Raise the damage where that, and not the end, is what follows."""
        if self.damage is not None:
            error, self.damage = self.damage, None
            raise error

    def take(self, size: int) -> bytes:
        taken = bytes(self.bytes[:size])
        del self.bytes[:size]
        return taken

    def seek_next(self) -> bool:
        """Drop all before the next record's start; return whether there is one."""
        while not (found := _NEXT.search(self.bytes)):
            del self.bytes[: max(0, len(self.bytes) - _OVERLAP)]
            if not self.want(len(self.bytes) + 1):
                self.bytes.clear()
                return False
        del self.bytes[: self.bytes.index(_START, found.start())]
        return True


def archived(stream: IO[bytes], place: Place, start: bytes, limit: int) -> Iterator[Page | SetAside]:
    """Yield the pages of a WARC archive: HTML that a server answered with, or that was stored as it is.

    Requests, descriptions and repeated visits are passed over; answers that are no page are set aside.

    Args:
        stream: the archive, open.
        place: its name.
        start: its first bytes, which tell whether it is compressed.
        limit: largest page read, in bytes.
    """
    members = Members(stream) if start.startswith(GZIP) else None
    number = 0
    for found in _entries(members or stream, members, limit):
        number += 1
        made = found if isinstance(found, Fault) else _page(found, limit)
        where = f"{place.where}:{number}"
        if isinstance(made, Fault):
            yield SetAside(reason=made.reason, where=where, detail=made.detail)
        elif made is not None:
            data, charset = made
            address = found.headers.get("warc-target-uri", "").strip("<>") if isinstance(found, _Entry) else ""
            yield Page(data, where, place.where, address or None, charset)
    if not number:
        yield SetAside(reason="empty", where=place.where, detail="an empty archive: there is no record in it")


def _entries(stream: IO[bytes] | Members, members: Members | None, limit: int) -> Iterator[_Entry | Fault]:
    held = _Held(stream)
    more = True
    while more:
        try:
            found = _entry(held, limit)
            more = found is not None
            if found is not None:
                yield found
        except Damaged as error:
            held.bytes.clear()
            yield Fault("damaged", f"{error.problem}; the record there is lost")
            more = members is not None and members.resume(_START)


def _entry(held: _Held, limit: int) -> _Entry | Fault | None:
    """Return the next record, or what is wrong with it; none at the end."""
    while held.want(1) and held.bytes[0] in b"\r\n":
        held.take(1)
    if not held.bytes:
        held.end()
        return None
    while (end := _END.search(held.bytes, 0, _HEADER_LIMIT)) is None and len(held.bytes) < _HEADER_LIMIT:
        if not held.want(len(held.bytes) + 1):
            break
    if not held.bytes.startswith(_START) or end is None:
        if not held.seek_next():
            held.end()
        return Fault("not_warc", "no WARC record begins here; the next one is looked for")
    headers = _headers(held.take(end.end()))
    said = headers.get("content-length", "")
    if not said.isascii() or not said.isdigit():
        held.seek_next()
        return Fault("wrong_length", f"a record gives its length as {said[:40]!r}; the next one is looked for")
    length = int(said)
    return _passed(held, length, limit) if length > limit else _body(held, headers, length)


def _headers(block: bytes) -> dict[str, str]:
    """Return the fields of a head by their names in lower case, the first of each name."""
    found: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _body(held: _Held, headers: dict[str, str], length: int) -> _Entry | Fault:
    whole = held.want(length)
    body = held.take(length)
    if whole and _at_edge(held):
        return _Entry(headers, body)
    if not whole:
        held.end()
    held.bytes[:0] = body  # the next record may begin inside what this one claims
    if not held.seek_next() and not whole:
        return Fault("cut", f"a record of {length:,} bytes ends after {len(body):,}: the archive was cut")
    return Fault("wrong_length", f"a record says it has {length:,} bytes and has not; the next one is looked for")


def _at_edge(held: _Held) -> bool:
    """Return whether a record's end is here: the end of the archive, or the start of the next record."""
    held.want(_OVERLAP)
    rest = bytes(held.bytes[:_OVERLAP]).lstrip(b"\r\n")[: len(_START)]
    return _START.startswith(rest)


def _passed(held: _Held, length: int, limit: int) -> Fault:
    """Pass over a record that is too large, in constant memory, and say whether it is as large as it says."""
    left = length
    while left > 0 and held.want(1):
        if found := _NEXT.search(held.bytes, 0, left):
            del held.bytes[: held.bytes.index(_START, found.start())]
            return Fault("wrong_length", f"a record says it has {length:,} bytes, but another begins inside it")
        kept = _OVERLAP if left > len(held.bytes) else 0
        step = min(left, max(1, len(held.bytes) - kept))
        held.take(step)
        left -= step
        held.want(min(left, _CHUNK))
    if left > 0:
        held.end()
        return Fault("cut", f"a record of {length:,} bytes ends {left:,} bytes early: the archive was cut")
    return Fault("file_too_large", f"a record of {length:,} bytes; the limit is {limit:,}")


def _page(entry: _Entry, limit: int) -> tuple[bytes, str | None] | Fault | None:
    """Return a page and the encoding its server names; none where the record holds no answer."""
    kind = entry.headers.get("warc-type", "").lower()
    media = entry.headers.get("content-type", "").lower()
    if kind == "resource" and media.startswith(_PAGES):
        return entry.body, _charset(media)
    if kind != "response" or not media.startswith("application/http"):
        return None
    edge = _END.search(entry.body, 0, _HEADER_LIMIT)
    status = _STATUS.match(entry.body)
    if edge is None or status is None:
        return Fault("not_http", "an answer without an HTTP head")
    if status[1] != _OK:
        return Fault("http_status", f"the server answered {status[1].decode()}")
    headers = _headers(entry.body[: edge.end()])
    media = headers.get("content-type", "")
    if not media.lower().startswith(_PAGES):
        return Fault("not_html", f"not a page but {media[:60] or 'of no stated type'}")
    data = entry.body[edge.end() :]
    if headers.get("transfer-encoding", "").lower() == "chunked":
        data = _joined(data)
    plain = _plain(data, headers.get("content-encoding", "").lower(), limit)
    return plain if isinstance(plain, Fault) else (plain, _charset(media))


def _charset(media: str) -> str | None:
    found = _CHARSET.search(media)
    return found[1] if found else None


def _joined(data: bytes) -> bytes:
    """Return chunks joined; data that do not stand in chunks come as they are (some crawlers join them themselves)."""
    parts: list[bytes] = []
    at = 0
    while found := _CHUNKED.match(data, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(data[found.end() : found.end() + size])
        at = found.end() + size
        at += 2 if data[at : at + 2] == b"\r\n" else 1 if data[at : at + 1] == b"\n" else 0
    return b"".join(parts) if parts and at >= len(data) else data


def _plain(data: bytes, encoding: str, limit: int) -> bytes | Fault:
    """Return a body decompressed; one that is plain already comes as it is (some crawlers store it so)."""
    if data.startswith(GZIP):
        decoder = zlib.decompressobj(wbits=31)
    elif encoding == "deflate" and data.lstrip()[:1] != b"<":
        decoder = zlib.decompressobj(wbits=15 if data[:1] == b"\x78" else -15)
    elif encoding in {"", "identity", "gzip", "x-gzip", "deflate"} or data.lstrip()[:1] == b"<":
        return data
    else:
        return Fault("encoding", f"a body in the encoding {encoding[:40]!r}, which is not read")
    try:
        found = decoder.decompress(data, limit + 1)
    except zlib.error as error:
        return Fault("damaged", f"a compressed body that is damaged: {error}")
    if len(found) > limit:
        return Fault("file_too_large", f"a body of more than {limit:,} bytes when decompressed")
    return found if decoder.eof else Fault("damaged", "a compressed body that ends in the middle")
