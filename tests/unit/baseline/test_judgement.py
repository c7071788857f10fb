"""Judgement: thresholds and the codebook's rules, and the probabilities that follow from them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from annotate.baseline.combination import Calibration
from annotate.baseline.folder import TargetInfo
from annotate.baseline.judgement import Judge, Judgement, labels_of
from annotate.baseline.targets import derived, learnt, marks_of, positive, rules_behind
from annotate.codebook import Codebook, load
from annotate.records import Span

STATUS = ("none", "verified", "unverified", "disputed")


def info(*labels: str, positive: str | None = None, threshold: float | None = None) -> TargetInfo:
    """Return how a target is predicted."""
    return TargetInfo(
        labels=labels,
        positive=positive,
        threshold=threshold,
        certain=dict.fromkeys(labels, 0.6),
        combination="patterns",
        calibration=Calibration(mean=(), scale=(), coef=(), intercept=(), fitted=tuple(range(len(labels)))),
        macro_f1=0.5,
    )


JUDGE = Judge(load(), {"status": info(*STATUS), "hedged": info("no", "yes", positive="yes", threshold=0.4)})


def cue(label: str) -> Span:
    """Return a hedge cue of a type."""
    return Span(id="h", layer="hedge", label=label, start=0, end=1, text="x")


def judged(status: str, hedged: float, *cues: str) -> Judgement:
    """Return what is said where the status is nearly sure and *hedged* has this probability."""
    sure = np.full((1, 4), 0.02)
    sure[0, STATUS.index(status)] = 0.94
    given = {"status": sure, "hedged": np.array([[1 - hedged, hedged]])}
    return JUDGE.judge(given, [[cue(name) for name in cues]])[0]


@pytest.mark.parametrize(
    ("status", "hedged", "cues", "reasons"),
    [
        ("unverified", 0.0, (), ()),
        ("unverified", 0.4, (), ("hedged",)),
        ("unverified", 0.39, ("epistemic",), ()),
        ("none", 0.9, ("condition",), ("hedged",)),
        ("verified", 0.9, ("evidential",), ()),
        ("disputed", 0.0, (), ("disputed",)),
        ("disputed", 0.9, (), ("disputed", "hedged")),
        ("unverified", 0.0, ("explicitly_unverified",), ("unverified",)),
        ("verified", 0.0, ("explicitly_unverified",), ("unverified",)),
        ("disputed", 0.9, ("explicitly_unverified",), ("disputed", "unverified", "hedged")),
        ("none", 0.0, (), ()),
    ],
)
def test_reasons_follow_the_codebooks_rules(
    status: str, hedged: float, cues: tuple[str, ...], reasons: tuple[str, ...]
) -> None:
    """Disputed, explicitly unverified, or hedged and not verified; attribution alone is no flag."""
    found = judged(status, hedged, *cues)
    assert found.reasons == reasons
    assert found.labels["flagged"] == ("yes" if reasons else "no")
    assert (found.labels["status"], found.labels["hedged"]) == (status, "yes" if hedged >= 0.4 else "no")


def test_the_probability_of_a_flag_by_hand() -> None:
    """Disputed 0.2, or hedged 0.5 and not verified (0.5 x (1 - 0.2 - 0.3)): 0.2 + 0.25."""
    given = {"status": np.array([[0.1, 0.3, 0.4, 0.2]]), "hedged": np.array([[0.5, 0.5]])}
    found = JUDGE.judge(given, [[]])[0].probabilities
    assert found["flagged"] == pytest.approx({"no": 0.55, "yes": 0.45})
    assert found["status"] == pytest.approx(dict(zip(STATUS, (0.1, 0.3, 0.4, 0.2), strict=True)))
    sure = JUDGE.judge(given, [[cue("explicitly_unverified")]])[0].probabilities
    assert sure["flagged"] == pytest.approx({"no": 0.0, "yes": 1.0})


@given(weights=st.lists(st.floats(0.01, 1), min_size=4, max_size=4), hedged=st.floats(0, 1), unsure=st.booleans())
def test_probabilities_of_what_follows_sum_over_all_combinations(
    *, weights: list[float], hedged: float, unsure: bool
) -> None:
    """*flagged* has the joint probability of every pair of labels that the codebook flags, and both sum to 1."""
    book, status = load(), np.array([weights]) / sum(weights)
    cues = [cue("explicitly_unverified")] if unsure else []
    found = JUDGE.judge({"status": status, "hedged": np.array([[1 - hedged, hedged]])}, [cues])[0]
    expected = 0.0
    for (n, label), (m, answer) in itertools.product(enumerate(STATUS), enumerate(("no", "yes"))):
        marks = {"hedge", "hedge.explicitly_unverified"} if unsure else set()
        if book.decide_marks(frozenset(marks), {"status": label, "hedged": answer}).labels["flagged"] == "yes":
            expected += status[0, n] * (hedged if m else 1 - hedged)
    assert found.probabilities["flagged"]["yes"] == pytest.approx(expected)
    assert sum(found.probabilities["flagged"].values()) == pytest.approx(1)


def test_items_are_judged_one_by_one() -> None:
    """Each row has its own cues; no rows give nothing."""
    given = {"status": np.tile([1.0, 0, 0, 0], (2, 1)), "hedged": np.tile([1.0, 0.0], (2, 1))}
    found = JUDGE.judge(given, [[cue("explicitly_unverified")], []])
    assert [judgement.reasons for judgement in found] == [("unverified",), ()]
    assert JUDGE.judge({"status": np.zeros((0, 4)), "hedged": np.zeros((0, 2))}, []) == []


def test_a_label_is_positive_from_its_threshold_on() -> None:
    """At the threshold it is; below it is the other; without one the most probable is taken, the first if tied."""
    target = info("no", "yes", positive="yes", threshold=0.7)
    assert labels_of(np.array([[1 - p, p] for p in (0.7, 0.69)]), target) == ["yes", "no"]
    first = info("yes", "no", positive="yes", threshold=0.3)
    assert labels_of(np.array([[p, 1 - p] for p in (0.3, 0.29)]), first) == ["yes", "no"]
    assert labels_of(np.array([[0.2, 0.4, 0.4]]), info("a", "b", "c")) == ["b"]


def test_targets_of_another_codebook(book: Codebook) -> None:
    """What is learnt and what follows is read from the rules, not from names."""
    assert [target.name for target in learnt(book)] == ["status", "hedged"]
    assert [target.name for target in derived(book)] == ["flagged"]
    assert [positive(target) for target in book.target] == [None, "yes", "yes"]
    assert positive(replace(book.target[1], default="yes")) == "no"
    assert [rule.reason for rule in rules_behind(book.target[2], ("disputed", "hedged"))] == ["disputed", "hedged"]
    assert rules_behind(book.target[2], ()) == ()
    assert set(marks_of(book.target[2])) == {"hedge"}


def test_what_is_not_sure_enough_is_abstained_from() -> None:
    """Below the probability from which on a label was right often enough; where that is never, always."""
    found = judged("none", 0.5)
    assert (found.labels["hedged"], found.abstained) == ("yes", ("hedged",))
    assert judged("none", 0.61).abstained == ()
    never = Judge(load(), {"hedged": replace(info("no", "yes"), certain={"no": 0.0, "yes": None})})
    given = {"hedged": np.array([[0.0, 1.0], [1.0, 0.0]])}
    assert [one.abstained for one in never.judge(given, [[], []])] == [("hedged",), ()]


def test_what_follows_is_abstained_from_by_its_own_probability() -> None:
    """*flagged* has cuts of its own, from out-of-fold scores like the others."""
    learnt = {"status": info(*STATUS), "hedged": info("no", "yes", positive="yes", threshold=0.4)}
    judge = Judge(load(), learnt, {"flagged": {"no": 0.9, "yes": 0.9}})
    given = {"status": np.array([[1.0, 0, 0, 0]]), "hedged": np.array([[0.3, 0.7]])}
    assert judge.judge(given, [[]])[0].abstained == ("flagged",)


def test_a_flag_that_was_learnt_whole_gives_the_reasons_whose_rules_hold() -> None:
    """By the cues it is explicitly unverified; without any it is flagged for itself."""
    judge = Judge(load(), {"flagged": info("no", "yes", positive="yes", threshold=0.5)})
    given = {"flagged": np.array([[0.0, 1.0]])}
    assert judge.judge(given, [[cue("explicitly_unverified")]])[0].reasons == ("unverified", "hedged")
    assert judge.judge(given, [[]])[0].reasons == ("flagged",)
    assert judge.judge({"flagged": np.array([[1.0, 0.0]])}, [[]])[0].reasons == ()


@pytest.mark.parametrize(
    ("learnt_target", "given", "cues", "reasons"),
    [
        (("hedged", info("no", "yes", positive="yes", threshold=0.4)), [[0.1, 0.9]], ["epistemic"], ("hedged",)),
        (("hedged", info("no", "yes", positive="yes", threshold=0.4)), [[0.9, 0.1]], [], ()),
        (("status", info(*STATUS)), [[0.1, 0.1, 0.1, 0.7]], ["explicitly_unverified"], ("disputed", "unverified")),
        (("status", info(*STATUS)), [[0.1, 0.7, 0.1, 0.1]], ["epistemic"], ()),
    ],
)
def test_a_model_of_one_target_flags_by_the_rules_that_ask_for_no_other(
    learnt_target: tuple[str, TargetInfo], given: list[list[float]], cues: list[str], reasons: tuple[str, ...]
) -> None:
    """The label of what follows is not said, the reasons are."""
    judge = Judge(load(), dict([learnt_target]))
    found = judge.judge({learnt_target[0]: np.array(given)}, [[cue(name) for name in cues]])[0]
    assert found.reasons == reasons
    assert "flagged" not in found.labels
