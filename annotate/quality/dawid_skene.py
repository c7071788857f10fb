"""Dawid and Skene: every annotator has a confusion matrix, and votes count for what they tell.

A. P. Dawid and A. M. Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm (1979),
doi:10.2307/2346806. With the prior p_k of label k and the probability e_akl that annotator a says l where the label is k:

- E-step: posterior of k for an item is p_k * product of e_akl over its votes, scaled to sum to 1;
- M-step: p_k is the mean posterior, e_akl the share of l among a's votes, each weighted by the posterior of k.

It begins with the shares of the votes. Both steps are products with one sparse matrix of votes, items by pairs of an
annotator and a label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from annotate.quality.coincidence import Floats
from annotate.quality.items import Codes
from annotate.quality.label_frame import Coded

if TYPE_CHECKING:
    import pandas as pd

LEAST = 1e-10
"""Least count and probability, so that no logarithm is of zero."""


class DawidSkene:
    """Labels by the model of Dawid and Skene.

    Attributes:
        labels_: label by item; none where two are equally probable.
        probas_: posterior, items by labels, both sorted; rows sum to 1.
        priors_: share of each label.
        errors_: probability of each vote, (annotator, vote) by true label; for each annotator columns sum to 1.
        skills_: probability that an annotator's vote is right, over the labels as they are frequent.
        iterations_: steps made.
        log_likelihood_: of the votes, a vote, before the last step's M-step.
    """

    labels_: pd.Series
    probas_: pd.DataFrame
    priors_: pd.Series
    errors_: pd.DataFrame
    skills_: pd.Series
    iterations_: int
    log_likelihood_: float

    def __init__(self, iterations: int = 100, tolerance: float = 1e-7) -> None:
        """Set when to stop.

        Args:
            iterations: most steps.
            tolerance: it stops once the log-likelihood a vote grows by less; below 0 it never stops early.
        """
        self.iterations, self.tolerance = iterations, tolerance

    def fit(self, data: pd.DataFrame) -> Self:
        """Learn the annotators' confusion matrices, the labels' shares and the posterior.

        Args:
            data: one row a vote, with the columns ``item``, ``annotator`` and ``label``.

        Raises:
            DataError: a column is missing, a cell is empty, or an annotator voted twice on an item.
        """
        import pandas as pd

        votes = Coded.of(data)
        people, labels = len(votes.annotators), len(votes.labels)
        matrix = _matrix(votes, votes.annotator, votes.label, people, labels)
        given = np.bincount(votes.annotator * labels + votes.label, minlength=people * labels) > 0
        shares = votes.shares()
        priors: Floats = np.full(labels, 1 / max(labels, 1))
        errors: Floats = np.full((people * labels, labels), 1 / max(labels, 1))
        self.iterations_, self.log_likelihood_ = 0, float("nan")
        if len(votes.item):
            priors, errors = shares.mean(axis=0), _errors(matrix, shares, given, people)
        for _ in range(self.iterations if len(votes.item) else 0):
            shares, likelihood = _posterior(matrix, priors, errors)
            priors, errors = shares.mean(axis=0), _errors(matrix, shares, given, people)
            self.iterations_ += 1
            gain = likelihood / len(votes.item) - self.log_likelihood_
            self.log_likelihood_ = likelihood / len(votes.item)
            if gain < self.tolerance:
                break
        self.labels_, self.probas_ = votes.best(shares), votes.frame(shares)
        self.priors_ = pd.Series(priors, index=votes.labels, dtype=np.float64)
        rows = pd.MultiIndex.from_product([votes.annotators, votes.labels], names=["annotator", "label"])
        self.errors_ = pd.DataFrame(errors, index=rows, columns=votes.labels)
        right = np.einsum("akk,k->a", errors.reshape(people, labels, labels), priors)
        self.skills_ = pd.Series(right, index=votes.annotators, dtype=np.float64)
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
        annotators, labels = self.skills_.index, self.priors_.index
        annotator, label = votes.under(annotators, labels)
        matrix = _matrix(votes, annotator, label, len(annotators), len(labels))
        shares, _ = _posterior(matrix, self.priors_.to_numpy(), self.errors_.to_numpy())
        return pd.DataFrame(shares, index=votes.items, columns=labels)

    def fit_predict(self, data: pd.DataFrame) -> pd.Series:
        """Learn from a table and return its labels."""
        return self.fit(data).labels_


def _matrix(votes: Coded, annotator: Codes, label: Codes, people: int, labels: int) -> Any:
    """Return the votes as a sparse matrix ``(n_items, n_annotators * n_labels)``."""
    from scipy.sparse import csr_matrix

    columns = (annotator * labels + label).astype(np.int32)
    shape = (len(votes.items), people * labels)
    return csr_matrix((np.ones(len(columns)), (votes.item.astype(np.int32), columns)), shape=shape)


def _errors(matrix: Any, shares: Floats, given: Any, people: int) -> Floats:
    """Return the M-step's e_akl ``(n_annotators * n_labels, n_labels)``, of the votes that an annotator ever gave."""
    counts = np.where(given[:, None], np.maximum(matrix.T @ shares, LEAST), 0.0)
    labels = shares.shape[1]
    cubes = counts.reshape(people, labels, labels)
    return np.asarray((cubes / cubes.sum(axis=1, keepdims=True)).reshape(-1, labels))


def _posterior(matrix: Any, priors: Floats, errors: Floats) -> tuple[Floats, float]:
    """Return the E-step's posterior ``(n_items, n_labels)`` and the log-likelihood of all votes."""
    shares = matrix @ np.log(np.maximum(errors, LEAST))
    shares += np.log(np.maximum(priors, LEAST))
    return softmax(shares)


def softmax(logs: Floats) -> tuple[Floats, float]:
    """Return the rows of joint log-probabilities scaled to sum to 1, in place, and the sum of the logs of their sums."""
    columns = [logs[:, n] for n in range(logs.shape[1])]  # a few columns, many rows: by column is much the faster
    top = np.array(columns[0])
    for column in columns[1:]:
        np.maximum(top, column, out=top)
    logs -= top[:, None]
    np.exp(logs, out=logs)
    total = np.array(columns[0])
    for column in columns[1:]:
        total += column
    logs /= total[:, None]
    return logs, float(np.log(total).sum() + top.sum())
