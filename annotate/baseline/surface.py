"""What a text shows at a glance: its length, its marks, and which of the codebook's patterns it holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline.characters import ALPHA, DIGIT, UPPER, counted, points
from annotate.baseline.linear import Floats
from annotate.baseline.tokens import QUOTES, Marks
from annotate.language.hedges import hedges
from annotate.language.patterns import NOT, Patterns

PLAIN = ("length", "digits", "capitals", "quoted", "commas", "question")
"""Features that need no patterns."""
HEDGE = "hedge"


class Surface:
    """Features of a text that need no training.

    Attributes:
        names: of the features, in their order.
    """

    def __init__(self, patterns: Patterns | None) -> None:
        """Take the codebook's patterns, if it has any."""
        self.patterns = patterns
        self.names: tuple[str, ...] = PLAIN
        if patterns is not None:
            self._matchers = {name: getattr(patterns, name) for name in ("attribution", "status", "statement")}
            listed = [f"{HEDGE}.{name}" for name in _names(patterns.hedge)]
            listed += [f"{layer}.{name}" for layer, matcher in self._matchers.items() for name in _names(matcher)]
            self.names = (*PLAIN, HEDGE, *listed)
        self._places = {name: place for place, name in enumerate(self.names)}

    def cues(self, texts: Sequence[str]) -> Marks:
        """Return the patterns' hedge cues in each text: (start, end, type); none without patterns."""
        if self.patterns is None:
            return [()] * len(texts)
        patterns = self.patterns
        return [[(cue.start, cue.end, cue.label) for cue in hedges(text, 0, len(text), patterns)] for text in texts]

    def values(self, texts: Sequence[str], cues: Marks) -> Floats:
        """Return the features ``(n_texts, n_features)``; what the patterns find counts once."""
        found = np.zeros((len(texts), len(self.names)))
        found[:, : len(PLAIN)] = _plain(texts)
        for row, text in enumerate(texts):
            for _, _, name in cues[row]:
                found[row, [self._places[HEDGE], self._places[f"{HEDGE}.{name}"]]] = 1
            if self.patterns is not None:
                for layer, matcher in self._matchers.items():
                    for hit in matcher.find(text):
                        for name in hit.names - {NOT}:
                            found[row, self._places[f"{layer}.{name}"]] = 1
        return found


def _names(matcher: object) -> list[str]:
    phrases = matcher.phrases  # type: ignore[attr-defined]  # a `Matcher`
    return sorted({name for variants in phrases.values() for _, names in variants for name in names} - {NOT})


def _plain(texts: Sequence[str]) -> Floats:
    made = points(texts)
    size, letters = np.diff(made.offsets), counted(made, ALPHA)
    rows = [(len(t.split()), any(mark in t for mark in QUOTES), t.count(","), t.rstrip().endswith("?")) for t in texts]
    words, quoted, commas, asked = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    digits = counted(made, DIGIT) / np.maximum(size, 1)
    capitals = counted(made, UPPER) / np.maximum(letters, 1)
    return np.stack([np.log1p(words), digits, capitals, quoted, np.log1p(commas), asked], axis=1)
