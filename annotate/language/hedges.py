"""Hedge cues in a text: the words by which it holds back from asserting."""

from __future__ import annotations

from annotate.language.patterns import NOT, Patterns
from annotate.records import Span

LAYER = "hedge"


def hedges(text: str, start: int, end: int, patterns: Patterns) -> list[Span]:
    """Return the hedge cues in ``text[start:end]`` in text order, disjoint; offsets count in the whole text.

    ``score`` is the prior of the cue; ids count from ``h0`` within the call, prefixed by ``start``.
    A cue whose parts stand apart runs from its first word to its last and does not cross a sentence's end.

    >>> from annotate.language.patterns import load_patterns
    >>> text = "It may rain in May; no proof of this was given."
    >>> [(cue.label, cue.text) for cue in hedges(text, 0, len(text), load_patterns())]
    [('epistemic', 'may'), ('explicitly_unverified', 'no proof of this was given')]
    """
    found: list[Span] = []
    for hit in patterns.hedge.find(text, start, end):
        if NOT in hit.names:
            continue
        cue = text[hit.start : hit.end]
        rule = "hedge_weak" if hit.weak else "hedge_apart" if len(cue.split()) > APART else "hedge"
        found.append(
            Span(
                id=f"h{hit.start}",
                layer=LAYER,
                label=min(hit.names),
                start=hit.start,
                end=hit.end,
                text=cue,
                score=patterns.prior[rule],
            )
        )
    return found


APART = 6
"""Longest cue, in words, that counts as standing together."""
