"""``annotate pull``: a Label Studio project → annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.push import Folder, Title
from annotate.cli.receipt import AsJson, CodebookName, Out, Strict, receipt
from annotate.codebook import DEFAULT
from annotate.files import STDIO

Keys = Annotated[
    Path, typer.Option("--keys", help="Folder of the pseudonyms' key and map; keep it out of anything published.")
]


def pull(
    project: Title,
    output: Out = STDIO,
    articles: Annotated[
        Path | None, typer.Option("--articles", help="The frozen articles, to prove the spans against.")
    ] = None,
    codebook: CodebookName = DEFAULT,
    keys: Keys = Path(".annotators"),
    full: Annotated[bool, typer.Option("--full", help="Fetch everything, not only what changed.")] = False,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Bring a project's annotations home: submitted, skipped and drafted, under pseudonyms, with every span proved.

    Where the output exists, only tasks that changed since are fetched.

    Example: annotate pull --project "Local news" --articles articles.jsonl -o annotations.jsonl
    """
    from annotate.codebook import load
    from annotate.files import read
    from annotate.records import Article
    from annotate.studio.client import Client
    from annotate.studio.credentials import access
    from annotate.studio.pseudonyms import Pseudonyms
    from annotate.studio.pull import Pull, last

    book, pseudonym = load(codebook), Pseudonyms(keys)
    with receipt("pull", output, as_json=as_json, strict=strict) as paper, Client(access(folder)) as client:
        found = Pull(client, project, book)
        texts = {article.id: article for article in paper.watch(read(articles, Article))} if articles else None
        old = () if full or output == STDIO else tuple(last(output, pseudonym))
        with paper.bar("pulling") as advance:
            records = found.annotations(pseudonym, articles=texts, old=old, tell=advance)
            paper.write(paper.watch(records))
        paper.facts |= {name: found.counts[name] for name in ("submitted", "skipped", "draft", "untouched")}
        paper.facts |= {"tasks": found.tasks, "fetched": found.fetched, **found.notes}
