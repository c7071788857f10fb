"""Majority vote: one record at a time and over a table, ties kept."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import DataError
from annotate.quality.majority_vote import MajorityVote, majority

VOTES = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.sampled_from(["x", "y", "z"]), min_size=1)


def frame(items: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Return a table of labels, of item → annotator → label."""
    rows = [(item, annotator, label) for item, votes in items.items() for annotator, label in votes.items()]
    return pd.DataFrame(rows, columns=["item", "annotator", "label"])


def test_by_hand() -> None:
    """Two of three win, one of two is a tie, and the shares are the votes'."""
    data = frame({"1": {"a": "x", "b": "y", "c": "x"}, "2": {"a": "x", "b": "y"}, "3": {"c": "y"}})
    model = MajorityVote()
    assert model.fit_predict(data).to_dict() == {"1": "x", "2": None, "3": "y"}
    assert model.probas_.loc["1"].to_dict() == pytest.approx({"x": 2 / 3, "y": 1 / 3})
    assert model.probas_.loc["2"].to_dict() == {"x": 0.5, "y": 0.5}
    assert model.predict(data).equals(model.labels_)
    assert model.predict_proba(data).equals(model.probas_)


@given(st.dictionaries(st.text("12345", min_size=1, max_size=2), VOTES, min_size=1))
def test_the_table_and_the_record_agree(items: dict[str, dict[str, str]]) -> None:
    """The vectorised form gives each item what `majority` gives its votes."""
    assert MajorityVote().fit_predict(frame(items)).to_dict() == {i: majority(votes) for i, votes in items.items()}


def test_no_votes_have_no_majority() -> None:
    """An empty table gives empty results, no votes give none."""
    assert MajorityVote().fit_predict(frame({})).empty
    assert majority({}) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pd.DataFrame({"item": ["1"], "worker": ["a"], "label": ["x"]}), "no column 'annotator'"),
        (pd.DataFrame({"item": ["1"], "annotator": ["a"], "label": [None]}), "empty cell"),
        (pd.DataFrame({"item": ["1", "1"], "annotator": ["a", "a"], "label": ["x", "y"]}), "voted twice"),
    ],
)
def test_a_wrong_table_is_refused(data: pd.DataFrame, said: str) -> None:
    """What would be counted wrongly is an error."""
    with pytest.raises(DataError, match=said):
        MajorityVote().fit(data)
