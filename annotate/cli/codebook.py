"""``annotate codebook``: codebooks checked, compared, made into pages and schemas, and annotations moved between versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from annotate.cli.receipt import AsJson, Out, Strict, receipt
from annotate.files import STDIO
from annotate.records import Annotation

app = typer.Typer(help="Look after codebooks.", no_args_is_help=True, add_completion=False)


Named = Annotated[str, typer.Argument(help="A codebook: its name, its folder or its file.")]


@app.command()
def check(
    codebooks: Annotated[list[str], typer.Argument(help="Names, folders or files of codebooks.")],
    as_json: AsJson = False,
) -> None:
    """Say everything that is wrong with codebooks, with file and line.

    Example: annotate codebook check schemas/credibility
    """
    from annotate.codebook import locate, read
    from annotate.errors import CodebookError

    with receipt("codebook check", as_json=as_json) as paper:
        wrong = []
        for name in codebooks:
            path = locate(name)
            book, found = read(path)
            wrong += [f"{path}:{line}: {text}" for line, text in found]
            if book is not None and not found:
                paper.facts[name] = f"{book.name} {book.version}, {book.ref.hash}"
        if wrong:
            for line in wrong[1:]:
                typer.secho(line, fg="yellow", err=True)
            where, _, text = wrong[0].partition(": ")
            raise CodebookError(text, where=where, hint=f"{len(wrong)} in all" if wrong[1:] else None)


@app.command()
def diff(
    old: Named,
    new: Named,
    as_json: AsJson = False,
) -> None:
    """Show what changed from one codebook to another, and whether annotations are touched.

    Example: annotate codebook diff my-codebook/old.toml my-codebook
    """
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from annotate.codebook import load
    from annotate.codebook.difference import difference

    with receipt("codebook diff", as_json=as_json) as paper:
        found = difference(load(old), load(new))
        touched = sum(change.labels for change in found)
        paper.facts |= {"changes": len(found), "touching_annotations": touched}
        if as_json:
            paper.facts["changed"] = found
            return
        table = Table("", "place", "old", "new", box=SIMPLE)
        for change in found:
            row = (change.place, change.old or "", change.new or "")
            table.add_row("!" if change.labels else "", *map(escape, row))
        Console().print(table if found else "nothing changed")


@app.command()
def migrate(
    old: Named,
    new: Named,
    annotations: Annotated[Path, typer.Argument(help="Annotations made under the old codebook; - is standard input.")],
    output: Out = STDIO,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="old.label=new.label; old.label\\[words*]=new.label for some spans; old.label= drops it."
        ),
    ] = None,
    record: Annotated[Path | None, typer.Option("--record", help="File to write each moved label to (JSONL).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would move, and write nothing.")] = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Bring annotations under a new version of their codebook: rename, split, merge or drop labels.

    Example: annotate codebook migrate old.toml new.toml annotations.jsonl --map hedge.guess=hedge.epistemic -o moved.jsonl
    """
    from annotate.codebook import load
    from annotate.files import read, write
    from annotate.quality.migration import Moved, migrated, steps

    before, after = load(old), load(new)
    how = steps(maps or (), before, after)
    with receipt("codebook migrate", None if dry_run else output, as_json=as_json, strict=strict) as paper:
        moved: list[Moved] = []

        def kept() -> Iterator[Annotation]:
            for annotation, changes in paper.watch(migrated(read(annotations, Annotation), before, after, how)):
                moved.extend(changes)
                yield annotation

        if dry_run:
            for _ in kept():
                pass
        else:
            paper.write(kept())
            if record is not None:
                write(record, moved)
        counts = Counter(f"{move.old} → {move.new or 'nothing'}" for move in moved)
        paper.facts |= {"from": before.version, "to": after.version, "moved": len(moved), **counts}


@app.command()
def render(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a codebook, or of several: each with a codebook.toml.")
    ] = Path("schemas"),
    dictionary: Annotated[
        Path | None, typer.Option("--dictionary", help="File to write the data dictionary of the records to.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make again what follows from codebooks: labelling screen, guidelines and JSON Schemas, beside each of them.

    Example: annotate codebook render schemas --dictionary docs/data-dictionary.md
    """
    from annotate.codebook import load
    from annotate.errors import UsageError
    from annotate.files import write_text
    from annotate.guidelines import guidelines_html, guidelines_markdown
    from annotate.schemas import data_dictionary, json_schemas
    from annotate.studio.interface import label_config

    with receipt("codebook render", as_json=as_json) as paper:
        found = sorted(path.parent for path in folder.glob("**/codebook.toml"))
        if not found:
            message = "no codebook.toml in this folder or below"
            raise UsageError(message, where=str(folder), hint="name the folder of a codebook, such as schemas/")
        written = 0
        for place in found:
            book = load(str(place))
            made = {
                "label-config.xml": label_config(book),
                "guidelines.md": guidelines_markdown(book),
                "guidelines.html": guidelines_html(book),
            }
            for name, schema in json_schemas(book).items():
                made[f"{name}.schema.json"] = msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
            for name, text in made.items():
                write_text(place / name, text)
            written += len(made)
        if dictionary is not None:
            write_text(dictionary, data_dictionary())
            written += 1
        paper.facts |= {"codebooks": len(found), "files": written}
