"""Dawid and Skene: a step by hand, the same posterior as crowd-kit's, and what it does with other tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene as CrowdKit

from annotate.errors import DataError
from annotate.quality.dawid_skene import DawidSkene

Table = Callable[[dict[str, dict[str, str]]], pd.DataFrame]
Simulated = Callable[..., tuple[pd.DataFrame, pd.Series]]


def test_a_step_by_hand(table: Table) -> None:
    """Two votes for x, and one each for x and y: shares 1, 0 and .5, .5 give b's matrix thirds, and the tie stays."""
    model = DawidSkene(iterations=1).fit(table({"🎉": {"a": "x", "b": "x"}, "2": {"a": "x", "b": "y"}}))
    assert model.priors_.to_dict() == pytest.approx({"x": 0.75, "y": 0.25})
    assert model.errors_.loc[("b", "x"), "x"] == pytest.approx(2 / 3)
    assert model.errors_.loc[("b", "y")].tolist() == pytest.approx([1 / 3, 1])
    assert model.probas_.loc["2"].tolist() == pytest.approx([0.5, 0.5])
    assert model.labels_.to_dict() == {"2": None, "🎉": "x"}
    assert model.skills_.to_dict() == pytest.approx({"a": 0.75, "b": 0.75})
    # each item's two labels add up to .5 under the start, .75 * 2/3 and .25 + .25, over four votes
    assert model.log_likelihood_ == pytest.approx(2 * np.log(0.5) / 4)


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")  # crowd-kit's, of pandas to come
@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_posterior_as_crowd_kit(seed: int, simulated: Simulated) -> None:
    """After as many steps both believe the same of every item, annotator and label."""
    data, _ = simulated(seed=seed)
    ours = DawidSkene(iterations=15, tolerance=-1).fit(data)
    theirs = CrowdKit(n_iter=15, tol=-1).fit(data.rename(columns={"item": "task", "annotator": "worker"}))
    assert theirs.probas_ is not None
    assert np.allclose(ours.probas_, theirs.probas_.sort_index()[ours.probas_.columns], atol=1e-7)
    assert np.allclose(ours.priors_, theirs.priors_[ours.priors_.index])
    assert theirs.errors_ is not None
    assert np.allclose(ours.errors_.loc[theirs.errors_.index, theirs.errors_.columns], theirs.errors_, atol=1e-6)
    assert (ours.labels_ == theirs.labels_.sort_index()).all()


def test_it_beats_the_majority_where_annotators_differ(simulated: Simulated) -> None:
    """It finds more true labels than the votes' shares, stops by itself, and ranks the annotators by what they got right."""
    data, truth = simulated(items=1500)
    model = DawidSkene().fit(data)
    shares = data.groupby("item")["label"].agg(lambda own: own.mode()[0])
    assert (model.labels_ == truth).mean() > (shares == truth).mean()
    assert model.iterations_ < 100
    right = (data["label"].to_numpy() == truth[data["item"]].to_numpy()).astype(float)
    assert model.skills_.corr(pd.Series(right).groupby(data["annotator"]).mean()) > 0.9


def test_another_table_by_the_same_annotators(table: Table, simulated: Simulated) -> None:
    """What was learnt is used on new items; strangers are refused."""
    data, _ = simulated()
    model = DawidSkene().fit(data)
    assert np.allclose(model.predict_proba(data), model.probas_, atol=1e-3)
    assert (model.predict(data) == model.labels_).all()
    assert model.fit_predict(data).equals(model.labels_)
    with pytest.raises(DataError, match="annotator 'stranger' was not in the table"):
        model.predict(table({"1": {"stranger": "none"}}))
    with pytest.raises(DataError, match="label 'new' was not in the table"):
        model.predict_proba(table({"1": {"p01": "new"}}))


def test_edges(table: Table) -> None:
    """An empty table gives empty results; one annotator, or unanimity, is believed."""
    assert DawidSkene().fit(table({})).labels_.empty
    assert DawidSkene().fit_predict(table({"1": {"a": "x"}, "2": {"a": "y"}})).to_dict() == {"1": "x", "2": "y"}
    assert DawidSkene().fit_predict(table({"1": {"a": "x", "b": "x"}})).to_dict() == {"1": "x"}
