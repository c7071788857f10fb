"""Plots as SVG text that takes its colours from the page, so that it follows light and dark.

Matplotlib draws with stand-in colours; each is then replaced by a CSS variable of the page.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VARIABLES = {
    "#010101": "var(--ink)",
    "#020202": "var(--soft)",
    "#030303": "var(--line)",
    "#040404": "var(--accent)",
    "#050505": "var(--warm)",
    "#060606": "var(--cool)",
}
INK, SOFT, LINE, ACCENT, WARM, COOL = VARIABLES
PAGE_WIDE = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>| id=\"[a-z]+_\d+\"", re.DOTALL)
"""What would reach beyond the drawing in a page: names of remote vocabularies, style rules, ids that repeat."""
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "reportedly",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


class Interval(msgspec.Struct, frozen=True):
    """One number with its interval, as drawn: a dot and a whisker.

    Attributes:
        low: lower end; None where there is no interval.
        group: which colour it takes: ``main`` or ``control``.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    group: str = "main"


class Curve(msgspec.Struct, frozen=True):
    """Points of a precision-recall curve, recall ascending, both in [0, 1].

    Each precision holds from the recall before it up to its own, so that the area under the steps is the average precision.
    """

    label: str
    recall: Sequence[float]
    precision: Sequence[float]
    base_rate: float


class Reliable(msgspec.Struct, frozen=True):
    """How often a label is right at each probability that it is given.

    Attributes:
        probability: mean of each bin, ascending; `share`: how many of its items have the label; `items`: how many it holds.
    """

    label: str
    probability: Sequence[float]
    share: Sequence[float]
    items: Sequence[int]


class Learnt(msgspec.Struct, frozen=True):
    """One point of a learning curve.

    Attributes:
        articles: trained on; `value`: what that gives, with its interval where there is one.
    """

    articles: int
    value: float
    low: float | None = None
    high: float | None = None


def intervals(rows: Sequence[Interval], *, title: str, limits: tuple[float, float] = (0.0, 1.0)) -> str:
    """Return a dot and whisker a row, top to bottom, as SVG."""
    with drawing(4.6, 0.5 + 0.36 * len(rows), title) as (figure, axes):
        for height, row in zip(range(len(rows), 0, -1), rows, strict=True):
            colour = ACCENT if row.group == "main" else SOFT
            if row.low is not None and row.high is not None:
                axes.plot([row.low, row.high], [height, height], color=colour, linewidth=2, clip_on=False)
            marker = "o" if row.group == "main" else "D"
            axes.plot([row.value], [height], marker, color=colour, markersize=6, clip_on=False, zorder=3)
        axes.set_yticks(range(len(rows), 0, -1), [row.label for row in rows])
        axes.set_ylim(0.4, len(rows) + 0.6)
        axes.set_xlim(*limits)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", pad=9)
        axes.spines["left"].set_visible(False)
        return svg(figure, title)


def precision_recall(curves: Sequence[Curve], *, title: str) -> str:
    """Return precision over recall, one line a curve (three at most) with its base rate dotted, as SVG."""
    with drawing(4.6, 3.2, title) as (figure, axes):
        for curve, colour, dash in zip(curves, (ACCENT, WARM, COOL), ("-", "--", "-."), strict=False):
            recall, precision = [0.0, *curve.recall], [*curve.precision[:1], *curve.precision]
            axes.step(recall, precision, color=colour, linestyle=dash, linewidth=2, label=curve.label, clip_on=False)
            axes.axhline(curve.base_rate, color=colour, linewidth=1.2, linestyle=":")
        _legend(axes)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1))
        return svg(figure, title)


def reliability(lines: Sequence[Reliable], *, title: str) -> str:
    """Return the share that is so over the probability given, one line a label (three at most), as SVG.

    The diagonal is a probability that means what it says; the larger a dot, the more items it stands on.
    """
    with drawing(4.6, 3.2, title) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1.2, linestyle=":")
        most = max((count for line in lines for count in line.items), default=1)
        for line, colour, dash, marker in zip(lines, (ACCENT, WARM, COOL), ("-", "--", "-."), "osD", strict=False):
            axes.plot(
                line.probability,
                line.share,
                color=colour,
                linestyle=dash,
                linewidth=1.4,
                clip_on=False,
                label=line.label,
            )
            sizes = [12 + 90 * count / most for count in line.items]
            axes.scatter(line.probability, line.share, sizes, color=colour, marker=marker, clip_on=False, zorder=3)
        _legend(axes)
        axes.set(xlabel="probability given", ylabel="share that is so", xlim=(0, 1), ylim=(0, 1))
        return svg(figure, title)


def coverage_risk(coverage: Sequence[float], risk: Sequence[float], *, title: str) -> str:
    """Return the share of errors over the share of items kept, surest first, as SVG; dotted: all items kept."""
    with drawing(4.6, 3.2, title) as (figure, axes):
        axes.step(coverage, risk, where="post", color=ACCENT, linewidth=2, clip_on=False)
        if risk:
            axes.axhline(risk[-1], color=SOFT, linewidth=1.2, linestyle=":")
        top = max([*risk, 0.05])
        axes.set(xlabel="share of items kept", ylabel="share of errors", xlim=(0, 1), ylim=(0, min(1, top * 1.15)))
        return svg(figure, title)


def learning(points: Sequence[Learnt], *, title: str, metric: str, model: float | None = None) -> str:
    """Return a metric over the number of training articles with whiskers, as SVG; dotted: the model itself."""
    with drawing(4.6, 3.2, title) as (figure, axes):
        articles = [point.articles for point in points]
        values = [point.value for point in points]
        axes.plot(
            articles,
            values,
            "D-",
            color=SOFT,
            linewidth=1.6,
            markersize=6,
            label="TF-IDF reference",
            clip_on=False,
        )
        for point in points:
            if point.low is not None and point.high is not None:
                axes.plot([point.articles] * 2, [point.low, point.high], color=SOFT, linewidth=2, clip_on=False)
        if model is not None:
            axes.axhline(model, color=ACCENT, linewidth=1.6, linestyle=":", label="the baseline", clip_on=False)
        _legend(axes)
        axes.set(xlabel="training articles", ylabel=metric, ylim=(0, 1))
        axes.set_xticks(articles, [str(count) for count in articles])
        return svg(figure, title)


def _legend(axes: Axes) -> None:
    """Put the legend above and the grid behind, as all curves have them."""
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=3, handlelength=3)


@contextmanager
def drawing(width: float, height: float, title: str) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure of so many inches and its axes, in the page's colours and manner."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as NewFigure

    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Glyph .* missing from font"
        )  # the reader's browser has its own fonts
        figure = NewFigure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        figure.set_label(title)
        axes.grid()
        axes.tick_params(length=0)
        yield figure, axes


def svg(figure: Figure, title: str) -> str:
    """Return a figure as SVG text whose colours are the page's variables; its title is for readers who hear the page."""
    from markupsafe import escape

    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = PAGE_WIDE.sub("", text[text.index("<svg") :])
    for stand_in, variable in VARIABLES.items():
        text = text.replace(stand_in, variable)
    start = text.index(">") + 1
    head = text[:start].replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    return head + text[start:]
