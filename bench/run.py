"""Measure every claim that the project makes about its speed and memory, beside its peers, in one run.

Each script here runs in turn, alone. What they write is joined into ``bench/results/<date>-<commit>.json``; a script that
ends in an error is named there, and this one ends with 1. Then `page.py` makes the page and the README's table.

    python bench/run.py                      # small sizes, into build/bench: minutes
    python bench/run.py --full --data DATA   # the sizes that the claims are about: an hour or less on two idle cores
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from measures import arguments

HERE = Path(__file__).parent
RESULTS = HERE / "results"
SCRIPTS = ("extraction", "segmentation", "cues", "scoring", "quality", "release", "ingest", "engines", "push")
PAGES = Path("pages", "readability")


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, how busy they are, versions."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    installed = {one.name: one.version for one in distributions() if one.name}
    versions = {"python": platform.python_version(), **dict(sorted(installed.items()))}
    load = round(os.getloadavg()[0], 2)
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "load_before": load,
        "versions": versions,
    }


def commit() -> str:
    """Return the commit that is measured, with a mark where the tree has changes."""
    git = ["git", "-C", str(HERE)]
    name = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    changes = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True)  # noqa: S603 - likewise
    return name.stdout.strip() + ("-changed" if changes.stdout.strip() else "")


def measured(script: str, call: list[str]) -> dict[str, Any]:
    """Run one script and return what it wrote, with how long it took and how it ended."""
    print(f"\n── {script} " + "─" * (70 - len(script)), flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "results.json"
        command = [sys.executable, str(HERE / f"{script}.py"), *call, "-o", str(output)]
        ended = subprocess.run(command, check=False).returncode  # noqa: S603 - our own scripts
        found = json.loads(output.read_bytes()) if output.exists() else {"script": script, "rows": [], "claims": []}
    return found | {"commit": commit(), "took": round(time.monotonic() - start), "ended": ended}


def main() -> None:
    """Run them, join their results, and make the page."""
    parser = arguments(__doc__)
    parser.add_argument("--data", type=Path, help=f"folder of public corpora; extraction reads {PAGES} in it")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=SCRIPTS,
        default=SCRIPTS,
        help="these scripts alone; those already in the file -o stay",
    )
    given = parser.parse_args()
    facts = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "commit": commit(), "full": given.full}
    facts |= {"machine": machine()}
    parts = []
    for script in given.only:
        if not (HERE / f"{script}.py").exists():
            print(f"\n{script} is left out: bench/{script}.py is not there", file=sys.stderr)
            continue
        call = ["--full"] if given.full else []
        if script == "extraction":
            if given.data is None or not (given.data / PAGES).is_dir():
                print(f"\nextraction is left out: --data names no folder that holds {PAGES}", file=sys.stderr)
                continue
            call += ["--pages", str(given.data / PAGES)]
        parts.append(measured(script, call))
    facts["machine"] |= {"load_after": round(os.getloadavg()[0], 2)}
    folder = RESULTS if given.full else HERE.parent / "build" / "bench"
    output = given.output or folder / f"{facts['date']}-{facts['commit']}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.exists() and given.only != SCRIPTS:
        before = [part for part in json.loads(output.read_bytes())["parts"] if part["script"] not in given.only]
        parts = sorted([*before, *parts], key=lambda part: SCRIPTS.index(part["script"]))
    output.write_text(json.dumps(facts | {"parts": parts}, indent=1) + "\n", encoding="utf-8")
    print(f"\nresults: {os.path.relpath(output)}", flush=True)
    subprocess.run([sys.executable, str(HERE / "page.py"), str(output.parent)], check=True)  # noqa: S603 - our own script
    failed = [part["script"] for part in parts if part["ended"]]
    missed = [claim["says"] for part in parts for claim in part["claims"] if not claim["met"]]
    for says in missed:
        print(f"MISSED: {says}")
    if failed:
        sys.exit(f"ended in an error: {', '.join(failed)}")


if __name__ == "__main__":
    main()
