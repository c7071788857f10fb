"""The alarm on figures that are too good, and the leaks it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from annotate.baseline.evaluate import evaluate
from annotate.baseline.evaluation import Estimate, TargetEvaluation
from annotate.baseline.items import Items
from annotate.baseline.scorer import Model
from annotate.baseline.suspicions import (
    TELLING_ITEMS,
    Evidence,
    Overlap,
    overlap,
    split_alarm,
    target_alarm,
    telling_words,
)

LONG = "The old dam 🕊 on the river may have been damaged by the storm on Monday night"


def items(*texts: str, article: str = "a") -> Items:
    """Return items without labels."""
    n = len(texts)
    return Items("test", tuple(f"{article}{i}" for i in range(n)), (0,) * n, tuple(map(len, texts)), texts, {})


@pytest.fixture(scope="module")
def target(model: Model, release: Path) -> TargetEvaluation:
    """The evaluation of *hedged* on the test split."""
    return evaluate(model, release).targets["hedged"]


def with_f1(target: TargetEvaluation, value: float) -> TargetEvaluation:
    """Return the evaluation with another F1 of the positive label."""
    yes = msgspec.structs.replace(target.scores.labels["yes"], f1=Estimate(value=value))
    scores = msgspec.structs.replace(target.scores, labels=target.scores.labels | {"yes": yes})
    return msgspec.structs.replace(target, scores=scores)


def test_repeats_and_near_repeats_are_counted() -> None:
    """Case and punctuation aside the same; one word of sixteen more; something else; too short to say."""
    more = LONG + " again"
    found = overlap(
        items(LONG, "He left."),
        items(LONG.upper() + "!", more, "Nobody at the mill wanted to answer on the day", "He left."),
    )
    assert (found.repeated, found.copied, found.of, found.outlets) == (1, 2, 3, None)
    assert found.articles == 2
    assert list(found.found) == [
        "2 articles also in the train split",
        "1 of 3 items of 8 words or more word for word in the train split",
        "1 of 3 items of 8 words or more with most runs of 5 words, not all, in the train split",
    ]


def test_nothing_in_common_is_no_alarm() -> None:
    """Also between empty splits; outlets are compared where both are named."""
    apart = overlap(
        items(LONG), items("Nobody at the mill wanted to answer on the day", article="b"), (["x", "y"], ["x"])
    )
    assert list(apart.found) == []
    assert apart.outlets is True
    assert overlap(items(LONG), items(LONG, article="b"), (["x"], ["z"])).outlets is False
    assert split_alarm(apart) is None
    assert split_alarm(overlap(items(), items())) is None
    alarm = split_alarm(Overlap(articles=1))
    assert alarm is not None
    assert alarm.suspects == ("1 article also in the train split",)


def test_a_word_that_gives_a_label_away_is_named() -> None:
    """It stands in items of one label alone, and in half of them; the default label's words give nothing away."""
    texts = ["rumour 🕊 has it"] * TELLING_ITEMS + ["it rained"] * TELLING_ITEMS
    gold = np.array([1] * TELLING_ITEMS + [0] * TELLING_ITEMS)
    found = telling_words(Evidence(texts, gold, ("no", "yes"), "no"))
    assert found == [("has", "yes", TELLING_ITEMS), ("rumour", "yes", TELLING_ITEMS)]
    assert telling_words(Evidence(texts[1:], gold[1:], ("no", "yes"), "no")) == []
    assert telling_words(Evidence([], gold[:0], ("no", "yes"), "no")) == []


def test_good_figures_raise_an_alarm_that_names_what_was_looked_for(target: TargetEvaluation) -> None:
    """From .85 on; what was not found is said too, and so is that the train split is not at hand."""
    nothing = Evidence([], np.zeros(0, dtype=np.int64), ("no", "yes"), "no")
    assert target_alarm("hedged", with_f1(target, 0.84), nothing, None) is None
    alarm = target_alarm("hedged", with_f1(target, 0.97), nothing, None)
    assert alarm is not None
    assert alarm.message.startswith("F1 of 'yes' is 0.97: from 0.85 on, look for a leak")
    assert any("which is not at hand" in one for one in alarm.cleared)
    assert "no single word gives a label away" in alarm.cleared
    alarm = target_alarm("hedged", with_f1(target, 0.97), nothing, Overlap(articles=3, outlets=True))
    assert alarm is not None
    assert "3 articles also in the train split" in alarm.suspects
    assert any("every outlet" in one for one in alarm.suspects)
    alarm = target_alarm("hedged", with_f1(target, 0.97), nothing, Overlap(outlets=False))
    assert alarm is not None
    assert "not every outlet of this split is in the train split" in alarm.cleared


def test_a_control_that_is_as_good_is_a_suspect(target: TargetEvaluation) -> None:
    """Labels made by the hedge list, or told by length alone."""
    nothing = Evidence([], np.zeros(0, dtype=np.int64), ("no", "yes"), "no")
    lexicon = target.controls["lexicon"]
    scores = with_f1(msgspec.structs.replace(target, scores=lexicon.scores), 0.96).scores
    good = {"lexicon": msgspec.structs.replace(lexicon, scores=scores)}
    alarm = target_alarm("hedged", with_f1(msgspec.structs.replace(target, controls=good), 0.99), nothing, Overlap())
    assert alarm is not None
    assert any(one.startswith("0.96 is reached by the list of hedges alone") for one in alarm.suspects)
    alarm = target_alarm("hedged", with_f1(msgspec.structs.replace(target, controls={}), 0.99), nothing, Overlap())
    assert alarm is not None
    assert "no control comes near" in alarm.cleared


def test_a_leaking_release_is_told_of(
    model: Model, write_release: Callable[..., Path], articles: Any, tmp_path: Path
) -> None:
    """The evaluation itself raises it: the same articles in both splits."""
    leaking = write_release(tmp_path / "d", train=articles(0, 4), test=articles(2, 4))
    found = evaluate(model, leaking)
    assert found.alarms[0].target is None
    assert "2 articles also in the train split" in found.alarms[0].suspects
