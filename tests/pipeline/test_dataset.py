"""`annotate dataset build` as a user runs it: opened by `datasets`, the same twice, and safe on a full disk and a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
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
    """Another process, with another hash seed and the gold from a pipe, writes the same bytes into another folder."""
    for name, hash_seed in (("a", "1"), ("b", "4711")):
        done = run(
            *("dataset", "build", "-", "-o", tmp_path / name),
            input=(made / "gold.jsonl").read_text(encoding="utf-8"),
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
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


def test_a_killed_build_leaves_the_old_release(made: Path, tmp_path: Path) -> None:
    """A process killed while it writes changes nothing of the release that was there; the next run replaces it."""
    folder = tmp_path / "dataset"
    shutil.copytree(made / "dataset", folder)
    before = contents(folder)
    big = tmp_path / "big.jsonl"
    write_gold(big, 600, sentences=20)
    process = subprocess.Popen([*ANNOTATE, "dataset", "build", big, "-o", folder], stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob(".dataset.*/sentences/*")) and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert contents(folder) == before
    done = run("dataset", "build", big, "-o", folder)
    assert done.returncode == 0, done.stderr
    assert sum(pq.read_metadata(path).num_rows for path in (folder / "articles").iterdir()) == 600
