"""The real wire article, typed as a person would (offsets and hashes; its text is not ours)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from annotate.corpus.ingest import ingest
from annotate.files import prove
from annotate.records import Article, Extent

TYPED = [
    (1487, 1587, "promo", "8e280f51d73a"),
    (1588, 1635, "subheading", "bf1ed721b3db"),
    (2042, 2422, "post", "a1728bf4d809"),
    (3262, 3550, "disclaimer", "52d1b62769aa"),
    (3551, 3578, "credit", "2b2437e6f296"),
]
QUOTES = [
    (249, 392, "64900bd8a329"),
    (632, 824, "3b7a80e214a9"),
    (909, 955, "a5334f18e317"),
    (1014, 1023, "69cf99ce98b9"),
    (1160, 1181, "3b56a517ad4f"),
    (1333, 1375, "f4dd591f7424"),
    (1439, 1467, "ef88688929d3"),
    (1510, 1536, "a873f5766fcd"),
    (2676, 2798, "36a516e0a433"),
    (2841, 2991, "c7bdeb74c4ad"),
    (2992, 3090, "71b44d71c94e"),
    (3106, 3251, "86cc64a44a7b"),
]
"""The quotations, marks included; the one in the promo line stands in single marks."""


@pytest.fixture(scope="module")
def article(wire: Path) -> Article:
    """The article as it is ingested."""
    (found,) = ingest([wire])
    assert isinstance(found, Article)
    return found


def digest(extent: Extent, article: Article) -> str:
    """Return the beginning of the hash of a quote."""
    return hashlib.sha256(extent.of(article.text).encode()).hexdigest()[:12]


def test_every_character_is_kept(article: Article, wire: Path) -> None:
    """The title-less text is the file's, character by character, and passes its proof."""
    prove(article)
    assert article.text == wire.read_text(encoding="utf-8").strip()
    assert article.title is None


def test_its_pieces_are_typed(article: Article) -> None:
    """One promo line, one subheading, one post with its signature, the disclaimer and the credit; all else is body."""
    found = [(s.start, s.end, str(s.kind), digest(s, article)) for s in article.segments if s.kind != "body"]
    assert found == TYPED
    assert len(article.segments) == 20


def test_the_post_has_its_signature(article: Article) -> None:
    """The post is two lines, the second of them the signature with its handle."""
    (post,) = (segment for segment in article.segments if segment.kind == "post")
    first, second = post.of(article.text).split("\n")
    assert "(@" in second
    assert "(@" not in first


def test_its_sentences_and_quotations(article: Article) -> None:
    """Twenty-four sentences; twelve quotations, an apostrophe being none."""
    assert len(article.sentences) == 24
    assert [(quote.start, quote.end, digest(quote, article)) for quote in article.quotes] == QUOTES
