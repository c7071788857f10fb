"""What became of the suggestions, and how far seeing them moved the annotators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from annotate.quality.assignments import BLIND
from annotate.quality.coincidence import Floats
from annotate.quality.labelled import Labelled
from annotate.quality.measures import Draws, Measure, share
from annotate.quality.span_matching import HALF, matches
from annotate.records import Record, Suggestion

Arm = Callable[[str, str], str | None]
"""Article id and annotator → the arm of the campaign's plan; none where the plan names none."""

KEPT, CHANGED, REMOVED, ADDED = range(4)


class Acceptance(Record, frozen=True, kw_only=True):
    """What one annotator made of the suggestions, in the articles of one arm.

    Attributes:
        arm: of the plan; empty without one.
        articles: those that had a suggestion, be it that nothing is there.
        kept: suggested spans with an annotator's span of the same boundaries and label.
        changed: those that share at least half of the longer with an annotator's span, and are not kept.
        removed: the others.
        added: the annotator's spans that answer to no suggested one.
        share: kept, of all suggested, in [0, 1].
    """

    annotator: str
    arm: str
    articles: int
    kept: int
    changed: int
    removed: int
    added: int
    share: Measure


class Anchoring(Record, frozen=True, kw_only=True):
    """The arm that saw suggestions less the blind one: what is above 0 was brought about by seeing them.

    Arms are compared over the same kind of articles only if the plan drew them at random.

    Attributes:
        arm: the one that saw suggestions.
        annotations: in it; `blind` in the blind one.
        kept: difference of the shares of suggested spans that annotators have exactly, in [-1, 1].
        near: the same of spans that share at least half of the longer.
        spans: difference of the mean numbers of spans of an annotation.
    """

    arm: str
    annotations: int
    blind: int
    kept: Measure
    near: Measure
    spans: Measure


class SuggestionCounts:
    """Compares annotators' spans with what was suggested, while articles pass through.

    Attributes:
        rows: article, annotator, arm, suggested spans kept, changed and removed, spans added, and all spans.
    """

    ROWS = ("article", "annotator", "arm", "kept", "changed", "removed", "added", "spans")

    def __init__(self, suggestions: Mapping[str, Suggestion] | None, arm: Arm | None) -> None:
        """Begin with nothing.

        Args:
            suggestions: article id → what was suggested for it.
            arm: of the campaign's plan.
        """
        self._suggestions, self._arm = suggestions or {}, arm
        self._rows: list[tuple[int, str, str, Floats, int]] = []
        self._articles = 0
        self.rows: list[tuple[str | int, ...]] = []

    def counted(self, stream: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the articles as they come, compared."""
        for found in stream:
            suggestion = self._suggestions.get(found.article.id)
            if suggestion is not None:
                for name, own in found.by_annotator().items():
                    arm = (self._arm(found.article.id, name) if self._arm else None) or ""
                    spans = [span for annotation in own for span in annotation.spans]
                    same = matches(suggestion.spans, spans, least=1, labels=True)
                    kept = {id(span) for pair in same for span in pair}
                    rest = [span for span in suggestion.spans if id(span) not in kept]
                    other = [span for span in spans if id(span) not in kept]
                    near = len(matches(rest, other, least=HALF, labels=False))
                    counts = np.array([len(same), near, len(rest) - near, len(other) - near], dtype=np.float64)
                    self.rows.append((found.article.id, name, arm, *counts.astype(int).tolist(), len(spans)))
                    self._rows.append((self._articles, name, arm, counts, len(spans)))
                self._articles += 1
            yield found

    def acceptance(self, *, resamples: int, seed: int) -> tuple[Acceptance, ...]:
        """Return each annotator's acceptance in each arm, by name and arm."""
        made = []
        for name, arm in sorted({(name, arm) for _, name, arm, _, _ in self._rows}):
            own = [counts for _, who, where, counts, _ in self._rows if (who, where) == (name, arm)]
            sums = np.stack(own)
            asked = sums[:, :ADDED].sum(axis=1)
            total = sums.sum(axis=0).astype(int).tolist()
            draws = Draws(np.stack([sums[:, KEPT], asked], axis=1), resamples=resamples, seed=seed)
            said = "nothing was suggested"
            made.append(
                Acceptance(
                    annotator=name,
                    arm=arm,
                    articles=len(own),
                    kept=total[KEPT],
                    changed=total[CHANGED],
                    removed=total[REMOVED],
                    added=total[ADDED],
                    share=draws.measure(share, None, used=int(asked.sum()), otherwise=said),
                )
            )
        return tuple(made)

    def anchoring(self, *, resamples: int, seed: int) -> tuple[Anchoring, ...]:
        """Return each arm beside the blind one; nothing where the plan has no arms or nothing was suggested."""
        arms = sorted({arm for _, _, arm, _, _ in self._rows} - {BLIND, ""})
        blind, blinds = self._sums(BLIND)
        made = []
        for arm in arms:
            seen, count = self._sums(arm)
            draws = Draws(np.concatenate([seen, blind], axis=1), resamples=resamples, seed=seed)
            why_not = None if blinds else f"no annotation is of the arm {BLIND!r}"
            used = count + blinds

            def measure(
                above: int, below: int, draws: Draws = draws, no: str | None = why_not, n: int = used
            ) -> Measure:
                def difference(sums: Floats) -> Floats:
                    return share(sums[..., [above, below]]) - share(sums[..., [5 + above, 5 + below]])

                return draws.measure(difference, no, used=n, otherwise="nothing was suggested in one of the arms")

            made.append(
                Anchoring(
                    arm=arm,
                    annotations=count,
                    blind=blinds,
                    kept=measure(0, 2),
                    near=measure(1, 2),
                    spans=measure(3, 4),
                )
            )
        return tuple(made)

    def _sums(self, arm: str) -> tuple[Floats, int]:
        """Return kept, kept or changed, suggested, spans and annotations of an arm, by article, and how many these are."""
        sums, count = np.zeros((self._articles, 5)), 0
        for article, _, where, counts, spans in self._rows:
            if where == arm:
                count += 1
                sums[article] += [counts[KEPT], counts[:REMOVED].sum(), counts[:ADDED].sum(), spans, 1]
        return sums, count
