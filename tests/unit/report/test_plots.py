"""Plots: well-formed, named, in the page's colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from annotate.report.plots import (
    Curve,
    Interval,
    Learnt,
    Reliable,
    coverage_risk,
    intervals,
    learning,
    precision_recall,
    reliability,
)

SVG = "{http://www.w3.org/2000/svg}"
NAME = '"T" <i>'
CURVES = [Curve(label=f"c{n}", recall=[0.5, 1.0], precision=[1.0, 0.5], base_rate=0.5) for n in range(4)]
LINES = [Reliable(label=f"r{n}", probability=[0.1, 0.9], share=[0.0, 1.0], items=[3, 1]) for n in range(4)]
ROWS = [
    Interval(label="a <b> & “c”", value=0.5, low=0.25, high=0.75),
    Interval(label="🕊", value=1.0, group="control"),
]
POINTS = [Learnt(articles=2, value=0.25, low=0.1, high=0.5), Learnt(articles=4, value=0.5)]
DRAWN = {
    "intervals": lambda: intervals(ROWS, title=NAME),
    "precision_recall": lambda: precision_recall(CURVES, title=NAME),
    "reliability": lambda: reliability(LINES, title=NAME),
    "coverage_risk": lambda: coverage_risk([0.5, 1.0], [0.0, 0.25], title=NAME),
    "learning": lambda: learning(POINTS, title=NAME, metric="F1 of “yes”", model=0.75),
}


@pytest.mark.parametrize("name", DRAWN)
def test_plots_are_well_formed_and_take_the_pages_colours(name: str) -> None:
    """SVG with a name for those who do not see it, without a colour of its own, a style or an id; twice the same."""
    drawn = DRAWN[name]()
    root = ET.fromstring(drawn)  # noqa: S314 - made by ourselves
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == NAME
    assert not re.search(r"#0[1-6]0[1-6]0[1-6]|<style|<metadata|@import|https?://(?!www\.w3\.org/)", drawn)
    assert "var(--accent)" in drawn
    assert drawn == DRAWN[name]()


def test_a_plot_of_nothing_is_still_a_drawing() -> None:
    """Axes without a line."""
    assert ET.fromstring(coverage_risk([], [], title=NAME)).get("aria-label") == NAME  # noqa: S314 - made by ourselves


def test_three_lines_are_the_most_in_a_plot() -> None:
    """Three colours and dashes are what can be told apart."""
    for name, first in (("precision_recall", "c"), ("reliability", "r")):
        drawn = DRAWN[name]()
        assert f"{first}2" in drawn
        assert f"{first}3" not in drawn


def test_the_learning_curve_names_its_articles_and_the_model() -> None:
    """Ticks stand at what was trained on."""
    texts = [node.text for node in ET.fromstring(DRAWN["learning"]()).iter(f"{SVG}text")]  # noqa: S314 - our own
    assert {"2", "4", "the baseline", "TF-IDF reference", "F1 of “yes”"} <= set(texts)
    drawn = ET.fromstring(learning([Learnt(articles=2, value=1.0, low=1.0, high=1.0)], title=NAME, metric="F1"))  # noqa: S314 - our own
    marks = [use for use in drawn.iter(f"{SVG}use") if "stroke: var(--soft)" in use.get("style", "")]
    clipped = {node for group in drawn.iter(f"{SVG}g") if group.get("clip-path") for node in group.iter()}
    assert marks
    assert not clipped & set(marks)  # at 1 they stand whole
    alone = learning(POINTS[:1], title=NAME, metric="Macro F1")
    assert "the baseline" not in alone
