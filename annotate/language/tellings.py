"""Where an article tells one claim twice, by the words that two claims share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from annotate.language.claims import Claim
from annotate.language.patterns import Patterns

STEM = 5
"""Letters by which two words are taken for the same."""
SHARED = 3
"""Fewest words that two tellings of one claim share."""
LIKENESS = 0.85
"""Least share of the shorter telling's words that the longer one repeats."""
COMMON = 50
"""A word in more claims than this tells none from another."""


def tellings(claims: Sequence[Claim], text: str, patterns: Patterns) -> list[list[int]]:
    """Return for each claim the indices of the other claims that tell the same."""
    words = [content(text[claim.start : claim.end], patterns) for claim in claims]
    index: defaultdict[str, list[int]] = defaultdict(list)
    for n, own in enumerate(words):
        for word in own:
            index[word].append(n)
    found = []
    for n, own in enumerate(words):
        shared = Counter(other for word in own if len(index[word]) <= COMMON for other in index[word] if other != n)
        found.append(sorted(other for other, count in shared.items() if _alike(own, words[other], count)))
    return found


def _alike(own: frozenset[str], other: frozenset[str], shared: int) -> bool:
    """Return whether two tellings share enough words, and do not differ in their figures."""
    if shared < SHARED or shared < LIKENESS * min(len(own), len(other)):
        return False
    figures = [{word for word in words if word[0].isdigit()} for words in (own, other)]
    return not (figures[0] and figures[1]) or bool(figures[0] & figures[1])


def content(piece: str, patterns: Patterns) -> frozenset[str]:
    """Return the words of a text that carry its content, cut to their stems; figures whole.

    >>> from annotate.language.patterns import load_patterns
    >>> sorted(content("The navy bought 2,650 lanterns.", load_patterns()))
    ['2,650', 'bough', 'lante', 'navy']
    """
    low = [word.strip(".,;:\"“”'()").lower().removesuffix("'s").removesuffix("’s").strip("’") for word in piece.split()]
    stop = patterns.words("stop")
    return frozenset(word if word[:1].isdigit() else word[:STEM] for word in low if word and word not in stop)


def repeats(one: frozenset[str], other: frozenset[str], patterns: Patterns) -> bool:
    """Return whether two sentences share a figure of two digits, a number and another word, or three words."""
    shared = one & other
    long = any(word[:2].isdigit() and len(word) > 1 for word in shared)
    number = any(word[0].isdigit() or word in patterns.words("figure") for word in shared)
    return long or len(shared) >= SHARED or (number and len(shared) > 1)
