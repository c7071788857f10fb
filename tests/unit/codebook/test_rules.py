"""What a codebook must keep to: each broken rule is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.codebook import load, locate, read
from annotate.codebook.places import Places
from annotate.codebook.rules import contrast
from annotate.errors import CodebookError

DEFAULT = locate().read_text(encoding="utf-8")


def wrong(tmp_path: Path, old: str, new: str) -> list[tuple[int, str]]:
    """Return what is wrong with the default codebook after one replacement."""
    assert old in DEFAULT
    path = tmp_path / "codebook.toml"
    path.write_text(DEFAULT.replace(old, new, 1), encoding="utf-8")
    return read(path)[1]


def line_of(text: str, after: str = "") -> int:
    """Return the line on which the default codebook has this text, the first after another."""
    place = DEFAULT.index(text, DEFAULT.index(after))
    return DEFAULT.count("\n", 0, place) + 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('hotkey = "2"', 'hotkey = "1"', "hotkey '1' is given twice: to 'verified' and to 'unverified'"),
        ('hotkey = "2"', 'hotkey = "F2"', "no single small letter or digit"),
        ('from = "claim"', 'from = "cliam"', "ends in an unknown layer 'cliam'"),
        ('color = "#009E73"', 'color = "#F0E442"', "cannot be read on white"),
        ('color = "#009E73"', 'color = "green"', "is not of the form"),
        ('name = "epistemic"', 'name = "epistemic, weak"', "Label Studio and datasets would change another"),
        ('name = "epistemic"', 'name = "Epistemic"', "Label Studio and datasets would change another"),
        ('name = "hedged"', 'name = "text"', "needs that name for something else"),
        ('has = ["hedge"]', 'has = ["hegde"]', "names unknown mark 'hegde'"),
        ('name = "no_claim", definition = "I', 'name = "unsure", definition = "I', "'unsure' is there twice"),
    ],
)
def test_a_broken_rule_names_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """The line is that of the value, also inside inline tables and lists."""
    found = wrong(tmp_path, old, new)
    lines = [line for line, text in found if words in text]
    assert lines, found
    twice = words.endswith("twice")
    assert lines == [line_of('name = "unsure"' if twice else old)]


@pytest.mark.parametrize(
    ("old", "line"),
    [
        (
            'definition = "May be so, may not: a possibility or a likelihood."\n',
            line_of("[[layer.label]]", 'title = "Hedges"'),
        ),
        ('version = "1', 1),
    ],
)
def test_a_missing_field_names_its_table(tmp_path: Path, old: str, line: int) -> None:
    """A label without a definition is refused at the head of its table, a codebook without a version at its start."""
    new = "" if old.endswith("\n") else 'note = "1'
    ((found, words),) = wrong(tmp_path, old, new)
    assert found == line
    assert "missing required field" in words or "unknown field" in words


def test_an_empty_definition_is_a_missing_one(tmp_path: Path) -> None:
    """A definition of white space defines nothing."""
    found = wrong(tmp_path, "May be so, may not: a possibility or a likelihood.", " ")
    assert found == [(line_of("May be so"), "label 'epistemic' has no definition")]


def test_load_says_the_first_and_counts_the_rest(tmp_path: Path) -> None:
    """A codebook with two mistakes is refused with the place of the first."""
    path = tmp_path / "codebook.toml"
    text = DEFAULT.replace('hotkey = "2"', 'hotkey = "1"').replace('from = "claim"', 'from = "cliam"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=r"codebook\.toml:\d+: hotkey '1' is given twice.*\(and 1 more\)"):
        load(str(tmp_path))


def test_lines_of_values_in_any_layout() -> None:
    """Multi-line strings and lists, dotted tables, quoted keys and comments keep the count."""
    text = "\n".join(  # noqa: FLY002 - a line a line
        [
            'a = """one',
            "b = 2",
            '"""',
            "[t]",
            '"x y" = 1 # [',
            "[[l]]",
            "c = [",
            "  # none",
            '  "🕊",',
            '  { name = "[" },',
            "]",
            "[[l.m]]",
            "d = 1",
            "[[l]]",
            'c = ["]"]',
            "e = 1",
        ]
    )
    places = Places(text)
    assert places.line(("a",)) == 1
    assert places.line(("b",)) == 1  # inside a string there is no key
    assert places.line(("t", "x y")) == 5
    assert places.line(("l", 0, "c", 0)) == 9
    assert places.line(("l", 0, "c", 1, "name")) == 10
    assert places.line(("l", 0, "m", 0, "d")) == 13
    assert places.line(("l", 1, "e")) == 16
    assert places.line(("l", 1, "gone")) == 14


def test_contrast_by_hand() -> None:
    """Mid grey #777777 has a contrast of 4.48 with white, as the formula of WCAG gives it."""
    assert round(contrast("#777777"), 2) == 4.48
