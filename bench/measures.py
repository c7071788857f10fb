"""What every script here writes: rows of measurements, and the claims that they have to bear.

A row is one system at one size of work. A ratio is another system's seconds over ours, at the same size. Each run is a
process of its own (`apart`), so that its peak memory is its own, and the systems take turns.

Outline of a results file::

    {"script": "release", "about": {…}, "rows": [Row, …], "claims": [Claim, …]}
"""
# ruff: noqa: INP001, T201 - scripts' shared part; it prints

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OURS = "ours"


@dataclass
class Row:
    """One system at one size of work.

    Attributes:
        measure: what is done, as in "Dawid-Skene, 20 steps"; the same words for all systems.
        size: how much of it: sentences, rows, pages, labels.
        system: who does it; ours begin with `OURS`.
        seconds: median of the rounds, of the processor (of the clock where `clock`).
        peak_mb: the highest memory of the process, in MB; None where it was not a process of its own.
        rounds: seconds of each round.
        clock: whether the seconds are those of the clock.
        facts: what else is worth keeping: what came out, a hash, a difference.
    """

    measure: str
    size: int
    system: str
    seconds: float
    peak_mb: float | None = None
    rounds: list[float] = field(default_factory=list)
    clock: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Claim:
    """What the project says of itself, and what this run gave.

    Attributes:
        says: one plain sentence without the number, as in "Dawid-Skene beside crowd-kit".
        value: the number of this run.
        bar: the number it has to reach.
        least: whether the bar is a least value; else it is a most.
        unit: of both: "times", "MB", "s".
    """

    says: str
    value: float
    bar: float
    least: bool = True
    unit: str = "times"

    @property
    def met(self) -> bool:
        """Whether it holds."""
        return self.value >= self.bar if self.least else self.value <= self.bar


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """Return the arguments that all scripts take: ``--full`` and ``-o``."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the sizes that the docs tell of: minutes")
    parser.add_argument("-o", "--output", type=Path, help="JSON file for the results")
    return parser


def apart(script: str, *call: object, **environment: str) -> dict[str, Any]:
    """Return the last line of a script's output as JSON, from a process of its own."""
    command = [sys.executable, script, *map(str, call)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | environment)  # noqa: S603 - this very script
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class measuring:  # noqa: N801 - reads as a statement
    """Time of a block, on the processor and on the clock, and the process's peak memory at its end."""

    def __enter__(self) -> dict[str, Any]:
        """Start the clocks; the numbers are in the dictionary after the block."""
        self.found: dict[str, Any] = {}
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        return self.found

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        self.found |= {"cpu": time.process_time() - self._cpu, "wall": time.perf_counter() - self._wall}
        self.found["peak_mb"] = peak_mb()


def peak_mb() -> float | None:
    """Return the highest memory of this process so far, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1000 if found else None


def row(measure: str, size: int, system: str, runs: list[dict[str, Any]], *, clock: bool = False, **facts: Any) -> Row:
    """Return a row of what `measuring` gave in each round."""
    seconds = [round(run["wall" if clock else "cpu"], 6) for run in runs]
    peaks = [run["peak_mb"] for run in runs if run.get("peak_mb") is not None]
    return Row(measure, size, system, statistics.median(seconds), max(peaks, default=None), seconds, clock, facts)


def ratio(rows: list[Row], measure: str, peer: str, size: int | None = None, system: str = OURS) -> float:
    """Return a peer's seconds over ours, at a size or the greatest that both have."""
    found = {(one.system, one.size): one.seconds for one in rows if one.measure == measure}
    sizes = [at for name, at in found if name == peer and (system, at) in found]
    at = max(sizes) if size is None else size
    return found[peer, at] / found[system, at]


def finish(script: str, rows: list[Row], claims: list[Claim], output: Path | None, **about: Any) -> None:
    """Print the rows with their ratios and the claims, and write them where wanted."""
    ours = {(one.measure, one.size): one.seconds for one in rows if one.system == OURS}
    width = max((len(one.measure) for one in rows), default=0)
    print(f"\n{'':{width}} {'size':>10} {'system':28} {'seconds':>10} {'MB':>6} {'times':>7}")
    for one in rows:
        peak = "" if one.peak_mb is None else f"{one.peak_mb:.0f}"
        base = ours.get((one.measure, one.size))
        times = f"{one.seconds / base:.2f}" if base else ""
        print(f"{one.measure:{width}} {one.size:10,} {one.system:28} {one.seconds:10.3f} {peak:>6} {times:>7}")
    for claim in claims:
        sign = ("≥" if claim.least else "≤") + f" {claim.bar:g} {claim.unit}"
        print(f"{'met   ' if claim.met else 'MISSED'} {claim.says}: {claim.value:.2f} ({sign})")
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        told = {"script": script, "about": about, "rows": [asdict(one) for one in rows]}
        told["claims"] = [asdict(claim) | {"met": claim.met} for claim in claims]
        output.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
