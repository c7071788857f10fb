"""Pushing to a real server: nothing is lost and nothing is doubled, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import CodebookError, Unreachable, UsageError
from annotate.files import write
from annotate.records import Article, Link, Span, Suggestion, Task
from annotate.studio import server
from annotate.studio.client import Client
from annotate.studio.credentials import Access, access, read_credentials
from annotate.studio.interface import label_config
from annotate.studio.push import BATCH_TASKS, carry_out, plan
from annotate.studio.server import State

AT_ONCE = (0.0, 0.0)
"""Seconds between tries, for tests."""


def push(client: Client, title: str, tasks: list[Task], book: Codebook) -> dict[str, int]:
    """Plan and carry out a push."""
    return carry_out(client, plan(client, title, tasks, book), book, waits=AT_ONCE)


def articles_in(client: Client, title: str) -> Counter[str | None]:
    """Return how many tasks each article has."""
    project = client.find_project(title)
    assert project is not None
    return Counter(state.key for state in client.states(project.id))


def suggestion(article: Article, model: str, quote: str = "reportedly") -> Suggestion:
    """Return a suggestion of one hedge."""
    start = article.text.index(quote)
    span = Span(id="h1", layer="hedge", label="evidential", start=start, end=start + len(quote), text=quote, score=0.9)
    return Suggestion(model=model, spans=(span,), score=0.9)


def predictions(client: Client, title: str) -> list[list[str]]:
    """Return the models of each task's predictions."""
    project = client.find_project(title)
    assert project is not None
    return [sorted(state.models) for state in client.states(project.id)]


@pytest.fixture
def small(make_task: Any) -> list[Task]:
    """Tasks for two batches and a little more."""
    return [make_task(f"Note {number} 🌊: the weir holds.") for number in range(2 * BATCH_TASKS + 3)]


def test_push_makes_the_project_and_a_second_push_changes_nothing(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """The project has the codebook's screen and each article once, with its suggestion, however often it is pushed."""
    tasks = [make_task(bridge, suggestion(bridge, "patterns 1")), make_task("An empty day.")]
    assert push(client, project, tasks, book) == {"new": 2, "already_there": 0, "suggestions_renewed": 0}
    assert push(client, project, tasks, book) == {"new": 0, "already_there": 2, "suggestions_renewed": 0}
    assert plan(client, project, tasks, book).empty
    found = client.find_project(project)
    assert found is not None
    assert (found.config.strip(), found.tasks) == (label_config(book).strip(), 2)
    assert articles_in(client, project) == {task.article_id: 1 for task in tasks}
    assert predictions(client, project) == [["patterns 1"], []]


def test_the_text_comes_back_byte_for_byte(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """The server keeps an article's emoji, quotes and CJK name as they are."""
    push(client, project, [make_task(bridge)], book)
    found = client.find_project(project)
    assert found is not None
    [state] = client.states(found.id)
    [task] = client.export(found.id, [state.id])
    assert task["data"]["text"] == bridge.text
    assert task["data"]["text_sha256"] == bridge.sha256


def test_a_later_batch_and_a_corrected_story_are_new_tasks(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """A later push adds only new articles, and the corrected text of a story is one of them."""
    from annotate.corpus.article import make_article

    push(client, project, [make_task(bridge)], book)
    corrected = make_article(bridge.text + "\nCorrected: the weir is dry.", url=bridge.url, supersedes=bridge.id)
    done = push(client, project, [make_task(bridge), make_task(corrected)], book)
    assert done == {"new": 1, "already_there": 1, "suggestions_renewed": 0}
    assert articles_in(client, project) == {bridge.id: 1, corrected.id: 1}


def test_newer_suggestions_replace_older_ones_of_ours(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """A task has one suggestion of ours, the newest, and the label stream shows that model's."""
    push(client, project, [make_task(bridge, suggestion(bridge, "patterns 1"))], book)
    newer = [make_task(bridge, suggestion(bridge, "baseline, 2 (a,b)"))]
    assert push(client, project, newer, book)["suggestions_renewed"] == 1
    assert push(client, project, newer, book)["suggestions_renewed"] == 0
    found = client.find_project(project)
    assert found is not None
    [state] = client.states(found.id)
    [task] = client.export(found.id, [state.id])
    assert len(task["predictions"]) == 1
    assert client._read.projects.get(found.id).model_version == "baseline, 2 (a,b)"


def test_suggestions_of_a_connected_backend_stay(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """Renewing our suggestions leaves those of an ML backend that is connected to the project."""

    class Backend(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            data = b'{"status": "UP", "model_class": "Test", "model_version": "backend 7"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    push(client, project, [make_task(bridge, suggestion(bridge, "patterns 1"))], book)
    found = client.find_project(project)
    assert found is not None
    [state] = client.states(found.id)
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        client._write.ml.create(project=found.id, url=f"http://127.0.0.1:{backend.server_port}", title="backend")
        client.import_predictions(found.id, [{"task": state.id, "model_version": "backend 7", "result": []}])
        push(client, project, [make_task(bridge, suggestion(bridge, "patterns 2"))], book)
        backend.shutdown()
    assert predictions(client, project) == [["backend 7", "patterns 2"]]


def other_labels(book: Codebook) -> Codebook:
    """Return a codebook without its last layer."""
    return msgspec.structs.replace(book, layer=book.layer[:2])


def test_another_screen_is_set_while_nothing_is_annotated(
    client: Client, project: str, book: Codebook, make_task: Any
) -> None:
    """Before anybody works in a project, its screen may still change."""
    task = make_task("Nothing yet.")
    push(client, project, [task], book)
    changed = other_labels(book)
    push(client, project, [msgspec.structs.replace(task, codebook=changed.ref)], changed)
    found = client.find_project(project)
    assert found is not None
    assert found.config.strip() == label_config(changed).strip()


@pytest.mark.parametrize("kind", ["annotation", "draft"])
def test_drift_is_refused_once_somebody_works(
    kind: str, client: Client, project: str, book: Codebook, make_task: Any
) -> None:
    """A changed label set would orphan what people did: with an annotation or a draft there, push refuses."""
    task = make_task("Somebody is at it.")
    push(client, project, [task], book)
    found = client.find_project(project)
    assert found is not None
    [state] = client.states(found.id)
    if kind == "annotation":
        client.annotate(state.id, result=[], was_cancelled=True)
    else:
        address = f"{client.url}/api/tasks/{state.id}/drafts"
        headers = client._write._client_wrapper.get_headers()
        client._http.post(address, json={"result": [], "lead_time": 1}, headers=headers).raise_for_status()
    changed = other_labels(book)
    with pytest.raises(CodebookError, match="another screen"):
        plan(client, project, [msgspec.structs.replace(task, codebook=changed.ref)], changed)
    found = client.find_project(project)
    assert found is not None
    assert found.config.strip() == label_config(book).strip()


def test_a_title_that_the_server_refuses_is_refused_first(client: Client, book: Codebook) -> None:
    """A title that is too short is a wrong call, said before anything is sent."""
    with pytest.raises(UsageError, match="3 to 50"):
        plan(client, "ab", [], book)


def test_a_lost_answer_doubles_nothing(
    client: Client, project: str, book: Codebook, small: list[Task], make_proxy: Any
) -> None:
    """When the answer to an import is lost after the server did it, each article is there once."""
    lost: list[str] = []

    def fault(method: str, path: str) -> bool:
        if method == "POST" and path.endswith("/import") and len(lost) < 2:
            lost.append(path)
            return True
        return False

    proxy = make_proxy(client.url, fault)
    with Client(Access(url=proxy.url, api_key=client.access.api_key)) as through:
        assert push(through, project, small, book)["new"] == len(small)
    assert len(lost) == 2
    assert articles_in(client, project) == {task.article_id: 1 for task in small}


def test_a_lost_answer_doubles_no_suggestion(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any, make_proxy: Any
) -> None:
    """When the answer to an import of suggestions is lost, the task still gets one."""
    push(client, project, [make_task(bridge, suggestion(bridge, "patterns 1"))], book)
    lost: list[str] = []

    def fault(method: str, path: str) -> bool:
        if method == "POST" and path.endswith("/import/predictions") and not lost:
            lost.append(path)
            return True
        return False

    proxy = make_proxy(client.url, fault)
    with Client(Access(url=proxy.url, api_key=client.access.api_key)) as through:
        push(through, project, [make_task(bridge, suggestion(bridge, "patterns 2"))], book)
    assert lost
    found = client.find_project(project)
    assert found is not None
    [task] = client.export(found.id, [state.id for state in client.states(found.id)])
    assert len(task["predictions"]) == 1


def test_a_killed_push_goes_on_where_it_was(
    client: Client, project: str, book: Codebook, small: list[Task], make_proxy: Any, tmp_path: Path
) -> None:
    """A pushing process is killed while its second batch is under way; the next push completes the project."""
    under_way, go_on = threading.Event(), threading.Event()
    imports: list[str] = []

    def fault(method: str, path: str) -> bool:
        if method == "POST" and path.endswith("/import"):
            imports.append(path)
            if len(imports) == 2:
                under_way.set()
                go_on.wait(60)
        return False

    proxy = make_proxy(client.url, fault)
    write(tmp_path / "tasks.jsonl", small)
    command = [sys.executable, "-m", "annotate", "push", str(tmp_path / "tasks.jsonl"), "--project", project, "--yes"]
    env = os.environ | {"LABEL_STUDIO_URL": proxy.url, "LABEL_STUDIO_API_KEY": client.access.api_key}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as pushing:
        assert under_way.wait(60)
        pushing.kill()
        pushing.communicate()
    assert pushing.returncode == -signal.SIGKILL
    there = articles_in(client, project)
    assert there.total() == BATCH_TASKS
    go_on.set()  # the server may still get and do what the dead process asked for, before or while the next push works
    push(client, project, small, book)
    push(client, project, small, book)
    assert articles_in(client, project) == {task.article_id: 1 for task in small}


def test_a_server_killed_in_mid_push_loses_and_doubles_nothing(
    new_folder: Callable[[], Path], project: str, book: Codebook, small: list[Task], make_proxy: Any
) -> None:
    """The server dies under an import: the push says so and exits 3; after a new start, it goes on where it was."""
    folder = new_folder()
    server.up(folder)
    known = read_credentials(folder)
    assert known is not None
    imports: list[str] = []

    def fault(method: str, path: str) -> bool:
        if method == "POST" and path.endswith("/import"):
            imports.append(path)
            if len(imports) == 2:
                state = msgspec.json.decode((folder / "server.json").read_bytes(), type=State)
                assert state.pid is not None
                threading.Timer(0.05, os.kill, (state.pid, signal.SIGKILL)).start()
        return False

    proxy = make_proxy(known.url, fault)
    with Client(Access(url=proxy.url, api_key=known.api_key)) as through:
        with pytest.raises(Unreachable) as caught:
            push(through, project, small, book)
        assert caught.value.exit_code == 3
        assert caught.value.hint is not None
        assert "goes on where this one ended" in caught.value.hint
    assert not server.status(folder).running
    server.up(folder)
    with Client(access(folder, environment=False)) as again:
        before = articles_in(again, project)
        assert before.total() in {BATCH_TASKS, 2 * BATCH_TASKS}
        push(again, project, small, book)
        assert articles_in(again, project) == {task.article_id: 1 for task in small}
    server.down(folder)


def test_links_are_drawn_with_the_suggestion(
    client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """A suggested link arrives beside the regions it ties."""
    places = {quote: bridge.text.index(quote) for quote in ("The weir may fail by Friday", "Łucja Brandt")}
    claim, source = (
        Span(id=name, layer=layer, label=label, start=places[quote], end=places[quote] + len(quote), text=quote)
        for name, layer, label, quote in (
            ("c", "claim", "unverified", "The weir may fail by Friday"),
            ("s", "source", "person", "Łucja Brandt"),
        )
    )
    link = Link(type="attributed_to", from_="c", to="s")
    push(client, project, [make_task(bridge, Suggestion(model="m", spans=(claim, source), links=(link,)))], book)
    found = client.find_project(project)
    assert found is not None
    [state] = client.states(found.id)
    [prediction] = client._read.predictions.list(task=state.id)
    assert [item["type"] for item in prediction.result] == ["labels", "labels", "relation"]
