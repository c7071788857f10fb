"""``annotate benchmark``: how good the baseline is on public corpora, beside what others published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from annotate.cli.receipt import MOST_SEED, AsJson, Receipt
from annotate.errors import StorageError, UsageError

if TYPE_CHECKING:
    from annotate.benchmarks.registry import Run
    from annotate.benchmarks.result import Result

ALL = "all"

app = typer.Typer(
    help="Measure the baseline on public corpora beside published results.", no_args_is_help=True, add_completion=False
)


@app.callback()
def _group() -> None:
    """Measure the baseline on public corpora, read from their original files, beside published results."""


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """Say which benchmarks there are: their files, licences, protocols and published results.

    Example: annotate benchmark list
    """
    from annotate.benchmarks.display import sheets
    from annotate.benchmarks.registry import BENCHMARKS
    from annotate.benchmarks.sheets import read_sheet

    found = [read_sheet(name) for name in BENCHMARKS]
    typer.echo(_json(found) if as_json else sheets(found))


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="Name of a benchmark, or `all`.")],
    *,
    data: Annotated[Path, typer.Option(help="Folder of the corpora, one folder each.")] = Path("data"),
    test: Annotated[
        Path | None, typer.Option(help="File (or folder) in the training file's form, to be scored instead.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of folds and resamples.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Train and measure on one public corpus, or on all of them, and print our numbers beside published ones.

    Of all, those whose corpus is not there are left blank; where none is there, the command ends with 3.

    Example: annotate benchmark run all --data data/
    """
    from annotate.benchmarks.display import others, table
    from annotate.benchmarks.registry import BENCHMARKS, Run
    from annotate.benchmarks.registry import run as measured

    if name == ALL and test is not None:
        raise UsageError("--test is one benchmark's own", hint="name the benchmark instead of `all`")
    paper = Receipt("benchmark", None, as_json=as_json, strict=False)
    given = Run(data, test, seed, paper.progress)
    if name != ALL:
        result = measured(name, given)
        typer.echo(_json(result) if as_json else f"{table([result])}\n\n{others(result)}")
        if not result.rows:
            typer.secho(f"{name}: blank without --test FILE, a file in the training file's form", fg="yellow", err=True)
        return
    results = []
    for each in BENCHMARKS:
        results.append(_or_blank(each, given))
        if not as_json and results[-1].rows:
            typer.secho(f"{each}: done", err=True)
    typer.echo(_json(results) if as_json else table(results))
    if not any(result.rows for result in results):
        hint = "--data names the folder of the corpora, one folder each; `annotate benchmark list` has their files"
        raise StorageError("nothing was measured: no corpus is there", where=str(data), hint=hint)


def _or_blank(name: str, given: Run) -> Result:
    """Return a benchmark's result; one without a number where its corpus is not there."""
    from annotate.benchmarks.registry import run as measured
    from annotate.benchmarks.result import Result
    from annotate.benchmarks.sheets import read_sheet

    try:
        return measured(name, given)
    except StorageError as error:
        sheet = read_sheet(name)
        typer.secho(f"{name}: not measured: {error}", fg="yellow", err=True)
        return Result(
            name=name,
            metric=sheet.metric,
            score=None,
            low=None,
            high=None,
            rows=0,
            published=sheet.published,
            others={},
            protocol=sheet.protocol,
            notes=(f"not measured: {error}",),
        )


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
