"""The record in MANIFEST.json: every data file with its hash, and what it was made from.

No time and no path outside the release stands in it, so that the same inputs give the same bytes. The card is not listed:
results can be added to it without a new release.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from annotate.errors import DataError
from annotate.files import storage_error
from annotate.records import CodebookRef, Record

NAME = "MANIFEST.json"
KIND = "annotate.dataset"
FORMAT = 1
"""Version of the release's form."""


class DataFile(Record, frozen=True, kw_only=True):
    """A file of the release; its path is relative to the release's folder, with forward slashes."""

    path: str
    bytes: int
    sha256: str
    rows: int


class GoldInput(Record, frozen=True, kw_only=True):
    """The gold file that a release was made from.

    Attributes:
        sha256: of the file's bytes.
        articles: how many were taken from it.
        set_aside: reason → how many were not.
    """

    sha256: str
    articles: int
    set_aside: dict[str, int]


class SplitSize(Record, frozen=True, kw_only=True):
    """What is in a split: articles, in so many clusters that stay together, and their items (sentences)."""

    articles: int
    clusters: int
    items: int


class Together(Record, frozen=True, kw_only=True):
    """By what articles are kept in the same split.

    Attributes:
        words: length of the runs of words that are compared.
        threshold: Jaccard similarity from which two articles are near-duplicates.
        near_duplicates: articles that have a near-duplicate.
        stories: articles that another one supersedes, or that share an address.
        largest: articles in the largest cluster.
    """

    words: int
    threshold: float
    near_duplicates: int
    stories: int
    largest: int


class Manifest(Record, frozen=True, kw_only=True):
    """What a release is.

    Attributes:
        versions: of the toolkit, and of the library that wrote the data files.
        seed: of the splits.
        ratios: percent of the articles that each split should have.
        notes: what a reader should know of this build.
    """

    kind: str
    format: int
    codebook: CodebookRef
    gold: GoldInput
    seed: int
    ratios: dict[str, int]
    splits: dict[str, SplitSize]
    together: Together
    files: tuple[DataFile, ...]
    versions: dict[str, str]
    notes: tuple[str, ...]


def data_file(folder: Path, path: str, rows: int) -> DataFile:
    """Return the record of a file that was just written, after making sure that it is on the disk."""
    with (folder / path).open("rb") as stream:
        os.fsync(stream.fileno())
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return DataFile(path=path, bytes=stream.tell(), sha256=digest, rows=rows)


def read_manifest(folder: Path) -> Manifest:
    """Return what a release says of itself.

    Raises:
        DataError: the folder is no release of ours, or of another form.
        StorageError: the file cannot be read.
    """
    path = folder / NAME
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        message = f"no release here: there is no {NAME}"
        raise DataError(message, where=str(folder), hint="name a folder that `annotate dataset build` wrote") from error
    except OSError as error:
        raise storage_error(error, path) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = f"not the manifest of a release: {error}"
        raise DataError(message, where=str(path), hint="build the release again") from error
    if (found.kind, found.format) != (KIND, FORMAT):
        message = f"{found.kind!r} of form {found.format}; this version reads {KIND!r} of form {FORMAT}"
        raise DataError(message, where=str(path), hint="build the release again")
    return found
