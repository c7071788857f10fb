"""MACE: a step by hand, the same posterior as crowd-kit's from the same beginning, and runs from several."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from crowdkit.aggregation import MACE as CrowdKit  # noqa: N811 - an acronym

from annotate.errors import DataError
from annotate.quality.mace import Belief, Mace

Table = Callable[[dict[str, dict[str, str]]], pd.DataFrame]
Simulated = Callable[..., tuple[pd.DataFrame, pd.Series]]


def test_a_step_by_hand(table: Table) -> None:
    """Who guesses half the time, and then evenly, says the true label with .75: two against one make 3 to 1."""
    model = Mace(iterations=0)
    model.fit_from(
        table({"🎉": {"a": "x", "b": "x", "c": "y"}}),
        lambda _, __: [Belief(np.full((3, 2), 0.5), np.full((3, 2), 0.5))],
    )
    assert model.probas_.loc["🎉"].tolist() == pytest.approx([0.75, 0.25])
    assert model.labels_.to_dict() == {"🎉": "x"}
    assert model.skills_.to_dict() == {"a": 0.5, "b": 0.5, "c": 0.5}
    assert model.log_likelihood_ == pytest.approx(np.log((0.75**2 * 0.25 + 0.25**2 * 0.75) / 2) / 3)


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")  # crowd-kit's, of pandas to come
@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_posterior_as_crowd_kit(seed: int, simulated: Simulated) -> None:
    """From crowd-kit's own beginning, as many steps lead to the same belief in every item and annotator."""
    data, _ = simulated(seed=seed)

    def start(people: int, labels: int) -> list[Belief]:
        drawn = [scipy.stats.uniform(1, 1.5).rvs(size=(people, n), random_state=seed) for n in (2, labels)]
        return [Belief(*(one / one.sum(axis=1, keepdims=True) for one in drawn))]

    ours = Mace(iterations=20).fit_from(data, start)
    theirs = CrowdKit(n_restarts=1, n_iter=20, random_state=seed).fit(
        data.rename(columns={"item": "task", "annotator": "worker"})
    )
    assert theirs.probas_ is not None
    assert np.allclose(ours.probas_, theirs.probas_[ours.probas_.columns], atol=1e-10)
    assert np.allclose(ours.skills_, theirs.spamming_[:, 1] / theirs.spamming_.sum(axis=1))


def test_runs_repeat_and_the_likeliest_counts(simulated: Simulated) -> None:
    """The same seed finds the same, and more runs are never less likely."""
    data, truth = simulated()
    one, more = Mace(restarts=1).fit(data), Mace(restarts=4).fit(data)
    assert Mace(restarts=4).fit(data).probas_.equals(more.probas_)
    assert more.log_likelihood_ >= one.log_likelihood_
    assert (more.labels_ == truth).mean() > 0.85
    assert np.allclose(more.habits_.sum(axis=1), 1)


def test_a_guesser_is_found(table: Table) -> None:
    """Who says the same of everything has the least skill."""
    truth = {str(n): "xyz"[n % 3] for n in range(60)}
    data = table({item: {"a": label, "b": label, "c": label, "lazy": "x"} for item, label in truth.items()})
    model = Mace().fit(data)
    assert model.labels_.to_dict() == truth
    assert model.skills_.idxmin() == "lazy"
    assert model.habits_.loc["lazy"].idxmax() == "x"


def test_another_table_and_edges(table: Table, simulated: Simulated) -> None:
    """New items by the same annotators are labelled, strangers refused; an empty table gives empty results."""
    data, _ = simulated()
    model = Mace(restarts=2).fit(data)
    assert np.allclose(model.predict_proba(data), model.probas_)
    assert (model.predict(data) == model.labels_).all()
    assert model.fit_predict(data).equals(model.labels_)
    with pytest.raises(DataError, match="annotator 'stranger' was not in the table"):
        model.predict(table({"1": {"stranger": "none"}}))
    assert Mace().fit(table({})).labels_.empty
    assert Mace().fit_predict(table({"1": {"a": "x"}})).to_dict() == {"1": "x"}
