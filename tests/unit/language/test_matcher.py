"""Phrases found in a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.language.matcher import GAP, Matcher, lowered
from annotate.language.patterns import load_patterns

PHRASES = ["may", "may not", "no", "no proof", "not clear if", "é", "習", "if"]
PIECES = st.lists(
    st.sampled_from([*PHRASES, "proof", "clear", " ", "\n", ".", "-", "🎉", "İ", "May", "NO", "dismay", "x"]),
    max_size=14,
)


def hits(matcher: Matcher, text: str) -> list[str]:
    """Return the texts of the hits."""
    return [text[hit.start : hit.end] for hit in matcher.find(text)]


@given(PIECES)
def test_equals_a_plain_alternation(pieces: list[str]) -> None:
    """It finds what an alternation of the phrases finds, longest first, held to whole words."""
    text = " ".join(pieces)
    longest = sorted(PHRASES, key=len, reverse=True)
    source = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest)
    plain = re.compile(rf"(?<!\w)(?<!\w-)(?:{source})(?!\w|-\w)")
    expected = [(found.start(), found.end()) for found in plain.finditer(lowered(text))]
    assert [(hit.start, hit.end) for hit in Matcher({"all": PHRASES}).find(text)] == expected


@given(st.text(), st.text(max_size=20), st.text(max_size=20))
def test_a_window_counts_in_the_whole_text(inside: str, before: str, after: str) -> None:
    """Reading a part gives the part's hits, shifted."""
    matcher = Matcher({"all": PHRASES})
    whole = before + inside + after
    alone = [(hit.start + len(before), hit.end + len(before)) for hit in matcher.find(inside)]
    assert [(hit.start, hit.end) for hit in matcher.find(whole, len(before), len(before) + len(inside))] == alone


@given(st.text())
def test_lower_case_keeps_every_place(text: str) -> None:
    """The text in lower case is as long as the text, also where a letter's lower case is two."""
    assert len(lowered(text)) == len(text)


def test_signs_decide_between_the_variants_of_a_phrase() -> None:
    """A capital, a figure and a part that stands apart must be there; without them the shorter phrase counts."""
    matcher = Matcher(
        {"month": ["May"], "cue": ["may"], "rough": ["[about] #"], "none": ["no proof … given", "no proof"]}
    )
    text = "It may rain in May for about 40 days, about noon; no proof of 🎉 was given. No proof. It was given."
    assert [(sorted(hit.names), text[hit.start : hit.end]) for hit in matcher.find(text)] == [
        (["cue"], "may"),
        (["month"], "May"),
        (["rough"], "about"),
        (["none"], "no proof of 🎉 was given"),
        (["none"], "No proof"),
    ]


def test_parts_stand_apart_only_so_far() -> None:
    """The parts of a phrase lie in one sentence and near one another."""
    matcher = Matcher({"none": ["no proof … given"]})
    assert hits(matcher, "no proof " + "x" * (GAP - 20) + " given") != []
    assert hits(matcher, "no proof " + "x" * (GAP + 20) + " given") == []
    assert hits(matcher, "no proof\nwas given") == []


def test_a_failed_long_phrase_gives_way_to_the_shorter_one() -> None:
    """Where the longest phrase lacks what it asks for, a shorter one at the same place is found."""
    matcher = Matcher({"a": ["no", "no more than #"]})
    assert hits(matcher, "no more than words") == ["no"]
    assert hits(matcher, "no more than 5 words") == ["no more than"]


@pytest.mark.parametrize(
    "junk",
    [
        "a" * 10**6,
        "no " * 333_000,
        "is" + " " * 10**6,
        "no proof " * 111_000,
        "May " * 250_000,
        "🎉" * 10**6,
        "-may" * 250_000,
    ],
    ids=["letters", "words", "spaces", "apart", "capitals", "emoji", "hyphens"],
)
@pytest.mark.timeout(60)
def test_a_megabyte_of_junk_ends(junk: str) -> None:
    """No text makes the expression run away."""
    matcher = Matcher({"a": ["no", "is it so", "may", "May #"], "b": ["no proof … given", "no proof … shown"]})
    assert all(hit.start < hit.end for hit in matcher.find(junk))


def test_what_is_remembered_of_a_match_changes_no_hit() -> None:
    """The codebook's phrases, twice over and in other letters, in a matcher that has seen them and in a fresh one."""
    patterns = load_patterns()
    for name in ("hedge", "attribution", "status", "statement"):
        seen: Matcher = getattr(patterns, name)
        words = [text for key, variants in seen.phrases.items() for text in (key, " ".join(variants[0][0].tail))]
        texts = [f"{one} {two}  {three} 3 🕊" for one, two, three in zip(words, words[1:], words[2:], strict=False)]
        texts = [made for text in texts[:: len(texts) // 150] for made in (text, text.title(), text.upper(), text)]
        for text in texts:
            fresh = Matcher(seen._table, seen._irregular, seen._weak)
            fresh.__dict__ |= {"phrases": seen.phrases, "_regex": seen._regex, "_tails": seen._tails}
            assert list(seen.find(text)) == list(fresh.find(text))
