"""The fast scorer: tokens, features and weights in compiled loops, where numba is installed (``pip install reportedly[fast]``)."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from annotate.baseline.fast_ngrams import NgramIndex, NgramSums
from annotate.baseline.fast_phrases import PhraseIndex
from annotate.baseline.fast_tokens import Lookup, Names, Reader
from annotate.baseline.linear import Linear
from annotate.baseline.tokens import Table, Vocabulary

WORTH = 512
"""After so many texts the compiled loops are loaded: fewer are scored sooner without them."""


class Fast:
    """The compiled form of a predictor's pieces: hash tables made once, and a memory for each thread.

    Args:
        phrases: of the patterns; none without patterns.
        ngrams: n-grams, if the model has any.
        vocabulary: of its tokens, if they are read.
        tagger: weights of tokens' features, if it has any; likewise `grams`, of texts' n-grams and skip-grams.
    """

    def __init__(
        self,
        phrases: Iterable[str],
        ngrams: Linear | None,
        vocabulary: Vocabulary | None,
        tagger: Table | None,
        grams: Table | None,
    ) -> None:
        """Make the tables."""
        self.phrases = PhraseIndex(phrases)
        self._vocabulary = vocabulary
        self._ngrams = None if ngrams is None else NgramIndex(ngrams)
        self._names = None if vocabulary is None else Names(vocabulary)
        self._tagger = None if tagger is None else Lookup(tagger)
        self.grams = None if grams is None else Lookup(grams)
        self._here = threading.local()

    @property
    def reader(self) -> Reader:
        """This thread's reader of tokens."""
        assert self._vocabulary is not None  # noqa: S101 - for the type checker: who asks knows that the model has a tagger
        assert self._names is not None  # noqa: S101 - likewise
        if not hasattr(self._here, "reader"):
            self._here.reader = Reader(self._vocabulary, self._names, self._tagger)
        found: Reader = self._here.reader
        return found

    @property
    def ngrams(self) -> NgramSums:
        """This thread's sums of n-grams."""
        assert self._ngrams is not None  # noqa: S101 - for the type checker: who asks knows that the model has n-grams
        if not hasattr(self._here, "ngrams"):
            self._here.ngrams = NgramSums(self._ngrams)
        found: NgramSums = self._here.ngrams
        return found
