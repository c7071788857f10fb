"""``annotate ingest``."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, Out, Strict, receipt
from annotate.errors import UsageError
from annotate.files import STDIO


class Format(StrEnum):
    """Forms that can be read."""

    TXT = "txt"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Files, folders or patterns (.txt .html .htm .jsonl .csv); - is stdin."),
    ],
    output: Out = STDIO,
    *,
    format: Annotated[  # noqa: A002 - it is the option's name
        Format | None,
        typer.Option("--format", help="Form of stdin and of the files named here; the suffix tells it by default."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="Where a field stands in CSV or JSONL, as in text=body; again for the next."),
    ] = None,
    license: Annotated[  # noqa: A002 - it is the field's name
        str | None, typer.Option("--license", help="Licence of the articles that name none themselves.")
    ] = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read articles from files and pages: text, HTML, JSONL, CSV.

    Each gets typed segments, sentences and quotations. The same text is kept once, with all its outlets and addresses.

    Example: annotate ingest stories/ wire.txt export.csv --column text=body -o articles.jsonl
    """
    from annotate.corpus.duplicates import merged
    from annotate.corpus.ingest import ingest as read

    with receipt("ingest", output, as_json=as_json, strict=strict) as paper:
        notes: Counter[str] = Counter()
        articles = read(paths, columns=_columns(column or ()), format=format, license=license)
        paper.write(paper.watch(merged(paper.progress(articles, "articles"), notes)))
        paper.facts |= {name: count for name, count in notes.items() if count}


def _columns(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Return field → column from pairs such as ``text=body``."""
    columns: dict[str, str] = {}
    for pair in pairs:
        field, equals, name = pair.partition("=")
        if not (field and equals and name):
            raise UsageError(f"--column {pair!r} names no field and column", hint="as in --column text=body")
        if columns.setdefault(field, name) != name:
            raise UsageError(f"--column gives {field!r} twice: {columns[field]!r} and {name!r}")
    return columns
