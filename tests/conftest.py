"""What all tests share: real inputs beside the project, and an account of what was skipped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hub.server import Hub

hypothesis.settings.register_profile("patient", deadline=None)  # two busy cores make any time limit a matter of luck
hypothesis.settings.load_profile("patient")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
SKIPS_ALLOWED_IN_CI = (
    "real inputs are not here: ../shared/data",
    "SCIPY_ARRAY_API is not set",  # a check of scikit-learn's own for arrays of other libraries, which we do not take
)
"""Reasons (their beginnings) for which a test may be skipped where CI is set."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs that may not be part of the project."""
    if not SHARED.is_dir():
        pytest.skip("real inputs are not here: ../shared/data")
    return SHARED


@pytest.fixture(scope="session")
def wire(shared: Path) -> Path:
    """A real wire article of the kind the toolkit is for."""
    return shared / "articles" / "wire-soldiers-memos.txt"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A Hub on this machine, with Ada, who is of the organisation `newsroom`, and whoever else has a token."""
    with Hub(tmp_path / "hub") as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was skipped and why; under CI, name the skips that are not allowed."""
    reasons = skip_reasons(terminalreporter)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped {count}: {reason}")
    for reason in forbidden(reasons):
        terminalreporter.write_line(f"a skip that CI does not allow: {reason}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI, fail on a skip outside the written list."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter) and forbidden(skip_reasons(reporter)) and not session.testsfailed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def skip_reasons(reporter: pytest.TerminalReporter) -> dict[str, int]:
    """Return how many tests were skipped for each reason."""
    reasons: dict[str, int] = {}
    for report in reporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    return reasons


def forbidden(reasons: dict[str, int]) -> list[str]:
    """Return the reasons for which CI allows no skip; none outside CI."""
    if not os.environ.get("CI"):
        return []
    return [reason for reason in reasons if not reason.startswith(SKIPS_ALLOWED_IN_CI)]
