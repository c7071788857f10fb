"""Intervals over articles."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.quality import bootstrap
from annotate.quality.bootstrap import Interval, interval, resampled


def test_whole_articles_are_drawn() -> None:
    """Of two articles a resample holds one twice or each once, with the chances 1/4, 1/2 and 1/4."""
    found = resampled(np.array([[1.0, 10.0], [100.0, 20.0]]), resamples=4000, seed=7)
    values, counts = np.unique(found, axis=0, return_counts=True)
    assert values.tolist() == [[2, 20], [101, 30], [200, 40]]
    assert counts / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_the_seed_decides() -> None:
    """The same seed draws the same, another seed draws otherwise, and holding fewer draws at once changes nothing."""
    sums = np.arange(30.0).reshape(10, 3)
    one = resampled(sums, resamples=50, seed=1)
    assert (one == resampled(sums, resamples=50, seed=1)).all()
    assert not (one == resampled(sums, resamples=50, seed=2)).all()
    assert resampled(sums, resamples=0, seed=1).shape == (0, 3)


def test_memory_is_bounded_by_drawing_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws made in parts are the draws made at once."""
    sums = np.arange(30.0).reshape(10, 3)
    whole = resampled(sums, resamples=50, seed=1)
    monkeypatch.setattr(bootstrap, "CELLS", 70)
    assert (whole == resampled(sums, resamples=50, seed=1)).all()


def test_an_interval_is_its_quantiles() -> None:
    """Of 0, 1, …, 200 the middle 95 % lie between 5 and 195."""
    assert interval(np.arange(201.0), 9) == Interval(low=5, high=195, level=0.95, resamples=201)


def test_few_undefined_resamples_are_left_out_and_many_are_a_reason() -> None:
    """Up to one in twenty may be undefined, and the interval says how many it rests on."""
    values = np.arange(100.0)
    values[:5] = np.nan
    found = interval(values, 9)
    assert isinstance(found, Interval)
    assert found.resamples == 95
    values[5] = np.nan
    assert interval(values, 9) == "undefined in 6 of 100 resamples"


def test_no_interval_has_a_reason() -> None:
    """One article and no resamples are told apart."""
    assert interval(np.arange(5.0), 1) == "all items come from one article"
    assert interval(np.empty(0), 2) == "no resamples were asked for"
