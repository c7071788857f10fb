"""What every command shares: a receipt of what was kept and set aside, progress, and the way it ends."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from annotate.errors import DataError
from annotate.files import STDIO, write
from annotate.records import Outcome, Record, SetAside

T = TypeVar("T")
R = TypeVar("R", bound=Record)

MOST_SEED = 2**32 - 1
"""Largest seed that every library takes."""
SHOWN_ASIDE = 10
"""How many set-aside records are told on stderr; the receipt counts all."""

Out = Annotated[Path, typer.Option("--output", "-o", help="File to write; - is standard output.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the receipt as JSON and nothing else.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 when anything was set aside.")]
CodebookName = Annotated[
    str, typer.Option("--codebook", help="Name of a codebook that comes with the package, or a folder.")
]


class Receipt:
    """What a command did: counts kept and set aside with reasons, and whatever the stage adds.

    Attributes:
        facts: what the command adds to its receipt, by name.
    """

    def __init__(self, command: str, output: Path | None, *, as_json: bool, strict: bool) -> None:
        """Start a receipt; nothing is printed before the end but what is set aside, and progress."""
        self.command, self.output, self.as_json, self.strict = command, output, as_json, strict
        self.facts: dict[str, object] = {}
        self._outcomes: list[Outcome[object]] = []
        self._told = 0

    def watch(self, stream: Iterable[T | SetAside]) -> Outcome[T]:
        """Return the stream's kept records as an `Outcome` whose set-aside ones are told and counted here."""
        outcome: Outcome[T] = Outcome(stream, self._tell)
        self._outcomes.append(outcome)  # type: ignore[arg-type]  # an outcome of T is only counted here
        return outcome

    def progress(self, records: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Yield the records, with a progress bar on stderr when it is a terminal."""
        if self.as_json or not sys.stderr.isatty():
            yield from records
            return
        from rich.console import Console
        from rich.progress import track

        yield from track(records, description=label, total=total, console=Console(stderr=True), transient=True)

    @contextlib.contextmanager
    def bar(self, label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Give a function that moves a progress bar on by so many steps; silent where `progress` would be."""
        if self.as_json or not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task(label, total=total)
            yield lambda steps: shown.advance(task, steps)

    def write(self, records: Iterable[R], path: Path | None = None) -> int:
        """Write records to the command's output; refuse to write when all there was had to be set aside.

        Raises:
            DataError: nothing was kept and something was set aside.
        """
        return write(path or self.output or STDIO, self._not_nothing(records))

    def _not_nothing(self, records: Iterable[R]) -> Iterator[R]:
        count = 0
        for record in records:
            count += 1
            yield record
        if not count and self.aside:
            message = f"nothing left: all {self.aside} were set aside"
            raise DataError(message, hint="the lines above say why; nothing was written")

    def _tell(self, record: SetAside) -> None:
        self._told += 1
        if self._told <= SHOWN_ASIDE:
            typer.secho(f"set aside: {record.where}: {record.detail}", fg="yellow", err=True)
        elif self._told == SHOWN_ASIDE + 1:
            typer.secho("set aside: more, counted in the receipt", fg="yellow", err=True)

    @property
    def aside(self) -> int:
        """How many records were set aside."""
        return sum(outcome.reasons.total() for outcome in self._outcomes)

    @property
    def kept(self) -> int:
        """How many records the last stage let through."""
        return self._outcomes[-1].kept if self._outcomes else 0

    def as_dict(self) -> dict[str, object]:
        """Return the receipt as plain data."""
        reasons: dict[str, int] = {}
        for outcome in self._outcomes:
            for reason, count in outcome.reasons.items():
                reasons[reason] = reasons.get(reason, 0) + count
        examples = [record for outcome in self._outcomes for record in outcome.aside]
        result: dict[str, object] = {"command": self.command, **self.facts}
        if self._outcomes:
            result |= {"kept": self.kept, "set_aside": reasons, "set_aside_records": examples}
        if self.output is not None:
            result["output"] = str(self.output)
        return result

    def show(self) -> None:
        """Print the receipt: JSON on stdout (stderr when the output went to stdout), else one line on stderr."""
        data = self.as_dict()
        if self.as_json:
            text = msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
            typer.echo(text, err=self.output == STDIO)
            return
        parts = [f"{self.kept:,} kept"] if self._outcomes else []
        reasons = data.get("set_aside")
        if isinstance(reasons, dict) and reasons:
            parts.append(f"{self.aside:,} set aside (" + ", ".join(f"{n} {name}" for name, n in reasons.items()) + ")")
        parts += [f"{name} {value}" for name, value in self.facts.items() if isinstance(value, int | float | str)]
        where = f" → {self.output}" if self.output not in {None, STDIO} else ""
        typer.secho(f"{self.command}: {'; '.join(parts) or 'done'}{where}", fg="green", err=True)


@contextlib.contextmanager
def receipt(
    command: str, output: Path | None = None, *, as_json: bool = False, strict: bool = False
) -> Iterator[Receipt]:
    """Give a command its receipt, print it when the command ends well, and end with the right exit code.

    Raises:
        typer.Exit: code 1, when ``strict`` and something was set aside.
    """
    paper = Receipt(command, output, as_json=as_json, strict=strict)
    yield paper
    paper.show()
    if strict and paper.aside:
        raise typer.Exit(1)
