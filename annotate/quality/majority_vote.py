"""Majority vote: the label that more annotators gave than any other; ties stay ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

import numpy as np

from annotate.errors import DataError
from annotate.quality.coincidence import label_counts

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("item", "annotator", "label")


def majority(votes: Mapping[str, str]) -> str | None:
    """Return the label with more votes than every other, of annotator → label; none where there is no such label.

    >>> majority({"a": "yes", "b": "no", "c": "yes"})
    'yes'
    >>> majority({"a": "yes", "b": "no"}) is None
    True
    """
    ranked = Counter(votes.values()).most_common(2)
    return ranked[0][0] if len(ranked) == 1 or (ranked and ranked[0][1] > ranked[1][1]) else None


class MajorityVote:
    """The majority's label of every item of a table of labels.

    Attributes:
        labels_: label by item; none where it is contested.
        probas_: share of the votes, items by labels, both sorted; rows sum to 1.
    """

    labels_: pd.Series
    probas_: pd.DataFrame

    def fit(self, data: pd.DataFrame) -> Self:
        """Count the votes.

        Args:
            data: one row a vote, with the columns ``item``, ``annotator`` and ``label``.

        Raises:
            DataError: a column is missing, a cell is empty, or an annotator voted twice on an item.
        """
        import pandas as pd

        if missing := [name for name in COLUMNS if name not in data.columns]:
            message = f"a table of labels has no column {missing[0]!r}"
            raise DataError(message, hint=f"it needs {', '.join(COLUMNS)}")
        votes = data[list(COLUMNS)]
        if votes.isna().to_numpy().any():
            message = "a table of labels has an empty cell"
            raise DataError(message, hint="leave out the rows of items that an annotator did not label")
        if votes.duplicated(["item", "annotator"]).any():
            message = "an annotator voted twice on an item"
            raise DataError(message, hint="keep one row an item and annotator")
        item, items = pd.factorize(votes["item"], sort=True)
        label, labels = pd.factorize(votes["label"], sort=True)
        counts = label_counts(item.astype(np.int64), label.astype(np.int64), len(items), len(labels))
        self.probas_ = pd.DataFrame(counts / counts.sum(axis=1, keepdims=True), index=items, columns=labels)
        best = np.array(labels, dtype=object)[counts.argmax(axis=1)] if len(items) else np.empty(0, dtype=object)
        best[(counts == counts.max(axis=1, initial=0, keepdims=True)).sum(axis=1) > 1] = None
        self.labels_ = pd.Series(best, index=items, dtype=object)
        return self

    def predict(self, data: pd.DataFrame) -> pd.Series:
        """Return the majority's label of every item of another table; nothing is learnt from the first."""
        return MajorityVote().fit(data).labels_

    def predict_proba(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the share of the votes of another table."""
        return MajorityVote().fit(data).probas_

    def fit_predict(self, data: pd.DataFrame) -> pd.Series:
        """Count the votes and return the majority's labels."""
        return self.fit(data).labels_
