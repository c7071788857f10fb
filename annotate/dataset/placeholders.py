"""What nobody should read in a card."""

from __future__ import annotations

import re

PLACEHOLDERS = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[(?:more information needed|insert [^\]]*)\]|\b(?:TODO|TBD|FIXME)\b|lorem ipsum", re.IGNORECASE
)
"""Marks of a template, and of words that somebody meant to write later."""
