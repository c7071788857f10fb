"""What a text shows at a glance: its length, its marks, and which of the codebook's patterns it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from annotate.baseline.characters import ALPHA, DIGIT, UPPER, counted, points
from annotate.baseline.linear import Floats
from annotate.baseline.tokens import QUOTES, Marks
from annotate.language.matcher import Matcher, lowered
from annotate.language.patterns import NOT, Patterns
from annotate.language.trie import bounded

PLAIN = ("length", "digits", "capitals", "quoted", "commas", "question")
"""Features that need no patterns."""
HEDGE = "hedge"
MANY = 64
"""For so many texts the expression that finds any phrase is worth being compiled."""


class Surface:
    """Features of a text that need no training.

    Attributes:
        names: of the features, in their order.
    """

    def __init__(self, patterns: Patterns | None) -> None:
        """Take the codebook's patterns, if it has any."""
        self.patterns = patterns
        self.names: tuple[str, ...] = PLAIN
        self._matchers: dict[str, Matcher] = {}
        self._listed: dict[tuple[str, frozenset[str]], list[int]] = {}
        if patterns is not None:
            self._matchers = {name: getattr(patterns, name) for name in ("attribution", "status", "statement")}
            listed = [f"{HEDGE}.{name}" for name in _names(patterns.hedge)]
            listed += [f"{layer}.{name}" for layer, matcher in self._matchers.items() for name in _names(matcher)]
            self.names = (*PLAIN, HEDGE, *listed)
        self._places = {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """Finds where the first phrase of any layer begins: most texts hold none, and one search tells."""
        return bounded(phrase for matcher in self._matchers.values() for phrase in matcher.phrases)

    def cues(self, texts: Sequence[str]) -> Marks:
        """Return the patterns' hedge cues in each text: (start, end, type); none without patterns."""
        if self.patterns is None:
            return [()] * len(texts)
        found = self.patterns.hedge.find
        return [[(h.start, h.end, min(h.names)) for h in found(text) if NOT not in h.names] for text in texts]

    def values(self, texts: Sequence[str], cues: Marks) -> Floats:
        """Return the features ``(n_texts, n_features)``; what the patterns find counts once."""
        found = np.zeros((len(texts), len(self.names)))
        found[:, : len(PLAIN)] = _plain(texts)
        hedge, listed = self._places.get(HEDGE, 0), self._listed
        for row, those in enumerate(cues):
            for _, _, name in those:
                found[row, [hedge, self._places[f"{HEDGE}.{name}"]]] = 1
        search = self._any.search if self._matchers and len(texts) >= MANY else None
        for row, text in enumerate(texts if self._matchers else ()):
            low, first = lowered(text), 0
            if search is not None:
                match = search(low)
                if match is None:
                    continue
                first = match.start()
            for layer, matcher in self._matchers.items():
                for hit in matcher.hits(text, low, position=first):
                    places = listed.get((layer, hit.names))
                    if places is None:
                        places = listed[layer, hit.names] = [self._places[f"{layer}.{n}"] for n in hit.names - {NOT}]
                    found[row, places] = 1
        return found


def _names(matcher: Matcher) -> list[str]:
    return sorted(matcher.names - {NOT})


def _plain(texts: Sequence[str]) -> Floats:
    made = points(texts)
    size, letters = np.diff(made.offsets), counted(made, ALPHA)
    rows = [(len(t.split()), any(mark in t for mark in QUOTES), t.count(","), t.rstrip().endswith("?")) for t in texts]
    words, quoted, commas, asked = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    digits = counted(made, DIGIT) / np.maximum(size, 1)
    capitals = counted(made, UPPER) / np.maximum(letters, 1)
    return np.stack([np.log1p(words), digits, capitals, quoted, np.log1p(commas), asked], axis=1)
