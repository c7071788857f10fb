"""An error, a warning or a note, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from annotate.records import Record


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The release is wrong, or gives away what it must not: publishing refuses it."""
    WARNING = "warning"
    """A person should look at it before publishing."""
    NOTE = "note"
    """Readers should know."""


class Finding(Record, frozen=True, kw_only=True):
    """One thing that was found.

    Attributes:
        level: how much it matters.
        detail: the sentence a person reads.
        count: how many places it is about.
        examples: the first of these places.
    """

    level: Level
    detail: str
    count: int = 1
    examples: tuple[str, ...] = ()


SHOWN = 5
"""How many places of one kind are named."""


class Places:
    """Places of one kind: all are counted, the first few are kept.

    >>> places = Places()
    >>> places.add("test, article 0f2a [3, 9)")
    >>> list(places.finding(Level.ERROR, "{} spans read otherwise"))[0].detail
    '1 spans read otherwise'
    """

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0
        self.examples: list[str] = []

    def add(self, place: str) -> None:
        """Count a place."""
        self.count += 1
        if len(self.examples) < SHOWN:
            self.examples.append(place)

    def finding(self, level: Level, detail: str) -> Iterable[Finding]:
        """Yield the finding, with the count in place of ``{}``; nothing where there is no place."""
        if self.count:
            words = detail.replace("{}", f"{self.count:,}", 1)
            yield Finding(level=level, detail=words, count=self.count, examples=tuple(self.examples))


class Findings:
    """All that was found, by the check that found it.

    Attributes:
        checks: name of a check → what it found; nothing where all is well.
    """

    def __init__(self) -> None:
        """Start with no check run."""
        self.checks: dict[str, tuple[Finding, ...]] = {}

    def add(self, check: str, found: Iterable[Finding]) -> None:
        """Take in what a check found, what matters most first."""
        order = list(Level)
        self.checks[check] = tuple(sorted(found, key=lambda finding: order.index(finding.level)))

    def of(self, level: Level) -> list[tuple[str, Finding]]:
        """Return the findings of a level with the names of their checks."""
        return [(name, finding) for name, found in self.checks.items() for finding in found if finding.level is level]

    @property
    def errors(self) -> list[tuple[str, Finding]]:
        """The errors, with the names of their checks."""
        return self.of(Level.ERROR)

    @property
    def warnings(self) -> list[tuple[str, Finding]]:
        """The warnings, with the names of their checks."""
        return self.of(Level.WARNING)

    def counts(self) -> dict[str, int]:
        """Return how many findings there are by level."""
        return {level.value: len(self.of(level)) for level in Level}
