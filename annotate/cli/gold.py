"""``annotate gold``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate import files
from annotate.cli.receipt import AsJson, CodebookName, Out, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.files import STDIO
from annotate.records import Annotation, Article

Articles = Annotated[Path, typer.Option("--articles", help="The articles that were labelled (JSONL).")]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="What a label of a foreign codebook becomes, as in label.Claim=claim.unverified; again for the next.",
    ),
]


def gold(
    annotations: Annotated[Path, typer.Argument(help="What `annotate pull` or `annotate import` wrote; - is a pipe.")],
    articles: Articles,
    output: Out = STDIO,
    *,
    rulings: Annotated[
        Path | None,
        typer.Option("--rulings", help="An adjudicator's rulings (JSONL), carried out on the majority's gold."),
    ] = None,
    maps: Maps = None,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Make gold: each article with the majority's labels, spans and links, the votes kept.

    Example: annotate gold annotations.jsonl --articles articles.jsonl -o gold.jsonl
    """
    from annotate.quality.gold import gold as made
    from annotate.quality.mapping import mapping
    from annotate.quality.rulings import Ruling, ruled

    book = load(codebook)
    table = mapping(maps or (), book)
    with receipt("gold", output, as_json=as_json, strict=strict) as paper:
        voters = paper.watch(files.read(annotations, Annotation))
        read = paper.progress(paper.watch(files.read(articles, Article)), "gold")
        records = paper.watch(made(voters, read, book, table))
        if rulings is not None:
            records = paper.watch(ruled(records, paper.watch(files.read(rulings, Ruling)), book))
        paper.write(records)
