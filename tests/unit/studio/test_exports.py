"""Downloaded exports: ours by the codebook, others as they are; limits, and six real ones."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from annotate.codebook import Codebook
from annotate.errors import RecordError, StorageError
from annotate.files import prove, prove_annotation
from annotate.records import Annotation, Article, SetAside
from annotate.studio import exports
from annotate.studio.exports import Export

REAL = {
    # annotations and drafts in the file, kept, submitted, skipped, drafts, spans, set aside, articles
    "LEOKA_team_1": (389, 5, 390, 386, 0, 4, 3253, {"superseded": 4}, 129),
    "LEOKA_team_2": (390, 2, 389, 385, 2, 2, 3255, {"superseded": 3, "quote_mismatch": 7}, 129),
    "LEOKA_team_4": (361, 7, 362, 354, 2, 6, 3072, {"superseded": 6, "quote_mismatch": 8}, 128),
    "LEOKA_team_6": (332, 17, 338, 322, 0, 16, 2632, {"superseded": 11}, 127),
    "LEOKA_team_8": (313, 2, 311, 307, 2, 2, 2767, {"superseded": 4}, 129),
    "LEOKA_team_10": (
        463,
        34,
        466,
        456,
        0,
        10,
        4155,
        {"superseded": 31, "quote_mismatch": 30, "span_out_of_range": 7},
        128,
    ),
}


def plain(email: str) -> str:
    """Return the address itself."""
    return email


def saved(tasks: Any, folder: Path) -> Path:
    """Return a file with this JSON."""
    path = folder / "export.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", REAL)
def test_real_exports(name: str, shared: Path, book: Codebook) -> None:
    """Every annotation and draft of six real exports is kept or set aside, and every span reads as it says."""
    annotations, drafts, kept, submitted, skipped, drafted, spans, aside, texts = REAL[name]
    path = shared / "labelstudio-exports" / f"{name}.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert sum(len(task["annotations"]) for task in raw) == annotations
    assert sum(len(task.get("drafts") or []) for task in raw) == drafts
    export = Export(path)
    found = list(export.annotations(book, plain))
    records = [record for record in found if isinstance(record, Annotation)]
    assert len(records) == kept
    assert annotations + drafts == kept + aside["superseded"]
    assert Counter(record.status.value for record in records) == Counter(
        {"submitted": submitted, "skipped": skipped, "draft": drafted}
    )
    assert Counter(record.reason for record in found if isinstance(record, SetAside)) == aside
    assert sum(len(record.spans) for record in records) == spans
    articles = {article.id: article for article in export.articles() if isinstance(article, Article)}
    assert len(articles) == texts
    for article in articles.values():
        prove(article)
    for record in records:
        prove_annotation(record, articles[record.article_id])
    assert {record.codebook.name for record in records} == {"foreign:b8fe18a4"}
    assert len({(record.article_id, record.annotator) for record in records}) == kept


def test_our_own_tasks_are_read_by_the_codebook(exported: Any, done: Any, book: Codebook, tmp_path: Path) -> None:
    """A task that we pushed is no foreign one: its labels mean what the codebook says."""
    region = {
        "id": "r",
        "from_name": "hedge",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 4, "end": 7, "text": "may", "labels": ["epistemic"]},
    }
    path = saved([exported(done(1, result=[region])), exported()], tmp_path)
    notes: Counter[str] = Counter()
    [record] = Export(path).annotations(book, plain, notes)
    assert isinstance(record, Annotation)
    assert [(span.layer, span.label, span.text) for span in record.spans] == [("hedge", "epistemic", "may")]
    assert record.codebook == book.ref
    assert (notes["tasks"], notes["untouched"]) == (2, 1)
    assert list(Export(path).articles()) == []


def foreign(text: str, *marks: tuple[int, int, str], key: str = "text", **data: Any) -> dict[str, Any]:
    """Return a task of another label config, with regions by code points."""
    result = [
        {
            "id": str(number),
            "from_name": "label",
            "to_name": key,
            "type": "labels",
            "value": {"start": start, "end": end, "labels": [label]},
        }
        for number, (start, end, label) in enumerate(marks)
    ]
    annotation = {"id": 1, "completed_by": {"email": "ada@localhost"}, "result": result}
    return {"id": 1, "data": {key: text} | data, "annotations": [annotation]}


def test_freezing_a_foreign_text_moves_its_offsets(book: Codebook, tmp_path: Path) -> None:
    """NUL, BOM, line ends, letters with loose accents and blanks at the ends go, and the spans go with the text."""
    text = "\ufeff  Cafe\u0301\r\nmay\x00 fail 🌊 王 \n"
    at = text.index("may")
    path = saved([foreign(text, (at, at + 3, "Hedge"), (text.index("Cafe"), text.index("\r"), "Place"))], tmp_path)
    export = Export(path)
    [article] = export.articles()
    assert isinstance(article, Article)
    assert article.text == "Café\nmay fail 🌊 王"
    [record] = export.annotations(book, plain)
    assert isinstance(record, Annotation)
    prove_annotation(record, article)
    assert [(span.label, span.text, span.start) for span in record.spans] == [("Place", "Café", 0), ("Hedge", "may", 5)]


def test_utf16_offsets_of_a_foreign_export_are_found(book: Codebook, tmp_path: Path) -> None:
    """Where offsets count UTF-16 units, which their quotes show, they are converted and counted."""
    task = foreign("🌊🌊 may fail", (5, 8, "Hedge"))
    task["annotations"][0]["result"][0]["value"]["text"] = "may"
    notes: Counter[str] = Counter()
    [record] = Export(saved([task], tmp_path)).annotations(book, plain, notes)
    assert isinstance(record, Annotation)
    assert [(span.text, span.start) for span in record.spans] == [("may", 3)]
    assert notes["utf16"] == 1


def test_the_text_of_a_foreign_task_is_its_object_or_its_one_long_string(book: Codebook, tmp_path: Path) -> None:
    """The data key that regions lie on is the text; where nothing tells, the task is set aside."""
    tasks = [
        foreign("Long enough a text to be one.", key="story", note="x"),
        foreign("", key="other", a="same", b="long"),
        foreign("  \n ", key="story"),
    ]
    found = list(Export(saved(tasks, tmp_path)).annotations(book, plain))
    assert [record.reason for record in found if isinstance(record, SetAside)] == ["no_text", "no_text"]
    assert sum(isinstance(record, Annotation) for record in found) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a JSON export"),
        (b"{}", "not a JSON export"),
        (b'[{"id": 1}', "not a JSON export"),
        (b"\xff\xfe[\x00]\x00", "not a JSON export"),
        (b"id,text\n1,a", "not a JSON export"),
        (b"[" * 100_000, "not a JSON export"),
    ],
    ids=["empty", "object", "cut", "utf-16", "csv", "deep"],
)
def test_what_is_no_export_is_an_error(content: bytes, words: str, tmp_path: Path) -> None:
    """Other files, and such as are nested without end, are refused with the format to choose."""
    path = tmp_path / "export.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=words) as caught:
        Export(path)
    assert "choose JSON" in str(caught.value.hint)


def test_one_bad_task_spoils_no_other(book: Codebook, tmp_path: Path) -> None:
    """A task that is none, or is nested too deeply, is set aside by its number."""
    deep = b'{"data": ' + b'{"a":' * 60_000 + b"1" + b"}" * 60_000 + b"}"
    good = json.dumps(foreign("Fine 🕊.")).encode()
    path = tmp_path / "export.json"
    path.write_bytes(b"[1, " + good + b', {"data": {"text": "x"}}]')
    found = list(Export(path).annotations(book, plain))
    assert [record.where for record in found if isinstance(record, SetAside)] == [
        "export.json, task number 1",
        "export.json, task number 3",
    ]
    assert sum(isinstance(record, Annotation) for record in found) == 1
    path.write_bytes(b"[" + deep + b"]")
    with pytest.raises(RecordError, match="not a JSON export"):
        Export(path)


def test_too_large_an_export_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is not read into memory, and the hint says what to do."""
    monkeypatch.setattr(exports, "EXPORT_LIMIT", 10)
    with pytest.raises(RecordError, match="larger than 10 bytes") as caught:
        Export(saved(["a" * 20], tmp_path))
    assert "in parts" in str(caught.value.hint)


def test_an_empty_export_has_nothing(book: Codebook, tmp_path: Path) -> None:
    """No tasks give no annotations; a missing file is an error."""
    assert list(Export(saved([], tmp_path)).annotations(book, plain)) == []
    with pytest.raises(StorageError):
        Export(tmp_path / "missing.json")


def test_standard_input_is_read(book: Codebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps([foreign("Hi 🕊.")]).encode())))
    assert len(list(Export(Path("-")).annotations(book, plain))) == 1
