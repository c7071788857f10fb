"""What a text shows at a glance: its length, its marks, and which of the codebook's patterns it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

    def phrases(self) -> Iterator[str]:
        """Yield the phrases of all patterns; none without patterns."""
        if self.patterns is not None:
            for matcher in (self.patterns.hedge, *self._matchers.values()):
                yield from matcher.phrases

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """Finds where the first phrase of any layer begins: most texts hold none, and one search tells."""
        return bounded(self.phrases())

    def firsts(self, texts: Sequence[str]) -> Sequence[int]:
        """Return where the first phrase begins in each text, -1 where none does; 0 where it is not worth looking."""
        if self.patterns is None or len(texts) < MANY:
            return [0] * len(texts)
        search = self._any.search
        return [-1 if (found := search(lowered(text))) is None else found.start() for text in texts]

    def cues(self, texts: Sequence[str], firsts: Sequence[int] | None = None) -> Marks:
        """Return the patterns' hedge cues in each text: (start, end, type); none without patterns.

        Args:
            texts: any texts.
            firsts: where the first phrase begins in each, -1 where none does; it is looked for where not said.
        """
        if self.patterns is None:
            return [()] * len(texts)
        find, found = self.patterns.hedge.find, []
        for text, first in zip(texts, self.firsts(texts) if firsts is None else firsts, strict=True):
            hits = find(text) if first >= 0 else ()
            found.append([(hit.start, hit.end, min(hit.names)) for hit in hits if NOT not in hit.names])
        return found

    def values(self, texts: Sequence[str], cues: Marks, firsts: Sequence[int] | None = None) -> Floats:
        """Return the features ``(n_texts, n_features)``; what the patterns find counts once (``firsts``: see `cues`)."""
        found = np.zeros((len(texts), len(self.names)))
        found[:, : len(PLAIN)] = _plain(texts)
        hedge, listed = self._places.get(HEDGE, 0), self._listed
        for row, those in enumerate(cues):
            for _, _, name in those:
                found[row, [hedge, self._places[f"{HEDGE}.{name}"]]] = 1
        for row, first in enumerate(self.firsts(texts) if firsts is None else firsts):
            if first < 0 or self.patterns is None:
                continue
            text = texts[row]
            low = lowered(text)
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
