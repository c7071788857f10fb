"""``annotate dataset``: gold in, a release's folder out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.errors import RecordError, UsageError
from annotate.files import STDIO, opened

app = typer.Typer(help="Build a release.", no_args_is_help=True, add_completion=False)


@app.callback()
def _group() -> None:
    """Build a release that `datasets.load_dataset` opens."""


@app.command()
def build(
    gold: Annotated[Path, typer.Argument(help="What `annotate gold` wrote; - is a pipe.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write; a release in it is replaced.")
    ] = Path("dataset"),
    *,
    seed: Annotated[int, typer.Option(help="Seed of the splits.")] = 0,
    datasheet: Annotated[
        Path | None, typer.Option(help="Markdown about the corpus (who wrote and labelled it), taken into the card.")
    ] = None,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Build a release: Parquet files split by article, a card and a manifest.

    Example: annotate dataset build gold.jsonl -o dataset/
    """
    from annotate.dataset.build import build as built
    from annotate.dataset.gold_file import gold_file

    if output == STDIO:
        message = "a release is a folder and cannot go to standard output"
        raise UsageError(message, hint="name a folder with -o")
    book = load(codebook)
    sheet = _read(datasheet) if datasheet else ""
    with receipt("dataset build", output, as_json=as_json, strict=strict) as paper, gold_file(gold) as source:
        manifest = built(source, output, book, seed=seed, datasheet=sheet, watch=paper.watch, progress=paper.progress)
        paper.facts |= {
            name: f"{size.articles:,} articles, {size.items:,} items" for name, size in manifest.splits.items()
        }
        paper.facts |= {"splits": manifest.splits, "together": manifest.together, "notes": manifest.notes}
        paper.facts |= {"files": manifest.files, "gold": manifest.gold}
        for note in manifest.notes:
            typer.secho(f"note: {note}", err=True)


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
