"""The embedded Label Studio: one folder with its own environment, data, credentials and log; one process.

::

    .studio/
    ├── venv/               Label Studio itself, from pinned hashes
    ├── data/               its SQLite database and SECRET_KEY
    ├── credentials.json    address, administrator and token      (0600)
    ├── accounts.json       the invited annotators                (0600)
    ├── server.json         process, port
    └── server.log
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from annotate.errors import OutsideError, Refused, Unauthorized, Unreachable, UsageError
from annotate.files import storage_error
from annotate.studio import process
from annotate.studio.accounts import log_in, personal_token
from annotate.studio.credentials import Credentials, credentials_file, read_credentials, write_private
from annotate.studio.installation import install

ADMIN = "admin@localhost"
TRIES = 3
"""How many ports are tried where another program is faster."""
PATIENCE = 300
"""Seconds that a first start may take; it makes the database, about a minute."""

LOG_LINES = 8


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of the last start.

    Attributes:
        local_backends: ML backends on this machine may be connected.
    """

    port: int
    host: str = process.LOOPBACK
    public_url: str | None = None
    local_backends: bool = False
    pid: int | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the embedded server is.

    Attributes:
        ours: what answers at the address knows our administrator's password.
    """

    running: bool
    ours: bool
    url: str | None
    pid: int | None
    folder: str
    credentials: str


def status(folder: Path) -> Status:
    """Return how the embedded server is; asks it, so that another program at its address is not taken for it."""
    folder = folder.resolve()
    state, known = _state(folder), read_credentials(folder)
    running = bool(state and state.pid and process.alive(state.pid, folder))
    ours = bool(running and known and known.url and _trouble(known) is None)
    return Status(
        running=running,
        ours=ours,
        url=known.url if known and running else None,
        pid=state.pid if state and running else None,
        folder=str(folder),
        credentials=str(credentials_file(folder)),
    )


def up(
    folder: Path,
    *,
    host: str = process.LOOPBACK,
    port: int | None = None,
    public_url: str | None = None,
    local_backends: bool | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Status:
    """Return the running embedded server, installing and starting it where needed.

    Args:
        folder: made on the first start, readable by its owner alone.
        host: interface to listen on; anything but loopback lets others reach it, without TLS.
        port: a port to insist on; without, the one had before where it is free, else a free one.
        public_url: the address under which a TLS proxy offers it.
        local_backends: whether ML backends on this machine may be connected; where it runs otherwise, it is started
            anew. None leaves it as it was, at first not.
        tell: hears of each long step.

    Raises:
        UsageError: the port asked for is taken, or the server runs at another address than the one asked for.
        Unauthorized: it runs, or starts, and does not take our administrator's password.
        OutsideError: it cannot be installed, ends at once, or does not answer in time.
    """
    folder = folder.resolve()
    before, state = status(folder), _state(folder)
    backends = local_backends if local_backends is not None else bool(state and state.local_backends)
    if before.ours:
        _refuse_other(folder, before, State(port=port or 0, host=host, public_url=public_url))
        if state is None or state.local_backends == backends:
            _ensure_token(folder)
            return before
        tell("starting Label Studio again, so that ML backends on this machine are let in or kept out")
        host, public_url, port = state.host, state.public_url, state.port
        process.stop(before.pid or 0, folder)
        before = status(folder)
    if before.pid:
        _refuse_strange(folder)
        process.stop(before.pid, folder)  # it runs, but does not answer: a start that was interrupted, or a hung server
    _private(folder)
    install(folder / "venv", tell)
    for left in reversed(range(TRIES)):
        try:
            wanted = State(port=_port(folder, host, port), host=host, public_url=public_url, local_backends=backends)
            _start(folder, wanted, tell)
        except OutsideError:
            state = _state(folder)
            # Two servers that start at once can find the same port free: the other one got it.
            if not left or port is not None or state is None or process.free(host, state.port):
                raise
        else:
            break
    _ensure_token(folder)
    return status(folder)


def _start(folder: Path, wanted: State, tell: Callable[[str], None]) -> None:
    known = read_credentials(folder) or Credentials(email=ADMIN, password=secrets.token_urlsafe(18))
    known = msgspec.structs.replace(known, url=f"http://{_reached(wanted.host)}:{wanted.port}")
    write_private(credentials_file(folder), known)
    first = not (folder / "data" / "label_studio.sqlite3").exists()
    tell("starting Label Studio" + (" for the first time; it makes its database, about a minute" if first else ""))
    env = process.environment(
        folder,
        known.email,
        known.password,
        wanted.public_url,
        listen_wide=wanted.host not in {process.LOOPBACK, "localhost"},
        local_backends=wanted.local_backends,
    )
    pid = process.start(folder, wanted.host, wanted.port, env)
    write_private(folder / "server.json", msgspec.structs.replace(wanted, pid=pid))
    _wait(folder, pid, known)


def down(folder: Path) -> bool:
    """End the embedded server; return whether it was running."""
    folder = folder.resolve()
    state = _state(folder)
    if state is None:
        return False
    running = state.pid is not None and process.alive(state.pid, folder)
    if running and state.pid is not None:
        process.stop(state.pid, folder)
    write_private(folder / "server.json", msgspec.structs.replace(state, pid=None))
    return running


def _ensure_token(folder: Path) -> None:
    known = read_credentials(folder)
    if known is not None and not known.api_key:
        with contextlib.closing(log_in(known.url, known.email, known.password)) as session:
            known = msgspec.structs.replace(known, api_key=personal_token(session))
        write_private(credentials_file(folder), known)


def _state(folder: Path) -> State | None:
    path = folder / "server.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, path) from error
    except msgspec.DecodeError:  # only a hint to find the server again: without it, a new start finds a new port
        return None


def _refuse_other(folder: Path, running: Status, asked: State) -> None:
    """Raise where a server that runs was started otherwise than is asked for now; what is not asked for does not count."""
    state = _state(folder)
    if state is None:
        return
    same = asked.port in {0, state.port} and asked.host in {process.LOOPBACK, state.host}
    if not same or asked.public_url not in {None, state.public_url}:
        message = "the server is running already, with another port, host or public address"
        raise UsageError(message, where=running.url, hint="stop it first: `annotate studio down`")


def _private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise storage_error(error, folder) from error


def _port(folder: Path, host: str, asked: int | None) -> int:
    if asked is not None:
        if process.free(host, asked):
            return asked
        raise UsageError(
            f"port {asked} is taken by another program", where=host, hint="leave --port away, or name another"
        )
    state = _state(folder)
    return process.free_port(host, state.port if state else None)


def _reached(host: str) -> str:
    """Return the address under which we ourselves reach a server that listens on ``host``."""
    return process.LOOPBACK if host in {"0.0.0.0", "::", "localhost"} else host  # noqa: S104 - compared, not bound


def _trouble(known: Credentials) -> OutsideError | None:
    """Return why our administrator cannot log in; none where that is possible."""
    try:
        log_in(known.url, known.email, known.password).close()
    except OutsideError as error:
        return error
    return None


def _refuse_strange(folder: Path) -> None:
    """Raise where a server that runs and answers does not take our password: others may be working there."""
    known = read_credentials(folder)
    trouble = _trouble(known) if known and known.url else None
    if isinstance(trouble, Unauthorized):
        trouble.hint = f"write the administrator's new password into {credentials_file(folder)}"
        raise trouble


def _wait(folder: Path, pid: int, known: Credentials) -> None:
    end = time.monotonic() + PATIENCE
    log = folder / "server.log"
    while time.monotonic() < end:
        if not process.alive(pid, folder):
            tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:])
            raise Refused(f"Label Studio ended while starting:\n{tail}", where=str(log), hint="read the log to its end")
        try:
            log_in(known.url, known.email, known.password).close()
        except Unreachable:
            time.sleep(0.2)
        except Unauthorized as error:
            process.stop(pid, folder)
            message = "the data folder does not know our administrator's password, or another server answers there"
            hint = f"restore {credentials_file(folder)} from the backup of this data folder"
            raise Unauthorized(message, where=known.url, hint=hint) from error
        except OutsideError:  # another program got the port in between
            process.stop(pid, folder)
            raise
        else:
            return
    process.stop(pid, folder)
    message = f"Label Studio did not answer within {PATIENCE} s"
    raise Unreachable(message, where=known.url, hint=f"read {log}")
