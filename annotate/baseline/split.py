"""A split of any dataset under a model's codebook: what the model is evaluated on."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from annotate.baseline.foreign import read_foreign
from annotate.baseline.items import Items, Labels, manifest_sha256, read_items
from annotate.codebook import Codebook
from annotate.errors import StorageError, UsageError
from annotate.files import storage_error


@dataclass(frozen=True)
class Split:
    """The items of a split, and what they come from.

    Attributes:
        items: with the codebook's targets and labels, in its order.
        digest: SHA-256 of the release's manifest, or of another dataset's files.
        ours: whether it is a release of ours.
    """

    items: Items
    digest: str
    ours: bool


def read_split(dataset: Path, split: str, book: Codebook, target: str | None = None) -> Split:
    """Return a split of a release, or of another dataset that `datasets` can load.

    Args:
        dataset: its folder.
        split: its name.
        book: the model's codebook.
        target: in another dataset, the column of the labels.

    Raises:
        DataError: it cannot be read, or has other labels than the codebook.
    """
    if is_release(dataset):
        return Split(read_items(dataset, split).under(book), manifest_sha256(dataset), ours=True)
    found = read_foreign(dataset, target, split)
    known = book.targets()
    targets = {
        name: _widened(labels, known[name].labels) if name in known else labels
        for name, labels in found.items.targets.items()
    }
    return Split(replace(found.items, targets=targets).under(book), found.digest, ours=False)


def is_release(dataset: Path) -> bool:
    """Return whether a dataset's folder is a release of ours.

    Raises:
        StorageError: there is no such folder, or it may not be read.
        UsageError: it is a file.
    """
    try:
        with os.scandir(dataset) as found:
            return any(entry.name == "sentences" and entry.is_dir() for entry in found)
    except FileNotFoundError as error:
        message = "no such folder"
        raise StorageError(message, where=str(dataset), hint="check the path, and where it starts from") from error
    except NotADirectoryError as error:
        message = "this is a file: name its folder"
        hint = "a dataset is a folder of Parquet, CSV or JSON lines files, or one that `annotate dataset build` wrote"
        raise UsageError(message, where=str(dataset), hint=hint) from error
    except OSError as error:
        raise storage_error(error, dataset) from error


def _widened(labels: Labels, names: tuple[str, ...]) -> Labels:
    """Return the labels with those of the codebook that this split lacks."""
    more = tuple(name for name in names if name not in labels.names)
    empty = ((0, 0), (0, len(more)))
    return Labels((*labels.names, *more), labels.gold, np.pad(labels.soft, empty), np.pad(labels.votes, empty))
