"""A campaign's progress as a table for the terminal, and as one self-contained page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from annotate.campaign.progress import STATES, Progress

if TYPE_CHECKING:
    from rich.console import RenderableType

NAMES = {
    "submitted": "submitted",
    "skipped": "skipped",
    "draft": "begun",
    "untouched": "waiting",
    "not_pushed": "not pushed",
}
"""State → what people read."""
COLORS = {
    "submitted": "#009E73",
    "skipped": "#8a63b5",
    "draft": "#E69F00",
    "untouched": "#b9bcc4",
    "not_pushed": "transparent",
}
DONE = ("submitted", "skipped")


def table(found: Progress, taken: str) -> RenderableType:
    """Return progress for a terminal: a row an annotator and batch, a sum below, and what went another way."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, show_footer=True, header_style="dim")
    total = found.states
    left = "" if found.hours_left is None else f"{found.hours_left:.1f} h left"
    shown.add_column("annotator", footer="all", no_wrap=True)
    shown.add_column("batch", justify="right")
    shown.add_column("done", footer=_done(total), justify="right", no_wrap=True)
    met = [state for state in STATES if total[state]]  # what nobody has would only make the table wide
    for state in met:
        shown.add_column(NAMES[state], footer=str(total[state]), justify="right")
    shown.add_column("minutes", footer=left, justify="right", no_wrap=True)
    before = ""
    for row in found.rows:
        minutes = "" if row.minutes is None else f"{row.minutes:.1f}"
        name = "" if row.annotator == before else row.annotator
        before = row.annotator
        shown.add_row(name, str(row.batch), _done(row.states), *(str(row.states[state]) for state in met), minutes)
    notes = [Text(f"note: {note}", "yellow") for note in found.notes]
    return Group(Text(f"{found.campaign}, {taken}", "bold"), shown, *notes)


def _done(states: Mapping[str, int]) -> str:
    """Return how many are done of how many, and the share.

    >>> _done({"submitted": 2, "skipped": 1, "draft": 0, "untouched": 1, "not_pushed": 0})
    '3 of 4 (75%)'
    """
    done, of = sum(states[state] for state in DONE), sum(states.values())
    return f"{done} of {of} ({done / of:.0%})" if of else "0 of 0"


def page(found: Progress, taken: str) -> str:
    """Return progress as HTML that needs nothing else and changes nothing.

    Args:
        found: the progress.
        taken: when it was looked at.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    total = found.states
    rows = [
        {
            "annotator": row.annotator,
            "first": number == 0 or found.rows[number - 1].annotator != row.annotator,
            "batch": row.batch,
            "done": _done(row.states),
            "parts": _parts(row.states),
            "minutes": "" if row.minutes is None else f"{row.minutes:.1f}",
        }
        for number, row in enumerate(found.rows)
    ]
    arms = [{"arm": arm, "done": _done(states), "parts": _parts(states)} for arm, states in found.arms.items()]
    tiles = [
        ("annotators", str(len({row.annotator for row in found.rows}))),
        ("articles assigned", f"{sum(total.values()):,}"),
        ("done", _done(total).partition("(")[2].rstrip(")") or "0%"),
        (
            "hours left" if found.hours_left is not None else "hours left: no time was measured",
            "–" if found.hours_left is None else f"{found.hours_left:.1f}",
        ),
    ]
    loader = PackageLoader("annotate.campaign", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("campaign.html.jinja").render(
        title=found.campaign,
        taken=taken,
        tiles=tiles,
        rows=rows,
        arms=arms,
        key=[(NAMES[state], state, COLORS[state]) for state in STATES if total[state]],
        notes=found.notes,
        total=_done(total),
    )


def _parts(states: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"name": NAMES[state], "state": state, "count": states[state], "color": COLORS[state]} for state in STATES]
