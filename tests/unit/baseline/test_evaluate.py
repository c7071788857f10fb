"""Evaluation: the model beside its controls, with intervals, errors and honest notes."""

from __future__ import annotations

import copy
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from rich.console import Console
from sklearn import metrics as theirs

from annotate.baseline.display import evaluation_tables, flag_text
from annotate.baseline.evaluate import RESAMPLES, evaluate
from annotate.baseline.evaluation import Alarm, Evaluation
from annotate.baseline.items import manifest_sha256, read_items
from annotate.baseline.scorer import Model
from annotate.errors import DataError, UndefinedError, UsageError
from annotate.records import Flag, FlagHedge

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def evaluation(model: Model, release: Path) -> Evaluation:
    """The model on the test split."""
    return evaluate(model, release)


def test_it_says_what_was_evaluated(evaluation: Evaluation, model: Model, release: Path) -> None:
    """Model, release, split, seed and counts."""
    assert evaluation.model == model.name
    assert evaluation.manifest == evaluation.trained_on == manifest_sha256(release)
    assert (evaluation.split, evaluation.items, evaluation.articles) == ("test", 16, 2)
    assert (evaluation.seed, evaluation.resamples) == (0, RESAMPLES)
    assert list(evaluation.targets) == ["status", "hedged", "flagged"]


def test_numbers_are_scikit_learns(evaluation: Evaluation, model: Model, release: Path) -> None:
    """F1, macro F1 and average precision of the model's own labels and probabilities, contested items left out."""
    items = read_items(release, "test").under(model.book)
    judged = model.judge(items.texts, groups=items.groups)
    for name, target in evaluation.targets.items():
        used = np.flatnonzero(items.targets[name].gold >= 0)
        gold = [target.labels[items.targets[name].gold[n]] for n in used]
        predicted = [judged[n].labels[name] for n in used]
        assert target.used == len(used)
        assert (theirs.confusion_matrix(gold, predicted, labels=target.labels) == np.array(target.confusion)).all()
        assert target.scores.macro_f1.value == pytest.approx(
            theirs.f1_score(gold, predicted, labels=sorted(set(gold)), average="macro", zero_division=0)
        )
        for label in target.labels:
            scores = [judged[n].probabilities[name][label] for n in used]
            expected = theirs.average_precision_score([g == label for g in gold], scores)
            assert target.scores.labels[label].average_precision.value == pytest.approx(expected)


def test_contested_items_are_counted_and_left_out(evaluation: Evaluation) -> None:
    """There is no label to be right about."""
    assert (evaluation.targets["status"].used, evaluation.targets["status"].contested) == (15, 1)
    assert "status: left out: 1 contested item" in evaluation.notes


def test_controls_stand_beside_the_model_on_the_same_items(evaluation: Evaluation) -> None:
    """All-positive recalls everything; its average precision is the base rate; the difference is model minus control."""
    hedged = evaluation.targets["hedged"]
    assert set(hedged.controls) == {"majority", "all_positive", "length", "lexicon"}
    everything = hedged.controls["all_positive"]
    yes = everything.scores.labels["yes"]
    assert yes.recall.value == 1
    assert yes.average_precision.value == yes.precision.value == pytest.approx(7 / 16)
    ours, control = hedged.scores.macro_f1.value, everything.scores.macro_f1.value
    assert ours is not None
    assert control is not None
    assert everything.difference.macro_f1.value == pytest.approx(ours - control)
    assert everything.definition.startswith("every item gets the positive label")


def test_a_control_that_never_predicts_a_label_has_no_precision_and_says_why(evaluation: Evaluation) -> None:
    """Undefined, not 0."""
    precision = evaluation.targets["hedged"].controls["majority"].scores.labels["yes"].precision
    assert precision.value is None
    assert precision.undefined == "no item is predicted 'yes'"


def test_the_worst_errors_come_first_with_their_votes(evaluation: Evaluation) -> None:
    """Least probability of the right label first; each is wrong, with the text and how people voted."""
    errors = evaluation.targets["status"].errors
    assert errors
    right = [error.probabilities[error.gold] for error in errors]
    assert right == sorted(right)
    for error in errors:
        assert error.gold != error.predicted
        assert sum(error.votes.values()) == 3
        assert error.end - error.start == len(error.text)
        assert all(error.text[c.start - error.start : c.end - error.start] == c.text for c in error.hedges)
    assert "漢字だけ。" in {error.text for error in errors}


def test_curves_are_of_the_positive_label_or_of_all(evaluation: Evaluation) -> None:
    """Recall rises to 1."""
    assert list(evaluation.targets["hedged"].curves) == ["yes"]
    assert list(evaluation.targets["status"].curves) == ["none", "verified", "unverified", "disputed"]
    for points in evaluation.targets["status"].curves.values():
        recalls = [point.recall for point in points]
        assert recalls == sorted(recalls)
        assert recalls[-1] == 1


def test_learnt_and_derived_targets_are_told_apart(evaluation: Evaluation) -> None:
    """*flagged* follows from the rules; *hedged* has a threshold."""
    assert [evaluation.targets[name].derived for name in ("status", "hedged", "flagged")] == [False, False, True]
    assert evaluation.targets["hedged"].threshold is not None
    assert evaluation.targets["status"].threshold is evaluation.targets["flagged"].threshold is None


def test_reliability_and_risk_are_of_the_models_own_probabilities(evaluation: Evaluation) -> None:
    """Bins hold every item once; all items kept, the risk is the share of errors; the surest come first."""
    for target in evaluation.targets.values():
        for bins in target.reliability.values():
            assert sum(one.items for one in bins) == target.used
        assert target.risks[-1].coverage == 1
        assert target.scores.accuracy.value is not None
        assert target.risks[-1].risk == pytest.approx(1 - target.scores.accuracy.value)
        coverages = [point.coverage for point in target.risks]
        assert coverages == sorted(coverages)
    assert list(evaluation.targets["hedged"].reliability) == ["yes"]
    assert len(evaluation.targets["status"].reliability) == 4


def test_thresholds_are_told_at_the_models_own_and_at_others(evaluation: Evaluation) -> None:
    """At its own stand its own figures; a target of many labels, or a derived one, has none of its own."""
    hedged = evaluation.targets["hedged"]
    [own] = [one for one in hedged.thresholds if one.threshold == hedged.threshold]
    yes = hedged.scores.labels["yes"]
    assert (own.predicted, own.precision, own.recall) == (yes.predicted, yes.precision.value, yes.recall.value)
    assert own.f1 == pytest.approx(yes.f1.value)
    assert len(hedged.thresholds) == 10
    assert len(evaluation.targets["flagged"].thresholds) == 9
    assert evaluation.targets["status"].thresholds == ()


def test_what_is_abstained_from_is_counted(evaluation: Evaluation, model: Model, release: Path) -> None:
    """As the model says it, on the items with a majority."""
    items = read_items(release, "test").under(model.book)
    judged = model.judge(items.texts, groups=items.groups)
    for name, target in evaluation.targets.items():
        used = np.flatnonzero(items.targets[name].gold >= 0)
        assert target.abstention is not None
        assert target.abstention.decided == sum(name not in judged[row].abstained for row in used)
        assert target.abstention.kept == model.info.precision


def test_slices_cover_the_split(evaluation: Evaluation) -> None:
    """By length and by agreement at least; the contested item is in a slice of its own."""
    status = evaluation.targets["status"]
    assert {one.by for one in status.slices} == {"length", "agreement"}
    for by in ("length", "agreement"):
        assert sum(one.items for one in status.slices if one.by == by) == evaluation.items
    [contested] = [one for one in status.slices if one.name == "contested"]
    assert (contested.items, contested.used) == (1, 0)
    assert status.ceiling is not None
    assert status.ceiling.items == 16


def test_another_model_is_compared_on_the_same_resamples(model: Model, release: Path) -> None:
    """Against itself every difference is exactly nothing."""
    found = evaluate(model, release, against=model)
    assert found.against == model.name
    for target in found.targets.values():
        assert target.against is not None
        assert "against" not in target.controls
        assert target.against.scores == target.scores
        same = target.against.difference.macro_f1
        assert (same.value, same.low, same.high) == (0, 0, 0)


def test_models_are_compared_on_the_targets_of_both(model: Model, hedged_model: Model, release: Path) -> None:
    """Whichever of them says more; the rest is told."""
    found = evaluate(model, release, against=hedged_model)
    assert [name for name, target in found.targets.items() if target.against] == ["hedged"]
    assert {note for note in found.notes if "other model" in note} == {
        f"{name}: the other model does not say it, or has other labels, and is not compared"
        for name in ("status", "flagged")
    }
    turned = evaluate(hedged_model, release, against=model)
    assert [name for name, target in turned.targets.items() if target.against] == ["hedged"]
    assert not any("other model" in note for note in turned.notes)


def test_models_without_a_common_target_are_not_compared(model: Model, hedged_model: Model, release: Path) -> None:
    """Another target, or other labels under the same name."""
    other = copy.copy(hedged_model)
    renamed = [
        msgspec.structs.replace(target, labels=tuple(f"{label} 🕊" for label in target.labels))
        for target in model.book.target
    ]
    other.book = msgspec.structs.replace(model.book, target=tuple(renamed))
    with pytest.raises(UsageError, match="no target in common: status, hedged, flagged and hedged"):
        evaluate(model, release, against=other)


def test_a_release_without_a_train_split_has_no_length_control(
    model: Model, write_release: Make, articles: Make, tmp_path: Path
) -> None:
    """There are no lengths to learn from, and nothing that can leak."""
    found = evaluate(model, write_release(tmp_path / "d", test=articles(8, 10)))
    assert set(found.targets["hedged"].controls) == {"majority", "all_positive", "lexicon"}
    assert all(alarm.target is not None for alarm in found.alarms)


def test_the_same_seed_gives_the_same_evaluation(evaluation: Evaluation, model: Model, release: Path) -> None:
    """Another seed draws other intervals and leaves the values."""
    assert evaluate(model, release) == evaluation
    other = evaluate(model, release, seed=1)
    assert other.targets["status"].scores.macro_f1.value == evaluation.targets["status"].scores.macro_f1.value
    assert other != evaluation


def test_an_evaluation_comes_back_from_json(evaluation: Evaluation) -> None:
    """Nothing in it is lost, and nothing is NaN."""
    data = msgspec.json.encode(evaluation)
    assert b"NaN" not in data
    assert msgspec.json.decode(data, type=Evaluation) == evaluation


def test_few_articles_are_said(evaluation: Evaluation) -> None:
    """The reader is told not to generalise, and which labels are rare."""
    assert any("very small (16 items of 2 articles)" in note for note in evaluation.notes)
    assert any(note.startswith("status: labels with fewer than 20 items") for note in evaluation.notes)


def test_one_article_has_no_intervals(model: Model, write_release: Make, articles: Make, tmp_path: Path) -> None:
    """Values are there, intervals are not, and the notes say why."""
    found = evaluate(model, write_release(tmp_path / "d", test=articles(9, 10)))
    macro = found.targets["hedged"].scores.macro_f1
    assert macro.value is not None
    assert macro.low is macro.high is None
    assert any("there are no intervals, which need two articles" in note for note in found.notes)


def test_one_class_only_is_evaluated_with_what_is_defined(
    model: Model, write_release: Make, row: Make, tmp_path: Path
) -> None:
    """Without a positive item there is neither recall nor average precision of it, and no curve."""
    rows = [row(name, "Nobody at the dam wanted to answer 🕊.") for name in ("a", "b")]
    found = evaluate(model, write_release(tmp_path / "d", test=rows)).targets["hedged"]
    assert found.scores.labels["yes"].recall.undefined == "no item is labelled 'yes'"
    assert found.scores.labels["yes"].average_precision.value is None
    assert found.curves["yes"] == ()
    assert found.scores.accuracy.value == 1


def test_a_split_of_contested_items_alone_has_no_numbers(
    model: Model, write_release: Make, row: Make, tmp_path: Path
) -> None:
    """Everything is undefined, nothing fails, and the tables can be shown."""
    rows = [row("a", "It may rain.", status=("none", "disputed"), hedged=("no", "yes"))]
    found = evaluate(model, write_release(tmp_path / "d", test=rows))
    assert found.targets["status"].used == 0
    assert found.targets["status"].scores.macro_f1.undefined == "no item has a majority label"
    assert "0 items, 1 contested left out" in shown(*evaluation_tables(found))


def test_an_empty_split_is_an_error(model: Model, write_release: Make, tmp_path: Path) -> None:
    """It names the release."""
    with pytest.raises(UndefinedError, match="the test split is empty") as caught:
        evaluate(model, write_release(tmp_path / "d", test=[]))
    assert str(tmp_path) in (caught.value.where or "")


def test_another_release_and_the_training_split_are_warned_of(
    model: Model, release: Path, write_release: Make, articles: Make, tmp_path: Path
) -> None:
    """Articles may be in both; figures on the training split say how well it remembers."""
    other = evaluate(model, write_release(tmp_path / "d", test=articles(9, 10)))
    assert any("trained on another release" in note for note in other.notes)
    assert any("how well it remembers" in note for note in evaluate(model, release, "train").notes)
    for split in ("test", "validation"):
        assert not any("remembers" in n or "another release" in n for n in evaluate(model, release, split).notes)


def test_a_release_under_another_codebook_is_an_error(model: Model, release: Path, tmp_path: Path) -> None:
    """Labels are not compared by place."""
    shutil.copytree(release, tmp_path / "d")
    path = tmp_path / "d" / "sentences" / "test-00000-of-00001.parquet"
    table = pq.read_table(path)
    features = json.loads(table.schema.metadata[b"huggingface"])
    features["info"]["features"]["hedged"]["names"] = ["certain", "hedged"]
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(features)}), path)
    with pytest.raises(DataError, match="the data have the labels certain, hedged, but no, yes are known here"):
        evaluate(model, tmp_path / "d")


def shown(*parts: Any, width: int = 80) -> str:
    """Return what a terminal of this width shows, without colour."""
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(*parts, sep="\n")
    return console.export_text()


def test_the_tables_fit_a_terminal_and_cut_nothing_off(evaluation: Evaluation) -> None:
    """Labels, numbers and intervals are whole at 80 columns; undefined numbers are a dash."""
    text = shown(*evaluation_tables(evaluation))
    assert "…" not in text
    for word in (
        "status: 15 items, 1 contested left out",
        "hedged: 16 items, 44% yes",
        "unverified",
        "lexicon",
        "note: ",
    ):
        assert word in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_tables_name_alarms_the_other_model_and_the_annotators(model: Model, release: Path) -> None:
    """In words, at 80 columns."""
    found = evaluate(model, release, against=model)
    text = shown(*evaluation_tables(found))
    assert "other model" in text
    assert text.count("ahead in F1 yes") == 2
    assert text.count("ahead in macro F1") == 1
    assert "same label as one annotator: the model " in text
    assert "Brier" in text
    alarm = Alarm(target=None, message="it leaks", suspects=("2 articles",), cleared=("no word",))
    text = shown(*evaluation_tables(msgspec.structs.replace(found, alarms=(alarm,))))
    assert "too good? all targets: it leaks" in text
    assert text.index("  found: 2 articles") < text.index("  checked: no word")
    assert max(map(len, text.splitlines())) <= 80


def test_a_flag_shows_its_reasons_cues_and_words() -> None:
    """Also without colour; markup in the text stays text."""
    flag = Flag(
        article_id="a",
        start=10,
        end=31,
        text="It may [bold]rain🕊[/]",
        flagged=True,
        reasons=("unverified", "hedged"),
        probabilities={"flagged": {"no": 0.25, "yes": 0.75}},
        hedges=(FlagHedge(start=13, end=16, text="may", type="explicitly_unverified"),),
        terms={"a": 0.1, "may": -2.0, "rain": 0.5, "it": 0.25},
    )
    assert [line.rstrip() for line in shown(flag_text(flag)).splitlines()] == [
        "⚑ unverified, hedged  [10, 31)  p 0.75",
        "  It may [bold]rain🕊[/]",
        "  cues: may (explicitly unverified)",
        "  words: may -2.00, rain +0.50, it +0.25",
    ]


def test_a_sentence_that_is_not_flagged_says_so() -> None:
    """Two lines, and no empty ones."""
    flag = Flag(article_id="a", start=0, end=8, text="It rained", flagged=False)
    assert [line.rstrip() for line in shown(flag_text(flag)).splitlines()] == ["  not flagged  [0, 8)", "  It rained"]
