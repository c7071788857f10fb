"""The command line: each command parses, calls one function and prints its receipt.

Commands stand in the order of the work. Heavy libraries are imported inside the commands, so that ``annotate --help``
answers at once.
"""

from __future__ import annotations

import os
import sys

import typer

from annotate.cli import adjudicate, benchmark, campaign, codebook, dataset, import_, publish, studio
from annotate.cli.agreement import agreement
from annotate.cli.evaluate import evaluate
from annotate.cli.export import export
from annotate.cli.flag import flag
from annotate.cli.gold import gold
from annotate.cli.ingest import ingest
from annotate.cli.pull import pull
from annotate.cli.push import push
from annotate.cli.report import report
from annotate.cli.serve import serve
from annotate.cli.skills import skills
from annotate.cli.suggest import suggest
from annotate.cli.train import train
from annotate.errors import AnnotateError


class InOrder(typer.core.TyperGroup):
    """Lists commands in the order of the work, as they are given here, and not by their names."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the commands' names in their order."""
        return [name for name in ORDER if name in self.commands]


ORDER = (
    "codebook",
    "ingest",
    "suggest",
    "studio",
    "campaign",
    "push",
    "pull",
    "import",
    "agreement",
    "skills",
    "adjudicate",
    "gold",
    "export",
    "dataset",
    "train",
    "evaluate",
    "benchmark",
    "model",
    "flag",
    "serve",
    "report",
)
"""The order of the work."""

app = typer.Typer(
    cls=InOrder,
    name="annotate",
    help="Credible annotations about credibility: from news articles to a published dataset and a trained baseline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (ingest, suggest, push, pull, agreement, skills, gold, train, evaluate, export, flag, serve, report):
    app.command()(command)
for name, group in (
    ("codebook", codebook),
    ("studio", studio),
    ("campaign", campaign),
    ("adjudicate", adjudicate),
    ("import", import_),
    ("dataset", dataset),
    ("benchmark", benchmark),
    ("model", publish),
):
    app.add_typer(group.app, name=name)


def main() -> None:
    """Run the command line; errors raised on purpose become two lines and an exit code."""
    try:
        app()
    except AnnotateError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        if error.hint:
            typer.secho(f"hint: {error.hint}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
