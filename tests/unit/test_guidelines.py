"""The guidelines: every word of the codebook is in them, and nothing in it can break the page."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from annotate.codebook import load, schemas
from annotate.guidelines import guidelines_html, guidelines_markdown, instructions_html

BOOKS = [entry.name for entry in schemas().iterdir() if (entry / "codebook.toml").is_file()]
HOSTILE = """
name = "small"
version = "1"
title = "<script>alert(1)</script> 🕊"
read = ["body"]
[[layer]]
name = "claim"
title = "Claims"
definition = "Less < more & so on."
[[layer.label]]
name = "two_words"
definition = "A."
question = "<img src=x onerror=alert(1)>?"
examples = ["It [<b>may</b>] be 🕊"]
color = "#336699"
[[target]]
name = "any"
title = "Any"
labels = ["no"]
default = "no"
[[guideline]]
title = "How"
text = "1. *So* <script>alert(2)</script>"
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A codebook whose words are HTML."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "codebook.toml").write_text(HOSTILE, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("name", BOOKS)
def test_every_word_is_there(name: str) -> None:
    """Definitions, questions and reasons of all labels are in the Markdown, the page and the instructions."""
    book = load(name)
    for text in (
        guidelines_markdown(book),
        html.unescape(guidelines_html(book)),
        html.unescape(instructions_html(book)),
    ):
        for layer in book.layer:
            for label in layer.label:
                assert label.definition in text
                assert label.question in text
                assert all(miss.reason in text for miss in label.near_misses)
        assert all(section.title in text for section in book.guideline)


def test_html_in_a_codebook_is_text(hostile: str) -> None:
    """What looks like markup in a codebook is shown and not run; what an example marks is marked."""
    book = load(hostile)
    page = guidelines_html(book)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;b&gt;may&lt;/b&gt;</mark>" in page
    assert "<em>So</em>" in page
    assert "two words" in page
    assert "🕊" in page


def test_the_page_loads_nothing() -> None:
    """The page asks for no other file and no other place."""
    page = guidelines_html(load())
    assert "src=" not in page
    assert "href=" not in page
    assert "url(" not in page


@pytest.mark.parametrize("name", BOOKS)
def test_the_checked_in_guidelines_are_these(name: str) -> None:
    """`make schemas` has been run since the codebook changed."""
    folder, book = Path(str(schemas() / name)), load(name)
    assert (folder / "guidelines.md").read_text(encoding="utf-8") == guidelines_markdown(book)
    assert (folder / "guidelines.html").read_text(encoding="utf-8") == guidelines_html(book)
