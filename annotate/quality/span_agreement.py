"""Agreement on spans: where they are apart from what they are, exactly, by half, and token by token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from annotate.codebook import Codebook
from annotate.quality.coincidence import Floats, nominal_alpha
from annotate.quality.labelled import Labelled
from annotate.quality.measures import Draws, Measure, share
from annotate.quality.span_matching import HALF, in_layer, matches, seen
from annotate.quality.token_agreement import Marks, collapsed, read_tokens, unitised_alpha
from annotate.records import Record

FORMS = {"exact_any": (1.0, False), "exact_label": (1.0, True), "half_any": (HALF, False), "half_label": (HALF, True)}
"""How two spans are compared → part of the longer that both must cover, and whether labels count."""


class LayerAgreement(Record, frozen=True, kw_only=True):
    """Agreement on one layer of spans; tokens are words, and marks by themselves.

    F1 is twice the spans (or tokens) of two annotators that match over all that the two have, over all pairs of
    annotators of an article together. ``any`` asks where spans are, ``label`` also what they are.

    Attributes:
        title: the codebook's words for the layer.
        tokens: those that at least two annotators read.
        marked: votes on them that mark them.
        alpha_any: Krippendorff's alpha on whether a token is marked at all.
        alpha_label: the same on what it is marked as, unmarked being a label of its own.
        coding: the same on what it is marked as, over tokens that two marked: labelling, given the unitising.
        unitised_any: Krippendorff's alpha for units of a continuum (2015), on where units are.
        unitised_label: the same on what they are.
        exact_any: F1 of spans with the same boundaries; `exact_label`: and label.
        half_any: F1 of spans that share at least half of the longer one; `half_label`: and have the same label.
        token_any: F1 of tokens that are marked; `token_label`: alike.
    """

    title: str
    tokens: int
    marked: int
    alpha_any: Measure
    alpha_label: Measure
    coding: Measure | None = None
    unitised_any: Measure | None = None
    unitised_label: Measure | None = None
    exact_any: Measure | None = None
    exact_label: Measure | None = None
    half_any: Measure | None = None
    half_label: Measure | None = None
    token_any: Measure | None = None
    token_label: Measure | None = None


class SpanCounts:
    """Counts tokens and spans by what each annotator marked, while articles pass through.

    Attributes:
        pairs: article, layer, two annotators, their spans, and how many of them match in each of `FORMS`.
        tokens: article, layer, two values of a token, and their coincidences in the article.
    """

    PAIRS = ("article", "layer", "one", "other", "spans", *FORMS)
    TOKENS = ("article", "layer", "value", "other_value", "coincidences")

    def __init__(self, codebook: Codebook) -> None:
        """Begin with nothing."""
        self._book = codebook
        self._tokens: dict[str, list[Floats]] = {layer.name: [] for layer in codebook.layer}
        self._spans: dict[str, list[Floats]] = {layer.name: [] for layer in codebook.layer}
        self._read = 0
        self.pairs: list[tuple[str | int, ...]] = []
        self.tokens: list[tuple[str | float, ...]] = []

    def counted(self, stream: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the articles as they come, counted."""
        for found in stream:
            tokens = read_tokens(found.article, self._book)
            pairs = list(seen(found))
            for number, layer in enumerate(self._tokens):
                marks = Marks(tokens, found.annotations, layer, self._book.labels(layer))
                self._read += marks.paired if number == 0 else 0
                sums = marks.sums()
                self._tokens[layer].append(sums)
                self.tokens += _coincidence_rows(found.article.id, layer, self._book.labels(layer), sums)
                counts = np.zeros(1 + len(FORMS))
                for pair in pairs:
                    one, other = in_layer(pair.one, layer), in_layer(pair.other, layer)
                    same = [len(matches(one, other, least=least, labels=own)) for least, own in FORMS.values()]
                    row = [len(one) + len(other), *(2 * count for count in same)]
                    counts += row
                    self.pairs.append((found.article.id, layer, *pair.names, *row))
                self._spans[layer].append(counts)
            yield found

    def measures(self, *, resamples: int, seed: int) -> dict[str, LayerAgreement]:
        """Return the agreement on each layer, with intervals over the articles that were counted."""
        found = {}
        for layer in self._book.layer:
            n, width = 1 + len(layer.label), (1 + len(layer.label)) ** 2
            own = self._tokens[layer.name]
            tokens = Draws(np.stack(own) if own else np.zeros((0, width + 4)), resamples=resamples, seed=seed)
            spans = self._spans[layer.name]
            drawn = Draws(np.stack(spans) if spans else np.zeros((0, 1 + len(FORMS))), resamples=resamples, seed=seed)
            compared = {
                name: drawn.measure(
                    lambda sums, number=number: share(sums[..., [number, 0]]),  # type: ignore[misc]  # a default binds the loop's number
                    None,
                    used=round(drawn.total[0]),
                    otherwise="no span of two annotators can be compared",
                )
                for number, name in enumerate(FORMS, start=1)
            }
            found[layer.name] = LayerAgreement(
                title=layer.title,
                tokens=self._read,
                marked=round(float(tokens.total[:width].reshape(n, n)[1:].sum())),
                **_token_measures(tokens, n, self._read),
                **compared,
            )
        return found


def _coincidence_rows(
    article: str, layer: str, labels: Sequence[str], sums: Floats
) -> Iterator[tuple[str | float, ...]]:
    names = ("", *labels)
    for place in np.flatnonzero(sums[: len(names) ** 2]).tolist():
        yield article, layer, names[place // len(names)], names[place % len(names)], float(sums[place])


def _token_measures(draws: Draws, side: int, read: int) -> dict[str, Measure]:
    width = side**2

    def matrix(sums: Floats) -> Floats:
        return sums[..., :width].reshape(*sums.shape[:-1], side, side)

    nothing = None if draws.total[:width].sum() else "no token has two votes"
    same = "every vote is the same, so no disagreement is to be expected"
    both = round(float(matrix(draws.total)[1:, 1:].sum()))
    forms = {
        "alpha_any": lambda sums: nominal_alpha(collapsed(matrix(sums), 0)),
        "alpha_label": lambda sums: nominal_alpha(matrix(sums)),
        "unitised_any": lambda sums: unitised_alpha(collapsed(matrix(sums), 0), sums[..., width]),
        "unitised_label": lambda sums: unitised_alpha(matrix(sums), sums[..., width]),
    }
    found = {name: draws.measure(form, nothing, used=read, otherwise=same) for name, form in forms.items()}
    found["coding"] = draws.measure(
        lambda sums: nominal_alpha(matrix(sums)[..., 1:, 1:]),
        nothing or (None if both else "no token was marked by two"),
        used=both,
        otherwise="all tokens that two marked have one label, so no disagreement is to be expected",
    )
    for name, column in (("token_any", width + 1), ("token_label", width + 2)):
        found[name] = draws.measure(
            lambda sums, column=column: share(sums[..., [column, width + 3]]),  # type: ignore[misc]  # a default binds the loop's column
            nothing,
            used=round(float(draws.total[width + 3])),
            otherwise="nobody marked anything",
        )
    return found
