"""The Makefile is the map: its targets have commands, and `make help` lists them in the order of the work."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ["ingest", "suggest", "studio", "push", "pull", "agreement", "gold", "dataset", "train", "evaluate", "report"]


def test_help_lists_the_work_in_its_order() -> None:
    """`make help` names the stages as `annotate --help` does."""
    text = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    places = [text.index(f"make {name} ") for name in WORK]
    assert places == sorted(places)


def test_corpus_and_build_point_at_the_users_own_data(tmp_path: Path) -> None:
    """With CORPUS and BUILD set, make reads and writes there and nowhere else."""
    (tmp_path / "mine" / "articles").mkdir(parents=True)
    (tmp_path / "mine" / "articles" / "a.txt").write_text("The dam failed.", encoding="utf-8")
    plan = subprocess.run(
        ["make", "-n", "report", f"CORPUS={tmp_path}/mine", f"BUILD={tmp_path}/out"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"annotate ingest {tmp_path}/mine/articles -o {tmp_path}/out/articles.jsonl" in plan
    assert "--project mine" in plan
    assert "replay" not in plan
    assert "corpora/sample" not in plan
