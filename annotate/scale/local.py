"""The same work on one machine's cores: a pool of processes, results in the order of what went in, in bounded memory.

A process that ends in the middle (out of memory, a fault in a library, a page that a parser never leaves) costs no other
row its result: what it had is tried again piece by piece, and the row that ends a process of its own is set aside.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from annotate.corpus.drafts import Draft, Page
from annotate.records import Article, SetAside
from annotate.scale.batch import Work, batches, results_of

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 3
"""Pieces of work a process that wait or are done and not yet fetched: what bounds the memory."""
PATIENCE = 120
"""Seconds after which a process that has not finished its piece of work is ended; a piece takes a few."""


def cores() -> int:
    """Return how many processors this process may use."""
    with contextlib.suppress(AttributeError):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ordered(
    function: Callable[[T], R],
    items: Iterable[T],
    jobs: int,
    lost: Callable[[T], list[R]] | None = None,
    patience: int = PATIENCE,
) -> Iterator[R]:
    """Yield what a function makes of each item, in their order, from so many processes; with one job, from this one.

    Args:
        function: goes to the processes, as do the items: both can be pickled.
        items: is read no further ahead than `AHEAD` items a process.
        jobs: number of processes.
        lost: says what stands for an item that ended its process; without it the error is raised.
        patience: whole seconds that a process has for an item before it is ended; not for one job, which is this process.

    Raises:
        BrokenProcessPool: an item ended its process twice, the second time alone, and `lost` is not given.
    """
    if jobs == 1:
        yield from map(function, items)
        return
    with _Pool(function, jobs, patience) as pool:
        waiting: deque[tuple[T, Future[R]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(item)))
            if len(waiting) >= AHEAD * jobs:
                yield from pool.first(waiting, lost)
        while waiting:
            yield from pool.first(waiting, lost)


@dataclass(frozen=True)
class Lines:
    """What one input gave.

    Attributes:
        data: records as JSON lines, each with its end.
        counts: what was counted in them.
    """

    data: bytes
    counts: dict[str, int]


class _Pool(Generic[T, R]):
    """A pool of processes that is made anew when one of them ends in the middle."""

    def __init__(self, function: Callable[[T], R], jobs: int, patience: int) -> None:
        self._function, self._jobs, self._patience = function, jobs, patience
        self._executor = self._new(jobs)

    def __enter__(self) -> _Pool[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _new(self, jobs: int) -> ProcessPoolExecutor:
        # a fork of a process with threads (Arrow's) can hang, so each begins afresh
        return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)

    def submit(self, item: T) -> Future[R]:
        try:
            return self._executor.submit(_within, self._patience, self._function, item)
        except BrokenProcessPool:  # it broke after the last result was fetched
            broken: Future[R] = Future()
            broken.set_exception(BrokenProcessPool())
            return broken

    def first(self, waiting: deque[tuple[T, Future[R]]], lost: Callable[[T], list[R]] | None) -> Iterator[R]:
        """Yield the first result that is waited for."""
        item, future = waiting.popleft()
        try:
            yield future.result()
        except BrokenProcessPool:
            yield from self._again(item, lost)
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = self._new(self._jobs)
            rest = list(waiting)
            waiting.clear()
            waiting.extend((other, self._kept(other, done)) for other, done in rest)

    def _kept(self, item: T, future: Future[R]) -> Future[R]:
        """Return a result that is there already, or the promise of one."""
        if future.done() and not future.cancelled() and future.exception() is None:
            return future
        return self.submit(item)

    def _again(self, item: T, lost: Callable[[T], list[R]] | None) -> Iterator[R]:
        """Yield the result of one item in a process of its own."""
        with self._new(1) as alone:
            try:
                yield alone.submit(_within, self._patience, self._function, item).result()
            except BrokenProcessPool:
                if lost is None:
                    raise
                yield from lost(item)


def _within(seconds: int, function: Callable[[T], R], item: T) -> R:
    """Call a function; the alarm ends this process, also where the function is lost in a library that hears no Python."""
    alarm = getattr(signal, "alarm", None)  # not on every system
    if alarm is None:
        return function(item)
    alarm(seconds)
    try:
        return function(item)
    finally:
        alarm(0)


def _begin() -> None:
    """Leave an interrupt to the process that started this one, and end when that one is gone, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def worked(found: Iterable[Page | Draft | SetAside], work: Work, jobs: int) -> Iterator[pa.RecordBatch]:
    """Yield the results of pages and drafts, in their order, as batches of `annotate.scale.batch.results_schema`.

    Args:
        found: what the readers give, see `annotate.corpus.readers.documents`.
        work: what is done to each row.
        jobs: number of processes.
    """

    def piece_by_piece(batch: pa.RecordBatch) -> list[pa.RecordBatch]:
        if batch.num_rows > 1:
            rows = [batch.slice(row, 1) for row in range(batch.num_rows)]
            return list(ordered(work, rows, 2, piece_by_piece))
        row = batch.to_pylist()[0]
        detail = (
            f"a process ended while it worked on this, twice: out of memory, over {PATIENCE} s, or a fault in a library"
        )
        return [results_of([SetAside(reason="process_ended", where=row["where"], detail=detail)])]

    yield from ordered(work, batches(found), jobs, piece_by_piece)


def lines(results: Iterable[pa.RecordBatch]) -> Iterator[Lines | SetAside]:
    """Yield what each row of results holds: JSON lines with what was counted in them, or what was set aside."""
    decoder = msgspec.json.Decoder(dict[str, int])
    for batch in results:
        for row in batch.to_pylist():
            if row["record"] is None:
                yield SetAside(reason=row["reason"], where=row["where"], detail=row["detail"])
            else:
                yield Lines(row["record"], decoder.decode(row["counts"]) if row["counts"] else {})


def read_articles(results: Iterable[pa.RecordBatch]) -> Iterator[Article | SetAside]:
    """Yield the articles of results, and what was set aside, as `annotate.corpus.ingest.ingest` does."""
    decoder = msgspec.json.Decoder(Article)
    for found in lines(results):
        yield found if isinstance(found, SetAside) else decoder.decode(found.data)
