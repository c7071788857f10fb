"""The pool of processes: order, bounded reading, and what happens when a process ends in the middle."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from annotate.scale.local import AHEAD, ordered


def doubled(number: int) -> int:
    """Return twice a number."""
    return 2 * number


def fatal(number: int) -> int:
    """End the process at 5, as a fault in a library would."""
    if number == 5:
        os._exit(11)
    return number


def endless(number: int) -> int:
    """Never return from 5, in a library that hears no exception."""
    while number == 5:
        with contextlib.suppress(BaseException):
            time.sleep(60)
    return number


def once(path: str) -> str:
    """End the process the first time."""
    if path and not Path(path).exists():
        Path(path).touch()
        os._exit(11)
    return path


def lost(number: int) -> list[int]:
    """Stand for a number that was lost."""
    return [-number]


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(jobs: int) -> None:
    """As many results as items, in their order; none from nothing."""
    assert list(ordered(doubled, range(40), jobs)) == [2 * n for n in range(40)]
    assert list(ordered(doubled, [], jobs)) == []


def test_reading_goes_no_further_ahead_than_stated() -> None:
    """The memory is bounded by what is read ahead."""
    read = []

    def items() -> Iterator[int]:
        for n in range(100):
            read.append(n)
            yield n

    results = ordered(doubled, items(), 2)
    assert next(results) == 0
    assert len(read) <= AHEAD * 2
    results.close()  # type: ignore[attr-defined]  # it is a generator


def test_an_item_that_ends_its_process_costs_no_other() -> None:
    """It is tried once more alone, then given up; all others have their result, in order."""
    found = list(ordered(fatal, range(20), 2, lost))
    assert found == [-5 if n == 5 else n for n in range(20)]
    with pytest.raises(BrokenProcessPool):
        list(ordered(fatal, range(20), 2))


def test_an_item_that_never_ends_costs_no_other() -> None:
    """Its process is ended when the patience is, and all others have their result, in order."""
    assert list(ordered(endless, range(8), 2, lost, patience=3)) == [-5 if n == 5 else n for n in range(8)]


def test_a_process_that_ends_once_costs_nothing(tmp_path: Path) -> None:
    """What was under way is done again."""
    items = ["", "", str(tmp_path / "🕊"), "", ""]
    assert list(ordered(once, items, 2)) == items
