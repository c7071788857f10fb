"""Tables as CSV: what numbers are made from, and the numbers themselves in one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from annotate.records import Record

NUMBERS = ("number", "value", "low", "high", "undefined", "interval_undefined", "used", "left_out")
LEADING = "=+-@\t\r"
"""What a spreadsheet would run as a formula; a quotation mark goes before it."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Return a table as CSV.

    >>> csv_text(["outlet", "n"], [("=evil()", 2), (None, -0.5)])
    "outlet,n\n'=evil(),2\n,-0.5\n"
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return table.getvalue()


def _cell(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(tuple(LEADING)) else cell


def numbers(found: Record) -> Iterator[tuple[object, ...]]:
    """Yield every number of a result with its interval, in the order of `NUMBERS`; its name is the path to it."""
    yield from _numbers(msgspec.to_builtins(found), "")


def _numbers(data: Any, path: str) -> Iterator[tuple[object, ...]]:
    if isinstance(data, dict) and "interval_undefined" in data:
        ends = data["interval"] or {}
        left_out = "; ".join(f"{reason} {count}" for reason, count in data["left_out"].items())
        said = data["undefined"], data["interval_undefined"]
        yield path, data["value"], ends.get("low"), ends.get("high"), *said, data["used"], left_out
    elif isinstance(data, dict):
        for name, part in data.items():
            yield from _numbers(part, f"{path}.{name}" if path else str(name))
    elif isinstance(data, list | tuple):
        for number, part in enumerate(data):
            yield from _numbers(part, f"{path}.{_name(part, number)}")


def _name(part: Any, number: int) -> str:
    """Return what tells one part of a list from the others: who or what it is of, or its number."""
    if not isinstance(part, dict):
        return str(number)
    found = [part[key] for key in ("annotators", "annotator", "arm", "by", "value") if part.get(key)]
    words = (" · ".join(one) if isinstance(one, list | tuple) else str(one) for one in found)
    return " ".join(words) or str(number)
