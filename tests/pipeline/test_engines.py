"""The work in parts, whatever drives it: killed, divided, on another machine or on a full disk, the output is the same."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from pipeline.object_store import ObjectStore

from annotate.errors import UsageError
from annotate.records import Article
from annotate.scale.batch import Work
from annotate.scale.job import Interrupted, done, processes, run
from annotate.scale.parts import Done, Failed, File, Job, Split, remote
from annotate.scale.splits import files, splits
from annotate.scale.stores import Folders

ANNOTATE = (sys.executable, "-m", "annotate")
needs_daft = pytest.mark.skipif(
    importlib.util.find_spec("daft") is None or importlib.util.find_spec("ray") is None,
    reason="the extra [scale] is not installed",
)


def story(number: int, sentences: int = 30) -> str:
    """Return an article that no other number gives."""
    lines = (f"The council met for the {number * 1000 + n}th time, the clerk said 🕊." for n in range(sentences))
    return "\n".join(lines)


def write_inputs(folder: Path, count: int, rows: int, sentences: int = 30) -> None:
    """Write JSONL files of different articles."""
    folder.mkdir(parents=True)
    for number in range(count):
        texts = ({"text": story(number * rows + row, sentences)} for row in range(rows))
        (folder / f"{number:03}.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")


def job_of(output: Path | str, **more: object) -> Job:
    """Return a job that makes articles."""
    return Job(output=str(output), work=Work(), work_key=Work().key, **more)  # type: ignore[arg-type]  # fields by name


def plan_of(*paths: Path, size: int = 1) -> list[Split]:
    """Return the splits of paths, a file each unless said otherwise."""
    return list(splits((file for file in files(paths) if isinstance(file, File)), Folders(), size))


def texts_in(folder: Path) -> list[str]:
    """Return the articles' texts in the order that ``job.json`` gives."""
    listed = json.loads((folder / "job.json").read_bytes())["parts"]
    lines = [line for part in listed for line in (folder / part["part"]).read_bytes().splitlines()]
    return [msgspec.json.decode(line, type=Article).text for line in lines]


def annotate(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return how it ended."""
    call = [*ANNOTATE, *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, check=False, env=os.environ | environment)


Found = TypeVar("Found")


def until(condition: Callable[[], Found | None], seconds: float = 60) -> Found:
    """Wait until something is there and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return found


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_parts_in_order_hold_every_row_once(tmp_path: Path) -> None:
    """One process or two, each text stands once, in the order of the inputs, with the same hash."""
    write_inputs(tmp_path / "in", 6, 3)
    plan = plan_of(tmp_path / "in")
    one = run(job_of(tmp_path / "one"), plan, processes(1), Folders())
    two = run(job_of(tmp_path / "two"), plan, processes(2), Folders())
    assert len(plan) == 6
    assert texts_in(tmp_path / "one") == [story(number) for number in range(18)] == texts_in(tmp_path / "two")
    assert one.sha256 == two.sha256
    assert (one.kept, one.failed, one.resumed) == (18, (), 0)


def test_a_part_that_is_there_is_passed_over(tmp_path: Path) -> None:
    """The second time nothing is done, and the receipt says the same."""
    write_inputs(tmp_path / "in", 3, 2)
    job, plan = job_of(tmp_path / "out"), plan_of(tmp_path / "in")
    first = run(job, plan, processes(1), Folders())

    def never(_job: Job, _wanted: object) -> Iterator[Done | Failed]:
        raise AssertionError

    again = run(job, plan, never, Folders())
    assert (again.resumed, again.sha256, again.kept) == (3, first.sha256, 6)


def test_a_part_without_its_receipt_is_done_again(tmp_path: Path) -> None:
    """A worker that died between the two leaves a part that is not trusted, and the same bytes take its place."""
    write_inputs(tmp_path / "in", 2, 2)
    job, plan = job_of(tmp_path / "out"), plan_of(tmp_path / "in")
    first = run(job, plan, processes(1), Folders())
    part = job.part(plan[1])
    (tmp_path / "out" / f"{part}.receipt.json").unlink()
    (tmp_path / "out" / f"{part}.jsonl").write_bytes(b"half")
    again = run(job, plan, processes(1), Folders())
    assert (again.resumed, again.sha256) == (1, first.sha256)
    assert texts_in(tmp_path / "out") == [story(number) for number in range(4)]


def test_parts_of_other_inputs_are_refused(tmp_path: Path) -> None:
    """A folder in which an input's older version has left a part is not added to."""
    write_inputs(tmp_path / "in", 2, 1)
    job = job_of(tmp_path / "out")
    run(job, plan_of(tmp_path / "in"), processes(1), Folders())
    (tmp_path / "in" / "001.jsonl").write_text(json.dumps({"text": "Another text."}), encoding="utf-8")
    with pytest.raises(UsageError, match="1 of 2 parts are of other inputs"):
        run(job, plan_of(tmp_path / "in"), processes(1), Folders())


def test_an_input_of_no_use_is_set_aside_in_its_part(tmp_path: Path) -> None:
    """An empty file, an unknown form and a Parquet file without the column are counted; the rest is there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    write_inputs(tmp_path / "in", 1, 2)
    (tmp_path / "in" / "empty.txt").touch()
    (tmp_path / "in" / "what.bin").write_bytes(b"\0")
    pq.write_table(pa.table({"body": ["No text."]}), tmp_path / "in" / "other.parquet")
    total = run(job_of(tmp_path / "out"), plan_of(tmp_path / "in"), processes(1), Folders())
    assert total.kept == 2
    assert total.reasons == {"empty": 1, "no_text_column": 1, "unknown_suffix": 1}


def test_a_parquet_file_without_the_column_that_was_asked_for(tmp_path: Path) -> None:
    """Asked for by name, a missing column is told with the columns there are, and the other file's rows are kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    pq.write_table(pa.table({"body": ["The clerk said so 🕊."]}), good)
    pq.write_table(pa.table({"text": ["No body."]}), bad)
    ran = annotate("ingest", bad, good, "--engine", "local", "--column", "text=body", "-o", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert "no column 'body'; there are 'text'" in ran.stderr
    assert "1 kept; 1 set aside" in ran.stderr
    alone = annotate("ingest", bad, "--engine", "local", "--column", "text=body", "-o", tmp_path / "alone")
    assert alone.returncode == 1
    assert "Traceback" not in alone.stderr


def test_row_groups_divide_a_large_parquet_file(tmp_path: Path) -> None:
    """Splits of row groups together give each row once, as the file alone does."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": [story(n, 3) for n in range(40)]}), path, row_group_size=7)
    plan = plan_of(path, size=500)
    assert len(plan) > 2
    assert all(split.groups for split in plan)
    run(job_of(tmp_path / "out"), plan, processes(1), Folders())
    assert texts_in(tmp_path / "out") == [story(n, 3) for n in range(40)]


def test_small_files_go_together(tmp_path: Path) -> None:
    """A split holds files up to a size, and all files stand in one split."""
    write_inputs(tmp_path / "in", 10, 1, 1)
    size = (tmp_path / "in" / "000.jsonl").stat().st_size
    plan = plan_of(tmp_path / "in", size=3 * size)
    assert [len(split.files) for split in plan] == [3, 3, 3, 1]


@pytest.mark.parametrize(
    ("path", "address"),
    [("s3:/b/k", "s3://b/k"), ("s3://b/k", "s3://b/k"), ("hf:/datasets/a/b", "hf://datasets/a/b"), ("a:b", None)],
)
def test_addresses_keep_both_slashes(path: str, address: str | None) -> None:
    """What a path makes of an address is undone; a path with a colon is none."""
    assert remote(Path(path)) == address == remote(path)


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


class OneFails(Folders):
    """A store of which one file cannot be read, with an error nobody foresaw."""

    def open(self, path: str) -> contextlib.AbstractContextManager[object]:  # type: ignore[override]  # narrower
        """Open all but one file."""
        if path.endswith("001.jsonl"):
            message = "the library gave up"
            raise RuntimeError(message)
        return super().open(path)


def test_a_split_that_fails_every_time_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    """Nothing of it is written, the others are done, and there is no list that looks complete."""
    write_inputs(tmp_path / "in", 3, 2)
    job, plan = job_of(tmp_path / "out"), plan_of(tmp_path / "in")
    tried: list[str] = []

    def drive(job: Job, wanted: object) -> Iterator[Done | Failed]:
        for split in wanted:  # type: ignore[attr-defined]  # splits
            tried.append(split.where)
            yield done(job, split, OneFails())

    total = run(job, plan, drive, Folders())
    assert [failure.where for failure in total.failed] == [plan[1].where]
    assert "the library gave up" in total.failed[0].detail
    assert total.kept == 4
    assert tried.count(plan[1].where) == 3
    assert tried.count(plan[0].where) == 1
    assert not (tmp_path / "out" / "job.json").exists()
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".json", ".json", ".jsonl", ".jsonl"]


def test_a_split_that_ends_every_process_takes_no_other_with_it(tmp_path: Path) -> None:
    """Tried alone at last, the others are done although it ended the processes in which they stood."""
    write_inputs(tmp_path / "in", 4, 1)
    job, plan = job_of(tmp_path / "out"), plan_of(tmp_path / "in")

    def drive(job: Job, wanted: object) -> Iterator[Done | Failed]:
        for split in wanted:  # type: ignore[attr-defined]  # splits
            if split == plan[1]:
                message = "killed"
                raise Interrupted(message)
            yield done(job, split, Folders())

    total = run(job, plan, drive, Folders())
    assert [failure.where for failure in total.failed] == [plan[1].where]
    assert total.kept == 3


def test_another_model_or_version_on_a_worker_is_refused(tmp_path: Path) -> None:
    """A worker whose work is not the caller's writes nothing."""
    write_inputs(tmp_path / "in", 1, 1)
    job = Job(output=str(tmp_path / "out"), work=Work(), work_key="another")
    failure = done(job, plan_of(tmp_path / "in")[0], Folders())
    assert isinstance(failure, Failed)
    assert "another version of the toolkit" in failure.detail
    assert not (tmp_path / "out").exists()


FULL = """
mount -t tmpfs -o size=64k tmpfs "$1"
"$2" -m annotate ingest "$3" --engine local -o "$1/out"
echo "exit $?"
find "$1" -name '*.part'
"""


def test_a_full_disk_stops_it_with_a_message(tmp_path: Path) -> None:
    """It ends with 3 and a hint, and no part is left half-written."""
    unshare = shutil.which("unshare")
    assert unshare, "unshare comes with util-linux"
    write_inputs(tmp_path / "in", 4, 20)
    mount = tmp_path / "small"
    mount.mkdir()
    call = [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", FULL, "sh", mount, sys.executable]
    ran = subprocess.run([*call, tmp_path / "in"], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == ["exit 3"], ran.stderr
    assert "no space left on device" in ran.stderr
    assert "it goes on from here" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_killed_at_random_points_it_goes_on_and_the_output_is_the_same(tmp_path: Path) -> None:
    """Killed (-9) again and again while it works, with its processes, the run that ends has the undisturbed hash."""
    write_inputs(tmp_path / "in", 24, 12)
    plan = plan_of(tmp_path / "in")
    whole = run(job_of(tmp_path / "whole"), plan, processes(1), Folders())
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[3]); from pipeline import test_engines as t\n"
        "if __name__ == '__main__':\n"
        "    t.run(t.job_of(sys.argv[2]), t.plan_of(Path(sys.argv[1])), t.processes(2), t.Folders())\n"
    )
    (tmp_path / "again.py").write_text(script, encoding="utf-8")
    out = tmp_path / "out"
    call = [sys.executable, tmp_path / "again.py", tmp_path / "in", out, Path(__file__).parents[1]]
    chance = random.Random(7)  # noqa: S311 - moments to kill at, no secret
    for _ in range(3):
        before = len(list(out.glob("*.receipt.json")))
        running = subprocess.Popen(call, start_new_session=True)
        wanted = before + chance.randint(1, 5)
        until(lambda: len(list(out.glob("*.receipt.json"))) >= wanted or running.poll() is not None or None)  # noqa: B023 - called at once
        time.sleep(chance.random() / 20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    there = len(list(out.glob("*.receipt.json")))
    assert there >= 3
    total = run(job_of(out), plan, processes(1), Folders())
    assert total.resumed == there
    assert total.sha256 == whole.sha256
    assert not list(out.glob(".*"))
    assert texts_in(out) == [story(number) for number in range(24 * 12)]


# ── Daft ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path) -> None:
    """The engine that is not there is told by the name of its extra."""
    (tmp_path / "daft.py").write_text("raise ImportError", encoding="utf-8")
    write_inputs(tmp_path / "in", 1, 1)
    ran = annotate("ingest", tmp_path / "in", "--engine", "daft", "-o", tmp_path / "out", PYTHONPATH=str(tmp_path))
    assert ran.returncode == 2
    assert "pip install 'reportedly[scale]'" in ran.stderr


@needs_daft
@pytest.mark.parametrize("address", ["ray://127.0.0.1:{}", "127.0.0.1:{}"])
def test_a_cluster_that_does_not_answer_is_told_at_once(tmp_path: Path, address: str) -> None:
    """Nobody waits for a cluster that is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = address.format(free.getsockname()[1])
        write_inputs(tmp_path / "in", 1, 1)
        ran = annotate("ingest", tmp_path / "in", "--engine", "daft", "--address", where, "-o", tmp_path / "out")
    assert ran.returncode == 3
    assert f"error: {where}: no cluster answers" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


@needs_daft
def test_objects_in_a_store_by_daft(tmp_path: Path) -> None:
    """Read from s3:// and written there: the same rows as from a folder, receipts after their parts, the list last."""
    write_inputs(tmp_path / "in", 3, 4)
    here = run(job_of(tmp_path / "here"), plan_of(tmp_path / "in"), processes(1), Folders())
    with ObjectStore(tmp_path / "store") as store:
        shutil.copytree(tmp_path / "in", tmp_path / "store" / "news" / "in")
        reach = {"AWS_ENDPOINT_URL": store.url, "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
        call = ("ingest", "s3://news/in", "--engine", "daft", "-o", "s3://news/out", "--json")
        first = annotate(*call, **reach)
        assert first.returncode == 0, first.stderr
        again = annotate(*call, **reach)
    receipt = json.loads(first.stdout)
    assert (receipt["kept"], receipt["resumed"], receipt["output"]) == (here.kept, 0, "s3://news/out")
    assert json.loads(again.stdout)["resumed"] == receipt["parts"]
    assert texts_in(tmp_path / "store" / "news" / "out") == texts_in(tmp_path / "here")
    parts = [name for name in store.puts if name.endswith(".jsonl")]
    assert all(store.puts.index(name) < store.puts.index(name.replace(".jsonl", ".receipt.json")) for name in parts)
    assert store.puts[-2:] == ["job.json", "job.json"]


@dataclass(frozen=True)
class Cluster:
    """A Ray cluster that runs.

    Attributes:
        address: where callers go.
        raylets: the process of each worker machine, which started the workers on it.
    """

    address: str
    raylets: list[int]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster of two workers, for one test."""
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_memory_monitor_refresh_ms": "0"}
    call = [sys.executable, Path(__file__).with_name("ray_cluster.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(call, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=os.environ | quiet) as running:
        assert running.stdout is not None
        line = next((line for line in running.stdout if line.startswith(b"{")), b"")
        assert line, "Ray did not start"
        yield msgspec.json.decode(line, type=Cluster)
        running.communicate(timeout=60)


def at_work(folder: Path) -> tuple[int, Path] | None:
    """Return a process that is writing a part in a folder, and the file; it is inside the function that does a split."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            target = link.readlink()
            if target.parent == folder and target.suffix == ".part" and target.name.startswith(".part-"):
                return int(link.parts[2]), target
    return None


def stopped_at_work(folder: Path) -> int | None:
    """Stop a process that is writing a part in a folder, and return it; one that was done before it stopped goes on."""
    if not (found := at_work(folder)):
        return None
    worker, part = found
    os.kill(worker, signal.SIGSTOP)
    held = [link.readlink() for link in Path(f"/proc/{worker}/fd").iterdir() if link.is_symlink()]
    if part in held:
        return worker
    os.kill(worker, signal.SIGCONT)
    return None


def raylet_of(process: int, raylets: list[int]) -> int:
    """Return the raylet from which a process descends."""
    while process not in raylets:
        process = int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        assert process > 1, "no raylet has started it"
    return process


@needs_daft
def test_a_cluster_that_loses_a_worker_gives_the_same(tmp_path: Path, cluster: Cluster) -> None:
    """A worker and its machine's raylet are killed while the worker writes a part; every row is there once, in order.

    The worker is stopped first, so that it is inside the function when it is killed: it holds the part open.
    """
    write_inputs(tmp_path / "in", 12, 60, sentences=600)
    here = run(job_of(tmp_path / "here"), plan_of(tmp_path / "in", size=1), processes(1), Folders())
    out = tmp_path / "out"
    call = [*ANNOTATE, "ingest", *sorted((tmp_path / "in").iterdir()), "--engine", "daft", "--address", cluster.address]
    with subprocess.Popen([*call, "-o", out, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        worker = until(lambda: stopped_at_work(out) or (None if running.poll() is None else -1), seconds=240)
        assert worker != -1, f"it ended before a worker was seen at work: {running.communicate()}"
        os.kill(raylet_of(worker, cluster.raylets), signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        stdout, stderr = running.communicate(timeout=300)
    assert running.returncode == 0, stderr
    receipt = json.loads(stdout)
    assert texts_in(out) == texts_in(tmp_path / "here")
    assert (receipt["kept"], receipt["set_aside"]) == (720, {})
    assert len(list(out.glob("*.jsonl"))) == receipt["parts"]
    assert here.kept == receipt["kept"]


@needs_daft
def test_a_store_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """What may not be written ends with 3 and the store's own word; no receipt and no list is there."""
    write_inputs(tmp_path / "in", 1, 2)
    with ObjectStore(tmp_path / "store") as store:
        store.refuse = 1000
        reach = {"AWS_ENDPOINT_URL": store.url, "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
        ran = annotate("ingest", tmp_path / "in", "--engine", "daft", "-o", "s3://news/out", **reach)
    assert ran.returncode == 3, ran.stderr
    assert "1 of 1 parts failed every time" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not store.puts
