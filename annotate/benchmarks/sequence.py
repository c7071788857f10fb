"""Every token's kind of span, from the words around it and from what was said of them: a tagger in two steps.

The first step sees words, quotation marks and the codebook's attribution patterns: logistic regressions, by averaged stochastic
gradient descent. The second sees no word, only what the first said of each token, of its neighbours five to the left and right, and of
the sentence and the ones beside it: gradient-boosted trees. What it learns from is out of fold, so that the first step is as unsure
there as it will be on new texts (stacked sequential learning: Cohen and Carvalho 2005, IJCAI).

Both steps have a classifier for each kind, that kind against the rest.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from annotate.baseline.items import Floats, Ints
from annotate.baseline.material import Material
from annotate.baseline.stack import Progress
from annotate.baseline.tokens import Tokens
from annotate.benchmarks.corpus import Cue

Numbers = TypeVar("Numbers", Floats, Ints)
PENALTY, PASSES = 1e-5, 5
"""scikit-learn's alpha and how often all tokens are seen in the first step."""
TREES, LEAVES, LEAST = 60, 16, 50
"""How many trees the second step has, the most leaves of one, and the fewest tokens of a leaf."""
REACH = 5
"""How many tokens to each side the second step hears of."""
NEAR = 3
"""How many tokens to each side the first step hears of patterns."""
SURE = 12.0
"""Log-odds of what every token, or none, of those that are learnt from is."""
BEYOND = 63
"""The class of what is beyond the sentence."""
FAR = 1e4
"""More than log-odds ever differ by."""
OPENING, CLOSING, EITHER = 1, 2, 3
"""Kinds of quotation mark; 0 is none."""
BASE = 1 << 20
"""Values are packed into one number in this base; there are fewer words than that."""


def tag(
    made: Material,
    groups: Ints,
    kinds: Ints,
    patterns: Ints,
    folds: Ints,
    *,
    seed: int,
    progress: Progress,
) -> Floats:
    """Return the log-odds of each kind at every token ``(n_tokens, n_kinds)``; out of fold for texts that are learnt from.

    Args:
        made: all texts, those to learn from and the others, made with tokens.
        groups: number of each text's document ``(n_texts,)``; texts of one stand in its order.
        kinds: kind of span of each token, -1 for none ``(n_tokens,)``; read for the texts that are learnt from.
        patterns: number of the pattern that each token stands in, -1 for none ``(n_tokens,)``.
        folds: number of each text's fold, -1 for texts that are not learnt from ``(n_texts,)``.
        seed: of both steps.
        progress: shows the loop over fits.
    """
    inside = quoted(made.tokens, groups)
    said: Floats = np.zeros((0, 0))
    for number in progress(range(2), "tagger", 2):
        matrix = around(said, made.tokens, inside) if number else _words_around(made, inside, patterns)
        said = _out_of_fold(matrix, kinds, folds[made.tokens.text], _boosted(seed) if number else _linear(seed))
    return said


def _linear(seed: int) -> Any:
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(loss="log_loss", alpha=PENALTY, average=True, max_iter=PASSES, tol=None, random_state=seed)


def _boosted(seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )


def _out_of_fold(matrix: Any, kinds: Ints, fold: Ints, model: Any) -> Floats:
    """Return log-odds: of tokens with a fold by a model of the other folds, of the others by one of all folds."""
    found = np.zeros((matrix.shape[0], int(kinds.max()) + 1))
    for number in np.unique(fold):
        held_out, rest = np.flatnonzero(fold == number), np.flatnonzero((fold >= 0) & (fold != number))
        taught, unseen = matrix[rest], matrix[held_out]
        for kind in range(found.shape[1]):
            mine = kinds[rest] == kind
            if mine.all() or not mine.any():
                found[held_out, kind] = SURE if mine.all() else -SURE
            else:
                found[held_out, kind] = model.fit(taught, mine).decision_function(unseen)
    return found


def _words_around(made: Material, inside: Ints, patterns: Ints) -> Any:
    """Return what the first step sees, CSR ``(n_tokens, n_features)``."""
    from scipy import sparse

    assert made.window is not None  # noqa: S101 - for the type checker: who tags made it
    marks, word, text = _marks(made.tokens), words(made.tokens), made.tokens.text
    beside = (shifted(marks, -1, text, BEYOND), shifted(marks, 1, text, BEYOND))
    listed = patterns + 1
    extra = [
        categories(inside),
        categories(inside, word),
        categories(inside, *beside),
        *(categories(shifted(listed, place, text, BEYOND)) for place in range(-NEAR, NEAR + 1)),
        categories(listed, inside),
        categories(listed, word),
    ]
    return sparse.hstack([made.window.matrix, *extra], format="csr", dtype=np.float32)


def around(said: Floats, made: Tokens, inside: Ints) -> NDArray[np.float32]:
    """Return what the second step sees of each token ``(n_tokens, n_features)``.

    That is what was said of it and its neighbours; the most that was said of any token in its sentence, in the sentences before
    and after, and before and after it in its own; whether it is inside a quotation, and how far it is from the sentence's ends.
    NaN where there is no such token.
    """
    text, firsts = made.text, np.concatenate([[0], np.cumsum(made.counts)])
    most = np.full((made.n_texts + 2, said.shape[1]), -np.inf)
    np.maximum.at(most, text + 1, said)
    most[np.isinf(most)] = np.nan
    place = np.arange(len(text))
    seen = [
        *(shifted(said, step, text, np.nan) for step in range(-REACH, REACH + 1)),
        *(most[text + step] for step in range(3)),
        shifted(_highest(said, text), -1, text, np.nan),
        shifted(_highest(said[::-1], -text[::-1])[::-1], 1, text, np.nan),
        np.stack([inside, place - firsts[text], firsts[text + 1] - place], axis=1),
    ]
    return np.concatenate(seen, axis=1, dtype=np.float32)


def _highest(said: Floats, text: Ints) -> Floats:
    """Return the highest values so far in each text; texts' numbers never fall."""
    lift = FAR * (text - text[:1])[:, None]
    found: Floats = np.maximum.accumulate(said + lift) - lift
    return found


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


def shifted(values: Numbers, place: int, text: Ints, beyond: float) -> Numbers:
    """Return the value so many tokens further on, in the same text; ``beyond`` where there is none.

    >>> shifted(np.array([5, 6, 7]), 1, np.array([0, 0, 1]), 9).tolist()
    [6, 9, 9]
    """
    found = np.full_like(values, beyond)
    at = np.arange(max(0, -place), min(len(text), len(text) - place))
    at = at[text[at] == text[at + place]]
    found[at] = values[at + place]
    return found


def _marks(made: Tokens) -> Ints:
    kinds = {"“": OPENING, "”": CLOSING, '"': EITHER}
    return np.array([kinds.get(token, 0) for token, _ in made.kinds], dtype=np.int64)[made.kind]


def words(made: Tokens) -> Ints:
    """Return the number of each token's word in lower case ``(n_tokens,)``."""
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


def decided(log_odds: Floats, cuts: Floats) -> Ints:
    """Return each token's class: the kind that is furthest above its cut, counted from 1; 0 where none reaches it.

    Args:
        log_odds: ``(n_tokens, n_kinds)``.
        cuts: of each kind ``(n_kinds,)``.
    """
    above = log_odds - cuts
    return np.where(above.max(axis=1) >= 0, above.argmax(axis=1) + 1, 0)
