"""Benchmarks as a person reads them: Markdown tables, which docs/benchmarks.md takes as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotate.benchmarks.result import Published, Result
from annotate.benchmarks.sheets import Sheet

HEADER = ("benchmark", "metric", "ours", "95 % interval", "sentences", "published (another part of the corpus)")


def table(results: Iterable[Result]) -> str:
    """Return one row a benchmark: our number with its interval beside the published ones."""
    rows = [
        (
            result.name,
            result.metric,
            "–" if result.score is None else f"{result.score:.3f}",
            "–" if result.low is None or result.high is None else f"{result.low:.3f} to {result.high:.3f}",
            f"{result.rows:,}" if result.rows else "–",
            "; ".join(_published(each, result.metric) for each in result.published) or "none comparable",
        )
        for result in results
    ]
    return markdown(HEADER, rows)


def others(result: Result) -> str:
    """Return the further numbers of one benchmark, its protocol and its notes."""
    rows = [(name, "undefined" if value is None else f"{value:.3f}") for name, value in result.others.items()]
    lines = [f"{result.name}: {result.protocol}", *(f"note: {note}" for note in result.notes)]
    return "\n".join([*lines, "", markdown(("further numbers", ""), rows)] if rows else lines)


def sheets(found: Iterable[Sheet]) -> str:
    """Return one row a benchmark: what it is of, what is read, and on which terms."""
    rows = [
        (
            sheet.name,
            sheet.title,
            sheet.metric,
            ", ".join(file.path for file in sheet.file),
            sheet.licence,
            sheet.source,
        )
        for sheet in found
    ]
    return markdown(("benchmark", "corpus", "metric", "files", "licence", "source"), rows)


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a Markdown table.

    >>> print(markdown(("a", "b"), [("1", "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = [header, *rows]
    text = ["| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(header), *text[1:]])


def _published(found: Published, metric: str) -> str:
    of = "" if found.metric == metric else f", {found.metric}:"
    return f"{found.system}{of} {_number(found.score)}"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0")
