"""Text, frozen once: after this nobody normalises again, so that offsets stay true everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from annotate.errors import RecordError, SpanError
from annotate.records import SetAside

_DROPPED = "\x00\ufeff"
_DROP = str.maketrans("", "", _DROPPED)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")

CONTROL_SHARE = 0.02
"""A file with a larger share of control characters than this is no text."""

SNIFFED = 8192
"""Bytes at the start of a file by which binary data are known."""


def decoded(data: bytes, where: str) -> str | SetAside:
    """Return a file's bytes as text: UTF-8, with or without a byte order mark.

    Binary data, known by NUL bytes or many control characters, and bytes that are not UTF-8 come as a `SetAside`
    that names the line.
    """
    if (aside := binary(data[:SNIFFED], where)) is not None:
        return aside
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        detail = f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start:,}; save the file as UTF-8"
        return SetAside(reason="not_utf8", where=f"{where}:{line}", detail=detail)


def binary(start: bytes, where: str) -> SetAside | None:
    """Return why a file that starts with these bytes is no text; none where it may be."""
    if b"\x00" in start:
        detail = "binary data: there are NUL bytes in it; if it is UTF-16 text, save it as UTF-8"
    elif len(_CONTROLS.findall(start)) > CONTROL_SHARE * len(start):
        detail = "binary data: it is full of control characters; give text, HTML, JSONL or CSV"
    else:
        return None
    return SetAside(reason="binary", where=where, detail=detail)


def is_blank(text: str) -> bool:
    """Return whether nothing but white space would be left of a text after freezing it."""
    return not text.translate(_DROP).strip()


def frozen(text: str) -> str:
    r"""Return the text as it is kept for good: NFC, newlines as ``\n``, without NUL and byte order marks.

    Freezing twice changes nothing.

    Raises:
        RecordError: there is a lone surrogate, which no UTF-8 file can hold.

    >>> frozen("caf\u0065\u0301\r\nopen")
    'café\nopen'
    """
    if found := _SURROGATE.search(text):
        message = f"character {found.start():,} is the lone surrogate U+{ord(found.group()):04X}"
        raise RecordError(message, hint="the text was cut inside an emoji, or decoded wrongly: make it again")
    kept = text.translate(_DROP).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", kept)


def remap(before: str, offsets: Iterable[int]) -> list[int]:
    r"""Return where offsets into a text lie after freezing it.

    An offset inside what becomes one character (between a letter and its accent) goes to that character's end.

    Raises:
        SpanError: an offset lies outside the text.

    >>> remap("e\u0301\r\nx", [0, 1, 2, 4, 5])
    [0, 1, 1, 2, 3]
    """
    wanted = list(offsets)
    for offset in wanted:
        if not 0 <= offset <= len(before):
            raise SpanError(f"offset {offset} lies outside the text of {len(before)} characters")
    if frozen(before) == before:
        return wanted
    after = [0, *_lengths(before)]
    return [after[offset] for offset in wanted]


def _lengths(before: str) -> Iterator[int]:
    """Yield, for each character, the frozen length up to the end of the cluster that it goes into."""
    total = 0
    for cluster, size in _clusters(before):
        total += len(frozen(cluster))
        yield from [total] * size


def _clusters(before: str) -> Iterator[tuple[str, int]]:
    """Yield (text, length before dropping) of pieces that freeze independently of one another."""
    cluster, size = "", 0
    for character in before:
        dropped = character in _DROPPED
        if size and not dropped and (not cluster or _apart(cluster, character)):
            yield cluster, size
            cluster, size = "", 0
        cluster += "" if dropped else character
        size += 1
    yield cluster, size


def _apart(cluster: str, character: str) -> bool:
    if character.isascii():
        return not (cluster == "\r" and character == "\n")
    return frozen(cluster + character) == frozen(cluster) + frozen(character) and not unicodedata.combining(character)
