"""What one label is of, and the table of labels: item, annotator, label."""

from __future__ import annotations

from collections.abc import Iterable
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


def votes(annotation: Annotation, of: Iterable[Extent], codebook: Codebook) -> list[dict[str, str]]:
    """Return target → label for each item, as the codebook decides from this annotation.

    What counts for an item are the spans that share a character with it, and the decisions on the task.
    """
    return [
        codebook.decide([span for span in annotation.spans if span.overlaps(item)], annotation.decisions).labels
        for item in of
    ]


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
        by_annotator = [votes(annotation, of, codebook) for annotation in found.annotations]
        for position, item in enumerate(of):
            for annotation, voted in zip(found.annotations, by_annotator, strict=True):
                rows.append((len(extents), annotation.annotator))
                for name, label in voted[position].items():
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
