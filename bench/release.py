"""Our streamed writer of releases beside `datasets.Dataset.from_generator` with features, and the near-duplicate check.

Rows are those of the config ``sentences`` under the default codebook: a text, labels, soft labels and votes of three targets
and nested spans of three layers. Both take the same generator of the same rows, in turn, each in a process of its own:
the processor's seconds and the clock's from the first row to the closed file, and the process's peak memory. Ours ends
with a compressed Parquet file, theirs with its Arrow file in the cache. What came out is compared.

    python bench/release.py                                      # some seconds
    python bench/release.py --full -o bench/results/release.json  # 100,000 and 1,000,000 rows, 100,000 articles: minutes
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

SIZES, FULL_SIZES = (5_000, 20_000), (100_000, 1_000_000)
ARTICLES, FULL_ARTICLES = 2_000, 100_000
WORDS_A_TEXT, VOCABULARY = 400, 50_000
COPIED = 20
"""One article in so many is another one with a tenth of its words changed."""
COMPARED = 1_000
"""Rows from each end of both files that are compared."""
HINTS = ("may", "it is said 🕊", "reportedly", "according to 東 Wire")


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many sentence rows; the same each time, all with their own text."""
    for number in range(count):
        hint = HINTS[number % len(HINTS)]
        text = f"The clerk of district {number} said the levy of {number * 7 % 9973} crowns {hint} end in year {number % 89}."
        start, cue, who = number % 31 * 200, text.index(hint), text.index("clerk")
        status, hedged = number % 4, number % 3 % 2
        claim = _span("c1", "unverified", start, text, who, len(text) - 1) | {"basis": "attributed"}
        yield {
            "article_id": f"{number // 31:016x}",
            "start": start,
            "end": start + len(text),
            "text": text,
            "segment": "body",
            "title": f"Levy {number // 31}",
            "outlet": f"Paper {number // 31 % 200}",
            "published": "2031-05-01",
            "language": "en",
            "license": "CC0-1.0",
            "status": status,
            "status_contested": False,
            "hedged": hedged,
            "hedged_contested": False,
            "flagged": hedged,
            "flagged_contested": False,
            "status_soft": [2 / 3 if n == status else 1 / 3 if n == (status + 1) % 4 else 0.0 for n in range(4)],
            "status_votes": [2 if n == status else 1 if n == (status + 1) % 4 else 0 for n in range(4)],
            "hedged_soft": [1.0 - hedged, float(hedged)],
            "hedged_votes": [3 - 3 * hedged, 3 * hedged],
            "flagged_soft": [1.0 - hedged, float(hedged)],
            "flagged_votes": [3 - 3 * hedged, 3 * hedged],
            "claim_spans": [claim, claim | {"id": "c2", "end": claim["end"] - 4}][: number % 3],
            "hedge_spans": [_span("h1", "epistemic", start, text, cue, cue + len(hint))] * hedged,
            "source_spans": [_span("s1", "person", start, text, who, who + 5)][: (number + 1) % 2],
        }


def _span(name: str, label: str, offset: int, text: str, start: int, end: int) -> dict[str, Any]:
    at = {"id": name, "label": label, "start": offset + start, "end": offset + end}
    return {**at, "text": text[start:end], "basis": None}


def ours(count: int, folder: Path) -> Any:
    """Write the rows with our table, and return what reads a part of them again."""
    import pyarrow.parquet as pq

    from annotate.codebook import load
    from annotate.dataset.configs import Sentences
    from annotate.dataset.tables import Table

    config = Sentences(load())
    with measuring() as found, Table(folder / "rows.parquet", config.features, config.rows_at_once) as table:
        for row in rows(count):
            table.add(row)
    found["bytes"] = (folder / "rows.parquet").stat().st_size
    return found, lambda: _ends(pq.ParquetFile(folder / "rows.parquet"), count)


def _ends(file: Any, count: int) -> list[dict[str, Any]]:
    """Return the first and the last rows of a Parquet file."""
    first = file.read_row_group(0).slice(0, COMPARED).to_pylist()
    left, groups = COMPARED, []
    for number in reversed(range(file.num_row_groups)):
        group = file.read_row_group(number)
        groups.insert(0, group.slice(max(0, len(group) - left)).to_pylist())
        left -= len(groups[0])
        if left <= 0:
            break
    if file.metadata.num_rows != count:
        sys.exit("rows are missing")
    return first + [row for group in groups for row in group]


def theirs(count: int, folder: Path) -> Any:
    """Write the rows with `Dataset.from_generator`, and return what reads a part of them again."""
    import datasets

    from annotate.codebook import load
    from annotate.dataset.configs import Sentences

    datasets.disable_progress_bars()
    features = datasets.Features.from_dict(Sentences(load()).features)
    with measuring() as found:
        made = datasets.Dataset.from_generator(rows, features=features, gen_kwargs={"count": count}, cache_dir=folder)
    found["bytes"] = sum(path.stat().st_size for path in folder.rglob("*.arrow"))
    ends = [*range(min(COMPARED, count)), *range(max(0, count - COMPARED), count)]
    return found, lambda: [made[number] for number in ends]


def generator(count: int, _folder: Path) -> Any:
    """Make the rows and drop them: what both pay alike."""
    with measuring() as found:
        for _ in rows(count):
            pass
    return found, list


def duplicates(count: int, _folder: Path) -> Any:
    """Look for near-duplicates among invented articles as the build and the check do; count those that were put there."""
    from annotate.dataset.clusters import Clusters
    from annotate.dataset.near_duplicates import near_duplicates, signature

    draw = np.random.default_rng(0)
    names = [f"w{number}" for number in range(VOCABULARY)]
    kept: list[Any] = []
    signatures = bytearray()
    planted = {}
    with measuring() as found:
        for number in range(count):
            chosen = (draw.pareto(1.0, WORDS_A_TEXT) * 40).astype(np.int64) % VOCABULARY  # few words often, many seldom
            if number % COPIED == COPIED - 1:
                chosen = kept[number % len(kept)].copy()
                planted[number] = number % len(kept)
                begin = int(draw.integers(WORDS_A_TEXT * 9 // 10))
                chosen[begin : begin + WORDS_A_TEXT // 10] = draw.integers(VOCABULARY, size=WORDS_A_TEXT // 10)
            elif len(kept) < count // COPIED:
                kept.append(chosen)
                planted.setdefault(-len(kept), number)
            signatures += signature(" ".join([names[word] for word in chosen])).tobytes()
        joined, pairs = Clusters(count), 0
        for one, other in near_duplicates(np.frombuffer(signatures, dtype=np.uint32).reshape(count, -1)):
            joined.join(one, other)
            pairs += 1
    copies = {number: planted[-of - 1] for number, of in planted.items() if number >= 0}
    together = sum(joined.root(one) == joined.root(other) for one, other in copies.items())
    return found | {"pairs": pairs, "planted": len(copies), "planted_found": together}, list


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
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        self.found["peak_mb"] = int(peak[1]) / 1000 if peak else None


SYSTEMS = {system.__name__: system for system in (generator, ours, theirs, duplicates)}


def child(name: str, count: int) -> None:
    """Print one measurement as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HF_HOME": folder, "HF_HUB_OFFLINE": "1"}
        found, ends = SYSTEMS[name](count, Path(folder))
        digest = hashlib.sha256(json.dumps(ends(), sort_keys=True).encode()).hexdigest()
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in found.items()}
    print(json.dumps(rounded | {"sha256": digest}))


def measured(name: str, count: int) -> dict[str, Any]:
    """Return one measurement, from a process of its own."""
    command = [sys.executable, __file__, "--child", name, "--count", str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - this very script
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print a table of times and memory, and write it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the sizes that docs/releases.md tells of: minutes")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--child", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.count)
        return
    facts: dict[str, Any] = {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in ("datasets", "pyarrow")}},
        "rows": [],
    }
    print(
        f"load before: {facts['load_before']} on {facts['cores']} cores; seconds of the processor and of the clock, peak MB\n"
    )
    print(f"{'rows':>10}{'ours cpu':>10}{'wall':>8}{'MB':>6}{'theirs cpu':>12}{'wall':>8}{'MB':>6}{'times':>7}")
    for count in FULL_SIZES if given.full else SIZES:
        found = {name: measured(name, count) for name in ("generator", "ours", "theirs")}
        own, other = found["ours"], found["theirs"]
        if own["sha256"] != other["sha256"]:
            sys.exit("the two wrote different rows")
        times = {"times_cpu": round(other["cpu"] / own["cpu"], 2), "times_wall": round(other["wall"] / own["wall"], 2)}
        facts["rows"].append({"count": count, **found, **times})
        line = f"{count:10,}{own['cpu']:10.2f}{own['wall']:8.2f}{own['peak_mb']:6.0f}"
        line += f"{other['cpu']:12.2f}{other['wall']:8.2f}{other['peak_mb']:6.0f}{times['times_cpu']:7.1f}"
        print(line, flush=True)
    count = FULL_ARTICLES if given.full else ARTICLES
    facts["near_duplicates"] = {"articles": count, **measured("duplicates", count)}
    told = facts["near_duplicates"]
    print(
        f"\nnear-duplicates among {count:,} articles of {WORDS_A_TEXT} words: {told['cpu']:.1f} s of the processor,"
        f" {told['wall']:.1f} s, {told['peak_mb']:.0f} MB; {told['planted_found']:,} of {told['planted']:,} planted copies found"
    )
    if given.output:
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
