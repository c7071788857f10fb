"""ClaimBuster: sentences of presidential debates, is there a factual claim that is worth checking?

A CSV file with ``Text``, ``File_id`` (the debate), ``Line_number`` and ``Verdict`` (-1 no factual claim, 0 an unimportant
one, 1 one worth checking). The speaker's name and party are not read: a model would learn who speaks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from annotate.benchmarks.corpus import Corpus, Row, corpus, read_text
from annotate.errors import DataError, RecordError

NAMES = ("non-factual", "unimportant", "check-worthy")
"""The labels, by the number in the file plus one."""
COLUMNS = ("Text", "File_id", "Line_number", "Verdict")


def read(path: Path, split: str) -> Corpus:
    """Return the corpus of a file, each debate in its order.

    Raises:
        StorageError: it cannot be read.
        DataError: it is no such file.
    """
    rows = sorted(_rows(path), key=lambda found: found[0])
    return corpus(split, "claim", NAMES, (row for _, row in rows), str(path))


def _rows(path: Path) -> Iterator[tuple[tuple[str, int], Row]]:
    for line, record in table(path, COLUMNS):
        try:
            place, verdict = int(record["Line_number"]), int(record["Verdict"])
        except ValueError as error:
            message = f"Line_number or Verdict is no number: {error}"
            raise RecordError(message, where=f"{path}:{line}", hint="name the corpus's own file") from error
        if verdict not in {-1, 0, 1}:
            message = f"Verdict is {verdict}, not -1, 0 or 1"
            raise RecordError(message, where=f"{path}:{line}", hint="name the corpus's own file")
        document = record["File_id"]
        yield (document, place), Row(document, record["Text"], NAMES[verdict + 1])


def table(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file that has at least these columns.

    Raises:
        StorageError: it cannot be read.
        DataError: a column is missing, or a row has fewer fields than the header.
    """
    reader = csv.DictReader(StringIO(read_text(path), newline=""))
    if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
        message = f"no column {', '.join(missing)}"
        raise DataError(message, where=f"{path}:1", hint="name the corpus's own file")
    try:
        for record in reader:
            if any(record[name] is None for name in columns):
                message = "fewer fields than the header"
                raise RecordError(message, where=f"{path}:{reader.line_num}", hint="name the corpus's own file")
            yield reader.line_num, record
    except csv.Error as error:
        raise RecordError(f"not CSV: {error}", where=f"{path}:{reader.line_num}") from error
