"""Real votes with a known truth (Snow and others 2008, temporal order): each aggregator beside majority vote."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from annotate.quality.dawid_skene import DawidSkene
from annotate.quality.mace import Mace
from annotate.quality.majority_vote import MajorityVote


@pytest.fixture(scope="module")
def votes(shared: Path) -> pd.DataFrame:
    """The votes of 76 people on 462 pairs of events, with the truth."""
    data = pd.read_csv(shared / "snow2008" / "temp.standardized.tsv", sep="\t", dtype=str)
    return data.set_axis(["id", "annotator", "item", "label", "gold"], axis=1)


def test_accuracy_beside_majority(votes: pd.DataFrame) -> None:
    """Majority vote leaves 17 ties; Dawid-Skene and MACE settle them and label 435 of 462 as the truth has it."""
    gold = votes.drop_duplicates("item").set_index("item")["gold"]
    right = {}
    for model in (MajorityVote(), DawidSkene(), Mace()):
        labels = model.fit_predict(votes)
        right[type(model).__name__] = int((labels == gold.loc[labels.index]).sum())
    assert len(gold) == 462
    assert int(MajorityVote().fit_predict(votes).isna().sum()) == 17
    print({name: round(count / 462, 3) for name, count in right.items()})  # noqa: T201 - beside majority, to be read
    assert right == {"MajorityVote": 424, "DawidSkene": 435, "Mace": 435}
