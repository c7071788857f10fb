"""The report: whole, escaped, and loading nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import load
from annotate.errors import DataError, RecordError
from annotate.files import write
from annotate.records import (
    Annotation,
    Annotator,
    Article,
    Extent,
    Gold,
    GoldItem,
    Segment,
    SegmentKind,
    Span,
    Status,
    Target,
    article_id,
    text_sha256,
)
from annotate.report.page import page
from annotate.report.texts import pieces

BOOK = load()
TEXT = "Dam <script>alert(1)</script> may fail 🕊, the mayor said."


def span(layer: str, label: str, quote: str, text: str = TEXT) -> Span:
    """Return a span that covers the first occurrence of a quote."""
    start = text.index(quote)
    return Span(id=quote, layer=layer, label=label, start=start, end=start + len(quote), text=quote)


def article(text: str = TEXT) -> Article:
    """Return an article of one sentence, from an outlet with a hostile name."""
    whole = Extent(start=0, end=len(text))
    return Article(
        id=article_id(text),
        text=text,
        outlet='The "Quote" & Sons <b>',
        segments=(Segment(start=0, end=len(text), kind=SegmentKind.BODY),) if text else (),
        sentences=(whole,) if text else (),
    )


def annotation(name: str, status: Status = Status.SUBMITTED, lead_time: float | None = 90) -> Annotation:
    """Return one annotator's work on the article."""
    return Annotation(
        article_id=article().id,
        text_sha256=text_sha256(TEXT),
        annotator=name,
        status=status,
        codebook=BOOK.ref,
        spans=(span("hedge", "epistemic", "may"),) if status == Status.SUBMITTED else (),
        lead_time=lead_time,
    )


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build folder with articles (an empty one too), two annotators' work and gold."""
    target = Target(
        label=None, votes={"a1": "none", "a2": "disputed"}, soft={"none": 0.5, "disputed": 0.5}, contested=True
    )
    item = GoldItem(start=0, end=len(TEXT), targets={"status": target})
    gold = Gold(
        article=article(),
        codebook=BOOK.ref,
        sentences=(item,),
        spans=(span("hedge", "epistemic", "may"), span("claim", "unverified", "may fail")),
        annotators=(Annotator(id="a1"), Annotator(id="a2")),
    )
    write(tmp_path / "articles.jsonl", [article(), article("")])
    write(
        tmp_path / "annotations.jsonl",
        [annotation("a1"), annotation("a2", lead_time=None), annotation("a3", Status.SKIPPED)],
    )
    write(tmp_path / "gold.jsonl", [gold])
    return tmp_path


class Resources(HTMLParser):
    """Collects what a page would load, and the tags that it has."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        super().__init__()
        self.loaded: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and what it names elsewhere."""
        self.tags.append(tag)
        self.loaded += [
            v or ""
            for k, v in attrs
            if k in {"src", "href", "action", "data", "srcset"} and not (v or "").startswith("#")
        ]


def test_nothing_is_loaded_and_article_text_stays_text(build: Path) -> None:
    """The page has no script but its own, no link outside itself, and shows hostile text as text."""
    text = page(build, BOOK, "<i>Title</i>")
    found = Resources()
    found.feed(text)
    assert found.loaded == []
    assert not {"iframe", "img", "link", "i>"} & set(found.tags)
    assert found.tags.count("script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;i&gt;Title&lt;/i&gt;" in text
    assert "The &#34;Quote&#34; &amp; Sons &lt;b&gt;" in text
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", text)


def test_what_is_missing_says_how_to_make_it(build: Path) -> None:
    """Sections without their file name the target that makes it."""
    text = page(build, BOOK, "Report")
    assert "the baseline was not judged yet: make evaluate" in text
    assert "agreement was not measured yet: make agreement" in text
    assert "nothing was pulled yet" not in text


def test_progress_counts_each_annotator(build: Path) -> None:
    """Submitted, skipped and untouched articles are told apart, and times are given only where measured."""
    text = page(build, BOOK, "Report")
    assert 'aria-label="submitted 1, skipped 0, draft 0, untouched 1"' in text
    assert 'aria-label="submitted 0, skipped 1, draft 0, untouched 1"' in text
    assert '<td class="n">1.5</td>' in text
    assert '<td class="n">not measured</td>' in text


def test_gold_is_counted(build: Path) -> None:
    """Sentences, spans, and the share of each label by target."""
    text = page(build, BOOK, "Report")
    assert "1 sentences of 1 articles; 2 spans and 0 links" in text
    assert re.search(r"contested <b>1</b> \(100%\)", text)
    assert "object at 0x" not in text


def test_the_corpus_says_what_is_read(build: Path) -> None:
    """Segments with their characters, outlets with their articles."""
    text = page(build, BOOK, "Report")
    assert f"2 articles, {len(TEXT.split())} words, 1 sentences, of which 1 are read" in text
    assert f'<th>body</th><td class="n">1</td><td class="n">{len(TEXT)}</td>' in text


def test_contested_sentences_stand_first_with_their_votes(build: Path) -> None:
    """A sentence without a majority is shown with who said what."""
    text = page(build, BOOK, "Report")
    part = text[text.index("Where the annotators differ most") :]
    assert part.index("<code>a1</code>") < part.index("<code>a2</code>")


def test_an_empty_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """A folder with nothing in it says so instead of making an empty page."""
    with pytest.raises(DataError, match="nothing to report on") as caught:
        page(tmp_path, BOOK, "Report")
    assert "make report" in (caught.value.hint or "")


def test_a_broken_json_file_names_itself(build: Path) -> None:
    """A truncated evaluation is an error with its path."""
    (build / "evaluation.json").write_text('{"model": ')
    with pytest.raises(RecordError, match=r"evaluation\.json"):
        page(build, BOOK, "Report")


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15)), max_size=5), st.data())
def test_pieces_joined_are_the_text(text: str, ends: list[tuple[int, int]], data: st.DataObject) -> None:
    """However spans overlap, no character is lost, doubled or moved."""
    labels = [(layer.name, label.name) for layer in BOOK.layer for label in layer.label]
    spans = [
        Span(id=str(n), layer=layer, label=label, start=start, end=start + length, text="")
        for n, (start, length) in enumerate(ends)
        for layer, label in [data.draw(st.sampled_from(labels))]
    ]
    start = data.draw(st.integers(0, len(text)))
    extent = Extent(start=start, end=data.draw(st.integers(start, len(text))))
    assert "".join(piece.text for piece in pieces(text, extent, spans, BOOK)) == extent.of(text)


def test_a_hedge_inside_a_claim_shows_both() -> None:
    """Where a cue lies in a claim, the piece carries the claim's underline and the cue's fill."""
    spans = [span("claim", "unverified", "may fail"), span("hedge", "epistemic", "may")]
    found = {piece.text: piece for piece in pieces(TEXT, Extent(start=0, end=len(TEXT)), spans, BOOK)}
    colour = {label.name: label.color for layer in BOOK.layer for label in layer.label}
    assert found["may"].under == found[" fail"].under == colour["unverified"]
    assert (found["may"].fill, found[" fail"].fill) == (colour["epistemic"], "")
    assert found["may"].kinds == "claim unverified hedge epistemic"
