"""``annotate studio``: the embedded Label Studio server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, Strict, receipt

Folder = Annotated[Path, typer.Option("--folder", help="The server's folder.")]
STUDIO = Path(".studio")

app = typer.Typer(
    help="Run the embedded Label Studio: start, stop, accounts, backups.", no_args_is_help=True, add_completion=False
)


def _tell(text: str) -> None:
    typer.echo(f"{text} …", err=True)


@app.command()
def up(
    folder: Folder = STUDIO,
    host: Annotated[str, typer.Option("--host", help="Interface to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Insist on a port.")] = None,
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="Address of a TLS proxy in front, for annotators elsewhere.")
    ] = None,
    local_backends: Annotated[
        bool | None,
        typer.Option(
            "--local-backends/--no-local-backends", help="Let in ML backends on this machine, or keep them out again."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Install Label Studio where it is missing, and start it.

    It listens on this machine only, keeps its data in the folder, sends nothing to anybody, and lets people sign up by
    link only. The login lies in credentials.json in its folder.

    Example: annotate studio up
    """
    from annotate.studio import process
    from annotate.studio.server import up as start

    with receipt("studio up", as_json=as_json) as paper:
        if host not in {process.LOOPBACK, "localhost"}:
            typer.secho(f"warning: {host} can be reached from other machines, without TLS", fg="yellow", err=True)
        found = start(folder, host=host, port=port, public_url=public_url, local_backends=local_backends, tell=_tell)
        paper.facts |= {"url": found.url, "login": found.credentials, "pid": found.pid}


@app.command()
def down(folder: Folder = STUDIO, as_json: AsJson = False) -> None:
    """Stop the server; its data stay.

    Example: annotate studio down
    """
    from annotate.studio.server import down as stop

    with receipt("studio down", as_json=as_json) as paper:
        paper.facts["was_running"] = stop(folder)


@app.command()
def status(folder: Folder = STUDIO, as_json: AsJson = False) -> None:
    """Tell whether the server runs, and where.

    Example: annotate studio status --json
    """
    import msgspec

    from annotate.studio.server import status as look

    with receipt("studio status", as_json=as_json) as paper:
        paper.facts |= msgspec.to_builtins(look(folder))


@app.command()
def invite(
    names: Annotated[list[str], typer.Argument(help="Names or e-mail addresses, one an annotator.")],
    folder: Folder = STUDIO,
    as_json: AsJson = False,
) -> None:
    """Make annotators' accounts by the invite link; their passwords lie in accounts.json in its folder.

    Example: annotate studio invite ada ben@example.org
    """
    from annotate.studio.accounts import invite as make
    from annotate.studio.credentials import accounts_file

    with receipt("studio invite", as_json=as_json) as paper:
        made = make(folder, names)
        paper.facts |= {"accounts": len(made), "emails": [account.email for account in made.values()]}
        paper.facts["passwords"] = str(accounts_file(folder))


@app.command()
def backup(
    folder: Folder = STUDIO,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the copies; inside the server's by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy database, key and credentials while the server runs; `studio up --folder COPY` starts on such a copy.

    Example: annotate studio backup -o /mnt/backups
    """
    from annotate.studio.backup import backup as copy

    with receipt("studio backup", as_json=as_json) as paper:
        paper.facts["copy"] = str(copy(folder, output))


@app.command()
def replay(
    exports: Annotated[list[Path], typer.Argument(help="Label Studio JSON exports that name annotators by e-mail.")],
    project: Annotated[str, typer.Option("--project", help="Title of the project on the embedded server.")],
    folder: Folder = STUDIO,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Make exported annotations again on the embedded server, each by its annotator's own account.

    Example: annotate studio replay corpora/sample/annotations/*.json --project Sample
    """
    from annotate.studio.replay import read
    from annotate.studio.replay import replay as make

    with receipt("studio replay", as_json=as_json, strict=strict) as paper:
        works = list(paper.watch(read(exports)))
        made = paper.watch(make(folder, project, works))
        paper.facts["made"] = sum(1 for _ in paper.progress(made, "posting", len(works)))
