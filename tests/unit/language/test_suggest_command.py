"""``annotate suggest``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.codebook import load
from annotate.corpus.article import make_article
from annotate.files import read, write
from annotate.language.suggester import PatternSuggester
from annotate.records import SetAside, Task

ROOT = Path(__file__).parents[3]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Two articles, one of them empty."""
    path = tmp_path / "articles.jsonl"
    write(path, [make_article("Ann Boe claimed the pier was shut 🎉."), make_article("")])
    return path


def test_writes_tasks_and_a_receipt(articles: Path, tmp_path: Path) -> None:
    """Each article is a task whose spans read as they say; the receipt is JSON and names the suggester."""
    out = tmp_path / "tasks.jsonl"
    done = CliRunner().invoke(app, ["suggest", str(articles), "-o", str(out), "--json"])
    assert done.exit_code == 0, done.output
    tasks = [task for task in read(out, Task) if not isinstance(task, SetAside)]
    model = PatternSuggester(load()).name
    assert [task.suggestion.model if task.suggestion else None for task in tasks] == [model, model]
    receipt = json.loads(done.stdout)
    assert (receipt["command"], receipt["kept"], receipt["model"]) == ("suggest", 2, model)


def test_pipes(articles: Path) -> None:
    """``-`` reads standard input, and tasks go to standard output, the receipt to the other one."""
    done = CliRunner().invoke(app, ["suggest", "-", "--json"], input=articles.read_bytes())
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [msgspec.json.decode(line, type=Task).article.text for line in lines] == [
        "Ann Boe claimed the pier was shut 🎉.",
        "",
    ]
    assert json.loads(done.stderr)["kept"] == 2


def test_strict_counts_what_is_set_aside(articles: Path, tmp_path: Path) -> None:
    """A broken line is counted and told; with --strict the command ends with 1, and the tasks are written all the same."""
    articles.write_bytes(articles.read_bytes() + b'{"id": 3}\n')
    out = tmp_path / "tasks.jsonl"
    for options, code in (([], 0), (["--strict"], 1)):
        done = CliRunner().invoke(app, ["suggest", str(articles), "-o", str(out), *options])
        assert done.exit_code == code
        assert f"{articles}:3" in done.stderr
        assert len(out.read_bytes().splitlines()) == 2


def test_a_codebook_without_patterns_says_so(articles: Path, tmp_path: Path) -> None:
    """Its tasks carry no suggestion, and stderr says it."""
    book = tmp_path / "book"
    book.mkdir()
    shutil.copy(ROOT / "schemas/credibility/codebook.toml", book)
    out = tmp_path / "tasks.jsonl"
    done = CliRunner().invoke(app, ["suggest", str(articles), "-o", str(out), "--codebook", str(book)])
    assert done.exit_code == 0
    assert "without patterns" in done.stderr
    assert [task.suggestion for task in read(out, Task) if not isinstance(task, SetAside)] == [None, None]


def test_a_folder_that_is_no_model(articles: Path, tmp_path: Path) -> None:
    """A wrong model folder is an error, and nothing is written."""
    out = tmp_path / "tasks.jsonl"
    done = CliRunner().invoke(app, ["suggest", str(articles), "-o", str(out), "--model", str(tmp_path)])
    assert done.exit_code != 0
    assert not out.exists()
