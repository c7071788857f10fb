"""``annotate serve``: a trained model as Label Studio's ML backend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, receipt
from annotate.errors import UsageError


def serve(
    model: Annotated[
        Path, typer.Argument(help="Model folder, as `annotate train` writes it; a newer one is taken up.")
    ],
    host: Annotated[str, typer.Option("--host", help="Interface to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 finds a free one.")] = 9090,
    as_json: AsJson = False,
) -> None:
    """Serve live suggestions to Label Studio, until Ctrl-C; `annotate campaign push --serve` connects them.

    A folder that is trained again is loaded again. ANNOTATE_SERVE_USER and ANNOTATE_SERVE_PASSWORD ask for basic
    authentication, and are needed where other machines can reach it. Nothing that comes in is logged.

    Example: annotate serve model/ --port 9090
    """
    import os

    from annotate.serve.access import PASSWORD, USER, login
    from annotate.serve.app import make_app, make_server
    from annotate.serve.hot import Hot
    from annotate.studio.process import LOOPBACK, free, free_port

    known = login(os.environ)
    if known is None and host not in {LOOPBACK, "localhost", "::1"}:
        message = f"{host} can be reached from other machines, and nobody would be asked for a password"
        raise UsageError(message, hint=f"set {USER} and {PASSWORD}, or leave --host away")
    if port and not free(host, port):
        raise UsageError(f"port {port} is taken by another program", where=host, hint="name another --port, or 0")
    with receipt("serve", as_json=as_json) as paper:
        hot = Hot(model)
        at = port or free_port(host)
        paper.facts |= {"model": hot.current().name, "url": f"http://{host}:{at}", "password": known is not None}
    make_server(make_app(hot, known), host, at).run()
