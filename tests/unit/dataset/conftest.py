"""Small golds, made by the toolkit's own `gold` from marks that a person would make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from annotate import files
from annotate.codebook import Codebook, load
from annotate.dataset.gold_file import GoldFile, gold_file
from annotate.quality.gold import gold
from annotate.records import (
    Annotation,
    Article,
    Extent,
    Gold,
    Link,
    Segment,
    SegmentKind,
    Span,
    Status,
    article_id,
)

Marks = list[tuple[str, str]]
MakeGold = Callable[..., Gold]
GoldFileOf = Callable[..., GoldFile]

WORDS = "harbour council ferry winter budget school bridge doctor market river engine garden ticket museum forest"


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def make_gold(book: Codebook) -> MakeGold:
    """Make the gold of an article from its sentences and each annotator's marks, such as ``("hedge.epistemic", "may")``."""

    def make(*sentences: str, marks: dict[str, Marks] | None = None, **fields: object) -> Gold:
        text = " ".join(sentences)
        extents, position = [], 0
        for sentence in sentences:
            extents.append(Extent(start=position, end=position + len(sentence)))
            position += len(sentence) + 1
        segments = (Segment(start=0, end=len(text), kind=SegmentKind.BODY),) if text else ()
        article = Article(
            id=article_id(text),
            text=text,
            segments=segments,
            sentences=tuple(extents),
            **fields,  # type: ignore[arg-type]  # as the test says
        )
        made = [_annotation(article, who, of, book) for who, of in (marks or {"a": []}).items()]
        (record,) = gold(made, [article], book)
        assert isinstance(record, Gold)
        return record

    return make


def _annotation(article: Article, annotator: str, marks: Marks, book: Codebook) -> Annotation:
    spans = []
    for number, (mark, quote) in enumerate(marks):
        layer, label = mark.split(".")
        start = article.text.index(quote)
        spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=start + len(quote), text=quote))
    claims = [span for span in spans if span.layer == "claim"]
    sources = [span for span in spans if span.layer == "source"]
    return Annotation(
        article_id=article.id,
        text_sha256=article.sha256,
        annotator=annotator,
        status=Status.SUBMITTED,
        codebook=book.ref,
        spans=tuple(spans),
        links=tuple(Link(type="attributed_to", from_=c.id, to=s.id) for c in claims for s in sources),
    )


@pytest.fixture(scope="session")
def fire(make_gold: MakeGold) -> Gold:
    """An article with an emoji, a claim of a named source, a hedge that two of three marked, and a tie."""
    claim: tuple[str, str] = ("claim.unverified", "the mill 🔥 burnt down")
    source, hedge = ("source.person", "Ada Quill"), ("hedge.epistemic", "may")
    return make_gold(
        "Ada Quill said the mill 🔥 burnt down.",
        "Two people may be missing.",
        "Rain fell.",
        marks={
            "a": [claim, source, hedge],
            "b": [claim, source, hedge],
            "c": [claim, source],
            "d": [("claim.disputed", "the mill 🔥 burnt down"), source],
        },
        title="Fire 🔥",
        outlet="The Wick",
        url="https://wick.example/fire",
        language="en",
        license="CC-BY-4.0",
        published="2031-02-03",
    )


@pytest.fixture(scope="session")
def corpus(make_gold: MakeGold, fire: Gold) -> list[Gold]:
    """Fourteen articles: `fire`, ten plain ones of which four hedge, a pair that differs in one word, and a correction."""
    words = WORDS.split()
    golds = [fire]
    for number in range(10):
        turned = words[number:] + words[:number]
        first = f"The {turned[0]} of {turned[3]} opened {number} days late near the old {turned[5]}."
        second = f"It may close the {turned[7]} again before {turned[9]} season {number} begins."
        marks = [("hedge.epistemic", "may")] if number % 3 == 0 else []
        claim = ("claim.verified" if number % 2 else "claim.unverified", first[:-1])
        golds.append(
            make_gold(first, second, marks={"a": [claim, *marks], "b": [claim, *marks]}, outlet=f"Paper {number}")
        )
    long = "Divers searched the quay from dawn while their families waited behind the rope and sang to keep warm"
    golds.append(make_gold(f"{long} on Monday.", license="CC-BY-4.0"))
    golds.append(make_gold(f"{long} on Tuesday.", language="nn"))
    golds.append(make_gold("The fire at the mill killed nobody, a clerk said later.", supersedes=fire.article.id))
    return golds


@pytest.fixture
def gold_file_of(tmp_path: Path) -> GoldFileOf:
    """Write golds to a file and open it as the dataset stage does."""

    def made(golds: Iterable[Gold], name: str = "gold.jsonl") -> GoldFile:
        path = tmp_path / name
        files.write(path, golds)
        with gold_file(path) as found:
            return found

    return made
