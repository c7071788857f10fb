"""A page → a draft, with what the markup says."""

from __future__ import annotations

import pytest

from annotate.corpus.article import make_article
from annotate.corpus.drafts import Draft
from annotate.corpus.html import page
from annotate.corpus.metadata import declared_encoding
from annotate.files import prove
from annotate.records import Article, SetAside

LEAD = "The council closed the bridge on Monday after cracks were found in two piers, its engineer said."
NEXT = "He estimated that the piers may have moved by as much as four centimetres since the winter."
HEAD = """<title>Bridge closed | Harrow Post</title>
<meta property="og:title" content="Bridge closed after cracks 🕊"><meta property="og:site_name" content="Harrow Post">
<meta name="author" content="Ann Boe"><meta property="article:published_time" content="2025-05-03T08:00:00Z">
<link rel="canonical" href="https://post.example/news/bridge-closed">"""


def html(body: str, head: str = HEAD, lang: str = ' lang="en-GB"') -> bytes:
    """Return a page with this body."""
    return f"<!DOCTYPE html><html{lang}><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def article(data: bytes) -> Article:
    """Return the article of a page, proved."""
    draft = page(data, "page.html")
    assert isinstance(draft, Draft), draft
    made = make_article(draft.text, draft.title, known=draft.known, **draft.facts)
    prove(made)
    return made


def parts(data: bytes) -> list[tuple[str, str]]:
    """Return the kind and the text of each segment of a page's article."""
    made = article(data)
    return [(str(part.kind), part.of(made.text)) for part in made.segments]


def test_a_page_gives_its_facts() -> None:
    """Title, author, day, outlet, canonical address, language and source come from the page."""
    made = article(html(f"<article><h1>Bridge closed after cracks 🕊</h1><p>{LEAD}</p><p>{NEXT}</p></article>"))
    assert made.title == "Bridge closed after cracks 🕊"
    assert made.url == "https://post.example/news/bridge-closed"
    assert (made.outlet, made.author, made.published) == ("Harrow Post", "Ann Boe", "2025-05-03")
    assert (made.language, made.license, made.source) == ("en-GB", None, "page.html")


def test_the_markup_types_headings_posts_and_captions() -> None:
    """The heading is not repeated, a signed quotation block is a post, a figure's caption a caption."""
    found = parts(
        html(
            f"""<article><h1>Bridge closed after cracks 🕊</h1><p>{LEAD}</p>
            <figure><img src="a.jpg"><figcaption>The bridge on <b>Monday</b></figcaption></figure>
            <h2>A long wait</h2><p>{NEXT}</p>
            <blockquote><p>Stuck since six.<br>Tea helps 🫖</p>— Dee (@dee) May 3, 2025</blockquote>
            <p>{NEXT} And more.</p></article>"""
        )
    )
    assert found == [
        ("headline", "Bridge closed after cracks 🕊"),
        ("body", LEAD),
        ("caption", "The bridge on Monday"),
        ("subheading", "A long wait"),
        ("body", NEXT),
        ("post", "Stuck since six.\nTea helps 🫖\n— Dee (@dee) May 3, 2025"),
        ("body", f"{NEXT} And more."),
    ]


def test_a_caption_that_is_a_link_elsewhere_is_left_out() -> None:
    """A teaser's caption, most of it a link, is no part of the article."""
    figure = '<figure><img src="a.jpg"><figcaption><a href="/x">Ten bridges that fell</a></figcaption></figure>'
    found = parts(html(f"<article><p>{LEAD}</p>{figure}<p>{NEXT}</p></article>"))
    assert "caption" not in [kind for kind, _ in found]


def test_a_page_in_the_encoding_it_declares() -> None:
    """Latin-1 is read as browsers do, as cp1252; a known codec that makes no text is not tried in vain."""
    text = (
        f"<html><head><meta charset='iso-8859-1'></head><body><article><p>{LEAD} “Łódź”"[:-7]
        + "Caf\xe9 \x93no\x94.</p></article>"
    )
    assert "Café “no”." in article(text.encode("latin-1")).text
    for name in ("hex", "undefined", "utf-16", "idna", "no-such"):  # two of them decode nothing, one cannot be
        aside = page(f"<html><head><meta charset={name}></head><body><p>{LEAD}".encode() + b"\xff", "page.html")
        assert isinstance(aside, SetAside)
        assert aside.reason == "not_utf8"


def test_the_declared_encoding_is_looked_for_in_the_head() -> None:
    """None where the page declares none or one that nobody knows."""
    assert declared_encoding(b'<meta http-equiv=x content="text/html; charset=Shift_JIS">') == "shift_jis"
    assert declared_encoding(b"<meta charset=nonsense>") is None
    assert declared_encoding(b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain words without a tag",
        b"<" * 5000,
        html("<p></p>"),
        html("<ul>" + "".join(f'<li><a href="/{n}">Story {n}</a></li>' for n in range(60)) + "</ul>"),
        html("<div>" * 5000 + LEAD),
        b"<?xml version='1.0'?><rss><channel><title>News</title></channel></rss>",
        html('<script>document.write("x")</script><div id="app"></div>'),
    ],
)
def test_a_page_without_an_article_is_set_aside(data: bytes) -> None:
    """Nothing, plain text, a list of links, a feed or an empty shell has no article, and says so."""
    aside = page(data, "page.html")
    assert isinstance(aside, SetAside)
    assert (aside.reason, aside.where) == ("no_article", "page.html")


def test_a_piece_of_a_page_is_read_too() -> None:
    """A file without an html element is read as what stands in a body."""
    assert article(f"<div><p>{LEAD}</p><p>{NEXT}</p></div>".encode()).text == f"{LEAD}\n{NEXT}"


def test_no_language_is_und() -> None:
    """A page that does not say its language, or says nonsense, is `und`."""
    body = f"<article><p>{LEAD}</p><p>{NEXT}</p></article>"
    assert article(html(body, lang="")).language == "und"
    assert article(html(body, lang=' lang="??"')).language == "und"
    assert article(html(body, lang=' lang="pt_BR"')).language == "pt-BR"


def test_the_licence_of_the_article_alone_counts() -> None:
    """JSON-LD gives it to an article; a picture's licence is not the text's, and broken JSON-LD is passed over."""
    body = f"<article><p>{LEAD}</p><p>{NEXT}</p></article>"
    picture = '{"@type": "ImageObject", "license": "ALL"}'
    text = '{"@graph": [{"@type": ["NewsArticle"], "license": " CC-BY-4.0 "}]}'
    scripts = "".join(
        f'<script type="application/ld+json">{data}</script>' for data in ("{", picture, text, '{"a":' * 5000)
    )
    assert article(html(body, head=scripts)).license == "CC-BY-4.0"
    assert (
        article(html(body, head='<link rel="license" href="https://cc.example/by">')).license == "https://cc.example/by"
    )
    assert article(html(body, head="")).license is None
