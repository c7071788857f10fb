"""A dataset that is no release of ours: any folder that `datasets` loads, with a column of texts and one of labels.

It becomes items and a small codebook with one target, so that everything after it is the same.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotate import codebook
from annotate.baseline.items import TRAIN, Items, Labels
from annotate.baseline.marked import cues
from annotate.baseline.tables import loaded
from annotate.baseline.tagger import Cue
from annotate.codebook import Codebook
from annotate.errors import DataError
from annotate.files import opened

TEXTS = ("text", "sentence", "sentences", "content", "claim")
LABELS = ("label", "labels", "verdict", "class")
GROUPS = ("article_id", "document_id", "doc_id", "document", "article", "doc", "group", "file_id", "File_id", "file")
CUES = ("cues", "spans", "hedges", "cue_spans")
DIGEST = 12
"""Hexadecimal digits of the hash that names a text of no article."""


@dataclass(frozen=True)
class Foreign:
    """A dataset's training split.

    Attributes:
        items: with one target.
        codebook: its small codebook, as a file.
        digest: SHA-256 of the folder's files.
        notes: what was guessed and what was left out.
    """

    items: Items
    codebook: str
    digest: str
    notes: tuple[str, ...]


def read_foreign(folder: Path, target: str | None = None, split: str = TRAIN) -> Foreign:
    """Return a split of a dataset that `datasets` can load: Parquet, CSV, JSON lines, or what it saved itself.

    The text's column is the first of `TEXTS` that is there, the label's is ``target`` or the first of `LABELS`; texts
    with the same value in the first of `GROUPS` belong to one article; cue spans (start, end and perhaps a type, by code
    points of the text) are read from the first of `CUES`.

    Args:
        folder: the dataset's folder.
        target: the label's column.
        split: which split; where there is one alone, that one.

    Raises:
        DataError: it cannot be loaded, or lacks a column.
    """
    table, found = loaded(folder, split)
    columns = table.column_names
    text, label = _column(columns, TEXTS, "text", folder), target or _column(columns, LABELS, "label", folder)
    if label not in columns:
        message = f"no column {label!r}; there are {', '.join(columns)}"
        raise DataError(message, where=str(folder), hint="name the label's column with --target")
    group = next((name for name in GROUPS if name in columns), None)
    marked = next((name for name in CUES if name in columns), None)
    texts, values = table[text], table[label]
    known = getattr(table.features[label], "names", None)
    kept = [n for n, value in enumerate(values) if _labelled(value) and _said(texts[n])]
    if not kept:
        message = f"no row has both a text in {text!r} and a label in {label!r}"
        if any(_said(said) for said in texts):
            hint = "name the label's column with --target"
        else:
            hint = "every text is empty: put the sentences into this column"
        raise DataError(message, where=str(folder), hint=hint)
    labels = [_name(values[n], known) for n in kept]
    names = tuple(known) if known else tuple(sorted(set(labels), key=_order))
    kept_texts = tuple(texts[n] for n in kept)
    articles = _articles(kept_texts, [table[group][n] for n in kept] if group else None)
    spans = None
    if marked:
        cells = table[marked]
        spans = cues(((n, cells[n], text) for n, text in zip(kept, kept_texts, strict=True)), folder)
    name = re.sub(r"[^a-z0-9_]", "_", label.lower()).strip("_")[:40] or "label"
    name = name if name[0].isalpha() else f"label_{name}"[:40]
    items = _items(found, articles, kept_texts, {name: (names, labels)}, spans)
    notes = [f"texts are in {text!r}, labels in {label!r}"]
    notes.append(
        f"articles are told apart by {group!r}" if group else "no column tells articles apart: each text is its own"
    )
    if left := len(values) - len(kept):
        notes.append(f"{left} rows without a text or a label are left out")
    return Foreign(items, _codebook(name, names), _digest(folder), tuple(notes))


def _column(columns: Sequence[str], wanted: Sequence[str], what: str, folder: Path) -> str:
    by_small = {name.lower(): name for name in columns}
    found = next((by_small[name] for name in wanted if name in by_small), None)
    if found is None:
        message = f"no {what} column: none of {', '.join(wanted)} is among {', '.join(columns)}"
        hint = "name the label's column with --target" if what == "label" else "rename the column of the texts to text"
        raise DataError(message, where=str(folder), hint=hint)
    return found


def _said(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _labelled(value: Any) -> bool:
    return value is not None and value != -1 and not (isinstance(value, float) and math.isnan(value))


def _name(value: Any, known: Sequence[str] | None) -> str:
    """Return a label's name; a table with a gap in a column of whole numbers reads them as 0.0, 1.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return known[value] if known and isinstance(value, int) else str(value)


def _order(name: str) -> tuple[float, str]:
    try:
        return float(name), name
    except ValueError:
        return float("inf"), name


def _articles(texts: Sequence[str], groups: Sequence[object] | None) -> tuple[str, ...]:
    if groups is not None:
        return tuple(str(group) for group in groups)
    return tuple(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGEST] for text in texts)


def _items(
    split: str,
    articles: tuple[str, ...],
    texts: tuple[str, ...],
    targets: dict[str, tuple[tuple[str, ...], list[str]]],
    marked: tuple[tuple[Cue, ...], ...] | None,
) -> Items:
    at: defaultdict[str, int] = defaultdict(int)
    starts, ends = [], []
    for article, text in zip(articles, texts, strict=True):
        starts.append(at[article])
        ends.append(at[article] + len(text))
        at[article] = ends[-1] + 1
    made = {}
    for name, (names, labels) in targets.items():
        place = {label: number for number, label in enumerate(names)}
        gold = np.array([place[label] for label in labels], dtype=np.int64)
        votes = np.eye(len(names), dtype=np.int64)[gold]
        made[name] = Labels(names, gold, votes.astype(np.float64), votes)
    spans = {} if marked is None else {"hedge": marked}
    return Items(split, articles, tuple(starts), tuple(ends), texts, made, spans)


def _codebook(target: str, names: Sequence[str]) -> str:
    """Return a codebook of one target: its first label is the default, the others are flagged for themselves."""
    default = codebook.load()
    hedge = next(layer for layer in default.layer if layer.name == "hedge")
    say = json.dumps
    lines = [
        'name = "labels"',
        'version = "1"',
        f"title = {say(f'Labels of another dataset: {target}')}",
        f"read = {say([str(kind) for kind in default.read])}",
        "[[layer]]",
        'name = "hedge"',
        f"title = {say(hedge.title)}",
        f"definition = {say(hedge.definition)}",
    ]
    for label in hedge.label:
        lines += ["[[layer.label]]", f"name = {say(label.name)}", f"definition = {say(label.definition)}"]
    lines += ["[[target]]", f"name = {say(target)}", f"title = {say(target)}"]
    lines += [f"labels = {say(list(names))}", f"default = {say(names[0])}"]
    for name in names[1:]:
        lines += ["[[target.rule]]", f"label = {say(name)}", f"reason = {say(name)}", 'has = ["hedge"]']
    return "\n".join([*lines, ""])


def load_codebook(text: str) -> Codebook:
    """Return the codebook that a text holds, checked."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "codebook.toml").write_text(text, encoding="utf-8")
        return codebook.load(folder)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            digest.update(path.relative_to(folder).as_posix().encode())
            with opened(path) as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())  # type: ignore[arg-type]  # any binary file
    return digest.hexdigest()
