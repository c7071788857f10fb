"""How far a long reading is: share of the bytes, articles a second, time left; on stderr, when that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, TypeVar

import typer

from annotate.corpus.html import Extractor
from annotate.corpus.readers import Meter

T = TypeVar("T")

Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes that work side by side; 0 is one a core.")]
ExtractorName = Annotated[
    Extractor,
    typer.Option(
        "--extractor", help="How a page's text is found: full, or fast (less exact; needs the extra \\[web])."
    ),
]


def measured(records: Iterable[T], label: str, meter: Meter, *, silent: bool) -> Iterator[T]:
    """Yield the records, and show meanwhile how far reading is.

    Args:
        records: what is made of the files that the meter watches.
        label: what they are, in the plural.
        meter: knows how many bytes there are, and how many are read.
        silent: show nothing, as where the receipt is asked for as JSON.
    """
    if silent or not sys.stderr.isatty():
        yield from records
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[count]:,} · {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=None, count=0, rate=0.0)
        for count, record in enumerate(records, 1):
            passed = shown.tasks[0].elapsed or 0
            rate = count / passed if passed else 0.0
            shown.update(task, total=meter.total or None, completed=meter.done, count=count, rate=rate)
            yield record
