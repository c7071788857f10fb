"""ClaimBuster: what the n-grams and patterns around words say of a sentence, of its neighbours and of the debate.

The features are those of the tagger's windows (words, stems, rough parts of speech, in runs and with gaps), each counted once a
sentence and weighted by how much commoner it is with a label than without (Wang and Manning 2012,
https://aclanthology.org/P12-2018/). The tagger itself, which learns from sentences which of their words count, was tried: it
takes ten times as long here.

Small networks see the sentences' vectors, which know words that are used alike, and the patterns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from annotate.baseline.combination import CONTEXT, SURFACE, calibrate, columns
from annotate.baseline.items import Floats, Ints
from annotate.baseline.material import Material, material
from annotate.baseline.pieces import RATIOS
from annotate.baseline.stack import Progress
from annotate.baseline.surface import Surface
from annotate.benchmarks.corpus import Corpus, joined
from annotate.benchmarks.systems import CODEBOOK, grouped
from annotate.benchmarks.vectors import sentence_vectors
from annotate.language.patterns import load_patterns

STRENGTH, SMOOTHING = 0.01, 0.5
"""scikit-learn's C, and what is added to every count; of C .003 and .01 out of fold the second was better by one point."""
TOGETHER = 1.0
"""scikit-learn's C where sentence, neighbours and debate are put together."""
SIZE = 200
"""How long the sentences' vectors are."""
NETWORKS, UNITS, PASSES = 6, 64, 6
"""How many small networks there are, how many hidden units each has, and how often it sees all sentences."""
FAINT = 1e-6
"""The least probability."""
PIECES = (SURFACE, RATIOS, CONTEXT)


@dataclass(frozen=True)
class Debated:
    """Probabilities of three labels: nested out of fold for the training corpus, and of the test corpus if there is one."""

    out: Floats
    fold: Ints
    test: Floats | None


def debated(corpus: Corpus, tested: Corpus | None, *, folds: int, seed: int, progress: Progress) -> Debated:
    """Train on one corpus, and say what is said of its items out of fold, and of another one's.

    Args:
        corpus: all of its items have a label.
        tested: another corpus of the same labels.
        folds: how many folds by document.
        seed: of the folds.
        progress: shows the loop over fits.
    """
    from threadpoolctl import threadpool_limits

    both = joined([corpus, tested]) if tested else corpus
    train, test = np.arange(len(corpus)), np.arange(len(corpus), len(both))
    groups, soft = both.items.groups, corpus.labels.soft
    fold = grouped(groups[train], folds, seed)
    numbers = range(int(fold.max()) + 1)
    with threadpool_limits(1):  # the solver's products are small: threads only wait for one another
        made = material(both.items.texts, Surface(load_patterns(CODEBOOK)), ngrams=False, tokens_too=True, grams=False)
        matrix = by_sentence(made)
        seen = np.concatenate([sentence_vectors(made.tokens, SIZE), made.surface], axis=1)
        said = np.zeros((len(both), 2 * (soft.shape[1] - 1)))

        def scores(teachers: Ints, rows: Ints) -> Floats:
            return np.concatenate(
                [_scores(matrix, teachers, soft, rows), _networks(seen, teachers, soft, rows)], axis=1
            )

        heard = {number: np.zeros_like(said) for number in numbers}
        pairs = list(combinations(numbers, 2)) if len(numbers) > 2 else []  # noqa: PLR2004 - two folds leave nothing to fit on
        left_out: Iterable[tuple[int, ...]] = [*((number,) for number in numbers), *pairs]
        for left in progress(left_out, "out-of-fold scores", len(numbers) + len(pairs)):
            rows = train[np.isin(fold, left)]
            found = scores(train[~np.isin(fold, left)], rows)
            for place, number in enumerate(left):
                mine = fold[rows] == number
                into = said if len(left) == 1 else heard[left[1 - place]]
                into[rows[mine]] = found[mine]
        if tested:
            said[test] = scores(train, test)
    out = np.zeros_like(soft)
    for number in numbers:
        held_out, rest = train[fold == number], train[fold != number]
        taught = heard[number] if pairs else said
        model = calibrate(_columns(made, taught, groups, rest), soft[rest], TOGETHER)
        out[held_out] = model.probabilities(_columns(made, said, groups, held_out), soft.shape[1])
    if not tested:
        return Debated(out, fold, None)
    model = calibrate(_columns(made, said, groups, train), soft, TOGETHER)
    return Debated(out, fold, model.probabilities(_columns(made, said, groups, test), soft.shape[1]))


def _columns(made: Material, said: Floats, groups: Ints, rows: Ints) -> Floats:
    return columns(PIECES, {SURFACE: made.surface[rows], RATIOS: said[rows]}, groups[rows])


def by_sentence(made: Material) -> Any:
    """Return which features of the tagger's windows occur in each text, CSR of 0 and 1 ``(n_texts, n_features)``."""
    from scipy import sparse

    assert made.window is not None  # noqa: S101 - for the type checker: who wants it made it
    text = made.tokens.text
    at = (text, np.arange(len(text)))
    found = sparse.csr_matrix((np.ones(len(text), dtype=np.float32), at), shape=(made.tokens.n_texts, len(text)))
    matrix = (found @ made.window.matrix.astype(np.float32)).tocsr()
    matrix.data[:] = 1
    return matrix


def _scores(matrix: Any, train: Ints, soft: Floats, rows: Ints) -> Floats:
    """Return the log-odds of every label but the first against the rest ``(n_rows, n_labels - 1)``."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    seen, new = matrix[train], matrix[rows]
    found = np.zeros((len(rows), soft.shape[1] - 1))
    for label in range(1, soft.shape[1]):
        mine = soft[train, label] > 0
        if mine.all() or not mine.any():
            continue
        with_label = seen[np.flatnonzero(mine)].sum(axis=0) + SMOOTHING
        without = seen[np.flatnonzero(~mine)].sum(axis=0) + SMOOTHING
        ratios = np.log(np.asarray(with_label / with_label.sum()) / np.asarray(without / without.sum())).ravel()
        weighted = sparse.diags(ratios.astype(np.float32))
        model = LogisticRegression(
            C=STRENGTH, solver="liblinear", dual=True, tol=1e-2, max_iter=1000, random_state=0
        ).fit(seen @ weighted, mine)
        found[:, label - 1] = new @ (ratios * model.coef_[0]) + model.intercept_[0]
    return found


def _networks(seen: Floats, train: Ints, soft: Floats, rows: Ints) -> Floats:
    """Return the mean log-odds of small networks for every label but the first ``(n_rows, n_labels - 1)``."""
    from sklearn.neural_network import MLPClassifier

    mean, scale = seen[train].mean(axis=0), seen[train].std(axis=0)
    made = (seen - mean) / np.where(scale > 0, scale, 1)
    labels = soft[train].argmax(axis=1)
    total = np.zeros((len(rows), soft.shape[1]))
    for number in range(NETWORKS):
        model = MLPClassifier(
            (UNITS,), alpha=1.0, learning_rate_init=2e-3, batch_size=min(128, len(train)), random_state=number
        )
        for _ in range(PASSES):
            model.partial_fit(made[train], labels, classes=np.arange(soft.shape[1]))
        chance = np.clip(model.predict_proba(made[rows]), FAINT, 1 - FAINT)
        total += np.log(chance / (1 - chance))
    return total[:, 1:] / NETWORKS
