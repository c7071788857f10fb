"""The model of a folder, loaded again when the folder changes; a broken one never takes the place of one that works."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from annotate.codebook import Codebook
from annotate.errors import AnnotateError, ModelError
from annotate.records import Article, Suggestion

Stamp = tuple[tuple[str, int, int], ...]


class Serving(Protocol):
    """A suggester that knows its codebook."""

    name: str
    book: Codebook

    def suggest(self, article: Article) -> Suggestion:
        """Return what it proposes for one article."""


def load_model(folder: Path) -> Serving:
    """Return the trained model of a folder, proved.

    Raises:
        ModelError: it is no model, or was changed.
    """
    from annotate.baseline.scorer import Model

    return Model.load(folder)


class Hot:
    """Holds the newest model of a folder that could be loaded.

    Attributes:
        trouble: why the folder's newest content is not what is served; empty where it is.
    """

    def __init__(self, folder: Path, load: Callable[[Path], Serving] = load_model) -> None:
        """Load the model.

        Raises:
            ModelError: there is none to begin with.
        """
        self._folder, self._load = folder, load
        self._lock = threading.Lock()
        self._seen = stamp(folder)
        self._model = load(folder)
        self.trouble = ""

    def current(self) -> Serving:
        """Return the newest model; the one before it while the newest cannot be loaded."""
        with self._lock:
            try:
                found = stamp(self._folder)
                if found != self._seen:
                    self._seen = found
                    self._model = self._load(self._folder)
                    self.trouble = ""
            except (AnnotateError, OSError) as error:  # broken, half written, or between the old folder and the new
                self.trouble = str(error)
            return self._model


def stamp(folder: Path) -> Stamp:
    """Return what changes when a folder's files are written again: their names, times and sizes.

    Raises:
        ModelError: there is no such folder.
    """
    if not folder.is_dir():
        raise ModelError("there is no such model folder", where=str(folder), hint="make one with `annotate train`")
    found = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple((str(path.relative_to(folder)), about.st_mtime_ns, about.st_size) for path, about in found)
