"""``annotate import``: annotations that come as files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.pull import Keys
from annotate.cli.receipt import AsJson, CodebookName, Out, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.files import STDIO

app = typer.Typer(help="Read annotations that come as files.", no_args_is_help=True, add_completion=False)


@app.callback()
def _group() -> None:
    """Keep `label-studio` a command of its own while it is the only one."""


@app.command("label-studio")
def label_studio(
    export: Annotated[Path, typer.Argument(help="JSON export of a Label Studio project; - is standard input.")],
    output: Out = STDIO,
    articles_output: Annotated[
        Path | None, typer.Option("--articles-output", help="File for the articles of a foreign export.")
    ] = None,
    keys: Keys = Path(".annotators"),
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read annotations from a downloaded Label Studio export.

    An export made under another label config keeps its labels as they are, under a codebook named foreign:….

    Example: annotate import label-studio export.json -o annotations.jsonl --articles-output articles.jsonl
    """
    from annotate.studio.exports import Export
    from annotate.studio.pseudonyms import Pseudonyms

    with receipt("import", output, as_json=as_json, strict=strict) as paper:
        book, read = load(codebook), Export(export)
        notes: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        if articles_output is not None:
            articles = paper.watch(read.articles())
            paper.write(paper.progress(articles, "articles"), articles_output)
            paper.facts["articles"] = articles.kept
        found = paper.watch(read.annotations(book, Pseudonyms(keys), notes))
        counted = (statuses.update([record.status]) or record for record in found)
        paper.write(paper.progress(counted, "annotations"))
        paper.facts |= {str(name): count for name, count in [*notes.items(), *statuses.items()]}
