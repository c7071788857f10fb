"""Names on the command line: folders here first, then the Hub; its refusals in our words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import huggingface_hub
import pytest
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from annotate.baseline.hub import local
from annotate.errors import NotThere, OutsideError, Refused, Unauthorized, Unreachable

ANSWER = httpx2.Response(404, request=httpx2.Request("GET", "http://localhost"))


def test_a_folder_here_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its name looks like one on the Hub; what cannot be a name there is a path that does not exist."""
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: pytest.fail("the Hub was asked"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org" / "name").mkdir(parents=True)
    assert local("org/name", "dataset") == Path("org/name")
    for name in (str(tmp_path / "none"), "./none/here", "a/b/c", "none"):
        assert local(name, "model") == Path(name)


def test_a_name_is_fetched_with_its_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Datasets and models by their kind."""
    asked = []

    def fetch(repo: str, *, repo_type: str, revision: str | None) -> str:
        asked.append((repo, repo_type, revision))
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    monkeypatch.chdir(tmp_path)
    assert local("org/name@v1", "dataset") == tmp_path
    assert local("org/name", "model") == tmp_path
    assert asked == [("org/name", "dataset", "v1"), ("org/name", "model", None)]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (RepositoryNotFoundError("gone", response=ANSWER), NotThere),
        (RevisionNotFoundError("gone", response=ANSWER), NotThere),
        (GatedRepoError("gated", response=ANSWER), Unauthorized),
        (HfHubHTTPError("teapot", response=ANSWER), Refused),
        (LocalEntryNotFoundError("offline"), Unreachable),
        (httpx2.ConnectError("refused"), Unreachable),
        (httpx2.ReadError("reset in the middle of a file"), Unreachable),
        (TimeoutError("late"), Unreachable),
        (OSError("disk"), OutsideError),
    ],
)
def test_what_the_hub_says_is_said_in_our_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theirs: Exception, ours: type[OutsideError]
) -> None:
    """Exit code 3, the repository's name and what to do next."""

    def fail(*_: object, **__: object) -> str:
        raise theirs

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ours, match="org/name") as caught:
        local("org/name", "dataset")
    assert (caught.value.exit_code, bool(caught.value.hint)) == (3, True)


@pytest.mark.parametrize("kind", ["dataset", "model"])
def test_nothing_answers(tmp_path: Path, kind: str) -> None:
    """Through the real client, on a port where nobody listens: exit code 3, one message, a hint, no traceback."""
    output = tmp_path / "made"
    command = ["train", "nobody/nothing", "-o", output] if kind == "dataset" else ["flag", "nobody/nothing", __file__]
    done = subprocess.run(
        [sys.executable, "-m", "annotate", *command],
        env={
            **os.environ,
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "HF_HOME": str(tmp_path / "home"),
            "HF_HUB_OFFLINE": "0",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("error: nobody/nothing: no folder here, and the Hub does not answer")
    assert done.stderr.count("error:") == 1
    assert "hint: name a folder that exists" in done.stderr
    assert "Traceback" not in done.stderr
    assert not output.exists()
