"""A table of labels, checked and turned into integer codes: what every aggregator counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from annotate.errors import DataError
from annotate.quality.coincidence import Floats, label_counts
from annotate.quality.items import Codes

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("item", "annotator", "label")
TIED = 1e-9
"""Two shares that differ by less are a tie."""


@dataclass(frozen=True)
class Coded:
    """One row a vote, as integer codes into sorted names.

    Attributes:
        items: name of each item; likewise `annotators` and `labels`.
        item: item code of each vote ``(n_votes,)``; likewise `annotator` and `label`.
    """

    items: pd.Index
    annotators: pd.Index
    labels: pd.Index
    item: Codes
    annotator: Codes
    label: Codes

    @classmethod
    def of(cls, data: pd.DataFrame) -> Self:
        """Return the codes of a table with the columns ``item``, ``annotator`` and ``label``.

        Raises:
            DataError: a column is missing, a cell is empty, or an annotator voted twice on an item.
        """
        import pandas as pd

        if missing := [name for name in COLUMNS if name not in data.columns]:
            message = f"a table of labels has no column {missing[0]!r}"
            raise DataError(message, hint=f"it needs {', '.join(COLUMNS)}")
        coded = [pd.factorize(data[name], sort=True) for name in COLUMNS]
        if any((codes < 0).any() for codes, _ in coded):
            message = "a table of labels has an empty cell"
            raise DataError(message, hint="leave out the rows of items that an annotator did not label")
        (item, items), (annotator, annotators), (label, labels) = coded
        item, annotator = item.astype(np.int64), annotator.astype(np.int64)
        votes = np.sort(item * len(annotators) + annotator)
        if (votes[1:] == votes[:-1]).any():
            message = "an annotator voted twice on an item"
            raise DataError(message, hint="keep one row an item and annotator")
        return cls(pd.Index(items), pd.Index(annotators), pd.Index(labels), item, annotator, label.astype(np.int64))

    @property
    def counts(self) -> Codes:
        """How many votes each label has on each item ``(n_items, n_labels)``."""
        return label_counts(self.item, self.label, len(self.items), len(self.labels))

    def shares(self) -> Floats:
        """Return the share of the votes that each label has on each item ``(n_items, n_labels)``; rows sum to 1."""
        counts = self.counts
        shares: Floats = counts / counts.sum(axis=1, keepdims=True)
        return shares

    def best(self, shares: Floats) -> pd.Series:
        """Return the label with the greatest share of every item; none where two are the greatest."""
        import pandas as pd

        if not len(shares):
            return pd.Series([], index=self.items, dtype=object)
        best = np.array(self.labels, dtype=object)[shares.argmax(axis=1)]
        best[(shares > shares.max(axis=1, keepdims=True) - TIED).sum(axis=1) > 1] = None
        return pd.Series(best, index=self.items, dtype=object)

    def frame(self, shares: Floats) -> pd.DataFrame:
        """Return shares with the names of the items and labels."""
        import pandas as pd

        return pd.DataFrame(shares, index=self.items, columns=self.labels)

    def under(self, annotators: pd.Index, labels: pd.Index) -> tuple[Codes, Codes]:
        """Return the annotator and label codes of each vote among the names that a model was fitted with.

        Raises:
            DataError: an annotator or a label was not among them.
        """
        who, what = annotators.get_indexer(self.annotators), labels.get_indexer(self.labels)
        for codes, names, kind in ((who, self.annotators, "annotator"), (what, self.labels, "label")):
            if (codes < 0).any():
                message = f"{kind} {names[int((codes < 0).argmax())]!r} was not in the table that this was fitted on"
                raise DataError(message, hint="fit it on a table that has all annotators and labels")
        return who[self.annotator].astype(np.int64), what[self.label].astype(np.int64)
