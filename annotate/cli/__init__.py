"""The command line: each command parses, calls one function and prints its receipt.

Commands stand in the order of the work. Heavy libraries are imported inside the commands, so that ``annotate --help``
answers at once.
"""

from __future__ import annotations

import os
import sys

import typer

from annotate.errors import AnnotateError

app = typer.Typer(
    name="annotate",
    help="Credible annotations about credibility: from news articles to a published dataset and a trained baseline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


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
