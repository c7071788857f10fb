"""``annotate adjudicate``: what annotators differ on → an adjudicator's project → rulings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import files
from annotate.cli.gold import Articles
from annotate.cli.pull import Keys
from annotate.cli.push import Folder, Title
from annotate.cli.receipt import AsJson, CodebookName, Out, Receipt, Strict, receipt
from annotate.codebook import DEFAULT, Codebook, load
from annotate.errors import UsageError
from annotate.files import STDIO
from annotate.records import Annotation, Article

if TYPE_CHECKING:
    from annotate.quality.labelled import Labelled

Annotations = Annotated[Path, typer.Argument(help="What `annotate pull` or `annotate campaign pull` wrote.")]

app = typer.Typer(
    help="Bring contested articles before an adjudicator, and the rulings home.",
    no_args_is_help=True,
    add_completion=False,
)


@app.command()
def push(
    annotations: Annotations,
    articles: Articles,
    project: Title,
    codebook: CodebookName = DEFAULT,
    *,
    count: Annotated[int | None, typer.Option("--count", "-n", min=1, help="No more than the most contested.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Make a project of the articles that annotators marked differently, the most contested first.

    Open a task from the project's list: each annotator's work is a tab of its own there, under a pseudonym, and "Compare
    All" sets them side by side. The page starts with what all agreed on.

    Example: annotate adjudicate push annotations.jsonl --articles articles.jsonl --project Adjudication --yes
    """
    from annotate.campaign.adjudication import open_project, prepared
    from annotate.campaign.disagreement import cases
    from annotate.studio.client import Client
    from annotate.studio.credentials import access

    book = load(codebook)
    with receipt("adjudicate push", as_json=as_json, strict=strict) as paper:
        found = cases(_labelled(paper, annotations, articles, book).values(), book)[:count]
        places = sum(len(case.places) for case in found)
        with Client(access(folder)) as client:
            due = prepared(client, project, found, book)
            if not due.plan.empty and not yes:
                typer.echo(f"{client.url}: {due.plan.told()}, {places} contested places", err=True)
                if not (sys.stdin.isatty() and sys.stderr.isatty()):
                    raise UsageError("nobody is there to ask", hint="look at the plan above, and add --yes")
                typer.confirm("Go on?", default=True, abort=True, err=True)
            with paper.bar("pushing", due.plan.steps) as advance:
                paper.facts |= open_project(client, due, book, tell=advance)
            paper.facts |= {"contested_articles": len(found), "contested_places": places, "url": client.url}


@app.command()
def pull(
    annotations: Annotations,
    articles: Articles,
    project: Title,
    output: Out = STDIO,
    codebook: CodebookName = DEFAULT,
    keys: Keys = Path(".annotators"),
    *,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Bring the adjudicator's rulings home, each with its cause and reason; `annotate gold --rulings` carries them out.

    What was skipped stays contested, with its votes. A place overruled without a cause or a reason is set aside.

    Example: annotate adjudicate pull annotations.jsonl --articles articles.jsonl --project Adjudication -o rulings.jsonl
    """
    from annotate.campaign.adjudication import adjudicated, causes
    from annotate.studio.client import Client
    from annotate.studio.credentials import access
    from annotate.studio.pseudonyms import Pseudonyms

    book = load(codebook)
    with receipt("adjudicate pull", output, as_json=as_json, strict=strict) as paper:
        found = _labelled(paper, annotations, articles, book)
        with Client(access(folder)) as client:
            made = list(paper.watch(adjudicated(client, project, book, found, Pseudonyms(keys))))
        files.write(output, made)
        paper.facts |= {"rulings": len(made), "causes": causes(made)}
        paper.facts["overruled"] = sum(len(ruling.overruled) for ruling in made)


@app.command()
def replay(
    gold: Annotated[Path, typer.Argument(help="Settled gold (JSONL), as `annotate gold --rulings` writes it.")],
    project: Title,
    rulings: Annotated[Path, typer.Option("--rulings", help="The rulings behind it (JSONL): causes and reasons.")],
    codebook: CodebookName = DEFAULT,
    *,
    adjudicator: Annotated[str, typer.Option("--adjudicator", help="Name of the account that submits it.")] = "dora",
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Submit settled gold in an adjudication project on the embedded server: a rehearsal, or a demonstration.

    Example: annotate adjudicate replay corpora/sample/gold.jsonl --rulings corpora/sample/rulings.jsonl --project Ruled
    """
    from annotate.campaign.rehearsal import settled
    from annotate.quality.rulings import Ruling
    from annotate.records import Gold

    book = load(codebook)
    with receipt("adjudicate replay", as_json=as_json, strict=strict) as paper:
        golds = paper.watch(files.read(gold, Gold))
        why = list(paper.watch(files.read(rulings, Ruling)))
        made = paper.watch(settled(folder, project, adjudicator, golds, why, book))
        paper.facts["made"] = sum(1 for _ in paper.progress(made, "posting"))


def _labelled(paper: Receipt, annotations: Path, articles: Path, book: Codebook) -> dict[str, Labelled]:
    from annotate.quality.labelled import labelled

    read = paper.watch(files.read(annotations, Annotation))
    of = paper.watch(files.read(articles, Article))
    return {one.article.id: one for one in paper.watch(labelled(read, of, book))}
