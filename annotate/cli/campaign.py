"""``annotate campaign``: who labels what, in which rooms, how far they are, and what comes next."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import files
from annotate.campaign.strategy import Strategy
from annotate.cli.pull import Keys
from annotate.cli.push import Folder
from annotate.cli.receipt import MOST_SEED, AsJson, CodebookName, Out, Receipt, Strict, receipt
from annotate.codebook import DEFAULT, load
from annotate.errors import UsageError
from annotate.files import STDIO
from annotate.records import Annotation, Article, Gold, Score, Task

if TYPE_CHECKING:
    from rich.console import RenderableType

    from annotate.campaign.assignments import Assignment
    from annotate.campaign.rooms import Opening
    from annotate.studio.client import Client

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="The plan (CSV), as `annotate campaign plan` wrote it.")]
Name = Annotated[str, typer.Option("--campaign", help="Name of the campaign: its projects' titles begin with it.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=MOST_SEED, help="Of every draw: the same seed draws the same.")]

app = typer.Typer(
    help="Plan who labels what, make the projects, follow progress, pick what comes next.",
    no_args_is_help=True,
    add_completion=False,
)


def _share(text: str) -> float:
    """Return a share given as a percentage or a number from 0 to 1.

    >>> _share("20%"), _share("0.05")
    (0.2, 0.05)
    """
    try:
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise UsageError(f"{text!r} is no share", hint="write it as 20% or 0.2, up to 100%")
    return found


@app.command()
def plan(
    articles: Annotated[Path, typer.Argument(help="What `annotate ingest` wrote; - is a pipe.")],
    annotators: Annotated[str, typer.Option("--annotators", help="Names or e-mail addresses, parted by commas.")],
    output: Out = STDIO,
    *,
    overlap: Annotated[int, typer.Option("--overlap", help="People who label each article.")] = 2,
    calibration: Annotated[
        int, typer.Option("--calibration", min=0, help="Articles that everybody labels first.")
    ] = 10,
    gold_items: Annotated[
        Path | None, typer.Option("--gold-items", help="Gold (JSONL) of articles whose labels are known.")
    ] = None,
    gold: Annotated[
        str | None,
        typer.Option("--gold", help="Hidden gold items as a share of a pile; 5% where gold items are given."),
    ] = None,
    blind: Annotated[str, typer.Option("--blind", help="Share of each pile that comes without suggestions.")] = "20%",
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="Most articles in a batch.")] = None,
    extend: Annotated[
        Path | None, typer.Option("--extend", help="An earlier plan to go on from; its rows stay, first.")
    ] = None,
    pilot: Annotated[
        Path | None, typer.Option("--pilot", help="Annotations with lead times, for a forecast of hours.")
    ] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Plan a campaign: a table of article, annotator, batch, arm and kind, which people may edit.

    Everybody labels the calibration set, every other article gets the overlap asked for, piles are of like length in
    words, gold items hide in them, and a share drawn at random comes without suggestions.

    Example: annotate campaign plan articles.jsonl --annotators ada,ben,cleo --calibration 5 --seed 1 -o plan.csv
    """
    from annotate.campaign.assignments import read_plan, write_plan
    from annotate.campaign.forecast import forecast, pace
    from annotate.campaign.plan import Design, planned

    with receipt("campaign plan", output, as_json=as_json, strict=strict) as paper:
        golds = {one.article.id for one in paper.watch(files.read(gold_items, Gold))} if gold_items else set()
        known = {article.id: article for article in paper.watch(files.read(articles, Article))}
        design = Design(
            overlap=overlap,
            calibration=calibration,
            gold=_share(gold or ("5%" if golds else "0%")),
            blind=_share(blind),
            batch=batch,
            seed=seed,
        )
        before = read_plan(extend) if extend else []
        names = [name.strip() for name in annotators.split(",")]
        made = planned(known.values(), names, design, gold=golds, before=before)
        for note in made.notes:
            typer.secho(f"note: {note}", fg="yellow", err=True)
        at = pace(paper.watch(files.read(pilot, Annotation)), known, seed=seed) if pilot else None
        write_plan(output, made.assignments)
        words = made.words()
        paper.facts |= {"rows": len(made.assignments), "words": words, "notes": made.notes}
        paper.facts |= {"fewest_words": min(words.values()), "most_words": max(words.values())}
        if at is not None:
            hours = forecast(made.assignments[len(before) :], at)
            paper.facts |= {"hours": round(hours.hours, 1), "pace": at, "forecast": hours}
            if not as_json:
                _tell_forecast(paper)


def _tell_forecast(paper: Receipt) -> None:
    from annotate.campaign.forecast import Forecast, Pace

    at, hours = paper.facts["pace"], paper.facts["forecast"]
    if not isinstance(at, Pace) or not isinstance(hours, Forecast):
        return
    ends = "" if hours.low is None else f" (95 % interval {hours.low:.1f} to {hours.high:.1f})"
    left = f"; {at.pauses} left out as pauses" if at.pauses else ""
    typer.echo(
        f"forecast: {hours.hours:.1f} hours{ends}, at {at.seconds * 1000 / 60:.1f} minutes a thousand words, "
        f"measured on {at.annotations} annotations{left}",
        err=True,
    )
    for name, value in hours.by_annotator.items():
        typer.echo(f"  {name}: {value:.1f} hours", err=True)


@app.command()
def push(
    plan: PlanFile,
    tasks: Annotated[Path, typer.Option("--tasks", help="Tasks of all planned articles, from `annotate suggest`.")],
    campaign: Name,
    codebook: CodebookName = DEFAULT,
    *,
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="Push no batch after this one.")] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="One project an arm for all: nobody is assigned anything.")
    ] = False,
    serve: Annotated[
        str | None, typer.Option("--serve", help="Address of `annotate serve`: live suggestions in the suggested arm.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Carry a plan out: a project for each annotator and arm, those of the blind arm without any suggestion.

    Pushing again changes nothing; a later batch is added to the same projects. A new version of the codebook gets
    projects of its own, without what was labelled before. Label Studio Community enforces neither blindness nor roles.

    Example: annotate campaign push plan.csv --tasks tasks.jsonl --campaign "Local news" --yes
    """
    from annotate.campaign.assignments import read_plan
    from annotate.campaign.rooms import NOT_ENFORCED, open_rooms, openings, rooms
    from annotate.studio.client import Client
    from annotate.studio.credentials import access

    book = load(codebook)
    rows = [one for one in read_plan(plan) if batch is None or one.batch <= batch]
    if serve:
        _let_backends_in(folder)
    with receipt("campaign push", as_json=as_json, strict=strict) as paper, Client(access(folder)) as client:
        by_article = _by_article(paper.watch(files.read(tasks, Task)))
        found = openings(client, rooms(rows, campaign, book, shared=shared), by_article, book, campaign)
        _ask(client.url, found, serve, yes=yes)
        typer.secho(f"note: {NOT_ENFORCED}", fg="yellow", err=True)
        if shared:
            typer.secho("note: in shared projects nobody is assigned anything", fg="yellow", err=True)
        connect = _connecting(client, serve) if serve else None
        with paper.bar("pushing", sum(one.plan.steps for one in found)) as advance:
            paper.facts |= open_rooms(client, found, book, tell=advance, connect=connect)
        paper.facts |= {"projects": [one.room.title for one in found], "url": client.url, "enforced": False}


def _let_backends_in(folder: Path) -> None:
    import os

    from annotate.studio.credentials import URL
    from annotate.studio.server import up

    if not os.environ.get(URL):
        up(folder, local_backends=True, tell=lambda text: typer.echo(f"{text} …", err=True))


def _connecting(client: Client, url: str) -> Callable[[int], None]:
    import os

    from annotate.serve.access import PASSWORD, USER

    def connect(project: int) -> None:
        user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
        client.connect_backend(project, url.rstrip("/"), "annotate serve", user, password)

    return connect


def _by_article(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.article_id, []).append(task)
    return found


def _ask(url: str, found: Iterable[Opening], serve: str | None, *, yes: bool) -> None:
    due = [one for one in found if not one.plan.empty]
    if yes or not (due or serve):
        return
    for one in due:
        typer.echo(f"{url}: {one.plan.told()}", err=True)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nobody is there to ask", hint="look at the plan above, and add --yes")
    typer.confirm("Go on?", default=True, abort=True, err=True)


@app.command()
def status(
    plan: PlanFile,
    campaign: Name,
    *,
    html: Annotated[Path | None, typer.Option("--html", help="Write the same as one static page.")] = None,
    watch: Annotated[
        float | None, typer.Option("--watch", min=1, help="Look again every so many seconds, until Ctrl-C.")
    ] = None,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
) -> None:
    """Show how far each annotator is with each batch, and what went another way than planned.

    Example: annotate campaign status plan.csv --campaign "Local news" --html status.html
    """
    from datetime import UTC, datetime

    from annotate.campaign.assignments import read_plan
    from annotate.campaign.page import page, table
    from annotate.campaign.progress import progress
    from annotate.studio.client import Client
    from annotate.studio.credentials import access

    rows = read_plan(plan)
    with receipt("campaign status", as_json=as_json) as paper, Client(access(folder)) as client:

        def look() -> RenderableType:
            found = progress(client, campaign, rows)
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            if html is not None:
                files.write_text(html, page(found, now))
            paper.facts["progress"] = found
            paper.facts |= found.states
            return table(found, now)

        shown = look()
        if as_json:
            return
        _show(shown, look, watch)


def _show(shown: RenderableType, look: Callable[[], RenderableType], watch: float | None) -> None:
    from rich.console import Console
    from rich.live import Live

    console = Console(highlight=False)
    if watch is None or not sys.stdout.isatty():
        console.print(shown)
        return
    with Live(shown, console=console, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(watch)
                live.update(look(), refresh=True)
        except KeyboardInterrupt:
            return


@app.command()
def pull(
    campaign: Name,
    output: Out = STDIO,
    articles: Annotated[
        Path | None, typer.Option("--articles", help="The frozen articles, to prove the spans against.")
    ] = None,
    *,
    plan: Annotated[Path | None, typer.Option("--plan", help="The campaign's plan.")] = None,
    plan_output: Annotated[
        Path | None,
        typer.Option("--plan-output", help="Write the plan with pseudonyms here, for `annotate agreement --plan`."),
    ] = None,
    codebook: CodebookName = DEFAULT,
    keys: Keys = Path(".annotators"),
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Bring the annotations of all of a campaign's projects home, in one file, under pseudonyms.

    Projects under another version of the codebook are named, and pulled with that --codebook; `annotate codebook
    migrate` brings both under one.

    Example: annotate campaign pull --campaign "Local news" --articles articles.jsonl -o annotations.jsonl
    """
    from annotate.campaign.assignments import read_plan, write_plan
    from annotate.campaign.pull import CampaignPull, pseudonymous
    from annotate.studio.client import Client
    from annotate.studio.credentials import access
    from annotate.studio.pseudonyms import Pseudonyms

    if plan_output and not plan:
        raise UsageError("--plan-output without --plan", hint="name the plan to write with pseudonyms")
    book, pseudonym = load(codebook), Pseudonyms(keys)
    with receipt("campaign pull", output, as_json=as_json, strict=strict) as paper, Client(access(folder)) as client:
        found = CampaignPull(client, campaign, book)
        texts = {article.id: article for article in paper.watch(files.read(articles, Article))} if articles else None
        paper.write(paper.watch(found.annotations(pseudonym, texts)))
        if plan and plan_output:
            write_plan(plan_output, pseudonymous(read_plan(plan), pseudonym))
        paper.facts |= {name: found.counts[name] for name in ("submitted", "skipped", "draft", "untouched")}
        paper.facts |= {"projects": len(found.rooms), "other_versions": found.left, **found.notes}
        for text in found.left:
            typer.secho(f"note: {text!r} is under another version of the codebook", fg="yellow", err=True)


@app.command()
def replay(
    exports: Annotated[list[Path], typer.Argument(help="Label Studio JSON exports that name annotators by e-mail.")],
    campaign: Name,
    *,
    folder: Folder = Path(".studio"),
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Make exported annotations again in a campaign's projects on the embedded server: a rehearsal, or a demonstration.

    Example: annotate campaign replay corpora/sample/annotations/*.json --campaign Sample
    """
    from annotate.campaign.rehearsal import replayed
    from annotate.studio.replay import read

    with receipt("campaign replay", as_json=as_json, strict=strict) as paper:
        works = [work for export in exports for work in paper.watch(read([export]))]
        made = paper.watch(replayed(folder, campaign, works))
        paper.facts["made"] = sum(1 for _ in paper.progress(made, "posting", len(works)))


@app.command(name="next")
def choose(
    articles: Annotated[Path, typer.Argument(help="What `annotate ingest` wrote; - is a pipe.")],
    output: Out = STDIO,
    *,
    scores: Annotated[
        list[Path] | None,
        typer.Option("--scores", help="What `annotate flag --scores` wrote of them (JSONL); again for the next model."),
    ] = None,
    strategy: Annotated[Strategy, typer.Option("--strategy", help="What makes an article worth labelling.")] = (
        Strategy.UNCERTAINTY
    ),
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many articles.")] = 50,
    plan: Annotated[Path | None, typer.Option("--plan", help="A plan whose articles are not chosen again.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Choose the articles to label next, the best first: what a model is least sure of, or what is unlike the rest.

    Example: annotate campaign next articles.jsonl --scores scores.jsonl --strategy uncertainty -n 50 -o next.jsonl
    """
    from annotate.campaign.selection import chosen
    from annotate.campaign.selection import scores as scored

    with receipt("campaign next", output, as_json=as_json, strict=strict) as paper:
        known = list(paper.watch(files.read(articles, Article)))
        models = [scored(paper.watch(files.read(path, Score))) for path in scores or ()]
        done: set[str] = {one.article for one in _rows(plan)} if plan else set()
        found = chosen(known, strategy, count, models=models, planned=done, seed=seed)
        files.write(output, (article for article, _ in found))
        paper.facts |= {"strategy": strategy.value, "chosen": len(found), "by": [round(by, 6) for _, by in found]}


def _rows(plan: Path) -> list[Assignment]:
    from annotate.campaign.assignments import read_plan

    return read_plan(plan)
