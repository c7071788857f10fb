"""Imports only point backwards along the order of the work: a stage never knows about the stages after it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "annotate"
LAYERS = (
    "errors",
    "records",
    "files",
    "codebook",
    "guidelines",
    "schemas",
    "corpus",
    "language",
    "studio",
    "quality",
    "formats",
    "campaign",
    "dataset",
    "baseline",
    "serve",
    "benchmarks",
    "report",
    "scale",
    "cli",
)
HEAVY = {"datasets", "label_studio_sdk", "matplotlib", "pandas", "pyarrow", "sklearn", "trafilatura"}


def modules() -> list[Path]:
    """Return the modules of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the layers that a module imports, wherever in the module the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "annotate":
            yield from (node.module or "").split(".")[1:2] or [
                alias.name for alias in node.names if not alias.name.startswith("__")
            ]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("annotate."))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_go_one_way(path: Path) -> None:
    """A module imports only from its own layer and from those before it."""
    layer = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if layer.startswith("__"):
        return
    for name in imported(path):
        assert LAYERS.index(name) <= LAYERS.index(layer), f"{path.name} imports annotate.{name}"


def test_only_the_client_imports_the_sdk() -> None:
    """Label Studio's SDK is called in one module; the one beside it only knows its errors."""
    found = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        if "import label_studio_sdk" in (text := path.read_text(encoding="utf-8")) or "from label_studio_sdk" in text
    }
    assert found == {"studio/answers.py", "studio/client.py"}


@pytest.mark.parametrize("statement", ["import annotate", "import annotate.cli", "import annotate.baseline.scorer"])
def test_light_imports_stay_light(statement: str) -> None:
    """The package, the command line and the scorer load none of the heavy libraries."""
    code = f"import sys; {statement}; print(*sorted(set(sys.modules) & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
