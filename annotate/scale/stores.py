"""Where files are read and parts are written: what an engine has to offer, and this machine's folders."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

import msgspec

from annotate.errors import DataError, UsageError
from annotate.files import opened, replacing, storage_error
from annotate.scale.parts import Done, File

RECEIPT = ".receipt.json"
"""What a receipt's name ends with."""


class Store(Protocol):
    """Where files are read and parts are written: this machine's folders, or whatever Daft reaches."""

    def receipts(self, folder: str) -> dict[str, Done]:
        """Return the receipts in a folder by the name of their part."""
        ...

    def open(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open an input file."""
        ...

    def writing(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Give a stream whose content appears whole under this name when the block ends well."""
        ...

    def files(self, address: str) -> Iterator[File]:
        """Yield the files that an address stands for."""
        ...

    def finish(self, folder: str) -> None:
        """See to it that all that was written is where it belongs, and nothing else is there."""
        ...


class Folders:
    """The file system of this machine."""

    def receipts(self, folder: str) -> dict[str, Done]:
        """Return the receipts in a folder by the name of their part."""
        try:
            return read_receipts((path.read_bytes() for path in sorted(Path(folder).glob(f"part-*{RECEIPT}"))), folder)
        except OSError as error:
            raise storage_error(error, Path(folder)) from error

    def open(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open an input file."""
        return opened(Path(path))

    def writing(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Give a stream whose content appears whole under this name when the block ends well."""
        return replacing(Path(path))

    def files(self, address: str) -> Iterator[File]:
        """Raise: an address is no folder of this machine.

        Raises:
            UsageError: always.
        """
        raise UsageError("addresses are read by --engine daft alone", where=address)

    def finish(self, folder: str) -> None:
        """Remove what killed workers have begun: hidden files, whose parts others have done."""
        for begun in Path(folder).glob(".part-*.part"):
            begun.unlink(missing_ok=True)


def read_receipts(found: Iterable[bytes], folder: str) -> dict[str, Done]:
    """Return receipts by the name of their part.

    Raises:
        DataError: one cannot be read.
    """
    try:
        receipts = [msgspec.json.decode(data, type=Done) for data in found]
    except msgspec.DecodeError as error:
        message = f"a receipt that cannot be read: {error}"
        raise DataError(message, where=folder, hint="remove it, and its split is done again") from error
    return {receipt.part: receipt for receipt in receipts}
