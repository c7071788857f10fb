"""Which spans and links the majority marked, and where they begin and end."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook, load
from annotate.quality.span_majority import span_majority
from annotate.records import Annotation, Article, Extent, Span, Status, article_id

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
TEXT = "Taxes fell sharply 🎉, and rents rose, the mayor said of Ost."


def claims(article: Article, book: Codebook, by: By, *quotes: list[str]) -> list[str]:
    """Return the texts of the gold claims where each annotator marked these quotes as unverified."""
    made = [by(f"a{n}", article, *[("claim.unverified", q) for q in own]) for n, own in enumerate(quotes)]
    return [span.text for span in span_majority(article, made, book)[0]]


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        # more than half: two of three, but neither one of two nor two of four
        ([["Taxes fell"], ["Taxes fell"], []], ["Taxes fell"]),
        ([["Taxes fell"], []], []),
        ([["Taxes fell"], ["Taxes fell"], [], []], []),
        ([["Taxes fell"]], ["Taxes fell"]),
        # boundaries by token majority of those who marked it
        ([["Taxes fell sharply"], ["Taxes fell"], ["fell"]], ["Taxes fell"]),
        ([["Taxes fell sharply"], ["fell sharply 🎉"], []], ["fell sharply"]),
        ([["sharply 🎉"], ["sharply 🎉"]], ["sharply 🎉"]),
        # part of a word counts as the word, white space as nothing
        ([["Tax"], ["axes "], ["Taxes"]], ["Taxes"]),
        ([["Taxes "], [" fell"], []], []),
        # one annotator's two spans are one vote
        ([["Taxes", "Taxes fell"], [], []], []),
        # the majority saw two claims, one annotator drew them together
        ([["Taxes fell", "rents rose"], ["Taxes fell", "rents rose"], ["Taxes fell sharply 🎉, and rents rose"]],
         ["Taxes fell", "rents rose"]),
        # the majority saw one, one annotator drew two
        ([["Taxes fell sharply"], ["Taxes fell sharply"], ["Taxes", "sharply"]], ["Taxes fell sharply"]),
        # a chain of which everybody marked one link: from the first majority token to the last
        ([["Taxes fell"], ["fell sharply 🎉, and rents"], ["rents rose"]], ["fell sharply 🎉, and rents"]),
        # a chain so loose that no token has a majority of its annotators
        ([["Taxes fell"], ["fell sharply"], ["sharply 🎉"], ["🎉, and"], []], []),
        # the majority saw two, of which only one has more than half of all who submitted
        ([["Taxes", "sharply"], ["Taxes", "sharply"], ["Taxes fell sharply"], ["fell", "sharply"], ["sharply"], [], []],
         ["sharply"]),
        ([[], []], []),
    ],
)  # fmt: skip
def test_spans(book: Codebook, make_article: MakeArticle, by: By, quotes: list[list[str]], expected: list[str]) -> None:
    """Each clause of the rule on a small example."""
    assert claims(make_article(TEXT), book, by, *quotes) == expected


def test_another_label_is_another_cluster(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Three statuses on the same words make no gold span."""
    article = make_article(TEXT)
    made = [by(label, article, (f"claim.{label}", "Taxes fell")) for label in ("verified", "unverified", "disputed")]
    assert span_majority(article, made, book) == ((), ())


def test_links_need_a_majority_too(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """A link holds between clusters, however each annotator drew their spans; its type follows from its ends."""
    article = make_article(TEXT)
    claim, mayor, ost = ("claim.unverified", "Taxes fell"), ("source.person", "mayor"), ("source.organisation", "Ost")
    made = [
        by("a", article, claim, mayor, ost, links=[(0, 1), (1, 2)]),
        by("b", article, ("claim.unverified", "Taxes fell sharply"), ("source.person", "the mayor"), links=[(0, 1)]),
        by("c", article, claim, mayor, ost),
    ]
    spans, links = span_majority(article, made, book)
    assert [(span.id, span.text, span.basis) for span in spans] == [
        ("g1", "Taxes fell", "attributed"),
        ("g2", "mayor", None),
        ("g3", "Ost", None),
    ]
    assert [(link.type, link.from_, link.to) for link in links] == [("attributed_to", "g1", "g2")]


def test_a_long_span_stands_for_both_that_it_covers(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Where the majority saw two claims, the link of one who drew them together counts for each."""
    article = make_article(TEXT)
    parts = [("claim.unverified", "Taxes fell"), ("claim.unverified", "rents rose"), ("source.person", "mayor")]
    long = [("claim.unverified", "Taxes fell sharply 🎉, and rents rose"), ("source.person", "mayor")]
    made = [by("a", article, *parts, links=[(0, 2)]), by("b", article, *parts), by("c", article, *long, links=[(0, 1)])]
    spans, links = span_majority(article, made, book)
    assert [(span.text, span.basis) for span in spans] == [
        ("Taxes fell", "attributed"),
        ("rents rose", "own_voice"),
        ("mayor", None),
    ]
    assert [(link.from_, link.to) for link in links] == [("g1", "g3")]


@pytest.mark.parametrize(("chosen", "basis"), [(2, "record"), (1, "confirmed")])
def test_a_basis_is_chosen_by_the_majority(
    book: Codebook, make_article: MakeArticle, by: By, chosen: int, basis: str
) -> None:
    """A basis that more than half chose holds; otherwise the codebook's first that fits does."""
    article = make_article(TEXT)
    made = []
    for number in range(3):
        annotation = by(f"a{number}", article, ("claim.verified", "Taxes fell"))
        said = "record" if number < chosen else "confirmed"
        spans = tuple(msgspec.structs.replace(span, basis=said) for span in annotation.spans)
        made.append(msgspec.structs.replace(annotation, spans=spans))
    assert [span.basis for span in span_majority(article, made, book)[0]] == [basis]


def test_a_link_to_itself_is_none(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Two sources that the majority holds for one cannot relay each other."""
    article = make_article(TEXT)
    one = by("a", article, ("source.person", "the mayor said"), ("source.person", "mayor"), links=[(0, 1)])
    two = msgspec.structs.replace(one, annotator="b")
    assert span_majority(article, [one, two], book)[1] == ()


BOOK = load()
SPANS = st.lists(st.tuples(st.integers(0, 24), st.integers(1, 10)), max_size=3)


@given(st.lists(SPANS, min_size=1, max_size=5))
def test_gold_spans_are_of_the_text_and_of_the_majority(drawn: list[list[tuple[int, int]]]) -> None:
    """Whatever is marked: gold spans read as the text, are disjoint, and more than half marked part of each."""
    text = "aa bb, cc 🎉 dd ee ff gg hh ii"
    article = Article(id=article_id(text), text=text, sentences=(Extent(start=0, end=len(text)),))
    made = []
    for number, own in enumerate(drawn):
        spans = tuple(
            Span(id=str(n), layer="claim", label="verified", start=s, end=min(s + k, len(text)), text=text[s : s + k])
            for n, (s, k) in enumerate(own)
        )
        made.append(
            Annotation(
                article_id=article.id,
                text_sha256=article.sha256,
                annotator=str(number),
                status=Status.SUBMITTED,
                codebook=BOOK.ref,
                spans=spans,
            )
        )
    found, _ = span_majority(article, made, BOOK)
    before = 0
    for span in found:
        span.check(text)
        assert span.start >= before
        before = span.end
        assert 2 * sum(any(own.overlaps(span) for own in annotation.spans) for annotation in made) > len(made)
