"""``annotate agreement``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import files
from annotate.cli.gold import Articles, Maps
from annotate.cli.plan import PlanFile, read_plan
from annotate.cli.pull import Keys
from annotate.cli.receipt import MOST_SEED, AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.errors import UsageError
from annotate.records import Annotation, Article, Task

if TYPE_CHECKING:
    from annotate.quality.agreement import Agreement


class By(StrEnum):
    """What agreement is parted by."""

    LABEL = "label"
    ANNOTATOR = "annotator"
    OUTLET = "outlet"
    BATCH = "batch"
    ARM = "arm"


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
    plan: PlanFile = None,
    by: Annotated[
        list[By] | None, typer.Option("--by", help="Part the numbers by this too; again for the next.")
    ] = None,
    csv_folder: Annotated[
        Path | None,
        typer.Option("--csv", help="Folder for the raw tables behind the numbers, and the numbers, as CSV."),
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="HTML page to write.")] = None,
    keys: Keys = Path(".annotators"),
    maps: Maps = None,
    codebook: CodebookName = DEFAULT,
    resamples: Annotated[int, typer.Option(min=0, help="Draws of articles behind each interval.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the draws.")] = 0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Print how far the annotators agree: on labels, spans and links, by annotator, over time, with intervals.

    Example: annotate agreement annotations.jsonl --articles articles.jsonl -o agreement.json
    """
    from annotate.cli.agreement_tables import show
    from annotate.quality.agreement import PARTS, measured
    from annotate.quality.labelled import labelled
    from annotate.quality.mapping import mapping
    from annotate.quality.raw_tables import NUMBERS, csv_text, numbers

    wanted = tuple(dict.fromkeys(one.value for one in by or ()))
    if plan is None and (needing := {By.BATCH.value, By.ARM.value} & set(wanted)):
        message = f"--by {min(needing)} needs the campaign's plan"
        raise UsageError(message, hint="give it with --plan plan.csv")
    book = load(codebook)
    table = mapping(maps or (), book)

    def written(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        if csv_folder is not None:
            files.write_text(csv_folder / f"{name}.csv", csv_text(columns, rows))

    with receipt("agreement", output, as_json=as_json, strict=strict) as paper:
        voters = list(paper.watch(files.read(annotations, Annotation)))
        rows = read_plan(plan, voters, keys, paper)
        given = paper.watch(files.read(tasks, Task)) if tasks else ()
        suggestions = {task.article_id: task.suggestion for task in given if task.suggestion and task.item is None}
        read = paper.progress(paper.watch(files.read(articles, Article)), "agreement")
        stream = paper.watch(labelled(voters, read, book, table))
        parts = tuple(one for one in wanted if one in PARTS)
        raw = written if csv_folder is not None else None
        found = measured(
            stream, book, suggestions=suggestions, plan=rows, by=parts, raw=raw, resamples=resamples, seed=seed
        )
        written("numbers", NUMBERS, numbers(found))
        written("confusion", CONFUSION, _confusions(found))
        if report is not None:
            from annotate.report.agreement_page import agreement_page

            files.write_text(report, agreement_page(found, book, f"Agreement on {articles.stem}"))
            paper.facts["report"] = str(report)
        if output is not None:
            files.write_json(output, found)
        if output != files.STDIO:
            paper.facts["agreement"] = found
        if output != files.STDIO and not as_json:
            show(found, wanted)


CONFUSION = ("target", "one", "other", "label", "other_label", "items")


def _confusions(found: Agreement) -> Iterator[tuple[object, ...]]:
    for target, measures in found.targets.items():
        labels = tuple(measures.votes)
        for pair in measures.pairs:
            for label, row in zip(labels, pair.confusion, strict=True):
                for other, count in zip(labels, row, strict=True):
                    yield target, *pair.annotators, label, other, count
