"""A campaign's plan as several commands read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.receipt import Receipt
from annotate.records import Annotation

if TYPE_CHECKING:
    from annotate.quality.assignments import Plan

PlanFile = Annotated[
    Path | None,
    typer.Option("--plan", help="The campaign's plan (CSV): which batch, arm and kind each annotation is of."),
]


def read_plan(path: Path | None, voters: Iterable[Annotation], keys: Path, paper: Receipt) -> Plan:
    """Return the rows of a plan by article and pseudonym; none without a plan.

    Args:
        path: of the plan.
        voters: annotations; a row without one is told.
        keys: folder of the pseudonyms' map, where the plan has names or addresses.
        paper: told of the rows that cannot be used.
    """
    if path is None:
        return {}
    from annotate.quality.assignments import assignments, planned
    from annotate.studio.accounts import email_of
    from annotate.studio.pseudonyms import Pseudonyms

    rows = list(assignments(path))
    by_address = {address: name for name, address in Pseudonyms(keys).known().items()}
    known = {
        row.annotator: by_address[address]
        for row in rows
        if (address := email_of(row.annotator).strip().casefold()) in by_address
    }
    done = {(one.article_id, one.annotator) for one in voters}
    return {(row.article, row.annotator): row for row in paper.watch(planned(rows, done, known))}
