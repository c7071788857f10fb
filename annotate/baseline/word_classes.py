"""What a word looks like without a dictionary: stem, shape, and a rough part of speech."""

from __future__ import annotations

import re

ENDINGS = frozenset(
    re.findall(
        r"\w+",
        "abilities ability able ably ation ations edly ed er ers es est ful ible ibly ied ies iest ily ing ingly ings ion ions "
        "ities ity ive ively less ly ment ments ness s",
    )
)
_LONGEST = max(map(len, ENDINGS))
_LAST = frozenset(ending[-1] for ending in ENDINGS)
STEM = 3
"""Fewest letters that a stem keeps."""

_WORDS = {
    "DET": "the a an this that these those",
    "QUANT": "some many most several few various numerous certain all any every each both much more less other others another such",
    "PRON": (
        "i you he she it we they him her them us me one someone anyone everyone nobody people who which what whom whose there "
        "his its their our my your something anything nothing"
    ),
    "PREP": (
        "of in on at by for with from to as into over under between among about against during before after through than per "
        "within without since until upon via like amid despite towards near"
    ),
    "CONJ": "and or but nor yet so",
    "SUB": "if whether because although though while when where unless how why",
    "MODAL": "may might could can would should will shall must cannot can't couldn't won't wouldn't shouldn't",
    "BE": "be is are was were been being am isn't aren't wasn't weren't",
    "HAVE": "have has had having haven't hasn't hadn't",
    "DO": "do does did done doing don't doesn't didn't",
    "NEG": "not no never none neither",
}
CLOSED = {word: name for name, words in _WORDS.items() for word in words.split()}
BY_ENDING = (
    ("ly", "ADV"),
    ("ing", "ING"),
    ("ed", "PAST"),
    ("en", "PAST"),
    ("est", "SUPER"),
    ("ous", "ADJ"),
    ("ful", "ADJ"),
    ("ble", "ADJ"),
    ("ive", "ADJ"),
    ("al", "ADJ"),
    ("ic", "ADJ"),
    ("ary", "ADJ"),
    ("less", "ADJ"),
    ("s", "PLURAL"),
)
_BY_LAST = {last: tuple(pair for pair in BY_ENDING if pair[0][-1] == last) for last in {e[-1] for e, _ in BY_ENDING}}


def stem(lower: str) -> str:
    """Return a word without its longest known ending, if enough letters stay.

    >>> stem("reportedly"), stem("allegations"), stem("red")
    ('report', 'alleg', 'red')
    """
    if lower[-1:] not in _LAST:
        return lower
    for size in range(min(_LONGEST, len(lower) - STEM), 0, -1):
        if lower[-size:] in ENDINGS:
            return lower[:-size]
    return lower


def shape(token: str) -> str:
    """Return whether a token is a number, has a capital first or throughout, or none.

    >>> [shape(token) for token in ("May", "may", "UN", "12", "🕊")]
    ['Xx', 'x', 'X', 'd', '.']
    """
    if token[:1].isdigit():
        return "d"
    if not token[:1].isalpha():
        return "."
    if token.isupper():
        return "X"
    return "Xx" if token[0].isupper() else "x"


def part_of_speech(token: str, lower: str, *, first: bool) -> str:
    """Return a rough part of speech: a closed class, a name, or what the ending suggests; a mark stands for itself.

    >>> [part_of_speech(word, word.lower(), first=False) for word in ("may", "Kyra", "reportedly", "dam", ",")]
    ['MODAL', 'NAME', 'ADV', 'NOUN', ',']
    """
    if lower in CLOSED:
        return CLOSED[lower]
    if lower[:1].isdigit():
        return "NUM"
    if not lower[:1].isalpha():
        return lower[:1]
    if token[0].isupper() and not first:
        return "NAME"
    for ending, name in _BY_LAST.get(lower[-1], ()):
        if lower.endswith(ending):
            return name
    return "NOUN"
