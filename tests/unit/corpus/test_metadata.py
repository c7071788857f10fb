"""What a page declares of itself, and what is found where it does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from annotate.corpus.drafts import Draft, Page
from annotate.corpus.findings import undeclared
from annotate.corpus.html import Extractor, draft_of
from annotate.corpus.metadata import Declared, Head, declared, head_of

LEAD = "The council closed the bridge on Monday after cracks were found in two piers, its engineer said."


def said(head: str) -> Declared:
    """Return what a page with this head declares."""
    return declared(head_of(document_fromstring(f"<html><head>{head}</head><body><p>🕊</p></body></html>")))


def linked(value: object, before: str = "", after: str = "") -> str:
    """Return a script of JSON-LD."""
    return f'<script type="application/ld+json">{before}{json.dumps(value)}{after}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Bridge closed 🕊",
    "datePublished": "2025-05-03T23:30:00-04:00",
    "author": [{"@type": "Person", "name": "Ann Boe"}, {"name": "by Cy Dee"}],
    "publisher": {"name": "Harrow Post"},
    "license": "CC-BY-4.0",
}
FACTS = Declared("Bridge closed 🕊", "Ann Boe; Cy Dee", "2025-05-03", "Harrow Post", None, "CC-BY-4.0")


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("\n<![CDATA[\n", "\n]]>"), ("//<![CDATA[\n", "//]]>"), ("<!--", "-->"), (" ", ";")]
)
def test_linked_data_however_they_are_wrapped(before: str, after: str) -> None:
    """The facts of the article's node are read, the day in the page's own time zone."""
    assert said(linked(ARTICLE, before, after)) == FACTS
    assert said(linked({"@graph": [{"@type": "WebSite", "name": "x"}, ARTICLE]}, before, after)) == FACTS
    assert said(linked([ARTICLE | {"@type": ["Thing", "ReportageNewsArticle"]}], before, after)) == FACTS


def test_names_by_reference() -> None:
    """An author who is named elsewhere on the page is found by the reference; addresses are no names."""
    graph = [ARTICLE | {"author": {"@id": "#ann"}}, {"@id": "#ann", "@type": "Person", "name": "Ann Boe"}]
    assert said(linked({"@graph": graph})).author == "Ann Boe"
    assert said(linked(ARTICLE | {"author": "https://a.example/ann"})).author is None
    assert said(linked(ARTICLE | {"author": {"@id": "#nobody"}})).author is None
    assert said(linked(ARTICLE | {"author": [[["deep"]], {"name": {"name": "Ann Boe"}}]})).author is not None


def test_meta_elements_where_there_is_no_linked_data() -> None:
    """OpenGraph, Dublin Core and the names in use; several names in one property; nothing from empty ones."""
    found = said(
        """<meta property="og:title x:title" content="Bridge &amp; tunnel"><meta name="DC.creator" content="Ann Boe">
        <meta property="article:published_time" content="20250503"><meta property="og:site_name" content=" Harrow  Post ">
        <link rel="canonical" href="https://a.example/1"><link rel="nofollow license" href="https://l.example/">"""
    )
    assert found == Declared(
        "Bridge & tunnel", "Ann Boe", "2025-05-03", "Harrow Post", "https://a.example/1", "https://l.example/"
    )
    assert said('<meta name="author" content=" "><meta name="author"><meta content="x"><link>') == Declared()
    assert said('<meta name="author" content="@ann"><meta name="pubdate" content="2025-02-30">') == Declared()
    assert said('<meta name="pubdate" content="1899-01-01">') == Declared()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["@type", "@id", "name", "author", "datePublished", "license", "publisher", "headline"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_linked_data_of_any_shape(value: object) -> None:
    """Whatever is written there, nothing but text comes out."""
    found = declared(Head([json.dumps([value, {"@type": "Article", "author": value, "headline": value}])], [], []))
    for fact in (found.title, found.author, found.published, found.outlet, found.license):
        assert fact is None or (isinstance(fact, str) and fact.strip())


def test_the_text_is_searched_for_what_is_missing() -> None:
    """The heading that the title repeats, a byline and a day in the text, the host as outlet; what is declared stays."""
    tree = document_fromstring(
        f"""<html><head><title>Bridge closed 🕊 | Harrow Post</title></head><body><h1>Harrow Post</h1>
        <article><h1>Bridge closed 🕊</h1><p class="author">Ann Boe</p><time datetime="2025-05-03">3 May</time>
        <p>{LEAD}</p></article></body></html>"""
    )
    found = undeclared(tree, Declared(url="https://www.a.example/1"))
    assert (found.title, found.author, found.published) == ("Harrow Post", "Ann Boe", "2025-05-03")
    assert undeclared(tree, FACTS).title == FACTS.title
    assert undeclared(document_fromstring("<p>x"), Declared(url="https://www.a.example/1")).outlet == "a.example"
    assert undeclared(document_fromstring("<p>x"), Declared(url="https://[")).outlet is None


@pytest.mark.parametrize("extractor", list(Extractor))
def test_both_extractors_read_the_same_from_a_plain_page(extractor: Extractor) -> None:
    """Paragraphs, headings and all declared facts, wherever in the page the linked data stand."""
    if extractor is Extractor.FAST:
        pytest.importorskip("resiliparse", reason="the extra [web] is not installed")
    page = f"""<!DOCTYPE html><html lang="en-GB"><head><title>x</title></head><body><article><h1>Bridge closed 🕊</h1>
        <p>{LEAD}</p><h2>A long wait</h2><p>{LEAD} &amp; more &lt;b&gt;.</p></article>{linked(ARTICLE)}</body></html>"""
    draft = draft_of(Page(page.encode(), "a:1", "a", "https://a.example/1"), extractor)
    assert isinstance(draft, Draft)
    assert draft.text.split("\n") == [LEAD, "A long wait", f"{LEAD} & more <b>."]
    assert (draft.title, draft.facts["language"], draft.facts["source"]) == ("Bridge closed 🕊", "en-GB", "a")
    assert (draft.facts["author"], draft.facts["published"]) == ("Ann Boe; Cy Dee", "2025-05-03")
    assert (draft.facts["url"], draft.facts["license"]) == ("https://a.example/1", "CC-BY-4.0")


def test_the_slow_way_is_taken_where_little_is_found() -> None:
    """A text in paragraphs that the quick way leaves out is found by the slow one."""
    teaser = f"<article><p>{LEAD}</p></article>"
    story = "".join(
        f"<p>{LEAD} It was the {n}th time this year that the bridge had to be closed.</p>" for n in range(9)
    )
    page = f"<html><body>{teaser}<section class='story'>{story}</section></body></html>"
    draft = draft_of(Page(page.encode(), "a", "a"))
    assert isinstance(draft, Draft)
    assert "8th time" in draft.text


def test_the_servers_charset_counts_where_the_page_names_none() -> None:
    """Bytes that are not UTF-8 are read as the server says."""
    data = f"<html><body><p>{LEAD} caf\xe9.</p></body></html>".encode("latin-1")
    draft = draft_of(Page(data, "a", "a", None, "ISO-8859-1"))
    assert isinstance(draft, Draft)
    assert draft.text.endswith("café.")
    assert not isinstance(draft_of(Page(data, "a", "a", None, "no-such\x00")), Draft)
