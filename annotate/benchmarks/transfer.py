"""Szeged to a domain that nothing was learnt from: what decides is learnt on domains that were held out whole.

A tagger of all other domains scores each domain. On these scores, and on the codebook's hedge patterns, one small logistic
regression learns how far a tagger is to be trusted away from home and how far the patterns are; at home it would learn that the
tagger knows every cue and the patterns none. The threshold is the one with the best mean F1 over the domains so held out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotate.baseline.assessment import Answers
from annotate.baseline.combination import calibrate
from annotate.baseline.items import Ints
from annotate.baseline.material import material
from annotate.baseline.pieces import TaggerPiece, learning
from annotate.baseline.stack import Progress
from annotate.baseline.surface import HEDGE, Surface
from annotate.baseline.tagger import Cue as Tagged
from annotate.baseline.tagger import spans
from annotate.benchmarks.corpus import Corpus, Cue, joined
from annotate.benchmarks.systems import CODEBOOK, best_everywhere
from annotate.language.patterns import load_patterns

STRENGTH = 0.1
"""scikit-learn's C where tagger and patterns are put together."""


class Transfer:
    """Taggers of some domains, and what they say of domains that they were not taught.

    Args:
        domains: what is learnt from, cue spans and all; at least two.
        tested: another domain, of which nothing but the texts is read.
        seed: of the draw of texts, should there be too many.
        progress: shows the loop over fits.

    Attributes:
        domain: number of each learnt sentence's domain ``(n_learnt,)``, domains one after another.
        cues: the spans found in each sentence of the tested domain.
    """

    def __init__(self, domains: Sequence[Corpus], tested: Corpus, *, seed: int, progress: Progress) -> None:
        """Fit a tagger without each domain, and one with all of them."""
        from threadpoolctl import threadpool_limits

        learnt = joined(domains)
        self.domain = np.repeat(np.arange(len(domains)), [len(each) for each in domains])
        domain = np.append(self.domain, np.full(len(tested), len(domains)))
        surface = Surface(load_patterns(CODEBOOK))
        with threadpool_limits(1):  # the solver's products are small: threads only wait for one another
            made = material(
                (*learnt.items.texts, *tested.items.texts), surface, ngrams=False, tokens_too=True, grams=False
            )
            marked = [[Tagged(*cue) for cue in each] for each in learnt.cues]
            what = learning(made, {}, {}, [*marked, *([] for _ in range(len(tested)))])
            said = np.zeros(len(domain))
            log_odds = np.zeros((len(made.tokens.kind), 1 + len(what.types)))
            for number in progress(range(len(domains) + 1), "taggers", len(domains) + 1):
                others = np.flatnonzero((domain != number) & (domain != len(domains)))
                rows = np.flatnonzero(domain == number)
                tagger = TaggerPiece(made, others, what, seed)
                found = tagger.log_odds(rows)
                said[rows] = tagger.scores(rows, found)[:, 0]
                log_odds[made.token_rows(rows)[0]] = found
        patterns = [place for place, name in enumerate(surface.names) if name.startswith(HEDGE)]
        self._columns = np.concatenate([said[:, None], made.surface[:, patterns]], axis=1)
        of_token = domain[made.tokens.text]
        known = of_token < len(domains)
        assert what.token_type is not None  # noqa: S101 - for the type checker: the domains have spans
        cut = best_everywhere(what.token_type[known] >= 0, log_odds[known, 0], of_token[known])
        found_spans = spans(made.tokens, log_odds[:, 0] >= cut, log_odds[:, 1:].argmax(axis=1), what.types)
        self.cues = [tuple(Cue(*cue) for cue in each) for each in found_spans[len(learnt) :]]

    def answers(self, gold: Ints) -> tuple[Answers, Answers]:
        """Return what is said of the learnt sentences, each domain scored by the others, and of the tested ones.

        Args:
            gold: 0 or 1 for each learnt sentence ``(n_learnt,)``; the tagger has learnt from spans, whatever these say.
        """
        model = calibrate(self._columns[: len(gold)], np.eye(2)[gold], STRENGTH)
        chances = model.probabilities(self._columns, 2)
        predicted = (chances[:, 1] >= best_everywhere(gold == 1, chances[: len(gold), 1], self.domain)).astype(np.int64)
        learnt, tested = slice(len(gold)), slice(len(gold), None)
        return Answers(predicted[learnt], chances[learnt]), Answers(predicted[tested], chances[tested])
