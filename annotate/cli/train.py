"""``annotate train``: a dataset in, a model folder out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from annotate.cli.receipt import MOST_SEED, AsJson, CodebookName, receipt
from annotate.codebook import DEFAULT
from annotate.errors import UsageError
from annotate.files import write


def train(
    dataset: Annotated[
        str, typer.Argument(help="Folder of a release or of any dataset with texts and labels; or ORG/NAME on the Hub.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Model folder to write.")] = Path("model"),
    target: Annotated[
        str | None, typer.Option(help="Learn this target alone; of another dataset, the column of the labels.")
    ] = None,
    default: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Of another dataset, the label that is not flagged, instead of the one guessed."
        ),
    ] = None,
    stack: Annotated[bool, typer.Option("--stack", help="Take all pieces, whatever out-of-fold scores say.")] = False,
    simple: Annotated[bool, typer.Option("--simple", help="Take TF-IDF and logistic regression alone.")] = False,
    scores: Annotated[
        Path | None, typer.Option("--scores", help="JSONL file for the out-of-fold probabilities; - is stdout.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the folds.")] = 0,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Train the baseline on a dataset's train split.

    By default the simplest combination of its pieces is taken that no other beats, out of fold, by more than noise.

    Example: annotate train dataset/ -o model/
    """
    from annotate.baseline.hub import local
    from annotate.baseline.train import trained

    if stack and simple:
        raise UsageError("--stack and --simple exclude each other", hint="name one of them, or neither")
    take = "stack" if stack else "simple" if simple else "best"
    with receipt("train", output, as_json=as_json) as paper:
        folder = local(dataset, "dataset")
        found = trained(
            folder,
            output,
            seed=seed,
            codebook_name=codebook,
            target=target,
            default=default,
            take=take,
            progress=paper.progress,
        )
        info = found.info
        if scores is not None:
            write(scores, found.scores)
        paper.facts |= {"items": info.items, "articles": info.articles, "folds": info.folds}
        for name, one in info.targets.items():
            paper.facts[f"{name} (out of fold, macro F1)"] = round(one.macro_f1, 3)
            paper.facts[f"{name} (taken)"] = one.combination
        said = {name: msgspec.structs.asdict(one) for name, one in info.targets.items()}
        for one_said in said.values():
            del one_said["calibration"]  # numbers by the hundred, which stand in the folder
        paper.facts |= {"targets": said, "notes": info.notes}
        for note in info.notes:
            typer.secho(f"note: {note}", err=True)
