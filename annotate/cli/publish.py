"""``annotate dataset publish`` and ``annotate model publish``: a folder that was checked → one commit on the Hub."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli import dataset
from annotate.cli.receipt import AsJson, Receipt, receipt
from annotate.errors import DataError, UsageError

if TYPE_CHECKING:
    from annotate.dataset.publish import Content, Wish

app = typer.Typer(help="Publish a model.", no_args_is_help=True, add_completion=False)

Repo = Annotated[str, typer.Option("--repo", help="Where to: ORG/NAME or USER/NAME.")]
Tag = Annotated[str | None, typer.Option("--tag", help="Name the commit, such as v1.0.0; it is never moved.")]
Private = Annotated[bool, typer.Option("--private/--public", help="Who may see the repository.")]
AsRequest = Annotated[bool, typer.Option("--pr", help="Propose it as a pull request.")]
PlanOnly = Annotated[
    bool, typer.Option("--plan", help="Show the plan for a new repository without asking the Hub, and stop.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")
LONGEST = 96
"""Characters that the Hub takes."""

SHOWN = 3
"""Errors of a check that are told."""


@app.callback()
def _group() -> None:
    """Publish a model that `annotate train` made."""


@dataset.app.command("publish")
def publish_dataset(
    folder: Annotated[Path, typer.Argument(help="Folder of a release.")],
    repo: Repo,
    tag: Tag = None,
    private: Private = True,
    request: AsRequest = False,
    rights_held: Annotated[
        bool,
        typer.Option(
            "--i-hold-the-rights", help="You may publish texts whose licence does not say so; it is recorded."
        ),
    ] = False,
    plan_only: PlanOnly = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Publish a release on the Hub: checked, in one commit, private unless told otherwise.

    The token comes from HF_TOKEN or from `hf auth login`. The same content again makes no commit; after a failure, the same
    command goes on.

    Example: annotate dataset publish dataset/ --repo newsroom/claims --tag v1.0.0
    """
    from annotate.dataset.publish import Wish
    from annotate.dataset.release_files import release_content

    wish = Wish(private=private, tag=tag, request=request)
    _possible(repo, wish)
    with receipt("dataset publish", as_json=as_json, strict=False) as paper:
        content = release_content(folder, rights_held=rights_held)
        _checked(folder)
        again = [*("dataset", "publish", str(folder)), *_options(repo, wish)]
        again += ["--i-hold-the-rights"] if rights_held else []
        _carry_out(paper, content, repo, wish, again, plan_only=plan_only, yes=yes)
        if content.description:
            paper.facts["rights"] = content.description


@app.command("publish")
def publish_model(
    folder: Annotated[Path, typer.Argument(help="Folder that `annotate train` wrote.")],
    repo: Repo,
    license_name: Annotated[str, typer.Option("--license", help="Of the model, as the Hub names it: apache-2.0, …")],
    evaluation: Annotated[
        Path | None, typer.Option(help="What `annotate evaluate` wrote of this model, for its card.")
    ] = None,
    trained_on: Annotated[
        str | None, typer.Option("--dataset", help="ORG/NAME of the dataset that it was trained on, for its card.")
    ] = None,
    tag: Tag = None,
    private: Private = True,
    request: AsRequest = False,
    plan_only: PlanOnly = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Publish a model on the Hub with a card that holds its results, in one commit, private unless told otherwise.

    Example: annotate model publish model/ --repo newsroom/flags --license apache-2.0 --evaluation evaluation.json
    """
    from annotate.baseline.publication import model_content
    from annotate.dataset.publish import Wish

    wish = Wish(private=private, tag=tag, request=request)
    _possible(repo, wish)
    if trained_on is not None:
        _named(trained_on)
    with receipt("model publish", as_json=as_json, strict=False) as paper:
        content = model_content(folder, repo, license_name=license_name, evaluation=evaluation, dataset=trained_on)
        again = [*("model", "publish", str(folder)), *_options(repo, wish), "--license", license_name]
        again += ["--evaluation", str(evaluation)] if evaluation else []
        again += ["--dataset", trained_on] if trained_on else []
        _carry_out(paper, content, repo, wish, again, plan_only=plan_only, yes=yes)


def _checked(folder: Path) -> None:
    """Raise unless a release's check finds no error; say what it warns of.

    Raises:
        DataError: it finds one.
    """
    from annotate.dataset.checks import check

    found = check(folder)
    for name, finding in found.warnings:
        typer.secho(f"warning: {name}: {finding.detail}", fg="yellow", err=True)
    if found.errors:
        told = "; ".join(f"{name}: {finding.detail}" for name, finding in found.errors[:SHOWN])
        message = f"its check finds {len(found.errors)} errors: {told}"
        raise DataError(message, where=str(folder), hint=f"look at them with `annotate dataset check {folder}`")


def _carry_out(
    paper: Receipt, content: Content, repo: str, wish: Wish, again: list[str], *, plan_only: bool, yes: bool
) -> None:
    """Show the plan, ask, carry it out, and note in the receipt what was done."""
    from annotate.dataset.hub import Hub, settings
    from annotate.dataset.publish import local_plan, plan, publish

    command = shlex.join(["annotate", *again])
    if plan_only:
        where = settings().endpoint + ("/datasets/" if content.kind == "dataset" else "/") + repo
        found = local_plan(content, wish, where)
    else:
        _quiet()
        hub = Hub(settings(), content.kind, repo)
        found = plan(hub, content, wish)
    for line in found.told():
        typer.echo(line, err=True)
    paper.facts |= {
        "url": found.url,
        "private": wish.private,
        "uploads": len(found.upload),
        "deletes": len(found.delete),
    }
    paper.facts |= {"kept_of_the_card": list(found.kept), "commit": found.head, "committed": False, "tagged": None}
    if plan_only or found.empty:
        paper.facts |= {"done": "a plan, and nothing else" if plan_only else "nothing to do"}
        return
    if not yes:
        _ask()
    try:
        done = publish(hub, content, found, again=command, tell=lambda line: typer.echo(line, err=True))
    except KeyboardInterrupt:
        typer.echo(f"\nstopped: nothing is half-published. To go on: {command}", err=True)
        raise
    paper.facts |= {"commit": done.commit, "committed": done.committed, "tagged": done.tagged, "page": done.page}


def _ask() -> None:
    """Ask whether to go on.

    Raises:
        UsageError: nobody is there to ask.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        message = "nobody is there to ask"
        raise UsageError(message, hint="look at the plan above, and add --yes")
    typer.confirm("Go on?", default=False, abort=True, err=True)


def _quiet() -> None:
    """Keep the client's progress bars to terminals."""
    if not sys.stderr.isatty():
        from huggingface_hub.utils.tqdm import disable_progress_bars

        disable_progress_bars()


def _possible(repo: str, wish: Wish) -> None:
    """Raise unless this can be asked of the Hub.

    Raises:
        UsageError: it cannot.
    """
    _named(repo)
    if wish.request and wish.tag:
        message = "--tag names a commit of the main branch, and --pr makes none"
        raise UsageError(message, hint="leave one out; set the tag once the pull request is merged")


def _named(repo: str) -> None:
    if not NAME.fullmatch(repo) or len(repo) > LONGEST or "--" in repo or ".." in repo:
        message = f"{repo!r} is no name of a repository"
        raise UsageError(message, hint="name it as ORG/NAME: letters, digits, '-', '_' and '.'")


def _options(repo: str, wish: Wish) -> list[str]:
    """Return the options that say the same again."""
    tag = ["--tag", wish.tag] if wish.tag else []
    return ["--repo", repo, *tag, *(["--pr"] if wish.request else []), "--private" if wish.private else "--public"]
