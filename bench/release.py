"""Our streamed writer of releases beside `datasets.Dataset.from_generator` with features, and the near-duplicate check.

Rows are those of the config ``sentences`` under the default codebook: a text, labels, soft labels and votes of three targets
and nested spans of three layers. Both take the same generator of the same rows, in turn, each in a process of its own:
the processor's seconds from the first row to the closed file, and the process's peak memory. Ours ends with a compressed
Parquet file, theirs with its Arrow file in the cache. What came out is compared.

    python bench/release.py                    # some seconds
    python bench/release.py --full -o FILE     # up to 1,000,000 rows, 100,000 articles: minutes
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measures import Claim, apart, arguments, finish, measuring, ratio, row

SIZES, FULL_SIZES = (1_000, 10_000), (1_000, 10_000, 100_000, 1_000_000)
ARTICLES, FULL_ARTICLES = 2_000, 100_000
WRITE, SEARCH = "sentence rows to a file", "near-duplicates among articles"
PEER = "Dataset.from_generator"
WORDS_A_TEXT, VOCABULARY = 400, 50_000
COPIED = 20
"""One article in so many is another one with a tenth of its words changed."""
WIDE = 100_000
"""From this size on, memory has to be flat."""
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


SYSTEMS = {system.__name__: system for system in (generator, ours, theirs, duplicates)}


def child(name: str, count: int) -> None:
    """Print one measurement as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HF_HOME": folder, "HF_HUB_OFFLINE": "1"}
        found, ends = SYSTEMS[name](count, Path(folder))
        digest = hashlib.sha256(json.dumps(ends(), sort_keys=True).encode()).hexdigest()
    print(json.dumps(found | {"sha256": digest}))


def main() -> None:
    """Print a table of times and memory, and write it as JSON."""
    parser = arguments(__doc__)
    parser.add_argument("--child", choices=SYSTEMS, help="measure this one here")
    parser.add_argument("--count", type=int, help="at this size")
    given = parser.parse_args()
    if given.child:
        child(given.child, given.count)
        return
    rows = []
    for count in FULL_SIZES if given.full else SIZES:
        rounds = 3 if count < FULL_SIZES[-1] else 1
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in ("generator", "ours", "theirs")}
        for _ in range(rounds):
            for name, runs in found.items():
                runs.append(apart(__file__, "--child", name, "--count", count))
        if len({run["sha256"] for name in ("ours", "theirs") for run in found[name]}) != 1:
            sys.exit("the two wrote different rows")
        rows.append(row(WRITE, count, "ours", found["ours"], bytes=found["ours"][0]["bytes"]))
        rows.append(row(WRITE, count, PEER, found["theirs"], bytes=found["theirs"][0]["bytes"]))
        rows.append(row(WRITE, count, "rows made and dropped", found["generator"]))
    count = FULL_ARTICLES if given.full else ARTICLES
    told = apart(__file__, "--child", "duplicates", "--count", count)
    facts = {key: told[key] for key in ("pairs", "planted", "planted_found")}
    rows.append(row(SEARCH, count, "ours", [told], **facts))
    claims = [
        Claim("Near-duplicates: share of the planted copies found", told["planted_found"] / told["planted"], 0.99)
    ]
    claims[0].unit = "of 1"
    if given.full:
        peaks = [one.peak_mb or 0 for one in rows if one.system == "ours" and one.measure == WRITE and one.size >= WIDE]
        claims += [
            Claim(f"Writing a million sentence rows beside {PEER}", ratio(rows, WRITE, PEER), 5),
            Claim("Memory while a million sentence rows are written", max(peaks), 400, least=False, unit="MB"),
            Claim("Memory at a million rows over that at 100,000", peaks[-1] / peaks[0], 1.1, least=False),
        ]
    finish("release", rows, claims, given.output, words_a_text=WORDS_A_TEXT)


if __name__ == "__main__":
    main()
