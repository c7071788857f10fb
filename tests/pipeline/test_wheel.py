"""The wheel stands alone: commands and schemas work with the source folder out of reach."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from annotate.records import Annotation, Flag, Status, Task

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, installed where nothing of the clone is beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = [sys.executable, "-m", "uv"]
    commands = (
        [*uv, "build", "--wheel", "-q", "-o", folder, ROOT],
        [
            *uv,
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            "--find-links",
            folder,
            "--target",
            folder / "site",
            "reportedly",
        ],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / "site"


def run(wheel: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the wheel's command line from a folder that holds nothing."""
    return subprocess.run(
        [sys.executable, "-m", "annotate", *arguments],
        cwd=wheel.parent,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_wheel_is_what_runs(wheel: Path) -> None:
    """Python finds the package in the unpacked wheel, not in the clone."""
    code = "import annotate, annotate.codebook as c; print(annotate.__file__); print(c.schemas()); print(c.load().name)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=wheel.parent,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        check=True,
    )
    where, schemas, name = done.stdout.splitlines()
    assert Path(where).is_relative_to(wheel)
    assert Path(schemas).is_relative_to(wheel)
    assert name == "credibility"


def test_help_names_the_stages_in_order(wheel: Path) -> None:
    """`annotate --help` works from the wheel."""
    text = run(wheel, "--help").stdout
    places = [
        text.index(f" {name} ") for name in ("ingest", "suggest", "push", "pull", "agreement", "gold", "train", "flag")
    ]
    assert places == sorted(places)


def test_articles_become_tasks(wheel: Path) -> None:
    """Ingest and suggest work from the wheel: the codebook and its patterns came with it."""
    text = "The dam reportedly failed 🕊, officials said."
    articles = run(wheel, "ingest", "-", "--format", "txt", stdin=text).stdout
    tasks = run(wheel, "suggest", "-", stdin=articles).stdout
    assert '"label":"evidential"' in tasks


def labelled(tasks: str, annotator: str) -> str:
    """Return an annotator's work on these tasks: the suggestions as they are."""
    lines = []
    for line in tasks.splitlines():
        task = msgspec.json.decode(line, type=Task)
        assert task.suggestion is not None
        made = Annotation(
            article_id=task.article_id,
            text_sha256=task.article.sha256,
            annotator=annotator,
            status=Status.SUBMITTED,
            codebook=task.codebook,
            spans=task.suggestion.spans,
            links=task.suggestion.links,
        )
        lines.append(msgspec.json.encode(made).decode())
    return "\n".join(lines) + "\n"


def test_a_model_is_trained_and_flags(wheel: Path, tmp_path: Path) -> None:
    """From the wheel alone, labelled articles become gold, a dataset, a model and flags."""
    subjects = ("dam", "bridge", "mill", "tower", "quay", "lock", "weir", "pier")
    texts = [
        f"The {one} reportedly failed 🕊. Will the {other} road open again? Nobody was hurt, the {other} keeper said."
        for one, other in zip(subjects, subjects[::-1], strict=True)
    ]
    source = tmp_path / "articles.jsonl"
    source.write_text("".join(msgspec.json.encode({"text": text}).decode() + "\n" for text in texts), encoding="utf-8")
    run(wheel, "ingest", str(source), "-o", str(tmp_path / "a.jsonl"))
    tasks = run(wheel, "suggest", str(tmp_path / "a.jsonl")).stdout
    (tmp_path / "n.jsonl").write_text(labelled(tasks, "a1") + labelled(tasks, "a2"), encoding="utf-8")
    run(
        wheel,
        "gold",
        str(tmp_path / "n.jsonl"),
        "--articles",
        str(tmp_path / "a.jsonl"),
        "-o",
        str(tmp_path / "g.jsonl"),
    )
    run(wheel, "dataset", "build", str(tmp_path / "g.jsonl"), "-o", str(tmp_path / "dataset"))
    run(wheel, "train", str(tmp_path / "dataset"), "-o", str(tmp_path / "model"))
    flags = run(wheel, "flag", str(tmp_path / "model"), "-", stdin="The sluice reportedly failed 🕊.").stdout
    (flag,) = [msgspec.json.decode(line, type=Flag) for line in flags.splitlines()]
    assert [hedge.text for hedge in flag.hedges] == ["reportedly"]


def test_the_server_lock_comes_with_the_wheel(wheel: Path) -> None:
    """The embedded server can be installed from the wheel's own list, with hashes."""
    lock = (wheel / "annotate" / "_requirements" / "studio.txt").read_text(encoding="utf-8")
    assert "label-studio==1.23.2" in lock
    assert "--hash=sha256:" in lock
