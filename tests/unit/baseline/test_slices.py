"""Slices: which items belong together, and the figures on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.baseline.assessment import draws
from annotate.baseline.items import Labels
from annotate.baseline.slices import MOST, OTHERS, UNKNOWN, agreement_of, columns, length_of, slices


def labels(gold: list[int], votes: list[list[int]]) -> Labels:
    """Return labels no and yes with these votes."""
    counts = np.array(votes, dtype=np.int64).reshape(-1, 2)
    soft = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return Labels(("no", "yes"), np.array(gold, dtype=np.int64), soft, counts)


def test_annotators_agree_in_one_of_five_ways() -> None:
    """All alike, most, evenly split, settled otherwise than most said, and one alone."""
    found = labels([0, 1, -1, 0, 0, 1, 0], [[3, 0], [1, 2], [1, 1], [1, 2], [1, 0], [1, 1], [0, 0]])
    expected = ["unanimous", "majority", "contested", "adjudicated", "one vote", "adjudicated", "one vote"]
    assert agreement_of(found) == expected


def test_lengths_are_told_in_bands() -> None:
    """The upper bound belongs to the band; an empty text is short."""
    assert [length_of("🕊 " * n) for n in (0, 10, 11, 20, 21, 30, 31)] == [
        "1 to 10 words",
        "1 to 10 words",
        "11 to 20 words",
        "11 to 20 words",
        "21 to 30 words",
        "21 to 30 words",
        "31 words and more",
    ]


def test_figures_on_slices_by_hand() -> None:
    """Of outlet a, one of two positives is found; of outlet b nothing has a majority, and only votes are met."""
    known = labels([1, 1, -1], [[0, 2], [0, 2], [1, 1]])
    values = {"outlet": ["🕊 a", "🕊 a", "b"]}
    found = list(slices(known, "yes", np.array([1, 0, 1]), np.array([0, 1, 2]), draws(3), values))
    assert [(one.by, one.name, one.items, one.used, one.articles) for one in found] == [
        ("outlet", "🕊 a", 2, 2, 2),
        ("outlet", "b", 1, 0, 1),
        ("agreement", "unanimous", 2, 2, 2),
        ("agreement", "contested", 1, 0, 1),
    ]
    first, second = found[:2]
    assert first.f1.value == pytest.approx(2 / 3)
    assert first.accuracy.value == first.agreement.value == 1 / 2
    assert first.human.value == 1
    assert first.accuracy.low is not None
    assert second.f1.undefined == "no item is labelled or predicted 'yes'"
    assert second.accuracy.undefined == "no item has a majority label"
    assert (second.agreement.value, second.human.value, second.agreement.low) == (0.5, 0.0, None)


def test_of_many_labels_slices_have_macro_f1() -> None:
    """Where no label is the positive one: (1 + 0) / 2 here."""
    found = next(slices(labels([0, 1], [[1, 0], [0, 1]]), None, np.array([0, 0]), np.array([0, 0]), draws(1), {}))
    assert found.name == "one vote"
    assert found.f1.value == pytest.approx((2 / 3 + 0) / 2)
    assert found.human.undefined == "no item has two votes"


def test_rare_values_are_put_together() -> None:
    """The commonest keep their names; one value too many is no reason to hide it behind another name."""
    for n_values, expected in ((MOST + 1, MOST + 1), (MOST + 3, MOST + 1)):
        names = ["a", *(f"o{n:02}" for n in range(n_values - 1)), "a"]
        known = labels([0] * len(names), [[2, 0]] * len(names))
        rows = np.zeros(len(names), dtype=np.int64)
        found = [one for one in slices(known, "yes", rows, rows, draws(1), {"outlet": names}) if one.by == "outlet"]
        assert len(found) == expected
        assert found[0].name == "a"
        assert (found[-1].name == OTHERS) == (n_values > MOST + 1)
        assert sum(one.items for one in found) == len(names)


def test_columns_are_read_where_a_release_has_them(release: Path, tmp_path: Path) -> None:
    """The bare release has none; what is empty is said to be unnamed; a file of another length says nothing."""
    assert columns(release, "test", 16) == {}
    shutil.copytree(release, tmp_path / "d")
    path = tmp_path / "d" / "sentences" / "test-00000-of-00001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.append_column("topic", pa.array(["floods 🕊", None] * 8)), path)
    assert columns(tmp_path / "d", "test", 16) == {"topic": ["floods 🕊", UNKNOWN] * 8}
    assert columns(tmp_path / "d", "test", 15) == columns(tmp_path / "d", "none", 0) == {}
