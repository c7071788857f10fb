"""`annotate dataset build` as a user runs it: opened by `datasets`, the same twice, and safe on a full disk and a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotate import files
from annotate.codebook import load
from annotate.quality.gold import gold
from annotate.records import (
    Annotation,
    Article,
    Extent,
    Gold,
    Outcome,
    Segment,
    SegmentKind,
    Span,
    Status,
    article_id,
)

ANNOTATE = [sys.executable, "-m", "annotate"]
PLACES = ("harbour", "mill", "school", "ferry", "bridge", "market", "museum", "river")


def article(number: int, sentences: int) -> Article:
    """Return an article that shares no run of three words with another."""
    told = [
        f"The {PLACES[number % 8]}{number} may{number}x{n} flood road{number}y{n} 🌊." for n in range(sentences - 1)
    ]
    told.append(f"It may reopen{number} in year{number}.")
    text = " ".join(told)
    extents = [Extent(start=text.index(one), end=text.index(one) + len(one)) for one in told]
    return Article(
        id=article_id(text),
        text=text,
        outlet=f"Paper {number}",
        license="CC0-1.0",
        language="en",
        segments=(Segment(start=0, end=len(text), kind=SegmentKind.BODY),),
        sentences=tuple(extents),
    )


def annotation(of: Article, annotator: str, *, hedged: bool) -> Annotation:
    """Return one claim and, if so, one hedge."""
    claim, hedge = of.sentences[0], of.text.rindex("may ")
    marks = [("claim", "unverified", claim.start, claim.end - 1)]
    marks += [("hedge", "epistemic", hedge, hedge + 3)] if hedged else []
    spans = tuple(
        Span(id=f"s{n}", layer=layer, label=label, start=start, end=end, text=of.text[start:end])
        for n, (layer, label, start, end) in enumerate(marks)
    )
    return Annotation(
        article_id=of.id,
        text_sha256=of.sha256,
        annotator=annotator,
        status=Status.SUBMITTED,
        codebook=load().ref,
        spans=spans,
    )


def write_gold(path: Path, count: int, sentences: int = 3) -> None:
    """Write the gold of so many articles; two annotators differ on the hedge of every fourth."""
    articles = [article(number, sentences) for number in range(count)]
    made = [annotation(a, "a", hedged=n % 2 == 0) for n, a in enumerate(articles)]
    made += [annotation(a, "b", hedged=n % 4 == 0) for n, a in enumerate(articles)]
    stream: Outcome[Gold] = Outcome(gold(made, articles, load()))
    files.write(path, stream)


def contents(folder: Path) -> dict[str, bytes]:
    """Return path → bytes of the files in a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command of ours."""
    return subprocess.run([*ANNOTATE, *arguments], check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload,no-any-return]  # options are subprocess.run's


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a gold file and the release that the command made of it."""
    folder = tmp_path_factory.mktemp("made")
    write_gold(folder / "gold.jsonl", 20)
    done = run("dataset", "build", folder / "gold.jsonl", "-o", folder / "dataset", "--json")
    assert done.returncode == 0, done.stderr
    (folder / "receipt.json").write_text(done.stdout, encoding="utf-8")
    return folder


LOAD = """
import json, sys, datasets
datasets.disable_progress_bars()
folder, configs = sys.argv[1], sys.argv[2:]
found = {"default": sorted(datasets.load_dataset(folder)["train"].features)}
for config in configs:
    loaded = datasets.load_dataset(folder, config)
    streamed = datasets.load_dataset(folder, config, streaming=True)
    found[config] = {
        split: {"features": part.features.to_dict(), "rows": part.to_list(), "streamed": len(list(streamed[split]))}
        for split, part in loaded.items()
    }
print(json.dumps(found))
"""


def test_datasets_opens_every_config(made: Path, tmp_path: Path) -> None:
    """`load_dataset(folder)` gives every config and split, with label names in their order and every row equal."""
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_DATASETS_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    configs = ("sentences", "claims", "articles", "annotations")
    done = subprocess.run(
        [sys.executable, "-c", LOAD, made / "dataset", *configs],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert "Ignoring part of dataset_info" not in done.stderr
    loaded = json.loads(done.stdout)
    assert loaded["default"] == sorted(loaded["sentences"]["train"]["features"])
    book = load()
    for config in configs:
        assert list(loaded[config]) == ["train", "validation", "test"]
        for split, part in loaded[config].items():
            rows = pq.read_table(made / "dataset" / config / f"{split}-00000-of-00001.parquet").to_pylist()
            assert part["rows"] == rows
            assert part["streamed"] == len(rows) > 0
    for part in loaded["sentences"].values():
        for target in book.target:
            assert part["features"][target.name] == {"names": list(target.labels), "_type": "ClassLabel"}
        assert {row["hedged"] for row in part["rows"]} <= {0, 1, None}
    sentences = [row for part in loaded["sentences"].values() for row in part["rows"]]
    assert sum(row["hedged_contested"] for row in sentences) == sum(row["hedged"] is None for row in sentences) == 5
    articles = {row["id"]: row["text"] for part in loaded["articles"].values() for row in part["rows"]}
    assert len(articles) == 20
    assert all(articles[row["article_id"]][row["start"] : row["end"]] == row["text"] for row in sentences)
    assert any("🌊" in row["text"] for row in sentences)


def test_the_receipt_counts(made: Path) -> None:
    """`--json` prints one object: articles kept, splits, files with their hashes, and notes."""
    receipt = json.loads((made / "receipt.json").read_text(encoding="utf-8"))
    assert (receipt["command"], receipt["kept"], receipt["set_aside"]) == ("dataset build", 20, {})
    assert {name: size["articles"] for name, size in receipt["splits"].items()} == {
        "train": 14,
        "validation": 3,
        "test": 3,
    }
    assert {file["path"] for file in receipt["files"]} <= set(contents(made / "dataset"))
    assert receipt["output"].endswith("dataset")


def test_two_processes_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """Other hash seeds, numbers of threads and the gold from a pipe give the same bytes in another folder."""
    for name, hash_seed, threads in (("a", "1", "1"), ("b", "4711", "5")):
        done = run(
            *("dataset", "build", "-", "-o", tmp_path / name),
            input=(made / "gold.jsonl").read_text(encoding="utf-8"),
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads},
        )
        assert done.returncode == 0, done.stderr
        assert contents(tmp_path / name) == contents(made / "dataset")


def test_a_broken_line_is_counted_and_strict_says_so(made: Path, tmp_path: Path) -> None:
    """A line that is no gold is named on stderr; the release is made, and only --strict ends with 1."""
    path = tmp_path / "gold.jsonl"
    path.write_bytes((made / "gold.jsonl").read_bytes() + b'{"article": {}}\n')
    plain = run("dataset", "build", path, "-o", tmp_path / "a")
    strict = run("dataset", "build", path, "-o", tmp_path / "b", "--strict")
    assert (plain.returncode, strict.returncode) == (0, 1)
    assert f"set aside: {path}:21: not a gold" in plain.stderr
    assert "20 kept; 1 set aside (1 schema)" in plain.stderr
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("none.jsonl", "-o", "dataset"), 3, "none.jsonl: no such file"),
        (("empty.jsonl", "-o", "dataset"), 1, "gold file: no gold in it"),
        (("gold.jsonl", "-o", "-"), 2, "cannot go to standard output"),
        (("gold.jsonl", "-o", "notes"), 2, "notes holds something that is no release"),
        (("gold.jsonl", "-o", "gold.jsonl"), 2, "gold.jsonl"),
        (("gold.jsonl", "-o", "dataset", "--datasheet", "latin.md"), 1, "latin.md: "),
        (("gold.jsonl", "-o", "dataset", "--codebook", "none"), 1, "no codebook 'none'"),
    ],
)
def test_bad_calls(made: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """Each ends with its code, one message and a hint, and nothing new in the folder."""
    shutil.copy(made / "gold.jsonl", tmp_path / "gold.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "latin.md").write_bytes("café".encode("latin-1"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    before = contents(tmp_path)
    done = run("dataset", "build", *arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(tmp_path) == before


IN_A_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
FULL = """
set -e
mount -t tmpfs -o size=384k tmpfs "$1"
set +e
"$2" -m annotate dataset build "$3" -o "$1/dataset" || exit 9
before=$(find "$1/dataset" -type f | sort | xargs sha256sum | sha256sum)
"$2" -m annotate dataset build "$4" -o "$1/dataset"
echo "exit $?"
ls -A "$1"
test "$before" = "$(find "$1/dataset" -type f | sort | xargs sha256sum | sha256sum)" && echo same
"""


def test_a_full_disk_leaves_the_old_release(made: Path, tmp_path: Path) -> None:
    """On a small file system that is really full, the command ends with 3, and the release in it stands unchanged."""
    mount = tmp_path / "small"
    mount.mkdir()
    big = tmp_path / "big.jsonl"
    write_gold(big, 200, sentences=60)
    done = subprocess.run(
        [*IN_A_NAMESPACE, "sh", "-c", FULL, "sh", mount, sys.executable, made / "gold.jsonl", big],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["exit 3", "dataset", "same"], done.stderr
    assert "no space left on device" in done.stderr
    assert "hint: free some space" in done.stderr
    assert "Traceback" not in done.stderr


KILLED = """
import os, pathlib, signal, sys
from annotate.cli import main

def kill(event, args):
    if event == "open" and any(pathlib.Path(sys.argv[-1]).parent.glob(".dataset.*/sentences/*")):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill)
main()
"""
"""Runs a command that kills itself when it opens the next file after it began to write sentences."""


def test_a_killed_build_leaves_the_old_release(made: Path, tmp_path: Path) -> None:
    """A process killed while it writes changes nothing of the release that was there; the next run replaces it."""
    folder = tmp_path / "dataset"
    shutil.copytree(made / "dataset", folder)
    before = contents(folder)
    big = tmp_path / "big.jsonl"
    write_gold(big, 600, sentences=20)
    killed = subprocess.run([sys.executable, "-c", KILLED, "dataset", "build", big, "-o", folder], check=False)
    assert killed.returncode == -signal.SIGKILL
    [left] = tmp_path.glob(".dataset.*")
    assert list((left / "sentences").iterdir())
    assert contents(folder) == before
    done = run("dataset", "build", big, "-o", folder)
    assert done.returncode == 0, done.stderr
    assert sum(pq.read_metadata(path).num_rows for path in (folder / "articles").iterdir()) == 600


def test_a_release_is_checked_from_the_command_line(made: Path, tmp_path: Path) -> None:
    """A sound release ends with 0 and its counts; a damaged one ends with 1 and names the file; --strict minds warnings."""
    done = run("dataset", "check", made / "dataset", "--json")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert receipt["errors"] == 0
    assert receipt["warnings"] > 0
    assert set(receipt["findings"]) >= {"files", "offsets", "splits", "annotators", "leftovers", "labels", "card"}
    assert run("dataset", "check", made / "dataset", "--strict").returncode == 1
    shutil.copytree(made / "dataset", tmp_path / "dataset")
    (tmp_path / "dataset" / "LICENSE").write_text("other")
    done = run("dataset", "check", tmp_path / "dataset")
    assert done.returncode == 1
    assert "error: files: 1 files are not those that the manifest lists\n    LICENSE\n" in done.stderr


def test_labels_go_out_without_text_and_come_back(made: Path, tmp_path: Path) -> None:
    """Built with --text none and hydrated with the articles, the data files are those of the full release."""
    built = run("dataset", "build", made / "gold.jsonl", "-o", tmp_path / "bare", "--text", "none")
    assert built.returncode == 0, built.stderr
    assert "🌊" not in (tmp_path / "bare" / "README.md").read_text(encoding="utf-8")
    articles = [record.article for record in files.read(made / "gold.jsonl", Gold) if isinstance(record, Gold)]
    files.write(tmp_path / "articles.jsonl", articles)
    done = run("dataset", "hydrate", tmp_path / "bare", "--articles", tmp_path / "articles.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert (receipt["exact"], receipt["moved"], receipt["missing"]) == (20, 0, 0)
    full = {path: data for path, data in contents(made / "dataset").items() if path.endswith(".parquet")}
    assert {p: d for p, d in contents(tmp_path / "bare-full").items() if p.endswith(".parquet")} == full


def test_pins_hold_what_was_published(made: Path, tmp_path: Path) -> None:
    """Thirty articles, twenty of them published: these stay, and splits.csv has all thirty."""
    write_gold(tmp_path / "more.jsonl", 30)
    pins = made / "dataset" / "splits.csv"
    done = run("dataset", "build", tmp_path / "more.jsonl", "-o", tmp_path / "dataset", "--pins", pins)
    assert done.returncode == 0, done.stderr
    before = set(pins.read_text().splitlines())
    after = set((tmp_path / "dataset" / "splits.csv").read_text().splitlines())
    assert before < after
    assert (len(before), len(after)) == (21, 31)


def test_few_outlets_are_refused_with_the_way_out(made: Path, tmp_path: Path) -> None:
    """Articles of one outlet end with 2, nothing written, and the hint's option works."""
    import msgspec

    golds = [record for record in files.read(made / "gold.jsonl", Gold) if isinstance(record, Gold)]
    one = [msgspec.structs.replace(g, article=msgspec.structs.replace(g.article, outlet="The Wick")) for g in golds]
    files.write(tmp_path / "gold.jsonl", one)
    done = run("dataset", "build", tmp_path / "gold.jsonl", "-o", tmp_path / "dataset")
    assert done.returncode == 2
    assert "1 outlets are too few to divide by" in done.stderr
    assert "--split story (make: SPLIT=story)" in done.stderr
    assert not (tmp_path / "dataset").exists()
    done = run("dataset", "build", tmp_path / "gold.jsonl", "-o", tmp_path / "dataset", "--split", "story")
    assert done.returncode == 0, done.stderr
