"""``annotate gold``."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from annotate import files
from annotate.cli.plan import PlanFile, read_plan
from annotate.cli.pull import Keys
from annotate.cli.receipt import MOST_SEED, AsJson, CodebookName, Out, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.errors import UsageError
from annotate.files import STDIO
from annotate.records import Annotation, Article, Gold, SetAside

Articles = Annotated[Path, typer.Option("--articles", help="The articles that were labelled (JSONL).")]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="What a label of a foreign codebook becomes, as in label.Claim=claim.unverified; again for the next.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of what begins at random.")]


class Method(StrEnum):
    """How several votes become one label."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid-skene"
    MACE = "mace"


def gold(
    annotations: Annotated[Path, typer.Argument(help="What `annotate pull` or `annotate import` wrote; - is a pipe.")],
    articles: Articles,
    output: Out = STDIO,
    *,
    aggregate: Annotated[
        Method, typer.Option("--aggregate", help="How votes become one label; the last two weigh annotators by skill.")
    ] = Method.MAJORITY,
    spans: Annotated[
        Path | None,
        typer.Option("--spans", help="File for what is believed of every marked place, kept or not (JSONL)."),
    ] = None,
    rulings: Annotated[
        Path | None, typer.Option("--rulings", help="An adjudicator's rulings (JSONL), carried out on the gold.")
    ] = None,
    plan: PlanFile = None,
    keys: Keys = Path(".annotators"),
    maps: Maps = None,
    codebook: CodebookName = DEFAULT,
    seed: Seed = 0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Make gold: each article with one label an item, spans and links, the votes kept.

    Example: annotate gold annotations.jsonl --articles articles.jsonl -o gold.jsonl
    """
    from annotate.quality.gold import gold as by_majority
    from annotate.quality.gold import in_arms
    from annotate.quality.mapping import mapping
    from annotate.quality.model_gold import model_gold
    from annotate.quality.rulings import Ruling, ruled
    from annotate.quality.span_posterior import SpanPosterior

    if spans is not None and aggregate is Method.MAJORITY:
        message = "--spans writes what an aggregator believes, and majority vote believes nothing"
        raise UsageError(message, hint="add --aggregate dawid-skene or --aggregate mace")
    book = load(codebook)
    table = mapping(maps or (), book)
    with receipt("gold", output, as_json=as_json, strict=strict) as paper:
        voters = list(paper.watch(files.read(annotations, Annotation)))
        rows = read_plan(plan, voters, keys, paper)
        read = paper.progress(paper.watch(files.read(articles, Article)), "gold")
        believed: list[SpanPosterior] = []
        made: Iterator[Gold | SetAside]
        if aggregate is Method.MAJORITY:
            made = by_majority(voters, read, book, table)
        else:
            made = model_gold(voters, read, book, table, method=aggregate.value, seed=seed, tell=believed.append)
        paper.facts["aggregate"] = aggregate.value
        records = paper.watch(made)
        if rulings is not None:
            records = paper.watch(ruled(records, paper.watch(files.read(rulings, Ruling)), book))
        paper.write(in_arms(record, rows) for record in records)
        if spans is not None:
            files.write(spans, believed)
            paper.facts["places"] = len(believed)
