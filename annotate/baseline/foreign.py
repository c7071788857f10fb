"""A dataset that is no release of ours: any folder that `datasets` loads, with a column of texts and one of labels.

It becomes items and a small codebook with one target, so that everything after it is the same.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tempfile
import unicodedata
from collections import Counter, defaultdict
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
from annotate.codebook.rules import TAKEN
from annotate.errors import DataError, UsageError
from annotate.files import opened
from annotate.language.hedges import LAYER

TEXTS = ("text", "sentence", "sentences", "content", "claim")
LABELS = ("label", "labels", "verdict", "class")
GROUPS = ("article_id", "document_id", "doc_id", "document", "article", "doc", "group", "file_id", "File_id", "file")
CUES = ("cues", "spans", "hedges", "cue_spans")
DECISION = "label"
"""The codebook's decision that a label is."""
SHOWN = 5
"""How many labels a message names."""
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


def read_foreign(folder: Path, target: str | None = None, split: str = TRAIN, default: str | None = None) -> Foreign:
    """Return a split of a dataset that `datasets` can load: Parquet, CSV, JSON lines, or what it saved itself.

    The text's column is the first of `TEXTS` that is there, the label's is ``target`` or the first of `LABELS`; texts
    with the same value in the first of `GROUPS` belong to one article; cue spans (start, end and perhaps a type, by code
    points of the text) are read from the first of `CUES`.

    Args:
        folder: the dataset's folder.
        target: the label's column.
        split: which split; where there is one alone, that one.
        default: the label that is not flagged; where not said, the first of a ``ClassLabel``, the least number, false, and
            of other labels the commonest.

    Raises:
        DataError: it cannot be loaded, or lacks a column.
        UsageError: no label has the default's name.
    """
    table, found = loaded(folder, split)
    columns = table.column_names
    text, label = _column(columns, TEXTS, "text", folder), target or _column(columns, LABELS, "label", folder)
    if label not in columns:
        message = f"no column {label!r}; there are {', '.join(columns)}"
        raise DataError(message, where=str(folder), hint="name the label's column with --target")
    group = next((name for name in GROUPS if name in columns), None)
    marked = next((name for name in CUES if name in columns), None)
    texts, values = table[text][:], table[label][:]
    known = getattr(table.features[label], "names", None)
    kept = [n for n, value in enumerate(values) if _labelled(value, known) and _said(texts[n])]
    if not kept:
        raise _nothing(texts, text, label, folder)
    labels = [_name(values[n], known, folder) for n in kept]
    names = tuple(known) if known else tuple(sorted(set(labels), key=_order))
    usual = _default(names, labels, ordered=known is not None) if default is None else default
    if usual not in names:
        message = f"no label {usual!r} in column {label!r}"
        raise UsageError(message, where=str(folder), hint=f"its labels are {some(names)}")
    kept_texts = tuple(texts[n] for n in kept)
    groups = table[group][:] if group else None
    articles, alone = _articles(kept_texts, [groups[n] for n in kept] if groups is not None else None)
    spans = None
    if marked:
        cells = table[marked]
        spans = cues(((n, cells[n], text) for n, text in zip(kept, kept_texts, strict=True)), folder)
    name = _target(label)
    items = _items(found, articles, kept_texts, {name: (names, labels)}, spans)
    tied = spans is not None and len(names) == 2 and _tied(spans, labels, usual)  # noqa: PLR2004 - hedged, or not
    notes = [f"texts are in {text!r}, labels in {label!r}"]
    notes.append(f"{usual!r} is the default: sentences with another label are flagged; --default NAME takes another")
    notes.append(
        f"articles are told apart by {group!r}" if group else "no column tells articles apart: each text is its own"
    )
    if group and alone:
        notes.append(f"{alone} rows without {group!r} are each an article of their own")
    if left := len(values) - len(kept):
        notes.append(f"{left} rows without a text or a label are left out")
    if not tied:
        notes.append("nothing says that the labels are about hedges: evaluations leave out the lexicon as a control")
    return Foreign(items, _codebook(name, names, usual, tied=tied), _digest(folder), tuple(notes))


def some(names: Sequence[str]) -> str:
    """Return names as a person reads them: the first few, and how many more there are.

    >>> some(["a", "b"]), some("abcdefgh")
    ('a, b', 'a, b, c, d, e and 3 more')
    """
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _nothing(texts: Sequence[object], text: str, label: str, folder: Path) -> DataError:
    """Return the error of a table without a single row that has both text and label."""
    message, hint = (
        f"no row has both a text in {text!r} and a label in {label!r}",
        "name the label's column with --target",
    )
    kinds = {type(value).__name__ for value in texts if value is not None and not isinstance(value, str)}
    if kinds:
        message = f"column {text!r} holds no texts but {' and '.join(sorted(kinds))}"
        hint = "name the column of the sentences text, and this one otherwise"
    elif not any(map(_said, texts)):
        hint = "every text is empty: put the sentences into this column"
    return DataError(message, where=str(folder), hint=hint)


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


def _labelled(value: Any, known: Sequence[str] | None) -> bool:
    """Return whether a cell holds a label; -1 is none where labels have names, and a number where they are numbers."""
    return not _empty(value) and not (known is not None and value == -1)


def _empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and math.isnan(value))


def _name(value: Any, known: Sequence[str] | None, folder: Path) -> str:
    """Return a label's name."""
    if isinstance(value, list | dict):
        message = f"a label is {str(value)[:60]}: a text has one label, a word or a number"
        raise DataError(message, where=str(folder), hint="name the label's column with --target")
    if not known or not isinstance(value, int):
        return _plain(value)
    if not 0 <= value < len(known):
        message = f"label {value} has no name: there are {len(known)}, {some(known)}"
        raise DataError(message, where=str(folder), hint="repair the names of the column's ClassLabel")
    return known[value]


def _plain(value: Any) -> str:
    """Return a value as text; a table with a gap in a column of whole numbers reads them as 0.0, 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _order(name: str) -> tuple[float, str]:
    try:
        return float(name), name
    except ValueError:
        return float("inf"), name


def _default(names: Sequence[str], labels: Sequence[str], *, ordered: bool) -> str:
    """Return the first of names in an order (numbers and truth values have one), else the commonest label."""
    numbers = all(math.isfinite(_order(name)[0]) for name in names)
    if ordered or numbers or {name.lower() for name in names} <= {"false", "true"}:
        return names[0]
    counts = Counter(labels)
    return min(names, key=lambda name: (-counts[name], name))


def _target(label: str) -> str:
    """Return the target's name for a column: small letters without accents, digits and underscores.

    >>> _target("Étiquette 2"), _target("2nd"), _target("титул"), _target("title")
    ('etiquette_2', 'label_2nd', 'label', 'label_title')
    """
    letters = (char for char in unicodedata.normalize("NFKD", label.lower()) if not unicodedata.combining(char))
    name = re.sub(r"[^a-z0-9_]", "_", "".join(letters)).strip("_")[:40] or "label"
    return name if name[0].isalpha() and name not in TAKEN else f"label_{name}"[:40]


def _articles(texts: Sequence[str], groups: Sequence[Any] | None) -> tuple[tuple[str, ...], int]:
    """Return each text's article, and how many have none but themselves; the same text is then the same article."""
    known = [None if group is None or _empty(group) else _plain(group) for group in groups or [None] * len(texts)]
    alone = (hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGEST] for text in texts)
    articles = tuple(own if group is None else group for group, own in zip(known, alone, strict=True))
    return articles, sum(group is None for group in known)


def _tied(spans: Sequence[Sequence[Cue]], labels: Sequence[str], default: str) -> bool:
    """Return whether the texts with marked cues are those whose label is not the default."""
    return all(bool(marked) == (label != default) for marked, label in zip(spans, labels, strict=True))


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
    spans = {} if marked is None else {LAYER: marked}
    return Items(split, articles, tuple(starts), tuple(ends), texts, made, spans)


def _codebook(target: str, names: Sequence[str], usual: str, *, tied: bool) -> str:
    """Return a codebook of one target: all labels but the default are flagged for themselves.

    A label is a decision about the text; where cues are tied to it, it follows from a hedge.
    """
    known = codebook.load()
    hedge = next(layer for layer in known.layer if layer.name == LAYER)
    lines = [
        'name = "labels"',
        'version = "1"',
        f"title = {_toml(f'Labels of another dataset: {target}')}",
        f"read = [{', '.join(_toml(kind) for kind in known.read)}]",
        "[[layer]]",
        f"name = {_toml(LAYER)}",
        f"title = {_toml(hedge.title)}",
        f"definition = {_toml(hedge.definition)}",
    ]
    for label in hedge.label:
        lines += ["[[layer.label]]", f"name = {_toml(label.name)}", f"definition = {_toml(label.definition)}"]
    lines += ["[[decision]]", f"name = {_toml(DECISION)}", f"title = {_toml(target)}", "single = true"]
    choices = [
        f"{{ name = {_toml(f'label_{n}')}, definition = {_toml(f'It is {name}.')} }}" for n, name in enumerate(names)
    ]
    lines += [f"choices = [{', '.join(choices)}]"]
    lines += ["[[target]]", f"name = {_toml(target)}", f"title = {_toml(target)}"]
    lines += [f"labels = [{', '.join(map(_toml, names))}]", f"default = {_toml(usual)}"]
    for number, name in enumerate(names):
        if name != usual:
            mark = LAYER if tied else f"{DECISION}.label_{number}"
            lines += ["[[target.rule]]", f"label = {_toml(name)}", f"reason = {_toml(name)}", f"has = [{_toml(mark)}]"]
    return "\n".join([*lines, ""])


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML, which knows no surrogate pairs and no bare DEL.

    >>> print(_toml("a '🕊'"))
    "a '🕊'"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


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
