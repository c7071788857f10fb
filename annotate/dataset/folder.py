"""A new release takes the place of the old one, whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from annotate.dataset.manifest import NAME, read_manifest
from annotate.errors import DataError, UsageError
from annotate.files import storage_error

CARD = "README.md"


@contextlib.contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Give a new, empty folder that takes the place of ``folder`` when the block ends without an error.

    An error, a full disk or a killed process leaves the old release as it was.

    Raises:
        UsageError: something other than a release stands there.
        StorageError: the folder cannot be written or the disk is full.
    """
    target = folder.resolve()
    _check_replaceable(target, folder)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            part.chmod(0o755)
            yield part
            _check_replaceable(target, folder)  # somebody may have put a file there meanwhile
            _swap(part, target)
        finally:
            shutil.rmtree(part, ignore_errors=True)  # after the swap, this is the old release
    except OSError as error:
        raise storage_error(error, folder) from error


def _check_replaceable(target: Path, shown: Path) -> None:
    """Raise unless nothing stands there, or nothing but a release.

    Raises:
        UsageError: a file stands there, or a folder with other files.
    """
    hint = "name a new folder, or one with a release in it and nothing else"
    if not target.exists():
        return
    if not target.is_dir():
        message = f"{shown} is a file"
        raise UsageError(message, hint=hint)
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if not there:
        return
    try:
        ours = {NAME, CARD, *(file.path for file in read_manifest(target).files)}
    except DataError as error:
        message = f"{shown} holds something that is no release"
        raise UsageError(message, hint=hint) from error
    if foreign := sorted(there - ours):
        message = f"{shown} holds {foreign[0]!r}, which is not part of the release"
        raise UsageError(message, hint=f"move it elsewhere: the folder is replaced whole; or {hint}")


def _swap(part: Path, target: Path) -> None:
    """Put a folder in the place of another, which then has the first one's name."""
    if not target.exists():
        part.rename(target)
    elif not _exchanged(part, target):
        aside = part.with_name(f"{part.name}.old")
        target.rename(aside)
        try:
            part.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(part)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, so that no moment is without either; return whether the system could.

    Two renames would leave nothing in the place of the release to a reader (or after a kill) between them. Linux can do
    it in one; Python has no name for that call.
    """
    at_cwd, exchange = -100, 2
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchange) == 0
