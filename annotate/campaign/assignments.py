"""A campaign's plan as a table: one row an article and annotator, in a CSV file that people read and edit."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from enum import StrEnum
from pathlib import Path

from annotate.errors import RecordError
from annotate.files import write_text
from annotate.quality.assignments import COLUMNS as PLANNED
from annotate.quality.assignments import plan_rows
from annotate.records import Record
from annotate.studio.accounts import email_of

COLUMNS = (*PLANNED, "kind")
"""Columns that every plan has; others are for the reader and are not read back."""
NOTES = ("words", "title")
"""Columns that say what an article is."""
TITLE_LENGTH = 80
LEADING = "=+-@\t\r\n'\" "
"""What a title does not begin with in the table: a spreadsheet runs cells that begin with some of these as formulas."""


class Arm(StrEnum):
    """What an annotator starts from."""

    BLIND = "blind"
    SUGGESTED = "suggested"


class Kind(StrEnum):
    """Why an article is in an annotator's pile."""

    CALIBRATION = "calibration"
    OVERLAP = "overlap"
    SINGLE = "single"
    GOLD = "gold"


class Assignment(Record, frozen=True, kw_only=True):
    """One article for one annotator.

    Attributes:
        article: the article's id.
        annotator: name or e-mail address of an account.
        batch: which comes first, from 1.
        arm: whether suggestions are shown.
        kind: why it is asked; never shown to the annotator.
        words: of the article.
        title: of the article.
    """

    article: str
    annotator: str
    batch: int
    arm: Arm
    kind: Kind
    words: int = 0
    title: str = ""


def write_plan(path: Path, assignments: Iterable[Assignment]) -> int:
    """Write a plan as CSV and return how many rows it has; the file appears whole or not at all.

    Raises:
        StorageError: the file cannot be written.
    """
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow((*COLUMNS, *NOTES))
    count = 0
    for one in assignments:
        title = " ".join(one.title.split()).lstrip(LEADING)[:TITLE_LENGTH]
        rows.writerow((one.article, one.annotator, one.batch, one.arm.value, one.kind.value, one.words, title))
        count += 1
    write_text(path, table.getvalue())
    return count


def read_plan(path: Path) -> list[Assignment]:
    """Return the assignments of a plan, each row checked.

    Raises:
        RecordError: it is no such table, or a row cannot be meant as it stands; the error names its line.
        StorageError: the file cannot be read.
    """
    seen: dict[tuple[str, str], str] = {}
    found = []
    for where, row in plan_rows(path, COLUMNS):
        one = _assignment(row, where)
        pair = (one.article, email_of(one.annotator))
        if pair in seen:
            message = f"{one.annotator} has article {one.article} on line {seen[pair]} already"
            raise RecordError(message, where=where, hint="remove one of the two rows")
        seen[pair] = where.rpartition(":")[2]
        found.append(one)
    return found


def _assignment(row: dict[str, str], where: str) -> Assignment:
    batch = row.get("batch", "")
    if not (batch.isdecimal() and batch.isascii() and int(batch)):
        raise RecordError(f"batch is {batch!r}", where=where, hint="batches are 1, 2, 3 …")
    words = row.get("words", "")
    return Assignment(
        article=row["article"],
        annotator=row["annotator"],
        batch=int(batch),
        arm=Arm(_one_of(row, "arm", [arm.value for arm in Arm], where)),
        kind=Kind(_one_of(row, "kind", [kind.value for kind in Kind], where)),
        words=int(words) if words.isdecimal() and words.isascii() else 0,
        title=row.get("title", ""),
    )


def _one_of(row: dict[str, str], name: str, known: Collection[str], where: str) -> str:
    given = row.get(name, "").casefold()
    if given not in known:
        raise RecordError(f"{name} is {row.get(name, '')!r}", where=where, hint=f"it is one of {', '.join(known)}")
    return given


def check_articles(assignments: Iterable[Assignment], known: Collection[str], where: str) -> None:
    """Raise unless every article of a plan is known.

    Raises:
        RecordError: the plan names another; spreadsheets turn some ids into numbers.
    """
    strange = sorted({one.article for one in assignments if one.article not in known})
    if strange:
        message = f"{len(strange)} of its articles are not among those given, such as {strange[0]!r}"
        hint = "give the articles it was made from; a spreadsheet may have turned an id into a number"
        raise RecordError(message, where=where, hint=hint)


def people(assignments: Iterable[Assignment]) -> list[str]:
    """Return the annotators of a plan, in the order in which it names them."""
    named: dict[str, str] = {}
    for one in assignments:
        named.setdefault(email_of(one.annotator), one.annotator)
    return list(named.values())
