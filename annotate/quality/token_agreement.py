"""Who marked which words with what: counts of tokens, and of the units that annotators made of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.codebook import Codebook
from annotate.quality.clusters import Tokens
from annotate.quality.coincidence import Floats, coincidences
from annotate.quality.items import Codes
from annotate.records import Annotation, Article


def read_tokens(article: Article, codebook: Codebook) -> list[tuple[int, int]]:
    """Return where the tokens stand that are read for spans."""
    tokens = Tokens(article.text)
    wanted = [segment for segment in article.segments if segment.kind in codebook.read]
    return [
        (tokens.starts[n], tokens.ends[n]) for segment in wanted for n in tokens.touched(segment.start, segment.end)
    ]


class Marks:
    """What each annotation marked each token as.

    A token under spans of two labels counts as the one that begins first.

    Attributes:
        shown: whether the token was shown ``(n_annotations, n_tokens)``.
        label: 0 for unmarked, else one more than the number of the label ``(n_annotations, n_tokens)``.
        unit: number of the span that marks it, 0 for none ``(n_annotations, n_tokens)``.
        labels: how many values `label` may take.
    """

    def __init__(
        self, tokens: Sequence[tuple[int, int]], annotations: Sequence[Annotation], layer: str, labels: Sequence[str]
    ) -> None:
        """Lay the spans of one layer over the tokens."""
        starts = np.array([start for start, _ in tokens], dtype=np.int64)
        ends = np.array([end for _, end in tokens], dtype=np.int64)
        shape = (len(annotations), len(tokens))
        self.shown = np.ones(shape, dtype=bool)
        self.label: Codes = np.zeros(shape, dtype=np.int64)
        self.unit: Codes = np.zeros(shape, dtype=np.int64)
        self.labels = 1 + len(labels)
        for row, annotation in enumerate(annotations):
            if annotation.item is not None:
                self.shown[row] = (starts >= annotation.item.start) & (starts < annotation.item.end)
            own = (span for span in annotation.spans if span.layer == layer)
            for number, span in enumerate(sorted(own, key=lambda one: (one.start, one.end), reverse=True), start=1):
                first, last = np.searchsorted(ends, span.start, side="right"), np.searchsorted(starts, span.end)
                self.label[row, first:last] = 1 + labels.index(span.label)
                self.unit[row, first:last] = number

    @property
    def counts(self) -> Codes:
        """How many annotators marked each token as what ``(n_tokens, 1 + n_labels)``; the first column: as nothing."""
        return np.stack([((self.label == one) & self.shown).sum(axis=0) for one in range(self.labels)], axis=1)

    @property
    def paired(self) -> int:
        """How many tokens two annotators or more were shown."""
        return int((self.shown.sum(axis=0) > 1).sum())

    def sums(self) -> Floats:
        """Return what the article adds to `token_formulas`.

        They are the coincidence matrix, flat; the squared lengths of the units and the length of the gaps; and, over
        ordered pairs of annotators, tokens that both marked, tokens that both marked alike, and tokens that one marked.
        """
        counts = self.counts
        votes = counts.sum(axis=1)
        matrix = coincidences(counts, np.zeros(len(counts), dtype=np.int64), 1)[0]
        used = self.shown & (votes > 1)
        squares = 0
        for row, unit in enumerate(self.unit):
            lengths = np.bincount(unit[used[row]], minlength=1)
            squares += int(lengths[0] + (lengths[1:] ** 2).sum())
        marked = votes - counts[:, 0]
        alike = (counts[:, 1:] * (counts[:, 1:] - 1)).sum()
        met = (marked * (marked - 1)).sum(), alike, (marked * (votes - 1)).sum()
        return np.array([*matrix.ravel(), squares, *met], dtype=np.float64)


def token_counts(
    tokens: Sequence[tuple[int, int]], annotations: Sequence[Annotation], layer: str, labels: Sequence[str]
) -> Codes:
    """Return how many annotators marked each token as what ``(n_tokens, 1 + n_labels)``; the first column: as nothing.

    An annotator to whom a token was not shown has no vote on it.
    """
    return Marks(tokens, annotations, layer, labels).counts


def collapsed(matrices: Floats, label: int) -> Floats:
    """Return coincidence matrices ``(..., n, n)`` with one label against all others ``(..., 2, 2)``."""
    same = matrices[..., label, label]
    own = matrices[..., label, :].sum(axis=-1)
    other = own - same
    rest = matrices.sum(axis=(-1, -2)) - same - 2 * other
    return np.stack([np.stack([same, other], axis=-1), np.stack([other, rest], axis=-1)], axis=-2)


def unitised_alpha(matrices: Floats, squares: Floats) -> Floats:
    """Return Krippendorff's alpha for units on a continuum, of coincidence matrices ``(..., n, n)``, gaps first.

    What two annotators are expected to share leaves out each unit paired with itself: its length squared, or, for gaps,
    which have no units, their length. Where each unit is one token it is token-wise alpha. Nan as in `nominal_alpha`.
    K. Krippendorff, Y. Mathet, S. Bouvry and A. Widlöcher, On the reliability of unitizing textual continua: Further
    developments (2015), doi:10.1007/s11135-015-0266-1, equations 4 and 5.

    Args:
        matrices: coincidences of tokens by what they are marked as.
        squares: sum of the units' squared lengths, and of the gaps' lengths ``(...)``.
    """
    label = matrices.sum(axis=-1)
    total = label.sum(axis=-1)
    observed = total - np.trace(matrices, axis1=-2, axis2=-1)
    pairs, own = total**2 - (label**2).sum(axis=-1), total**2 - squares
    usable = (pairs > 0) & (own > 0)
    ratio = np.divide(observed * own, total * pairs, out=np.full(np.shape(total), np.nan), where=usable)
    return np.asarray(1 - ratio)
