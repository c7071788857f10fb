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
FORMAT = 2
"""Version of the release's form."""


class DataFile(Record, frozen=True, kw_only=True):
    """A file of the release; its path is relative to the release's folder, with forward slashes.

    Attributes:
        rows: of a data file; none of a document (licence, guidelines and the like).
    """

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


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
        outlets: how many are named.
        unnamed: articles without an outlet; each counts, with its story, as one of its own.
    """

    words: int
    threshold: float
    near_duplicates: int
    stories: int
    largest: int
    outlets: int
    unnamed: int


class Pinned(Record, frozen=True, kw_only=True):
    """The published assignments that a release keeps to: hash of their file, and how many of its articles they name."""

    sha256: str
    articles: int


class Rights(Record, frozen=True, kw_only=True):
    """What may be passed on.

    Attributes:
        annotations: licence of the labels, votes and offsets; none where the makers named none.
        articles: licence → how many articles; ``not stated`` where an article does not say.
        local_only: likewise, those whose text is in the release and may not be passed on as far as we can tell. Where
            there is one, the release is for this machine, and publishing refuses it.
    """

    annotations: str | None
    articles: dict[str, int]
    local_only: dict[str, int]


class Hydrated(Record, frozen=True, kw_only=True):
    """How the text came back into a release that was published without.

    Attributes:
        manifest: SHA-256 of that release's MANIFEST.json.
        exact: articles whose text is the one that was labelled.
        moved: articles whose page changed, with all or some labels found again.
        missing: articles that were not there, or of which nothing was found again.
        items_lost: items of articles that came back which could not be placed; likewise `spans_lost`.
    """

    manifest: str
    exact: int
    moved: int
    missing: int
    items_lost: int
    spans_lost: int


class Manifest(Record, frozen=True, kw_only=True):
    """What a release is.

    Attributes:
        text: how much of the articles' text it holds: ``full``, ``sentences`` or ``none``.
        version: as the makers call it.
        versions: of the toolkit, and of the library that wrote the data files.
        by: what never crosses the splits: ``outlet``, ``story``, ``time`` or ``article``.
        seed: of the splits.
        ratios: percent of the articles that each split should have.
        withheld: articles that would tie two splits and are in none.
        cuts: by time, the first days of validation and of test.
        disclosed: without text, share of the text's characters that stand in the selectors, in [0, 1].
        notes: what a reader should know of this build.
    """

    kind: str
    format: int
    codebook: CodebookRef
    gold: GoldInput
    text: str
    rights: Rights
    by: str
    seed: int
    ratios: dict[str, int]
    splits: dict[str, SplitSize]
    together: Together
    withheld: int
    files: tuple[DataFile, ...]
    versions: dict[str, str]
    notes: tuple[str, ...]
    version: str | None = None
    pins: Pinned | None = None
    cuts: tuple[str, ...] = ()
    disclosed: float | None = None
    hydrated: Hydrated | None = None

    @property
    def data(self) -> tuple[DataFile, ...]:
        """The data files, without the documents."""
        return tuple(file for file in self.files if file.rows is not None)


def data_file(folder: Path, path: str, rows: int | None = None) -> DataFile:
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
