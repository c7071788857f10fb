"""Reading invented web archives of growing size, and flagging what they hold: pages a second, memory, what a million costs.

The commands are ``annotate ingest`` and ``annotate flag`` as they come, on a ``.warc.gz`` of pages with menus, styles, scripts,
teasers and a footer round an article of 24 sentences. Memory is the highest of any process; start-up is included in the time.
Then near-duplicates among signatures of invented articles: time, memory, and whether another order gives the same clusters.

    python bench/ingest.py                                     # a minute or two
    python bench/ingest.py --full -o bench/results/ingest.json  # 1,000 and 10,000 pages, a million signatures: many minutes
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from invented import SENTENCES, record
from machine import annotate, cost, model
from measures import OURS, Claim, Row, apart, arguments, finish, measuring, row

SIZES, FULL_SIZES = (100, 400), (1_000, 10_000)
SIGNED, FULL_SIGNED = (10_000,), (10_000, 100_000, 1_000_000)
ALIKE = 5
"""Articles of one story, but for the widely copied ones."""
WIDELY, OF = 100, 1000
"""Of so many stories in a row, the first ones are one and the same: a story with 500 copies."""
MILLION = 1_000_000
INGEST, FAST, FLAG, CLUSTERS = "ingest", "ingest --extractor fast", "flag", "near-duplicates among signatures"


def archive(path: Path, count: int) -> Path:
    """Write an archive of so many pages."""
    with path.open("wb") as stream:
        for number in range(count):
            stream.write(gzip.compress(record(number), 1))
    return path


def pages(size: int, rounds: int) -> list[Row]:
    """Return what reading and flagging so many pages costs."""
    fast = importlib.util.find_spec("resiliparse") is not None
    if not fast:
        print("resiliparse is not installed ([web]), so --extractor fast is left out", file=sys.stderr)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        crawl, scorer = archive(folder / "crawl.warc.gz", size), model(folder)
        calls = {
            INGEST: annotate("ingest", crawl, "-o", folder / "articles.jsonl"),
            FLAG: annotate("flag", scorer, crawl, "-o", folder / "flags.jsonl"),
        }
        if fast:
            calls[FAST] = annotate("ingest", crawl, "--extractor", "fast", "-o", folder / "articles.jsonl")
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in calls}
        for _ in range(rounds):
            for name, call in calls.items():
                runs[name].append(cost(call, OMP_NUM_THREADS="1"))
        sentences = (folder / "flags.jsonl").read_bytes().count(b"\n")
        made_articles = (folder / "articles.jsonl").read_bytes().count(b"\n")
    if made_articles != size or sentences < size * SENTENCES:  # a title is a sentence more
        sys.exit(f"{size} pages gave {made_articles} articles and {sentences} sentences")
    rows = []
    for name, each in runs.items():
        rows.append(row(name, size, OURS, each, sentences=sentences))
        one = rows[-1]
        told = f"{size / one.seconds:8.1f} pages a second, {one.peak_mb or 0:5.0f} MB; a million pages: "
        told += f"{one.seconds / size * MILLION / 3600:.1f} core-hours"
        if name == FLAG:
            told += f"; a million sentences, pages and all: {one.seconds / sentences * MILLION / 60:.1f} core-minutes"
        print(f"{name:24} {size:7,} pages: {told}", flush=True)
    return rows


def cluster(count: int, *, backwards: bool) -> None:
    """Print what clustering so many invented signatures costs, and a hash of the clusters in order of the ids."""
    from annotate.dataset.syndicated import WIDTH, Gathering

    order = range(count)[::-1] if backwards else range(count)
    with measuring() as found, Gathering() as gathering:
        for number in order:
            gathering.add(hashlib.sha256(b"%d" % number).hexdigest()[:16], signature(number, WIDTH))
        told = sorted((one.article_id, one.cluster, one.size) for one in gathering.clusters())
    found["sha256"] = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    found["clusters"] = len({cluster for _, cluster, _ in told})
    found["largest"] = max((size for _, _, size in told), default=0)
    print(json.dumps(found))


def signature(number: int, width: int) -> Any:
    """Return the signature of an article: that of its story, with a tenth of the numbers its own."""
    story = number // ALIKE
    story -= story % OF if story % OF < WIDELY else 0
    signed = np.random.default_rng(story).integers(2**32, size=width, dtype=np.uint32)
    own = np.random.default_rng([number, 1])
    signed[own.integers(width, size=width // 10)] = own.integers(2**32, size=width // 10, dtype=np.uint32)
    return signed


def clusters(size: int) -> Row:
    """Return what clustering costs, in one order and in the other."""
    runs = [apart(__file__, "--cluster", size, *way) for way in ((), ("--backwards",))]
    if runs[0]["sha256"] != runs[1]["sha256"]:
        sys.exit("another order of the articles gave other clusters")
    facts = {name: runs[0][name] for name in ("sha256", "clusters", "largest")}
    found = row(CLUSTERS, size, OURS, runs, **facts)
    print(
        f"{size:,} signatures: {found.seconds:.1f} s, {found.peak_mb:.0f} MB, {facts['clusters']:,} clusters",
        flush=True,
    )
    return found


def main() -> None:
    """Measure each size in turn."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pages", type=int, action="append", help="so many instead; again for another size")
    parser.add_argument("--cluster", type=int, metavar="SIGNATURES", help="cluster so many, once")
    parser.add_argument("--backwards", action="store_true", help="in the other order")
    given = parser.parse_args()
    if given.cluster:
        cluster(given.cluster, backwards=given.backwards)
        return
    sizes = given.pages or (FULL_SIZES if given.full else SIZES)
    rows = [one for size in sizes for one in pages(size, given.rounds)]
    claims = []
    small, large = min(sizes), max(sizes)
    if small >= FULL_SIZES[0] and small < large:  # with fewer pages the start of the interpreter decides
        peaks = {(one.measure, one.size): one.peak_mb or 0 for one in rows}
        for name in (INGEST, FLAG):
            says = f"Memory of {name}, {large:,} pages over {small:,}"
            claims.append(Claim(says, peaks[name, large] / peaks[name, small], 1.3, least=False))
    rows += [clusters(size) for size in (FULL_SIGNED if given.full else SIGNED)]
    finish("ingest", rows, claims, given.output)


if __name__ == "__main__":
    main()
