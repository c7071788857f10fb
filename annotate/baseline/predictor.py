"""Texts → probabilities and cue spans, with numpy alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from annotate.baseline.combination import COMBINATIONS, CONTEXT, SURFACE, Calibration, columns
from annotate.baseline.linear import Floats, Ints, Linear
from annotate.baseline.pieces import NGRAMS, RATIOS, TAGGER, outputs, side_by_side
from annotate.baseline.surface import Surface
from annotate.baseline.tagger import Cue, PlacedTokens, Tagger
from annotate.baseline.tokens import GRAMS, WINDOW, Marks, Table, Tokens, Vocabulary, tokens
from annotate.language.matcher import lowered

if TYPE_CHECKING:
    from annotate.baseline.fast import Fast
    from annotate.baseline.stack import _Fit

BATCH = 1024
"""Texts scored at once."""
FAINT = 0.05
"""Evidence below which a word is not named."""


class Grams:
    """Log-odds by the n-grams and skip-grams that a text holds, each counted once.

    Args:
        vocabulary: the values that the features are made from.
        table: weights ``(n_features, n_outputs)``.
        intercept: ``(n_outputs,)``.
    """

    def __init__(self, vocabulary: Vocabulary, table: Table, intercept: Floats) -> None:
        """Put the weights together."""
        self.vocabulary, self.table, self.intercept = vocabulary, table, intercept

    def log_odds(self, found: Tokens) -> Floats:
        """Return each output's log-odds ``(n_texts, n_outputs)``."""
        values, places = self.vocabulary.table(found), self.vocabulary.places(found)
        total = np.tile(self.intercept, (found.n_texts, 1))
        width = len(self.table.keys)
        for number in range(len(self.table.templates)):
            hits, rows = self.table.rows(values, places, number)
            text, rows = np.divmod(np.unique(found.text[hits] * width + rows), max(width, 1))
            for output in range(total.shape[1]):
                weights = np.asarray(self.table.coef[rows, output], dtype=np.float64)
                total[:, output] += np.bincount(text, weights, minlength=found.n_texts)
        return total


@dataclass(frozen=True)
class Tagged:
    """Some texts' tokens and what the tagger's detectors say of them.

    Attributes:
        tokens: in the order of the texts.
        log_odds: ``(n_tokens, n_detectors)``.
    """

    tokens: PlacedTokens
    log_odds: Floats

    @cached_property
    def evidence(self) -> Floats:
        """How much evidence each token is: ``log(1 + exp(log-odds))`` of its highest detector ``(n_tokens,)``."""
        found: Floats = np.logaddexp(0, self.log_odds.max(axis=1))
        return found

    @cached_property
    def firsts(self) -> list[int]:
        """Number of each text's first token, and the end."""
        found: list[int] = np.searchsorted(self.tokens.text, np.arange(self.tokens.n_texts + 1)).tolist()
        return found


@dataclass(frozen=True)
class Said:
    """What a predictor says of texts.

    Attributes:
        probabilities: target → ``(n_texts, n_labels)``.
        cues: hedge cues of each text.
        tagged: the tokens of each `BATCH` of texts; empty without a tagger.
    """

    probabilities: dict[str, Floats]
    cues: list[list[Cue]]
    tagged: list[Tagged]

    def evident(self, row: int, text: str, most: int) -> dict[str, float]:
        """Return the words of a text in which the tagger sees most evidence, with how much (see `Tagged.evidence`)."""
        if not self.tagged:
            return {}
        batch = self.tagged[row // BATCH]
        first, last = batch.firsts[row % BATCH], batch.firsts[row % BATCH + 1]
        seen = batch.evidence[first:last].tolist()
        order = sorted((token for token, value in enumerate(seen) if value >= FAINT), key=lambda token: -seen[token])
        starts, ends = batch.tokens.starts[first:last], batch.tokens.ends[first:last]
        return {text[starts[token] : ends[token]].lower(): seen[token] for token in order[:most]}


class Predictor:
    """The pieces of a model and how they are put together.

    Attributes:
        names: target → labels.
        combination: target → name of its combination.
        calibrations: target → how it is put together.
        compiled: whether compiled loops score; None for: where numba is installed, once there are texts enough.
    """

    def __init__(
        self,
        names: dict[str, tuple[str, ...]],
        combination: dict[str, str],
        calibrations: dict[str, Calibration],
        surface: Surface,
        ngrams: Linear | None,
        grams: Grams | None,
        tagger: Tagger | None,
    ) -> None:
        """Put a predictor together; targets' columns stand in the order of their names."""
        self.names, self.combination, self.calibrations = names, combination, calibrations
        self.surface, self.ngrams, self.grams, self.tagger = surface, ngrams, grams, tagger
        self.compiled: bool | None = None
        self._fast: Fast | None = None
        self._scored = 0
        self._lock = threading.Lock()

    @classmethod
    def of(
        cls,
        fit: _Fit,
        vocabulary: Vocabulary,
        surface: Surface,
        names: dict[str, tuple[str, ...]],
        combination: dict[str, str],
        calibrations: dict[str, Calibration],
        cut: float,
    ) -> Predictor:
        """Return a predictor from fitted pieces; those that no combination needs are left away, but not the tagger."""
        needed = {piece for name in combination.values() for piece in COMBINATIONS[name]}
        ngrams = grams = tagger = None
        if fit.ngrams is not None and NGRAMS in needed:
            ngrams = fit.ngrams.linear()
        if fit.ratios is not None and RATIOS in needed:
            coef, intercept = side_by_side(fit.ratios.coef, fit.ratios.intercept)
            grams = Grams(vocabulary, Table(fit.ratios.keys, coef, GRAMS), intercept)
        if fit.tagger is not None:
            table = Table(fit.tagger.keys, fit.tagger.coef.astype(np.float32), WINDOW)
            tagger = Tagger(vocabulary, table, fit.tagger.intercept, fit.tagger.names, fit.tagger.types, cut)
        return cls(names, combination, calibrations, surface, ngrams, grams, tagger)

    def slices(self) -> dict[str, slice]:
        """Return which outputs of n-grams are each target's."""
        found, first = {}, 0
        for name in sorted(self.names):
            found[name] = slice(first, first + len(outputs(len(self.names[name]))))
            first = found[name].stop
        return found

    def say(self, texts: Sequence[str], groups: Ints | None = None) -> Said:
        """Return probabilities and cue spans.

        Args:
            texts: any texts, those of one article in its order.
            groups: number of each text's article; each its own where not said.
        """
        groups = np.arange(len(texts)) if groups is None else groups
        parts: list[dict[str, Floats]] = []
        cues: list[list[Cue]] = []
        tagged: list[Tagged] = []
        for first in range(0, len(texts), BATCH):
            part, found, tokens_too = self._columns(texts[first : first + BATCH])
            parts.append(part)
            cues += found
            tagged += tokens_too
        if not parts:
            return Said({name: np.zeros((0, len(labels))) for name, labels in self.names.items()}, [], [])
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        where = self.slices()
        probabilities = {}
        for name, labels in self.names.items():
            mine = {piece: v[:, where[name]] if piece in {NGRAMS, RATIOS} else v for piece, v in whole.items()}
            table = columns(COMBINATIONS[self.combination[name]], mine, groups)
            probabilities[name] = self.calibrations[name].probabilities(table, len(labels))
        return Said(probabilities, cues, tagged)

    def _columns(self, texts: Sequence[str]) -> tuple[dict[str, Floats], list[list[Cue]], list[Tagged]]:
        fast = self._loops(len(texts))
        firsts = None if fast is None else fast.phrases.firsts([lowered(text) for text in texts]).tolist()
        known: Marks = self.surface.cues(texts, firsts)
        cues = [[Cue(*cue) for cue in each] for each in known]
        needed = {piece for name in self.combination.values() for piece in COMBINATIONS[name]} - {CONTEXT}
        parts: dict[str, Floats] = {}
        tagged: list[Tagged] = []
        if SURFACE in needed:
            parts[SURFACE] = self.surface.values(texts, known, firsts)
        if self.ngrams is not None:
            linear = self.ngrams
            parts[NGRAMS] = linear.log_odds(texts) if fast is None else fast.ngrams.log_odds(texts, linear.intercept)
        if self.tagger is not None:
            found: PlacedTokens
            found, log_odds = self._tagged(self.tagger, texts, known, fast, parts)
            parts[TAGGER] = self.tagger.columns(found, log_odds)
            cues = self.tagger.cues(found, log_odds)
            tagged.append(Tagged(found, log_odds[:, : len(self.tagger.detectors)]))
        elif self.grams is not None:
            parts[RATIOS] = self.grams.log_odds(tokens(texts, known))
        return parts, cues, tagged

    def _tagged(
        self, tagger: Tagger, texts: Sequence[str], known: Marks, fast: Fast | None, parts: dict[str, Floats]
    ) -> tuple[PlacedTokens, Floats]:
        """Return the tokens and their log-odds; add what n-grams of the same tokens say, if the model has them."""
        if fast is None:
            found, log_odds = tagger.tagged(texts, known)
            if self.grams is not None:
                parts[RATIOS] = self.grams.log_odds(found)
            return found, log_odds
        from annotate.baseline.fast_tokens import text_sums

        read = fast.reader.read(texts, known)
        if self.grams is not None and fast.grams is not None:
            parts[RATIOS] = text_sums(fast.grams, read) + self.grams.intercept
        return read, fast.reader.token_sums(read) + tagger.intercept

    def _loops(self, count: int) -> Fast | None:
        """Return the compiled loops, once ``count`` more texts make them worth their start; none without numba."""
        if self._fast is not None or self.compiled is False:
            return self._fast if self.compiled is not False else None
        from annotate.baseline import fast, fast_ngrams, fast_tables

        self._scored += count
        if self.compiled is None and self._scored < fast.WORTH:
            return None
        with self._lock:
            too_many = self.ngrams is not None and len(self.ngrams.idf) > fast_ngrams.MOST
            if self._fast is None and (too_many or not fast_tables.there()):
                self.compiled = False
            elif self._fast is None:
                vocabulary = self.tagger.vocabulary if self.tagger is not None else None
                self._fast = fast.Fast(
                    self.surface.phrases(),
                    self.ngrams,
                    vocabulary,
                    self.tagger.table if self.tagger is not None else None,
                    self.grams.table if self.grams is not None else None,
                )
        return self._fast
