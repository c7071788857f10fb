"""The report's section on the baseline: figures, alarms, pairs, slices, and errors as readable text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from annotate.baseline.assessment import Answers, assess
from annotate.baseline.ceiling import ceiling
from annotate.baseline.estimates import measure, scores
from annotate.baseline.evaluation import (
    Abstention,
    Alarm,
    AtThreshold,
    Bin,
    Control,
    Estimate,
    Evaluation,
    Miss,
    PairsResult,
    Point,
    Rate,
    Risk,
    Slice,
    Stage,
    TargetEvaluation,
    WorstError,
)
from annotate.baseline.metrics import resamples
from annotate.codebook import load
from annotate.files import write_json
from annotate.records import FlagHedge
from annotate.report.baseline import evaluation
from annotate.report.curves import others
from annotate.report.page import page
from annotate.report.plots import Curve

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


def rate(passed: int, pairs: int) -> Rate:
    """Return a pass rate with a made-up interval."""
    share = passed / pairs
    return Rate(
        pairs=pairs, passed=passed, rate=share, low=share / 2, high=1.0, sides=2 * pairs, sides_right=pairs + passed
    )


def full() -> Evaluation:
    """Return an evaluation with everything that may stand in one."""
    gold, groups = np.array([0, 1, 1, 0]), ["a", "b", "c", "d"]
    ours = Answers.most_probable(np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.8, 0.2]]))
    found = assess(("no", "yes"), gold, ours, groups, {"other": ours}, resamples=20)
    votes = np.array([[3, 0], [1, 2], [0, 3], [2, 2]])
    one = Estimate(value=0.5, low=0.25, high=0.75, resamples=20)
    hedged = target(
        ("no", "yes"),
        [0, 1, 1, 0],
        [0, 1, 0, 0],
        positive="yes",
        threshold=0.4,
        against=Control(definition="another", scores=found.scores, difference=found.differences["other"]),
        ceiling=ceiling(("no", "yes"), ours.predicted, votes, np.arange(4), np.ones((1, 4))),
        slices=(
            Slice(
                by="outlet",
                name="The <i>Gazette</i> 🕊",
                items=4,
                used=3,
                articles=2,
                f1=one,
                accuracy=one,
                agreement=one,
                human=Estimate(undefined="no item has two votes"),
            ),
        ),
        reliability={"yes": (Bin(items=3, probability=0.2, share=0.25), Bin(items=1, probability=0.6, share=1.0))},
        risks=(Risk(coverage=0.5, risk=0.0), Risk(coverage=1.0, risk=0.25)),
        abstention=Abstention(
            kept=0.9,
            decided=3,
            coverage=Estimate(value=0.75, low=0.5, high=1.0),
            accuracy=Estimate(undefined="every item is abstained from"),
        ),
        thresholds=(
            AtThreshold(threshold=0.4, predicted=1, precision=1.0, recall=0.5, f1=2 / 3),
            AtThreshold(threshold=0.9, predicted=0, precision=None, recall=0.0, f1=0.0),
        ),
        learning=(Stage(articles=2, items=9, scores=found.scores), Stage(articles=4, items=17, scores=found.scores)),
    )
    miss = Miss(pair="p", phenomenon="negation", text=HOSTILE, target="status", expected="disputed", given="none")
    systems = tuple(
        PairsResult(
            system=name,
            whole=rate(passed, 4),
            phenomena={"quoted_hedge": rate(passed, 4)},
            targets={"status": 0.5},
            misses=(miss,),
        )
        for name, passed in (("annotate-linear@0", 3), ("patterns", 2), ("lexicon", 1))
    )
    alarm = Alarm(
        target="hedged", message="F1 of <yes> is 0.97", suspects=("'may' & <more>",), cleared=("no control comes near",)
    )
    return made(targets={"hedged": hedged}, against="annotate-linear@1", pairs=systems, alarms=(alarm,))


def html(tmp_path: Path, found: Evaluation) -> str:
    """Return the page of a build folder with an evaluation alone."""
    write_json(tmp_path / "evaluation.json", found)
    return page(tmp_path, BOOK, "Report")


@pytest.fixture
def text(tmp_path: Path) -> str:
    """The page of an evaluation with nothing but what every one has."""
    return html(tmp_path, made())


@pytest.fixture
def whole(tmp_path: Path) -> str:
    """The page of an evaluation with everything."""
    return html(tmp_path, full())


def test_targets_come_in_the_codebooks_order(text: str) -> None:
    """Not in the alphabet's, which the JSON files have."""
    assert [target["name"] for target in evaluation(made(), BOOK)["targets"]] == ["status", "hedged"]  # type: ignore[attr-defined]  # a list of dicts
    assert text.index("<h3>status</h3>") < text.index("<h3>hedged</h3>")
    table = text[text.index("<h3>status</h3>") :]
    assert re.search(r"<th>none</th>.*<th>verified</th>.*<th>unverified</th>.*<th>disputed</th>", table, re.DOTALL)


def test_every_number_has_its_interval_or_its_reason(text: str) -> None:
    """An undefined number says so, and why when the pointer rests on it."""
    assert 'title="no item is predicted &#39;disputed&#39;">undefined</td>' in text
    assert re.search(r'data-value="0\.\d{6}">0\.\d\d<small>0\.\d\d to [01]\.\d\d</small></td>', text)


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
        seen: list[str] = []  # noqa: RUF012 - one page

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.append(tag)
            assert not any(name.startswith("on") for name, _ in attrs)

    parser = Tags()
    parser.feed(text)
    assert not {"img", "iframe", "object", "embed", "link", "base", "form"} & set(parser.seen)
    assert parser.seen.count("script") == 1
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
    leak = Alarm(target=None, message="it leaks", suspects=("1 article",), cleared=())
    intro = evaluation(made(alarms=(leak,), items=1, articles=1), BOOK)["intro"]
    assert intro == "Judged on the test split: 1 item of 1 article, partly known from training."


def test_a_target_of_contested_items_alone_is_shown_as_undefined() -> None:
    """No plot, no curve, no division by nothing."""
    nothing = target(("no", "yes"), [], [], positive="yes")
    [shown] = evaluation(made(targets={"hedged": nothing}), BOOK)["targets"]  # type: ignore[misc]  # a list of dicts
    assert (shown["plot"], shown["plots"], shown["base"]) == ("", [], "yes 0%")
    assert {cell["value"] for row in shown["by_label"] for cell in row["cells"]} == {"undefined"}


def test_of_thresholds_with_one_recall_the_highest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps fall as the average precision counts them."""
    drawn: list[Curve] = []

    def keep(curves: list[Curve], *, title: str) -> str:
        drawn.extend(curves)
        return title

    monkeypatch.setattr("annotate.report.curves.precision_recall", keep)
    evaluation(made(), BOOK)
    assert [(curve.label, list(curve.recall), list(curve.precision)) for curve in drawn] == [
        ("hedged: yes", [0.5, 1.0], [1.0, 0.75])
    ]


def test_the_one_script_is_the_pages_own(whole: str) -> None:
    """The page allows it by its hash and no other, whatever a text smuggles in."""
    [script] = re.findall(r"<script>(.*?)</script>", whole, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in whole
    assert "unsafe-inline" not in whole[whole.index("script-src") : whole.index("img-src")]
    assert "http" not in script


def test_errors_can_be_sorted_and_are_in_order_without_it(text: str) -> None:
    """Every key that the list names is on every item; nothing to click stands there without the script."""
    found = re.search(r'data-keys="([^"]*)">(<li.*?>)', text)
    assert found is not None
    for key in found[1].split():
        assert f'data-{key}="' in found[2]
    assert 'data-agreement="0.6667"' in found[2]
    assert "<button" not in text


def test_an_alarm_says_what_was_found_and_what_was_not(whole: str) -> None:
    """Before the figures, escaped."""
    part = whole[whole.index('class="alarm"') : whole.index("<h3>hedged</h3>")]
    assert "hedged: F1 of &lt;yes&gt; is 0.97" in part
    assert part.index("&#39;may&#39; &amp; &lt;more&gt;") < part.index("Checked:")
    assert 'class="alarm"' not in str(evaluation(made(), BOOK))


def test_systems_stand_beside_each_other_with_what_the_model_is_ahead_by(whole: str) -> None:
    """The other model too; a difference has its sign, and the column the name of its metric; of two labels, AP is there."""
    part = whole[whole.index("Beside the controls") : whole.index("By label")]
    assert part.index(">baseline</th>") < part.index(">majority</th>") < part.index(">other model</th>")
    assert re.findall(r'<th class="n">([^<]*)</th>', part) == [
        "F1 of “yes”",
        "AP of “yes”",
        "Macro F1",
        "Brier",
        "Ahead in F1 of “yes”",
    ]
    [status] = [one for one in _targets(made()) if one["name"] == "status"]
    assert [len(row["cells"]) for row in status["systems"]] == [2, 2]
    several = target(("no", "yes"), [0, 1], [0, 1], positive="yes")
    several = msgspec.structs.replace(
        several, controls=dict.fromkeys(("all_positive", "tfidf", "own", "majority"), several.controls["majority"])
    )
    assert [name for name, _ in others(several)] == ["majority", "all_positive", "tfidf", "own"]
    assert "+0.00<small>+0.00 to +0.00</small>" in part
    assert "<code>annotate-linear@1</code>" in whole


def test_the_annotators_stand_beside_the_model(whole: str) -> None:
    """Votes 3:0, 1:2, 0:3, 2:2 and the answers no, yes, no, no: (1 + 2/3 + 0 + 1/2) / 4 against (1 + 1/3 + 1 + 1/3) / 4: an eighth apart."""
    part = whole[whole.index("Beside the annotators") : whole.index("on parts of the split")]
    assert "on the 4 items with two votes or more" in part
    values = re.findall(r"<th>([\w ]+)</th><td[^>]*>([-+.\d]+)", part)
    assert values == [("baseline", "0.54"), ("annotators", "0.67"), ("baseline ahead by", "-0.12")]


def test_what_is_decided_is_said_where_the_model_may_abstain(whole: str, text: str) -> None:
    """With its interval, or why there is none; older evaluations say nothing of it."""
    assert "to keep a precision of 90% on out-of-fold scores, the baseline decides <b>75%</b>" in whole
    assert "<small>(50% to 100%)</small>; of these <b>undefined</b> are right: every item is abstained from." in whole
    assert "may abstain" not in text


def test_slices_and_thresholds_are_tables(whole: str) -> None:
    """Names are escaped, undefined figures say why, the model's own threshold is marked."""
    assert '<th>The &lt;i&gt;Gazette&lt;/i&gt; 🕊</th><td class="n">4</td><td class="n">2</td>' in whole
    assert "object at 0x" not in whole
    assert 'data-value="" title="no item has two votes">undefined' in whole
    assert re.search(r'<tr class="own"><td class="n">0.40</td><td class="n">1</td><td class="n">1.00</td>', whole)
    assert '<td class="n">0.90</td><td class="n">0</td><td class="n">undefined</td>' in whole


def test_all_plots_are_there_and_absent_where_there_is_nothing_to_draw(whole: str) -> None:
    """Reliability, errors over coverage and the learning curve, each with a name for those who do not see it."""
    for name in (
        "Reliability of the probabilities of hedged",
        "Errors over coverage of hedged",
        "Learning curve of hedged",
    ):
        assert f'aria-label="{name}"' in whole
    [shown] = [one for one in _targets(made()) if one["name"] == "hedged"]
    assert len(shown["plots"]) == 1


def _targets(found: Evaluation) -> list[dict[str, Any]]:
    return evaluation(found, BOOK)["targets"]  # type: ignore[return-value]  # a list of dicts


def test_pass_rates_of_pairs_stand_by_phenomenon_beside_other_systems(whole: str) -> None:
    """A column a system, the whole below, and the texts that went wrong, escaped."""
    part = whole[whole.index("Minimal pairs") :]
    assert re.search(r"<th class=\"n\">baseline</th><th class=\"n\">patterns</th><th class=\"n\">lexicon</th>", part)
    row = part[part.index("<th>quoted hedge</th>") : part.index("</tbody>")]
    assert re.findall(r">(\d+%)<small>(\d+% to \d+%)", row) == [
        ("75%", "38% to 100%"),
        ("50%", "25% to 100%"),
        ("25%", "12% to 100%"),
    ]
    assert "expected <b" in part
    assert "&lt;img src=x onerror=alert(1)&gt;" in part
    assert evaluation(made(), BOOK)["pairs"] is None


def test_what_pairs_could_not_be_judged_by_is_said(tmp_path: Path, whole: str) -> None:
    """A model of one target is tested on fewer pairs."""
    some = tuple(msgspec.structs.replace(one, unsaid=("status", "flagged"), left_out=2) for one in full().pairs)
    text = html(tmp_path, msgspec.structs.replace(full(), pairs=some))
    assert "the baseline does not say it: status, flagged; pairs that are about nothing else are left out (2)." in text
    assert "Not judged" not in whole


def test_an_empty_evaluation_is_a_page(tmp_path: Path) -> None:
    """Without targets there are notes and no figure."""
    assert "only &lt;four&gt; items" in html(tmp_path, made(targets={}))
