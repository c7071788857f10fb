"""A release's split as arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from annotate.baseline.tagger import Cue
from annotate.codebook import Codebook
from annotate.errors import DataError

TRAIN = "train"
"""The split that models learn from."""
SPANS = "_spans"
"""How the column of a layer's spans ends."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Labels:
    """What the items are labelled for one target.

    Attributes:
        names: the labels, in the release's order, or after `ordered` in the codebook's.
        gold: index of each item's label ``(n_items,)``, -1 where it is contested.
        soft: share of the votes ``(n_items, n_labels)``, rows summing to 1.
        votes: number of votes ``(n_items, n_labels)``.
    """

    names: tuple[str, ...]
    gold: Ints
    soft: Floats
    votes: Ints

    def ordered(self, names: tuple[str, ...]) -> Labels:
        """Return the same with its labels in this order.

        Raises:
            DataError: these are not the same labels.
        """
        if sorted(names) != sorted(self.names):
            message = f"the data have the labels {', '.join(self.names)}, but {', '.join(names)} are known here"
            raise DataError(
                message, hint="give data with the same labels; for a release, name its codebook with --codebook"
            )
        order = [self.names.index(name) for name in names]
        places = np.array([*(names.index(name) for name in self.names), -1])
        return Labels(names, places[self.gold], self.soft[:, order], self.votes[:, order])

    def counts(self) -> dict[str, int]:
        """Return how many items have each label, those without a majority label left out."""
        found = np.bincount(self.gold[self.gold >= 0], minlength=len(self.names))
        return {name: int(count) for name, count in zip(self.names, found, strict=True)}

    @property
    def contested(self) -> int:
        """How many items have no majority label."""
        return int((self.gold < 0).sum())


@dataclass(frozen=True)
class Items:
    """The items of one split, in the release's order.

    Attributes:
        articles: id of each item's article; likewise `starts`, `ends` (offsets in the article) and `texts`.
        targets: labels by target.
        spans: layer → the spans in each item, offsets within the item; layers that nobody was asked for are not there.
    """

    split: str
    articles: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    texts: tuple[str, ...]
    targets: dict[str, Labels]
    spans: dict[str, tuple[tuple[Cue, ...], ...]] = field(default_factory=dict)

    @cached_property
    def groups(self) -> Ints:
        """Number of each item's article, from 0, in order of first appearance ``(n_items,)``."""
        numbers = {article: number for number, article in enumerate(dict.fromkeys(self.articles))}
        return np.array([numbers[article] for article in self.articles], dtype=np.int64)

    def under(self, book: Codebook) -> Items:
        """Return the same with the codebook's targets alone, in its order of targets and labels.

        Raises:
            DataError: a target is missing, or has other labels.
        """
        targets = {}
        for target in book.target:
            if target.name not in self.targets:
                message = f"target {target.name!r} of codebook {book.name} is not in the release"
                raise DataError(
                    message, where=f"{self.split} split", hint="name the release's codebook with --codebook"
                )
            targets[target.name] = self.targets[target.name].ordered(target.labels)
        return replace(self, targets=targets)

    @property
    def n_articles(self) -> int:
        """How many articles the items come from."""
        return len(set(self.articles))


def read_items(folder: Path, split: str) -> Items:
    """Return a split of a release (config ``sentences``).

    Raises:
        DataError: there is no such split, it lacks a column, or its numbers make no sense.
    """
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    every = sorted((folder / "sentences").glob("*-*.parquet"))
    paths = [path for path in every if path.name.split("-")[0] == split]
    if not paths:
        there = ", ".join(dict.fromkeys(path.name.split("-")[0] for path in every))
        hint = f"the splits there are {there}" if there else "name a folder that `annotate dataset build` wrote"
        raise DataError(f"no {split} split", where=str(folder / "sentences"), hint=hint)
    try:
        table = pq.read_table(paths)
        _there(table, paths[0])
        names = _class_names(table.schema.metadata or {})
        targets = {
            name: _labels(table, name, labels) for name, labels in names.items() if f"{name}_soft" in table.column_names
        }
        articles, starts, ends, texts = (
            _column(table, name, kind)
            for name, kind in (("article_id", str), ("start", int), ("end", int), ("text", str))
        )
        layers = [name.removesuffix(SPANS) for name in table.column_names if name.endswith(SPANS)]
        spans = {layer: _spans(table.column(f"{layer}{SPANS}").to_pylist(), starts, ends) for layer in layers}
    except (ArrowException, AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        message = f"not a release of ours: {error}"
        raise DataError(message, where=str(paths[0]), hint="build the release again") from error
    return Items(split, articles, starts, ends, texts, targets, spans)


def _spans(rows: list[Any], starts: tuple[int, ...], ends: tuple[int, ...]) -> tuple[tuple[Cue, ...], ...]:
    """Return each item's spans, cut at its ends: offsets count from its start."""
    found = []
    for row, start, end in zip(rows, starts, ends, strict=True):
        cut = [Cue(max(s["start"], start) - start, min(s["end"], end) - start, str(s["label"])) for s in row or ()]
        found.append(tuple(sorted(cue for cue in cut if cue.start < cue.end)))
    return tuple(found)


def _there(table: Any, path: Path) -> None:
    """Raise where the release was made without its articles' text.

    Raises:
        DataError: the text of every item is missing.
    """
    texts = table.column("text")
    if len(texts) and texts.null_count == len(texts):
        message = "no text to read: the release was built with `--text none` and has labels and offsets alone"
        release = path.parents[1]
        hint = (
            f"put the text back first: `annotate dataset hydrate {release} --articles articles.jsonl -o {release}-full`,"
            " with the articles as `annotate ingest` writes them; then name the new folder"
        )
        raise DataError(message, where=str(path), hint=hint)


def _column(table: Any, name: str, kind: type) -> tuple[Any, ...]:
    values = tuple(table.column(name).to_pylist())
    if not all(isinstance(value, kind) for value in values):
        message = f"column {name!r} holds something else than {kind.__name__}"
        raise ValueError(message)
    return values


def _class_names(metadata: dict[bytes, bytes]) -> dict[str, tuple[str, ...]]:
    """Return column → label names of the `ClassLabel` columns, as `datasets` notes them in the file."""
    features = msgspec.json.decode(metadata.get(b"huggingface", b"{}")).get("info", {}).get("features", {})
    return {
        name: tuple(f["names"])
        for name, f in features.items()
        if isinstance(f, dict) and f.get("_type") == "ClassLabel"
    }


def _labels(table: Any, name: str, labels: tuple[str, ...]) -> Labels:
    width = (len(table), len(labels))
    gold = table.column(name).fill_null(-1).to_numpy()
    contested = np.array(table.column(f"{name}_contested").to_pylist(), dtype=bool)
    soft = np.array(table.column(f"{name}_soft").to_pylist(), dtype=np.float64).reshape(width)
    votes = np.array(table.column(f"{name}_votes").to_pylist(), dtype=np.int64).reshape(width)
    if not np.isin(gold, np.arange(-1, len(labels))).all():
        message = f"column {name!r} holds a number that is no label's"
        raise ValueError(message)
    if not ((soft >= 0).all() and np.allclose(soft.sum(axis=1), 1)):
        message = f"column {name + '_soft'!r} holds shares that do not sum to 1"
        raise ValueError(message)
    return Labels(labels, np.where(contested, -1, gold).astype(np.int64), soft, votes)


def manifest_sha256(folder: Path) -> str:
    """Return the SHA-256 of a release's MANIFEST.json.

    Raises:
        DataError: it is missing.
    """
    path = folder / "MANIFEST.json"
    if not path.is_file():
        message = "no MANIFEST.json"
        raise DataError(message, where=str(folder), hint="name a folder that `annotate dataset build` wrote")
    return hashlib.sha256(path.read_bytes()).hexdigest()
