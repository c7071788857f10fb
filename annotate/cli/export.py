"""``annotate export``: gold in the forms of other tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import files
from annotate.cli.receipt import AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.errors import UsageError
from annotate.files import STDIO
from annotate.records import Gold, SetAside

if TYPE_CHECKING:
    from annotate.codebook import Codebook


class Form(StrEnum):
    """What can be written."""

    LABEL_STUDIO = "label-studio"
    WEB_ANNOTATION = "web-annotation"
    BRAT = "brat"
    SPACY = "spacy"
    CONLL = "conll"
    CSV = "csv"


def export(
    form: Annotated[Form, typer.Argument(help="Form to write.")],
    gold: Annotated[Path, typer.Argument(help="What `annotate gold` wrote; - is standard input.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write (a folder for brat); - is standard output.")
    ] = STDIO,
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Write gold for another tool; what a form cannot hold is set aside and counted.

    Example: annotate export web-annotation gold.jsonl -o gold.web.jsonl
    """
    if form is Form.BRAT and output == STDIO:
        raise UsageError("brat's form is a folder", hint="name one with -o")
    book = load(codebook)
    with receipt("export", output, as_json=as_json, strict=strict) as paper:
        articles = paper.watch(files.read(gold, Gold))
        golds = paper.progress(articles, "export")
        if form is Form.BRAT:
            _folder(golds, output)
        else:
            pieces = paper.watch(_pieces(form, golds, book))
            with files.replacing(output) as stream:
                for piece in pieces:
                    stream.write(piece.encode("utf-8"))
            paper.facts["articles"] = articles.kept


def _folder(golds: Iterable[Gold], folder: Path) -> None:
    from annotate.formats import brat
    from annotate.formats.marks import of_gold

    for name, content in brat.files(of_gold(gold) for gold in golds):
        files.write_text(folder / name, content)


def _pieces(form: Form, golds: Iterable[Gold], book: Codebook) -> Iterator[str | SetAside]:
    from annotate.formats import conll, label_studio, spacy, table, web_annotation
    from annotate.formats.marks import of_gold

    if form is Form.LABEL_STUDIO:
        return label_studio.lines(golds, book)
    if form is Form.CONLL:
        layers = [layer.name for layer in book.layer]
        return conll.lines(((of_gold(gold), gold.article.sentences) for gold in golds), layers)
    writers = {Form.WEB_ANNOTATION: web_annotation.lines, Form.SPACY: spacy.lines, Form.CSV: table.lines}
    return writers[form](of_gold(gold) for gold in golds)
