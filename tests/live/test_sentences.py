"""Another codebook, with one sentence a task: a campaign on the real server, to a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.files import read, write
from annotate.records import Annotation, Article, Flag, Gold, Task, task_key
from annotate.studio.accounts import invite
from annotate.studio.client import Client
from annotate.studio.credentials import Access
from annotate.studio.pull import Pull

TOPICS = ("dam", "mill", "quay", "lock", "weir", "pier", "barn", "tower")
KINDS = {
    "check_worthy": "The {} cost {} million crowns.",
    "unimportant": "The {} meeting began at {} in the morning.",
    "opinion": "Should the {} stay shut for {} years 🕊?",
}


@pytest.fixture(scope="module")
def worth() -> Codebook:
    """The codebook of check-worthiness."""
    return load("checkworthy")


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    """Small articles with a sentence of each kind."""
    return [
        make_article(" ".join(text.format(topic, n + 2) for text in KINDS.values())) for n, topic in enumerate(TOPICS)
    ]


def answer(text: str) -> str:
    """Return what a careful reader answers to a sentence of these articles."""
    return "opinion" if "Should" in text else "check_worthy" if "cost" in text else "unimportant"


def test_a_campaign_of_sentences_ends_in_a_model(
    client: Client, studio: Path, project: str, articles: list[Article], run: Any, tmp_path: Path
) -> None:
    """Suggest, push, label by choices, pull, agreement, gold, dataset, train and flag need no code for the new labels."""
    source = tmp_path / "articles.jsonl"
    write(source, articles)
    book = ("--codebook", "checkworthy")
    assert run("suggest", source, "-o", tmp_path / "tasks.jsonl", *book).code == 0
    tasks = [task for task in read(tmp_path / "tasks.jsonl", Task) if isinstance(task, Task)]
    assert len(tasks) == 3 * len(articles)
    assert len({task.key for task in tasks}) == len(tasks)
    pushed = run("push", tmp_path / "tasks.jsonl", "--project", project, "--yes", "--json", "--folder", studio, *book)
    assert pushed.receipt["new"] == len(tasks)
    again = run("push", tmp_path / "tasks.jsonl", "--project", project, "--yes", "--json", "--folder", studio, *book)
    assert (again.receipt["new"], again.receipt["already_there"]) == (0, len(tasks))

    found = client.find_project(project)
    assert found is not None
    shown = {task.key: task.item.of(task.article.text) for task in tasks if task.item is not None}
    for name in ("hedda", "iwan"):
        account = invite(studio, [name])[name]
        with Client(Access(url=client.url, api_key=account.api_key)) as annotator:
            for state in annotator.states(found.id):
                given = answer(shown[str(state.key)])
                choice = {
                    "from_name": "worthiness",
                    "to_name": "text",
                    "type": "choices",
                    "value": {"choices": [given]},
                }
                annotator.annotate(state.id, result=[choice])

    pulled = ("pull", "--project", project, "--articles", source, "-o", tmp_path / "annotations.jsonl", "--json")
    receipt = run(*pulled, "--folder", studio, "--keys", tmp_path / "keys", *book).receipt
    assert (receipt["submitted"], receipt["untouched"], receipt["set_aside"]) == (2 * len(tasks), 0, {})
    annotations = [one for one in read(tmp_path / "annotations.jsonl", Annotation) if isinstance(one, Annotation)]
    assert {task_key(one.article_id, one.item) for one in annotations} == set(shown)
    assert all(
        one.decisions["worthiness"] == (answer(shown[task_key(one.article_id, one.item)]),) for one in annotations
    )

    paths = (tmp_path / "annotations.jsonl", "--articles", source)
    agreement = run("agreement", *paths, "--json", *book).receipt["agreement"]
    assert agreement["targets"]["worthiness"]["alpha"]["value"] == 1
    assert agreement["items"] == len(tasks)
    assert run("gold", *paths, "-o", tmp_path / "gold.jsonl", *book).code == 0
    golds = [gold for gold in read(tmp_path / "gold.jsonl", Gold) if isinstance(gold, Gold)]
    assert {item.targets["worthiness"].label for gold in golds for item in gold.sentences} == set(KINDS)
    assert run("dataset", "build", tmp_path / "gold.jsonl", "-o", tmp_path / "dataset", *book).code == 0
    assert run("train", tmp_path / "dataset", "-o", tmp_path / "model", *book).code == 0
    write(tmp_path / "new.jsonl", [make_article("The bridge cost 7 million crowns. Should the fair stay shut 🕊?")])
    flagged = run("flag", tmp_path / "model", tmp_path / "new.jsonl", "-o", tmp_path / "flags.jsonl")
    assert flagged.code == 0, flagged.err
    flags = [flag for flag in read(tmp_path / "flags.jsonl", Flag) if isinstance(flag, Flag)]
    assert [flag.reasons for flag in flags] == [("check_worthy",), ()]


def test_a_sentence_of_another_text_is_set_aside(
    client: Client, project: str, worth: Codebook, articles: list[Article], run: Any, studio: Path, tmp_path: Path
) -> None:
    """A task whose sentence does not stand where its key says is not taken for the article's."""
    source = tmp_path / "articles.jsonl"
    write(source, articles[:1])
    run("suggest", source, "-o", tmp_path / "tasks.jsonl", "--codebook", "checkworthy")
    run(
        "push", tmp_path / "tasks.jsonl", "--project", project, "--yes", "--folder", studio, "--codebook", "checkworthy"
    )
    found = client.find_project(project)
    assert found is not None
    (whole,) = articles[:1]
    data = {
        "task": f"{whole.id}:1-5",
        "article_id": whole.id,
        "text": "Nothing of it.",
        "text_sha256": whole.sha256,
        "codebook": f"checkworthy@{worth.version}#{worth.ref.hash}",
        "before": "",
        "after": "",
        "outlet": "",
        "published": "",
        "title": "",
    }
    made = {"result": [], "was_cancelled": False, "ground_truth": False}
    client.import_tasks(found.id, [{"data": data, "annotations": [made]}])
    pull = Pull(client, project, worth)
    records = list(pull.annotations(lambda email: email, articles={whole.id: whole}))
    assert [msgspec.to_builtins(record)["reason"] for record in records] == ["text_mismatch"]
