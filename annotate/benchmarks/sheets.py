"""What is known about a benchmark before it is run: ``corpora/benchmarks/NAME.toml``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from annotate.benchmarks.result import Published
from annotate.errors import DataError, StorageError
from annotate.files import opened
from annotate.records import Record

_HERE = Path(__file__).parents[1]
FOLDERS = (_HERE / "_benchmarks", _HERE.parent / "corpora" / "benchmarks")
"""Where the sheets are: in an installed package, in a checkout."""


class File(Record, frozen=True, kw_only=True):
    """A file of a corpus, or a folder of files.

    Attributes:
        path: below the folder of data.
        sha256: of its bytes; of a folder see `digest`.
    """

    path: str
    sha256: str


class Sheet(Record, frozen=True, kw_only=True):
    """A benchmark's sheet.

    Attributes:
        title: the corpus's own name.
        target: what is to be told apart.
        metric: the headline.
        protocol: how it is measured without a test file; `with_test`: with one.
        source: where the corpus comes from; `licence`: on which terms; `citation`: the paper to cite.
        file: the files that are read.
        published: what others reached.
        notes: what a reader should know.
    """

    name: str
    title: str
    target: str
    metric: str
    protocol: str
    with_test: str
    source: str
    licence: str
    citation: str
    file: tuple[File, ...]
    published: tuple[Published, ...] = ()
    notes: tuple[str, ...] = ()


def read_sheet(name: str) -> Sheet:
    """Return the sheet of a benchmark.

    Raises:
        DataError: there is none, or it breaks its form.
    """
    for folder in FOLDERS:
        path = folder / f"{name}.toml"
        if path.is_file():
            try:
                return msgspec.toml.decode(path.read_bytes(), type=Sheet)
            except msgspec.DecodeError as error:
                raise DataError(str(error), where=str(path)) from error
    message = f"no sheet of benchmark {name!r}"
    raise DataError(message, hint="the installation is incomplete: install again")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder that of its files' digests and names, a line each, in order.

    Raises:
        StorageError: it cannot be read.
    """
    found = hashlib.sha256()
    if path.is_dir():
        for part in sorted(part for part in path.rglob("*") if part.is_file()):
            found.update(f"{digest(part)}  {part.relative_to(path).as_posix()}\n".encode())
        return found.hexdigest()
    with opened(path) as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def changed(sheet: Sheet, data: Path) -> list[str]:
    """Return the files that are not those of the sheet.

    Raises:
        StorageError: one cannot be read; the hint names all that are read.
    """
    try:
        return [file.path for file in sheet.file if digest(data / file.path) != file.sha256]
    except StorageError as error:
        wanted = ", ".join(file.path for file in sheet.file)
        hint = f"--data names the folder of all corpora; {sheet.name} reads {wanted} in it, from {sheet.source}"
        raise StorageError(error.problem, where=error.where, hint=hint) from error
