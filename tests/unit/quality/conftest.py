"""Small articles and annotations, written as a person would mark them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from annotate.codebook import Codebook, load
from annotate.records import (
    Annotation,
    Article,
    Extent,
    Link,
    Segment,
    SegmentKind,
    Span,
    Status,
    article_id,
)

MakeArticle = Callable[..., Article]
MakeAnnotation = Callable[..., Annotation]


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def make_article() -> MakeArticle:
    """Make an article of one body segment from its sentences."""

    def make(*sentences: str, kind: SegmentKind = SegmentKind.BODY) -> Article:
        text = " ".join(sentences)
        extents, position = [], 0
        for sentence in sentences:
            extents.append(Extent(start=position, end=position + len(sentence)))
            position += len(sentence) + 1
        segments = (Segment(start=0, end=len(text), kind=kind),) if text else ()
        return Article(id=article_id(text), text=text, segments=segments, sentences=tuple(extents))

    return make


@pytest.fixture(scope="session")
def by(book: Codebook) -> MakeAnnotation:
    """Make an annotation from marks such as ``("claim.unverified", "taxes fell")``; ids are s0, s1 and so on."""

    def make(annotator: str, article: Article, *marks: tuple[str, str], **fields: object) -> Annotation:
        spans = []
        for number, (mark, quote) in enumerate(marks):
            layer, label = mark.split(".")
            start = article.text.index(quote)
            end = start + len(quote)
            spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=end, text=quote))
        values: dict[str, object] = {
            "article_id": article.id,
            "text_sha256": article.sha256,
            "annotator": annotator,
            "status": Status.SUBMITTED,
            "codebook": book.ref,
            "spans": tuple(spans),
        }
        if "links" in fields:
            ends = fields.pop("links")
            assert isinstance(ends, list)
            fields["links"] = tuple(Link(type="attributed_to", from_=f"s{a}", to=f"s{b}") for a, b in ends)
        return Annotation(**(values | fields))  # type: ignore[arg-type]  # the fields are as the test says

    return make


@pytest.fixture(scope="session")
def table() -> Callable[[dict[str, dict[str, str]]], pd.DataFrame]:
    """Make a table of labels, of item → annotator → label."""

    def make(items: dict[str, dict[str, str]]) -> pd.DataFrame:
        rows = [(item, annotator, label) for item, votes in items.items() for annotator, label in votes.items()]
        return pd.DataFrame(rows, columns=["item", "annotator", "label"])

    return make


@pytest.fixture(scope="session")
def simulated() -> Callable[..., tuple[pd.DataFrame, pd.Series]]:
    """Make votes of annotators who are right with a probability of their own, and the truth.

    Annotators and labels first appear in sorted order: crowd-kit's MACE mixes up names that do not.
    """

    def make(items: int = 400, people: int = 12, votes: int = 5, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
        draw = np.random.default_rng(seed)
        truth = draw.choice(3, items, p=[0.5, 0.3, 0.2])
        skill = draw.beta(6, 2, people)
        item = np.repeat(np.arange(items), votes)
        annotator = np.concatenate([np.sort(draw.choice(people, votes, replace=False)) for _ in range(items)])
        right = draw.random(len(item)) < skill[annotator]
        label = np.where(right, truth[item], (truth[item] + draw.integers(1, 3, len(item))) % 3)
        names = np.array(["none", "unverified", "verified"])
        codes, seen = pd.factorize(label)
        who = [f"p{n:02}" for n in pd.factorize(annotator)[0]]
        data = pd.DataFrame({"item": item, "annotator": who, "label": names[codes]})
        return data, pd.Series(names[np.argsort(seen)[truth]])

    return make
