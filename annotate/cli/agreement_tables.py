"""The numbers on agreement as tables for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from annotate.quality.agreement import Agreement
    from annotate.quality.measures import Measure
    from annotate.quality.slices import Slice


UNDEFINED = "undefined: "


def show(found: Agreement, by: Collection[str] = ()) -> None:
    """Print the numbers as tables.

    Args:
        found: the numbers.
        by: what was asked for beside them.
    """
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    names = ", ".join(f"{escape(one.annotator)} ({one.items:,} items)" for one in found.annotators) or "none"
    console.print(f"{found.articles:,} articles, {found.items:,} items ({found.item}s), annotators: {names}\n")
    tell(console, found.notes)
    console.print(_targets(found))
    console.print(_by_label(found))
    if "annotator" in by:
        console.print(_by_annotator(found))
    if found.slices:
        console.print(_slices("By part", found.slices))
    if found.layers:
        console.print(_layers(found))
        console.print(_spans(found))
    if any(links.links for links in found.links.values()):
        console.print(_links(found))
    if found.identical:
        console.print(_identical(found))
    if found.acceptance:
        console.print(_acceptance(found))
    for one in found.anchoring:
        console.print(
            f"Seeing suggestions ({escape(one.arm)} less blind): kept {words(one.kept, 100)} points, "
            f"near {words(one.near, 100)} points, spans {words(one.spans, 1)}\n"
        )
    if any(one.median is not None for one in found.lead_times):
        console.print(_lead_times(found))
    if len(found.periods) > 1:
        console.print(_periods(found))


def tell(console: Console, notes: Iterable[str]) -> None:
    """Print what a reader should know before any number."""
    from rich.text import Text

    for note in notes:
        console.print(Text(f"note: {note}", "yellow"))


class Rows:
    """A table, its first column on the left and the others on the right; why numbers are undefined stands below it."""

    def __init__(self, title: str, *columns: str) -> None:
        """Begin with no row."""
        from rich.box import SIMPLE
        from rich.table import Table

        self._why: dict[str, int] = {}
        self._table = Table(title=title, title_justify="left", box=SIMPLE)
        self._table.add_column(columns[0], no_wrap=True)  # names and pseudonyms are of use only whole
        for column in columns[1:]:
            self._table.add_column(column, justify="right", overflow="fold")

    def add_row(self, *cells: str) -> None:
        """Add a row of words and of numbers as :func:`words` writes them."""
        self._table.add_row(*map(self._short, cells))

    def _short(self, cell: str) -> str:
        if not cell.startswith(UNDEFINED):
            return cell
        return f"none ({self._why.setdefault(cell, len(self._why) + 1)})"

    def __rich__(self) -> RenderableType:
        """Return the table with its footnotes."""
        from rich.console import Group
        from rich.text import Text

        below = [Text(f"  ({number}) {why}", "dim") for why, number in self._why.items()]
        return Group(self._table, *below, *([Text("")] if below else []))


def _targets(found: Agreement) -> Rows:
    columns: tuple[str, ...] = (
        "target",
        "items",
        "left out",
        "percent",
        "alpha",
        "ordinal",
        "Fleiss' kappa",
        "Gwet's AC1",
    )
    if not any(target.ordinal for target in found.targets.values()):
        columns = tuple(name for name in columns if name != "ordinal")
    rows = Rows(r"Agreement \[95 % interval over articles]", *columns)
    for name, target in found.targets.items():
        out = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in target.left_out.items())
        cells = [words(target.percent, 100), words(target.alpha, 1)]
        cells += [words(target.ordinal, 1) if target.ordinal else "no order"] if "ordinal" in columns else []
        cells += [words(one, 1) if one else "not measured" for one in (target.fleiss, target.ac1)]
        rows.add_row(name, f"{target.items:,}", out or "0", *cells)
    return rows


def _by_label(found: Agreement) -> Rows:
    rows = Rows(r"By label: alpha of the label against all others \[interval]", "target", "label", "votes", "alpha")
    for name, target in found.targets.items():
        for label, measure in target.by_label.items():
            rows.add_row(name, label, f"{target.votes[label]:,}", words(measure, 1))
    return rows


def _layers(found: Agreement) -> Rows:
    columns = ("layer", "tokens", "marked", "alpha, marked at all", "alpha, by label")
    rows = Rows(r"Spans, token by token \[interval]", *columns)
    for name, layer in found.layers.items():
        cells = (words(layer.alpha_any, 1), words(layer.alpha_label, 1))
        rows.add_row(name, f"{layer.tokens:,}", f"{layer.marked:,}", *cells)
    return rows


def _spans(found: Agreement) -> Rows:
    columns = ("layer", "unitised alpha, any", "by label", "exact F1, any", "by label", "half F1, any", "by label")
    rows = Rows(r"Spans: as units, with the same boundaries, and sharing half of the longer \[interval]", *columns)
    for name, layer in found.layers.items():
        units = (layer.unitised_any, layer.unitised_label)
        matched = (layer.exact_any, layer.exact_label, layer.half_any, layer.half_label)
        rows.add_row(name, *(words(one, 1) if one else "not measured" for one in (*units, *matched)))
    return rows


def _links(found: Agreement) -> Rows:
    rows = Rows(r"Links \[interval]", "type", "links", "F1", "F1 where both marked the ends")
    for name, links in found.links.items():
        rows.add_row(name, f"{links.links:,}", words(links.f1, 1), words(links.given_ends, 1))
    return rows


def _by_annotator(found: Agreement) -> Rows:
    from rich.markup import escape

    columns = ("target", "annotator", "same label as others", "alpha of the others without")
    rows = Rows(r"By annotator \[interval]", *columns)
    for name, target in found.targets.items():
        rest = {one.annotator: one.alpha for one in target.without}
        for one in target.with_others:
            alpha = words(rest[one.annotator], 1) if one.annotator in rest else "nobody else"
            rows.add_row(name, escape(one.annotator), words(one.percent, 100), alpha)
    return rows


def _slices(title: str, parts: Iterable[Slice]) -> Rows:
    from rich.markup import escape

    rows = Rows(rf"{title} \[interval]", "part", "target", "articles", "items", "percent", "alpha", "Gwet's AC1")
    for part in parts:
        name = escape(f"{part.by} {part.value}" + (f" ({part.detail})" if part.detail else ""))
        for target, own in part.targets.items():
            cells = (words(own.percent, 100), words(own.alpha, 1), words(own.ac1, 1))
            rows.add_row(name, target, f"{part.articles:,}", f"{own.items:,}", *cells)
    return rows


def _periods(found: Agreement) -> Rows:
    rows = Rows("Over time: alpha", "period", "articles", *found.targets)
    for part in found.periods:
        values = (part.targets[name].alpha.value for name in found.targets)
        cells = ("undefined" if value is None else f"{value:.3f}" for value in values)
        rows.add_row(f"{part.value} ({part.detail})", f"{part.articles:,}", *cells)
    return rows


def _acceptance(found: Agreement) -> Rows:
    from rich.markup import escape

    columns = ("annotator", "arm", "articles", "kept", "changed", "removed", "added", "share kept")
    rows = Rows(r"What became of the suggestions \[interval]", *columns)
    for one in found.acceptance:
        counts = (f"{n:,}" for n in (one.articles, one.kept, one.changed, one.removed, one.added))
        rows.add_row(escape(one.annotator), escape(one.arm), *counts, words(one.share, 100))
    return rows


def _lead_times(found: Agreement) -> Rows:
    from rich.markup import escape

    rows = Rows("Minutes an article", "annotator", "articles", "without a time", "median", "middle half")
    for one in found.lead_times:
        if one.median is None or one.low is None or one.high is None:
            continue
        middle = f"{one.low / 60:.1f} to {one.high / 60:.1f}"
        left = f"{sum(one.left_out.values()):,}"
        rows.add_row(escape(one.annotator), f"{one.articles:,}", left, f"{one.median / 60:.1f}", middle)
    return rows


def _identical(found: Agreement) -> Rows:
    from rich.markup import escape

    layers = sorted({layer for pair in found.identical for layer in pair.by_layer})
    rows = Rows("Spans marked exactly alike", "pair", "spans", "identical", *layers)
    for pair in found.identical:
        shares = (f"{pair.by_layer[layer]:.0%}" if layer in pair.by_layer else "" for layer in layers)
        rows.add_row(escape(" · ".join(pair.pair)), f"{pair.spans:,}", f"{pair.share:.0%}", *shares)
    return rows


def words(measure: Measure, times: int) -> str:
    """Return a number times 1 or 100 with its interval, or why there is none."""
    if measure.value is None:
        return f"{UNDEFINED}{measure.undefined}"
    digits = 1 if times > 1 else 3
    value = f"{times * measure.value:.{digits}f}"
    if measure.interval is None:
        return f"{value} (no interval: {measure.interval_undefined})"
    return rf"{value} \[{times * measure.interval.low:.{digits}f}, {times * measure.interval.high:.{digits}f}]"
