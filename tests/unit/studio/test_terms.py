"""A label counts however the screen asked for it; what the codebook does not have is unknown."""

from __future__ import annotations

import pytest

from annotate.codebook import Codebook
from annotate.studio.terms import AsTheyAre, Known, Unknown


@pytest.mark.parametrize(
    ("control", "value", "answers"),
    [
        ("claim", "verified", []),
        ("label", "claim_verified", []),
        ("label", "claim.verified", []),
        ("label", "Claim", [("status", "verified")]),
        ("claim", "claim", [("status", "verified")]),
    ],
)
def test_one_label_by_several_screens(control: str, value: str, answers: list[tuple[str, str]], book: Codebook) -> None:
    """A label of its layer, a joined one, and a layer with an answer all mean the same mark."""
    assert Known(book).mark(control, value, answers) == ("claim", "verified")


@pytest.mark.parametrize(
    ("control", "value", "reason"),
    [("claim", "maybe 🕊", "unknown_label"), ("mood", "happy", "unknown_control"), ("label", "Claim", "no_label")],
)
def test_unknown_names_have_their_reason(control: str, value: str, reason: str, book: Codebook) -> None:
    """A label, a control or an unanswered layer that the codebook cannot place is unknown."""
    with pytest.raises(Unknown) as caught:
        Known(book).mark(control, value, [("status", "maybe")])
    assert caught.value.reason == reason


def test_answers_of_a_region_are_a_basis_or_its_label(book: Codebook) -> None:
    """An answer that is neither is unknown."""
    terms = Known(book)
    assert terms.answered(("basis", "record"), [("claim", "verified")]) is None
    assert terms.answered(("status", "verified"), [("claim", "verified")]) is None
    with pytest.raises(Unknown):
        terms.answered(("basis", "rumour"), [("claim", "verified")])


def test_free_text_takes_any_answer_and_choices_do_not(book: Codebook) -> None:
    """A note is whatever was typed; a decision has its choices."""
    Known(book).decided("note", ["anything 🕊", ""])
    with pytest.raises(Unknown, match="no choice 'perhaps'"):
        Known(book).decided("article", ["no_claim", "perhaps"])


def test_a_foreign_export_keeps_its_names() -> None:
    """Without a codebook the control is the layer, and a link is called what was chosen for it."""
    terms = AsTheyAre()
    assert terms.mark("label", "Person", []) == ("label", "Person")
    assert terms.answered(("mood", "sad"), []) == ("mood", "sad")
    assert (terms.link("a", "b", []), terms.link("a", "b", ["knows"])) == ("relation", "knows")
    assert terms.basis(("claim", "verified"), [], linked=True) is None
