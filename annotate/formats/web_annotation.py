"""W3C Web Annotation (https://www.w3.org/TR/annotation-model/): one annotation a line, a span or a link."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annotate.formats.marks import Marks, joined, parted
from annotate.records import Article, Link, SetAside, Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""Characters of context on each side of a quote."""

Json = dict[str, Any]


def lines(marked: Iterable[Marks]) -> Iterator[str]:
    """Yield the annotations as JSON, each with its newline: the spans of an article, then its links."""
    for marks in marked:
        for span in marks.spans:
            yield json.dumps(_span(marks, span), ensure_ascii=False) + "\n"
        for number, link in enumerate(marks.links, 1):
            yield json.dumps(_link(marks, link, number), ensure_ascii=False) + "\n"


def _source(article: str) -> str:
    return f"urn:reportedly:article:{article}"


def _span(marks: Marks, span: Span) -> Json:
    body: list[Json] = [{"type": "TextualBody", "purpose": "tagging", "value": joined(span)}]
    if span.basis is not None:
        body.append({"type": "TextualBody", "purpose": "describing", "value": f"basis: {span.basis}"})
    before, after = marks.text[max(0, span.start - AROUND) : span.start], marks.text[span.end : span.end + AROUND]
    return {
        "@context": CONTEXT,
        "id": f"{_source(marks.article_id)}#{span.id}",
        "type": "Annotation",
        "motivation": "tagging",
        "body": body,
        "target": {
            "source": _source(marks.article_id),
            "selector": [
                {"type": "TextPositionSelector", "start": span.start, "end": span.end},
                {"type": "TextQuoteSelector", "exact": span.text, "prefix": before, "suffix": after},
            ],
        },
    }


def _link(marks: Marks, link: Link, number: int) -> Json:
    source = _source(marks.article_id)
    return {
        "@context": CONTEXT,
        "id": f"{source}#link-{number}",
        "type": "Annotation",
        "motivation": "linking",
        "body": [f"{source}#{link.to}", {"type": "TextualBody", "purpose": "tagging", "value": link.type}],
        "target": f"{source}#{link.from_}",
    }


def read(rows: Iterable[tuple[str, bytes | SetAside]], articles: Mapping[str, Article]) -> Iterator[Marks | SetAside]:
    """Yield each article's marks, in the order in which they come first; what cannot be read comes as a `SetAside`.

    A place whose offsets do not read as its quote says is looked for by quote and context, and taken where it is found once.

    Args:
        rows: (file:line, line) of the file.
        articles: frozen articles by id.
    """
    spans: dict[str, list[Span]] = {}
    links: dict[str, list[Link]] = {}
    for where, row in rows:
        if isinstance(row, SetAside):
            yield row
            continue
        try:
            given = json.loads(row)
            if given["motivation"] == "linking":
                article, start = _named(str(given["target"]))
                links.setdefault(article, []).append(
                    Link(type=given["body"][1]["value"], from_=start, to=_named(str(given["body"][0]))[1])
                )
                continue
            article, span = _read_span(given, articles)
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            detail = f"not an annotation of this kind: {type(error).__name__} {error}"
            yield SetAside(reason="schema", where=where, detail=detail)
            continue
        if span is None:
            detail = "neither its offsets nor its quote lead to one place of the article"
            yield SetAside(reason="no_place", where=where, detail=detail)
        else:
            spans.setdefault(article, []).append(span)
    for article, found in spans.items():
        text = articles[article].text if article in articles else ""
        yield Marks(article, text, tuple(found), tuple(links.get(article, ())))


def _named(address: str) -> tuple[str, str]:
    source, _, name = address.partition("#")
    return source.rpartition(":")[2], name


def _read_span(given: Json, articles: Mapping[str, Article]) -> tuple[str, Span | None]:
    article, name = _named(str(given["id"]))
    selectors = {one["type"]: one for one in given["target"]["selector"]}
    quote, place = selectors["TextQuoteSelector"], selectors.get("TextPositionSelector")
    exact = str(quote["exact"])
    text = articles[article].text if article in articles else None
    start = int(place["start"]) if place else -1
    if text is not None and (start < 0 or text[start : start + len(exact)] != exact):
        start = _found(text, exact, str(quote.get("prefix", "")), str(quote.get("suffix", "")))
    if start < 0 or not exact:
        return article, None
    layer, label = parted(str(given["body"][0]["value"]))
    told = [
        str(one["value"]).removeprefix("basis: ") for one in given["body"][1:] if one.get("purpose") == "describing"
    ]
    span = Span(
        id=name,
        layer=layer,
        label=label,
        start=start,
        end=start + len(exact),
        text=exact,
        basis=told[0] if told else None,
    )
    return article, span


def _found(text: str, exact: str, prefix: str, suffix: str) -> int:
    """Return the one place where a quote stands in its context; -1 where there is none, or more than one."""
    whole = prefix + exact + suffix
    place = text.find(whole)
    if place >= 0 and text.find(whole, place + 1) < 0:
        return place + len(prefix)
    place = text.find(exact) if exact else -1
    return place if place >= 0 and text.find(exact, place + 1) < 0 else -1
