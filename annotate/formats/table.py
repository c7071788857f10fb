"""CSV: one span a row, its links in one cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from annotate.errors import UsageError
from annotate.formats.marks import Marks
from annotate.records import Link, SetAside, Span

COLUMNS = ("article_id", "span", "layer", "label", "start", "end", "text", "basis", "links")


def lines(marked: Iterable[Marks]) -> Iterator[str]:
    """Yield the rows, a header first; links as ``attributed_to:g4 relays:g7``. A cell that a spreadsheet would run gets a quote."""
    yield _row(COLUMNS)
    for marks in marked:
        for span in marks.spans:
            links = " ".join(f"{link.type}:{link.to}" for link in marks.links if link.from_ == span.id)
            start, end = str(span.start), str(span.end)
            cells = (marks.article_id, span.id, span.layer, span.label, start, end, span.text, span.basis or "", links)
            yield _row([_safe(cell) for cell in cells])


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r", "'"} else cell


def read(rows: Iterable[str], where: str) -> Iterator[Marks | SetAside]:
    """Yield each article's marks, in the order in which they come first; a row that cannot be read comes as a `SetAside`.

    Raises:
        UsageError: a column is missing.
    """
    table = csv.DictReader(rows)
    if missing := [name for name in COLUMNS[:7] if name not in (table.fieldnames or ())]:
        message = f"there is no column {missing[0]!r}"
        raise UsageError(message, where=where, hint=f"its columns are {', '.join(table.fieldnames or ()) or 'none'}")
    spans: dict[str, list[Span]] = {}
    links: dict[str, list[Link]] = {}
    for number, row in enumerate(table, 2):
        try:
            cells = {name: (row.get(name) or "") for name in COLUMNS}
            cells = {name: cell[1:] if cell[:1] == "'" else cell for name, cell in cells.items()}
            span = Span(
                id=cells["span"],
                layer=cells["layer"],
                label=cells["label"],
                start=int(cells["start"]),
                end=int(cells["end"]),
                text=cells["text"],
                basis=cells["basis"] or None,
            )
            ties = [tie.rpartition(":") for tie in cells["links"].split()]
        except ValueError as error:
            yield SetAside(reason="schema", where=f"{where}, row {number}", detail=f"not a span: {error}")
            continue
        spans.setdefault(cells["article_id"], []).append(span)
        links.setdefault(cells["article_id"], []).extend(Link(type=kind, from_=span.id, to=to) for kind, _, to in ties)
    for article, found in spans.items():
        yield Marks(article, "", tuple(found), tuple(links[article]))
