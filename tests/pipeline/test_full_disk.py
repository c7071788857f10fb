"""A disk that is really full: a small tmpfs, mounted in a user namespace, filled by the command's own output."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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
