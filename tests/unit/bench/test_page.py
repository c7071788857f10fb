"""What the bench makes of its results: the page, the README's table, and which runs are shown."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def page() -> Any:
    """Return bench/page.py, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("bench_page", ROOT / "bench" / "page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_run(*, full: bool = True, value: float = 12.0) -> dict[str, Any]:
    """Return the results of an invented run."""
    rows = [
        {"measure": "notes 🕊", "size": size, "system": name, "seconds": size / speed, "peak_mb": peak, "clock": False}
        for name, speed, peak in (("ours", 2000, 90.5), ("peer", 1000, None))
        for size in (10, 100, 1000)
    ]
    claim = {
        "says": "Notes <b> beside a peer",
        "value": value,
        "bar": 8,
        "least": True,
        "unit": "times",
        "met": value >= 8,
    }
    part = {"script": "notes", "took": 3, "ended": 0, "rows": rows, "claims": [claim]}
    machine = {"processor": "P", "cores": 2, "load_before": 0.1, "load_after": 1.2, "versions": {"python": "3"}}
    return {"date": "2031-05-01", "commit": "abc", "full": full, "machine": machine, "parts": [part]}


def test_only_full_runs_are_shown_where_there_is_one(page: Any, tmp_path: Path) -> None:
    """A quick run never stands for the project's claims beside a full one, and the oldest comes first."""
    for name, run in (("2031-05-02-b", a_run()), ("2031-05-01-a", a_run(value=9)), ("2031-05-03-c", a_run(full=False))):
        (tmp_path / f"{name}.json").write_text(json.dumps(run), encoding="utf-8")
    assert [page.claims(run)[0]["value"] for run in page.runs(tmp_path)] == [9, 12]


def test_the_table_says_what_was_missed(page: Any) -> None:
    """A claim that its run does not bear is marked in the README's table."""
    table = page.table(a_run(value=7.0))
    assert "| Notes <b> beside a peer | 7× | ≥ 8× | missed |" in table.replace("\N{MULTIPLICATION SIGN}", "×")  # noqa: RUF001 - the sign itself
    assert "missed" not in page.table(a_run())


def test_the_page_holds_claims_and_drawings_and_loads_nothing(page: Any) -> None:
    """The page has the claims, escaped, one history and two drawings of growth, and no address of another file."""
    html = page.page([a_run(value=9), a_run()])
    assert "Notes &lt;b&gt; beside a peer" in html
    assert html.count("<svg") == 3
    assert not re.search(r"(?:src|href)=\"(?!#)", html)


def test_the_readme_says_what_the_newest_results_say(page: Any) -> None:
    """The README's table is that of the newest results, and there is none without results."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    runs = page.runs(ROOT / "bench" / "results")
    printed = readme.split(page.BEGIN)[1].split(page.END)[0].strip()
    assert printed == (page.table(runs[-1]) if runs else "")


def test_every_script_is_in_the_one_list() -> None:
    """A script that measures is run by `make bench`: none is forgotten."""
    listed = subprocess.run(
        [sys.executable, "bench/run.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    writing = [
        path.stem
        for path in (ROOT / "bench").glob("*.py")
        if re.search(r"^ +finish\(", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert writing
    assert [name for name in writing if name not in listed.stdout] == []
