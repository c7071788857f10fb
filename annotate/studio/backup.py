"""A consistent copy of the embedded server, made while it runs."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import StorageError, UsageError
from annotate.files import storage_error

DATABASE = "label_studio.sqlite3"


def backup(folder: Path, target: Path | None = None, now: datetime | None = None) -> Path:
    """Return a new folder with the database, its SECRET_KEY and the credentials, all readable by their owner alone.

    The folder has the form of a server's folder: copied away, ``annotate studio up --folder COPY`` starts a server on it.
    SQLite's own backup takes the database, so that a change under way is in it whole or not at all.

    Args:
        folder: the server's folder.
        target: where the copies lie; ``backups`` in the server's folder if none is given.
        now: the time that names the copy.

    Raises:
        UsageError: there is no database yet.
        StorageError: it cannot be read or written.
    """
    database = folder / "data" / DATABASE
    if not database.is_file():
        raise UsageError("there is no database yet", where=str(database), hint="run `annotate studio up` first")
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    copy = (target or folder / "backups") / stamp
    try:
        (copy / "data").mkdir(parents=True, mode=0o700)
        copy.chmod(0o700)
        for name in ("data/.env", "credentials.json", "accounts.json"):
            if (folder / name).is_file():
                shutil.copy2(folder / name, copy / name)
        with (
            contextlib.closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(copy / "data" / DATABASE)) as destination,
        ):
            source.backup(destination)
        (copy / "data" / DATABASE).chmod(0o600)
    except OSError as error:
        raise storage_error(error, copy) from error
    except sqlite3.Error as error:
        raise StorageError(f"the database cannot be copied: {error}", where=str(database)) from error
    return copy
