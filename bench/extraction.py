"""Our page extraction beside trafilatura's default and readability-lxml: what is found, how exactly, how fast, in one run.

Pages come with the text and the facts that are to be found, as Mozilla's Readability keeps its own: folders with
``source.html``, ``expected.html`` and ``expected-metadata.json``. Text is compared by runs of four words (F1, its mean
over the pages with a bootstrapped error), facts page by page where the page has one to be found. Time is the
processor's, the median of the rounds; in each round each system reads all pages once in a process of its own, because
trafilatura remembers pages that it has seen, and a crawl holds each page once.

    python bench/extraction.py --pages PAGES           # one round
    python bench/extraction.py --pages PAGES --full -o FILE
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import json
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import numpy as np
import trafilatura
from measures import Claim, apart, arguments, finish, measuring, ratio, row

from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import Extractor, draft_of

FACTS = ("title", "byline", "siteName", "publishedTime")
PEER, EXTRACT = "trafilatura, its default", "pages to text and facts"
RUN = 4
ARTICLE_LENGTH = 200
"""A page whose expected text is shorter, in characters, is a test of markup and no article: ours sets most of them aside."""
_WORD = re.compile(r"\w+")
_BLOCK = re.compile(r"(?i)(</?(?:p|div|li|h\d|br|td|tr|blockquote|pre|figcaption|section|article)\b)")


@dataclass
class Found:
    """What a system finds in a page."""

    text: str = ""
    title: str | None = None
    byline: str | None = None
    siteName: str | None = None  # noqa: N815 - the gold's name for it
    publishedTime: str | None = None  # noqa: N815 - likewise


def ours(extractor: Extractor) -> Callable[[bytes], Found]:
    """Return our way from a page to its text and facts."""

    def run(data: bytes) -> Found:
        draft = draft_of(Page(data, "page", "page"), extractor)
        if not isinstance(draft, Draft):
            return Found()
        facts = draft.facts
        return Found(draft.text, draft.title, facts.get("author"), facts.get("outlet"), facts.get("published"))

    return run


def default(data: bytes) -> Found:
    """Trafilatura as it comes, with metadata."""
    found = trafilatura.bare_extraction(data, with_metadata=True, include_comments=False)
    return Found(found.text or "", found.title, found.author, found.sitename, found.date) if found else Found()


def readability(data: bytes) -> Found:
    """readability-lxml, which knows a title and no other fact."""
    from readability import Document

    document = Document(data)
    return Found(plain(document.summary(html_partial=True)), document.short_title())


def plain(html: str) -> str:
    """Return the text of a piece of HTML, its blocks apart."""
    if not html.strip():
        return ""
    return str(lxml.html.fromstring(_BLOCK.sub(r" \1", html)).text_content())


def f1(found: str, expected: str) -> tuple[float, float, float]:
    """Return F1, precision and recall of the runs of words of a text."""
    one, other = runs(found), runs(expected)
    if not one and not other:
        return 1.0, 1.0, 1.0
    shared = (one & other).total()
    precision, recall = shared / max(1, one.total()), shared / max(1, other.total())
    return (2 * precision * recall / (precision + recall) if shared else 0.0), precision, recall


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Return how often each run of words is in a text; a shorter text is one run."""
    words = _WORD.findall(text)
    return (
        Counter(tuple(words[place : place + RUN]) for place in range(max(1, len(words) - RUN + 1)))
        if words
        else Counter()
    )


def agrees(fact: str, found: str | None, expected: str) -> bool:
    """Return whether a fact is as expected: the same words, and for times the same day."""
    if found is None:
        return False
    if fact == "publishedTime":
        return found[:10] == expected[:10]
    one, other = folded(found), folded(expected)
    if fact == "title":  # a title with or without its outlet behind it
        return one == other or (bool(one) and (other.startswith(one) or one.startswith(other)))
    return one == other


def folded(value: str) -> str:
    """Return the words of a value, without a leading "by"."""
    words = _WORD.findall(value.casefold())
    return " ".join(words[1:] if words[:1] == ["by"] else words)


def measure(pages: list[Path], systems: dict[str, Callable[[bytes], Found]], rounds: int) -> dict[str, Any]:
    """Return the figures of each system."""
    scores: dict[str, list[tuple[float, float, float]]] = {name: [] for name in systems}
    long: list[bool] = []
    right: dict[str, Counter[str]] = {name: Counter() for name in systems}
    filled: dict[str, Counter[str]] = {name: Counter() for name in systems}
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in systems}
    there: Counter[str] = Counter()
    for page in pages:
        data = (page / "source.html").read_bytes()
        expected = plain((page / "expected.html").read_text("utf-8"))
        long.append(len(expected) >= ARTICLE_LENGTH)
        facts = json.loads((page / "expected-metadata.json").read_text("utf-8"))
        there.update(fact for fact in FACTS if facts.get(fact))
        for name, run in systems.items():
            found = run(data)
            scores[name].append(f1(found.text, expected))
            for fact in FACTS:
                filled[name][fact] += getattr(found, fact) is not None
                right[name][fact] += bool(facts.get(fact)) and agrees(fact, getattr(found, fact), facts[fact])
    for _ in range(rounds):
        for name in systems:
            runs[name].append(apart(__file__, "--pages", pages[0].parent.resolve(), "--time", name))
    return {
        "pages": len(pages),
        "articles": sum(long),
        "to_be_found": dict(there),
        "systems": {
            name: {
                "all": spread(scores[name]),
                "articles": spread([one for one, is_long in zip(scores[name], long, strict=True) if is_long]),
                "right": {fact: right[name][fact] for fact in FACTS},
                "filled": {fact: filled[name][fact] for fact in FACTS},
                "runs": runs[name],
            }
            for name in systems
        },
    }


def timed(pages: list[Path], run: Callable[[bytes], Found]) -> dict[str, Any]:
    """Return the time for all pages, once each, after a first one that loads what is loaded late."""
    data = [(page / "source.html").read_bytes() for page in pages]
    run(data[0])
    with measuring() as found:
        for page in data:
            run(page)
    return found


def spread(scores: list[tuple[float, float, float]]) -> dict[str, float]:
    """Return the means of scores, with the error of F1's."""
    f1s, precision, recall = (list(values) for values in zip(*scores, strict=True))
    return {
        "f1": float(np.mean(f1s)),
        "error": error(f1s),
        "precision": float(np.mean(precision)),
        "recall": float(np.mean(recall)),
    }


def error(values: list[float], seed: int = 0) -> float:
    """Return the bootstrapped standard error of a mean."""
    draw = np.random.default_rng(seed)
    return float(draw.choice(values, (1000, len(values))).mean(axis=1).std())


def show(result: dict[str, Any]) -> None:
    """Print the table of what is found."""
    there = result["to_be_found"]
    told = f"{result['pages']} pages ({result['articles']} of them articles); facts to be found: {there}"
    print(f"{told}\n| system | F1 all | F1 articles | P | R | title | byline | site | published |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, one in result["systems"].items():
        facts = " | ".join(f"{one['right'][fact] / max(1, there.get(fact, 0)):.3f}" for fact in FACTS)
        every, long = one["all"], one["articles"]
        f1s = f"{every['f1']:.3f} ± {every['error']:.3f} | {long['f1']:.3f} ± {long['error']:.3f}"
        print(f"| {name} | {f1s} | {long['precision']:.3f} | {long['recall']:.3f} | {facts} |")


def main() -> None:
    """Measure what is installed."""
    parser = arguments(__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of the pages")
    parser.add_argument("--time", metavar="SYSTEM", help="time one system once")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")  # the peers' own
    systems = {PEER: default, "ours": ours(Extractor.FULL)}
    for name, module, run in (
        ("ours, fast", "resiliparse", ours(Extractor.FAST)),
        ("readability-lxml", "readability", readability),
    ):
        try:
            __import__(module)
        except ImportError:
            print(f"{name}: {module} is not installed, so it is left out", file=sys.stderr)
        else:
            systems[name] = run
    pages = sorted(path.parent for path in given.pages.glob("*/source.html"))
    if given.time:
        print(json.dumps(timed(pages, systems[given.time])))
        return
    result = measure(pages, systems, 5 if given.full else 1)
    show(result)
    rows = [row(EXTRACT, len(pages), name, one.pop("runs"), **one) for name, one in result["systems"].items()]
    found = {name: one["articles"]["f1"] for name, one in result["systems"].items()}
    claims = [
        Claim(f"Pages to articles, beside {PEER}", ratio(rows, EXTRACT, PEER), 1.9),
        Claim(f"F1 of the articles' text over that of {PEER}", found["ours"] / found[PEER], 1),
    ]
    finish("extraction", rows, claims, given.output, articles=result["articles"], to_be_found=result["to_be_found"])


if __name__ == "__main__":
    main()
