"""``annotate report``: numbers → one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.receipt import AsJson, CodebookName, receipt
from annotate.codebook import DEFAULT, load
from annotate.files import write_text


def report(
    build: Annotated[Path, typer.Argument(help="Folder with articles.jsonl and what was made from it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; - is standard output.")] = Path(
        "report.html"
    ),
    title: Annotated[str, typer.Option(help="Heading of the page; the folder's name otherwise.")] = "",
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Write one self-contained HTML page: corpus, campaign, agreement, gold, the baseline and its worst errors.

    Example: annotate report build/sample -o report.html
    """
    from annotate.report.page import page

    with receipt("report", output, as_json=as_json) as paper:
        text = page(build, load(codebook), title or f"Report on {build.resolve().name}")
        write_text(output, text)
        paper.facts["characters"] = len(text)
