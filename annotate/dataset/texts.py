"""Rows without the words of their article."""

from __future__ import annotations

from typing import Any

_TEXTUAL = frozenset({"text", "title"})
"""Columns, and fields of nested columns, that hold an article's words."""


def bare(value: Any) -> Any:
    """Return a row without the words of its article: what held them is null.

    >>> bare({"start": 0, "text": "Rain 🌧", "claim_spans": [{"id": "g1", "text": "Rain"}]})
    {'start': 0, 'text': None, 'claim_spans': [{'id': 'g1', 'text': None}]}
    """
    if isinstance(value, dict):
        return {name: None if name in _TEXTUAL else bare(inner) for name, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [bare(inner) for inner in value]
    return value
