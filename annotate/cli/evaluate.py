"""``annotate evaluate``: how good a model is, beside its controls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from annotate.cli.receipt import MOST_SEED, AsJson, CodebookName, Receipt, receipt
from annotate.codebook import DEFAULT
from annotate.errors import UsageError
from annotate.files import STDIO, write_json

if TYPE_CHECKING:
    from annotate.baseline.evaluation import Evaluation, PairsResult
    from annotate.baseline.scorer import Model

PATTERNS = "patterns"
"""What names the pattern suggester in the place of a model."""


def evaluate(
    model: Annotated[
        str,
        typer.Argument(help="Model folder, ORG/NAME on the Hub, or `patterns` for the suggester that learns nothing."),
    ],
    dataset: Annotated[
        str | None,
        typer.Argument(
            help="Folder of a release, any dataset with texts and labels, or ORG/NAME; not needed with --pairs."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="evaluation.json to write; - is stdout.")
    ] = None,
    split: Annotated[str, typer.Option(help="Split to evaluate on.")] = "test",
    pairs: Annotated[Path | None, typer.Option("--pairs", help="Folder of minimal pairs to test with as well.")] = None,
    against: Annotated[
        str | None, typer.Option("--against", help="Another model, to compare with on the same items.")
    ] = None,
    reference: Annotated[
        bool,
        typer.Option(
            help="Train the plain TF-IDF reference on parts of the release's train split: a control, and the learning curve."
        ),
    ] = True,
    target: Annotated[
        str | None, typer.Option(help="Of a dataset that is no release, the column of the labels.")
    ] = None,
    codebook: CodebookName = DEFAULT,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the bootstrap.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Evaluate a model on a release, with intervals, beside controls that learn nothing; or on minimal pairs.

    Example: annotate evaluate model/ dataset/ --pairs corpora/minimal-pairs -o evaluation.json
    """
    if dataset is None and pairs is None:
        raise UsageError("there is nothing to evaluate on", hint="name a release, or --pairs DIR")
    if model == PATTERNS and dataset is not None:
        raise UsageError("the pattern suggester is tested on minimal pairs alone", hint="leave the dataset away")
    if against is not None and (model == PATTERNS or dataset is None):
        raise UsageError("--against compares two models on a release", hint="name a model and a release")
    asked = _Asked(model, dataset, split, pairs, against, codebook, seed, target, reference=reference)
    if output is None and as_json:
        result: object = _result(asked)
        typer.echo(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())
        return
    with receipt("evaluate", output, as_json=as_json) as paper:
        result = _result(asked)
        _tell(paper, result)
        if output is not None:
            write_json(output, result)
        if not as_json and output != STDIO:
            _show(result)


@dataclass(frozen=True)
class _Asked:
    """The command's arguments."""

    model: str
    dataset: str | None
    split: str
    pairs: Path | None
    against: str | None
    codebook: str
    seed: int
    target: str | None
    reference: bool


def _result(asked: _Asked) -> Evaluation | tuple[PairsResult, ...]:
    from annotate.baseline.evaluate import evaluate as evaluated
    from annotate.baseline.folder import CODEBOOK
    from annotate.baseline.hub import local
    from annotate.baseline.reference import simple
    from annotate.baseline.scorer import Model

    folder = local(asked.model, "model")
    model = None if asked.model == PATTERNS else Model.load(folder)
    on_pairs = _on_pairs(model, asked.pairs, asked.codebook) if asked.pairs else ()
    if model is None or asked.dataset is None:
        return on_pairs
    found = evaluated(
        model,
        local(asked.dataset, "dataset"),
        asked.split,
        seed=asked.seed,
        against=Model.load(local(asked.against, "model")) if asked.against else None,
        reference=simple(str((folder / CODEBOOK).resolve()), asked.seed) if asked.reference else None,
        target=asked.target,
    )
    return msgspec.structs.replace(found, pairs=on_pairs)


def _on_pairs(model: Model | None, folder: Path, codebook: str) -> tuple[PairsResult, ...]:
    from annotate.baseline.evaluate import said
    from annotate.baseline.pairs import judge_pairs, lexicon_system, model_system, patterns_system, read_pairs
    from annotate.codebook import load
    from annotate.language.patterns import load_patterns

    book = model.book if model else load(codebook)
    patterns = load_patterns(codebook)
    systems = {"patterns": patterns_system(book, patterns), "lexicon": lexicon_system(book, patterns)}
    if model is not None:
        systems = {model.name: model_system(model), **systems}
    sides = read_pairs(folder)
    unsaid = tuple(name for name in book.targets() if model and name not in said(model))
    return tuple(judge_pairs(sides, system, name, book, unsaid) for name, system in systems.items())


def _tell(paper: Receipt, result: Evaluation | tuple[PairsResult, ...]) -> None:
    found = result if isinstance(result, tuple) else result.pairs
    if not isinstance(result, tuple):
        paper.facts |= {"items": result.items, "articles": result.articles}
        for name, target in result.targets.items():
            value = target.scores.macro_f1.value
            paper.facts[f"{name} (macro F1)"] = round(value, 3) if value is not None else "undefined"
        paper.facts["alarms"] = result.alarms
        paper.facts["notes"] = result.notes
    if found and found[0].left_out:
        paper.facts["pairs left out"] = f"{found[0].left_out} (the model does not say {', '.join(found[0].unsaid)})"
    for one in found:
        paper.facts[f"pairs passed by {one.system}"] = f"{one.whole.passed} of {one.whole.pairs}"


def _show(result: Evaluation | tuple[PairsResult, ...]) -> None:
    from rich.console import Console

    from annotate.baseline.display import evaluation_tables, pairs_table

    console = Console()
    if not isinstance(result, tuple):
        console.print(*evaluation_tables(result), sep="\n")
    if found := result if isinstance(result, tuple) else result.pairs:
        console.print(pairs_table(found))
