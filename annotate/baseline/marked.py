"""Cue spans as the tables of others hold them: lists of objects, objects of lists, or either as JSON in a cell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotate.baseline.tagger import Cue
from annotate.errors import DataError

TYPES = ("type", "label", "kind")
"""Where a span says its type; the first that is there."""
CUE = "cue"
"""Type of cue spans that have none."""


def cues(rows: Iterable[tuple[int, Any, str]], folder: Path) -> tuple[tuple[Cue, ...], ...]:
    """Return the cue spans of each row.

    Args:
        rows: the row's number, what its cell holds, its text.
        folder: the dataset's, for errors.

    Raises:
        DataError: a cell is no list of spans, or a span is outside its text.
    """
    return tuple(tuple(sorted(_row(number, cell, text, folder))) for number, cell, text in rows)


def _row(number: int, cell: Any, text: str, folder: Path) -> Iterator[Cue]:
    try:
        spans = _listed(json.loads(cell) if isinstance(cell, str) and cell.strip() else cell)
    except (TypeError, ValueError, RecursionError) as error:
        message = f"row {number} has cue spans that are no list: {str(cell)[:60]!r}"
        raise DataError(
            message, where=str(folder), hint="spans are a list of {start, end, type}, or that as JSON"
        ) from error
    for span in spans:
        try:
            start, end = _whole(span["start"]), _whole(span["end"])
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            message = f"row {number} has a cue span without start and end: {span!r}"
            hint = "a span is {start, end, type}; start and end are whole numbers"
            raise DataError(message, where=str(folder), hint=hint) from error
        if not 0 <= start < end <= len(text):
            message = f"row {number} has a cue span [{start}, {end}) outside its text of {len(text)} characters"
            raise DataError(message, where=str(folder), hint="offsets count code points of the text")
        yield Cue(start, end, str(next((span[name] for name in TYPES if span.get(name)), CUE)))


def _listed(cell: Any) -> list[Any]:
    """Return the spans of a cell, those that are null left out; `Sequence({...})` of `datasets` keeps a list for each field."""
    if isinstance(cell, dict):
        columns = [values or () for values in cell.values()]
        return [dict(zip(cell, values, strict=True)) for values in zip(*columns, strict=True)]
    if isinstance(cell, str):  # without a character in it, or a string in JSON
        cell = cell.strip() or None
    if cell is not None and not isinstance(cell, list | tuple) and cell == cell:  # noqa: PLR0124 - a cell without a value may be NaN
        raise TypeError
    return [span for span in cell if span is not None] if isinstance(cell, list | tuple) else []


def _whole(value: Any) -> int:
    """Return an offset; beside a gap, a column of whole numbers reads them as 3.0."""
    if (number := int(value)) != float(value):
        raise ValueError(value)
    return number
