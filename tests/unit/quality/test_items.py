"""The table of labels: one row a vote, over read sentences or whole texts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.quality.items import items, label_table, votes
from annotate.quality.labelled import Labelled
from annotate.records import Annotation, Article, Segment, SegmentKind

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def test_items_are_read_sentences(book: Codebook, make_article: MakeArticle) -> None:
    """Sentences of kinds that are not read are no items."""
    article = make_article("Taxes fell 🎉.", "Also read: more.")
    assert [item.of(article.text) for item in items(article, book)] == ["Taxes fell 🎉.", "Also read: more."]
    segments = (Segment(start=0, end=13, kind=SegmentKind.BODY), Segment(start=14, end=30, kind=SegmentKind.PROMO))
    article = msgspec.structs.replace(article, segments=segments)
    assert [item.of(article.text) for item in items(article, book)] == ["Taxes fell 🎉."]


def test_the_whole_text_can_be_the_item(book: Codebook, make_article: MakeArticle) -> None:
    """Where the codebook's item is the article, one item spans the text; an empty text has none."""
    whole = msgspec.structs.replace(book, item="article")
    article = make_article("One.", "Two.")
    assert [item.of(article.text) for item in items(article, whole)] == ["One. Two."]
    assert items(make_article(), whole) == items(make_article(), book) == ()


def test_a_span_counts_in_every_item_it_shares_a_character_with(
    book: Codebook, make_article: MakeArticle, by: By
) -> None:
    """A claim over two sentences labels both, one that ends where a sentence begins does not."""
    article = make_article("Taxes fell.", "Rents too.", "Rain.")
    made = by("a", article, ("claim.verified", "fell. Rents"), ("hedge.evidential", "too. "))
    found = votes([made], items(article, book), book)
    assert [label and label["status"] for label in found] == ["verified", "verified", "none"]
    assert [label and label["hedged"] for label in found] == ["no", "yes", "no"]


def test_the_table_has_one_row_a_vote(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Codes and the frame's words agree; items of an article labelled by one have one vote."""
    one, two = make_article("Taxes may fall."), make_article("Rents fell.", "Rain.")
    stream = [
        Labelled(one, (by("b", one, ("hedge.epistemic", "may")),)),
        Labelled(two, (by("a", two, ("claim.disputed", "Rents fell")), by("b", two))),
    ]
    table = label_table(stream, book)
    assert table.annotators == ("a", "b")
    assert table.item.tolist() == [0, 1, 1, 2, 2]
    assert table.article.tolist() == [0, 1, 1]
    assert table.frame("status").to_numpy().tolist() == [
        [f"{one.id}:0-15", "b", "none"],
        [f"{two.id}:0-11", "a", "disputed"],
        [f"{two.id}:0-11", "b", "none"],
        [f"{two.id}:12-17", "a", "none"],
        [f"{two.id}:12-17", "b", "none"],
    ]
    assert list(table.frame("flagged")["label"]) == ["yes", "yes", "no", "no", "no"]


def test_work_on_one_sentence_votes_on_that_sentence(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Where each task shows one sentence, an annotator has no vote on those that were not shown."""
    article = make_article("Taxes fell 🎉.", "Rents may fall.", "Rain.")
    first, second, _ = items(article, book)
    shown = [
        by("a", article, ("claim.disputed", "Taxes fell"), item=first),
        by("a", article, ("hedge.epistemic", "may"), item=second),
        by("b", article, item=second),
    ]
    found = votes(shown[:2], items(article, book), book)
    assert [vote and vote["flagged"] for vote in found] == ["yes", "yes", None]
    table = label_table([Labelled(article, tuple(shown))], book)
    assert table.frame("hedged").to_numpy().tolist() == [
        [f"{article.id}:0-13", "a", "no"],
        [f"{article.id}:14-29", "a", "yes"],
        [f"{article.id}:14-29", "b", "no"],
    ]


@pytest.mark.parametrize("stream", [[], "empty"])
def test_a_table_may_be_empty(book: Codebook, make_article: MakeArticle, by: By, stream: list[Labelled] | str) -> None:
    """No articles, or only an empty one, make a table without rows."""
    empty = make_article()
    table = label_table([Labelled(empty, (by("a", empty),))] if stream == "empty" else [], book)
    assert table.frame("status").empty
    assert list(table.frame("status").columns) == ["item", "annotator", "label"]
