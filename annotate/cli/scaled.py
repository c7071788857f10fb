"""``--engine``: a command's work in parts, by processes of this machine or by Daft, there or on a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.receipt import Receipt
from annotate.errors import DataError, OutsideError, UsageError
from annotate.files import STDIO
from annotate.records import Outcome, SetAside

if TYPE_CHECKING:
    from annotate.scale.batch import Work
    from annotate.scale.job import Drive
    from annotate.scale.parts import File
    from annotate.scale.stores import Store


class Engine(StrEnum):
    """What does the parts of a work."""

    LOCAL = "local"
    DAFT = "daft"


EngineName = Annotated[
    Engine | None,
    typer.Option(
        "--engine",
        help="Work in parts, local or by daft: -o is a folder, a part a split of the inputs; killed, it goes on again.",
    ),
]
Address = Annotated[
    str | None, typer.Option("--address", help="Ray cluster for --engine daft, as in ray://head.example:10001.")
]


def in_parts(
    paper: Receipt,
    paths: list[Path],
    output: Path | None,
    work: Work,
    *,
    engine: Engine,
    address: str | None,
    jobs: int | None = None,
    columns: Mapping[str, str] | None = None,
    format: str | None = None,  # noqa: A002 - it is the option's name
) -> None:
    """Do a command's work in parts, and put what their receipts add up to in the command's.

    Raises:
        UsageError: the output is no folder, or the engine is not installed.
        Unreachable: there is no cluster at this address.
        DataError: nothing was kept, and something was set aside or failed.
        OutsideError: some parts failed every time; the others are there.
    """
    from annotate.scale.job import run
    from annotate.scale.parts import Job, remote
    from annotate.scale.splits import splits

    if output is None or output == STDIO or output.is_file():
        raise UsageError("with --engine the output is a folder of parts", hint="name one with -o")
    if address is not None and engine is not Engine.DAFT:
        raise UsageError(f"--address is for --engine daft, not {engine.value}")
    if STDIO in paths:
        raise UsageError("standard input cannot be divided", hint="name files or folders")
    addresses = any(map(remote, [*paths, output]))
    if addresses and engine is not Engine.DAFT:
        raise UsageError("addresses such as s3:// are read and written by --engine daft alone")
    workers = jobs or os.cpu_count() or 1
    drive, store = _daft(address, workers) if engine is Engine.DAFT else _local(workers)
    found = list(paper.watch(_files(paths, store)))
    job = Job(
        output=remote(output) or str(output.resolve()),
        work=work,
        work_key=work.key,
        columns=dict(columns or {}),
        format=format,
        base=str(Path.cwd()),
    )
    if remote(output):
        paper.output, paper.facts["output"] = None, job.output
    plan = list(splits(found, store))
    with paper.bar("parts", len(plan)) as moved:
        total = run(job, plan, drive, store, moved)
    told: Outcome[SetAside] = paper.watch(record for part in total.parts for record in part.aside)
    list(told)
    told.kept, told.reasons = total.kept, total.reasons  # the parts keep the first of each alone
    paper.facts |= {"parts": len(total.parts), "resumed": total.resumed, **total.counts, "sha256": total.sha256}
    for failure in total.failed:
        typer.secho(f"failed: {failure.where}: {failure.detail}", fg="yellow", err=True)
    if total.failed:
        paper.facts["failed"] = [failure.where for failure in total.failed]
        message = f"{len(total.failed):,} of {len(plan):,} parts failed every time; the others are there"
        raise OutsideError(message, where=str(total.failed[0].where), hint="the lines above say why; run it again")
    if not total.kept and paper.aside:
        message = f"nothing left: all {paper.aside} were set aside"
        raise DataError(message, hint="the lines above say why")


def _files(paths: list[Path], store: Store) -> Iterator[File | SetAside]:
    """Yield the files of paths and addresses, in their order."""
    from annotate.scale.parts import remote
    from annotate.scale.splits import files

    for path in paths:
        address = remote(path)
        yield from files([path]) if address is None else store.files(address)


def _local(workers: int) -> tuple[Drive, Store]:
    from annotate.scale.job import processes
    from annotate.scale.stores import Folders

    return processes(workers), Folders()


def _daft(address: str | None, workers: int) -> tuple[Drive, Store]:
    from annotate.scale import daft

    drive = daft.on_this_machine(workers) if address is None else daft.on_cluster(address)
    return drive, daft.Anywhere(daft.endpoint())
