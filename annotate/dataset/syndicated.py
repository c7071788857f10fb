"""Near-duplicates among very many articles: one cluster a story that was passed on, in bounded memory.

An article's signature (768 bytes) goes to temporary files, once whole and once by its bands; in memory stay its id, its
place in the clusters, and one band of all signatures at a time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from annotate.dataset.clusters import Clusters
from annotate.dataset.near_duplicates import BANDS, ROWS, pairs, signature
from annotate.files import storage_error
from annotate.records import ID_LENGTH, Article, Record

WIDTH = BANDS * ROWS
"""Numbers in a signature."""
BLOCK = 1024
"""Signatures that are written together."""


class Syndicated(Record, frozen=True, kw_only=True):
    """An article that reads like others.

    Attributes:
        article_id: its id.
        cluster: the smallest id among those that read alike, itself one of them: it does not depend on their order.
        size: how many they are.
    """

    article_id: str
    cluster: str
    size: int


class Gathering:
    """The signatures of articles as they pass, and then their clusters.

    >>> with Gathering() as gathering:
    ...     list(gathering.clusters())
    []
    """

    def __init__(self) -> None:
        """Begin with no article."""
        self._open = contextlib.ExitStack()
        files = (tempfile.TemporaryFile() for _ in range(BANDS + 1))  # noqa: SIM115 - the stack closes them
        self._whole, *self._bands = map(self._open.enter_context, files)
        self._ids = bytearray()
        self._waiting: list[NDArray[np.uint32]] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the temporary files up."""
        self._open.close()

    def passing(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Yield the articles, and keep the signature of each.

        Raises:
            StorageError: the temporary files do not fit on their disk.
        """
        for article in articles:
            self.add(article.id, signature(article.text))
            yield article

    def add(self, name: str, signed: NDArray[np.uint32]) -> None:
        """Keep the signature of the article with this id."""
        self._ids += bytes.fromhex(name)
        self._waiting.append(signed)
        if len(self._waiting) >= BLOCK:
            self._store()

    def _store(self) -> None:
        block = np.array(self._waiting, dtype=np.uint32).reshape(-1, WIDTH)
        self._waiting = []
        try:
            self._whole.write(block.tobytes())
            for band, file in enumerate(self._bands):
                file.write(block[:, band * ROWS : (band + 1) * ROWS].tobytes())
            for file in (self._whole, *self._bands):
                file.flush()
        except OSError as error:
            raise storage_error(error, Path(tempfile.gettempdir())) from error

    def _band(self, band: int) -> NDArray[np.uint32]:
        self._bands[band].seek(0)
        return np.frombuffer(self._bands[band].read(), dtype=np.uint32).reshape(-1, ROWS)

    def _rows(self, rows: list[int]) -> NDArray[np.uint32]:
        size = WIDTH * 4
        found = b"".join(os.pread(self._whole.fileno(), size, row * size) for row in rows)
        return np.frombuffer(found, dtype=np.uint32).reshape(-1, WIDTH)

    def clusters(self) -> Iterator[Syndicated]:
        """Yield each article that has near-duplicates, in the order in which they passed.

        The same articles in any order give the same clusters.
        """
        count = len(self._ids) // (ID_LENGTH // 2)
        if not count:
            return
        self._store()
        found = Clusters(count)
        for one, other in pairs(count, self._band, self._rows):
            found.join(one, other)
        roots = np.fromiter(map(found.root, range(count)), dtype=np.int64, count=count)
        sizes = np.bincount(roots, minlength=count)
        ids = np.frombuffer(bytes(self._ids), dtype=">u8")
        smallest = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
        np.minimum.at(smallest, roots, ids.astype(np.uint64))
        for number in np.flatnonzero(sizes[roots] > 1).tolist():
            root = roots[number]
            name, cluster = f"{int(ids[number]):0{ID_LENGTH}x}", f"{int(smallest[root]):0{ID_LENGTH}x}"
            yield Syndicated(article_id=name, cluster=cluster, size=int(sizes[root]))
