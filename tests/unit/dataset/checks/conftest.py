"""A sound release, and a way to change rows in a copy of it whose manifest still fits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from annotate import files
from annotate.codebook import Codebook
from annotate.dataset.build import Options, build
from annotate.dataset.choices import Text
from annotate.dataset.gold_file import gold_file
from annotate.dataset.manifest import NAME, data_file, read_manifest
from annotate.dataset.tables import file_name
from annotate.records import Gold

Rows = list[dict[str, Any]]
Tampered = Callable[..., Path]


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory, book: Codebook, corpus: list[Gold]) -> Path:
    """A folder with a release for each way to hold the text."""
    folder = tmp_path_factory.mktemp("releases")
    files.write(folder / "gold.jsonl", corpus)
    for text in Text:
        with gold_file(folder / "gold.jsonl") as source:
            build(source, folder / text, book, Options(text=text))
    return folder


@pytest.fixture
def tampered(releases: Path, tmp_path: Path) -> Tampered:
    """Copy a release, change the rows of one file, and write its new hash into the manifest."""

    def made(config: str, change: Callable[[Rows], Rows], split: str = "train", text: str = "full") -> Path:
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder = tmp_path / "dataset"
        shutil.copytree(releases / text, folder)
        path = file_name(config, split)
        table = pq.read_table(folder / path)
        rows = change(table.to_pylist())
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / path)
        manifest = read_manifest(folder)
        listed = tuple(data_file(folder, path, len(rows)) if f.path == path else f for f in manifest.files)
        files.write_json(folder / NAME, msgspec.structs.replace(manifest, files=listed))
        return folder

    return made
