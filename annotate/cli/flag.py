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

from annotate.cli.progress import ExtractorName, Jobs, measured
from annotate.cli.receipt import AsJson, Receipt, Strict, receipt
from annotate.cli.scaled import Address, EngineName, in_parts
from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import Extractor
from annotate.corpus.readers import Meter
from annotate.errors import DataError, UsageError
from annotate.files import STDIO, replacing, write
from annotate.records import Article, Flag, SetAside

if TYPE_CHECKING:
    from annotate.baseline.scorer import Model
    from annotate.scale.batch import Work
    from annotate.scale.local import Lines


def flag(
    model: Annotated[str, typer.Argument(help="Model folder, as `annotate train` writes it; or ORG/NAME on the Hub.")],
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders or patterns, as for ingest; - is stdin.",
            readable=False,  # typer would say it with 2; reading says it with 3
        ),
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSONL file to write; - is stdout.")] = None,
    only_flagged: Annotated[bool, typer.Option("--only-flagged", help="Write flagged sentences alone.")] = False,
    scores: Annotated[
        Path | None, typer.Option("--scores", help="JSONL file for all probabilities, a line a sentence and target.")
    ] = None,
    engine: EngineName = None,
    address: Address = None,
    extractor: ExtractorName = Extractor.FULL,
    jobs: Jobs = 1,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Flag hedged, disputed and explicitly unverified sentences.

    At a terminal the flagged sentences are printed with their reasons; into a pipe or a file goes one record a read
    sentence (JSONL).

    With --engine the work is done in parts, each a file of the folder -o; see docs/clusters.md.

    Example: annotate flag model/ wire.txt pages/ -o flags.jsonl
    """
    from annotate.baseline.hub import local
    from annotate.baseline.scorer import Model
    from annotate.corpus.ingest import articles_of
    from annotate.corpus.readers import documents
    from annotate.scale.batch import Work

    if scores == STDIO and output in {None, STDIO}:
        raise UsageError("flags and scores cannot both go to standard output", hint="name a file with -o or --scores")
    shown = output is None and not as_json and sys.stdout.isatty()
    with receipt("flag", None if shown else output or STDIO, as_json=as_json, strict=strict) as paper:
        folder, meter = local(model, "model"), Meter()
        loaded = Model.load(folder)
        if engine is not None:
            if scores is not None:
                raise UsageError("--scores is not for --engine: each flag carries its probabilities")
            work = Work(extractor=extractor, model=str(folder), only_flagged=only_flagged)
            in_parts(paper, paths, output, work, engine=engine, address=address, jobs=jobs)
            return
        counts: Counter[str] = Counter()
        found = documents(paths, meter=meter)
        with contextlib.nullcontext() if scores is None else replacing(scores) as beside:
            if jobs != 1 and not shown:
                work = Work(extractor=extractor, model=str(folder), only_flagged=only_flagged and not beside)
                pieces = paper.watch(measured(_by_processes(found, work, jobs), "articles", meter, silent=as_json))
                _write_pieces(output or STDIO, pieces, paper, counts, beside, only_flagged=only_flagged)
            else:
                articles = articles_of(found, extractor)
                articles = articles if shown else measured(articles, "articles", meter, silent=as_json)
                judged = _flags(loaded, paper.watch(articles), paper, counts)
                judged = _with_scores(judged, beside) if beside else judged
                if shown:
                    _show(judged)
                else:
                    write(output or STDIO, (one for _, one in judged if one.flagged or not only_flagged))
        paper.facts |= {"sentences": counts.pop("sentences", 0), "flagged": counts.pop("flagged", 0)}
        paper.facts |= {"abstained": counts.pop("abstained", 0), **counts}


def _by_processes(found: Iterable[Page | Draft | SetAside], work: Work, jobs: int) -> Iterator[Lines | SetAside]:
    from annotate.scale.local import cores, lines, worked

    return lines(worked(found, work, jobs or cores()))


def _write_pieces(
    output: Path,
    pieces: Iterable[Lines],
    paper: Receipt,
    counts: Counter[str],
    beside: IO[bytes] | None,
    *,
    only_flagged: bool,
) -> None:
    """Write flags that are JSON lines already, in their order, and the scores in them."""
    encoder, decoder = msgspec.json.Encoder(order="deterministic"), msgspec.json.Decoder(Flag)
    with replacing(output) as stream:
        for piece in pieces:
            counts.update(piece.counts)
            data = piece.data
            if beside is not None:
                flags = list(map(decoder.decode, data.splitlines()))
                beside.writelines(map(_scores, flags))
                if only_flagged:
                    data = b"".join(encoder.encode(one) + b"\n" for one in flags if one.flagged)
            stream.write(data)
        _refuse_nothing(paper)


def _flags(
    model: Model, articles: Iterable[Article], paper: Receipt, counts: Counter[str]
) -> Iterator[tuple[Article, Flag]]:
    """Yield the flags of all articles, and count them; refuse to end well when every input was set aside."""
    for article, flags in model.flags_of(articles):
        for found in flags:
            counts["sentences"] += 1
            counts["flagged"] += found.flagged
            counts["abstained"] += bool(found.abstained)
            counts.update(found.reasons)
            yield article, found
    _refuse_nothing(paper)


def _refuse_nothing(paper: Receipt) -> None:
    """Raise where every input was set aside."""
    if not paper.kept and paper.aside:
        message = f"nothing to flag: all {paper.aside} inputs were set aside"
        raise DataError(message, hint="the lines above say why")


def _with_scores(judged: Iterable[tuple[Article, Flag]], stream: IO[bytes]) -> Iterator[tuple[Article, Flag]]:
    """Yield the same, and write each flag's probabilities as they pass."""
    for article, found in judged:
        stream.write(_scores(found))
        yield article, found


def _scores(flag: Flag) -> bytes:
    """Return a flag's probabilities as lines, by the names of the targets."""
    from annotate.baseline.scores import scores_of

    encoder = msgspec.json.Encoder(order="deterministic")
    scores = sorted(scores_of(flag), key=lambda score: score.target)
    return b"".join(encoder.encode(score) + b"\n" for score in scores)


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
