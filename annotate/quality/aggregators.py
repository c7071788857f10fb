"""The aggregators by name, and the beliefs that one of them holds of a table of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from annotate.errors import UsageError
from annotate.quality.coincidence import Floats
from annotate.quality.dawid_skene import DawidSkene
from annotate.quality.items import LabelTable
from annotate.quality.mace import Mace
from annotate.quality.majority_vote import MajorityVote

if TYPE_CHECKING:
    import pandas as pd


class Aggregator(Protocol):
    """What makes one label of several votes.

    Attributes:
        labels_: label by item; none where it is contested.
        probas_: items by labels; rows sum to 1.
        skills_: by annotator, in [0, 1].
    """

    labels_: pd.Series
    probas_: pd.DataFrame
    skills_: pd.Series

    def fit(self, data: pd.DataFrame) -> Self:
        """Learn from one row a vote, with the columns ``item``, ``annotator`` and ``label``."""


NAMES = ("majority", "dawid-skene", "mace")


def aggregator(name: str, seed: int = 0) -> Aggregator:
    """Return a new aggregator.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in NAMES:
        message = f"there is no aggregator {name!r}"
        raise UsageError(message, hint=f"there are {', '.join(NAMES)}")
    made: dict[str, Any] = {"majority": MajorityVote, "dawid-skene": DawidSkene, "mace": lambda: Mace(seed=seed)}
    found: Aggregator = made[name]()
    return found


def believed(table: LabelTable, target: str, model: Aggregator) -> Floats:
    """Return an aggregator's shares of a target's labels, fitted on a table ``(n_items, n_labels)``.

    Labels stand in the codebook's order; an item without votes has nan.
    """
    import pandas as pd

    names = table.names[target]
    data = pd.DataFrame(
        {
            "item": table.item,
            "annotator": np.array(table.annotators, dtype=object)[table.annotator],
            "label": np.array(names, dtype=object)[table.labels[target]],
        }
    )
    shares = model.fit(data).probas_
    found = np.full((len(table.extents), len(names)), np.nan)
    found[shares.index] = 0
    for name in shares.columns:
        found[shares.index, names.index(name)] = shares[name]
    return found
