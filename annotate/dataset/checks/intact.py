"""Files against the manifest: none missing, none more, each with its hash and rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from annotate.dataset.checks.findings import Finding, Level, Places
from annotate.dataset.checks.release import Release
from annotate.dataset.manifest import NAME
from annotate.files import storage_error

CARD = "README.md"


def check(release: Release) -> Iterator[Finding]:
    """Yield what is not as the manifest says.

    Raises:
        StorageError: a file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = {file.path for file in release.manifest.files}
    there = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    missing, other, more = Places(), Places(), Places()
    hidden = {name for name in there if name.startswith(".")}  # the Hub's own, in a release that comes from there
    for name in sorted(there - listed - hidden - {NAME, CARD}):
        more.add(name)
    for file in release.manifest.files:
        path = release.folder / file.path
        if file.path not in there:
            missing.add(file.path)
            continue
        try:
            with path.open("rb") as stream:
                same = hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
            if same and file.rows is not None:
                same = pq.read_metadata(path).num_rows == file.rows
        except pa.ArrowException:
            same = False
        except OSError as error:
            raise storage_error(error, path) from error
        if not same:
            other.add(file.path)
    yield from missing.finding(Level.ERROR, "{} files that the manifest lists are not there")
    yield from other.finding(Level.ERROR, "{} files are not those that the manifest lists")
    yield from more.finding(Level.ERROR, "{} files are not in the manifest")
