"""``annotate ingest``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.progress import ExtractorName, Jobs, measured
from annotate.cli.receipt import AsJson, Out, Strict, receipt
from annotate.cli.scaled import Address, EngineName, in_parts
from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import Extractor
from annotate.corpus.readers import Meter
from annotate.errors import UsageError
from annotate.files import STDIO, write
from annotate.records import Article, SetAside


class Format(StrEnum):
    """Forms that can be read."""

    TXT = "txt"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Files, folders, patterns (.txt .html .jsonl .csv .parquet .warc, .gz .zst); - is stdin.",
            readable=False,  # typer would say it with 2; reading says it with 3
        ),
    ],
    output: Out = STDIO,
    *,
    format: Annotated[  # noqa: A002 - it is the option's name
        Format | None,
        typer.Option("--format", help="Form of stdin and of the files named here; the suffix tells it by default."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="Where a field stands in a table or JSONL, as in text=body; again for the next."),
    ] = None,
    license: Annotated[  # noqa: A002 - it is the field's name
        str | None, typer.Option("--license", help="Licence of the articles that name none themselves.")
    ] = None,
    engine: EngineName = None,
    address: Address = None,
    extractor: ExtractorName = Extractor.FULL,
    jobs: Jobs = 1,
    near_duplicates: Annotated[
        Path | None,
        typer.Option("--near-duplicates", help="JSONL file for the articles that read alike, each with its cluster."),
    ] = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read articles from files and pages: text, HTML, JSONL, CSV, Parquet, WARC archives; also compressed.

    Each gets typed segments, sentences and quotations. The same text is kept once, with all its outlets and addresses.

    With --engine the work is done in parts, each a file of the folder -o, and the same text may stand in two of them; see
    docs/clusters.md.

    Example: annotate ingest stories/ wire.txt export.csv --column text=body -o articles.jsonl
    """
    from annotate.corpus.duplicates import merged
    from annotate.corpus.readers import documents

    with receipt("ingest", output, as_json=as_json, strict=strict) as paper:
        if engine is not None:
            if near_duplicates is not None:
                raise UsageError("--near-duplicates is not for --engine", hint="run ingest over the parts for it")
            from annotate.scale.batch import Work

            work = Work(extractor=extractor, license=license)
            fields = _columns(column or ())
            in_parts(
                paper, paths, output, work, engine=engine, address=address, jobs=jobs, columns=fields, format=format
            )
            return
        notes: Counter[str] = Counter()
        meter = Meter()
        found = documents(paths, columns=_columns(column or ()), format=format, meter=meter)
        articles = _articles(found, extractor, license, jobs)
        shown = measured(articles, "articles", meter, silent=as_json)
        kept = paper.watch(merged(shown, notes))
        if near_duplicates is None:
            paper.write(kept)
        else:
            from annotate.dataset.syndicated import Gathering

            with Gathering() as gathering:
                paper.write(gathering.passing(kept))
                paper.facts["near_duplicates"] = write(near_duplicates, gathering.clusters())
        paper.facts |= {name: count for name, count in notes.items() if count}


def _articles(
    found: Iterable[Page | Draft | SetAside],
    extractor: Extractor,
    license: str | None,  # noqa: A002 - it is the field's name
    jobs: int,
) -> Iterator[Article | SetAside]:
    """Return the articles of what was read: one by one as they come, or by processes a few at a time."""
    if jobs == 1:
        from annotate.corpus.ingest import articles_of

        return articles_of(found, extractor, license)
    from annotate.scale.batch import Work
    from annotate.scale.local import cores, read_articles, worked

    return read_articles(worked(found, Work(extractor=extractor, license=license), jobs or cores()))


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
