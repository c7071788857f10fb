"""``annotate push``: tasks → a Label Studio project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT

Title = Annotated[str, typer.Option("--project", help="Title of the project, 3 to 50 characters.")]
Folder = Annotated[Path, typer.Option("--folder", help="The embedded server's folder.")]


def push(
    tasks: Annotated[Path, typer.Argument(help="Tasks, as `annotate suggest` writes them; - is standard input.")],
    project: Title,
    codebook: CodebookName = DEFAULT,
    annotators: Annotated[
        int, typer.Option("--annotators", min=1, help="How many people label each article, in a new project.")
    ] = 3,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Bring tasks into a Label Studio project; what is there already is not pushed again.

    The server is the embedded one, or the one that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY name.

    Example: annotate push tasks.jsonl --project "Local news" --yes
    """
    from annotate.codebook import load
    from annotate.errors import UsageError
    from annotate.files import read
    from annotate.records import Task
    from annotate.studio.client import Client
    from annotate.studio.credentials import access
    from annotate.studio.push import carry_out, plan

    book = load(codebook)
    with receipt("push", as_json=as_json, strict=strict) as paper, Client(access(folder)) as client:
        planned = plan(client, project, paper.watch(read(tasks, Task)), book)
        if not planned.empty and not yes:
            typer.echo(f"{client.url}: {planned.told()}", err=True)
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                message = "nobody is there to ask"
                raise UsageError(message, hint="look at the plan above, and add --yes")
            typer.confirm("Go on?", default=True, abort=True, err=True)
        with paper.bar("pushing", planned.steps) as advance:
            paper.facts |= carry_out(client, planned, book, annotators=annotators, tell=advance)
        paper.facts["url"] = client.url
