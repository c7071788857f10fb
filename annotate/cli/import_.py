"""``annotate import``: annotations that come as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.pull import Keys
from annotate.cli.receipt import AsJson, CodebookName, Out, Receipt, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.files import STDIO
from annotate.records import Article, SetAside

if TYPE_CHECKING:
    from annotate.formats.marks import Marks

app = typer.Typer(help="Read annotations that come as files.", no_args_is_help=True, add_completion=False)


@app.command("label-studio")
def label_studio(
    export: Annotated[Path, typer.Argument(help="JSON export of a Label Studio project; - is standard input.")],
    output: Out = STDIO,
    articles_output: Annotated[
        Path | None, typer.Option("--articles-output", help="File for the articles of a foreign export.")
    ] = None,
    keys: Keys = Path(".annotators"),
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read annotations from a downloaded Label Studio export.

    An export made under another label config keeps its labels as they are, under a codebook named foreign:….

    Example: annotate import label-studio export.json -o annotations.jsonl --articles-output articles.jsonl
    """
    from annotate.studio.exports import Export
    from annotate.studio.pseudonyms import Pseudonyms

    with receipt("import", output, as_json=as_json, strict=strict) as paper:
        book, read = load(codebook), Export(export)
        notes: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        if articles_output is not None:
            articles = paper.watch(read.articles())
            paper.write(paper.progress(articles, "articles"), articles_output)
            paper.facts["articles"] = articles.kept
        found = paper.watch(read.annotations(book, Pseudonyms(keys), notes))
        counted = (statuses.update([record.status]) or record for record in found)
        paper.write(paper.progress(counted, "annotations"))
        paper.facts |= {str(name): count for name, count in [*notes.items(), *statuses.items()]}


Annotator = Annotated[str, typer.Option("--annotator", help="Name of whoever made the file.")]
Frozen = Annotated[Path, typer.Option("--articles", help="The frozen articles that it is about (JSONL).")]
Texts = Annotated[Path | None, typer.Option("--articles-output", help="File for the articles made of its texts.")]


@app.command()
def brat(
    folder: Annotated[Path, typer.Argument(help="Folder with a .txt and a .ann file a document.")],
    output: Out = STDIO,
    articles: Annotated[
        Path | None, typer.Option("--articles", help="Frozen articles whose ids name the files; else the texts count.")
    ] = None,
    articles_output: Texts = None,
    annotator: Annotator = "brat",
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read annotations from brat's standoff files.

    Example: annotate import brat documents/ -o annotations.jsonl --articles-output articles.jsonl
    """
    from annotate.formats import brat as form
    from annotate.formats.marks import as_annotations, frozen

    with receipt("import", output, as_json=as_json, strict=strict) as paper:
        read: Iterable[Marks | SetAside] = form.read(folder)
        known = _articles(paper, articles)
        made: dict[str, Article] = {}
        if known is None:
            read = frozen(read, made)
        paper.write(paper.watch(as_annotations(read, load(codebook), annotator, "brat", known)))
        _write_articles(paper, made, articles_output)


@app.command("web-annotation")
def web_annotation(
    file: Annotated[Path, typer.Argument(help="One W3C Web Annotation a line; - is standard input.")],
    articles: Frozen,
    output: Out = STDIO,
    annotator: Annotator = "web-annotation",
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read W3C Web Annotations; a place that moved is found again by its quote and context.

    Example: annotate import web-annotation gold.web.jsonl --articles articles.jsonl -o annotations.jsonl
    """
    from annotate.files import lines
    from annotate.formats import web_annotation as form
    from annotate.formats.marks import as_annotations

    with receipt("import", output, as_json=as_json, strict=strict) as paper:
        known = _articles(paper, articles) or {}
        rows = ((f"{file}:{number}", line) for number, line in lines(file))
        read = form.read(rows, known)
        paper.write(paper.watch(as_annotations(read, load(codebook), annotator, "web-annotation", known)))


@app.command("csv")
def table(
    file: Annotated[Path, typer.Argument(help="CSV with a span a row, as `annotate export csv` writes it.")],
    articles: Frozen,
    output: Out = STDIO,
    annotator: Annotator = "csv",
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read spans from a CSV table.

    Example: annotate import csv spans.csv --articles articles.jsonl -o annotations.jsonl
    """
    import io

    from annotate.files import opened
    from annotate.formats import table as form
    from annotate.formats.marks import as_annotations

    with receipt("import", output, as_json=as_json, strict=strict) as paper, opened(file) as stream:
        known = _articles(paper, articles) or {}
        read = form.read(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""), str(file))
        paper.write(paper.watch(as_annotations(read, load(codebook), annotator, "csv", known)))


@app.command()
def szeged(
    file: Annotated[Path, typer.Argument(help="XML of a Szeged uncertainty corpus.")],
    articles_output: Annotated[Path, typer.Option("--articles-output", help="File for the documents as articles.")],
    output: Out = STDIO,
    annotator: Annotator = "szeged",
    codebook: CodebookName = DEFAULT,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Read hedge cues by type from a Szeged uncertainty corpus.

    Example: annotate import szeged wiki.xml --articles-output articles.jsonl -o annotations.jsonl
    """
    from annotate.formats import szeged as form
    from annotate.formats.marks import as_annotations

    with receipt("import", output, as_json=as_json, strict=strict) as paper:
        made: dict[str, Article] = {}

        def marks() -> Iterator[Marks | SetAside]:
            for found in form.read(file):
                if isinstance(found, SetAside):
                    yield found
                else:
                    made.setdefault(found[0].id, found[0])
                    yield found[1]

        paper.write(paper.watch(as_annotations(marks(), load(codebook), annotator, "szeged")))
        _write_articles(paper, made, articles_output)


def _articles(paper: Receipt, path: Path | None) -> dict[str, Article] | None:
    from annotate.files import read

    return {article.id: article for article in paper.watch(read(path, Article))} if path else None


def _write_articles(paper: Receipt, made: dict[str, Article], path: Path | None) -> None:
    from annotate.files import write

    if path is not None:
        paper.facts["articles"] = write(path, made.values())
