"""A release's folder as it is published: the files that its manifest lists, each proved, the manifest and the card."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from annotate.dataset.card_rules import problems
from annotate.dataset.manifest import KIND, NAME
from annotate.dataset.publish import CARD, Content
from annotate.errors import DataError
from annotate.files import opened

HINT = "name a folder that `annotate dataset build` wrote"


class _File(msgspec.Struct, frozen=True):
    path: str
    sha256: str


class _Release(msgspec.Struct, frozen=True):
    """What publishing reads of a manifest, of whatever form."""

    kind: str
    files: tuple[_File, ...]
    rights: dict[str, Any] = {}
    local_only: Any = None


def release_content(folder: Path, *, rights_held: bool = False) -> Content:
    """Return what is published of a release.

    A file that the manifest does not list stays where it is.

    Args:
        folder: of the release.
        rights_held: somebody says that they hold the rights to the texts. It is written into the commit.

    Raises:
        DataError: the folder is no release, a file is not the one that was built, or its texts may not be passed on.
        StorageError: a file cannot be read.
    """
    manifest = _read(folder / NAME)
    try:
        release = msgspec.json.decode(manifest, type=_Release)
    except msgspec.MsgspecError as error:
        raise DataError(f"not the manifest of a release: {error}", where=str(folder / NAME), hint=HINT) from error
    if release.kind != KIND:
        raise DataError(f"made by something else: {release.kind!r}", where=str(folder / NAME), hint=HINT)
    bound = release.local_only or release.rights.get("local_only")
    if bound and not rights_held:
        message = f"made for this machine only: it holds texts that may not be passed on ({_named(bound)})"
        hint = "build it with `--text none`, which publishes labels and offsets without the text; or say --i-hold-the-rights"
        raise DataError(message, where=str(folder), hint=hint)
    files = {file.path: _proved(folder, file) for file in release.files if file.path != CARD}
    card = _read(folder / CARD).decode("utf-8", "replace")
    paths = sorted(files)
    return Content(
        kind="dataset",
        files={**files, NAME: manifest},
        card=card,
        name=f"release {hashlib.sha256(manifest).hexdigest()[:12]}",
        faults=lambda metadata, body: problems(metadata, body, paths),
        description=(
            f"The publisher says that they hold the rights to the texts ({_named(bound)}): --i-hold-the-rights"
            if bound
            else ""
        ),
    )


def _named(bound: Any) -> str:
    """Return licences and their counts, or whatever the stamp says, in words."""
    if isinstance(bound, dict):
        return ", ".join(f"{name}: {count}" for name, count in sorted(bound.items()))
    return "MANIFEST.json says local_only" if bound is True else str(bound)


def _proved(folder: Path, file: _File) -> Path:
    """Return where a file is, after making sure that it is inside the folder and the one that was built."""
    path = folder / file.path
    if not path.resolve().is_relative_to(folder.resolve()):
        message = f"the manifest lists {file.path!r}, which is outside the release"
        raise DataError(message, where=str(folder / NAME), hint="build the release again")
    with opened(path) as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a file opened for bytes
    if found != file.sha256:
        message = "not the file that was built: its SHA-256 is another"
        raise DataError(message, where=str(path), hint="build the release again; to change its data, change the gold")
    return path


def _read(path: Path) -> bytes:
    try:
        with opened(path) as stream:
            return stream.read()
    except OSError as error:
        raise DataError(str(error), where=str(path), hint=HINT) from error
