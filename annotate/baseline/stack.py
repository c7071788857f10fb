"""Texts, labels and cue spans → out-of-fold probabilities and a predictor: the training, without any folder.

Every number that judges or decides is out of fold, by article. Where a combination of pieces is judged it is nested: for the
articles of one fold, the pieces that the combination was taught on had seen neither them nor the texts that they scored. With
``k`` folds that takes ``k (k - 1) / 2 + k`` fits: a piece fitted without folds ``i`` and ``j`` scores both.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import metrics
from annotate.baseline.combination import COMBINATIONS, CONTEXT, SURFACE, Calibration, calibrate, columns
from annotate.baseline.decisions import NOISE, Comparison, certain, compare, drawn_in, log_losses
from annotate.baseline.examples import Examples
from annotate.baseline.linear import Floats, Ints
from annotate.baseline.material import MANY, Material, material
from annotate.baseline.pieces import NGRAMS, RATIOS, TAGGER, Learning, Ngrams, Ratios, TaggerPiece, learning
from annotate.baseline.predictor import Predictor
from annotate.baseline.surface import Surface
from annotate.baseline.tagger import Cue
from annotate.errors import UndefinedError
from annotate.language.patterns import Patterns

FOLDS, FOLDS_OF_MANY = 5, 3
"""Folds; folds of `MANY` texts or more."""
STRENGTHS = (0.01, 0.03, 0.1, 0.3)
"""Values of C that are tried where pieces are put together."""
SIMPLE, BEST, STACK = "simple", "best", "stack"

Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Shows a loop's progress: (what is looped over, a word for it, how many) → the same."""


@dataclass(frozen=True)
class LearntTarget:
    """What was learnt of one target.

    Attributes:
        combination: the one that was taken.
        probabilities: out of fold, calibrated ``(n_texts, n_labels)``.
        threshold: for two labels, from which probability of the positive one on it is predicted.
        certain: label → from which probability on its prediction keeps the stated precision; none where nothing does.
        macro_f1: out of fold, tied texts left out.
        compared: combination → how it did.
        every: combination → its out-of-fold probabilities.
    """

    combination: str
    probabilities: Floats
    threshold: float | None
    certain: dict[str, float | None]
    macro_f1: float
    compared: dict[str, Comparison]
    every: dict[str, Floats] = field(repr=False)

    def ordered(self, order: Ints) -> LearntTarget:
        """Return the same with texts in another order ``(n_texts,)``."""
        every = {name: each[order] for name, each in self.every.items()}
        return replace(self, probabilities=self.probabilities[order], every=every)


@dataclass(frozen=True)
class Learnt:
    """What was learnt.

    Attributes:
        predictor: for new texts; None where none was asked for.
        folds: number of each text's fold ``(n_texts,)``.
        targets: by name.
        cues: out-of-fold cue spans of each text, by the tagger; none where there is no tagger.
        notes: what a reader should know.
    """

    predictor: Predictor | None
    folds: Ints
    targets: dict[str, LearntTarget]
    cues: tuple[tuple[Cue, ...], ...]
    notes: tuple[str, ...]


def learn(
    given: Examples,
    *,
    patterns: Patterns | None = None,
    take: str = BEST,
    seed: int = 0,
    predictor: bool = True,
    folds: Ints | None = None,
    progress: Progress = lambda loop, _label, _total: loop,
) -> Learnt:
    """Return out-of-fold probabilities, thresholds and a predictor.

    Args:
        given: texts with labels.
        patterns: cue patterns, whose hits are features; none for texts that they do not fit.
        take: ``best``, the simplest combination that no other beats by more than noise (``simple``, plain TF-IDF and
            logistic regression, is compared as a reference and not taken); or the name of one, such as ``stack`` (all
            pieces) or ``simple``.
        seed: of the folds.
        predictor: whether to fit on all texts as well.
        folds: number of each text's fold, where the folds are prescribed.
        progress: shows the loop over fits.

    Raises:
        UndefinedError: all texts come from one article.
    """
    from threadpoolctl import threadpool_limits

    fold = assign(given, seed) if folds is None else folds
    wanted = tuple(COMBINATIONS) if take == BEST else (take,)
    pieces = {piece for name in wanted for piece in COMBINATIONS[name]}
    if take != SIMPLE:
        pieces.add(TAGGER)  # its spans are shown, whatever decides
    surface, order = Surface(patterns), np.argsort(fold, kind="stable")  # folds stand together: few rows are copied
    ordered = given.ordered(order)
    with threadpool_limits(1):  # the solver's products are small: threads only wait for one another
        made = material(
            ordered.texts, surface, ngrams=NGRAMS in pieces, tokens_too=TAGGER in pieces, grams=RATIOS in pieces
        )
        what = learning(made, ordered.soft, ordered.names, ordered.cues)
        trainer = _Trainer(ordered, made, what, pieces, fold[order], seed)
        trainer.score(progress)
        found = {name: _target(trainer, name, wanted, take) for name in given.soft}
        cut, cues = trainer.cut_and_cues()
        whole = None
        if predictor:
            rows = np.arange(len(given.texts))
            whole = trainer.predictor(trainer.fit(rows), {n: t.combination for n, t in found.items()}, cut, surface)
    back = np.argsort(order)
    found = {name: target.ordered(back) for name, target in found.items()}
    cues = tuple(cues[row] for row in back) if cues else ()
    return Learnt(whole, fold, found, cues, tuple(_notes(given, fold)))


def assign(given: Examples, seed: int) -> Ints:
    """Return the number of each text's fold: no article is in two, label shares are kept near.

    Raises:
        UndefinedError: all texts come from one article.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    n_groups = len(np.unique(given.groups))
    count = min(FOLDS_OF_MANY if len(given.texts) >= MANY else FOLDS, n_groups)
    if count < 2:  # noqa: PLR2004 - one part to train on and one to hold out
        message = f"the train split has {n_groups} article; out-of-fold scores need two"
        raise UndefinedError(message, hint="label more articles, or split the release otherwise")
    golds = np.stack(list(given.gold.values()), axis=1)
    strata = np.unique(golds, axis=0, return_inverse=True)[1]
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    fold = np.zeros(len(strata), dtype=np.int64)
    with warnings.catch_warnings():  # strata rarer than folds are ordinary here and only make shares less even
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        try:
            parts = list(splitter.split(golds, strata, given.groups))
        except ValueError:  # every stratum is rarer than folds
            parts = list(splitter.split(golds, np.zeros_like(strata), given.groups))
    for number, (_, held_out) in enumerate(parts):
        fold[held_out] = number
    return fold


Scores = dict[tuple[str, str], Floats]
"""(target, piece) → columns of texts; the tagger's are the same for all targets."""


class _Fit:
    """All pieces, fitted on some texts."""

    def __init__(self, made: Material, rows: Ints, what: Learning, pieces: set[str], seed: int) -> None:
        self.ngrams = Ngrams(made, rows, what) if NGRAMS in pieces else None
        self.ratios = Ratios(made, rows, what) if RATIOS in pieces else None
        self.tagger = TaggerPiece(made, rows, what, seed) if TAGGER in pieces else None
        self._targets = tuple(what.soft)

    def scores(self, rows: Ints) -> tuple[Scores, Floats | None]:
        found: Scores = {}
        for name, piece in ((NGRAMS, self.ngrams), (RATIOS, self.ratios)):
            if piece is not None:
                found |= {(target, name): values for target, values in piece.scores(rows).items()}
        log_odds = None
        if self.tagger is not None:
            log_odds = self.tagger.log_odds(rows)
            said = self.tagger.scores(rows, log_odds)
            found |= {(target, TAGGER): said for target in self._targets}
        return found, log_odds


class _Trainer:
    """The fits of one training, and their out-of-fold scores."""

    def __init__(
        self, given: Examples, made: Material, what: Learning, pieces: set[str], fold: Ints, seed: int
    ) -> None:
        self.given, self.made, self.what, self.pieces, self.fold, self.seed = given, made, what, pieces, fold, seed
        self.n_folds = int(fold.max()) + 1
        self.out: Scores = {}
        self.nested: dict[int, Scores] = {}
        self.log_odds: NDArray[np.float32] | None = None
        self.strengths: dict[tuple[str, str], float] = {}

    def fit(self, rows: Ints) -> _Fit:
        return _Fit(self.made, rows, self.what, self.pieces, self.seed)

    def score(self, progress: Progress) -> None:
        """Fit without each fold and without each pair of folds, and score what was left out."""
        pairs = list(combinations(range(self.n_folds), 2)) if self.n_folds > 2 else []  # noqa: PLR2004 - two folds leave nothing to fit on
        steps = [(i,) for i in range(self.n_folds)] + pairs
        for left in progress(steps, "out-of-fold scores", len(steps)):
            fitted = self.fit(np.flatnonzero(~np.isin(self.fold, left)))
            for number in left:
                rows = np.flatnonzero(self.fold == number)
                found, log_odds = fitted.scores(rows)
                if len(left) == 1:
                    self._put(self.out, found, rows)
                    self._put_tokens(log_odds, rows)
                else:
                    other = left[0] if number == left[1] else left[1]
                    self._put(self.nested.setdefault(other, {}), found, rows)

    def _put(self, into: Scores, found: Scores, rows: Ints) -> None:
        for key, values in found.items():
            into.setdefault(key, np.full((len(self.fold), values.shape[1]), np.nan))[rows] = values

    def _put_tokens(self, log_odds: Floats | None, rows: Ints) -> None:
        if log_odds is None:
            return
        if self.log_odds is None:
            self.log_odds = np.zeros((len(self.made.tokens.kind), log_odds.shape[1]), dtype=np.float32)
        self.log_odds[self.made.token_rows(rows)[0]] = log_odds

    def columns(self, scores: Scores, target: str, pieces: Sequence[str], rows: Ints) -> Floats:
        parts = {piece: scores[target, piece][rows] for piece in pieces if piece not in {SURFACE, CONTEXT}}
        parts[SURFACE] = self.made.surface[rows]
        return columns(pieces, parts, self.given.groups[rows])

    def probabilities(self, target: str, combination: str) -> Floats:
        """Return nested out-of-fold probabilities ``(n_texts, n_labels)``, with the strength that does best; note it."""
        soft = self.given.soft[target]
        tried = {strength: self._probabilities(target, combination, strength) for strength in STRENGTHS}
        best = min(tried, key=lambda strength: float(log_losses(soft, tried[strength]).mean()))
        self.strengths[target, combination] = best
        return tried[best]

    def _probabilities(self, target: str, combination: str, strength: float) -> Floats:
        soft, pieces = self.given.soft[target], COMBINATIONS[combination]
        found = np.zeros_like(soft)
        for number in range(self.n_folds):
            held_out, rest = np.flatnonzero(self.fold == number), np.flatnonzero(self.fold != number)
            taught = self.columns(self.nested.get(number, self.out), target, pieces, rest)
            model = calibrate(taught, soft[rest], strength)
            found[held_out] = model.probabilities(self.columns(self.out, target, pieces, held_out), soft.shape[1])
        return found

    def cut_and_cues(self) -> tuple[float, tuple[tuple[Cue, ...], ...]]:
        """Return the tagger's best cut out of fold (by tokens' F1), and the spans it gives there."""
        if self.log_odds is None:
            return 0.0, ()
        from annotate.baseline.tagger import spans

        tokens, detectors = self.made.tokens, len(self.what.detectors()) or 1
        if self.what.token_type is None:
            cut, kind, best = 0.0, self.log_odds.argmax(axis=1), self.log_odds.max(axis=1)
            kinds: tuple[str, ...] = tuple(self.what.names[target][label] for target, label in self.what.detectors())
        else:
            kinds = self.what.types
            best, kind = self.log_odds[:, 0], self.log_odds[:, detectors:].argmax(axis=1)
            cut = _log_odds(metrics.best_threshold(self.what.token_type >= 0, _chance(best)))
        return cut, tuple(tuple(each) for each in spans(tokens, best >= cut, kind, kinds))

    def predictor(self, whole: _Fit, combination: dict[str, str], cut: float, surface: Surface) -> Predictor:
        """Return what predicts new texts: pieces fitted on all, put together as they did out of fold."""
        rows = np.arange(len(self.given.texts))
        calibrations: dict[str, Calibration] = {}
        for target, name in combination.items():
            table = self.columns(self.out, target, COMBINATIONS[name], rows)
            calibrations[target] = calibrate(table, self.given.soft[target], self.strengths[target, name])
        return Predictor.of(whole, self.made.vocabulary, surface, self.given.names, combination, calibrations, cut)


def _chance(log_odds: NDArray[np.floating]) -> Floats:
    found: Floats = (1 + np.tanh(log_odds.astype(np.float64) / 2)) / 2
    return found


def _log_odds(chance: float) -> float:
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return float(np.log(chance / (1 - chance)))


def _target(trainer: _Trainer, name: str, wanted: Sequence[str], take: str) -> LearntTarget:
    given = trainer.given
    every = {combination: trainer.probabilities(name, combination) for combination in wanted}
    compared = compare(every, given.soft[name], given.groups)
    taken = take
    if take == BEST:
        taken = next(
            c for c in wanted if c != SIMPLE and (compared[c].behind <= NOISE * compared[c].error or c == STACK)
        )
    found, gold, names = every[taken], given.gold[name], given.names[name]
    used = gold >= 0
    positive = given.positive.get(name)
    threshold = None
    predicted = found.argmax(axis=1)
    if positive is not None:
        column = names.index(positive)
        threshold = drawn_in(gold[used] == column, found[used, column])
        predicted = np.where(found[:, column] >= threshold, column, 1 - column)
    table = metrics.confusions(gold[used], predicted[used], np.zeros_like(gold[used]), 1, len(names))[0]
    among = np.bincount(gold[used], minlength=len(names)) > 0
    return LearntTarget(
        combination=taken,
        probabilities=found,
        threshold=threshold,
        certain=certain(gold[used], predicted[used], found[used], names),
        macro_f1=float(metrics.macro_f1(table, among)),
        compared=compared,
        every=every,
    )


def _notes(given: Examples, fold: Ints) -> list[str]:
    count, n_groups = int(fold.max()) + 1, len(np.unique(given.groups))
    notes = []
    if count < FOLDS_OF_MANY or (count < FOLDS and len(given.texts) < MANY):
        notes.append(f"{count} folds instead of {FOLDS}: the train split has {n_groups} articles")
    if count == 2:  # noqa: PLR2004 - two folds cannot be nested
        notes.append("with two articles the scores that judge are not nested: they are too good")
    return notes
