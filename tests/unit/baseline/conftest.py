"""Small releases, in the form that `annotate dataset build` writes and :mod:`annotate.baseline.items` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.baseline.scorer import Model
from annotate.baseline.train import train
from annotate.codebook import Codebook, load

WriteRelease = Callable[..., Path]
PLACES = ("dam", "bridge", "harbour", "school", "depot", "museum", "mill", "quarry", "station", "clinic")
SENTENCES = (
    ("The {} closed on Monday after the storm.", "unverified", "no"),
    ("The {} may have been damaged, officials believe.", "unverified", "yes"),
    ("The {} reportedly lost approximately forty windows 🕊.", "unverified", "yes"),
    ("The ledger shows what the {} paid, the auditor confirmed.", "verified", "no"),
    ("The owner of the {} denied that it had leaked.", "disputed", "no"),
    ("Nobody at the {} wanted to answer.", "none", "no"),
    ("If rain comes, the {} will open later.", "none", "yes"),
)
"""Sentence, status, hedged: the words tell the labels, so that a model can learn them from few articles."""


class Row(NamedTuple):
    """One item of a release: its votes by target; the majority is the gold label, a tie is contested."""

    article: str
    text: str
    votes: dict[str, tuple[str, ...]]


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def write_release(book: Codebook) -> WriteRelease:
    """Write a release's folder from its rows by split."""

    def write(folder: Path, under: Codebook = book, **splits: Iterable[Row]) -> Path:
        (folder / "sentences").mkdir(parents=True)
        for split, rows in splits.items():
            pq.write_table(_table(list(rows), under), folder / "sentences" / f"{split}-00000-of-00001.parquet")
        (folder / "MANIFEST.json").write_text(json.dumps({"splits": sorted(splits)}))
        return folder

    return write


def _table(rows: list[Row], book: Codebook) -> pa.Table:
    """Return a split as Arrow: offsets count on through an article whose sentences are joined by a space."""
    columns: dict[str, list[object]] = {name: [] for name in ("article_id", "start", "end", "text")}
    at: dict[str, int] = {}
    for row in rows:
        start = at.get(row.article, 0)
        at[row.article] = start + len(row.text) + 1
        values = (row.article, start, start + len(row.text), row.text)
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    features: dict[str, object] = {}
    for target in book.target:
        counts = [[row.votes[target.name].count(label) for label in target.labels] for row in rows]
        tied = [each.count(max(each)) > 1 for each in counts]
        columns[target.name] = [None if t else c.index(max(c)) for t, c in zip(tied, counts, strict=True)]
        columns[f"{target.name}_contested"] = list(tied)
        columns[f"{target.name}_soft"] = [[n / sum(each) for n in each] for each in counts]
        columns[f"{target.name}_votes"] = list(counts)
        features[target.name] = {"names": list(target.labels), "_type": "ClassLabel"}
    types = {"start": pa.int64(), "end": pa.int64(), "article_id": pa.string(), "text": pa.string()}
    for target in book.target:
        types[target.name] = pa.int64()
        types[f"{target.name}_contested"] = pa.bool_()
        types[f"{target.name}_soft"] = pa.list_(pa.float64())
        types[f"{target.name}_votes"] = pa.list_(pa.int64())
    if any(layer.name == "hedge" for layer in book.layer):
        columns["hedge_spans"] = [_cues(row, start) for row, start in zip(rows, columns["start"], strict=True)]
        types["hedge_spans"] = pa.list_(
            pa.struct({"start": pa.int64(), "end": pa.int64(), "label": pa.string(), "text": pa.string()})
        )
    schema = pa.schema([pa.field(name, types[name]) for name in columns])
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.table(columns, schema=schema.with_metadata(metadata))


CUES = {
    "may": "epistemic",
    "believe": "doxastic",
    "reportedly": "evidential",
    "approximately": "approximator",
    "If": "condition",
}
"""Words that are marked as cues, with their types."""


def _cues(row: Row, start: Any) -> list[dict[str, object]]:
    """Return the cue spans of a row whose annotators call it hedged; offsets count in the article."""
    if "yes" not in row.votes["hedged"]:
        return []
    found = [(match, CUES[match.group()]) for match in re.finditer(r"\w+", row.text) if match.group() in CUES]
    return [{"start": start + m.start(), "end": start + m.end(), "label": kind, "text": m.group()} for m, kind in found]


def _row(article: str, text: str, *, status: str | Iterable[str] = "none", hedged: str | Iterable[str] = "no") -> Row:
    """Return a row; a label is three annotators', several are one's each. *flagged* follows vote by vote."""
    by = {"status": status, "hedged": hedged}
    votes = {name: (label,) * 3 if isinstance(label, str) else tuple(label) for name, label in by.items()}
    pairs = zip(votes["status"], votes["hedged"], strict=True)
    flagged = ("yes" if s == "disputed" or (h == "yes" and s != "verified") else "no" for s, h in pairs)
    return Row(article, text, votes | {"flagged": tuple(flagged)})


def _articles(first: int, last: int) -> list[Row]:
    """Return the rows of some articles, each about its own place."""
    return [
        _row(f"a{number}", text.format(PLACES[number % len(PLACES)]), status=status, hedged=hedged)
        for number in range(first, last)
        for text, status, hedged in SENTENCES
    ]


@pytest.fixture(scope="session")
def row() -> Callable[..., Row]:
    """Make one row of a release."""
    return _row


@pytest.fixture(scope="session")
def articles() -> Callable[[int, int], list[Row]]:
    """Make the rows of some articles."""
    return _articles


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, write_release: WriteRelease) -> Path:
    """A release of ten articles: eight to train on, two to test on; one sentence is contested, one says nothing known."""
    held_out = [
        *_articles(8, 10),
        _row("a9", "It 🕊 may rain.", status=("none", "unverified", "disputed"), hedged="yes"),
        _row("a9", "漢字だけ。", status="verified"),
    ]
    return write_release(
        tmp_path_factory.mktemp("release") / "dataset", train=_articles(0, 8), validation=_articles(8, 9), test=held_out
    )


@pytest.fixture(scope="session")
def model_folder(release: Path) -> Path:
    """A model folder trained on the release, with all pieces."""
    folder = release.parent / "model"
    train(release, folder, take="stack")
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> Model:
    """The model in it."""
    return Model.load(model_folder)


@pytest.fixture(scope="session")
def hedged_folder(release: Path) -> Path:
    """A model folder trained on one of the release's targets alone."""
    folder = release.parent / "hedged"
    train(release, folder, target="hedged", take="stack")
    return folder


@pytest.fixture(scope="session")
def hedged_model(hedged_folder: Path) -> Model:
    """The model in it."""
    return Model.load(hedged_folder)
