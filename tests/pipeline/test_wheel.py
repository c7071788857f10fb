"""The wheel stands alone: commands and schemas work with the source folder out of reach."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked where nothing of the clone is beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "uv", "build", "--wheel", "-q", "-o", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("reportedly-*.whl")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder / "site")
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


def test_the_server_lock_comes_with_the_wheel(wheel: Path) -> None:
    """The embedded server can be installed from the wheel's own list, with hashes."""
    lock = (wheel / "annotate" / "_requirements" / "studio.txt").read_text(encoding="utf-8")
    assert "label-studio==1.23.2" in lock
    assert "--hash=sha256:" in lock
