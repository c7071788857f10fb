"""Every token's kind of span, from the tokens around it and from what was said of them: a linear tagger in two steps.

The first step sees words alone. The second sees, beside the words, what the first said of each token and of its neighbours
four to the left and right, and of the sentence as a whole. What it learns from is out of fold, so that the first step is as
unsure there as it will be on new texts (stacked sequential learning: Cohen and Carvalho 2005, IJCAI).

Both steps are logistic regressions, a kind against the rest, trained by averaged stochastic gradient descent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.baseline.items import Floats, Ints
from annotate.baseline.material import Material
from annotate.baseline.stack import Progress
from annotate.baseline.tokens import Tokens
from annotate.benchmarks.corpus import Cue

PENALTY, PASSES = 1e-5, 5
"""scikit-learn's alpha and how often all tokens are seen; 5e-6 and 2e-5 did alike on PolNeAR's dev part."""
REACH = 4
"""How many tokens to each side the second step hears of."""
STEPS = (-6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0)
"""Where log-odds are cut into classes."""
BEYOND = len(STEPS) + 1
"""The class of what is beyond the sentence."""
OPENING, CLOSING, EITHER = 1, 2, 3
"""Kinds of quotation mark; 0 is none."""
BASE = 1 << 20
"""Values are packed into one number in this base; there are fewer words than that."""


@dataclass(frozen=True)
class Tagging:
    """What is said of every token.

    Attributes:
        log_odds: of being outside every span, then of each kind ``(n_tokens, 1 + n_kinds)``; out of fold for the texts that
            were learnt from.
    """

    log_odds: Floats


def tag(
    made: Material, groups: Ints, kinds: Ints, train: Ints, fold: Ints, *, seed: int, progress: Progress
) -> Tagging:
    """Return what a tagger in two steps says of every token.

    Args:
        made: all texts, those to learn from and the others, made with tokens.
        groups: number of each text's document ``(n_texts,)``; texts of one stand in its order.
        kinds: kind of span of each token, -1 for none ``(n_tokens,)``; read for the texts that are learnt from.
        train: the texts that are learnt from.
        fold: number of their folds ``(n_train,)``.
        seed: of the gradient descent.
        progress: shows the loop over fits.
    """
    from scipy import sparse

    assert made.window is not None  # noqa: S101 - for the type checker: who tags made it
    inside = quoted(made.tokens, groups)
    marks = _marks(made.tokens)
    word = _words(made.tokens)
    text = made.tokens.text
    around = (shifted(marks, -1, text, BEYOND), shifted(marks, 1, text, BEYOND))
    extra = [categories(inside), categories(inside, word), categories(inside, *around)]
    first = sparse.hstack([made.window.matrix, *extra], format="csr", dtype=np.float32)
    folds = np.full(made.tokens.n_texts, -1)
    folds[train] = fold
    steps = progress(range(2), "tagger", 2)
    said: Floats = np.zeros(0)
    matrix = first
    for number in steps:
        if number:
            matrix = sparse.hstack([first, *_heard(said, made.tokens, word, inside)], format="csr", dtype=np.float32)
        said = _out_of_fold(matrix, kinds, folds[text], seed)
    return Tagging(said)


def _out_of_fold(matrix: Any, kinds: Ints, fold: Ints, seed: int) -> Floats:
    """Return log-odds: of tokens with a fold by a model of the other folds, of the others by one of all folds."""
    found = np.zeros((matrix.shape[0], int(kinds.max()) + 2))
    numbers = np.unique(fold)
    for number in numbers:
        held_out = fold == number
        rest = np.flatnonzero((fold >= 0) & ~held_out)
        found[held_out] = _fit(matrix[rest], kinds[rest] + 1, found.shape[1], seed, matrix[np.flatnonzero(held_out)])
    return found


def _fit(matrix: Any, classes: Ints, n_classes: int, seed: int, unseen: Any) -> Floats:
    from sklearn.linear_model import SGDClassifier

    found = np.full((unseen.shape[0], n_classes), STEPS[0])
    for number in range(n_classes):
        mine = classes == number
        if mine.all() or not mine.any():
            found[:, number] = STEPS[-1] if mine.all() else STEPS[0]
            continue
        model = SGDClassifier(
            loss="log_loss", alpha=PENALTY, average=True, max_iter=PASSES, tol=None, random_state=seed
        )
        found[:, number] = model.fit(matrix, mine).decision_function(unseen)
    return found


def _heard(said: Floats, made: Tokens, word: Ints, inside: Ints) -> list[Any]:
    """Return what the second step sees beside the words."""
    text, n_kinds = made.text, said.shape[1]
    level = np.digitize(said, STEPS)
    best = said.argmax(axis=1)
    near = [shifted(best, place, text, BEYOND) for place in range(-REACH, REACH + 1)]
    left2, left, here, right, right2 = near[REACH - 2 : REACH + 3]
    found = [
        categories(shifted(level[:, kind], place, text, BEYOND))
        for place in range(-REACH, REACH + 1)
        for kind in range(n_kinds)
    ]
    found += [
        categories(left, here, right),
        categories(_pair(left2, left), here),
        categories(here, _pair(right, right2)),
        categories(_pair(left2, left), here, _pair(right, right2)),
        categories(word, left, right),
        categories(word, here),
        categories(word, _pair(left, right), here),
        categories(_pair(inside, here), left, right),
    ]
    for kind in range(n_kinds):
        most = np.full(made.n_texts, STEPS[0] - 1)
        np.maximum.at(most, text, said[:, kind])
        high = np.digitize(most, STEPS)
        found.append(categories(high[text], level[:, kind]))
        found.append(categories(np.concatenate([[BEYOND], high[:-1]])[text], best))
    return found


def _pair(one: Ints, other: Ints) -> Ints:
    return one * (BEYOND + 1) + other


def categories(*values: Ints) -> Any:
    """Return a column for each combination of values that occurs at least twice, CSR ``(n_tokens, n_columns)``."""
    from scipy import sparse

    key: Ints = np.zeros(len(values[0]), dtype=np.int64)
    for value in values:
        key = key * BASE + value
    _, which, counts = np.unique(key, return_inverse=True, return_counts=True)
    kept = counts > 1
    rows = np.flatnonzero(kept[which])
    columns = (np.cumsum(kept) - 1)[which[rows]]
    shape = (len(key), int(kept.sum()))
    return sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)


def shifted(values: Ints, place: int, text: Ints, beyond: int) -> Ints:
    """Return the value so many tokens further on, in the same text; ``beyond`` where there is none.

    >>> shifted(np.array([5, 6, 7]), 1, np.array([0, 0, 1]), 9).tolist()
    [6, 9, 9]
    """
    found: Ints = np.full(len(values), beyond, dtype=np.int64)
    if place == 0:
        return values.astype(np.int64)
    here, there = (slice(None, -place), slice(place, None)) if place > 0 else (slice(-place, None), slice(None, place))
    if abs(place) < len(values):
        found[here] = np.where(text[here] == text[there], values[there], beyond)
    return found


def _marks(made: Tokens) -> Ints:
    kinds = {"“": OPENING, "”": CLOSING, '"': EITHER}
    return np.array([kinds.get(token, 0) for token, _ in made.kinds], dtype=np.int64)[made.kind]


def _words(made: Tokens) -> Ints:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(token.lower(), len(numbers)) for token, _ in made.kinds], dtype=np.int64)[
        made.kind
    ]


def quoted(made: Tokens, groups: Ints) -> Ints:
    """Return 1 for tokens inside a quotation, its marks included, else 0; a quotation may go on in the next sentence."""
    marks = _marks(made).tolist()
    document = groups[made.text].tolist()
    found = np.zeros(len(marks), dtype=np.int64)
    open_now, last = False, -1
    for token, mark in enumerate(marks):
        if document[token] != last:
            open_now, last = False, document[token]
        before = open_now
        if mark == OPENING:
            open_now = True
        elif mark == CLOSING:
            open_now = False
        elif mark == EITHER:
            open_now = not open_now
        found[token] = before or open_now
    return found


def runs(made: Tokens, classes: Ints, kinds: tuple[str, ...]) -> list[tuple[Cue, ...]]:
    """Return each text's runs of tokens of one kind.

    Args:
        made: the texts' tokens.
        classes: 0 for tokens outside, else 1 + the number of their kind ``(n_tokens,)``.
        kinds: their names.
    """
    found: list[list[Cue]] = [[] for _ in range(made.n_texts)]
    change = np.ones(len(classes), dtype=np.bool_)
    change[1:] = (classes[1:] != classes[:-1]) | (made.text[1:] != made.text[:-1])
    firsts = np.flatnonzero(change)
    lasts = np.append(firsts[1:], len(classes)) - 1
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        if classes[first]:
            cue = Cue(int(made.starts[first]), int(made.ends[last]), kinds[classes[first] - 1])
            found[made.text[first]].append(cue)
    return [tuple(each) for each in found]


def decided(log_odds: Floats, lead: Floats) -> Ints:
    """Return each token's class: the one with the highest log-odds, after adding each class's lead."""
    best: Ints = (log_odds + lead).argmax(axis=1)
    return best


LEADS = (-0.6, -0.3, 0.0, 0.3, 0.6, 0.9)
"""What is tried as a class's lead."""


def leads(log_odds: Floats, gold: Ints) -> Floats:
    """Return the leads with the best mean F1 of tokens over kinds, found one kind after another.

    Args:
        log_odds: ``(n_tokens, n_classes)``.
        gold: each token's class ``(n_tokens,)``.
    """
    n_classes = log_odds.shape[1]
    counts = np.bincount(gold, minlength=n_classes)

    def score(lead: Floats) -> float:
        found = decided(log_odds, lead)
        same = np.bincount(gold[found == gold], minlength=n_classes)
        total = counts + np.bincount(found, minlength=n_classes)
        return float(np.mean(2 * same[1:] / np.maximum(total[1:], 1)))

    lead: Floats = np.zeros(n_classes)
    for number in range(1, n_classes):
        tried: list[Floats] = [np.where(np.arange(n_classes) == number, value, lead) for value in LEADS]
        lead = max(tried, key=score)
    return lead
