"""Label Studio's own environment: the server is installed once, apart from the toolkit, from pinned hashes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from annotate.errors import OutsideError, StorageError
from annotate.files import storage_error

STDERR = 2
"""Where the installers' words go: stdout belongs to the receipt."""
MARK = "requirements.sha256"
"""File in the environment that says, once it is complete, which list it was installed from."""


def requirements() -> Traversable:
    """Return the pinned list of the server's packages: inside the package in a wheel, beside it in a clone.

    Raises:
        StorageError: it is in neither place.
    """
    packaged = files("annotate") / "_requirements" / "studio.txt"
    checkout = Path(__file__).parents[2] / "requirements" / "studio.txt"
    for path in (packaged, checkout):
        if path.is_file():
            return path
    message = "the list of Label Studio's packages is missing"
    raise StorageError(message, where=f"{packaged} or {checkout}", hint="install the package again")


def digest() -> str:
    """Return the SHA-256 of the pinned list, 64 hexadecimal digits."""
    return hashlib.sha256(requirements().read_bytes()).hexdigest()


def installed(venv: Path) -> bool:
    """Return whether this environment holds exactly the pinned list, completely installed."""
    mark = venv / MARK
    return mark.is_file() and mark.read_text(encoding="ascii").strip() == digest()


def install(venv: Path, tell: Callable[[str], None]) -> None:
    """Make the environment complete, by uv where there is one (seconds) and by pip otherwise (minutes).

    The installer's own progress goes to stderr. Nothing is done where it is complete already.

    Raises:
        OutsideError: the packages cannot be had or do not match their hashes.
        StorageError: the folder cannot be written.
    """
    if installed(venv):
        return
    tell("installing Label Studio into its own environment, once (about 1 GB)")
    try:
        shutil.rmtree(venv, ignore_errors=True)
        venv.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, venv) from error
    python, uv = venv / "bin" / "python", _uv()
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    with as_file(requirements()) as pins:
        _run([sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(venv)], venv)
        if uv:
            _run([uv, "pip", "sync", *quiet, "--python", str(python), "--require-hashes", str(pins)], venv)
        else:
            _run([str(python), "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(pins)], venv)
    (venv / MARK).write_text(digest() + "\n", encoding="ascii")


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def _run(command: list[str], venv: Path) -> None:
    hint = "look at the lines above; the network or the package index may be out of reach: run the command again"
    # VIRTUAL_ENV names the caller's environment, which is not the one to install into.
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        subprocess.run(command, check=True, stdout=STDERR, env=env)  # noqa: S603 - our own commands
    except subprocess.CalledProcessError as error:
        message = f"Label Studio could not be installed: {Path(command[0]).name} ended with code {error.returncode}"
        raise OutsideError(message, where=str(venv), hint=hint) from error
    except OSError as error:
        raise storage_error(error, Path(command[0])) from error
