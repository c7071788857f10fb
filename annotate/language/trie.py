"""Many phrases as one regular expression that shares their beginnings."""

from __future__ import annotations

import re
from collections.abc import Iterable

Node = dict[str, "Node"]
"""A letter's followers; the empty string marks the end of a phrase."""


def pattern(phrases: Iterable[str]) -> str:
    r"""Return the source of an expression that matches the longest of the phrases, spaces as any white space.

    A shared beginning is tried once, so that the time does not grow with the number of phrases.

    >>> pattern(["no proof", "no evidence", "not"])
    'no(?:\\s+(?:evidence|proof)|t)'
    """
    root: Node = {}
    for phrase in phrases:
        node = root
        for letter in phrase:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _source(root) if root else r"(?!)"


def bounded(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return the compiled expression, held to whole words; a hyphened compound is one word."""
    return re.compile(rf"(?<!\w)(?<!\w-)(?:{pattern(phrases)})(?!\w|-\w)")


def _source(node: Node) -> str:
    ends = "" in node
    branches = []
    for letter in sorted(letter for letter in node if letter):
        literal = r"\s+" if letter == " " else re.escape(letter)
        follower = node[letter]
        branches.append(literal + (_source(follower) if follower != {"": {}} else ""))
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    if not ends:
        return joined
    return f"(?:{joined})?"
