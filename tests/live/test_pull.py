"""Pulling from a real server: everything is accounted for, proved, and fetched only when it changed."""

from __future__ import annotations

import contextlib
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import CodebookError, NotThere
from annotate.files import read, write
from annotate.records import Annotation, Article, Link, Span, Suggestion
from annotate.studio.accounts import invite, log_in
from annotate.studio.client import Client
from annotate.studio.credentials import Access, read_credentials
from annotate.studio.payload import items
from annotate.studio.pseudonyms import Pseudonyms
from annotate.studio.pull import Pull, last
from annotate.studio.push import carry_out, plan, screen

Item = dict[str, Any]


@pytest.fixture(scope="module")
def ada(studio: Path) -> Access:
    """An annotator's access."""
    known = read_credentials(studio)
    assert known is not None
    return Access(url=known.url, api_key=invite(studio, ["ada"])["ada"].api_key)


def region(article: Article, layer: str, label: str, quote: str, name: str = "r1", **more: object) -> Item:
    """Return what the browser sends for a span drawn over a quote."""
    start = article.text.index(quote)
    value = {"start": start, "end": start + len(quote), "text": quote, "labels": [label]}
    item = {"id": name, "from_name": layer, "to_name": "text", "type": "labels", "value": value, "origin": "manual"}
    return item | more


@pytest.fixture
def labelled(client: Client, project: str, book: Codebook, make_task: Any) -> Callable[..., dict[str, int]]:
    """Pushes articles and returns their task ids by article id."""

    def push(*articles: Article | str, suggestion: Suggestion | None = None) -> dict[str, int]:
        tasks = [make_task(article, suggestion) for article in articles]
        carry_out(client, plan(client, project, tasks, book), book)
        found = client.find_project(project)
        assert found is not None
        return {str(state.key): state.id for state in client.states(found.id)}

    return push


def pulled(client: Client, project: str, book: Codebook, keys: Path, **more: Any) -> tuple[Pull, list[Any]]:
    """Return a pull that was carried out, and what it gave."""
    pull = Pull(client, project, book)
    return pull, list(pull.annotations(Pseudonyms(keys), **more))


def test_everything_is_accounted_for(
    client: Client, ada: Access, project: str, book: Codebook, bridge: Article, labelled: Any, tmp_path: Path
) -> None:
    """Submitted, skipped, drafted and untouched tasks are told apart, and the spans read as they were drawn."""
    tasks = labelled(bridge, "Skipped 🕊.", "Begun.", "Untouched.")
    by_text = {task["data"]["text"]: task["id"] for task in client.export(_id(client, project), list(tasks.values()))}
    claim = region(bridge, "claim", "disputed", "The weir may fail by Friday", "c")
    source = region(bridge, "source", "person", "keeper 👩‍🔧 Łucja Brandt", "s")
    hedge = region(bridge, "hedge", "evidential", "reportedly", "h")
    tie = {"type": "relation", "from_id": "c", "to_id": "s", "direction": "right"}
    note = {"id": "n", "from_name": "note", "to_name": "text", "type": "textarea", "value": {"text": ["odd 王"]}}
    with Client(ada) as annotator:
        annotator.annotate(tasks[bridge.id], result=[claim, source, hedge, tie, note], lead_time=12.5)
        annotator.annotate(by_text["Skipped 🕊."], result=[], was_cancelled=True)
        draft(annotator, by_text["Begun."])
    pull, records = pulled(client, project, book, tmp_path)
    assert pull.counts == Counter(submitted=1, skipped=1, draft=1, untouched=1)
    assert (pull.tasks, pull.fetched) == (4, 3)
    done = next(record for record in records if record.status == "submitted")
    assert (done.article_id, done.text_sha256) == (bridge.id, bridge.sha256)
    assert [(span.layer, span.label, span.text) for span in done.spans] == [
        ("claim", "disputed", "The weir may fail by Friday"),
        ("source", "person", "keeper 👩‍🔧 Łucja Brandt"),
        ("hedge", "evidential", "reportedly"),
    ]
    assert all(span.of(bridge.text) == span.text and span.origin == "manual" for span in done.spans)
    assert done.links == (Link(type="attributed_to", from_="c", to="s"),)
    assert done.decisions == {"note": ("odd 王",)}
    assert done.spans[0].basis == "contradicted"
    assert done.lead_time == 12.5
    assert done.codebook == book.ref
    assert Pseudonyms(tmp_path).known() == {done.annotator: "ada@localhost"}


def test_what_cannot_be_used_is_set_aside_and_the_rest_stays(
    client: Client, ada: Access, project: str, book: Codebook, bridge: Article, labelled: Any, tmp_path: Path
) -> None:
    """The server takes any span; those out of range, of unknown labels or with another quote are set aside, counted."""
    tasks = labelled(bridge)
    good = region(bridge, "hedge", "evidential", "reportedly", "good")
    outside = region(bridge, "hedge", "evidential", "reportedly", "outside")
    outside["value"] = outside["value"] | {"start": 0, "end": 9999, "text": ""}
    strange = region(bridge, "hedge", "nonsense", "reportedly", "strange")
    moved = region(bridge, "hedge", "evidential", "reportedly", "moved")
    moved["value"] = moved["value"] | {"start": 3, "end": 13}
    with Client(ada) as annotator:
        annotator.annotate(tasks[bridge.id], result=[good, outside, strange, moved])
    _, records = pulled(client, project, book, tmp_path)
    assert sorted(record.reason for record in records if not isinstance(record, Annotation)) == [
        "quote_mismatch",
        "span_out_of_range",
        "unknown_label",
    ]
    [done] = [record for record in records if isinstance(record, Annotation)]
    assert [span.id for span in done.spans] == ["good"]


def test_a_second_pull_fetches_only_what_changed(
    client: Client, ada: Access, project: str, book: Codebook, labelled: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    """With the old file, unchanged tasks are not exported again; a change and a deletion are seen."""
    from datetime import timedelta

    monkeypatch.setattr("annotate.studio.pull.MARGIN", timedelta(0))
    tasks = labelled("One.", "Two 🌊.", "Three.")
    numbers = sorted(tasks.values())
    with Client(ada) as annotator:
        for number in numbers:
            annotator.annotate(number, result=[])
        first, records = pulled(client, project, book, tmp_path)
        assert first.fetched == 3
        out = tmp_path / "annotations.jsonl"
        write(out, records)
        second, again = pulled(client, project, book, tmp_path, old=last(out, Pseudonyms(tmp_path)))
        assert second.fetched <= 1  # the newest is looked at again: a change in the same instant would not be seen
        assert again == records
        changed = next(record for record in records if record.origin.task == numbers[0])
        annotator._write.annotations.update(changed.origin.annotation, lead_time=99.0)
        third, after = pulled(client, project, book, tmp_path, old=records)
        assert third.fetched <= 2
        assert [record.lead_time for record in after] == [99.0, None, None]
        annotator._write.annotations.delete(changed.origin.annotation)
    fourth, left = pulled(client, project, book, tmp_path, old=after)
    assert [record.origin.task for record in left] == numbers[1:]
    assert fourth.counts == Counter(submitted=2, untouched=1)


def test_a_damaged_old_file_and_strange_annotators_are_fetched_again(
    client: Client, ada: Access, project: str, book: Codebook, labelled: Any, tmp_path: Path
) -> None:
    """From an old file, only whole lines of annotators that our key names are taken over."""
    tasks = labelled("One.", "Two.")
    with Client(ada) as annotator:
        for number in tasks.values():
            annotator.annotate(number, result=[])
    _, records = pulled(client, project, book, tmp_path)
    forged = msgspec.structs.replace(records[0], annotator="a0123456789")
    out = tmp_path / "annotations.jsonl"
    write(out, [forged])
    with out.open("ab") as stream:
        stream.write(msgspec.json.encode(records[1])[:40] + b"\n\xff\xfe\n")
    pull, again = pulled(client, project, book, tmp_path, old=last(out, Pseudonyms(tmp_path)))
    assert pull.fetched == 2
    assert again == records


def test_two_annotations_by_one_person_count_once(
    client: Client, ada: Access, project: str, book: Codebook, bridge: Article, labelled: Any, tmp_path: Path
) -> None:
    """Where one person submitted twice, the newest counts and the other is set aside, saying so."""
    tasks = labelled(bridge)
    with Client(ada) as annotator:
        annotator.annotate(tasks[bridge.id], result=[])
        annotator.annotate(tasks[bridge.id], result=[region(bridge, "hedge", "epistemic", "may")])
    pull, records = pulled(client, project, book, tmp_path)
    [aside] = [record for record in records if not isinstance(record, Annotation)]
    assert aside.reason == "superseded"
    [kept] = [record for record in records if isinstance(record, Annotation)]
    assert [span.text for span in kept.spans] == ["may"]
    assert pull.counts["submitted"] == 1


def test_the_work_of_a_deleted_account_stays(
    client: Client, studio: Path, project: str, book: Codebook, labelled: Any, tmp_path: Path
) -> None:
    """An annotation whose account is gone comes under the name that says so."""
    tasks = labelled("Left behind 🌊.")
    known = read_credentials(studio)
    assert known is not None
    gone = invite(studio, ["gone"])["gone"]
    with Client(Access(url=known.url, api_key=gone.api_key)) as annotator:
        annotator.annotate(next(iter(tasks.values())), result=[])
    number = next(number for number, email in client.emails().items() if email == gone.email)
    with contextlib.closing(log_in(known.url, known.email, known.password)) as session:
        session.delete(f"/api/users/{number}/").raise_for_status()
    _, records = pulled(client, project, book, tmp_path)
    assert [record.annotator for record in records] == ["deleted"]


def test_a_suggestion_submitted_unchanged_says_so(
    client: Client, ada: Access, project: str, book: Codebook, bridge: Article, labelled: Any, tmp_path: Path
) -> None:
    """The annotation names the model it was started from, and its spans that they were kept."""
    start = bridge.text.index("reportedly")
    span = Span(id="h", layer="hedge", label="evidential", start=start, end=start + 10, text="reportedly", score=0.8)
    offered = Suggestion(model="patterns 1", spans=(span,))
    tasks = labelled(bridge, suggestion=offered)
    [prediction] = client._read.predictions.list(task=tasks[bridge.id])
    sent = [item | {"origin": "prediction"} for item in items(offered, bridge.text, book, "here")]
    with Client(ada) as annotator:
        annotator.annotate(tasks[bridge.id], result=sent, parent_prediction=prediction.id)
    _, [record] = pulled(client, project, book, tmp_path)
    assert record.origin.suggestion == "patterns 1"
    assert [(found.text, found.origin) for found in record.spans] == [("reportedly", "suggestion")]


def test_articles_given_have_the_last_word(
    client: Client, ada: Access, project: str, book: Codebook, bridge: Article, labelled: Any, tmp_path: Path
) -> None:
    """A task whose text is not the frozen article's, or whose article is not given, is set aside."""
    tasks = labelled(bridge, "Not among them.")
    with Client(ada) as annotator:
        for number in tasks.values():
            annotator.annotate(number, result=[])
        address = f"{client.url}/api/tasks/{tasks[bridge.id]}"
        data = {"article_id": bridge.id, "text": "Another text.", "codebook": "credibility@1#0"}
        httpx.patch(address, json={"data": data}, headers=headers(client), trust_env=False).raise_for_status()
    _, records = pulled(client, project, book, tmp_path, articles={bridge.id: bridge})
    assert sorted(record.reason for record in records) == ["no_article", "text_mismatch"]


def test_a_drifted_screen_is_refused(client: Client, project: str, book: Codebook, labelled: Any) -> None:
    """When somebody changed the labels on the server, pull refuses and says which codebook it expected."""
    labelled("One.")
    smaller = msgspec.structs.replace(book, layer=book.layer[:1])
    client.set_project(_id(client, project), **screen(smaller))
    with pytest.raises(CodebookError, match="'credibility'"):
        Pull(client, project, book)


def test_a_missing_project_is_named_with_those_there(client: Client, book: Codebook) -> None:
    """A project that is not there is an error that lists some that are."""
    with pytest.raises(NotThere, match="Nowhere") as caught:
        Pull(client, "Nowhere", book)
    assert caught.value.exit_code == 3
    assert "projects there" in str(caught.value.hint)


@pytest.mark.usefixtures("client")
def test_the_command_pulls_and_keeps_the_key_apart(
    studio: Path,
    ada: Access,
    project: str,
    bridge: Article,
    labelled: Any,
    run: Any,
    tmp_path: Path,
) -> None:
    """`annotate pull` writes annotations, tells the counts, and makes key and map that only their owner may read."""
    tasks = labelled(bridge)
    with Client(ada) as annotator:
        annotator.annotate(tasks[bridge.id], result=[region(bridge, "hedge", "evidential", "reportedly")])
    write(tmp_path / "articles.jsonl", [bridge])
    out, keys = tmp_path / "out" / "annotations.jsonl", tmp_path / "keys"
    words = ["pull", "--project", project, "--folder", studio, "--articles", tmp_path / "articles.jsonl"]
    done = run(*words, "--keys", keys, "-o", out, "--json")
    assert done.code == 0, done.err
    assert (done.receipt["submitted"], done.receipt["untouched"], done.receipt["kept"]) == (1, 0, 1)
    [record] = read(out, Annotation)
    assert [span.text for span in record.spans] == ["reportedly"]
    assert b"ada" not in out.read_bytes()
    assert [stat.S_IMODE((keys / name).stat().st_mode) for name in ("key", "map.json")] == [0o600, 0o600]
    before = out.read_bytes()
    assert run(*words, "--keys", keys, "-o", out, "--json").code == 0
    assert out.read_bytes() == before


def headers(client: Client) -> dict[str, str]:
    """Return what authorizes an administrator's request."""
    return client._write._client_wrapper.get_headers()


def draft(client: Client, task: int) -> None:
    """Begin a task without submitting it."""
    address = f"{client.url}/api/tasks/{task}/drafts"
    answer = httpx.post(address, json={"result": [], "lead_time": 1}, headers=headers(client), trust_env=False)
    answer.raise_for_status()


def _id(client: Client, project: str) -> int:
    found = client.find_project(project)
    assert found is not None
    return found.id
