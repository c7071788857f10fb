"""Records ⇄ JSONL: what is read is proved, what is written is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import RecordError, SpanError, StorageError
from annotate.files import LINE_LIMIT, prove, prove_annotation, read, replacing, write, write_json, write_text
from annotate.records import (
    Annotation,
    Article,
    CodebookRef,
    Extent,
    Gold,
    Segment,
    SegmentKind,
    SetAside,
    Span,
    Status,
    Suggestion,
    Task,
    article_id,
    text_sha256,
)

TEXT = "Talks resume 🕊\nOfficials said the dam may fail."
REF = CodebookRef(name="credibility", version="1.0.0", hash="0" * 16)


def article(text: str = TEXT) -> Article:
    """Return an article with this text alone."""
    return Article(id=article_id(text), text=text)


def span(start: int, end: int, text: str = TEXT) -> Span:
    """Return a hedge that reads as the text does there."""
    return Span(id="s1", layer="hedge", label="epistemic", start=start, end=end, text=text[start:end])


def test_written_records_are_read_back_equal(tmp_path: Path) -> None:
    """A file of articles, an empty one and one with an emoji among them, comes back as it was."""
    path = tmp_path / "new" / "articles.jsonl"
    articles = [article(), article("")]
    assert write(path, articles) == 2
    assert list(read(path, Article)) == articles
    assert [entry.name for entry in path.parent.iterdir()] == ["articles.jsonl"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50))
def test_any_text_survives_the_file(text: str) -> None:
    """Every text without lone surrogates comes back code point by code point."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        write(path, [article(text)])
        assert list(read(path, Article)) == [article(text)]


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        (b'{"id": "x", "text": ', "not_json", "not JSON"),
        (b'{"id": 7, "text": "a"}', "schema", "Expected `str`, got `int` - at `$.id`"),
        (b'{"text": "a"}', "schema", "missing required field `id`"),
        (b'{"id": "0123456789abcdef", "text": "a"}', "record", "is not the hash of the text"),
        (b"\xff\xfe", "not_json", "not JSON"),
        (b'{"id": "x", "deep": ' + b"[" * 100_000, "not_json", "not JSON"),
    ],
)
def test_a_bad_line_is_set_aside_with_its_place(tmp_path: Path, line: bytes, reason: str, words: str) -> None:
    """A line that cannot be used says why, with file and line, and the rest is read."""
    path = tmp_path / "articles.jsonl"
    write(path, [article()])
    path.write_bytes(path.read_bytes() + line + b"\n" + path.read_bytes())
    good, bad, last = list(read(path, Article))
    assert good == last == article()
    assert isinstance(bad, SetAside)
    assert (bad.reason, bad.where) == (reason, f"{path}:2")
    assert words in bad.detail


def test_a_line_over_the_limit_is_set_aside_unread(tmp_path: Path) -> None:
    """A huge line costs no memory and does not hide the lines after it."""
    path = tmp_path / "big.jsonl"
    write(path, [article()])
    good = path.read_bytes()
    path.write_bytes(b'{"text": "' + b"a" * (3 * LINE_LIMIT) + b'"}\n' + good)
    first, second = list(read(path, Article))
    assert isinstance(first, SetAside)
    assert (first.reason, first.where) == ("line_too_long", f"{path}:1")
    assert second == article()


def test_spans_are_proved_against_their_text() -> None:
    """A span whose offsets count UTF-16 units, or lie outside the text, is refused."""
    found = span(38, 41)
    assert found.text == "may"
    task = Task(
        article_id=article().id, article=article(), codebook=REF, suggestion=Suggestion(model="m", spans=(found,))
    )
    prove(task)
    shifted = Span(id="s1", layer="hedge", label="epistemic", start=39, end=42, text="may")
    with pytest.raises(SpanError, match=r"reads 'ay ', the record says 'may'"):
        prove(
            Task(
                article_id=article().id,
                article=article(),
                codebook=REF,
                suggestion=Suggestion(model="m", spans=(shifted,)),
            )
        )
    outside = Span(id="s1", layer="hedge", label="epistemic", start=40, end=99, text="fail.")
    with pytest.raises(SpanError, match="outside the text of 47 characters"):
        prove(Gold(article=article(), codebook=REF, spans=(outside,)))


def test_segments_may_not_overlap() -> None:
    """Overlapping segments are refused with their offsets."""
    parts = (Segment(start=0, end=10, kind=SegmentKind.HEADLINE), Segment(start=5, end=20, kind=SegmentKind.BODY))
    with pytest.raises(SpanError, match=r"segment \[5, 20\) begins before"):
        prove(Article(id=article_id(TEXT), text=TEXT, segments=parts))


def test_a_task_names_its_own_article() -> None:
    """A task whose article_id is not its article's is refused."""
    with pytest.raises(RecordError, match="article_id is 'other'"):
        prove(Task(article_id="other", article=article(), codebook=REF))


def test_an_annotation_is_proved_against_its_article() -> None:
    """The hash of the text must be the same, and every span must read as it says."""
    made = Annotation(
        article_id=article().id,
        text_sha256=text_sha256(TEXT),
        annotator="a1",
        status=Status.SUBMITTED,
        codebook=REF,
        spans=(span(38, 41),),
    )
    prove_annotation(made, article())
    with pytest.raises(RecordError, match="the article's is"):
        prove_annotation(made, article(TEXT + "!"))


def test_sentences_are_read_in_segments_of_the_wanted_kinds() -> None:
    """Only sentences inside segments of these kinds are read."""
    text = "Big news\nIt may rain. It did. Also read: more"
    found = Article(
        id=article_id(text),
        text=text,
        segments=(
            Segment(start=0, end=8, kind=SegmentKind.HEADLINE),
            Segment(start=9, end=29, kind=SegmentKind.BODY),
            Segment(start=30, end=45, kind=SegmentKind.PROMO),
        ),
        sentences=tuple(Extent(start=a, end=b) for a, b in [(0, 8), (9, 21), (22, 29), (30, 45)]),
    )
    prove(found)
    assert [s.of(text) for s in found.read_sentences(["headline", "body"])] == ["Big news", "It may rain.", "It did."]
    assert list(found.read_sentences(["caption"])) == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """When a record in the middle fails, the file that was there stays and no part is left."""
    path = tmp_path / "articles.jsonl"
    write(path, [article()])

    def broken() -> object:
        yield article("new")
        raise RecordError("no more")

    with pytest.raises(RecordError):
        write(path, broken())  # type: ignore[arg-type]  # a generator that fails
    assert list(read(path, Article)) == [article()]
    assert [entry.name for entry in tmp_path.iterdir()] == ["articles.jsonl"]


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    """Into what is no regular file the bytes go as they come, also through a link, and nothing else is left."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("pipe")
    for path in (pipe, link):
        with ThreadPoolExecutor(1) as reader:
            read_there = reader.submit(pipe.read_bytes)
            write_text(path, "dam 🕊\n")
            assert read_there.result(10) == "dam 🕊\n".encode()
        assert pipe.is_fifo()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link", "pipe"]


def test_an_open_pipe_is_written_into() -> None:
    """The shell's `>(command)` is a path to one that is open already."""
    reading, writing = os.pipe()
    write_text(Path(f"/dev/fd/{writing}"), "dam")
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        assert stream.read() == b"dam"


def test_a_reader_that_went_away_is_told_as_on_standard_output() -> None:
    """The command line ends quietly then, as for `head`."""
    reading, writing = os.pipe()

    def written() -> Iterator[Article]:
        os.close(reading)
        yield article()

    with pytest.raises(BrokenPipeError):
        write(Path(f"/dev/fd/{writing}"), written())
    os.close(writing)


def test_the_file_behind_a_link_is_replaced(tmp_path: Path) -> None:
    """The link stays one, also where nothing is behind it yet, and a failure leaves the old file."""
    (tmp_path / "there").mkdir()
    link, new = tmp_path / "link", tmp_path / "new"
    link.symlink_to("there/old")
    (tmp_path / "there" / "old").write_text("old")
    new.symlink_to("made/here")

    def failing() -> None:
        with replacing(link) as stream:
            stream.write(b"half")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is the one raised above
        failing()
    assert link.read_text() == "old"
    for path in (link, new):
        write_text(path, "dam")
        assert path.is_symlink()
        assert path.resolve().read_text() == "dam"
    assert [entry.name for entry in (tmp_path / "there").iterdir()] == ["old"]


def test_a_folder_in_the_place_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    """Before anything is computed, and the folder stays as it is."""
    with pytest.raises(StorageError, match="is a directory") as caught, replacing(tmp_path):
        pytest.fail("the block must not run")
    assert caught.value.hint == "name a file inside this folder"


def test_a_missing_file_says_where_and_what_next(tmp_path: Path) -> None:
    """Reading a file that is not there names it and hints at the stage before."""
    with pytest.raises(StorageError, match="no such file") as caught:
        list(read(tmp_path / "none.jsonl", Article))
    assert caught.value.hint == "check the path; the stage before this one makes the file"
    assert caught.value.exit_code == 3


def test_json_files_have_sorted_keys(tmp_path: Path) -> None:
    """The same value gives the same bytes."""
    write_json(tmp_path / "a.json", {"b": 1, "a": {"d": 1, "c": 2}})
    assert (tmp_path / "a.json").read_text() == '{\n  "a": {\n    "c": 2,\n    "d": 1\n  },\n  "b": 1\n}\n'
