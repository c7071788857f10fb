"""Only proved, submitted, newest annotations count, and every other one is told."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import CodebookError
from annotate.quality.labelled import Labelled, labelled
from annotate.records import Annotation, Article, CodebookRef, Link, SetAside, Status

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def parted(
    annotations: list[Annotation], articles: list[Article], book: Codebook
) -> tuple[list[Labelled], list[SetAside]]:
    """Return what is kept and what is set aside."""
    found = list(labelled(annotations, articles, book))
    return [f for f in found if isinstance(f, Labelled)], [f for f in found if isinstance(f, SetAside)]


def test_annotators_come_by_name_and_articles_in_their_order(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """The order of the annotations' file does not matter; an empty article can be labelled too."""
    first, empty = make_article("Taxes fell 🎉."), make_article()
    kept, aside = parted([by("b", empty), by("b", first), by("a", first)], [first, empty], book)
    assert [(k.article.id, [a.annotator for a in k.annotations]) for k in kept] == [
        (first.id, ["a", "b"]),
        (empty.id, ["b"]),
    ]
    assert aside == []


@pytest.mark.parametrize("status", [Status.SKIPPED, Status.DRAFT])
def test_skipped_and_drafted_do_not_vote(book: Codebook, make_article: MakeArticle, by: By, status: Status) -> None:
    """They are counted, and replace no submitted annotation, however new they are."""
    article = make_article("Taxes fell.")
    made = by("a", article, updated="2031-01-01T00:00:00Z")
    later = by("a", article, status=status, updated="2031-02-01T00:00:00Z")
    kept, aside = parted([made, later], [article], book)
    assert kept[0].annotations == (made,)
    assert [(record.reason, record.where) for record in aside] == [(status.value, f"article {article.id}, annotator a")]


@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_of_two_wins(book: Codebook, make_article: MakeArticle, by: By, turned: bool) -> None:  # noqa: FBT001 - both orders
    """Times are compared as times, not as text; the older annotation is set aside as superseded."""
    article = make_article("Taxes fell.")
    old = by("a", article, updated="2031-01-01T12:00:00Z", lead_time=1.0)
    new = by("a", article, updated="2031-01-01T11:30:00-01:00", lead_time=2.0)
    kept, aside = parted([new, old] if turned else [old, new], [article], book)
    assert kept[0].annotations == (new,)
    assert [record.reason for record in aside] == ["superseded"]


def test_the_later_in_the_file_wins_without_times(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Where no time tells, the file's order does; an unreadable time counts as none."""
    article = make_article("Taxes fell.")
    one, two = by("a", article, updated="soon", lead_time=1.0), by("a", article, lead_time=2.0)
    kept, _ = parted([one, two], [article], book)
    assert kept[0].annotations == (two,)


def test_what_is_not_of_the_text_is_set_aside(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Another text, a span that reads otherwise, an unknown label, decision or link end each have their reason."""
    article = make_article("Taxes fell.")
    good = by("good", article, ("claim.verified", "Taxes fell"))
    span = good.spans[0]
    replace = msgspec.structs.replace
    made = [
        good,
        replace(good, annotator="a", text_sha256="0" * 64),
        replace(good, annotator="b", spans=(replace(span, start=1),)),
        replace(good, annotator="c", spans=(replace(span, label="false"),)),
        replace(good, annotator="d", decisions={"article": ("no_claims",)}),
        replace(good, annotator="e", links=(Link(type="attributed_to", from_="s0", to="s9"),)),
        replace(good, annotator="f", spans=(span, span)),
        replace(good, annotator="g", article_id="elsewhere"),
        replace(good, annotator="h", decisions={"note": ("free words",)}),
    ]
    kept, aside = parted(made, [article, article, make_article("Unread.")], book)
    assert [a.annotator for a in kept[0].annotations] == ["good", "h"]
    assert [record.reason for record in aside] == [
        "text_changed",
        "span",
        "unknown_label",
        "unknown_label",
        "record",
        "record",
        "duplicate_article",
        "not_labelled",
        "unknown_article",
    ]


def test_two_codebooks_are_never_mixed(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """An annotation under another codebook stops the work, and both are named."""
    article = make_article("Taxes fell.")
    other = CodebookRef(name="credibility", version="0.9.0", hash="0123456789abcdef")
    with pytest.raises(CodebookError) as caught:
        parted([by("a", article), by("b", article, codebook=other)], [article], book)
    assert "credibility@0.9.0#0123456789abcdef" in str(caught.value)
    assert f"{book.name}@{book.version}#{book.ref.hash}" in str(caught.value)
    assert caught.value.hint
