"""``annotate agreement``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import files
from annotate.cli.gold import Articles, Maps
from annotate.cli.receipt import AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.records import Annotation, Article, Task

if TYPE_CHECKING:
    from rich.table import Table

    from annotate.quality.agreement import Agreement
    from annotate.quality.measures import Measure


def agreement(
    annotations: Annotated[Path, typer.Argument(help="What `annotate pull` or `annotate import` wrote; - is a pipe.")],
    articles: Articles,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write the numbers to as JSON; - is standard output.")
    ] = None,
    *,
    tasks: Annotated[
        Path | None, typer.Option("--tasks", help="What was pushed, to compare the marks with the suggestions.")
    ] = None,
    maps: Maps = None,
    codebook: CodebookName = DEFAULT,
    resamples: Annotated[int, typer.Option(min=0, help="Draws of articles behind each interval.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Print how far the annotators agree on each target, with intervals over articles.

    Example: annotate agreement annotations.jsonl --articles articles.jsonl -o agreement.json
    """
    from annotate.quality.agreement import measured
    from annotate.quality.labelled import labelled
    from annotate.quality.mapping import mapping

    book = load(codebook)
    table = mapping(maps or (), book)
    with receipt("agreement", output, as_json=as_json, strict=strict) as paper:
        voters = paper.watch(files.read(annotations, Annotation))
        read = paper.progress(paper.watch(files.read(articles, Article)), "agreement")
        stream = paper.watch(labelled(voters, read, book, table))
        given = paper.watch(files.read(tasks, Task)) if tasks else ()
        suggestions = {task.article_id: task.suggestion for task in given if task.suggestion and task.item is None}
        found = measured(stream, book, suggestions=suggestions, resamples=resamples, seed=seed)
        if output is not None:
            files.write_json(output, found)
        if output != files.STDIO:
            paper.facts["agreement"] = found
        if output != files.STDIO and not as_json:
            _show(found)


def _show(found: Agreement) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    names = ", ".join(f"{escape(one.annotator)} ({one.items:,} items)" for one in found.annotators) or "none"
    console.print(f"{found.articles:,} articles, {found.items:,} items ({found.item}s), annotators: {names}\n")
    console.print(_targets(found))
    console.print(_by_label(found))
    if found.layers:
        console.print(_layers(found))
    if found.identical:
        console.print(_identical(found))


def _table(title: str, *columns: str) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column(columns[0])
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def _targets(found: Agreement) -> Table:
    table = _table(r"Agreement \[95 % interval over articles]", "target", "items", "left out", "percent", "alpha")
    for name, target in found.targets.items():
        out = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in target.left_out.items())
        table.add_row(name, f"{target.items:,}", out or "0", _words(target.percent, 100), _words(target.alpha, 1))
    return table


def _by_label(found: Agreement) -> Table:
    table = _table(r"By label: alpha of the label against all others \[interval]", "target", "label", "votes", "alpha")
    for name, target in found.targets.items():
        for label, measure in target.by_label.items():
            table.add_row(name, label, f"{target.votes[label]:,}", _words(measure, 1))
    return table


def _layers(found: Agreement) -> Table:
    columns = ("layer", "tokens", "marked", "alpha, marked at all", "alpha, by label")
    table = _table(r"Spans, token by token \[interval]", *columns)
    for name, layer in found.layers.items():
        cells = (_words(layer.alpha_any, 1), _words(layer.alpha_label, 1))
        table.add_row(name, f"{layer.tokens:,}", f"{layer.marked:,}", *cells)
    return table


def _identical(found: Agreement) -> Table:
    from rich.markup import escape

    layers = sorted({layer for pair in found.identical for layer in pair.by_layer})
    table = _table("Spans marked exactly alike", "pair", "spans", "identical", *layers)
    for pair in found.identical:
        shares = (f"{pair.by_layer[layer]:.0%}" if layer in pair.by_layer else "" for layer in layers)
        table.add_row(escape(" · ".join(pair.pair)), f"{pair.spans:,}", f"{pair.share:.0%}", *shares)
    return table


def _words(measure: Measure, times: int) -> str:
    if measure.value is None:
        return f"undefined: {measure.undefined}"
    digits = 1 if times > 1 else 3
    value = f"{times * measure.value:.{digits}f}"
    if measure.interval is None:
        return f"{value} (no interval: {measure.interval_undefined})"
    return rf"{value} \[{times * measure.interval.low:.{digits}f}, {times * measure.interval.high:.{digits}f}]"
