"""Who speaks, of what kind, and who passes on whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Layer = Callable[[str, str], list[tuple[str, str]]]
Links = Callable[[str], set[tuple[str, str, str]]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # before the verb, after it, after a phrase
        ("Mayor Ilse Brandt said the pier had closed.", [("person", "Mayor Ilse Brandt")]),
        ("The pier had closed, said Ilse Brandt.", [("person", "Ilse Brandt")]),
        ("“The pier is shut 🎉,” said the mayor, Ilse Brandt.", [("person", "Ilse Brandt")]),
        ("The pier had closed, according to the Harbour Authority.", [("organisation", "the Harbour Authority")]),
        ("According to two people familiar with the sale, the pier was sold.", [("unnamed", "two people")]),
        # dates, adverbs and insertions between a source and its verb
        ("Ilse Brandt on Monday (March 3) also said the pier had closed.", [("person", "Ilse Brandt")]),
        ("The mayor, who was in Ost, said the pier had closed.", [("unnamed", "The mayor")]),
        ("Her son, Duarte Melim, says the pier was sold.", [("person", "Duarte Melim")]),
        # kinds
        ("A senior official said the pier had closed.", [("unnamed", "A senior official")]),
        ("Residents said the pier had closed.", [("collective", "Residents")]),
        ("Analysts at the bank say the pier was sold.", [("collective", "Analysts at the bank")]),
        ("The audit found that the pier had been sold.", [("document", "The audit")]),
        ("A report by the Harbour Board said the pier was sold.", [("document", "A report by the Harbour Board")]),
        (
            "A spokesman for the Harbour Board said the pier was sold.",
            [("unnamed", "A spokesman for the Harbour Board")],
        ),
        ("AFP said the pier was sold.", [("organisation", "AFP")]),
        # a source known by its place alone
        ("The pier was sold, a stevedore said.", [("unnamed", "a stevedore")]),
        # no source
        ("The pier was reported closed.", []),
        ("The claim was long.", []),
        ("Police found a body.", []),
        ("Nobody said the pier was sold.", []),
        ("“He told me that it was sold.”", []),
        ("", []),
    ],
)
def test_sources(layer: Layer, text: str, expected: list[tuple[str, str]]) -> None:
    """The name or description alone is marked, with its kind."""
    assert layer(text, "source") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the article's knowledge: a description, a last name and a pronoun are as the name is
        ("A senator said it rained. Senator Ann Boe said it snowed.", ["person", "person"]),
        ("Minister Ann Boe said it rained. Boe said it snowed.", ["person", "person"]),
        ("A senior official said it rained. He said it snowed.", ["unnamed", "unnamed"]),
        ("Ann Boe said it rained. She said it snowed.", ["person", "person"]),
        ("The ministry said it rained. It said it snowed.", ["organisation", "organisation"]),
        ("Residents said it rained. They said it snowed.", ["collective", "collective"]),
        ("South Korea said it rained.", ["organisation"]),
    ],
)
def test_kinds_follow_the_article(layer: Layer, text: str, expected: list[str]) -> None:
    """A source has the kind that the rest of the article gives it."""
    assert [label for label, _ in layer(text, "source")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Boe said it rained, citing the log.", ("Ann Boe", "the log")),
        ("Citing the log, Ann Boe said it rained.", ("Ann Boe", "the log")),
        ("Ann Boe claimed it rained, citing figures from the Weather Service.", ("Ann Boe", "the Weather Service")),
        ("It rained, said an officer who was briefed by the Weather Service.", ("an officer", "the Weather Service")),
        (
            "The Weather Service, as per news agency BNA, said that it rained.",
            ("news agency BNA", "The Weather Service"),
        ),
        ("“The log shows that it rained,” Ann Boe said.", ("Ann Boe", "The log")),
        ("Ann Boe said the log showed that it rained.", ("Ann Boe", "the log")),
    ],
)
def test_relays(links: Links, text: str, expected: tuple[str, str]) -> None:
    """The one that speaks is linked to the one that it has it from."""
    assert ("relays", *expected) in links(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ann Boe said it rained, and Bo Lind said it snowed.",
        "Ann Boe said it rained.",
        "Ann Boe said she believed that it rained.",
    ],
)
def test_no_relay(links: Links, text: str) -> None:
    """Two speakers side by side, one alone, and one who speaks of herself pass nothing on."""
    assert not [link for link in links(text) if link[0] == "relays"]


def test_a_chain_of_three(links: Links) -> None:
    """Evidence that a speaker has from another is that one's."""
    text = (
        "“Letters found in drawers suggest that they were paid,” Ann Boe claimed, citing details from the Tax Bureau."
    )
    assert links(text) == {
        ("attributed_to", "they were paid", "Letters found in drawers"),
        ("relays", "Ann Boe", "the Tax Bureau"),
        ("relays", "the Tax Bureau", "Letters found in drawers"),
    }


def test_a_posts_signature_is_its_source(links: Links) -> None:
    """What a post says is attributed to the name under it."""
    text = "It rained.\nIt snowed.\nThe story spread on Monday night in Ost.\nThe pumps were switched off 😷\n— Ann Boe (@annboe) January 12, 2025"
    assert ("attributed_to", "The pumps were switched off 😷", "Ann Boe") in links(text)


def test_a_quotation_over_sentences_has_one_speaker(links: Links) -> None:
    """The sentences of a quotation are attributed to the speaker that one of them names."""
    text = "“The pumps failed,” said Ann Boe. “They failed twice.” Then she left."
    assert {link for link in links(text) if link[0] == "attributed_to"} == {
        ("attributed_to", "The pumps failed", "Ann Boe"),
        ("attributed_to", "They failed twice", "Ann Boe"),
    }
