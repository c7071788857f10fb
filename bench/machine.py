"""What a command and all that it starts cost: processor, clock and memory, whoever its processes belong to at the end.

Engines leave processes behind that end after the one that started them; the processor's time of those is counted too.
"""
# ruff: noqa: INP001 - scripts' shared part

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_ADOPT = 36
"""Linux's PR_SET_CHILD_SUBREAPER: orphans among those that we started become ours, and are waited for."""


def cost(command: list[str], **environment: str) -> dict[str, Any]:
    """Return seconds of the processor and the clock, and the highest memory of any one process, of a command."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    before, start = _processor(), time.perf_counter()
    running = subprocess.Popen(command, stdout=sys.stderr, env=os.environ | environment)  # noqa: S603 - ours
    code, peak = 0, 0
    while True:
        try:
            pid, status, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        peak = max(peak, used.ru_maxrss)
        if pid == running.pid:
            code, wall = os.waitstatus_to_exitcode(status), time.perf_counter() - start
    running.returncode = code  # it is waited for already
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}")
    return {"cpu": _processor() - before, "wall": wall, "peak_mb": peak * 1024 / 1e6}


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def annotate(*arguments: object) -> list[str]:
    """Return the call of a command of ours."""
    return [sys.executable, "-m", "annotate", *map(str, arguments)]


def model(folder: Path) -> Path:
    """Return the folder of a model trained on the bundled corpus."""
    gold = Path(__file__).parents[1] / "corpora" / "sample" / "gold.jsonl"
    for call in (
        ("dataset", "build", gold, "-o", folder / "dataset"),
        ("train", folder / "dataset", "-o", folder / "model"),
    ):
        subprocess.run(annotate(*call), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    return folder / "model"
