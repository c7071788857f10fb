"""The campaign's plan as a table that people can edit: who labels which article, in which batch and arm."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from annotate.errors import DataError, RecordError
from annotate.files import opened
from annotate.records import Record, SetAside

COLUMNS = ("article", "annotator", "batch", "arm")
BLIND = "blind"
"""The arm whose annotators see no suggestions."""


class Assignment(Record, frozen=True, kw_only=True):
    """One row of a plan.

    Attributes:
        article: the article's id.
        annotator: pseudonym.
        batch: empty where the plan has none; likewise `arm`.
        where: ``file:line``.
    """

    article: str
    annotator: str
    batch: str = ""
    arm: str = ""
    where: str = ""


Plan = dict[tuple[str, str], Assignment]
"""Article and annotator → what was planned."""


def assignments(path: Path) -> Iterator[Assignment]:
    """Yield the rows of a plan: a CSV file with the columns ``article``, ``annotator``, ``batch`` and ``arm``.

    Raises:
        DataError: a column is missing, or the file is not UTF-8.
        RecordError: a row names no article or no annotator.
    """
    with opened(path) as stream:
        try:
            text = stream.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = "a plan is a CSV file in UTF-8, this is not UTF-8"
            raise DataError(message, where=str(path), hint="save it again as CSV, UTF-8") from error
    head = text.partition("\n")[0]
    separator = ";" if head.count(";") > head.count(",") else ","  # some spreadsheets write it
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    if missing := [name for name in COLUMNS[:2] if name not in (rows.fieldnames or ())]:
        message = f"a plan has no column {missing[0]!r}"
        raise DataError(message, where=str(path), hint=f"its columns are {', '.join(COLUMNS)}")
    for row in rows:
        where = f"{path.name}:{rows.line_num}"
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not values["article"] or not values["annotator"]:
            message = "a row of the plan names no article or no annotator"
            raise RecordError(message, where=where, hint="give every row both, or take it out")
        yield Assignment(**values, where=where)


def planned(
    rows: Iterable[Assignment], annotators: Collection[str], known: Mapping[str, str] | None = None
) -> Iterator[Assignment | SetAside]:
    """Yield the rows of annotators who labelled anything; the others come as a `SetAside`, and so does a row said again.

    Args:
        rows: of the plan.
        annotators: pseudonyms of those who labelled anything.
        known: name or address, as the plan has it → pseudonym.

    Raises:
        DataError: the plan names none of them.
    """
    people, seen, matched = set(annotators), set[tuple[str, str]](), False
    strangers: list[Assignment] = []
    for said in rows:
        row = msgspec.structs.replace(said, annotator=(known or {}).get(said.annotator, said.annotator))
        key = row.article, row.annotator
        if row.annotator not in people:
            strangers.append(row)
        elif key in seen:
            yield SetAside(
                reason="planned_twice", where=row.where, detail="the plan has this article and annotator twice"
            )
        else:
            seen.add(key)
            matched = True
            yield row
    if strangers and not matched:
        message = f"the plan names none of the annotators; its first is {strangers[0].annotator!r}"
        some = ", ".join(sorted(people)[:5]) or "nobody"
        raise DataError(message, where=strangers[0].where, hint=f"the annotations are by {some}")
    for row in strangers:
        detail = f"the plan names annotator {row.annotator!r}, who labelled nothing"
        yield SetAside(reason="unknown_annotator", where=row.where, detail=detail)
