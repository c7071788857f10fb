"""``annotate skills``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import files
from annotate.cli.gold import Articles, Maps, Method, Seed
from annotate.cli.plan import PlanFile, read_plan
from annotate.cli.pull import Keys
from annotate.cli.receipt import AsJson, CodebookName, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.records import Annotation, Article, Gold

if TYPE_CHECKING:
    from annotate.quality.skills import Skills


def skills(
    annotations: Annotated[Path, typer.Argument(help="What `annotate pull` or `annotate import` wrote; - is a pipe.")],
    articles: Articles,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write the numbers to as JSON; - is standard output.")
    ] = None,
    *,
    gold: Annotated[
        Path | None,
        typer.Option("--gold", help="Articles whose right labels are known (JSONL, as `annotate gold` writes)."),
    ] = None,
    aggregate: Annotated[
        Method, typer.Option("--aggregate", help="Whose belief stands for the truth.")
    ] = Method.DAWID_SKENE,
    recheck: Annotated[int, typer.Option(min=0, help="How many doubtful votes to show; the file has all.")] = 10,
    plan: PlanFile = None,
    keys: Keys = Path(".annotators"),
    maps: Maps = None,
    codebook: CodebookName = DEFAULT,
    resamples: Annotated[int, typer.Option(min=0, help="Draws of articles behind each interval.")] = 1000,
    seed: Seed = 0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Print how well and how fast each annotator works, and which votes to look at again.

    Example: annotate skills annotations.jsonl --articles articles.jsonl
    """
    from annotate.quality.labelled import labelled
    from annotate.quality.mapping import mapping
    from annotate.quality.skills import skills as found_in

    book = load(codebook)
    table = mapping(maps or (), book)
    with receipt("skills", output, as_json=as_json, strict=strict) as paper:
        known = list(paper.watch(files.read(gold, Gold))) if gold is not None else []
        voters = list(paper.watch(files.read(annotations, Annotation)))
        rows = read_plan(plan, voters, keys, paper)
        read = paper.progress(paper.watch(files.read(articles, Article)), "skills")
        stream = paper.watch(labelled(voters, read, book, table))
        found = found_in(stream, book, method=aggregate.value, gold=known, plan=rows, resamples=resamples, seed=seed)
        if output is not None:
            files.write_json(output, found)
        if output != files.STDIO:
            paper.facts["skills"] = found
        if output != files.STDIO and not as_json:
            _show(found, recheck)


def _show(found: Skills, recheck: int) -> None:
    from rich.console import Console
    from rich.markup import escape

    from annotate.cli.agreement_tables import UNDEFINED, Rows, tell, words

    console = Console()
    people = Rows(
        r"Annotators \[95 % interval over articles]",
        "annotator",
        "target",
        "votes",
        "skill",
        "model",
        "gold",
        "leaning",
    )
    for one in found.annotators:
        for name, own in one.targets.items():
            label, most = max(own.leaning.items(), key=lambda pair: abs(pair[1]))
            model = (
                f"{UNDEFINED}the model has no second vote to learn from" if own.model is None else f"{own.model:.2f}"
            )
            cells = (words(own.skill, 100), model, words(own.gold, 100), f"{label} {100 * most:+.0f} points")
            people.add_row(escape(one.annotator), name, f"{own.votes:,}", *cells)
    tell(console, found.notes)
    console.print(people)
    arms = [
        (one.annotator, name, arm, measure)
        for one in found.annotators
        for name, target in one.targets.items()
        for arm, measure in target.arms.items()
    ]
    if arms:
        seen = Rows(
            r"By arm of the plan \[95 % interval over articles]", "annotator", "target", "arm", "votes", "skill"
        )
        for annotator, name, arm, measure in arms:
            seen.add_row(escape(annotator), name, escape(arm), f"{measure.used:,}", words(measure, 100))
        console.print(seen)
    if found.recheck and recheck:
        doubtful = Rows(f"To look at again ({len(found.recheck):,})", "article", "place", "annotator", "said", "likely")
        for vote in found.recheck[:recheck]:
            said = f"{vote.target} {vote.label} ({vote.probability:.0%})"
            likely = f"{vote.likely} ({vote.likely_probability:.0%})"
            doubtful.add_row(vote.article_id, f"{vote.start}-{vote.end}", escape(vote.annotator), said, likely)
        console.print(doubtful)
