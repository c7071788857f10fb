"""The features of a text: word n-grams and n-grams of characters inside words.

They are those of scikit-learn's ``TfidfVectorizer(analyzer="word", ngram_range=(1, 2))`` and
``TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))``, both lower-cased, without scikit-learn.
"""

from __future__ import annotations

import re
from itertools import pairwise

WORD_RANGE = (1, 2)
"""Shortest and longest word n-gram, in words."""
CHAR_RANGE = (2, 5)
"""Shortest and longest character n-gram, in code points, the space before and after a word included."""

_WORD = re.compile(r"\b\w\w+\b")


def words(text: str) -> list[str]:
    """Return the words of two characters or more, lower-cased."""
    found: list[str] = _WORD.findall(text.lower())
    return found


def word_ngrams(text: str) -> list[str]:
    """Return the words, then each pair of neighbours.

    >>> word_ngrams("It may rain")
    ['it', 'may', 'rain', 'it may', 'may rain']
    """
    single = words(text)
    return single + [f"{left} {right}" for left, right in pairwise(single)]


def chunks(text: str) -> list[str]:
    """Return what stands between white space, lower-cased: character n-grams never cross it.

    >>> chunks("May\u00a0rain, soon")
    ['may', 'rain,', 'soon']
    """
    return text.lower().split()


def char_ngrams(chunk: str) -> list[str]:
    """Return a chunk's character n-grams, repeats kept; one as long as the padded chunk or longer is counted once.

    >>> char_ngrams("if")
    [' i', 'if', 'f ', ' if', 'if ', ' if ']
    """
    padded = f" {chunk} "
    grams: list[str] = []
    for size in range(CHAR_RANGE[0], CHAR_RANGE[1] + 1):
        if len(padded) <= size:
            grams.append(padded)
            break
        grams += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return grams
