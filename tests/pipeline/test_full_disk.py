"""A disk that is really full: a small tmpfs, mounted in a user namespace, filled by the command's own output."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pipeline.small_release import build

SCRIPT = """
set -e
mount -t tmpfs -o size=64k tmpfs "$1"
printf 'old\\n' > "$1/articles.jsonl"
set +e
"$2" -m annotate ingest "$3" -o "$1/articles.jsonl"
echo "exit $?"
ls -A "$1"
cat "$1/articles.jsonl"
"""


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """An article that does not fit on the small disk."""
    path = tmp_path / "big.txt"
    path.write_text(
        "\n".join(f"The council met for the {n}th time, the clerk said 🕊." for n in range(3000)), encoding="utf-8"
    )
    return path


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path, big: Path) -> None:
    """The command ends with 3, one clear message and a hint; the old file stands and no part is left."""
    unshare = shutil.which("unshare")
    assert unshare, "unshare comes with util-linux"
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(
        [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT, "sh", mount, sys.executable, big],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["exit 3", "articles.jsonl", "old"], done.stderr
    assert f"error: {mount}/articles.jsonl: no space left on device" in done.stderr
    assert "hint: free some space" in done.stderr
    assert "Traceback" not in done.stderr


PAGE, ROOM = 4096, 10
"""Bytes of a page, and how many are left beside the old release: the first data files fit, the whole of a new one does not."""

RELEASE = """
set -e
mount -t tmpfs -o "size=$6" tmpfs "$1"
cp -r "$3" "$1/dataset"
cd "$1/dataset" && find . -type f | sort | xargs sha256sum > "$5" && cd /
set +e
"$2" -m annotate dataset build "$4" -o "$1/dataset"
echo "exit $?"
ls -A "$1"
cd "$1/dataset" && sha256sum --quiet -c "$5" && echo "as it was"
"""


def test_a_full_disk_leaves_the_old_release_whole(tmp_path: Path) -> None:
    """`dataset build` ends with 3 and one message; every file of the old release stands as it was, and no part of a new one."""
    unshare = shutil.which("unshare")
    assert unshare, "unshare comes with util-linux"
    old = build(tmp_path / "old", 8)
    build(tmp_path / "new", 40)
    mount = tmp_path / "small"
    mount.mkdir()
    pages = sum(-(-path.stat().st_size // PAGE) + 1 for path in old.rglob("*"))
    command = [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", RELEASE, "sh", mount, sys.executable]
    done = subprocess.run(
        [*command, old, tmp_path / "new" / "gold.jsonl", tmp_path / "hashes", str((pages + ROOM) * PAGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["exit 3", "dataset", "as it was"], done.stderr
    assert f"error: {mount}/dataset: no space left on device" in done.stderr
    assert done.stderr.count("error:") == 1
    assert "hint: free some space" in done.stderr
    assert "Traceback" not in done.stderr
