"""The server's environment is complete or it is not; half of one does not count."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from annotate.errors import OutsideError
from annotate.studio import installation


def test_the_pinned_list_names_the_server_with_hashes() -> None:
    """Label Studio is pinned, and every package comes with its hash."""
    text = installation.requirements().read_text(encoding="utf-8")
    assert "\nlabel-studio==1.23.2 \\\n    --hash=sha256:" in text
    pinned = [line for line in text.splitlines() if "==" in line]
    assert all(line.endswith("\\") for line in pinned)


def test_only_the_mark_of_this_list_counts(tmp_path: Path) -> None:
    """An environment of another list, or one whose installation was interrupted, is not complete."""
    assert not installation.installed(tmp_path)
    (tmp_path / installation.MARK).write_text("another\n")
    assert not installation.installed(tmp_path)
    (tmp_path / installation.MARK).write_text(installation.digest() + "\n")
    assert installation.installed(tmp_path)
    installation.install(tmp_path, tell=pytest.fail)


def test_a_failed_installation_is_said_and_not_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the installer fails, the error has its code and the environment does not count as complete."""
    told: list[str] = []

    def failing(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(7, command)

    monkeypatch.setattr(subprocess, "run", failing)
    with pytest.raises(OutsideError, match="ended with code 7"):
        installation.install(tmp_path / "venv", told.append)
    assert len(told) == 1
    assert not installation.installed(tmp_path / "venv")
