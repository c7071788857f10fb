"""The patterns file: it loads, and each family of it has what it finds and what it leaves."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from annotate.codebook import folder
from annotate.errors import CodebookError
from annotate.language.patterns import Patterns, load_patterns

FAMILIES = [
    # section, family, a text that has it, one that has not
    ("hedge", "epistemic", "It may rain.", "It rains."),
    ("hedge", "doxastic", "He believes it.", "He knows it."),
    ("hedge", "investigation", "It is under investigation.", "It is under water."),
    ("hedge", "condition", "If it rains, we stay.", "It rains, we stay."),
    ("hedge", "evidential", "It reportedly rained.", "It rained."),
    ("hedge", "approximator", "About 40 came.", "They talked about it."),
    ("hedge", "explicitly_unverified", "It could not be verified.", "It was verified."),
    ("hedge", "not", "He asked if it rained.", "If it rains, we stay."),
    ("attribution", "say", "She said so.", "She went away."),
    ("attribution", "distance", "She claims so.", "She says so."),
    ("attribution", "find", "It shows rain.", "It hides rain."),
    ("attribution", "confirm", "She confirmed it.", "She said it."),
    ("attribution", "deny", "She denied it.", "She said it."),
    ("attribution", "act", "She proposed a deal.", "She said a word."),
    ("attribution", "object", "She described it.", "She said it."),
    ("attribution", "phrase", "According to her, it rained.", "Accordingly it rained."),
    ("relay", "from", "He spoke, citing the log.", "He spoke of the log."),
    ("through", "through", "information from the log", "the log"),
    ("status", "denied", "She called it nonsense.", "She called it a day."),
    ("status", "corroborated", "He counted 61 too.", "He counted 61."),
    ("status", "record", "It is in the public register.", "It is in the garden."),
    ("status", "shown", "The log, published on Monday, is long.", "The log is long."),
    ("holds", "holds", "It reads: 7719.", "It weighs 7719."),
    ("statement", "future", "It will rain.", "It rained."),
    ("statement", "possible", "It might rain.", "It rained."),
    ("statement", "perfect", "It might have rained.", "It might rain."),
    ("statement", "conditional", "If it rains, we stay.", "It rains, we stay."),
    ("statement", "opinion", "I think it is blue.", "It is blue."),
    ("statement", "carrier", "There is no doubt that it rained.", "There is rain."),
    ("statement", "finite", "It was blue.", "Blue skies."),
    ("statement", "opener", "However, it rained.", "It rained."),
]
LISTS = {"person", "organisation", "unnamed", "collective", "document"}


@pytest.mark.parametrize(("section", "family", "has", "has_not"), FAMILIES, ids=[f"{a}.{b}" for a, b, _, _ in FAMILIES])
def test_each_family_finds_its_own(patterns: Patterns, section: str, family: str, has: str, has_not: str) -> None:
    """One sentence that has it, one that has not."""
    matcher = getattr(patterns, section)
    assert any(family in hit.names for hit in matcher.find(has))
    assert not any(family in hit.names for hit in matcher.find(has_not))


def test_no_family_is_forgotten() -> None:
    """Every family of the file stands in the list above."""
    form = tomllib.loads((folder() / "patterns.toml").read_text(encoding="utf-8"))
    sections = ("hedge", "attribution", "relay", "status", "statement")
    written = {(section, name) for section in sections for name in form[section]}
    matchers = {"through": "relay", "holds": "status"}
    assert written == {(matchers.get(section, section), family) for section, family, _, _ in FAMILIES}


@pytest.mark.parametrize(
    ("noun", "kind"),
    [
        ("mayor", "person"),
        ("pharmacist", "person"),
        ("ministry", "organisation"),
        ("officials", "unnamed"),
        ("residents", "collective"),
        ("memo", "document"),
        ("pump", None),
        ("", None),
    ],
)
def test_kinds_of_nouns(patterns: Patterns, noun: str, kind: str | None) -> None:
    """A noun names a kind of source by the lists or by its ending, or none."""
    assert patterns.kind(noun) == kind


def test_every_kind_is_a_label_of_the_sources(patterns: Patterns) -> None:
    """The lists of nouns are named as the codebook's labels are."""
    assert set(patterns.kinds.values()) == LISTS


def test_all_entries_expand(patterns: Patterns) -> None:
    """Every entry of the file is well formed."""
    for name in ("hedge", "attribution", "relay", "through", "status", "holds", "statement"):
        assert getattr(patterns, name).phrases


def test_priors_are_confidences(patterns: Patterns) -> None:
    """Every prior lies in [0, 1]."""
    assert all(0 <= value <= 1 for value in patterns.prior.values())


def test_a_codebook_without_patterns_says_so(tmp_path: Path) -> None:
    """The error names the file that is missing."""
    (tmp_path / "codebook.toml").write_bytes((folder() / "codebook.toml").read_bytes())
    with pytest.raises(CodebookError, match="comes without patterns"):
        load_patterns(str(tmp_path))


@pytest.mark.parametrize("content", ["[hedge", "[hedges]\n", "[hedge]\nmay = 3\n"])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    """What is no TOML, or of another form, is an error with the file's place."""
    (tmp_path / "codebook.toml").write_bytes((folder() / "codebook.toml").read_bytes())
    (tmp_path / "patterns.toml").write_text(content, encoding="utf-8")
    with pytest.raises(CodebookError, match=r"patterns\.toml"):
        load_patterns(str(tmp_path))
