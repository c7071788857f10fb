"""Live suggestions: a trained model behind Label Studio, in the suggested arm alone, taken up anew when trained again."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate import files
from annotate.baseline.scorer import Model
from annotate.baseline.train import train
from annotate.campaign.assignments import read_plan
from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.language.suggester import PatternSuggester
from annotate.quality.gold import gold
from annotate.records import Annotation, Article, Gold, Status, Task
from annotate.serve.access import PASSWORD, USER, Login
from annotate.serve.app import make_app, make_server
from annotate.serve.hot import Hot
from annotate.studio import server
from annotate.studio.accounts import invite
from annotate.studio.client import Client
from annotate.studio.credentials import Access
from annotate.studio.process import free_port

NAMES = ("ada", "ben")
PLACES = ("dam", "bridge", "harbour", "school", "depot", "museum", "mill", "quarry")
LOGIN = Login("annotator", "only for this test")


def article(place: str, number: int) -> Article:
    """Return an article with hedges, claims and sources."""
    return make_article(
        f"News of the {place} 🌊\nThe {place} may have been damaged, officials believe. The {place} closed on Monday. "
        f"The owner of the {place} denied that it had leaked. Nobody at the {place} wanted to answer.",
        outlet=f"Post {number}",
    )


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    """Articles that a model can learn from."""
    return [article(place, number) for number, place in enumerate(PLACES)]


@pytest.fixture
def model(tmp_path: Path, articles: list[Article], book: Codebook, run: Any) -> Path:
    """A model folder, trained on what the patterns find."""
    patterns = PatternSuggester(book, "credibility")
    work = [
        Annotation(
            article_id=one.id,
            text_sha256=one.sha256,
            annotator=name,
            status=Status.SUBMITTED,
            codebook=book.ref,
            spans=(found := patterns.suggest(one)).spans,
            links=found.links,
        )
        for one in articles
        for name in ("a1", "a2")
    ]
    files.write(tmp_path / "gold.jsonl", [one for one in gold(work, articles, book) if isinstance(one, Gold)])
    built = run("dataset", "build", tmp_path / "gold.jsonl", "-o", tmp_path / "dataset")
    assert built.code == 0, built.err
    train(tmp_path / "dataset", tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def backend(model: Path) -> Iterator[str]:
    """The address of the model's backend."""
    port = free_port("127.0.0.1")
    serving = make_server(make_app(Hot(model), LOGIN), "127.0.0.1", port)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    while not serving.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join(20)


def test_live_suggestions_in_the_suggested_arm(
    model: Path,
    backend: str,
    articles: list[Article],
    book: Codebook,
    run: Any,
    studio: Path,
    client: Client,
    project: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Opening a task asks the model; the blind arm is connected to nothing; a new model answers without a restart."""
    monkeypatch.setenv(USER, LOGIN.user)
    monkeypatch.setenv(PASSWORD, LOGIN.password)
    accounts = invite(studio, list(NAMES))
    files.write(tmp_path / "articles.jsonl", articles[:4])
    bare = [Task(article_id=one.id, article=one, codebook=book.ref) for one in articles[:4]]
    files.write(tmp_path / "tasks.jsonl", bare)
    plan = tmp_path / "plan.csv"
    design = ("--annotators", ",".join(NAMES), "--calibration", 0, "--blind", "50%", "-o", plan)
    assert run("campaign", "plan", tmp_path / "articles.jsonl", *design).code == 0
    push = ("campaign", "push", plan, "--tasks", tmp_path / "tasks.jsonl", "--campaign", f"S{project[8:]}")
    push = (*push, "--serve", backend, "--folder", studio, "--yes", "--json")
    done = run(*push)
    assert done.code == 0, done.err
    assert run(*push).code == 0
    rooms = {title: client.find_project(title) for title in done.receipt["projects"]}
    name = Model.load(model).name
    for title, found in rooms.items():
        assert found is not None
        connected = client.backend_models(found.id)
        assert connected == ({name} if title.endswith("suggested") else set())

    [suggested] = [found for title, found in rooms.items() if found and title.endswith("ada · suggested")]
    task, *_ = sorted(client.states(suggested.id), key=lambda state: state.id)
    assert task.models == set()
    with Client(Access(url=client.url, api_key=accounts["ada"].api_key)) as ada:
        shown = ada._read.tasks.get(str(task.id)).dict()
        door = ada._read._client_wrapper.httpx_client
        following = door.request(f"api/projects/{suggested.id}/next", method="GET").json()
    assert {one["model_version"] for one in following["predictions"]} == {name}
    [prediction] = shown["predictions"]
    assert prediction["model_version"] == name
    text = shown["data"]["text"]
    places = [item["value"] for item in prediction["result"] if item["type"] == "labels"]
    assert places
    assert all(text[place["start"] : place["end"]] == place["text"] for place in places)
    assert 0 < prediction["score"] <= 1

    train(tmp_path / "dataset", tmp_path / "newer", seed=7)
    shutil.rmtree(model)
    shutil.copytree(tmp_path / "newer", model)
    newer = Model.load(model).name
    assert newer != name
    chosen = {"all": True, "excluded": []}
    client._write.actions.create(project=suggested.id, id="retrieve_tasks_predictions", selected_items=chosen)
    assert {newer} <= set.union(*(set(state.models) for state in client.states(suggested.id)))
    assert all(newer in state.models for state in client.states(suggested.id))
    assert {row.arm for row in read_plan(plan)} == {"blind", "suggested"}


def test_the_server_lets_backends_in_only_where_that_was_asked_for(new_folder: Any) -> None:
    """A running server is started again to let them in, at its old address, and stays so."""
    folder = new_folder()
    closed = server.up(folder)
    opened = server.up(folder, local_backends=True)
    assert (opened.url, opened.ours) == (closed.url, True)
    assert opened.pid != closed.pid
    assert server.up(folder).pid == opened.pid
    assert server.up(folder, local_backends=True).pid == opened.pid
