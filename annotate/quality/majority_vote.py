"""Majority vote: the label that more annotators gave than any other; ties stay ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

import numpy as np

from annotate.quality.label_frame import Coded

if TYPE_CHECKING:
    import pandas as pd


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
        skills_: share of each annotator's votes that are the majority's, contested items left out; nan without any.
    """

    labels_: pd.Series
    probas_: pd.DataFrame
    skills_: pd.Series

    def fit(self, data: pd.DataFrame) -> Self:
        """Count the votes.

        Args:
            data: one row a vote, with the columns ``item``, ``annotator`` and ``label``.

        Raises:
            DataError: a column is missing, a cell is empty, or an annotator voted twice on an item.
        """
        import pandas as pd

        votes = Coded.of(data)
        shares = votes.shares()
        self.probas_, self.labels_ = votes.frame(shares), votes.best(shares)
        settled = self.labels_.notna().to_numpy()[votes.item]
        right = settled & (shares.argmax(axis=1)[votes.item] == votes.label) if len(shares) else settled
        people = len(votes.annotators)
        own = np.bincount(votes.annotator, weights=settled, minlength=people)
        hits = np.bincount(votes.annotator, weights=right, minlength=people)
        skills = np.divide(hits, own, out=np.full(people, np.nan), where=own > 0)
        self.skills_ = pd.Series(skills, index=votes.annotators, dtype=np.float64)
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
