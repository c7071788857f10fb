"""A trained model: texts → probabilities, article → flags or suggestions. Needs numpy, and nothing heavier."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from annotate import codebook
from annotate.baseline import targets
from annotate.baseline.folder import AGAIN, CODEBOOK, INFO, ModelInfo, TargetInfo
from annotate.baseline.folder import load as load_folder
from annotate.baseline.judgement import Judge, Judgement
from annotate.baseline.linear import Floats, Linear
from annotate.baseline.suggestion import Suggesting
from annotate.codebook import Codebook
from annotate.errors import CodebookError, ModelError
from annotate.language.hedges import hedges
from annotate.language.patterns import Patterns, load_patterns
from annotate.records import Article, Extent, Flag, FlagHedge, Span, Suggestion

TERMS = 5
"""How many n-grams a flag names."""
DIGITS = 6
"""Decimals of the numbers in a flag."""


class Model:
    """A linear model with the codebook whose targets it predicts.

    Attributes:
        name: kind and a hash of the model, as `Suggestion.model` names it.
        info: what the model folder says of itself.
        book: the codebook it was trained under.
    """

    def __init__(self, name: str, info: ModelInfo, linear: Linear, book: Codebook, patterns: Patterns | None) -> None:
        """Put a model together; `Model.load` reads one."""
        self.name, self.info, self.book = name, info, book
        self._linear, self._patterns = linear, patterns
        self._judge = Judge(book, info.targets)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Return the model of a folder, proved; nothing in the folder is run.

        Raises:
            ModelError: it is no model, is of an unknown form, was changed, or does not fit its codebook.
        """
        info, linear = load_folder(folder)
        at = str(folder.resolve() / CODEBOOK)
        try:
            book = codebook.load(at)
            patterns = load_patterns(at) if f"{CODEBOOK}/patterns.toml" in info.files else None
        except CodebookError as error:
            raise ModelError(str(error), hint=AGAIN) from error
        if (book.name, book.version) != (info.codebook.name, info.codebook.version):
            message = f"it was trained under codebook {info.codebook.name} {info.codebook.version}, "
            message += f"the codebook in it is {book.name} {book.version}"
            raise ModelError(message, where=str(folder), hint=AGAIN)
        theirs = {name: target.labels for name, target in info.targets.items()}
        ours = {target.name: target.labels for target in targets.learnt(book)}
        counted = {name: set(counts) for name, counts in info.counts.items()}
        if theirs != ours or counted != {target.name: set(target.labels) for target in book.target}:
            message = f"its targets {theirs} are not its codebook's, {ours}"
            raise ModelError(message, where=str(folder), hint=AGAIN)
        digest = hashlib.sha256((folder / INFO).read_bytes()).hexdigest()
        return cls(f"annotate-linear@{digest[:12]}", info, linear, book, patterns)

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return each learnt target's probabilities ``(n_texts, n_labels)``, labels in the model's order, rows summing to 1."""
        log_odds = self._linear.log_odds(texts)
        columns = self.info.columns()
        return {name: _probabilities(log_odds[:, columns[name]], target) for name, target in self.info.targets.items()}

    def cues(self, text: str, start: int, end: int) -> list[Span]:
        """Return the hedge cues of ``text[start:end]``, by the patterns of the model's codebook."""
        return hedges(text, start, end, self._patterns) if self._patterns else []

    def judge(self, texts: Sequence[str], cues: Sequence[Iterable[Span]]) -> list[Judgement]:
        """Return what the model and the codebook's rules say of each text with its hedge cues."""
        return self._judge.judge(self.probabilities(texts), cues)

    def judged(self, article: Article) -> list[tuple[Extent, Judgement]]:
        """Return each read sentence (the whole text, where an item is an article) with what is said of it."""
        extents = self._items(article)
        cues = [self.cues(article.text, extent.start, extent.end) for extent in extents]
        return list(zip(extents, self.judge([extent.of(article.text) for extent in extents], cues), strict=True))

    def flags(self, article: Article) -> Iterator[Flag]:
        """Yield what is said of each read sentence, in text order (of the whole text, where an item is an article)."""
        extents = self._items(article)
        texts = [extent.of(article.text) for extent in extents]
        cues = [self.cues(article.text, extent.start, extent.end) for extent in extents]
        for extent, text, spans, judged in zip(extents, texts, cues, self.judge(texts, cues), strict=True):
            yield Flag(
                article_id=article.id,
                start=extent.start,
                end=extent.end,
                text=text,
                flagged=bool(judged.reasons),
                reasons=judged.reasons,
                probabilities={
                    name: {label: round(value, DIGITS) for label, value in values.items()}
                    for name, values in judged.probabilities.items()
                },
                hedges=tuple(FlagHedge(start=s.start, end=s.end, text=s.text, type=s.label) for s in spans),
                terms=self._terms(text, judged.reasons),
            )

    def _items(self, article: Article) -> list[Extent]:
        if self.book.item == "article":
            return [Extent(start=0, end=len(article.text))] if article.text else []
        return list(article.read_sentences(self.book.read))

    def _terms(self, text: str, reasons: tuple[str, ...]) -> dict[str, float]:
        """Return the word n-grams that moved the log-odds of the labels behind these reasons most."""
        rules = [rule for target in targets.derived(self.book) for rule in targets.rules_behind(target, reasons)]
        behind = {pair for rule in rules for pair in rule.where.items()}
        direction, columns = np.zeros(len(self._linear.intercept)), self.info.columns()
        for name, label in sorted(behind):
            target = self.info.targets.get(name)
            if target is not None and label in target.fitted:
                direction[columns[name]] += _direction(target, label)
        if not direction.any():
            return {}
        return {term: round(moved, DIGITS) for term, moved in self._linear.terms(text, direction, TERMS).items()}

    def suggest(self, article: Article) -> Suggestion:
        """Return the pattern suggester's spans as this model sees them (see :mod:`annotate.baseline.suggestion`)."""
        if self._patterns is None:
            return Suggestion(model=self.name)
        from annotate.language.suggester import PatternSuggester

        candidates = PatternSuggester(self.book, self._patterns).suggest(article)
        extents = self._items(article)
        texts = [extent.of(article.text) for extent in extents]
        judged = self.judge(texts, [self.cues(article.text, extent.start, extent.end) for extent in extents])
        return Suggesting(self.book, extents, judged).seen(candidates, self.name)


def _probabilities(log_odds: Floats, target: TargetInfo) -> Floats:
    """Return ``(n, n_labels)``: the logistic function of one output, the softmax of more; 0 for labels not fitted."""
    if target.outputs == 1:
        second = (1 + np.tanh(log_odds[:, 0] / 2)) / 2
        fitted = np.stack([1 - second, second], axis=1)
    else:
        powers = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
        fitted = powers / powers.sum(axis=1, keepdims=True)
    found = np.zeros((len(log_odds), len(target.labels)))
    found[:, [target.labels.index(label) for label in target.fitted]] = fitted
    return found


def _direction(target: TargetInfo, label: str) -> Floats:
    """Return the weight of each output in the label's log-odds: against the other one, or against the mean of the others."""
    place = target.fitted.index(label)
    if target.outputs == 1:
        return np.array([1.0 if place else -1.0])
    direction = np.full(target.outputs, -1 / (target.outputs - 1))
    direction[place] = 1.0
    return direction
