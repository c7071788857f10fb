"""Pages → articles, as one pure function of a record batch."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import Extractor
from annotate.corpus.ingest import articles_of
from annotate.records import SetAside
from annotate.scale.batch import Work, articles, batches, pages_schema, results_of, results_schema
from annotate.scale.local import read_articles

LEAD = "The council closed the bridge on Monday 🕊 after cracks were found in two piers, its engineer said."
PAGE = Page(f"<html lang='en'><article><h1>Rain</h1><p>{LEAD}</p></article>".encode(), "a:1", "a", "https://a.example/")
FOUND = [
    PAGE,
    Draft(text="It rained.", where="b", title="Rain", facts={"outlet": "B", "language": "und"}),
    SetAside(reason="binary", where="c", detail="binary data"),
    Page(b"<html>", "d", "d"),
    Page(b"<html><p>" + LEAD.replace("🕊", "caf\xe9").encode("latin-1"), "e", "e", None, "iso-8859-1"),
    Draft(text="", where="f"),
]


def test_batches_give_what_the_plain_way_gives() -> None:
    """However the rows are cut into batches, each gives one row, in order, and the same article or reason."""
    plain = list(articles_of(FOUND, license="CC0-1.0"))
    for rows in (1, 2, 64):
        made = [Work(license="CC0-1.0")(batch) for batch in batches(FOUND, rows=rows)]
        assert sum(batch.num_rows for batch in made) == len(FOUND)
        assert list(read_articles(made)) == plain
    assert [one.reason for one in plain if isinstance(one, SetAside)] == ["binary", "no_article", "empty"]


def test_batches_are_cut_by_their_bytes() -> None:
    """A batch is closed as soon as it holds enough."""
    assert [batch.num_rows for batch in batches([PAGE] * 5, size=2 * len(PAGE.data))] == [2, 2, 1]
    assert list(batches([])) == []


def test_an_empty_batch() -> None:
    """No row in, no row out, with the columns of results."""
    empty = pa.RecordBatch.from_pylist([], schema=pages_schema())
    assert articles(empty).schema == results_schema()
    assert articles(empty).num_rows == 0
    assert results_of([]).num_rows == 0


def test_the_key_changes_with_the_work() -> None:
    """The same work has the same key, another has another."""
    assert Work().key == Work().key
    assert len({Work().key, Work(license="CC0-1.0").key, Work(extractor=Extractor.FAST).key}) == 3


@pytest.mark.parametrize("form", ["article", "draft", "aside"])
@given(data=st.binary(max_size=50))
def test_foreign_bytes_in_our_columns(form: str, data: bytes) -> None:
    """A row of records that are none is set aside, whoever wrote the batch."""
    row = {"where": "x", "form": form, "data": data, "source": None, "url": None, "charset": None}
    batch = pa.RecordBatch.from_pylist([row], schema=pages_schema())
    [found] = articles(batch).to_pylist()
    assert (found["record"], found["reason"]) == (None, "record")
