"""Who may talk to the server: files of mode 0600 in its folder, never the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from annotate.errors import StorageError, UsageError
from annotate.files import replacing, storage_error

T = TypeVar("T")

URL, KEY = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"
"""The two variables that name another server than the embedded one."""

FOLDER = Path(".studio")
"""The embedded server's folder, where none is named."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account on the embedded server.

    Attributes:
        api_key: its personal access token.
    """

    email: str
    password: str
    api_key: str = ""


class Credentials(Account, frozen=True, kw_only=True):
    """The embedded server's administrator, and where the server is."""

    url: str = ""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A server and the token to use there: legacy token or personal access token."""

    url: str
    api_key: str


def credentials_file(folder: Path) -> Path:
    """Return where the administrator's credentials lie."""
    return folder / "credentials.json"


def accounts_file(folder: Path) -> Path:
    """Return where the invited accounts' passwords lie."""
    return folder / "accounts.json"


def read_credentials(folder: Path) -> Credentials | None:
    """Return the administrator's credentials; None before the first start."""
    path = credentials_file(folder)
    return _read(path, Credentials) if path.exists() else None


def read_accounts(folder: Path) -> dict[str, Account]:
    """Return the invited accounts by e-mail address."""
    path = accounts_file(folder)
    return _read(path, dict[str, Account]) if path.exists() else {}


def write_private(path: Path, value: object) -> None:
    """Write a value as JSON that only its owner may read."""
    with replacing(path, mode=0o600) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(value)) + b"\n")


def access(folder: Path = FOLDER, *, environment: bool = True) -> Access:
    """Return the server that the environment names, else the embedded one; without ``environment``, always that one.

    Raises:
        UsageError: only one of the two variables is set, or there is no server to be found.
    """
    url, key = (os.environ.get(URL), os.environ.get(KEY)) if environment else (None, None)
    if url and key:
        return Access(url=url.rstrip("/"), api_key=key.strip())
    if url or key:
        message = f"{URL if url else KEY} is set, {KEY if url else URL} is not"
        raise UsageError(message, hint="set both for another server, or neither for the embedded one")
    found = read_credentials(folder)
    if found is None or not found.url or not found.api_key:
        message = "no Label Studio to talk to"
        hint = f"start the embedded one with `annotate studio up`, or set {URL} and {KEY}"
        raise UsageError(message, where=str(folder), hint=hint)
    return Access(url=found.url, api_key=found.api_key)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise storage_error(error, path) from error
    except msgspec.DecodeError as error:
        message = f"not a credentials file: {error}"
        raise StorageError(message, where=str(path), hint="restore it from a backup") from error
