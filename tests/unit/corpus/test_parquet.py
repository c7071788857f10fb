"""Parquet → articles and pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.corpus.ingest import ingest
from annotate.corpus.places import Place
from annotate.corpus.readers import documents, read_stream
from annotate.errors import UsageError
from annotate.records import Article, SetAside

PAGE = "<html lang='en'><article><h1>Rain</h1><p>It rained all day 🕊, the clerk of the council said on Monday.</p></article>"


def table(path: Path, columns: dict[str, object], **options: object) -> Path:
    """Write a table and return its path."""
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_a_row_is_an_article(tmp_path: Path) -> None:
    """Columns by the names of the fields, times as ISO 8601, empty rows set aside with their number."""
    when = datetime(2025, 5, 3, 8, tzinfo=UTC)
    columns = {
        "text": ["It rained 🕊.", "", None],
        "outlet": ["A", None, "B"],
        "published": [when] * 3,
        "other": [1, 2, 3],
    }
    path = table(tmp_path / "a.parquet", columns)
    first, empty, missing = ingest([path])
    assert isinstance(first, Article)
    assert (first.text, first.outlet, first.source) == ("It rained 🕊.", "A", str(path))
    assert first.published == "2025-05-03T08:00:00+00:00"
    assert isinstance(empty, SetAside)
    assert isinstance(missing, SetAside)
    assert (empty.reason, empty.where, missing.where) == ("empty", f"{path}:2", f"{path}:3")


def test_a_column_of_pages(tmp_path: Path) -> None:
    """Where there is no text but ``html``, as text or bytes, each row is a page with its address."""
    for kind in (PAGE, PAGE.encode()):
        path = table(tmp_path / "a.parquet", {"html": [kind], "url": ["https://a.example/rain"]})
        [article] = ingest([path])
        assert isinstance(article, Article)
        assert (article.title, article.url, article.language) == ("Rain", "https://a.example/rain", "en")


def test_without_the_column(tmp_path: Path) -> None:
    """A named file is refused with the columns that there are; one in a folder is set aside."""
    path = table(tmp_path / "a.parquet", {"body": ["It rained."]})
    with pytest.raises(UsageError, match="no column 'text'; there are 'body'"):
        list(documents([path]))
    [aside] = documents([tmp_path])
    assert isinstance(aside, SetAside)
    assert aside.reason == "no_text_column"
    [article] = ingest([path], columns={"text": "body"})
    assert isinstance(article, Article)
    with pytest.raises(UsageError, match="no column 'story'"):
        list(documents([path], columns={"text": "story"}))


def test_what_is_no_table(tmp_path: Path) -> None:
    """A file that is cut, foreign or empty, or whose text is a number, is set aside; those beside it are read."""
    whole = table(tmp_path / "z.parquet", {"text": ["It rained."]}).read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.parquet").write_bytes(b"")
    table(tmp_path / "c.parquet", {"text": pa.array([], pa.string())})
    table(tmp_path / "d.parquet", {"text": [3]})
    found = [one.reason if isinstance(one, SetAside) else one.text for one in ingest([tmp_path])]
    assert found == ["damaged", "damaged", "empty", "schema", "It rained."]


def test_row_groups_are_read_apart(tmp_path: Path) -> None:
    """Some row groups give their rows alone, numbered as in the whole file."""
    path = table(tmp_path / "a.parquet", {"text": [f"Row {n}." for n in range(10)]}, row_group_size=3)
    with path.open("rb") as stream:
        found = list(read_stream(stream, Place(path), groups=(1, 3)))
    assert [(one.where, one.text) for one in found] == [(f"{path}:{n + 1}", f"Row {n}.") for n in range(3, 9)]  # type: ignore[union-attr]  # drafts all
