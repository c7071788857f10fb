"""``annotate suggest``: articles → tasks, with what patterns or a trained model propose for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate import files
from annotate.cli.receipt import AsJson, CodebookName, Out, Strict, receipt
from annotate.codebook import DEFAULT, Codebook, folder, load
from annotate.files import STDIO
from annotate.records import Article, Suggester

ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", help="Model folder, as `annotate train` writes it; patterns where none is named."),
]


def suggest(
    articles: Annotated[Path, typer.Argument(help="What `annotate ingest` wrote; - is a pipe.")],
    output: Out = STDIO,
    *,
    model: ModelFolder = None,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Make tasks: each article with suggested claims, hedges, sources and links, for annotators to correct.

    Without a model the suggestions come from the codebook's patterns; a codebook without patterns gives tasks without
    suggestions.

    Example: annotate suggest articles.jsonl -o tasks.jsonl
    """
    from annotate.language.suggester import tasks

    book = load(codebook)
    suggester = _suggester(codebook, book, model)
    if suggester is None:
        typer.secho(f"codebook {book.name!r} comes without patterns: tasks carry no suggestion", fg="yellow", err=True)
    with receipt("suggest", output, as_json=as_json, strict=strict) as paper:
        paper.facts["model"] = suggester.name if suggester else None
        read = paper.progress(paper.watch(files.read(articles, Article)), "suggest")
        paper.write(tasks(read, suggester, book))


def _suggester(codebook: str, book: Codebook, model: Path | None) -> Suggester | None:
    """Return the model's suggester, or that of the codebook's patterns; none where it has none."""
    if model is not None:
        from annotate.baseline.scorer import Model

        return Model.load(model)
    if not (folder(codebook) / "patterns.toml").is_file():
        return None
    from annotate.language.suggester import PatternSuggester

    return PatternSuggester(book, codebook)
