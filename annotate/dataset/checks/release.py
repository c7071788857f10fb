"""A release's rows as they stand in its files, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from annotate.dataset.features import Features
from annotate.dataset.manifest import Manifest, read_manifest
from annotate.dataset.splits import SPLITS
from annotate.dataset.tables import file_name

Row = dict[str, Any]
BATCH = 2048
"""Rows read at a time."""


@dataclass(frozen=True)
class Release:
    """A release on disk.

    Attributes:
        folder: where it is.
        manifest: what it says of itself.
    """

    folder: Path
    manifest: Manifest

    @cached_property
    def paths(self) -> frozenset[str]:
        """The data files that the manifest lists."""
        return frozenset(file.path for file in self.manifest.data)

    def splits(self, config: str) -> list[str]:
        """Return the splits in which a config has rows."""
        return [split for split in SPLITS if file_name(config, split) in self.paths]

    def columns(self, config: str) -> list[str]:
        """Return the columns of a config; nothing where it has no rows."""
        splits = self.splits(config)
        return list(self._file(config, splits[0]).schema_arrow.names) if splits else []

    def features(self, config: str) -> Features:
        """Return the columns of a config as `datasets` notes them in its files; nothing where it has no rows."""
        splits = self.splits(config)
        if not splits:
            return {}
        metadata = self._file(config, splits[0]).schema_arrow.metadata or {}
        found = msgspec.json.decode(metadata.get(b"huggingface", b"{}")).get("info", {}).get("features", {})
        return dict(found)

    def labels(self, config: str = "sentences") -> dict[str, tuple[str, ...]]:
        """Return target → its labels, in their order, as the files say."""
        found = self.features(config)
        return {name: tuple(f["names"]) for name, f in found.items() if f.get("_type") == "ClassLabel"}

    def batches(self, config: str, split: str, columns: list[str]) -> Iterator[Any]:
        """Yield the rows of a split as Arrow record batches."""
        if split in self.splits(config):
            yield from self._file(config, split).iter_batches(BATCH, columns=columns, use_threads=False)

    def rows(self, config: str, split: str, columns: list[str]) -> Iterator[Row]:
        """Yield the rows of a split."""
        for batch in self.batches(config, split, columns):
            yield from batch.to_pylist()

    def _file(self, config: str, split: str) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.folder / file_name(config, split), memory_map=True)


def opened_release(folder: Path) -> Release:
    """Return the release in a folder.

    Raises:
        DataError: the folder is no release of ours.
        StorageError: its manifest cannot be read.
    """
    return Release(folder, read_manifest(folder))
