"""The report's section on agreement: what is shown, and what undefined numbers say."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.codebook import load
from annotate.files import write, write_json
from annotate.quality.agreement import Agreement, Measure, TargetAgreement
from annotate.quality.bootstrap import Interval as AgreementInterval
from annotate.records import Article, article_id
from annotate.report.page import page
from annotate.report.results import agreement

BOOK = load()


def agreed() -> Agreement:
    """Return agreement on three targets, of which one is undefined."""

    def one(alpha: Measure) -> TargetAgreement:
        return TargetAgreement(
            title="t",
            items=10,
            left_out={"one_vote": 3},
            votes={},
            percent=Measure(value=0.875),
            alpha=alpha,
            by_label={},
            with_others=(),
            pairs=(),
        )

    flagged = one(Measure(value=None, undefined="all votes are the same"))
    hedged = one(Measure(value=0.5, interval=AgreementInterval(low=-0.1, high=0.75, level=0.95, resamples=990)))
    status = one(Measure(value=0.25, interval_undefined="one article"))
    return Agreement(
        codebook=BOOK.ref,
        item="sentence",
        articles=2,
        items=10,
        annotators=(),
        resamples=1000,
        seed=0,
        targets={"flagged": flagged, "hedged": hedged, "status": status},
        layers={},
        identical=(),
    )


@pytest.fixture
def text(tmp_path: Path) -> str:
    """The page of a build folder with agreement and two articles, one of them empty."""
    write(tmp_path / "articles.jsonl", [Article(id=article_id(text), text=text) for text in ("It may 🕊 rain.", "")])
    write_json(tmp_path / "agreement.json", agreed())
    return page(tmp_path, BOOK, "Report")


def test_targets_come_in_the_codebooks_order(text: str) -> None:
    """Not in the alphabet's, which the JSON files have."""
    assert [row["target"] for row in agreement(agreed(), BOOK)["rows"]] == ["status", "hedged", "flagged"]  # type: ignore[attr-defined]  # a list of dicts
    assert text.index("<th>status</th>") < text.index("<th>hedged</th>")


def test_every_number_has_its_interval_or_its_reason(text: str) -> None:
    """An undefined number says so, and why."""
    assert "undefined: all votes are the same" in text
    assert "-0.10 to 0.75" in text
    assert "one article" in text
