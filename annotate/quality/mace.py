"""MACE: an annotator either knows an item's label or answers by a habit of their own.

D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy, Learning Whom to Trust with MACE (2013), N13-1132 of the ACL
Anthology. With the probability s_a that annotator a guesses and the habit h_al of saying l when guessing, a vote l on an
item whose label is k has probability s_a h_al + (1 - s_a) [l = k]; all labels are equally probable beforehand.

- E-step: an item's posterior is the product of these over its votes, scaled to sum to 1. Only votes for k tell it from
  other labels, so that a vote adds log(1 + (1 - s_a) / (s_a h_al)) to its own label's logarithm and nothing to others'.
- M-step: the expected numbers of known and guessed votes, with the priors Beta(.5, .5) on s_a and Dirichlet(10) on h_a,
  by variational Bayes: exp(digamma(count + prior)) scaled, as the authors recommend.

It finds a local optimum, so it begins several times at random, and the likeliest run counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from annotate.quality.coincidence import Floats
from annotate.quality.dawid_skene import softmax
from annotate.quality.items import Codes
from annotate.quality.label_frame import Coded

if TYPE_CHECKING:
    import pandas as pd

GUESSING = (0.5, 0.5)
"""The Beta prior on guessing and knowing."""
HABIT = 10.0
"""The Dirichlet prior on each label of a habit."""
NOISE = 1.5
"""Start values are drawn from [1, 1 + NOISE] and scaled."""


@dataclass(frozen=True)
class Belief:
    """What is believed of the annotators.

    Attributes:
        guessing: probability of guessing and of knowing ``(n_annotators, 2)``, at most 1 in sum.
        habits: probability of each label when guessing ``(n_annotators, n_labels)``, likewise.
    """

    guessing: Floats
    habits: Floats


class Mace:
    """Labels by MACE.

    Attributes:
        labels_: label by item; none where two are equally probable.
        probas_: posterior, items by labels, both sorted; rows sum to 1.
        skills_: probability that an annotator knows the label and does not guess.
        habits_: annotators by labels: how often each label is said when guessing.
        log_likelihood_: of the votes, a vote, of the run that counts.
    """

    labels_: pd.Series
    probas_: pd.DataFrame
    skills_: pd.Series
    habits_: pd.DataFrame
    log_likelihood_: float

    def __init__(self, restarts: int = 10, iterations: int = 50, seed: int = 0) -> None:
        """Set how long to look.

        Args:
            restarts: runs from different beginnings.
            iterations: steps of each.
            seed: of the beginnings.
        """
        self.restarts, self.iterations, self.seed = restarts, iterations, seed

    def fit(self, data: pd.DataFrame) -> Self:
        """Learn the annotators' skills and habits, and the posterior.

        Args:
            data: one row a vote, with the columns ``item``, ``annotator`` and ``label``.

        Raises:
            DataError: a column is missing, a cell is empty, or an annotator voted twice on an item.
        """
        return self.fit_from(data, self._starts)

    def _starts(self, people: int, labels: int) -> list[Belief]:
        draw = np.random.default_rng(self.seed)
        drawn = [
            (draw.uniform(1, 1 + NOISE, (people, 2)), draw.uniform(1, 1 + NOISE, (people, labels)))
            for _ in range(self.restarts)
        ]
        return [
            Belief(one / one.sum(axis=1, keepdims=True), two / two.sum(axis=1, keepdims=True)) for one, two in drawn
        ]

    def fit_from(self, data: pd.DataFrame, starts: Callable[[int, int], list[Belief]]) -> Self:
        """Learn from given beginnings: a function of the numbers of annotators and labels."""
        import pandas as pd

        votes = Coded.of(data)
        people, labels = len(votes.annotators), len(votes.labels)
        cells = _Cells.of(votes, votes.annotator, votes.label, people, labels)
        best: tuple[float, Belief] | None = None
        for belief in starts(people, labels) if len(votes.item) else []:
            now = belief
            for _ in range(self.iterations):
                now = cells.learnt(now, cells.posterior(now)[0])
            likelihood = cells.posterior(now)[1]
            if best is None or likelihood > best[0]:
                best = likelihood, now
        self.log_likelihood_, belief = (
            (best[0] / len(votes.item), best[1])
            if best is not None
            else (float("nan"), Belief(np.full((people, 2), 0.5), np.full((people, labels), 1 / max(labels, 1))))
        )
        shares = cells.posterior(belief)[0]
        self.labels_, self.probas_ = votes.best(shares), votes.frame(shares)
        self._belief = belief
        known = belief.guessing[:, 1] / belief.guessing.sum(axis=1)
        self.skills_ = pd.Series(known, index=votes.annotators, dtype=np.float64)
        habits = belief.habits / belief.habits.sum(axis=1, keepdims=True)
        self.habits_ = pd.DataFrame(habits, index=votes.annotators, columns=votes.labels)
        return self

    def predict(self, data: pd.DataFrame) -> pd.Series:
        """Return the label of every item of another table by the same annotators."""
        votes = Coded.of(data)
        shares = self.predict_proba(data)
        return Coded(votes.items, votes.annotators, shares.columns, votes.item, votes.annotator, votes.label).best(
            shares.to_numpy()
        )

    def predict_proba(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the posterior of every item of another table by the same annotators.

        Raises:
            DataError: an annotator or a label was not in the table that this was fitted on.
        """
        import pandas as pd

        votes = Coded.of(data)
        annotators, labels = self.habits_.index, self.habits_.columns
        annotator, label = votes.under(annotators, labels)
        cells = _Cells.of(votes, annotator, label, len(annotators), len(labels))
        return pd.DataFrame(cells.posterior(self._belief)[0], index=votes.items, columns=labels)

    def fit_predict(self, data: pd.DataFrame) -> pd.Series:
        """Learn from a table and return its labels."""
        return self.fit(data).labels_


@dataclass(frozen=True)
class _Cells:
    """The votes as places in two flat tables: items by labels, and annotators by labels."""

    by_item: Codes
    by_annotator: Codes
    items: int
    counts: Floats

    @classmethod
    def of(cls, votes: Coded, annotator: Codes, label: Codes, people: int, labels: int) -> _Cells:
        cells = annotator * labels + label
        counts = np.bincount(cells, minlength=people * labels).reshape(people, labels).astype(np.float64)
        return cls(votes.item * labels + label, cells, len(votes.items), counts)

    def posterior(self, belief: Belief) -> tuple[Floats, float]:
        """Return the E-step's posterior ``(n_items, n_labels)`` and the log-likelihood of all votes."""
        guess = belief.guessing[:, :1] * belief.habits
        gain = np.log1p(belief.guessing[:, 1:] / guess)
        labels = guess.shape[1]
        logs: Floats = np.bincount(
            self.by_item, weights=gain.ravel()[self.by_annotator], minlength=self.items * labels
        ).astype(np.float64)  # it counts in whole numbers where there are no votes
        shares, likelihood = softmax(logs.reshape(self.items, labels)) if self.items else (logs.reshape(0, labels), 0.0)
        return shares, likelihood + float((self.counts * np.log(guess)).sum()) - self.items * float(
            np.log(max(labels, 1))
        )

    def learnt(self, belief: Belief, shares: Floats) -> Belief:
        """Return the M-step's belief, of the posterior that the old belief gave."""
        own = np.bincount(self.by_annotator, weights=shares.ravel()[self.by_item], minlength=self.counts.size)
        guess = belief.guessing[:, :1] * belief.habits
        knowing = belief.guessing[:, 1:]
        known = own.reshape(self.counts.shape) * knowing / (guess + knowing)
        guessed = self.counts - known
        both = np.stack([guessed.sum(axis=1), known.sum(axis=1)], axis=1)
        return Belief(_scaled(both + np.array(GUESSING)), _scaled(guessed + HABIT))


def _scaled(counts: Floats) -> Floats:
    """Return exp(digamma(count)) over exp(digamma(sum of the row's counts))."""
    from scipy.special import digamma

    return np.asarray(np.exp(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True))))
