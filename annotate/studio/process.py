"""The server's process: its environment, its port, its start and its end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from annotate.errors import OutsideError, UsageError
from annotate.files import storage_error

PORTS = range(8930, 9030)
"""Where a free port is looked for, so that an address stays easy to tell; past these, any free one."""

LOOPBACK = "127.0.0.1"

_started: dict[int, subprocess.Popen[bytes]] = {}
"""Servers that this process started, by id: a child that ended stays as a zombie until its parent asks for it."""


def environment(
    folder: Path,
    email: str,
    password: str,
    public_url: str | None = None,
    *,
    listen_wide: bool = False,
    local_backends: bool = False,
) -> dict[str, str]:
    """Return the server's whole environment; nothing of the caller's gets in but PATH, TMPDIR and the time zone.

    Label Studio reads each setting as ``LABEL_STUDIO_X``, ``HEARTEX_X`` and plain ``X``, so that a stray HOST, DEBUG,
    CI or PASSWORD of the caller would change it. Telemetry, error reports, the version check, signup without a link,
    answers to other origins and the serving of local files are off; its own guard against requests to internal
    addresses stays on unless it is asked for otherwise. With a public address, cookies travel by TLS only and forms are taken from there.

    Args:
        folder: the server's folder; HOME lies inside, because Label Studio writes there too.
        email: the administrator, made on the first start.
        password: likewise.
        public_url: the address under which a proxy with TLS offers this server.
        listen_wide: it listens on every interface, under names not known here.
        local_backends: the guard is off, so that an ML backend on this machine can be connected.
    """
    host = urlsplit(public_url).hostname if public_url else None
    names = ["*"] if listen_wide and not host else [LOOPBACK, "localhost", "[::1]", *([host] if host else [])]
    settings = {
        "ALLOWED_HOSTS": ",".join(names),
        "BASE_DATA_DIR": str(folder / "data"),
        "COLLECT_ANALYTICS": "false",
        "CORS_ALLOW_ALL_ORIGINS": "false",
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
        "LOCAL_FILES_SERVING_ENABLED": "false",
        "LOG_LEVEL": "INFO",
        "ML_BLOCK_LOCAL_IP": "false" if local_backends else "true",
        "PASSWORD": password,
        "SENTRY_DSN": "",
        "SSRF_PROTECTION_ENABLED": "false" if local_backends else "true",
        "USERNAME": email,
    }
    if public_url:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(public_url))
        settings |= {"HOST": public_url, "CSRF_TRUSTED_ORIGINS": origin, "SESSION_COOKIE_SECURE": "1"}
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "TZ") if name in os.environ}
    base = {"HOME": str(folder / "home"), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    return base | kept | {f"LABEL_STUDIO_{name}": value for name, value in settings.items()}


def start(folder: Path, host: str, port: int, env: dict[str, str]) -> int:
    """Start the server in a session of its own, its output going to ``server.log``, and return its process id.

    Raises:
        StorageError: the folder cannot be written, or the program is not there.
    """
    program = folder / "venv" / "bin" / "label-studio"
    command = [str(program), "start", "--data-dir", str(folder / "data"), "--no-browser", "--internal-host", host]
    try:
        for name in ("data", "home"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        with (folder / "server.log").open("ab") as log:
            os.fchmod(log.fileno(), 0o600)
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--port", str(port)],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise storage_error(error, program) from error
    _started[process.pid] = process
    return process.pid


def alive(pid: int, folder: Path) -> bool:
    """Return whether this process runs and is the server of this folder, not another that got its number."""
    return str(folder / "data") in _seen(pid)[1]


def _seen(pid: int) -> tuple[str, str]:
    """Return a process's state letter and its command line; both empty where there is none (left)."""
    entry = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            state = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            return "", ""
    else:
        ps = ["ps", "-o", "stat=", "-o", "command=", "-p", str(pid)]
        shown = subprocess.run(ps, capture_output=True, text=True, check=False).stdout  # noqa: S603 - no /proc here
        state, _, command = shown.strip().partition(" ")
    if state[:1] not in {"Z", "X"}:
        return state, command
    if pid in _started:
        _started.pop(pid).wait()
    return "", ""


def stop(pid: int, folder: Path, patience: float = 15) -> None:
    """End the server: ask first, and after ``patience`` seconds do not ask.

    Raises:
        OutsideError: it does not end.
    """
    if not alive(pid, folder):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if not _seen(pid)[0]:  # its command line goes first, its sockets after
                return
            time.sleep(0.05)
    message = f"process {pid} does not end"
    raise OutsideError(message, where=str(folder), hint=f"look at it with `ps {pid}`")


def free(host: str, port: int) -> bool:
    """Return whether a server could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str, before: int | None = None) -> int:
    """Return a free port: the one had before, else the first of `PORTS`, else any.

    Raises:
        UsageError: the host is none of this machine's.
    """
    tried = ([before] if before else []) + list(PORTS)
    found = next((port for port in tried if free(host, port)), None)
    if found is not None:
        return found
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            message = f"nothing can listen on {host!r}: {error.strerror}"
            raise UsageError(message, hint="name an IPv4 address of this machine, or leave --host away") from error
        return int(probe.getsockname()[1])
