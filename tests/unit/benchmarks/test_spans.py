"""F1 of spans: by tokens, exactly alike, and overlapping, with values worked out by hand."""

from __future__ import annotations

import pytest

from annotate.benchmarks.corpus import Cue
from annotate.benchmarks.spans import span_scores

TEXT = "It may well rain 🕊 soon"


def test_values_by_hand() -> None:
    """One span alike, one too short, one missed and one too many give the F1 that pencil and paper give."""
    gold = [[Cue(3, 11, "a"), Cue(12, 16, "a")], [Cue(3, 6, "b")], [Cue(0, 2, "a")]]
    found = [[Cue(3, 6, "a"), Cue(12, 16, "a")], [Cue(3, 6, "b"), Cue(19, 23, "b")], []]
    numbers = span_scores([TEXT] * 3, gold, found)
    assert numbers["token F1 of a"] == pytest.approx(2 * 2 / (4 + 2))
    assert numbers["exact F1 of a"] == pytest.approx(2 * 1 / (3 + 2))
    assert numbers["overlap F1 of a"] == pytest.approx(2 * (2 / 3) * 1 / (2 / 3 + 1))
    assert numbers["exact F1 of b"] == pytest.approx(2 * 1 / (1 + 2))
    assert numbers["overlap F1 of b"] == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert numbers["exact F1, mean of kinds"] == pytest.approx((2 / 5 + 2 / 3) / 2)
    assert numbers["token F1 of any span"] == pytest.approx(2 * 3 / (5 + 4))


def test_kind_matters_where_it_is_asked_for() -> None:
    """A span of the wrong kind is wrong by kind and right among all."""
    numbers = span_scores([TEXT], [[Cue(3, 6, "a")]], [[Cue(3, 6, "b")]])
    assert numbers["exact F1 of a"] == 0
    assert numbers["exact F1 of any span"] == 1


def test_nothing_marked() -> None:
    """Without a gold span there is no number; an empty text has no token."""
    assert span_scores(["", TEXT], [[], []], [[], []]) == {}
    assert span_scores(["", TEXT], [[], [Cue(3, 6, "a")]], [[Cue(0, 0, "a")], []])["token F1 of a"] == 0
