"""``annotate evaluate``: how good a model is, beside its controls."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from annotate.cli.receipt import AsJson, receipt
from annotate.files import STDIO, write_json


def evaluate(
    model: Annotated[Path, typer.Argument(help="Model folder, as `annotate train` writes it.")],
    dataset: Annotated[Path, typer.Argument(help="Folder of a release.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="evaluation.json to write; - is stdout.")
    ] = None,
    split: Annotated[str, typer.Option(help="Split to evaluate on.")] = "test",
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Evaluate a model on a release, with intervals, beside controls that learn nothing.

    Example: annotate evaluate model/ dataset/ -o evaluation.json
    """
    from annotate.baseline.evaluate import evaluate as evaluated
    from annotate.baseline.scorer import Model

    if output is None and as_json:
        result = evaluated(Model.load(model), dataset, split, seed=seed)
        typer.echo(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())
        return
    with receipt("evaluate", output, as_json=as_json) as paper:
        result = evaluated(Model.load(model), dataset, split, seed=seed)
        paper.facts |= {"items": result.items, "articles": result.articles}
        for name, target in result.targets.items():
            value = target.scores.macro_f1.value
            paper.facts[f"{name} (macro F1)"] = round(value, 3) if value is not None else "undefined"
        paper.facts["notes"] = result.notes
        if output is not None:
            write_json(output, result)
        if not as_json and output != STDIO:
            from rich.console import Console

            from annotate.baseline.display import evaluation_tables

            Console().print(*evaluation_tables(result), sep="\n")
