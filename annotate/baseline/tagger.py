"""The hedge tagger: how far each token holds back, the cue spans, and what they say of the whole text.

One linear detector a kind of evidence: with cue spans it learns from tokens (cue or not, and a second classifier the cue's
type); without them it learns which tokens make a text positive, from the texts' labels alone: a text is positive unless none
of its tokens is (noisy-or multiple-instance learning; Maron and Lozano-Perez 1997, *A Framework for Multiple-Instance
Learning*).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.linear import Floats, Ints
from annotate.baseline.tokens import Marks, Table, Tokens, Vocabulary, tokens

LEAST = 1e-9
"""Below this a text's summed evidence counts as this."""


class TokensOfTexts(Protocol):
    """Which text each token is of ``(n_tokens,)``, in the order of the texts."""

    @property
    def text(self) -> Ints:
        """Number of each token's text."""

    @property
    def n_texts(self) -> int:
        """How many texts there are."""


class PlacedTokens(TokensOfTexts, Protocol):
    """Tokens with their half-open offsets, each in its text."""

    @property
    def starts(self) -> Ints:
        """Where each token begins."""

    @property
    def ends(self) -> Ints:
        """Where each token ends."""


class Cue(NamedTuple):
    """A cue in a text: half-open offsets, and its type."""

    start: int
    end: int
    type: str


class Tagger:
    """Scores tokens.

    Args:
        vocabulary: the values that its features are made from.
        table: weights ``(n_features, n_detectors + n_types)``.
        intercept: ``(n_detectors + n_types,)``.
        detectors: name of each detector.
        types: cue types, told apart by the last outputs; none where texts' labels trained it.
        cut: log-odds of the first detector from which on a token belongs to a cue.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        table: Table,
        intercept: Floats,
        detectors: Sequence[str],
        types: Sequence[str],
        cut: float,
    ) -> None:
        """Put a tagger together."""
        self.vocabulary, self.table, self.intercept = vocabulary, table, intercept
        self.detectors, self.types, self.cut = tuple(detectors), tuple(types), cut

    def tagged(self, texts: Sequence[str], known: Marks) -> tuple[Tokens, Floats]:
        """Return the tokens of texts and their log-odds ``(n_tokens, n_outputs)``.

        Args:
            texts: any texts.
            known: the patterns' cues in them.
        """
        found = tokens(texts, known)
        places = self.vocabulary.places(found)
        return found, self.table.sums(self.vocabulary.table(found), places) + self.intercept

    def columns(self, found: TokensOfTexts, log_odds: Floats) -> Floats:
        """Return what the tokens say of their texts (see :func:`evidence`)."""
        return evidence(found, log_odds, len(self.detectors))

    def cues(self, found: PlacedTokens, log_odds: Floats) -> list[list[Cue]]:
        """Return each text's cues: runs of tokens from the cut on that have one type."""
        kinds = self.types or self.detectors
        detectors = len(self.detectors)
        if self.types:
            chosen = log_odds[:, 0] >= self.cut
            kind = log_odds[:, detectors:].argmax(axis=1)
        else:
            kind = log_odds.argmax(axis=1)
            chosen = log_odds.max(axis=1) >= self.cut
        return spans(found, chosen, kind, kinds)


def evidence(found: TokensOfTexts, log_odds: Floats, detectors: int) -> Floats:
    """Return ``(n_texts, 2 n_detectors + n_types)``: what the tokens of each text say together.

    For each detector the log-odds that at least one token is positive, and the highest token's; for each type the
    logarithm of how many such tokens there are, in the sense of the noisy-or.
    """
    size = found.n_texts
    columns = []
    for number in range(detectors):
        single = log_odds[:, number]
        columns.append(noisy_or(_summed(found.text, np.logaddexp(0, single), size)))
        highest = np.full(size, EMPTY)
        np.maximum.at(highest, found.text, single)
        columns.append(np.maximum(highest, EMPTY))
    if log_odds.shape[1] > detectors:
        shares = np.exp(log_odds[:, detectors:] - log_odds[:, detectors:].max(axis=1, keepdims=True))
        shares = shares / shares.sum(axis=1, keepdims=True) * np.logaddexp(0, log_odds[:, :1])
        columns += [np.log(_summed(found.text, share, size) + FAINT) for share in shares.T]
    return np.stack(columns, axis=1)


EMPTY = -12.0
"""Log-odds of a text without tokens."""
FAINT = 1e-4
"""Added before a logarithm."""


def _summed(index: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(index, values, minlength=size).astype(np.float64)


def noisy_or(summed: Floats) -> Floats:
    """Return the log-odds that any of some events happens, from their summed ``log(1 + exp(log-odds))``.

    >>> noisy_or(np.array([np.log1p(np.exp(-3.0))])).round(6).tolist()
    [-3.0]
    """
    summed = np.maximum(summed, LEAST)
    found: Floats = summed + np.log(-np.expm1(-summed))
    return np.maximum(found, EMPTY)


def spans(found: PlacedTokens, chosen: NDArray[np.bool_], kind: Ints, kinds: Sequence[str]) -> list[list[Cue]]:
    """Return each text's runs of chosen tokens of one kind."""
    cues: list[list[Cue]] = [[] for _ in range(found.n_texts)]
    last = -2
    for token in np.flatnonzero(chosen).tolist():
        text, name = int(found.text[token]), kinds[kind[token]]
        joined = token == last + 1 and cues[text] and cues[text][-1].type == name
        if joined and found.text[last] == text:
            cues[text][-1] = cues[text][-1]._replace(end=int(found.ends[token]))
        else:
            cues[text].append(Cue(int(found.starts[token]), int(found.ends[token]), name))
        last = token
    return cues


def token_types(found: Tokens, cues: Sequence[Sequence[Cue]], types: Sequence[str]) -> Ints:
    """Return which type of cue each token stands in ``(n_tokens,)``; -1 for none."""
    places = {name: place for place, name in enumerate(types)}
    firsts = np.concatenate([[0], np.cumsum(found.counts)])
    kind = np.full(len(found.kind), -1, dtype=np.int64)
    for number, those in enumerate(cues):
        first, last = firsts[number], firsts[number + 1]
        for cue in those:
            begin = first + int(np.searchsorted(found.ends[first:last], cue.start, side="right"))
            end = first + int(np.searchsorted(found.starts[first:last], cue.end, side="left"))
            kind[begin:end] = places[cue.type]
    return kind
