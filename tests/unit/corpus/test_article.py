"""One article from one text: the same text is the same article, however often it is made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus.article import folded, make_article
from annotate.corpus.text import frozen
from annotate.errors import RecordError, SpanError
from annotate.files import prove
from annotate.records import Article, Segment, SegmentKind, article_id

WORDS = st.sampled_from(
    [
        "The dam",
        "may fail.",
        "Gen. Boe",
        "said:",
        '"We',
        "left,”",
        "“It is",
        "over.”",
        "\n",
        "\n\n",
        "\r\n",
        "HARROW, May 3 (AP) — ",
        "Also read: more",
        "— Ann (@ann) May 3, 2025",
        "(With inputs from agencies)",
        "Disclaimer: none.",
        "What now?",
        "🕊",
        "高橋 庚。",
        "نوال الطرسوحي",
        "cafe\u0301",
        "\ufeff",
        "'tis",
        "(see p. 4",
        ")",
        "U.S.",
        "3.",
        "\u2028",
        "\x0b",
    ]
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=25).map(" ".join),
    st.lists(WORDS, max_size=25).map("".join),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60),
)


def check(article: Article) -> None:
    """Hold an article to what every article keeps."""
    prove(article)
    text = article.text
    covered = [False] * len(text)
    for segment in article.segments:
        assert not any(covered[segment.start : segment.end])
        covered[segment.start : segment.end] = [True] * (segment.end - segment.start)
        assert segment.of(text) == segment.of(text).strip() != ""
    assert all(seen or character.isspace() for seen, character in zip(covered, text, strict=True))
    spoken = [False] * len(text)
    for sentence in article.sentences:
        assert any(part.start <= sentence.start and sentence.end <= part.end for part in article.segments)
        assert sentence.of(text) == sentence.of(text).strip() != ""
        spoken[sentence.start : sentence.end] = [True] * (sentence.end - sentence.start)
    assert all(seen or character.isspace() for seen, character in zip(spoken, text, strict=True))
    for before, after in zip(article.quotes, article.quotes[1:], strict=False):
        assert before.end <= after.start
    assert all(quote.of(text)[0] in "\"'“”„«»‘’「」『』" for quote in article.quotes)


@settings(deadline=None)
@given(TEXTS)
def test_every_character_is_in_one_segment_and_one_sentence(text: str) -> None:
    """Segments cover all but white space and are disjoint; sentences lie inside them; quotations begin with a mark."""
    check(make_article(text))


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_an_article_made_again_from_its_text_is_the_same(text: str, title: str) -> None:
    """The id and the text stay, with the title and without it."""
    once = make_article(text, title)
    check(once)
    assert once.id == article_id(once.text)
    for again in (make_article(once.text), make_article(once.text, once.title), make_article(f"\n {once.text} \r\n")):
        assert (again.id, again.text) == (once.id, once.text)
    assert make_article(once.text, once.title, known=once.segments) == once


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(SegmentKind)), min_size=1, max_size=6), TEXTS)
def test_known_segments_keep_their_text_and_kind(parts: list[tuple[str, SegmentKind]], title: str) -> None:
    """What the page types is typed so in the article, wherever freezing and the title move it."""
    parts = [(f"x{text}x", kind) for text, kind in parts]
    known, position = [], 0
    for text, kind in parts:
        known.append(Segment(start=position, end=position + len(text), kind=kind))
        position += len(text) + 1
    article = make_article("\n".join(text for text, _ in parts), title, known=known)
    check(article)
    wanted = [frozen(text) for text, _ in parts]
    assert [s.of(article.text) for s in article.segments][-len(wanted) :] == wanted
    kinds = [segment.kind for segment in article.segments][-len(wanted) + 1 :] if len(wanted) > 1 else []
    assert kinds == [kind for _, kind in parts][1:]


def test_known_segments_follow_the_text_when_its_edges_are_trimmed() -> None:
    """White space and a byte order mark ahead of the text, and the title set there, move a known segment with its text."""
    text = "\ufeff \n It rained.\nTea helps 🫖\nIt stopped."
    start = text.index("Tea")
    known = [Segment(start=start, end=text.index("🫖") + 1, kind=SegmentKind.POST)]
    for title in (None, "Rain"):
        article = make_article(text, title, known=known)
        assert [s.of(article.text) for s in article.segments if s.kind is SegmentKind.POST] == ["Tea helps 🫖"]


def test_the_title_becomes_the_first_line() -> None:
    """A title that is not there yet is set ahead as the headline, its white space folded."""
    article = make_article("Officials fear a flood.", "  Dam \n may fail 🕊 ")
    assert article.text == "Dam may fail 🕊\nOfficials fear a flood."
    assert article.title == "Dam may fail 🕊"
    assert [str(segment.kind) for segment in article.segments] == ["headline", "body"]


def test_a_title_that_is_there_is_not_set_twice() -> None:
    """Case, spacing and typographic marks do not make another title; the text's own form wins."""
    article = make_article("Mayor’s plan — a fraud?\nThe council said no.", "MAYOR'S  PLAN - A FRAUD?")
    assert article.text.startswith("Mayor’s plan — a fraud?\nThe council")
    assert article.title == "Mayor’s plan — a fraud?"
    assert article.segments[0].kind is SegmentKind.HEADLINE


def test_a_first_line_that_stands_like_a_headline_is_the_title() -> None:
    """A short first line without a full stop before a paragraph becomes the title; a sentence does not."""
    assert make_article("Dam may fail\nOfficials fear that the dam may fail soon.").title == "Dam may fail"
    assert make_article("The dam failed.\nOfficials had feared it.").title is None


def test_an_empty_text_is_an_empty_article() -> None:
    """No text gives no segments, no sentences and the hash of nothing."""
    article = make_article("")
    assert (article.text, article.segments, article.sentences, article.quotes) == ("", (), (), ())
    assert article.id == "e3b0c44298fc1c14"


def test_other_fields_are_taken_over() -> None:
    """Address, outlet and licence come through as given."""
    article = make_article("It rained.", url="https://a.example/1", outlet="A", license="CC0-1.0", language="en-GB")
    assert (article.url, article.outlet, article.license, article.language) == (
        "https://a.example/1",
        "A",
        "CC0-1.0",
        "en-GB",
    )


def test_known_segments_are_checked() -> None:
    """Segments that overlap, run backwards or lie outside are refused."""
    body = SegmentKind.BODY
    with pytest.raises(SpanError, match="begins before the one ahead"):
        make_article("It rained.", known=[Segment(start=0, end=5, kind=body), Segment(start=3, end=9, kind=body)])
    with pytest.raises(SpanError, match="ends before it starts"):
        make_article("It rained.", known=[Segment(start=5, end=3, kind=body)])
    with pytest.raises(SpanError, match="outside the text"):
        make_article("It rained.", known=[Segment(start=5, end=300, kind=body)])


def test_half_an_emoji_is_refused() -> None:
    """A lone surrogate in the text or the title is an error."""
    with pytest.raises(RecordError):
        make_article("rain \ud83d")
    with pytest.raises(RecordError):
        make_article("rain", "\ud83d")


def test_titles_are_compared_without_their_form() -> None:
    """Case, runs of spaces and the shape of marks and dashes do not count; words do."""
    assert folded("“No‑one”  left") == folded('"no-one" LEFT')
    assert folded("No one left") != folded("One left")
