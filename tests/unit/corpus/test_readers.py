"""Files of each form, good ones and broken ones."""

from __future__ import annotations

import csv
import errno
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus.drafts import Draft
from annotate.corpus.ingest import ingest
from annotate.corpus.places import Place
from annotate.corpus.readers import FIELDS, FILE_LIMIT, drafts
from annotate.corpus.rows import rows
from annotate.errors import StorageError, UsageError
from annotate.files import LINE_LIMIT, write
from annotate.records import Article, SetAside

PAGE = "<html><head><title>Tea</title></head><body><article><p>{}</p></article></body></html>".format(
    "The council met on Monday, the clerk said. " * 4
)


def asides(path: Path, **options: object) -> list[tuple[str, str]]:
    """Return reason and place (file name, line) of what is set aside."""
    found = [record for record in drafts([path], **options) if isinstance(record, SetAside)]  # type: ignore[arg-type]
    return [(record.reason, record.where.removeprefix(str(path.parent) + os.sep)) for record in found]


def texts(path: Path, **options: object) -> list[str]:
    """Return the texts of the drafts of a path."""
    return [record.text for record in drafts([path], **options) if isinstance(record, Draft)]  # type: ignore[arg-type]


def make(path: Path, data: str | bytes) -> Path:
    """Write a file."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def stdin(monkeypatch: pytest.MonkeyPatch, data: str | bytes) -> Path:
    """Let standard input be these bytes."""
    raw = io.BytesIO(data.encode() if isinstance(data, str) else data)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(raw)))  # type: ignore[arg-type]
    return Path("-")


# text and pages


def test_a_text_file_is_one_article(tmp_path: Path) -> None:
    """The whole file, byte order mark aside, with the file as its source."""
    path = make(tmp_path / "a.TXT", "\ufeffIt rained 🕊.\r\nIt stopped.")
    (draft,) = drafts([path])
    assert isinstance(draft, Draft)
    assert (draft.text, draft.facts["source"]) == ("It rained 🕊.\r\nIt stopped.", str(path))


@pytest.mark.parametrize(
    ("name", "data", "reason", "line"),
    [
        ("a.txt", b"caf\xe9", "not_utf8", ":1"),
        ("a.txt", b"MZ\x00\x00\x01", "binary", ""),
        ("a.txt", b"", "empty", ""),
        ("a.txt", b" \n\xef\xbb\xbf", "empty", ""),
        ("a.html", b"", "empty", ""),
        ("a.htm", b"<html><body><ul><li>Home</ul></body></html>", "no_article", ""),
        ("a.html", b"\x89PNG\x00", "binary", ""),
        ("a.jsonl", b"", "empty", ""),
        ("a.jsonl", b"\n \n", "empty", ""),
        ("a.jsonl", b"\x1f\x8b\x08\x00\x00", "damaged", ""),
        ("a.csv", b"", "empty", ":1"),
        ("a.csv", b"text\n", "empty", ""),
        ("a.csv", b"PK\x03\x04\x00", "binary", ""),
        ("a.docx", b"PK\x03\x04", "unknown_suffix", ""),
        ("README", b"It rained.", "unknown_suffix", ""),
        ("a.txt", b"a" * (FILE_LIMIT + 1), "file_too_large", ""),
        ("a.html", b"a" * (FILE_LIMIT + 1), "file_too_large", ""),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes | str) else None,
)
def test_a_file_that_cannot_be_used_is_set_aside(
    tmp_path: Path, name: str, data: bytes, reason: str, line: str
) -> None:
    """Its reason can be counted and its place opened; the files beside it are read."""
    make(tmp_path / name, data)
    make(tmp_path / "z.txt", "It rained.")
    good, bad = sorted(ingest([tmp_path]), key=lambda record: isinstance(record, SetAside))
    assert isinstance(good, Article)
    assert isinstance(bad, SetAside)
    assert (bad.reason, bad.where) == (reason, f"{tmp_path / name}{line}")
    assert bad.detail


def test_a_device_or_a_broken_link_in_a_folder_is_set_aside(tmp_path: Path) -> None:
    """A pipe is not waited for."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert [record.reason for record in drafts([tmp_path]) if isinstance(record, SetAside)] == ["unreadable"] * 2


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found in a folder it is set aside; named it is an error (root may read all, so the refusal is made here)."""
    path = make(tmp_path / "a.txt", "It rained.")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert [record.reason for record in drafts([tmp_path]) if isinstance(record, SetAside)] == ["unreadable"]
    with pytest.raises(StorageError, match="permission denied"):
        list(drafts([path]))


# formats


def test_the_format_given_wins_over_the_suffix(tmp_path: Path) -> None:
    """A named file is read as asked; a file in a folder by its suffix."""
    path = make(tmp_path / "story.log", "It rained.")
    assert texts(path, format="txt") == ["It rained."]
    assert asides(path) == [("unknown_suffix", "story.log")]
    assert texts(tmp_path, format="txt") == []


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ('{"text": "It rained 🕊."}\n', ["It rained 🕊."]),
        ('\ufeff\n {"text": "It rained."}', ["It rained."]),
        ("It rained. {no}", ["It rained. {no}"]),
        ("", [""]),
    ],
)
def test_standard_input_is_told_by_its_beginning(monkeypatch: pytest.MonkeyPatch, data: str, wanted: list[str]) -> None:
    """A brace begins JSON, all else is text, nothing is an empty text."""
    assert texts(stdin(monkeypatch, data)) == wanted


def test_standard_input_may_be_a_page_or_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """An angle bracket begins a page; a table is asked for by its format."""
    assert texts(stdin(monkeypatch, PAGE))[0].startswith("The council met")
    assert texts(stdin(monkeypatch, "text,title\nIt rained.,Rain\n"), format="csv") == ["It rained."]


def test_standard_input_is_read_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first article comes out before the second line is there."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as given, os.fdopen(writer, "wb", buffering=0) as giving:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=given))
        stream = ingest([Path("-")])
        giving.write(b'{"text": "It rained."}\n')
        first = next(stream)
        giving.write(b'{"text": "It stopped."}\n')
        second = next(stream)
        giving.close()
        assert [record.text for record in (first, second) if isinstance(record, Article)] == [
            "It rained.",
            "It stopped.",
        ]
        assert list(stream) == []


def test_what_is_asked_for_must_exist(tmp_path: Path) -> None:
    """An unknown field or format is a wrong call."""
    path = make(tmp_path / "a.txt", "It rained.")
    with pytest.raises(UsageError, match="no field 'body'") as caught:
        list(drafts([path], columns={"body": "text"}))
    assert caught.value.hint == f"one of {', '.join(FIELDS)}"
    with pytest.raises(UsageError, match="no format 'pdf'"):
        list(drafts([path], format="pdf"))


# JSONL

RECORD = {
    "text": "It rained 🕊.",
    "title": " Rain ",
    "url": "https://post.example/rain",
    "outlet": "Post",
    "author": "",
    "published": "2025-05-03",
    "language": "en",
    "license": "CC0-1.0",
    "other": {"deep": [1]},
}


def test_an_object_gives_the_fields_of_an_article(tmp_path: Path) -> None:
    """Its own fields are taken, blank ones are none, others are ignored; the source is the file."""
    path = make(tmp_path / "a.jsonl", msgspec.json.encode(RECORD) + b'\n\n{"id": 7, "text": "It stopped."}')
    first, second = ingest([path], license="CC-BY-4.0")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.text == "Rain\nIt rained 🕊."
    assert (first.title, first.url, first.outlet, first.author) == ("Rain", RECORD["url"], "Post", None)
    assert (first.published, first.language, first.license) == ("2025-05-03", "en", "CC0-1.0")
    assert (second.license, second.language, second.source) == ("CC-BY-4.0", "und", str(path))


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        (b'{"text": "It rai', "not_json", "truncated"),
        (b'{"title": "Rain"}', "schema", "missing required field `text`"),
        (b'{"text": 7}', "schema", "Expected `str`, got `int` - at `$.text`"),
        (b'{"text": "a", "url": []}', "schema", "at `$.url`"),
        (b'["text"]', "schema", "Expected `object`, got `array`"),
        (b'{"text": "a", "deep": ' + b"[" * 100_000, "not_json", ""),
        (b'{"text": "caf\xe9"}', "not_utf8", ""),
        (b'{"text": "\\ud83d"}', "not_json", ""),
        (b'{"text": "' + b"a" * 50 * 2**20 + b'"}', "line_too_long", "52,428,813 bytes"),
    ],
    ids=["cut", "no text", "number", "list", "array", "deep", "latin", "surrogate", "50 MB"],
)
def test_a_bad_line_is_set_aside_and_the_next_is_read(tmp_path: Path, line: bytes, reason: str, words: str) -> None:
    """File and line are named, and the lines around it are articles."""
    path = make(tmp_path / "a.jsonl", b'{"text": "One."}\n' + line + b'\n{"text": "Three."}\n')
    first, bad, last = drafts([path])
    assert isinstance(bad, SetAside)
    assert (bad.reason, bad.where) == (reason, f"{path}:2")
    assert words in bad.detail
    assert [draft.text for draft in (first, last) if isinstance(draft, Draft)] == ["One.", "Three."]


def test_a_blank_text_is_set_aside(tmp_path: Path) -> None:
    """An object with a title alone is no article."""
    path = make(tmp_path / "a.jsonl", '{"text": " \\u0000", "title": "Rain"}')
    (bad,) = ingest([path])
    assert isinstance(bad, SetAside)
    assert (bad.reason, bad.where) == ("empty", f"{path}:1")


def test_our_own_records_come_back_as_they_were(tmp_path: Path) -> None:
    """A page's article, with kinds that no rule would find again, survives being ingested from our own file."""
    page = PAGE.replace("</p>", "</p><h2>Said.</h2><p>Tea helps the whole council, she said, and left us.</p>")
    (made,) = ingest([make(tmp_path / "a.html", page)], license="CC0-1.0")
    assert isinstance(made, Article)
    write(tmp_path / "ours.jsonl", [made])
    assert list(ingest([tmp_path / "ours.jsonl"])) == [made]
    assert "subheading" in {segment.kind for segment in made.segments}


def test_our_own_record_with_wrong_offsets_is_set_aside(tmp_path: Path) -> None:
    """Segments that lie outside the text are not taken over."""
    (made,) = ingest([make(tmp_path / "a.txt", "It rained.")])
    assert isinstance(made, Article)
    broken = msgspec.json.encode(made).replace(b'"end":10', b'"end":99')
    assert asides(make(tmp_path / "a.jsonl", broken)) == [("span", "a.jsonl:1")]


def test_names_of_fields_may_be_others(tmp_path: Path) -> None:
    """`--column` works for objects too; an object without the named field is set aside."""
    path = make(tmp_path / "a.jsonl", '{"body": "It rained.", "text": "id-7"}\n{"text": "id-8"}')
    assert texts(path, columns={"text": "body"}) == ["It rained."]
    assert asides(path, columns={"text": "body"}) == [("schema", "a.jsonl:2")]


def test_names_of_fields_go_before_our_own_records(tmp_path: Path) -> None:
    """Where a name is given, it is taken from there even in a record of ours."""
    (made,) = ingest([make(tmp_path / "a.txt", "It rained.")])
    record = msgspec.to_builtins(made) | {"headline": "Rain"}
    path = make(tmp_path / "a.jsonl", msgspec.json.encode(record))
    assert [draft.title for draft in drafts([path], columns={"title": "headline"}) if isinstance(draft, Draft)] == [
        "Rain"
    ]


# CSV


def test_a_row_is_an_article(tmp_path: Path) -> None:
    """Columns go by their names or by a mapping; cells may hold commas, marks and line ends."""
    path = make(
        tmp_path / "a.csv",
        '\ufeffbody,headline,outlet\r\n"It rained, 🕊\r\n""all"" day.",Rain,\r\n\r\nIt stopped.,,Post\r\n',
    )
    first, second = drafts([path], columns={"text": "body", "title": "headline"})
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.text, first.title, first.where) == ('It rained, 🕊\r\n"all" day.', "Rain", f"{path}:2")
    assert (second.text, second.title, second.facts["outlet"]) == ("It stopped.", None, "Post")
    assert second.where == f"{path}:5"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_separators_are_known_by_the_header(tmp_path: Path, mark: str) -> None:
    """Semicolons and tabs separate cells where the header has them."""
    path = make(tmp_path / "a.csv", f"title{mark}text\nRain{mark}It rained, all day.\n")
    assert texts(path) == ["It rained, all day."]


def test_a_missing_column_is_a_wrong_call(tmp_path: Path) -> None:
    """The message names the columns there are; found in a folder without a mapping, the file is set aside."""
    path = make(tmp_path / "a.csv", "id,body\n1,It rained.\n")
    with pytest.raises(UsageError, match="no column 'text'; there are 'id', 'body'") as caught:
        list(drafts([path]))
    assert "`annotate ingest --column text=body`" in (caught.value.hint or "")
    with pytest.raises(UsageError, match="no column 'story'"):
        list(drafts([tmp_path], columns={"text": "story"}))
    assert [record.reason for record in drafts([tmp_path]) if isinstance(record, SetAside)] == ["no_text_column"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"It rained, all day,Rain", "not_csv"),
        (b"It rained.", "not_csv"),
        (b'"It "rained".,Rain', "not_csv"),
        (b"caf\xe9,Rain", "not_utf8"),
        (b'"' + b"a" * (LINE_LIMIT + 10) + b'",Rain', "line_too_long"),
        (b'"' + (b'a,""b"" ' * 100 + b"\n") * (3 * LINE_LIMIT // 900) + b'",Rain', "line_too_long"),
        (b"a," * (LINE_LIMIT // 2 + 10), "line_too_long"),
    ],
    ids=["more cells", "fewer cells", "mark", "latin", "huge cell", "huge cell of many lines", "huge row"],
)
def test_a_bad_row_is_set_aside_and_the_next_is_read(tmp_path: Path, row: bytes, reason: str) -> None:
    """Rows with other cells than the header, of another encoding or over the limit do not hide the rows after them."""
    path = make(tmp_path / "a.csv", b"text,title\nOne.,1\n" + row + b"\nThree.,3\n")
    found = list(drafts([path]))
    assert [draft.text for draft in found if isinstance(draft, Draft)] == ["One.", "Three."]
    assert asides(path) == [(reason, "a.csv:3")]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing_silently(tmp_path: Path) -> None:
    """The row where it opens is named."""
    path = make(tmp_path / "a.csv", 'text\nOne.\n"Two.\nThree.\n')
    assert texts(path) == ["One."]
    assert asides(path) == [("not_csv", "a.csv:3")]


def test_a_header_alone_without_a_line_end(tmp_path: Path) -> None:
    """A byte order mark is no part of the first column's name, and a table without rows is told."""
    assert asides(make(tmp_path / "a.csv", "\ufefftext")) == [("empty", "a.csv")]


def test_a_header_over_the_limit(tmp_path: Path) -> None:
    """A first line without end is no header."""
    assert asides(make(tmp_path / "a.csv", b"a" * (2 * LINE_LIMIT))) == [("line_too_long", "a.csv:1")]


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_what_a_csv_writer_writes_is_read_back(cells: list[tuple[str, str]]) -> None:
    """Whatever the cells hold, the drafts have the same texts, in the same order."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, quoting=csv.QUOTE_ALL)
    writer.writerows([("text", "author"), *cells])
    stream = io.BytesIO(page.getvalue().encode())
    found = list(rows(stream, Place(Path("a.csv")), {}, FIELDS))
    assert [draft.text for draft in found if isinstance(draft, Draft)] == [text for text, _ in cells]
