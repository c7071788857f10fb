"""What one label is of, and the table of labels: item, annotator, label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate.codebook import Codebook
from annotate.quality.labelled import Labelled
from annotate.records import Annotation, Article, Extent

if TYPE_CHECKING:
    import pandas as pd

Codes = NDArray[np.int64]


def items(article: Article, codebook: Codebook) -> tuple[Extent, ...]:
    """Return what is labelled in an article: its read sentences, or its whole text; nothing where it is empty."""
    if codebook.item == "sentence":
        return tuple(article.read_sentences(codebook.read))
    return (Extent(start=0, end=len(article.text)),) if article.text else ()


def votes(annotations: Sequence[Annotation], of: Iterable[Extent], codebook: Codebook) -> list[dict[str, str] | None]:
    """Return target → label for each item, as the codebook decides from one annotator's work; none for an item not shown.

    What counts for an item are the spans that share a character with it, and the decisions on the task that showed it.
    """
    return [_vote([one for one in annotations if one.item is None or one.item == item], item, codebook) for item in of]


def _vote(showing: Sequence[Annotation], item: Extent, codebook: Codebook) -> dict[str, str] | None:
    if not showing:
        return None
    spans = [span for annotation in showing for span in annotation.spans if span.overlaps(item)]
    decisions = {name: values for annotation in showing for name, values in annotation.decisions.items()}
    return codebook.decide(spans, decisions).labels


@dataclass(frozen=True)
class LabelTable:
    """One row a vote, as integer codes; an annotator votes once on an item.

    Attributes:
        articles: id of each article.
        extents: each item's (article code, start, end), in the order of the articles.
        annotators: name of each annotator, sorted.
        names: target → its labels, in the codebook's order.
        item: item code of each vote ``(n_votes,)``, never falling.
        annotator: annotator code of each vote ``(n_votes,)``.
        labels: target → label code of each vote ``(n_votes,)``.
    """

    articles: tuple[str, ...]
    extents: tuple[tuple[int, int, int], ...]
    annotators: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    item: Codes
    annotator: Codes
    labels: dict[str, Codes]

    @property
    def article(self) -> Codes:
        """Article code of each item ``(n_items,)``."""
        return np.array([extent[0] for extent in self.extents], dtype=np.int64)

    def frame(self, target: str) -> pd.DataFrame:
        """Return the votes on a target with the columns ``item`` (``article:start-end``), ``annotator``, ``label``."""
        import pandas as pd

        names = [f"{self.articles[article]}:{start}-{end}" for article, start, end in self.extents]
        columns = {
            "item": (self.item, names),
            "annotator": (self.annotator, self.annotators),
            "label": (self.labels[target], self.names[target]),
        }
        return pd.DataFrame({name: np.array(of, dtype=object)[codes] for name, (codes, of) in columns.items()})


def label_table(stream: Iterable[Labelled], codebook: Codebook) -> LabelTable:
    """Return the votes of all annotators on all items of these articles."""
    names = {name: target.labels for name, target in codebook.targets().items()}
    code = {name: {label: number for number, label in enumerate(labels)} for name, labels in names.items()}
    articles: list[str] = []
    extents: list[tuple[int, int, int]] = []
    rows: list[tuple[int, str]] = []
    labels: dict[str, list[int]] = {name: [] for name in names}
    for found in stream:
        of = items(found.article, codebook)
        by_annotator = {name: votes(own, of, codebook) for name, own in found.by_annotator().items()}
        for position, item in enumerate(of):
            for annotator, voted in by_annotator.items():
                vote = voted[position]
                if vote is None:
                    continue
                rows.append((len(extents), annotator))
                for name, label in vote.items():
                    labels[name].append(code[name][label])
            extents.append((len(articles), item.start, item.end))
        articles.append(found.article.id)
    annotators = tuple(sorted({name for _, name in rows}))
    numbers = {name: number for number, name in enumerate(annotators)}
    return LabelTable(
        articles=tuple(articles),
        extents=tuple(extents),
        annotators=annotators,
        names=names,
        item=np.array([item for item, _ in rows], dtype=np.int64),
        annotator=np.array([numbers[name] for _, name in rows], dtype=np.int64),
        labels={name: np.array(values, dtype=np.int64) for name, values in labels.items()},
    )
