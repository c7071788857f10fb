"""The codebook: read, checked, and its rules from spans to labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.codebook import load
from annotate.errors import CodebookError

BOOK = load()
SMALL = """
name = "small"
version = "1"
title = "Small"
read = ["body"]
[[layer]]
name = "claim"
title = "Claims"
definition = "What is said."
[[layer.label]]
name = "a"
definition = "A."
hotkey = "1"
[[target]]
name = "any"
title = "Any"
labels = ["no", "yes"]
default = "no"
[[target.rule]]
label = "yes"
has = ["claim.a"]
"""


def small(tmp_path: Path, old: str = "", new: str = "") -> str:
    """Write a small codebook, with one piece replaced, and return its folder."""
    (tmp_path / "codebook.toml").write_text(SMALL.replace(old, new) if old else SMALL, encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("marks", "labels", "reasons"),
    [
        ([], ("none", "no", "no"), ()),
        (["claim.unverified"], ("unverified", "no", "no"), ()),
        (["claim.verified", "hedge"], ("verified", "yes", "no"), ()),
        (["claim.unverified", "hedge"], ("unverified", "yes", "yes"), ("hedged",)),
        (["hedge"], ("none", "yes", "yes"), ("hedged",)),
        (["claim.disputed"], ("disputed", "no", "yes"), ("disputed",)),
        (["claim.disputed", "claim.verified"], ("disputed", "no", "yes"), ("disputed",)),
        (["claim.verified", "claim.unverified"], ("unverified", "no", "no"), ()),
        (
            ["claim.unverified", "hedge", "hedge.explicitly_unverified"],
            ("unverified", "yes", "yes"),
            ("unverified", "hedged"),
        ),
    ],
)
def test_rules_of_the_default_codebook(marks: list[str], labels: tuple[str, ...], reasons: tuple[str, ...]) -> None:
    """Status, hedged and flagged follow from the spans as the codebook says."""
    decided = BOOK.decide_marks(frozenset(marks))
    assert tuple(decided.labels.values()) == labels
    assert decided.reasons.get("flagged", ()) == reasons


def test_given_targets_are_taken_as_they_are() -> None:
    """A model's decisions stand, and the rules go on from them."""
    decided = BOOK.decide_marks(frozenset(), {"status": "verified", "hedged": "yes"})
    assert decided.labels == {"status": "verified", "hedged": "yes", "flagged": "no"}


@pytest.mark.parametrize(
    ("label", "linked", "chosen", "basis"),
    [
        ("disputed", True, None, "contradicted"),
        ("verified", True, None, "confirmed"),
        ("verified", False, "record", "record"),
        ("unverified", True, None, "attributed"),
        ("unverified", False, None, "own_voice"),
        ("unverified", False, "record", "own_voice"),
    ],
)
def test_basis_follows_from_label_and_links(label: str, linked: bool, chosen: str | None, basis: str) -> None:  # noqa: FBT001 - a parameter of the case
    """What a status rests on is derived unless the annotator chose it."""
    assert BOOK.basis_of(label, linked=linked, chosen=chosen) == basis


def test_links_take_their_type_from_their_ends() -> None:
    """Claim to source is attribution, source to source is relay, anything else is none."""
    assert BOOK.link_type("claim", "source") == "attributed_to"
    assert BOOK.link_type("source", "source") == "relays"
    assert BOOK.link_type("source", "claim") is None


def test_the_hash_is_of_the_content_alone(tmp_path: Path) -> None:
    """A comment changes nothing, a definition does."""
    before = load(small(tmp_path)).hash
    assert load(small(tmp_path, 'name = "small"', '# a comment\nname = "small"')).hash == before
    assert load(small(tmp_path, "What is said.", "What is claimed.")).hash != before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('has = ["claim.a"]', 'has = ["claim.b"]', "unknown mark 'claim.b'"),
        ('label = "yes"', 'label = "maybe"', "unknown label 'maybe'"),
        ('has = ["claim.a"]', 'where = { later = "yes" }', "later = 'yes', not decided before it"),
        (
            'hotkey = "1"',
            'hotkey = "1"\n[[layer.label]]\nname = "b"\ndefinition = "B."\nhotkey = "1"',
            "hotkey '1' is given twice",
        ),
        ('version = "1"', "", "missing required field `version`"),
        ('version = "1"', 'versoin = "1"', "versoin"),
        ('title = "Small"', "title = ", "line 4"),
        ('read = ["body"]', 'read = ["boddy"]', "boddy"),
    ],
)
def test_a_broken_codebook_is_refused_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Every broken rule of the form names the file and what is wrong."""
    with pytest.raises(CodebookError) as caught:
        load(small(tmp_path, old, new))
    assert words in str(caught.value)
    assert "codebook.toml" in str(caught.value)


def test_an_unknown_codebook_names_those_that_are_there() -> None:
    """A wrong name is answered with the right ones."""
    with pytest.raises(CodebookError, match="no codebook 'nope'") as caught:
        load("nope")
    assert "credibility" in (caught.value.hint or "")
