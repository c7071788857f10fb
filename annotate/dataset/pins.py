"""The file `splits.csv`: which article is in which split. A later build reads it, so that what was published stays."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.dataset.splits import SPLITS
from annotate.errors import RecordError
from annotate.files import opened

NAME = "splits.csv"
HEAD = ("article_id", "split")


@dataclass(frozen=True)
class Pins:
    """Published assignments.

    Attributes:
        splits: article id → split.
        sha256: of the file they were read from; none where there is none.
    """

    splits: Mapping[str, str]
    sha256: str | None = None


NONE = Pins({})


def read_pins(path: Path) -> Pins:
    """Return the assignments in a file.

    Raises:
        RecordError: it is no such file, names an unknown split, or puts an article into two.
        StorageError: it cannot be read.
    """
    with opened(path) as stream:
        data = stream.read()
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(str(error), where=str(path), hint="name the splits.csv of a release") from error
    if not rows or tuple(rows[0]) != HEAD:
        message = f"the first line is {','.join(rows[0]) if rows else ''!r}, not {','.join(HEAD)!r}"
        raise RecordError(message, where=f"{path}:1", hint="name the splits.csv of a release")
    found: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        article, split = row if len(row) == len(HEAD) else ("", "")
        if not article or split not in SPLITS:
            message = f"{','.join(row)!r} is not an article id and one of {', '.join(SPLITS)}"
            raise RecordError(message, where=f"{path}:{number}")
        if found.setdefault(article, split) != split:
            message = f"article {article} is in {found[article]} and in {split}"
            raise RecordError(message, where=f"{path}:{number}", hint="keep the line that was published")
    return Pins(found, hashlib.sha256(data).hexdigest())


def pins_csv(splits: Mapping[str, str]) -> str:
    """Return the file's content, sorted by article.

    >>> pins_csv({"b": "test", "a": "train"}).splitlines()
    ['article_id,split', 'a,train', 'b,test']
    """
    return "".join(f"{','.join(row)}\n" for row in (HEAD, *sorted(splits.items())))
