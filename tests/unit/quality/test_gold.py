"""Gold: labels with their votes, ties kept, spans and claims beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import CodebookError
from annotate.files import prove
from annotate.quality.gold import gold
from annotate.records import Annotation, Article, CodebookRef, Gold, SetAside, Status

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
FELL, MAY = ("claim.unverified", "Taxes may have fallen 🎉"), ("hedge.epistemic", "may")


def test_gold_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Two of three give a label, one of two is contested, and every vote is kept."""
    article = make_article("Taxes may have fallen 🎉.", "Rain.")
    made = [
        by("c", article, FELL, MAY, lead_time=9.5, created="2031-01-01T00:00:00Z"),
        by("a", article, FELL),
        by("b", article, ("claim.disputed", "Taxes may have fallen 🎉"), MAY),
        by("d", article, status=Status.SKIPPED),
    ]
    found = list(gold(made, [article], book))
    assert [type(record) for record in found] == [SetAside, Gold]
    record = found[1]
    assert isinstance(record, Gold)
    prove(record)
    first, second = record.sentences
    status, hedged, flagged = first.targets.values()
    assert (status.label, status.contested) == ("unverified", False)
    assert status.votes == {"a": "unverified", "b": "disputed", "c": "unverified"}
    assert status.soft == pytest.approx({"unverified": 2 / 3, "disputed": 1 / 3})
    assert list(status.soft) == ["unverified", "disputed"]
    assert (hedged.label, flagged.label) == ("yes", "yes")
    assert second.targets["status"].soft == {"none": 1.0}
    assert [(span.id, span.label, span.text) for span in record.spans] == [
        ("g1", "unverified", "Taxes may have fallen 🎉"),
        ("g2", "epistemic", "may"),
    ]
    assert (first.claims, second.claims) == (("g1",), ())
    assert [(one.id, one.lead_time, one.created) for one in record.annotators] == [
        ("a", None, None),
        ("b", None, None),
        ("c", 9.5, "2031-01-01T00:00:00Z"),
    ]
    assert record.codebook == book.ref


def test_a_tie_stays_a_tie(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """No label wins, and the soft label says how the votes stood."""
    article = make_article("Taxes may have fallen 🎉.")
    (record,) = gold([by("a", article, MAY), by("b", article)], [article], book)
    assert isinstance(record, Gold)
    target = record.sentences[0].targets["hedged"]
    assert (target.label, target.contested, target.soft) == (None, True, {"no": 0.5, "yes": 0.5})
    assert record.spans == ()


def test_a_claim_over_two_sentences_is_in_both(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """The ids of claims stand in every item that they share a character with."""
    article = make_article("Taxes fell.", "Rents too.")
    (record,) = gold([by("a", article, ("claim.verified", "fell. Rents"))], [article], book)
    assert isinstance(record, Gold)
    assert [item.claims for item in record.sentences] == [("g1",), ("g1",)]


def test_the_whole_article_can_be_the_item(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Where the codebook's item is the article, gold has one item over the text, and decisions can decide it."""
    whole = msgspec.structs.replace(book, item="article")
    article = make_article("One.", "Two.")
    (record,) = gold([by("a", article, codebook=whole.ref)], [article], whole)
    assert isinstance(record, Gold)
    assert [(item.start, item.end) for item in record.sentences] == [(0, 9)]


def test_articles_stream(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """The gold of an article comes before the next article is read; unlabelled and empty ones are told."""
    labelled, other, empty = make_article("Taxes fell."), make_article("Rain."), make_article()
    read: list[str] = []

    def articles() -> Iterator[Article]:
        for article in (labelled, other, empty):
            read.append(article.id)
            yield article

    stream = gold([by("a", labelled), by("a", empty)], articles(), book)
    assert isinstance(next(stream), Gold)
    assert read == [labelled.id]
    aside, last = stream
    assert isinstance(aside, SetAside)
    assert aside.reason == "not_labelled"
    assert isinstance(last, Gold)
    assert (last.article.text, last.sentences) == ("", ())


def test_a_foreign_codebook_asks_for_a_map(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Without one the error says how; with one the labels count as ours."""
    article = make_article("Taxes fell.")
    foreign = CodebookRef(name="foreign:export.json", version="0", hash="f" * 16)
    made = by("a", article, ("label.Claim", "Taxes fell"), codebook=foreign)
    with pytest.raises(CodebookError, match=r"no --map for label\.Claim"):
        list(gold([made], [article], book))
    (record,) = gold([made], [article], book, {("label", "Claim"): ("claim", "verified")})
    assert isinstance(record, Gold)
    assert record.sentences[0].targets["status"].label == "verified"
