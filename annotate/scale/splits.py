"""Files → splits: each a share of the inputs that gives one part of the output, whoever does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from annotate.corpus.places import places
from annotate.files import storage_error
from annotate.records import SetAside
from annotate.scale.parts import File, Split
from annotate.scale.stores import Store

SPLIT_BYTES = 8 * 2**20
"""Small files are put together until they hold as many bytes; a Parquet file is divided after as many."""

SPLIT_FILES = 500
"""Or until they are as many."""

PARQUET = ".parquet"


def files(paths: Iterable[Path]) -> Iterator[File | SetAside]:
    """Yield the files of this machine that paths stand for, in their order.

    Raises:
        StorageError: a path is not there.
    """
    for place in places(paths):
        if isinstance(place, SetAside):
            yield place
            continue
        try:
            state = place.path.stat()
        except OSError as error:
            if place.named:
                raise storage_error(error, place.path) from error
            yield SetAside(reason="unreadable", where=place.where, detail=storage_error(error, place.path).problem)
            continue
        yield File(path=str(place.path), size=state.st_size, stamp=str(state.st_mtime_ns), named=place.named)


def splits(found: Iterable[File], store: Store, size: int = SPLIT_BYTES) -> Iterator[Split]:
    """Yield the splits of files, which depend on the files alone: small ones together, Parquet by its row groups."""
    waiting: list[File] = []
    for file in found:
        if file.path.endswith(PARQUET) and file.size > size:
            if waiting:
                yield Split(files=tuple(waiting))
                waiting = []
            yield from (Split(files=(file,), groups=groups) for groups in _groups(file, store, size))
            continue
        waiting.append(file)
        if sum(one.size for one in waiting) >= size or len(waiting) >= SPLIT_FILES:
            yield Split(files=tuple(waiting))
            waiting = []
    if waiting:
        yield Split(files=tuple(waiting))


def _groups(file: File, store: Store, size: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a Parquet file's row groups, each about as large as a split should be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with store.open(file.path) as stream:
            table = pq.ParquetFile(stream).metadata
            sizes = [table.row_group(number).total_byte_size for number in range(table.num_row_groups)]
    except pa.ArrowException:
        yield (0, 1)  # the reader says what is wrong with it
        return
    start, held = 0, 0
    for number, each in enumerate(sizes):
        held += each
        if held >= size:
            yield (start, number + 1)
            start, held = number + 1, 0
    if start < len(sizes):
        yield (start, len(sizes))
