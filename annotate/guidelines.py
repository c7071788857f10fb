"""The annotators' guidelines, made from the codebook: as Markdown, as a page, and as a project's instructions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotate.codebook import Codebook

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_MARKED = re.compile(r"\[([^\]]+)\]")
_PALE = 0.25
"""How much of a label's colour is laid over the page under a marked example."""


def guidelines_markdown(codebook: Codebook) -> str:
    """Return the guidelines as Markdown; what an example marks stands in square brackets."""
    return _environment().get_template("guidelines.md.jinja").render(book=codebook).strip() + "\n"


def guidelines_html(codebook: Codebook) -> str:
    """Return the guidelines as one self-contained HTML page, light and dark."""
    return _environment().get_template("guidelines.html.jinja").render(book=codebook).strip() + "\n"


def instructions_html(codebook: Codebook) -> str:
    """Return the guidelines as a piece of HTML with its styles inline, for the instructions of a project."""
    return _environment().get_template("guidelines_body.html.jinja").render(book=codebook).strip() + "\n"


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("annotate"),
        autoescape=select_autoescape(["html.jinja"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"prose": _prose, "marked": _marked, "spoken": lambda name: name.replace("_", " ")}
    return environment


def _prose(text: str) -> Markup:
    """Return Markdown as HTML; HTML in it is shown as text."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    return Markup(MarkdownIt("commonmark", {"html": False}).render(text))  # noqa: S704 - the renderer escapes HTML


def _marked(text: str, color: str) -> Markup:
    """Return an example with what stands in square brackets laid over the label's colour."""
    from markupsafe import Markup, escape

    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    style = f"background: rgba({red}, {green}, {blue}, {_PALE}); color: inherit; border-bottom: 2px solid {color}"
    parts = _MARKED.split(text)
    marks = [
        Markup('<mark style="{}">{}</mark>').format(style, part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    ]
    return Markup("").join(marks)
