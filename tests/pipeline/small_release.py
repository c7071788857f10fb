"""Small releases for tests, built by the command from golds whose answers are known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from annotate import files
from annotate.codebook import load
from annotate.quality.gold import gold
from annotate.records import Annotation, Article, Extent, Gold, Outcome, Segment, SegmentKind, Span, Status, article_id

ANNOTATE = [sys.executable, "-m", "annotate"]


def article(number: int, license_name: str) -> Article:
    """Return an article of two sentences that shares no run of words with another."""
    told = [
        f"The mill{number} of town{number} may{number} burn 🔥 soon{number}.",
        f"It may close{number} by then{number}.",
    ]
    text = " ".join(told)
    starts = [text.index(one) for one in told]
    return Article(
        id=article_id(text),
        text=text,
        outlet=f"Paper {number}",
        license=license_name,
        language="en",
        segments=(Segment(start=0, end=len(text), kind=SegmentKind.BODY),),
        sentences=tuple(Extent(start=start, end=start + len(one)) for start, one in zip(starts, told, strict=True)),
    )


def annotation(of: Article, annotator: str, *, hedged: bool) -> Annotation:
    """Return one claim and, if so, one hedge."""
    claim, hedge = of.sentences[0], of.text.rindex("may ")
    marks = [("claim", "unverified", claim.start, claim.end - 1)]
    marks += [("hedge", "epistemic", hedge, hedge + 3)] if hedged else []
    return Annotation(
        article_id=of.id,
        text_sha256=of.sha256,
        annotator=annotator,
        status=Status.SUBMITTED,
        codebook=load().ref,
        spans=tuple(
            Span(id=f"s{n}", layer=layer, label=label, start=start, end=end, text=of.text[start:end])
            for n, (layer, label, start, end) in enumerate(marks)
        ),
    )


def build(folder: Path, count: int, license_name: str = "CC0-1.0") -> Path:
    """Build the release of so many articles, of which two annotators hold every second for hedged, and return it."""
    articles = [article(number, license_name) for number in range(count)]
    made = [annotation(one, who, hedged=n % 2 == 0) for n, one in enumerate(articles) for who in ("a", "b")]
    stream: Outcome[Gold] = Outcome(gold(made, articles, load()))
    files.write(folder / "gold.jsonl", stream)
    command = [*ANNOTATE, "dataset", "build", folder / "gold.jsonl", "-o", folder / "dataset"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "dataset"
