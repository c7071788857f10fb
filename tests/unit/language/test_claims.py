"""What is claimed, how far each claim reaches, and its status."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.records import Suggestion

Layer = Callable[[str, str], list[tuple[str, str]]]
Suggest = Callable[[str], Suggestion]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # without attribution, quotation marks, linking words and the full stop
        ("The pier closed on Monday 🎉, the mayor said.", ["The pier closed on Monday 🎉"]),
        ("“The pier is shut,” said Ann Boe.", ["The pier is shut"]),
        ("Ann Boe told reporters on Monday that the pier was shut.", ["the pier was shut"]),
        ("According to the log, the pier was shut.", ["the pier was shut"]),
        ("However, the pier was shut.", ["the pier was shut"]),
        ("The pier was shut.", ["The pier was shut"]),
        ("Ann Boe said: “The pier was shut.”", ["The pier was shut"]),
        ("“The pier was shut,” she said, “and the gate was open.”", ["The pier was shut", "the gate was open"]),
        ("The pier was shut in the U.S.", ["The pier was shut in the U.S."]),
        ("There is no doubt that the pier was shut.", ["the pier was shut"]),
        ("習近平 said the pier was shut.", ["the pier was shut"]),
        # a hearer, not a speaker
        ("The pier was sold, a court was told on Monday.", ["The pier was sold"]),
        # one a statement
        (
            "Rents rose by 4 per cent, and wages fell by 2, Ann Boe said.",
            ["Rents rose by 4 per cent", "wages fell by 2"],
        ),
        ("Ann Boe said that rents had risen and that wages had fallen.", ["rents had risen", "wages had fallen"]),
        ("Rents had risen, with figures suggesting that wages had fallen.", ["Rents had risen", "wages had fallen"]),
        ("Rents had risen, Ann Boe said, and wages had fallen.", ["Rents had risen", "wages had fallen"]),
        ("The navy claimed to have sunk two boats.", ["sunk two boats"]),
        ("It was sold, a figure Ann Boe called mistaken.", ["It was sold"]),
        ("That means “some 30 boats and 40 nets,” Ann Boe said.", ["some 30 boats and 40 nets"]),
        ("Ann Boe said she was hurt but no proof was given.", ["she was hurt"]),
        ("The pier may have been sold.", ["The pier may have been sold"]),
    ],
)
def test_extents(layer: Layer, text: str, expected: list[str]) -> None:
    """The whole statement is marked and nothing else."""
    assert [found for _, found in layer(text, "claim")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The pier will open in June.",
        "Ann Boe said the pier would open in June.",
        "Ann Boe promised to open the pier that was shut.",
        "Ann Boe proposed a race, adding that she would row it alone.",
        "The pier could open in June.",
        "If the pier was shut, it was late.",
        "Was the pier shut?",
        "“Why was it shut?” asked Ann Boe.",
        "I think the pier was ugly.",
        "Unfortunately the pier was ugly.",
        "Please do not say that it was shut.",
        "Let us hope it was shut.",
        "The Gazette was unable to verify his account.",
        "“Another boat may be possible,” said Ann Boe.",
        "Also read: The pier was shut",
        "(With inputs from agencies)",
        "",
    ],
)
def test_no_claim(layer: Layer, text: str) -> None:
    """Predictions, promises, possibilities, conditions, questions, opinions and furniture are no claims."""
    assert layer(text, "claim") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # unverified: attributed, in the outlet's own voice, confirmed by nobody else, or said to be without evidence
        ("Ann Boe said the pier was shut.", [("unverified", "attributed")]),
        ("The pier was shut.", [("unverified", "own_voice")]),
        ("“We confirm that we met the target,” the company said.", [("unverified", "attributed")]),
        ("Ann Boe confirmed that the pier was shut.", [("unverified", "attributed")]),
        ("“The report shows that the pier was shut,” said Ann Boe.", [("unverified", "attributed")]),
        ("Ann Boe said they were foreign but no evidence of it was given.", [("unverified", "attributed")]),
        # verified: by another party, before or after, or by the record
        (
            "The navy said its divers sank two boats. The bureau confirmed that divers of the navy sank two boats.",
            [("verified", "confirmed"), ("verified", "confirmed")],
        ),
        ("The bureau confirmed the news that the navy claimed to have sunk two boats.", [("verified", "confirmed")]),
        (
            "The brigade said 61 people were saved. The clerk counted 61 too.",
            [("verified", "confirmed"), ("unverified", "own_voice")],
        ),
        ("Ann Boe said 61 people were saved. The ministry confirmed the number at noon.", [("verified", "confirmed")]),
        ("The published ledger shows that the pier was sold.", [("verified", "record")]),
        (
            "The gate log, seen by the Gazette on Monday, has the pier shut at noon, and it was signed.",
            [("verified", "record")] * 2,
        ),
        # disputed: denied in other words, in the same ones, or called wrong
        ("The union said the plant had dumped solvent. The company denied it.", [("disputed", "contradicted")]),
        ("The firm denied that the plant had dumped solvent.", [("disputed", "contradicted")]),
        ("State radio said twelve were hurt, a figure Ann Boe called mistaken.", [("disputed", "contradicted")]),
        ("Residents said the dam was open. Not so, said Ann Boe.", [("disputed", "contradicted")]),
    ],
)
def test_status(suggest: Suggest, text: str, expected: list[tuple[str, str]]) -> None:
    """Status and basis follow the codebook's order: disputed, then verified, else unverified."""
    assert [(span.label, span.basis) for span in suggest(text).spans if span.layer == "claim"] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ann Boe said the pier was shut. However, the pier is long.",
        "Ann Boe said the pier was shut. No evidence of this was given.",
        "Ann Boe said the pier was shut. “I never denied it,” Ann Boe said.",
    ],
)
def test_no_dispute(layer: Layer, text: str) -> None:
    """Neither *however* nor missing evidence nor the claimant herself disputes a claim."""
    assert "disputed" not in {label for label, _ in layer(text, "claim")}


def test_a_claim_told_twice_has_one_status(suggest: Suggest) -> None:
    """What is denied in one place is disputed wherever it is told."""
    text = "The union said the plant had dumped solvent in May. It rained. The firm denied that the plant had dumped solvent."
    labels = [span.label for span in suggest(text).spans if span.layer == "claim"]
    assert labels == ["disputed", "unverified", "disputed"]


@pytest.mark.parametrize(
    ("text", "rule", "prior"),
    [
        ("Ann Boe said the pier was shut.", "claim_attributed", 0.75),
        ("The pier was shut.", "claim_own_voice", 0.55),
        ("The firm denied that the plant had dumped solvent.", "claim_disputed", 0.5),
        ("The published ledger shows that the pier was sold.", "claim_record", 0.45),
    ],
)
def test_scores_are_the_rules_priors(suggest: Suggest, text: str, rule: str, prior: float) -> None:
    """A claim is as sure as the rule that found it."""
    assert rule
    assert [span.score for span in suggest(text).spans if span.layer == "claim"] == [prior]
