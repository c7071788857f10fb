"""The items of a public corpus, in the order of its documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.items import Ints, Items, Labels
from annotate.errors import DataError
from annotate.files import opened


class Cue(NamedTuple):
    """A marked span of a sentence; offsets count code points in it, half-open."""

    start: int
    end: int
    kind: str


class Row(NamedTuple):
    """A sentence as an adapter reads it; the label is None where the corpus gives none."""

    document: str
    text: str
    label: str | None
    cues: tuple[Cue, ...] = ()
    title: bool = False


@dataclass(frozen=True)
class Corpus:
    """A corpus's sentences.

    Attributes:
        items: texts, documents (as ``articles``) and labels, in the form of a release's split. Offsets count in the
            document's sentences joined by a newline each.
        cues: marked spans of each sentence.
        titles: which sentences are titles or headings ``(n_items,)``.
    """

    items: Items
    target: str
    cues: tuple[tuple[Cue, ...], ...]
    titles: NDArray[np.bool_]

    @property
    def labels(self) -> Labels:
        """The labels of the corpus's one target."""
        return self.items.targets[self.target]

    @property
    def gold(self) -> Ints:
        """Index of each item's label, -1 where the corpus gives none ``(n_items,)``."""
        return self.labels.gold

    def __len__(self) -> int:
        """Return how many sentences there are."""
        return len(self.items.texts)

    def relabelled(self, gold: Sequence[int]) -> Corpus:
        """Return the same sentences with other labels of the same names."""
        labels = _labels(self.labels.names, np.asarray(gold, dtype=np.int64))
        return replace(self, items=replace(self.items, targets={self.target: labels}))

    def named(self, target: str) -> Corpus:
        """Return the same under another name of its target."""
        return replace(self, target=target, items=replace(self.items, targets={target: self.labels}))


def corpus(split: str, target: str, names: tuple[str, ...], rows: Iterable[Row], where: str) -> Corpus:
    """Return rows as a corpus.

    Args:
        split: what the rows are called: ``train`` or ``test``.
        target: what is labelled.
        names: its labels.
        rows: the sentences, those of a document one after another.
        where: what an error names.

    Raises:
        DataError: there is no sentence, or a label is none of the names.
    """
    found = list(rows)
    if not found:
        message = "no sentence in it"
        raise DataError(message, where=where, hint="name the corpus's own file")
    numbers = {name: number for number, name in enumerate(names)}
    for row in found:
        if row.label is not None and row.label not in numbers:
            message = f"label {row.label!r} is none of {', '.join(names)}"
            raise DataError(message, where=where, hint="name the corpus's own file")
    starts, ends, reached = [], [], dict.fromkeys((row.document for row in found), 0)
    for row in found:
        starts.append(reached[row.document])
        ends.append(starts[-1] + len(row.text))
        reached[row.document] = ends[-1] + 1
    gold = np.array([-1 if row.label is None else numbers[row.label] for row in found], dtype=np.int64)
    items = Items(
        split=split,
        articles=tuple(row.document for row in found),
        starts=tuple(starts),
        ends=tuple(ends),
        texts=tuple(row.text for row in found),
        targets={target: _labels(names, gold)},
    )
    titles = np.array([row.title for row in found], dtype=np.bool_)
    return Corpus(items, target, tuple(row.cues for row in found), titles)


def joined(parts: Sequence[Corpus]) -> Corpus:
    """Return several corpora of the same target and labels as one, one after another."""
    first = parts[0]
    items = Items(
        split=first.items.split,
        articles=tuple(article for part in parts for article in part.items.articles),
        starts=tuple(start for part in parts for start in part.items.starts),
        ends=tuple(end for part in parts for end in part.items.ends),
        texts=tuple(text for part in parts for text in part.items.texts),
        targets={first.target: _labels(first.labels.names, np.concatenate([part.gold for part in parts]))},
    )
    cues = tuple(cues for part in parts for cues in part.cues)
    return Corpus(items, first.target, cues, np.concatenate([part.titles for part in parts]))


def _labels(names: tuple[str, ...], gold: Ints) -> Labels:
    known = gold >= 0
    votes = np.zeros((len(gold), len(names)), dtype=np.int64)
    votes[known, gold[known]] = 1
    soft = np.where(known[:, None], votes.astype(np.float64), 1 / len(names))
    return Labels(names, gold, soft, votes)


def read_text(path: Path) -> str:
    """Return a file's text as it is: its line ends too, since offsets count them; a byte order mark is left away.

    Raises:
        StorageError: it cannot be opened or read.
        DataError: it is not UTF-8.
    """
    with opened(path) as stream:
        raw = stream.read()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}"
        raise DataError(message, where=str(path), hint="name the corpus's own file") from error
