"""Which files are read: names, folders with all that is in them, patterns, standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import StorageError
from annotate.files import STDIO, storage_error
from annotate.records import SetAside

_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Place:
    """A file to read.

    Attributes:
        path: as the caller wrote it, or as it was found in a folder; ``-`` is standard input.
        named: the caller named it, by its name or by a pattern; a file found in a folder is not.
    """

    path: Path
    named: bool = True

    @property
    def where(self) -> str:
        """What a person reads in messages."""
        return "stdin" if self.path == STDIO else str(self.path)


def places(paths: Iterable[Path]) -> Iterator[Place | SetAside]:
    """Yield the files to read, in the order of the paths; those of a folder or a pattern sorted by name.

    Folders are read with all folders in them, but for names that begin with a dot. Links are followed; a folder that was
    read already is not read again, so that links in a circle end.

    Raises:
        StorageError: a path is not there, a pattern fits nothing, or a folder may not be read.
    """
    return _located([found for path in paths for found in _named(path)])


def _located(paths: list[Path]) -> Iterator[Place | SetAside]:
    for path in paths:
        if path == STDIO or not path.is_dir():
            yield Place(path)
        else:
            yield from _folder(path)


def _named(path: Path) -> list[Path]:
    """Return the paths that a path or a pattern stands for."""
    if path == STDIO or _is_there(path):
        return [path]
    if not _PATTERN.isdisjoint(str(path)):
        found = sorted(map(Path, glob.glob(str(path), recursive=True)))  # noqa: PTH207 - a pattern may be absolute
        if found:
            return found
        message = "no file fits this pattern"
        raise StorageError(message, where=str(path), hint="check the pattern; ** stands for any depth of folders")
    message = "no such file or folder"
    raise StorageError(message, where=str(path), hint="check the path, and where it starts from")


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name that is too long, or a folder that may not be entered
        raise storage_error(error, path) from error


def _folder(top: Path) -> Iterator[Place | SetAside]:
    """Yield the files of a folder, depth first."""
    seen: set[tuple[int, int]] = set()
    waiting = [top]
    count = 0
    while waiting:
        path = waiting.pop()
        try:
            if path.is_dir():
                state = path.stat()
                if (state.st_dev, state.st_ino) not in seen:
                    seen.add((state.st_dev, state.st_ino))
                    names = sorted(name for name in os.listdir(path) if not name.startswith("."))  # noqa: PTH208 - only names are wanted
                    waiting += [path / name for name in reversed(names)]
                continue
        except OSError as error:
            if path == top:
                raise storage_error(error, path) from error
            yield SetAside(reason="unreadable", where=str(path), detail=str(storage_error(error, path).problem))
            continue
        count += 1
        yield Place(path, named=False)
    if not count:
        yield SetAside(reason="empty", where=str(top), detail="an empty folder: there is no file in it")
