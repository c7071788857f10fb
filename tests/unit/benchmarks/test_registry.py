"""Every benchmark runs on small files of the same form, by its protocol and with a test file, and prints its row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.benchmarks.display import sheets, table
from annotate.benchmarks.registry import BENCHMARKS, Run, run
from annotate.benchmarks.result import Result
from annotate.benchmarks.sheets import FOLDERS, changed, digest, read_sheet
from annotate.cli import app
from annotate.errors import AnnotateError, DataError, StorageError, UsageError

TESTS = {
    "conll2010-wiki": "conll2010-wiki/train.jsonl",
    "szeged-wiki": "szeged/bio-hbc.xml",
    "szeged-bio": "szeged/wiki-train.xml",
    "szeged-transfer": "szeged/wiki-train.xml",
    "claimbuster": "claimbuster/crowdsourced.csv",
    "newssd": "newssd/train.csv",
    "polnear": "polnear/train",
}


def measured(name: str, data: Path, test: Path | None = None) -> Result:
    """Run a benchmark with seed 0."""
    return run(name, Run(data, test, 0, lambda loop, _label, _total: loop))


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name != "szeged-transfer"])
def test_a_benchmark_by_its_protocol(name: str, data: Path) -> None:
    """What a child could tell apart is told apart, with an interval around the score, and nothing leaves [0, 1]."""
    found = measured(name, data)
    assert found.score is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.score <= found.high <= 1
    assert found.score > 0.8
    assert found.metric not in found.others
    assert all(value is None or 0 <= value <= 1 for value in found.others.values())
    assert any("not the file" in note for note in found.notes)


@pytest.mark.parametrize("name", list(BENCHMARKS))
def test_a_benchmark_with_a_test_file(name: str, data: Path) -> None:
    """A file in the training file's form is scored whole, whatever the protocol without it would score."""
    path = data / TESTS[name]
    found = measured(name, data, path)
    assert found.score is not None
    assert found.score > 0.8
    assert found.rows == {
        "conll2010-wiki": 108,
        "szeged-wiki": 36,
        "szeged-bio": 144,
        "szeged-transfer": 144,
        "claimbuster": 150,
        "newssd": 120,
        "polnear": 96,
    }.get(name)


def test_transfer_without_a_test_file_is_blank(data: Path) -> None:
    """Nothing is measured and nothing is made up."""
    found = measured("szeged-transfer", data)
    assert (found.score, found.low, found.high, found.rows, found.others) == (None, None, None, 0, {})
    assert "| – |" in table([found])


def test_a_run_is_repeatable(data: Path) -> None:
    """The same files and seed give the same numbers."""
    assert measured("newssd", data) == measured("newssd", data)


def test_what_is_not_there_is_said(data: Path) -> None:
    """An unknown name, a missing corpus and a test file of another kind are errors that say what to do."""
    with pytest.raises(UsageError, match="no benchmark"):
        measured("none", data)
    with pytest.raises(StorageError, match=r"newssd/train\.csv") as caught:
        measured("newssd", data / "nowhere")
    assert caught.value.hint is not None
    assert "--data names the folder of all corpora; newssd reads newssd/train.csv, newssd/val.csv" in caught.value.hint
    with pytest.raises(StorageError, match="nowhere") as caught:
        measured("newssd", data, data / "nowhere.csv")
    assert str(caught.value.hint).startswith("--test names a file")
    with pytest.raises(DataError):
        measured("newssd", data, data / "claimbuster" / "crowdsourced.csv")


def test_every_benchmark_has_a_whole_sheet() -> None:
    """Source, licence, protocol, digests and published results are there, each with where it was read; no text is."""
    for name in BENCHMARKS:
        sheet = read_sheet(name)
        assert sheet.name == name
        assert all(len(file.sha256) == 64 for file in sheet.file)
        assert all(0 < each.score < 1 and each.source and each.on for each in sheet.published)
        assert sheet.title in sheets([sheet])
    folder = next(folder for folder in FOLDERS if folder.is_dir())
    assert {path.stem for path in folder.glob("*.toml")} == set(BENCHMARKS)
    with pytest.raises(DataError, match="no sheet"):
        read_sheet("none")


def test_a_folders_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    """Another name or another byte is another digest."""
    (tmp_path / "a").write_text("x", encoding="utf-8")
    first = digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    second = digest(tmp_path)
    (tmp_path / "b").write_text("y", encoding="utf-8")
    assert len({first, second, digest(tmp_path)}) == 3


def test_the_real_files_are_those_of_the_sheets(shared: Path) -> None:
    """The digests in the sheets are of the files that the numbers in the docs were measured on."""
    for name in BENCHMARKS:
        assert changed(read_sheet(name), shared) == []


def test_nothing_measured_is_no_success(data: Path) -> None:
    """The list is printed as ever, and the command ends with 3; one that asks for a file of yours, with 2."""
    for name in ("all", "newssd"):
        none = CliRunner().invoke(app, ["benchmark", "run", name, "--data", str(data / "nowhere"), "--json"])
        assert isinstance(none.exception, StorageError)
        assert none.exception.exit_code == 3
        assert "--data names the folder of" in str(none.exception.hint)
        if name == "all":
            assert [row["score"] for row in json.loads(none.stdout)] == [None] * len(BENCHMARKS)
            assert "nowhere/claimbuster/crowdsourced.csv: no such file" in none.stderr
            assert "done" not in none.stderr
    blank = CliRunner().invoke(app, ["benchmark", "run", "szeged-transfer", "--data", str(data)])
    assert blank.exit_code == 0
    assert "--test FILE" in blank.stderr
    assert "| – |" in blank.stdout


def test_the_command_prints_json_and_tables(data: Path) -> None:
    """`--json` prints one object with the promised names; `all` a list, with a blank row where a corpus is missing."""
    keys = {"name", "metric", "score", "low", "high", "rows", "published", "others"}
    one = CliRunner().invoke(app, ["benchmark", "run", "newssd", "--data", str(data), "--json"])
    assert one.exit_code == 0, one.output
    assert keys <= set(json.loads(one.stdout))
    for path in (data / "newssd", data / "szeged", data / "conll2010-wiki", data / "polnear"):
        path.rename(path.with_name(f"{path.name}-away"))
    every = CliRunner().invoke(app, ["benchmark", "run", "all", "--data", str(data), "--json"])
    rows = {row["name"]: row for row in json.loads(every.stdout)}
    assert list(rows) == list(BENCHMARKS)
    assert rows["newssd"]["score"] is None
    assert rows["claimbuster"]["score"] > 0.8
    with pytest.raises(AnnotateError):
        CliRunner().invoke(app, ["benchmark", "run", "all", "--test", "x"], catch_exceptions=False)
    listed = CliRunner().invoke(app, ["benchmark", "list"])
    assert all(name in listed.stdout for name in BENCHMARKS)
