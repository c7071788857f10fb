"""``annotate dataset``: gold in, a release's folder out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.receipt import MOST_SEED, AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.dataset.choices import By, Text
from annotate.errors import RecordError, UsageError
from annotate.files import STDIO, opened

if TYPE_CHECKING:
    from annotate.dataset.checks import Findings

app = typer.Typer(help="Build and check a release.", no_args_is_help=True, add_completion=False)


@app.callback()
def _group() -> None:
    """Build, check and complete a release that `datasets.load_dataset` opens."""


@app.command()
def build(
    gold: Annotated[Path, typer.Argument(help="What `annotate gold` wrote; - is a pipe.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write; a release in it is replaced.")
    ] = Path("dataset"),
    *,
    text: Annotated[Text, typer.Option(help="How much of the articles' text is in it.")] = Text.FULL,
    split: Annotated[By, typer.Option(help="What never crosses the splits, beside near-duplicates.")] = By.OUTLET,
    pins: Annotated[
        Path | None, typer.Option(help="The splits.csv of an earlier release: its articles stay where they are.")
    ] = None,
    about: Annotated[
        Path | None, typer.Option(help="TOML with what the makers say: title, version, license, creators and more.")
    ] = None,
    datasheet: Annotated[
        Path | None, typer.Option(help="Markdown about the corpus (who wrote and labelled it), taken into the card.")
    ] = None,
    evaluation: Annotated[
        Path | None, typer.Option(help="What `annotate evaluate` wrote of this release, for the card.")
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(help="Probabilities as `annotate train --scores` writes them, to tell doubtful labels by."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the splits.")] = 0,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Build a release: Parquet files in splits that leak nothing, a card, a manifest, licence, citation and guidelines.

    Example: annotate dataset build gold.jsonl -o dataset/ --split outlet --text full
    """
    from annotate.dataset.about import About, read_about
    from annotate.dataset.build import Options
    from annotate.dataset.build import build as built
    from annotate.dataset.gold_file import gold_file
    from annotate.dataset.pins import NONE, read_pins

    if output == STDIO:
        message = "a release is a folder and cannot go to standard output"
        raise UsageError(message, hint="name a folder with -o")
    book = load(codebook)
    options = Options(
        text=text,
        by=split,
        pins=read_pins(pins) if pins else NONE,
        seed=seed,
        about=read_about(about) if about else About(),
        datasheet=_read(datasheet) if datasheet else "",
        evaluation=_read(evaluation).encode() if evaluation else None,
        scores=scores,
    )
    with receipt("dataset build", output, as_json=as_json, strict=strict) as paper, gold_file(gold) as source:
        found = built(source, output, book, options, watch=paper.watch, progress=paper.progress)
        manifest = found.manifest
        paper.facts |= {
            name: f"{size.articles:,} articles, {size.items:,} items" for name, size in manifest.splits.items()
        }
        paper.facts |= {"splits": manifest.splits, "together": manifest.together, "notes": manifest.notes}
        paper.facts |= {"files": manifest.files, "gold": manifest.gold, "rights": manifest.rights}
        paper.facts |= {"withheld": manifest.withheld, "check": found.findings.checks}
        for note in manifest.notes:
            typer.secho(f"note: {note}", err=True)
        _show(found.findings)


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of a release.")],
    *,
    scores: Annotated[
        Path | None,
        typer.Option(help="Probabilities as `annotate train --scores` writes them, to tell doubtful labels by."),
    ] = None,
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on a warning too.")] = False,
) -> None:
    """Check a release: files, offsets, leaks across splits, annotators, leftovers, labels, licences and card.

    Exits 1 when there is an error. Warnings are for a person to judge.

    Example: annotate dataset check dataset/
    """
    from annotate.dataset.checks import check as checked

    with receipt("dataset check", None, as_json=as_json) as paper:
        found = checked(folder, scores=scores)
        paper.facts |= {"checks": len(found.checks), **{f"{name}s": n for name, n in found.counts().items()}}
        paper.facts |= {"findings": found.checks}
        if not as_json:
            _show(found)
    if found.errors or (strict and found.warnings):
        raise typer.Exit(1)


@app.command()
def hydrate(
    folder: Annotated[Path, typer.Argument(help="Folder of a release without text.")],
    articles: Annotated[Path, typer.Option(help="The articles, as `annotate ingest` writes them.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write; the release's name with -full by default.")
    ] = None,
    *,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Put the text back into a release that was published without, prove it, and count what could not be placed.

    Example: annotate dataset hydrate dataset/ --articles articles.jsonl -o dataset-full/
    """
    from annotate.dataset.hydrate import hydrate as hydrated

    target = output or folder.resolve().with_name(f"{folder.resolve().name}-full")
    if target == STDIO:
        message = "a release is a folder and cannot go to standard output"
        raise UsageError(message, hint="name a folder with -o")
    with receipt("dataset hydrate", target, as_json=as_json, strict=strict) as paper:
        found = hydrated(folder, articles, target, watch=paper.watch)
        paper.facts |= {
            name: getattr(found, name) for name in ("exact", "moved", "missing", "items_lost", "spans_lost")
        }


def _show(findings: Findings) -> None:
    """Tell what a check found, on stderr."""
    colours = {"error": "red", "warning": "yellow", "note": None}
    for name, found in findings.checks.items():
        for finding in found:
            typer.secho(f"{finding.level}: {name}: {finding.detail}", fg=colours[finding.level], err=True)
            for example in finding.examples:
                typer.secho(f"    {example}", err=True)


def _read(path: Path) -> str:
    """Return a text file.

    Raises:
        StorageError: it cannot be read.
        RecordError: it is not UTF-8.
    """
    with opened(path) as stream:
        try:
            return stream.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RecordError(str(error), where=str(path), hint="save it as UTF-8") from error
