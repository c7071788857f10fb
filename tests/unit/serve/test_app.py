"""The ML-backend protocol: an answer for each task, one model a request, a password, and nothing logged."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.cli import app as commands
from annotate.codebook import load
from annotate.corpus.article import make_article
from annotate.errors import UsageError
from annotate.records import Task
from annotate.serve.access import PASSWORD, USER, Login, login
from annotate.serve.app import WithoutContent, make_app, make_server
from annotate.serve.hot import Hot
from annotate.studio.interface import label_config
from annotate.studio.payload import to_label_studio

SECRET = "kestrel"  # noqa: S105 - a word that must not be logged
ARTICLE = make_article(f"Weir 🌊 leaks\nThe weir may fail by Friday, {SECRET} keeper Łucja Brandt said.")


def task(text: str = ARTICLE.text, title: str | None = ARTICLE.title) -> dict[str, Any]:
    """Return a task as Label Studio sends it."""
    article = make_article(text, title)
    record = Task(article_id=article.id, article=article, codebook=load().ref)
    return {"id": 7, "annotations": [], **to_label_studio(record, load())}


def test_the_protocols_small_answers(ask: Any) -> None:
    """Health, versions, setup and webhook answer as Label Studio expects, with the model's version."""
    assert ask("GET", "/health").json() == {"status": "UP", "model_class": "annotate", "model_version": "model@1"}
    assert ask("GET", "/versions").json() == {"versions": ["model@1"]}
    body = {"project": "1.2", "schema": label_config(load()), "hostname": "", "access_token": SECRET}
    assert ask("POST", "/setup", json=body).json() == {"model_version": "model@1"}
    assert ask("POST", "/setup", json={}).json() == {"model_version": "model@1"}
    assert ask("POST", "/webhook", json={"action": "START_TRAINING"}).status_code == 200
    assert ask("POST", "/webhook", content=b"\xff").status_code == 200
    assert ask("GET", "/predict").status_code == 405


def test_a_prediction_a_task_in_their_order(ask: Any) -> None:
    """Each task gets one prediction with proved regions and a confidence; one that cannot be read gets an empty one."""
    tasks = [task(), {"id": 8, "data": {"text": 5}}, task("Nothing. 🌧", None), "odd", {"data": {"text": "a\r\nb"}}]
    body = {"tasks": tasks, "label_config": label_config(load())}
    found = ask("POST", "/predict", json=body).json()
    assert found["model_version"] == "model@1"
    assert [one["model_version"] for one in found["results"]] == ["model@1"] * 5
    regions = [item["value"] for item in found["results"][0]["result"] if item["type"] == "labels"]
    assert "may" in {value["text"] for value in regions}
    assert all(ARTICLE.text[value["start"] : value["end"]] == value["text"] for value in regions)
    assert 0 < found["results"][0]["score"] <= 1
    assert [(one["result"], one["score"]) for one in found["results"][1:]] == [
        ([], 0.0),
        ([], 1.0),
        ([], 0.0),
        ([], 0.0),
    ]


def test_batches_of_any_size(ask: Any) -> None:
    """None is a batch, and so are more tasks than Label Studio asks for at once."""
    assert ask("POST", "/predict", json={"tasks": []}).json()["results"] == []
    assert len(ask("POST", "/predict", json={"tasks": [task()] * 700}).json()["results"]) == 700


def test_another_screen_is_refused(ask: Any) -> None:
    """A project that asks for other labels gets no suggestions, and hears why when it connects."""
    other = '<View><Labels name="l" toName="text"><Label value="X"/></Labels><Text name="text" value="$text"/></View>'
    for path, body in (("/setup", {"schema": other}), ("/predict", {"tasks": [task()], "label_config": other})):
        answer = ask("POST", path, json=body)
        assert answer.status_code == 400
        assert "is not the one of codebook credibility" in answer.json()["detail"]
    assert ask("POST", "/setup", json={"schema": "<View"}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"tasks": 5}', b"[" * 100_000])
def test_what_is_no_request_is_refused_without_an_echo(ask: Any, body: bytes) -> None:
    """The answer quotes nothing of what came."""
    answer = ask("POST", "/predict", content=body)
    assert answer.status_code == 400
    assert answer.json() == {"detail": "this is not what Label Studio sends"}


def test_a_newer_model_is_taken_up_and_a_broken_one_is_not(ask: Any, folder: Path) -> None:
    """The folder's newest model answers; while it cannot be loaded, the last good one does, and health says why."""
    (folder / "name").write_text("model@22", encoding="utf-8")
    assert ask("POST", "/setup", json={}).json() == {"model_version": "model@22"}
    (folder / "name").write_text("broken", encoding="utf-8")
    found = ask("GET", "/health").json()
    assert (found["model_version"], found["trouble"]) == ("model@22", f"{folder}: it is broken")
    (folder / "name").write_text("model@3", encoding="utf-8")
    assert ask("GET", "/health").json() == {"status": "UP", "model_class": "annotate", "model_version": "model@3"}
    (folder / "name").unlink()
    folder.rmdir()
    assert ask("GET", "/health").json()["model_version"] == "model@3"


def test_one_name_and_password_are_asked_for_everywhere(ask: Any) -> None:
    """Without them no path answers, with them all do; neither is told."""
    known = Login("annotator", "pass:wörd")
    for method, path in (("GET", "/health"), ("POST", "/setup"), ("POST", "/predict"), ("GET", "/versions")):
        for pair in (None, ("annotator", "wrong"), ("other", "pass:wörd")):
            answer = ask(method, path, known, auth=pair)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Basic")
    header = "Basic YW5ub3RhdG9yOnBhc3M6d8O2cmQ="
    assert ask("GET", "/health", known, headers={"Authorization": header}).status_code == 200
    for header in ("Basic ", "Basic %%%", "Bearer YW5ub3RhdG9yOnBhc3M6d8O2cmQ=", "YW5ub3RhdG9yOnBhc3M6d8O2cmQ="):
        assert ask("GET", "/health", known, headers={"Authorization": header}).status_code == 401


@given(st.text(max_size=30))
def test_no_other_header_fits(header: str) -> None:
    """Any other header is refused, and none raises."""
    assert not Login("a", "b").fits(header)


def test_the_login_comes_from_the_environment() -> None:
    """Both variables or neither; a colon would end the name."""
    assert login({}) is None
    assert login({USER: "a", PASSWORD: "b"}) == Login("a", "b")
    with pytest.raises(UsageError, match=f"{USER} is set, {PASSWORD} is not"):
        login({USER: "a"})
    with pytest.raises(UsageError, match="has a colon"):
        login({USER: "a:b", PASSWORD: "c"})


def test_nothing_that_comes_in_is_logged(ask: Any, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    """Good and broken requests leave no word of theirs on the output or in any log."""
    with caplog.at_level(logging.DEBUG):
        ask("POST", "/predict", json={"tasks": [task()], "access_token": SECRET})
        ask("POST", "/predict", content=b'{"tasks": [' + SECRET.encode())
        ask("POST", "/setup", json={"schema": f"<View>{SECRET}", "access_token": SECRET})
    shown = capfd.readouterr()
    ours = [record.getMessage() for record in caplog.records]
    assert SECRET not in shown.out + shown.err + "".join(ours)


def test_an_errors_words_are_not_logged(hot: Hot) -> None:
    """Of an error only its kind and place are left; the server has the filter and writes no access log."""
    server = make_server(make_app(hot), "127.0.0.1", 0)
    assert server.config.access_log is False
    assert any(isinstance(one, WithoutContent) for one in logging.getLogger("uvicorn.error").filters)
    with pytest.raises(ValueError, match=SECRET) as caught:
        int(SECRET)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), caught._excinfo)
    assert WithoutContent().filter(record)
    said = logging.Formatter().format(record)
    assert SECRET not in said
    assert "ValueError at" in said
    plain = logging.LogRecord("x", logging.ERROR, "", 0, "plain %s", ("word",), None)
    assert WithoutContent().filter(plain)
    assert plain.getMessage() == "plain word"


def test_an_open_interface_wants_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where other machines can reach it, serving without a login is refused; a missing model is, too."""
    from typer.testing import CliRunner

    from annotate.errors import ModelError

    monkeypatch.delenv(USER, raising=False)
    monkeypatch.delenv(PASSWORD, raising=False)
    done = CliRunner().invoke(commands, ["serve", str(tmp_path), "--host", "0.0.0.0"])  # noqa: S104 - it is refused
    assert isinstance(done.exception, UsageError)
    assert "nobody would be asked for a password" in str(done.exception)
    done = CliRunner().invoke(commands, ["serve", str(tmp_path / "none"), "--port", "0"])
    assert isinstance(done.exception, ModelError)
