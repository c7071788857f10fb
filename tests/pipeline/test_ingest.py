"""`annotate ingest` as a user runs it: a process, files, pipes, exit codes."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotate import files
from annotate.records import Article, SetAside

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpora" / "sample" / "articles"
KINDS = {
    "01-ilvet-bridge.txt": "headline dateline body credit",
    "02-river-frontier.txt": "headline body credit credit",
    "03-winger-bid.txt": "headline body post body promo body caption",
    "04-lower-stook.txt": "body subheading body subheading body promo disclaimer",
    "05-kidney-ward.txt": "body post body promo credit",
    "06-garrodale-fire.txt": "dateline body disclaimer credit",
    "07-brightling-atlas.txt": "body disclaimer",
    "08-flu-clinic-questions.txt": "body disclaimer",
    "09-merrowbank-deposits.html": "headline caption body subheading body post body",
    "10-casteldoro-count.html": "headline body post body subheading body caption body",
    "11-halcyne-files.html": "headline credit body caption body subheading body post body promo",
    "12-priory-road-depot.html": "headline body subheading body subheading body promo disclaimer",
}
"""The kinds of the sample's segments, read by eye; paragraphs of body that follow each other count once."""


def annotate(*arguments: object, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    command = [sys.executable, "-m", "annotate", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", check=False)


def articles(path: Path) -> list[Article]:
    """Return a file's articles; all of them are proved."""
    found = list(files.read(path, Article))
    assert not [record for record in found if isinstance(record, SetAside)]
    return [record for record in found if isinstance(record, Article)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[Article]:
    """The bundled corpus, ingested."""
    output = tmp_path_factory.mktemp("build") / "articles.jsonl"
    done = annotate("ingest", SAMPLE, "-o", output, "--json")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert (receipt["command"], receipt["set_aside"]) == ("ingest", {})
    assert receipt["kept"] >= 48
    assert done.stderr == ""
    return articles(output)


def test_the_sample_is_typed_as_a_person_would(sample: list[Article]) -> None:
    """Posts, promos, credits, disclaimers, captions, datelines and subheadings stand where they were seen."""
    found = {}
    for article in sample:
        name = Path(article.source or "").name
        kinds = [str(segment.kind) for segment in article.segments]
        merged = [kind for before, kind in zip(["", *kinds], kinds, strict=False) if kind != "body" or before != "body"]
        found[name] = " ".join(merged)
    assert {name: found[name] for name in KINDS} == KINDS


def test_pages_and_lines_bring_their_facts(sample: list[Article]) -> None:
    """Address, outlet, author, day, language and licence of pages and of JSON lines are kept."""
    rich = [article for article in sample if not (article.source or "").endswith(".txt")]
    assert {Path(article.source or "").suffix[:4] for article in rich} == {".htm", ".jso", ".csv"}
    for article in rich:
        assert all([article.url, article.outlet, article.author, article.published, article.title])
        assert (article.license, article.language[:2]) == ("CC0-1.0", "en")


def test_ingesting_again_changes_nothing(sample: list[Article], tmp_path: Path) -> None:
    """The same files, and our own records read again, give the same bytes."""
    for output in ("a.jsonl", "b.jsonl"):
        assert annotate("ingest", SAMPLE, "-o", tmp_path / output).returncode == 0
    assert annotate("ingest", tmp_path / "a.jsonl", SAMPLE, "-o", tmp_path / "c.jsonl").returncode == 0
    first = (tmp_path / "a.jsonl").read_bytes()
    assert first == (tmp_path / "b.jsonl").read_bytes()
    assert articles(tmp_path / "c.jsonl") == sample


def test_a_mixed_folder(tmp_path: Path) -> None:
    """What can be read is kept, the rest told with its reason and counted; --strict makes it the exit code."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("It rained 🕊 all day, the clerk said.", encoding="utf-8")
    (folder / "b.jsonl").write_text(
        '{"text": "It rained 🕊 all day, the clerk said.", "outlet": "B", "url": "https://b.example/1"}\n{"text": "It ra\n',
        encoding="utf-8",
    )
    (folder / "c.csv").write_text("text,title\nIt stopped.,Rain\n", encoding="utf-8")
    (folder / "d.txt").write_bytes(b"\xff\xfeI\x00")
    (folder / "e.txt").write_bytes(b"caf\xe9")
    (folder / "f.pdf").write_bytes(b"%PDF")
    (folder / "g.txt").touch()
    (folder / "h.html").write_text("<html><body></body></html>", encoding="utf-8")
    output = tmp_path / "articles.jsonl"
    done = annotate("ingest", folder, "-o", output, "--json", "--license", "CC-BY-4.0")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert (receipt["kept"], receipt["copies"], receipt["output"]) == (2, 1, str(output))
    assert receipt["set_aside"] == {
        "not_json": 1,
        "binary": 1,
        "not_utf8": 1,
        "unknown_suffix": 1,
        "empty": 1,
        "no_article": 1,
    }
    assert f"set aside: {folder}/b.jsonl:2: not JSON" in done.stderr
    rain, stopped = articles(output)
    assert (rain.outlet, rain.license, stopped.title) == ("B", "CC-BY-4.0", "Rain")
    assert annotate("ingest", folder, "-o", output, "--strict").returncode == 1


def test_pipes(tmp_path: Path) -> None:
    """Text comes in and records go out through pipes, with the receipt on stderr."""
    done = annotate("ingest", "-", "--format", "txt", "--json", given="It rained 🕊.")
    assert (done.returncode, json.loads(done.stdout)["text"], json.loads(done.stderr)["kept"]) == (0, "It rained 🕊.", 1)
    again = annotate("ingest", "-", "-o", tmp_path / "a.jsonl", given=done.stdout)
    assert again.returncode == 0
    assert articles(tmp_path / "a.jsonl")[0].source == "stdin"


def test_columns(tmp_path: Path) -> None:
    """A table is read by the columns that are named; a column that is not there, or a pair that is none, is told."""
    table = tmp_path / "export.csv"
    table.write_text("body,headline\nIt rained.,Rain\n", encoding="utf-8")
    output = tmp_path / "articles.jsonl"
    done = annotate("ingest", table, "--column", "text=body", "--column", "title=headline", "-o", output)
    assert done.returncode == 0, done.stderr
    assert [article.text for article in articles(output)] == ["Rain\nIt rained."]
    output.unlink()
    done = annotate("ingest", table, "-o", output)
    assert done.returncode == 2
    error, hint = done.stderr.splitlines()
    assert error == f"error: {table}: no column 'text'; there are 'body', 'headline'"
    assert "`annotate ingest --column text=body`" in hint
    assert annotate("ingest", table, "--column", "body", "-o", output).returncode == 2
    assert annotate("ingest", table, "--column", "story=body", "-o", output).returncode == 2
    assert annotate("ingest", table, "--column", "text=a", "--column", "text=b", "-o", output).returncode == 2
    assert not output.exists()


def test_a_missing_path_ends_before_anything_is_written(tmp_path: Path) -> None:
    """Exit 3, the path, a hint, no traceback, and the old file as it was."""
    output = tmp_path / "articles.jsonl"
    output.write_text("old\n", encoding="utf-8")
    done = annotate("ingest", SAMPLE, tmp_path / "gone.txt", "-o", output)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        f"error: {tmp_path / 'gone.txt'}: no such file or folder",
        "hint: check the path, and where it starts from",
    ]
    assert output.read_text(encoding="utf-8") == "old\n"


def test_nothing_left_writes_nothing(tmp_path: Path) -> None:
    """Where all was set aside, or a folder is empty, the command ends with 1 and leaves the old file."""
    output = tmp_path / "articles.jsonl"
    output.write_text("old\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    for _ in range(2):
        done = annotate("ingest", tmp_path / "in", "-o", output)
        assert done.returncode == 1
        assert "nothing left: all 1 were set aside" in done.stderr
        assert output.read_text(encoding="utf-8") == "old\n"
        (tmp_path / "in" / "a.txt").touch()


def test_a_killed_run_leaves_the_old_file(tmp_path: Path) -> None:
    """Killed while it waits for more input, it has changed nothing at the output's place."""
    output = tmp_path / "articles.jsonl"
    output.write_text("old\n", encoding="utf-8")
    command = [sys.executable, "-m", "annotate", "ingest", "-", "--format", "jsonl", "-o", str(output)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as running:
        assert running.stdin
        running.stdin.write(b'{"text": "It rained."}\n')
        running.stdin.flush()
        while running.poll() is None and not list(tmp_path.glob(".articles.jsonl.*")):
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert output.read_text(encoding="utf-8") == "old\n"


PARAGRAPH = "The council closed bridge {n} on Monday 🕊 after cracks were found in two of its piers, the engineer said."


def archive(path: Path, pages: int) -> Path:
    """Write a WARC archive of pages."""
    with path.open("wb") as stream:
        for n in range(pages):
            page = f"<html lang='en'><head><title>Bridge {n}</title></head><body><article><h1>Bridge {n}</h1>"
            page += "".join(f"<p>{PARAGRAPH.format(n=n)} Part {part}.</p>" for part in range(5)) + "</article></html>"
            body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()
            head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{n}\r\n"
            head += f"Content-Type: application/http\r\nContent-Length: {len(body)}\r\n\r\n"
            stream.write(gzip.compress(head.encode() + body + b"\r\n\r\n"))
    return path


def test_an_archive_by_any_number_of_processes(tmp_path: Path) -> None:
    """One process or several, the articles are the same, in the order of the archive, with their addresses."""
    path = archive(tmp_path / "crawl.warc.gz", 150)
    for jobs in (1, 2):
        done = annotate("ingest", path, "--jobs", jobs, "-o", tmp_path / f"{jobs}.jsonl", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["kept"] == 150
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    found = articles(tmp_path / "2.jsonl")
    assert [article.url for article in found] == [f"https://a.example/{n}" for n in range(150)]
    assert found[7].title == "Bridge 7"


def test_set_aside_by_processes(tmp_path: Path) -> None:
    """What cannot be used is told and counted with several processes as with one."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("It rained 🕊.", encoding="utf-8")
    (folder / "b.txt").touch()
    (folder / "c.html").write_text("<html><body>menu</body></html>", encoding="utf-8")
    found = []
    for jobs in (1, 2):
        done = annotate("ingest", folder, "--jobs", jobs, "-o", tmp_path / "a.jsonl", "--json")
        found.append((json.loads(done.stdout), done.stderr))
    assert found[0] == found[1]
    assert found[0][0]["set_aside"] == {"empty": 1, "no_article": 1}


def test_the_fast_extractor(tmp_path: Path) -> None:
    """It finds the paragraphs and the facts of a plain page; where it is not installed, that is said."""
    path = archive(tmp_path / "crawl.warc.gz", 2)
    done = annotate("ingest", path, "--extractor", "fast", "-o", tmp_path / "a.jsonl")
    if importlib.util.find_spec("resiliparse") is None:
        assert done.returncode == 2
        assert "reportedly[web]" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    full = annotate("ingest", path, "-o", tmp_path / "b.jsonl")
    assert full.returncode == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    """Four times as many pages take at most 1.3 times the memory."""
    code = "import resource, sys; from annotate.cli import app; app(sys.argv[1:], standalone_mode=False)\n"
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    peaks = []
    for pages in (300, 1200):
        path = archive(tmp_path / f"{pages}.warc.gz", pages)
        command = [sys.executable, "-c", code, "ingest", str(path), "-o", str(tmp_path / "a.jsonl")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.3 * peaks[0]


def test_near_duplicates_are_told_beside(tmp_path: Path) -> None:
    """Two versions of a story are one cluster, named by the smaller id; a third article is none of it."""
    story = "The harbour master said on Monday that the ferry would stay in port until the storm had passed. " * 3
    lines = [{"text": f"{story}Outlet {name} 🕊."} for name in ("A", "B")] + [{"text": "Snow fell on the hills."}]
    source = tmp_path / "a.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    beside = tmp_path / "alike.jsonl"
    done = annotate("ingest", source, "-o", tmp_path / "out.jsonl", "--near-duplicates", beside, "--json")
    assert done.returncode == 0, done.stderr
    assert (json.loads(done.stdout)["kept"], json.loads(done.stdout)["near_duplicates"]) == (3, 2)
    first, second, _ = articles(tmp_path / "out.jsonl")
    expected = {"cluster": min(first.id, second.id), "size": 2}
    found = [json.loads(line) for line in beside.read_text(encoding="utf-8").splitlines()]
    assert found == [{"article_id": one.id} | expected for one in (first, second)]


def test_no_process_outlives_a_killed_run(tmp_path: Path) -> None:
    """Killed in the middle, the run leaves nothing at the output's place, and its processes end by themselves."""
    path = archive(tmp_path / "crawl.warc.gz", 5000)
    out = tmp_path / "a.jsonl"
    command = [sys.executable, "-m", "annotate", "ingest", str(path), "--jobs", "2", "-o", str(out)]
    with subprocess.Popen(command) as running:
        listed = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        if not listed.exists():
            running.kill()
            pytest.skip("this system does not list a process's children")
        children: list[Path] = []
        while running.poll() is None and len(children) < 3:  # two workers and a tracker of resources
            time.sleep(0.01)
            children = [Path(f"/proc/{child}") for child in listed.read_text().split()]
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert children
    while any(lives(child) for child in children):  # for ever would be stopped as any test is
        time.sleep(0.01)
    assert not out.exists()


def lives(process: Path) -> bool:
    """Return whether a process runs; one that ended may still be listed until its parent looks."""
    try:
        return process.joinpath("stat").read_text(encoding="utf-8").rpartition(") ")[2][0] not in "XZ"
    except (FileNotFoundError, ProcessLookupError):
        return False
