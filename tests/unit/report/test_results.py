"""The report's sections on agreement and the baseline: what is drawn, and what undefined numbers say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from annotate.baseline.estimates import measure, scores
from annotate.baseline.evaluation import Control, Evaluation, Point, TargetEvaluation, WorstError
from annotate.baseline.metrics import resamples
from annotate.codebook import load
from annotate.files import write, write_json
from annotate.quality.agreement import Agreement, Measure, TargetAgreement
from annotate.quality.bootstrap import Interval as AgreementInterval
from annotate.records import Article, FlagHedge, article_id
from annotate.report.baseline import evaluation
from annotate.report.page import page
from annotate.report.plots import Curve, Interval, intervals, precision_recall
from annotate.report.results import agreement

BOOK = load()
HOSTILE = "</blockquote><img src=x onerror=alert(1)> may 🕊 <b>{{ 7*7 }}</b> & \"'"


def target(labels: tuple[str, ...], gold: list[int], predicted: list[int], **more: object) -> TargetEvaluation:
    """Return one target's evaluation from labels of items of four articles."""
    groups = np.arange(len(gold)) % 4
    weights = np.vstack([np.ones(4), resamples(4, 50, 0)])
    chosen = np.array(predicted, dtype=np.int64)
    ours = measure(np.array(gold, dtype=np.int64), chosen, np.eye(len(labels))[chosen], groups, weights)
    theirs = measure(np.array(gold, dtype=np.int64), chosen * 0, np.eye(len(labels))[chosen * 0], groups, weights)
    control = Control(
        definition="every item gets the commonest label",
        scores=scores(theirs, labels),
        difference=scores(ours - theirs, labels, "undefined for one of the two: "),
    )
    fields: dict[str, object] = {
        "labels": labels,
        "positive": None,
        "threshold": None,
        "derived": False,
        "used": len(gold),
        "contested": 2,
        "confusion": tuple(tuple(int(n) for n in row) for row in ours.confusion),
        "scores": scores(ours, labels),
        "controls": {"majority": control},
        "curves": {},
        "errors": (),
    }
    return TargetEvaluation(**(fields | more))  # type: ignore[arg-type]  # the fields are as the test says


def made(**more: object) -> Evaluation:
    """Return an evaluation with a hostile worst error, and targets in the order of the alphabet, as JSON gives them."""
    start = HOSTILE.index("may")
    error = WorstError(
        article_id="a",
        start=100,
        end=100 + len(HOSTILE),
        text=HOSTILE,
        gold="disputed",
        predicted="none",
        votes={"disputed": 2, "none": 1},
        probabilities={"none": 0.9, "disputed": 0.05},
        hedges=(FlagHedge(start=100 + start, end=103 + start, text="may", type="epistemic"),),
    )
    points = (
        Point(threshold=0.9, precision=1.0, recall=0.5),
        Point(threshold=0.6, precision=2 / 3, recall=0.5),
        Point(threshold=0.5, precision=0.75, recall=1.0),
    )
    hedged = target(("no", "yes"), [0, 1, 1, 0], [0, 1, 0, 0], positive="yes", curves={"yes": points})
    status = target(
        ("none", "verified", "unverified", "disputed"),
        [0, 2, 2, 3],
        [0, 2, 0, 0],
        errors=(error,),
        curves={"none": points},
    )
    fields: dict[str, object] = {
        "model": "annotate-linear@0",
        "codebook": BOOK.ref,
        "manifest": "m",
        "trained_on": "m",
        "split": "test",
        "items": 4,
        "articles": 4,
        "seed": 0,
        "resamples": 50,
        "targets": {"hedged": hedged, "status": status},
        "notes": ("only <four> items",),
    }
    return Evaluation(**(fields | more))  # type: ignore[arg-type]  # the fields are as the test says


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
    """The page of a build folder with agreement and an evaluation."""
    write(
        tmp_path / "articles.jsonl",
        [Article(id=article_id(HOSTILE), text=HOSTILE), Article(id=article_id(""), text="")],
    )
    write_json(tmp_path / "agreement.json", agreed())
    write_json(tmp_path / "evaluation.json", made())
    return page(tmp_path, BOOK, "Report")


def test_targets_come_in_the_codebooks_order(text: str) -> None:
    """Not in the alphabet's, which the JSON files have."""
    assert [target["name"] for target in evaluation(made(), BOOK)["targets"]] == ["status", "hedged"]  # type: ignore[attr-defined]  # a list of dicts
    assert [row["target"] for row in agreement(agreed(), BOOK)["rows"]] == ["status", "hedged", "flagged"]  # type: ignore[attr-defined]  # a list of dicts
    assert text.index("<h3>status</h3>") < text.index("<h3>hedged</h3>")
    table = text[text.index("Gold") :]
    assert re.search(r"<th>none</th>.*<th>verified</th>.*<th>unverified</th>.*<th>disputed</th>", table, re.DOTALL)


def test_every_number_has_its_interval_or_its_reason(text: str) -> None:
    """An undefined number says so, and why when the pointer rests on it."""
    assert 'title="no item is predicted &#39;disputed&#39;">undefined</td>' in text
    assert "undefined: all votes are the same" in text
    assert "-0.10 to 0.75" in text
    assert "one article" in text
    assert re.search(r'<td class="n">0\.\d\d<small>0\.\d\d to [01]\.\d\d</small></td>', text)


def test_the_confusion_marks_what_is_right(text: str) -> None:
    """Gold in rows: of two unverified items one was called so, one none."""
    row = re.search(r"<tr><th>unverified</th>(.*?)</tr>", text)
    assert row is not None
    assert re.findall(r'class="(n(?: hit)?)" style="--share:([\d.]+)">(\d+)<', row[1]) == [
        ("n", "0.5", "1"),
        ("n", "0.0", "0"),
        ("n hit", "0.5", "1"),
        ("n", "0.0", "0"),
    ]


def test_the_worst_errors_are_readable_and_escaped(text: str) -> None:
    """Hostile text stays text, the cue inside it is marked, votes and probability stand beside it."""

    class Tags(HTMLParser):
        seen: set[str] = set()  # noqa: RUF012 - one page

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.add(tag)
            assert not any(name.startswith("on") for name, _ in attrs)

    parser = Tags()
    parser.feed(text)
    assert not {"img", "script", "iframe", "object", "embed", "link", "base", "form"} & parser.seen
    part = text[text.index("The worst errors") :]
    assert re.search(r'<mark class="hedge epistemic"[^>]*>may</mark> 🕊', part)
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt; &amp; &#34;&#39;" in part
    assert "(votes: disputed 2, none 1)" in part
    assert "probability of the right label 0.05" in part
    assert "only &lt;four&gt; items" in text


def test_the_page_says_whether_the_model_saw_the_articles() -> None:
    """Never saw: only where split and release say so."""
    assert "that it never saw" in str(evaluation(made(), BOOK)["intro"])
    for more in ({"split": "train"}, {"trained_on": "another"}):
        assert "never saw" not in str(evaluation(made(**more), BOOK)["intro"])


def test_a_target_of_contested_items_alone_is_shown_as_undefined() -> None:
    """No plot, no curve, no division by nothing."""
    nothing = target(("no", "yes"), [], [], positive="yes")
    [shown] = evaluation(made(targets={"hedged": nothing}), BOOK)["targets"]  # type: ignore[misc]  # a list of dicts
    assert (shown["plot"], shown["curves"], shown["base"]) == ("", "", "yes 0%")
    assert {cell["value"] for row in shown["by_label"] for cell in row["cells"]} == {"undefined"}


SVG = "{http://www.w3.org/2000/svg}"


def test_plots_are_well_formed_and_take_the_pages_colours() -> None:
    """SVG with a name for those who do not see it, without a colour of its own, a style or an id."""
    rows = [
        Interval(label="a <b> & “c”", value=0.5, low=0.25, high=0.75),
        Interval(label="🕊", value=1.0, group="control"),
    ]
    curves = [Curve(label=f"c{n}", recall=[0.5, 1.0], precision=[1.0, 0.5], base_rate=0.5) for n in range(4)]
    for drawn in (intervals(rows, title='"T" <i>'), precision_recall(curves, title='"T" <i>')):
        root = ET.fromstring(drawn)  # noqa: S314 - made by ourselves
        assert root.tag == f"{SVG}svg"
        assert root.get("aria-label") == '"T" <i>'
        assert not re.search(r"#0[1-6]0[1-6]0[1-6]|<style|<metadata|@import|https?://(?!www\.w3\.org/)", drawn)
        assert "var(--accent)" in drawn
    assert drawn == precision_recall(curves, title='"T" <i>')
    assert "c2" in drawn
    assert "c3" not in drawn


def test_of_thresholds_with_one_recall_the_highest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps fall as the average precision counts them."""
    drawn: list[Curve] = []

    def keep(curves: list[Curve], *, title: str) -> str:
        drawn.extend(curves)
        return title

    monkeypatch.setattr("annotate.report.baseline.precision_recall", keep)
    evaluation(made(), BOOK)
    assert [(curve.label, list(curve.recall), list(curve.precision)) for curve in drawn] == [
        ("hedged", [0.5, 1.0], [1.0, 0.75])
    ]
