"""The campaign's plan as a table that people can edit: who labels which article, in which batch and arm."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from annotate.errors import DataError, RecordError
from annotate.files import opened
from annotate.records import Record, SetAside

COLUMNS = ("article", "annotator", "batch", "arm")
BLIND = "blind"
"""The arm whose annotators see no suggestions."""

GOLD_ITEM = "gold"
"""The kind of a row whose right labels are known, and hidden among the others."""
NOT_PLANNED = "not planned"
"""Arm and batch of work that the plan does not name."""


class Assignment(Record, frozen=True, kw_only=True):
    """One row of a plan.

    Attributes:
        article: the article's id.
        annotator: pseudonym.
        batch: empty where the plan has none; likewise `arm` and `kind`.
        where: ``file:line``.
    """

    article: str
    annotator: str
    batch: str = ""
    arm: str = ""
    kind: str = ""
    where: str = ""


Plan = dict[tuple[str, str], Assignment]
"""Article and annotator → what was planned."""


def plan_rows(path: Path, needed: Sequence[str] = COLUMNS[:2]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each row of a plan: where it stands, as ``file:line``, and its cells by column.

    Commas or semicolons part the columns, as spreadsheets write them; a byte order mark, capitals in the first line,
    blanks around cells and empty rows do not count.

    Args:
        path: of a CSV file in UTF-8.
        needed: columns that the first line must name.

    Raises:
        RecordError: it is no such table, a row names no article or no annotator, or there is no row.
        StorageError: the file cannot be read.
    """
    with opened(path) as stream:
        data = stream.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "save it as CSV in UTF-8"
        raise RecordError(f"not UTF-8: {error.reason}", where=str(path), hint=hint) from error
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    columns: list[str] | None = None
    empty = True
    try:
        for cells in rows:
            values = [cell.strip() for cell in cells]
            where = f"{path}:{rows.line_num}"
            if not any(values):
                continue
            if columns is None:
                columns = [value.casefold() for value in values]
                _check_columns(columns, needed, where)
                continue
            row = dict(zip(columns, values, strict=False))
            for name in COLUMNS[:2]:
                if not row.get(name):
                    raise RecordError(f"no {name}", where=where, hint="fill it in, or remove the row")
            empty = False
            yield where, row
    except csv.Error as error:
        raise RecordError(f"not CSV: {error}", where=f"{path}:{rows.line_num}") from error
    if empty:
        raise RecordError("the plan is empty", where=str(path), hint="make one with `annotate campaign plan`")


def _check_columns(columns: Collection[str], needed: Sequence[str], where: str) -> None:
    if missing := [name for name in needed if name not in columns]:
        message = f"the first line names no column {', '.join(missing)}"
        raise RecordError(message, where=where, hint=f"a plan's first line is {','.join(needed)}")


def assignments(path: Path) -> Iterator[Assignment]:
    """Yield the rows of a plan, of which only ``article`` and ``annotator`` must be there.

    Raises:
        RecordError: as :func:`plan_rows` says.
        StorageError: the file cannot be read.
    """
    for where, row in plan_rows(path):
        yield Assignment(
            article=row["article"],
            annotator=row["annotator"],
            batch=row.get("batch", ""),
            arm=row.get("arm", "").casefold(),
            kind=row.get("kind", "").casefold(),
            where=where,
        )


def planned(
    rows: Iterable[Assignment], done: Collection[tuple[str, str]], known: Mapping[str, str] | None = None
) -> Iterator[Assignment | SetAside]:
    """Yield the rows that were worked on; the others come as a `SetAside`, and so does a row said again.

    Args:
        rows: of the plan.
        done: article and annotator's pseudonym of each annotation.
        known: name or address, as the plan has it → pseudonym.

    Raises:
        DataError: the plan names none of them.
    """
    people, articles = {who for _, who in done}, {article for article, _ in done}
    seen, matched = set[tuple[str, str]](), False
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
            if key in done:
                yield row
            elif row.article in articles:
                detail = f"{row.annotator} has not worked on article {row.article}, which the plan gives them"
                yield SetAside(reason="not_done", where=row.where, detail=detail)
            else:
                detail = f"no annotation is of article {row.article}, which the plan names"
                yield SetAside(reason="article_without_annotations", where=row.where, detail=detail)
    if strangers and not matched:
        message = f"the plan names none of the annotators; its first is {strangers[0].annotator!r}"
        some = ", ".join(sorted(people)[:5]) or "nobody"
        raise DataError(message, where=strangers[0].where, hint=f"the annotations are by {some}")
    for row in strangers:
        detail = f"the plan names annotator {row.annotator!r}, who labelled nothing"
        yield SetAside(reason="unknown_annotator", where=row.where, detail=detail)
