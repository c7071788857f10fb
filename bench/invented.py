"""Invented news at any size, the same each time: sentences, articles whose sentences are known, and pages around them.

Made of a few hundred words and moulds, so it is poorer than real news: caches hit more often, and rates are higher.
Every number goes into the text, so that no two sentences are alike.
"""
# ruff: noqa: INP001 - scripts' shared part

from __future__ import annotations

import random
from collections.abc import Iterator

NAMES = ("Ada Brenn", "Gen. Boe", "Dr. Ilse Quay", "Marek Tóth", "Mrs. Odum", "J. R. Halden", "Sen. Ruiz", "Yusuf 東")
PLACES = (
    "Tarn Pass",
    "the old harbour",
    "Merrowbank",
    "St. Orsel",
    "the U.S. depot",
    "Côte-Rive",
    "the mill 🕊",
    "Lower Stook",
)
THINGS = (
    "the levy",
    "a bridge",
    "the ferry list",
    "two wards",
    "the tender",
    "a water tower",
    "the ballot",
    "a relief fund",
)
VERBS = ("closed", "repaired", "sold", "counted", "delayed", "inspected", "promised", "lost")
HEDGES = ("may have", "reportedly", "allegedly", "might have", "is said to have", "appears to have")
WHEN = ("on Monday", "at 5 p.m.", "in Jan. 2031", "last week", "before dawn", "after the storm")
MOULDS = (
    "{name} {verb} {thing} near {place} {when}, case No. {n}.",
    "{name} {hedge} {verb} {thing} {when}, file {n} shows.",
    "“We {verb} {thing} {n} times.",
    "Nobody knows,” {name} said of {place}.",
    "According to {name}, {thing} at {place} cost $3.{n} million.",
    "It is unclear whether {name} {verb} {thing} {when}, and claim {n} could not be confirmed.",
    "Why was {thing} number {n} {verb}?",
    "The clerk of {place} confirmed {when} that {n} people saw {thing}.",
    "Rain fell on {place} {when} for the {n}th time.",
    "{name}, who {verb} {thing} in {place}, denied report {n}!",
    "Officials at {place} believe that roughly {n} visitors {hedge} {verb} {thing}.",
    "{thing_} at {place} was {verb} by {name} (see page {n}).",
)
SENTENCES = 24
"""Sentences in an article."""
PARAGRAPH = 3
"""Sentences in a paragraph."""
_MENU = (
    "Home",
    "World",
    "Politics",
    "Business",
    "Sport",
    "Culture",
    "Weather",
    "Podcasts",
    "Letters",
    "Archive",
    "Shop",
    "Sign in",
)
_STYLE = "".join(f".c{n}{{margin:{n}px;padding:{n % 7}px;color:#{n * 4099 % 0xFFFFFF:06x}}}" for n in range(300))
_SCRIPT = "".join(f"window.q=window.q||[];q.push(['slot',{n},'/ads/{n * 17}']);" for n in range(150))


def sentence(number: int) -> str:
    """Return the sentence of this number; no other number gives it."""
    draw = random.Random(number)  # noqa: S311 - invented text, no secret
    mould = MOULDS[number % len(MOULDS)]
    thing = draw.choice(THINGS)
    parts = {"name": draw.choice(NAMES), "place": draw.choice(PLACES), "thing": thing, "thing_": thing.capitalize()}
    parts |= {"verb": draw.choice(VERBS), "hedge": draw.choice(HEDGES), "when": draw.choice(WHEN)}
    return mould.format(n=number, **parts)


def sentences(count: int, first: int = 0) -> Iterator[str]:
    """Yield so many sentences."""
    return map(sentence, range(first, first + count))


def paragraphs(number: int) -> list[list[str]]:
    """Return the sentences of the article of this number, by paragraph."""
    found = list(sentences(SENTENCES, number * SENTENCES))
    return [found[at : at + PARAGRAPH] for at in range(0, SENTENCES, PARAGRAPH)]


def article(number: int) -> str:
    """Return the text of the article of this number."""
    return "\n".join(" ".join(each) for each in paragraphs(number))


def page(number: int) -> str:
    """Return a page with that article in it, and round it what pages have: menus, styles, scripts, teasers, a footer."""
    title = f"Council report {number}: {THINGS[number % len(THINGS)]} in {PLACES[number % len(PLACES)]}"
    day = f"2031-{number % 12 + 1:02}-{number % 28 + 1:02}"
    menu = "".join(f'<li class="c{n}"><a href="/{word.lower()}/">{word}</a></li>' for n, word in enumerate(_MENU))
    body = "\n".join(f'<p class="c{n}">{" ".join(each)}</p>' for n, each in enumerate(paragraphs(number)))
    teasers = "".join(
        f'<div class="teaser c{n}"><a href="/story/{number + n}"><img src="/i/{number + n}.jpg" alt="">Story {number + n}</a></div>'
        for n in range(1, 21)
    )
    linked = f'{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{title}","datePublished":"{day}T08:00:00Z"'
    linked += f',"author":{{"@type":"Person","name":"{NAMES[number % len(NAMES)]}"}}}}'
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | The Stook Ledger</title>
<meta property="og:site_name" content="The Stook Ledger"><meta property="og:title" content="{title}">
<link rel="canonical" href="https://ledger.example/story/{number}"><style>{_STYLE}</style>
<script type="application/ld+json">{linked}</script><script>{_SCRIPT}</script></head>
<body><header><nav><ul>{menu}</ul></nav><form action="/search"><input name="q"></form></header>
<main><article><h1>{title}</h1><p class="byline">By {NAMES[number % len(NAMES)]}</p><time datetime="{day}">{day}</time>
{body}</article>
<aside><h2>Most read</h2>{teasers}</aside></main>
<footer><ul>{menu}</ul><p>© 2031 The Stook Ledger. All rights reserved. Contact · Privacy · Cookies · Terms</p></footer>
<script>{_SCRIPT}</script></body></html>"""


def record(number: int) -> bytes:
    """Return the page of this number as a record of a web archive."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page(number).encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://ledger.example/story/{number}\r\n"
    head += f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    return head.encode() + answer + b"\r\n\r\n"
