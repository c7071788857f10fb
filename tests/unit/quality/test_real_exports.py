"""Six real exports with two layers, drafts, skipped tasks and several annotations by one person: all is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.codebook import Codebook
from annotate.quality.agreement import measured
from annotate.quality.labelled import labelled
from annotate.quality.mapping import Mark
from annotate.records import Outcome
from annotate.studio.exports import Export

COUNTS = {
    # articles, annotators, annotations that count, set aside, spans compared
    "LEOKA_team_1": (129, 3, 386, {"draft": 4}, 6461),
    "LEOKA_team_2": (129, 3, 385, {"draft": 2, "skipped": 2}, 6434),
    "LEOKA_team_4": (128, 3, 354, {"draft": 6, "skipped": 2}, 5554),
    "LEOKA_team_6": (127, 3, 322, {"draft": 16}, 4084),
    "LEOKA_team_8": (129, 3, 307, {"skipped": 2, "draft": 2}, 4019),
    "LEOKA_team_10": (128, 4, 456, {"draft": 10}, 10681),
}


@pytest.mark.parametrize("name", COUNTS)
def test_agreement_on_real_exports(name: str, shared: Path, book: Codebook) -> None:
    """Every submitted annotation is measured, the others are counted with their reasons, and every number is there."""
    export = Export(shared / "labelstudio-exports" / f"{name}.json")
    annotations = list(Outcome(export.annotations(book, str)))
    articles = list(Outcome(export.articles()))
    marks = {(span.layer, span.label) for annotation in annotations for span in annotation.spans}
    table: dict[Mark, Mark | None] = dict.fromkeys(marks, ("claim", "unverified"))
    stream = Outcome(labelled(annotations, articles, book, table))
    found = measured(stream, book, resamples=20)
    submitted = sum(one.status == "submitted" for one in annotations)
    assert sum(one.articles for one in found.annotators) == submitted
    claim = found.layers["claim"]
    assert claim.exact_any is not None
    counted = found.articles, len(found.annotators), submitted, dict(stream.reasons), claim.exact_any.used
    assert counted == COUNTS[name]
    for measure in (claim.alpha_any, claim.unitised_any, claim.exact_any, claim.half_any, claim.token_any):
        assert measure is not None
        assert measure.value is not None
        assert 0.3 < measure.value < 1
        assert measure.interval is not None
    assert claim.half_any is not None
    assert claim.half_any.value is not None
    assert claim.exact_any.value is not None
    assert claim.half_any.value >= claim.exact_any.value
    assert [one.articles + sum(one.left_out.values()) for one in found.lead_times] == [
        one.articles for one in found.annotators
    ]
