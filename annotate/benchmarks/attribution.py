"""PolNeAR: what the tagger of sources, cues and contents says of a sentence, beside its n-grams and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotate.baseline.assessment import Answers
from annotate.baseline.combination import CONTEXT, SURFACE, calibrate, columns
from annotate.baseline.items import Floats, Ints
from annotate.baseline.material import Material, material
from annotate.baseline.pieces import RATIOS, TAGGER, Learning, Ratios
from annotate.baseline.stack import Progress
from annotate.baseline.surface import Surface
from annotate.baseline.tagger import Cue as Tagged
from annotate.baseline.tagger import evidence, token_types
from annotate.benchmarks.corpus import Corpus, Cue, joined
from annotate.benchmarks.sequence import decided, runs, tag
from annotate.benchmarks.systems import CODEBOOK, best_everywhere, grouped, threshold
from annotate.language.patterns import Patterns, load_patterns

KINDS = ("source", "cue", "content")
FOLDS = 4
STRENGTH = 1.0
"""scikit-learn's C where the pieces are put together."""
PIECES = (SURFACE, RATIOS, TAGGER, CONTEXT)


@dataclass(frozen=True)
class Attributed:
    """What is said of the test sentences: whether they have an attribution, and the spans of each."""

    answers: Answers
    cues: list[tuple[Cue, ...]]


def attributions(corpus: Corpus, tested: Corpus, *, seed: int, progress: Progress) -> Attributed:
    """Train on one corpus and return what is said of another.

    Thresholds, those of tokens too, are from out-of-fold scores of the training corpus. The second step of the tagger and
    the stack heard scores there whose models had seen other folds' labels, which flatters the training corpus a little and the
    test corpus not at all.
    """
    from threadpoolctl import threadpool_limits

    both = joined([corpus, tested])
    train = np.arange(len(corpus))
    groups = both.items.groups
    fold = grouped(groups[train], FOLDS, seed)
    with threadpool_limits(1):  # the solvers' products are small: threads only wait for one another
        patterns = load_patterns(CODEBOOK)
        made = material(both.items.texts, Surface(patterns), ngrams=False, tokens_too=True, grams=True)
        kinds = token_types(made.tokens, [[Tagged(*cue) for cue in each] for each in both.cues], KINDS)
        folds = np.append(fold, np.full(len(tested), -1))
        listed = _attribution(made, both.items.texts, patterns)
        said = tag(made, groups, kinds, listed, folds, seed=seed, progress=progress)
        ratios = _ratios(made, both, fold)
    parts = {SURFACE: made.surface, RATIOS: ratios, TAGGER: evidence(made.tokens, said, len(KINDS))}
    table = columns(PIECES, parts, groups)
    model = calibrate(table[train], corpus.labels.soft, STRENGTH)
    chances = model.probabilities(table, 2)
    test = np.arange(len(corpus), len(both))
    answers = Answers(threshold(corpus.gold, chances[train])(chances[test]), chances[test])
    of_train = made.tokens.text < len(corpus)
    alike = np.zeros(int(of_train.sum()), dtype=np.int64)
    cuts = [best_everywhere(kinds[of_train] == kind, said[of_train, kind], alike) for kind in range(len(KINDS))]
    spans = runs(made.tokens, decided(said, np.array(cuts)), KINDS)
    return Attributed(answers, spans[len(corpus) :])


def _attribution(made: Material, texts: Sequence[str], patterns: Patterns) -> Ints:
    """Return the number of the attribution pattern that each token stands in, -1 for none."""
    hits = [[Tagged(hit.start, hit.end, min(hit.names)) for hit in patterns.attribution.find(text)] for text in texts]
    return token_types(made.tokens, hits, sorted({hit.type for each in hits for hit in each}))


def _ratios(made: Material, both: Corpus, fold: Ints) -> Floats:
    """Return the n-grams' log-odds of every sentence: out of fold where it is learnt from."""
    n_train = len(fold)
    what = Learning({both.target: both.labels.soft}, {both.target: both.labels.names}, (), None)
    found = np.zeros((len(both), 1))
    for number in np.unique(fold):
        held_out = np.flatnonzero(fold == number)
        found[held_out] = Ratios(made, np.flatnonzero(fold != number), what).scores(held_out)[both.target]
    test = np.arange(n_train, len(both))
    found[test] = Ratios(made, np.arange(n_train), what).scores(test)[both.target]
    return found
