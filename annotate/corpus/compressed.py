"""Compressed files as streams of bytes, in constant memory: damage and decompression bombs are told, not swallowed."""

from __future__ import annotations

import io
import zlib
from typing import IO, TYPE_CHECKING

from annotate.errors import DataError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
"""How compressed data begin."""
SUFFIXES = (".gz", ".zst")
"""Suffixes that stand behind the one that tells the form."""
BOMB_BYTES = 256 * 2**20
"""Bytes that may come out of one compressed piece however little went in."""
BOMB_RATIO = 200
"""Times as many bytes as went in may come out of a longer one; text gives 3 to 10, and a page repeated is no corpus."""

_CHUNK = 2**16
_MEMBER = GZIP + b"\x08"
_KEPT = 4 * 2**20
"""Bytes of the piece under way that are held, to look for the next piece in them when this one is damaged."""
_SNIFFED = 2**12


class Damaged(DataError):  # noqa: N818 - named by the state of the file, as the errors beside it are
    """What follows cannot be decompressed."""


class Members(io.RawIOBase):
    """The bytes in a gzip file of one or many members.

    What comes before damage is read first; then `Damaged` is raised, and after it `resume` finds the next member.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Read a compressed stream from where it stands."""
        self._stream = stream
        self._waiting, self._kept = b"", bytearray()
        self._decoder: zlib._Decompress | None = None
        self._came, self._went = 0, 0

    def readable(self) -> bool:
        """Return that bytes can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Put the next bytes into a buffer and return how many; 0 at the end.

        Raises:
            Damaged: they cannot be decompressed, or are far too many.
        """
        view = memoryview(buffer).cast("B")
        while self._open():
            if found := self._next(len(view)):
                view[: len(found)] = found
                return len(found)
        return 0

    def _open(self) -> bool:
        """Begin the next member where one has ended; return whether there is one."""
        if self._decoder is not None:
            return True
        while len(self._waiting) < len(GZIP):
            if not (more := self._stream.read(_CHUNK)):
                break
            self._waiting = (self._waiting + more).lstrip(b"\x00")  # archives on tapes and discs are filled up with NUL
        if not self._waiting:
            return False
        self._decoder, self._came, self._went = zlib.decompressobj(wbits=31), 0, 0
        self._kept = bytearray(self._waiting)
        return True

    def _next(self, size: int) -> bytes:
        decoder = self._decoder
        assert decoder is not None  # noqa: S101 - `_open` returned true
        if not self._waiting:
            self._waiting = self._stream.read(_CHUNK)
            self._kept += self._waiting
            del self._kept[: max(0, len(self._kept) - _KEPT)]
            if not self._waiting:
                self._decoder = None
                raise Damaged("the compressed data end in the middle: the file was cut, or is still being written")
        try:
            found = decoder.decompress(self._waiting, size)
        except zlib.error as error:
            raise Damaged(f"the compressed data are damaged: {error}") from error
        rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        self._came += len(self._waiting) - len(rest)
        self._went += len(found)
        self._waiting = rest
        if decoder.eof:
            self._decoder = None
        if exploding(self._came, self._went):
            raise Damaged(f"a decompression bomb: {self._went:,} bytes so far came out of {self._came:,}")
        return found

    def resume(self, start: bytes) -> bool:
        """Go on with the next member whose content begins with these bytes; return whether there is one."""
        held = bytes(self._kept[1:]) if self._kept else self._waiting
        self._decoder, self._kept, self._waiting = None, bytearray(), b""
        at, ended = 0, False
        while True:
            at = held.find(_MEMBER, at)
            if at >= 0 and (ended or len(held) - at >= _SNIFFED):
                if _begins(held[at : at + _SNIFFED], start):
                    self._waiting = held[at:]
                    return True
                at += 1
            elif ended:
                return False
            else:
                more = self._stream.read(_CHUNK)
                ended = not more
                held = held[at if at >= 0 else max(0, len(held) - len(GZIP)) :] + more
                at = 0


class Mended(io.RawIOBase):
    """The lines in a gzip file of many members: behind a damaged one it goes on with the next that begins like a line.

    Attributes:
        damages: what was wrong, each time; the line that was cut ends there.
    """

    def __init__(self, members: Members, start: bytes) -> None:
        """Read members whose content begins with these bytes."""
        self._members, self._start = members, start
        self.damages: list[str] = []

    def readable(self) -> bool:
        """Return that bytes can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Put the next bytes into a buffer and return how many; 0 at the end.

        Raises:
            Damaged: they cannot be decompressed, and no other member follows.
        """
        try:
            return self._members.readinto(buffer)
        except Damaged as error:
            if not self._members.resume(self._start):
                raise
            self.damages.append(error.problem)
        memoryview(buffer).cast("B")[:1] = b"\n"
        return 1


def _begins(data: bytes, start: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, len(start)) == start
    except zlib.error:
        return False


def exploding(came: int, went: int) -> bool:
    """Return whether so many bytes that went out of so many that came are a decompression bomb."""
    return went > BOMB_BYTES and went > BOMB_RATIO * came


class Zstandard(io.RawIOBase):
    """The bytes in a Zstandard file of one or many frames, by Arrow's decoder."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Read a compressed stream from where it stands."""
        import pyarrow as pa

        self._source = _Counted(stream)
        self._went = 0
        self._decoded = pa.CompressedInputStream(pa.PythonFile(self._source, mode="r"), "zstd")

    def readable(self) -> bool:
        """Return that bytes can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Put the next bytes into a buffer and return how many; 0 at the end.

        Raises:
            Damaged: they cannot be decompressed, or are far too many.
        """
        view = memoryview(buffer).cast("B")
        try:
            found: bytes = self._decoded.read(len(view))
        except OSError as error:
            raise Damaged(f"the compressed data are damaged: {error}") from error
        self._went += len(found)
        if exploding(self._source.count, self._went):
            raise Damaged(f"a decompression bomb: {self._went:,} bytes so far came out of {self._source.count:,}")
        view[: len(found)] = found
        return len(found)


class _Counted(io.RawIOBase):
    """A stream that counts the bytes read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.count = stream, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(size)
        self.count += len(found)
        return found


def decompressed(stream: IO[bytes], start: bytes) -> io.BufferedReader | None:
    """Return the content of a stream that begins with these bytes; none where they tell of no compression."""
    if start.startswith(GZIP):
        return io.BufferedReader(Members(stream))
    return io.BufferedReader(Zstandard(stream)) if start.startswith(ZSTD) else None
