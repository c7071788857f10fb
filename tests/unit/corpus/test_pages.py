"""A hundred and thirty real pages: all are read, nearly all give an article, most with the title expected."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from annotate.corpus.article import folded, make_article
from annotate.corpus.ingest import ingest
from annotate.files import prove
from annotate.records import Article, SetAside

ARTICLES = 123
"""Of 130 pages at least so many give an article (125 when this was written)."""
TITLES = 0.62
"""Share of articles whose title is the expected one; 80 of 124 when this was written. Of the others, about twenty are
test pages whose heading says one thing and whose <title>, which is expected, another; some keep or drop the site's name."""
TITLES_INSIDE = 0.70
"""Likewise where one title stands inside the other; 90 of 124 when this was written."""


@pytest.fixture(scope="module")
def read(shared: Path) -> dict[Path, Article | SetAside]:
    """Each page's folder and what came of it."""
    folders = sorted(path.parent for path in (shared / "pages" / "readability").glob("*/source.html"))
    return {folder: next(iter(ingest([folder / "source.html"]))) for folder in folders}


def test_all_pages_are_read(read: dict[Path, Article | SetAside]) -> None:
    """No page raises; those without an article say so."""
    assert len(read) == 130
    assert sum(isinstance(found, Article) for found in read.values()) >= ARTICLES
    assert {found.reason for found in read.values() if isinstance(found, SetAside)} <= {"no_article"}


def test_each_article_is_proved_and_stays(read: dict[Path, Article | SetAside]) -> None:
    """Offsets hold, and the article made again from its own text has the same id and text."""
    for found in read.values():
        if isinstance(found, Article):
            prove(found)
            again = make_article(found.text, found.title)
            assert (again.id, again.text) == (found.id, found.text)


def test_titles_are_the_expected_ones(read: dict[Path, Article | SetAside]) -> None:
    """The share of equal titles, and of titles of which one contains the other, stays where it was measured."""
    pairs = []
    for folder, found in read.items():
        expected = msgspec.json.decode((folder / "expected-metadata.json").read_bytes())["title"]
        if isinstance(found, Article) and expected:
            pairs.append((folded(found.title or ""), folded(expected)))
    assert sum(a == b for a, b in pairs) / len(pairs) >= TITLES
    assert sum((a in b or b in a) and a != "" for a, b in pairs) / len(pairs) >= TITLES_INSIDE
