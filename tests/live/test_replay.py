"""Exported labels are posted again by real accounts, once; and an export of the result reads like a pull."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.files import read
from annotate.records import Annotation, Article
from annotate.studio.client import Client
from annotate.studio.credentials import read_accounts
from annotate.studio.exports import Export
from annotate.studio.pseudonyms import Pseudonyms
from annotate.studio.pull import Pull
from annotate.studio.push import carry_out, plan


def task_by(email: str, article: Article, quote: str, **more: object) -> dict[str, Any]:
    """Return an exported task with one person's annotation on it."""
    start = article.text.index(quote)
    value = {"start": start, "end": start + len(quote), "text": quote, "labels": ["evidential"]}
    region = {"id": "h", "from_name": "hedge", "to_name": "text", "type": "labels", "value": value, "origin": "manual"}
    made = {"completed_by": {"email": email}, "result": [region], "was_cancelled": False, "lead_time": 4.5} | more
    return {"data": {"task": article.id}, "annotations": [made]}


@pytest.fixture
def exports(bridge: Article, tmp_path: Path) -> list[Path]:
    """One file an annotator: one of them skipped, and one labelled an article that nobody pushed."""
    tasks = {
        "cleo@localhost": [task_by("cleo@localhost", bridge, "reportedly")],
        "dan@localhost": [
            task_by("dan@localhost", bridge, "reportedly", result=[], was_cancelled=True),
            {"data": {"task": "0123456789abcdef"}, "annotations": task_by("", bridge, "may")["annotations"]},
        ],
    }
    tasks["dan@localhost"][1]["annotations"][0]["completed_by"]["email"] = "dan@localhost"
    paths = []
    for email, listed in tasks.items():
        path = tmp_path / f"{email.split('@')[0]}.json"
        path.write_text(json.dumps(listed), encoding="utf-8")
        paths.append(path)
    return paths


def test_replay_posts_each_label_once_by_its_own_account(
    client: Client,
    studio: Path,
    project: str,
    book: Codebook,
    bridge: Article,
    make_task: Any,
    exports: list[Path],
    run: Any,
    tmp_path: Path,
) -> None:
    """Accounts are made, each posts its own work, and a second replay posts nothing; a pull tells the two apart."""
    carry_out(client, plan(client, project, [make_task(bridge)], book), book)
    words = ["studio", "replay", *exports, "--project", project, "--folder", studio, "--json"]
    first = run(*words)
    assert first.code == 0, first.err
    assert (first.receipt["made"], first.receipt["set_aside"]) == (2, {"no_task": 1})
    assert set(read_accounts(studio)) >= {"cleo@localhost", "dan@localhost"}
    second = run(*words)
    assert (second.receipt["made"], second.receipt["set_aside"]) == (0, {"already_there": 2, "no_task": 1})
    keys = Pseudonyms(tmp_path / "keys")
    records = list(Pull(client, project, book).annotations(keys))
    known = keys.known()
    assert {
        (known[record.annotator], record.status.value, len(record.spans), record.lead_time) for record in records
    } == {
        ("cleo@localhost", "submitted", 1, 4.5),
        ("dan@localhost", "skipped", 0, 4.5),
    }


def test_our_own_export_reads_like_a_pull(
    client: Client,
    studio: Path,
    project: str,
    book: Codebook,
    bridge: Article,
    make_task: Any,
    exports: list[Path],
    run: Any,
    tmp_path: Path,
) -> None:
    """`annotate import label-studio` on the server's own JSON export gives the same annotations as `annotate pull`."""
    carry_out(client, plan(client, project, [make_task(bridge), make_task("Untouched.")], book), book)
    run("studio", "replay", *exports, "--project", project, "--folder", studio)
    found = client.find_project(project)
    assert found is not None
    tasks = list(client.export(found.id, [state.id for state in client.states(found.id)]))
    emails = client.emails()
    for annotation in (one for task in tasks for one in task["annotations"]):
        # the page's own export names people; the one that is asked for by task gives their ids
        annotation["completed_by"] = {"id": annotation["completed_by"], "email": emails[annotation["completed_by"]]}
    export, out, keys = tmp_path / "export.json", tmp_path / "a.jsonl", tmp_path / "keys"
    export.write_text(json.dumps(tasks), encoding="utf-8")
    done = run("import", "label-studio", export, "-o", out, "--keys", keys, "--json")
    assert done.code == 0, done.err
    assert (done.receipt["submitted"], done.receipt["skipped"], done.receipt["untouched"]) == (1, 1, 1)
    pulled = list(Pull(client, project, book).annotations(Pseudonyms(keys)))
    imported = [record for record in read(out, Annotation) if isinstance(record, Annotation)]
    assert [without_project(record) for record in imported] == [without_project(record) for record in pulled]
    assert Export(export).foreign.objects == []


def without_project(record: Any) -> Annotation:
    """Return an annotation without the name of its file or project, which differ."""
    assert isinstance(record, Annotation)
    assert record.origin is not None
    return msgspec.structs.replace(record, origin=msgspec.structs.replace(record.origin, project=None))


def test_a_file_that_is_no_export_is_set_aside(studio: Path, client: Client, run: Any, tmp_path: Path) -> None:
    """A file that is not JSON, or whose tasks name nobody, is counted; nothing is posted."""
    client.create_project("Replayed nothing", label_config="<View></View>")
    (tmp_path / "a.json").write_text("[", encoding="utf-8")
    (tmp_path / "b.json").write_text('[{"data": {"task": "x"}, "annotations": [{"result": []}]}]', encoding="utf-8")
    (tmp_path / "c.json").write_text("[]", encoding="utf-8")
    paths = [tmp_path / name for name in ("a.json", "b.json", "c.json")]
    done = run("studio", "replay", *paths, "--project", "Replayed nothing", "--folder", studio, "--json")
    assert (done.code, done.receipt["made"], done.receipt["set_aside"]) == (0, 0, {"not_json": 1, "schema": 1})


def test_replay_into_a_missing_project_says_to_push_first(studio: Path, run: Any, exports: list[Path]) -> None:
    """Without the project, replay makes no account and exits 3."""
    done = run("studio", "replay", *exports, "--project", "Not pushed", "--folder", studio)
    assert done.code == 3
    assert "annotate push" in done.err
