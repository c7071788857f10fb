"""Scoring invented articles by a plain loop, by one process, by two, and by Daft: the same flags, and what each costs.

The plain loop reads an article, asks the model, writes a line, and knows nothing of parts, receipts or processes. The others
are ``annotate flag --engine``, start of the interpreter, of the engine and loading the model included everywhere. The processor's
seconds are those of all processes together. The output of all is compared: parts in the order of ``job.json``.

    python bench/engines.py                                      # seconds
    python bench/engines.py --full -o bench/results/engines.json  # a million sentences: many minutes
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from invented import SENTENCES, article
from machine import annotate, cost, model
from measures import OURS, Claim, arguments, finish, row

MEASURE, CLOCK = "flags of sentences", "flags of sentences, by the clock"
SIZES, FULL_SIZES = (24_000,), (100_000, 1_000_000)
FILES = 16
ROUNDS, FULL_ROUNDS = 3, 1
PLAIN, TWO, DAFT = "plain loop", "ours, 2 processes", "ours, Daft"


def plain(folder: Path, scorer: Path, output: Path) -> None:
    """Score all articles one after the other."""
    import msgspec

    from annotate.baseline.scorer import Model
    from annotate.corpus.ingest import ingest
    from annotate.records import Article

    loaded, encode = Model.load(scorer), msgspec.json.Encoder(order="deterministic").encode
    found = (one for one in ingest([folder]) if isinstance(one, Article))
    with output.open("wb") as stream:
        for _, flags in loaded.flags_of(found):
            for flag in flags:
                stream.write(encode(flag) + b"\n")


def write_articles(folder: Path, count: int) -> int:
    """Write so many sentences as articles in JSONL files; return how many there are, with whole articles."""
    folder.mkdir()
    articles = -(-count // SENTENCES)
    for number in range(FILES):
        with (folder / f"{number:02}.jsonl").open("w", encoding="utf-8") as stream:
            for each in range(articles * number // FILES, articles * (number + 1) // FILES):
                stream.write(json.dumps({"text": article(each)}) + "\n")
    return articles * SENTENCES


def hash_of(output: Path) -> tuple[str, int]:
    """Return the hash of an output's lines in order, and how many they are."""
    parts = [output]
    if output.is_dir():
        listed = json.loads((output / "job.json").read_bytes())["parts"]
        parts = [output / part["part"] for part in listed]
    digest, lines = hashlib.sha256(), 0
    for part in parts:
        with part.open("rb") as stream:
            while block := stream.read(2**20):
                digest.update(block)
                lines += block.count(b"\n")
    return digest.hexdigest(), lines


def main() -> None:
    """Measure each engine in turn."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--plain", nargs=3, type=Path, metavar=("ARTICLES", "MODEL", "OUTPUT"), help="the plain loop alone"
    )
    parser.add_argument("--sentences", type=int, action="append", help="so many instead; again for another size")
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    if given.plain:
        plain(*given.plain)
        return
    with_daft = importlib.util.find_spec("daft") is not None
    if not with_daft:
        print("Daft is not installed ([scale]), so it is left out", file=sys.stderr)
    rows, claims = [], []
    for size in given.sentences or (FULL_SIZES if given.full else SIZES):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            count = write_articles(folder / "articles", size)
            runs = measured(
                folder, model(folder), given.rounds or (FULL_ROUNDS if given.full else ROUNDS), with_daft=with_daft
            )
        same = len({run["sha256"] for each in runs.values() for run in each}) == 1
        if not same:
            sys.exit("the engines' flags are not the same")
        for name, each in runs.items():
            facts = {"sha256": each[0]["sha256"], "flags": each[0]["lines"]}
            rows.append(row(MEASURE, count, name, each, **facts))
            rows.append(row(CLOCK, count, name, each, clock=True))
            cpu, wall = rows[-2].seconds, rows[-1].seconds
            print(
                f"{name:20} {count:10,} sentences: {cpu:8.1f} s of the processor, {wall:8.1f} s; a million: {cpu / count * 1e6:,.0f} s"
            )
    if given.full or given.sentences:  # with less work the start of the interpreter decides
        found = {(one.measure, one.system): one.seconds for one in rows if one.size == rows[-1].size}
        claims.append(Claim("Two processes beside one, by the clock", found[CLOCK, OURS] / found[CLOCK, TWO], 1.55))
        if with_daft:
            times = found[MEASURE, DAFT] / found[MEASURE, PLAIN]
            claims.append(
                Claim("Scoring through Daft, processor over the plain loop, same flags", times, 1.3, least=False)
            )
    about = {"daft": version("daft")} if with_daft else {}
    finish("engines", rows, claims, given.output, versions=about, files=FILES)


def measured(folder: Path, scorer: Path, rounds: int, *, with_daft: bool) -> dict[str, list[dict[str, Any]]]:
    """Return what each engine cost in each round, with the hash of its output."""
    articles, output = folder / "articles", folder / "flags"
    flag = ("flag", scorer, articles, "-o", output, "--engine")
    calls = {
        PLAIN: [sys.executable, __file__, "--plain", str(articles), str(scorer), str(output)],
        OURS: annotate(*flag, "local", "--jobs", 1),
        TWO: annotate(*flag, "local", "--jobs", 2),
    }
    if with_daft:
        calls[DAFT] = annotate(*flag, "daft", "--jobs", 2)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found = cost(call, OMP_NUM_THREADS="1")
            found["sha256"], found["lines"] = hash_of(output)
            runs[name].append(found)
            shutil.rmtree(output) if output.is_dir() else output.unlink()
    return runs


if __name__ == "__main__":
    main()
