"""``annotate flag``: which sentences of new articles are hedged or unverified, and why."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import msgspec
import typer

from annotate.cli.receipt import AsJson, Receipt, Strict, receipt
from annotate.errors import DataError, UsageError
from annotate.files import STDIO, replacing, write
from annotate.records import Article, Flag

if TYPE_CHECKING:
    from annotate.baseline.scorer import Model


def flag(
    model: Annotated[str, typer.Argument(help="Model folder, as `annotate train` writes it; or ORG/NAME on the Hub.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="INPUT...", help="Text, HTML or JSONL files, or folders; - is stdin.")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSONL file to write; - is stdout.")] = None,
    only_flagged: Annotated[bool, typer.Option("--only-flagged", help="Write flagged sentences alone.")] = False,
    scores: Annotated[
        Path | None, typer.Option("--scores", help="JSONL file for all probabilities, a line a sentence and target.")
    ] = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Flag hedged, disputed and explicitly unverified sentences.

    At a terminal the flagged sentences are printed with their reasons; into a pipe or a file goes one record a read
    sentence (JSONL).

    Example: annotate flag model/ wire.txt pages/ -o flags.jsonl
    """
    from annotate.baseline.hub import local
    from annotate.baseline.scorer import Model
    from annotate.corpus.ingest import ingest

    if scores == STDIO and output in {None, STDIO}:
        raise UsageError("flags and scores cannot both go to standard output", hint="name a file with -o or --scores")
    shown = output is None and not as_json and sys.stdout.isatty()
    with receipt("flag", None if shown else output or STDIO, as_json=as_json, strict=strict) as paper:
        loaded = Model.load(local(model, "model"))
        counts: Counter[str] = Counter()
        judged = _flags(loaded, paper.watch(ingest(paths)), paper, counts)
        with contextlib.nullcontext() if scores is None else replacing(scores) as beside:
            judged = _with_scores(judged, beside) if beside else judged
            if shown:
                _show(judged)
            else:
                write(output or STDIO, (found for _, found in judged if found.flagged or not only_flagged))
        paper.facts |= {"sentences": counts.pop("sentences", 0), "flagged": counts.pop("flagged", 0)}
        paper.facts |= {"abstained": counts.pop("abstained", 0), **counts}


def _flags(
    model: Model, articles: Iterable[Article], paper: Receipt, counts: Counter[str]
) -> Iterator[tuple[Article, Flag]]:
    """Yield the flags of all articles, and count them; refuse to end well when every input was set aside."""
    for article in articles:
        for found in model.flags(article):
            counts["sentences"] += 1
            counts["flagged"] += found.flagged
            counts["abstained"] += bool(found.abstained)
            counts.update(found.reasons)
            yield article, found
    if not paper.kept and paper.aside:
        message = f"nothing to flag: all {paper.aside} inputs were set aside"
        raise DataError(message, hint="the lines above say why")


def _with_scores(judged: Iterable[tuple[Article, Flag]], stream: IO[bytes]) -> Iterator[tuple[Article, Flag]]:
    """Yield the same, and write each flag's probabilities as they pass."""
    from annotate.baseline.scores import scores_of

    encoder = msgspec.json.Encoder(order="deterministic")
    for article, found in judged:
        for score in scores_of(found):
            stream.write(encoder.encode(score) + b"\n")
        yield article, found


def _show(flags: Iterable[tuple[Article, Flag]]) -> None:
    from rich.console import Console
    from rich.text import Text

    from annotate.baseline.display import flag_text

    console = Console(highlight=False)
    shown = None
    for article, found in flags:
        if not found.flagged:
            continue
        if article.id != shown:
            shown = article.id
            title = Text(" · ".join(filter(None, (article.source, article.title or article.id))), "bold")
            console.rule(title, align="left", style="dim")
        console.print(flag_text(found))
        console.print()
