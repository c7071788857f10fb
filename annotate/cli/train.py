"""``annotate train``: a release in, a model folder out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, CodebookName, receipt
from annotate.codebook import DEFAULT


def train(
    dataset: Annotated[Path, typer.Argument(help="Folder of a release, as `annotate dataset build` writes it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Model folder to write.")] = Path("model"),
    seed: Annotated[int, typer.Option(help="Seed of the folds.")] = 0,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Train the baseline on a release's train split.

    Example: annotate train dataset/ -o model/
    """
    from annotate.baseline.train import train as trained

    with receipt("train", output, as_json=as_json) as paper:
        info = trained(dataset, output, seed=seed, codebook_name=codebook, progress=paper.progress)
        paper.facts |= {"items": info.items, "articles": info.articles, "folds": info.folds}
        for name, target in info.targets.items():
            paper.facts[f"{name} (out of fold, macro F1)"] = round(target.macro_f1, 3)
        paper.facts |= {"targets": info.targets, "notes": info.notes}
        for note in info.notes:
            typer.secho(f"note: {note}", err=True)
