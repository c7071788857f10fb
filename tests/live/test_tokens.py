"""Any server named by the environment, with either kind of token; what is wrong with it is said in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate.files import write
from annotate.records import Article
from annotate.studio.accounts import invite, log_in
from annotate.studio.client import Client
from annotate.studio.credentials import Access, read_credentials


@pytest.fixture(scope="module")
def legacy(studio: Path) -> Iterator[str]:
    """A legacy token, on a server where an administrator has switched them on."""
    known = read_credentials(studio)
    assert known is not None
    with contextlib.closing(log_in(known.url, known.email, known.password)) as session:
        both = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": True}
        session.post("/api/jwt/settings", json=both).raise_for_status()
        yield str(session.get("/api/current-user/token").json()["token"])
        session.post("/api/jwt/settings", json=both | {"legacy_api_tokens_enabled": False}).raise_for_status()


@pytest.mark.parametrize("kind", ["legacy token", "personal access token"])
def test_push_and_pull_work_with_either_token(
    kind: str,
    client: Client,
    legacy: str,
    project: str,
    bridge: Article,
    make_task: Any,
    run: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY name is used with either kind of token."""
    monkeypatch.setenv("LABEL_STUDIO_URL", client.url + "/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", legacy if kind == "legacy token" else client.access.api_key)
    write(tmp_path / "tasks.jsonl", [make_task(bridge)])
    pushed = run("push", tmp_path / "tasks.jsonl", "--project", project, "--yes", "--json")
    assert (pushed.code, pushed.receipt["new"]) == (0, 1), pushed.err
    pulled = run("pull", "--project", project, "--keys", tmp_path / "keys", "-o", tmp_path / "a.jsonl", "--json")
    assert (pulled.code, pulled.receipt["untouched"]) == (0, 1), pulled.err


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("0" * 40, "the token is not accepted"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6OTk5OTk5OTk5OX0.c2ln",
            "the token is not accepted",
        ),
    ],
    ids=["legacy", "personal"],
)
def test_a_wrong_token_is_said_and_never_shown(
    key: str, words: str, client: Client, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong token exits 3 with what to do; neither it nor a cookie is printed."""
    monkeypatch.setenv("LABEL_STUDIO_URL", client.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", key)
    done = run("pull", "--project", "Any", "--keys", tmp_path)
    assert done.code == 3
    assert words in done.err
    assert "LABEL_STUDIO_API_KEY" in done.err
    assert key not in done.err
    assert "sessionid" not in done.err


@pytest.mark.usefixtures("client")
def test_a_missing_project_exits_3(studio: Path, run: Any, tmp_path: Path) -> None:
    """A pull of a project that is not there names it and exits 3; no file is made."""
    done = run("pull", "--project", "No such", "--folder", studio, "--keys", tmp_path, "-o", tmp_path / "a.jsonl")
    assert done.code == 3
    assert "there is no project 'No such'" in done.err
    assert not (tmp_path / "a.jsonl").exists()


def test_a_server_that_is_down_exits_3(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, the address is named, and what to look at."""
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    done = run("pull", "--project", "Any", "--keys", tmp_path)
    assert done.code == 3
    assert "http://127.0.0.1:9: no answer" in done.err
    assert "LABEL_STUDIO_URL" in done.err


def test_half_of_the_two_variables_is_a_wrong_call(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address without a token does not fall back to another server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    done = run("pull", "--project", "Any", "--keys", tmp_path)
    assert done.code == 2
    assert "LABEL_STUDIO_API_KEY is not" in done.err


def test_without_a_terminal_push_asks_for_yes(
    client: Client, studio: Path, project: str, bridge: Article, make_task: Any, run: Any, tmp_path: Path
) -> None:
    """Where nobody can be asked, push shows its plan, does nothing and exits 2."""
    write(tmp_path / "tasks.jsonl", [make_task(bridge)])
    done = run("push", tmp_path / "tasks.jsonl", "--project", project, "--folder", studio)
    assert done.code == 2
    assert f"new project '{project}': 1 new, 0 already there" in done.err
    assert client.find_project(project) is None


def test_a_person_without_rights_is_still_an_account(studio: Path, client: Client) -> None:
    """The community edition has no roles: an invited annotator sees every project, which the docs say."""
    client.create_project("Everybody sees this", label_config="<View></View>")
    ada = invite(studio, ["ada"])["ada"]
    with Client(Access(url=client.url, api_key=ada.api_key)) as annotator:
        assert "Everybody sees this" in annotator.projects()
