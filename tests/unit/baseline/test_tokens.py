"""Tokens and their features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.baseline.material import material
from annotate.baseline.pieces import Ratios, TaggerPiece, learning
from annotate.baseline.predictor import Grams
from annotate.baseline.surface import Surface
from annotate.baseline.tagger import Cue, Tagger, noisy_or, spans, token_types
from annotate.baseline.tokens import GRAMS, PAD, WINDOW, Table, Vocabulary, keys, tokens
from annotate.language.patterns import load_patterns

TEXTS = [
    "The dam may have 🕊 been damaged, officials believe.",
    "",
    "“It may rain,” said İda of the dam's 1,200 men.",
    "The dam may have been closed; the dam may rain…",
    "漢字だけ。",
]


@given(st.text(max_size=60))
def test_tokens_cover_all_but_white_space(text: str) -> None:
    """In order and disjoint; what lies between them is space."""
    found = tokens([text])
    ends = [0, *found.ends.tolist()]
    starts = [*found.starts.tolist(), len(text)]
    assert all(end <= start and not text[end:start].strip() for end, start in zip(ends, starts, strict=True))
    assert all(text[s:e].strip() for s, e in zip(found.starts, found.ends, strict=True))


def test_a_feature_is_its_template_and_its_values() -> None:
    """No two of all (token, template) pairs share a number unless they are the same feature; unknown values give none."""
    found = tokens(TEXTS)
    vocabulary = Vocabulary.of(tokens(TEXTS * 2))
    table, places = vocabulary.table(found), vocabulary.places(found)
    seen: dict[int, tuple[int, ...]] = {}
    for number, template in enumerate(WINDOW):
        for place, key in zip(places, keys(table, places, WINDOW, number), strict=True):
            what = (number, *(int(table[place + offset, column]) for offset, column in template))
            assert key >= 0
            assert seen.setdefault(int(key), what) == what
    unknown = tokens(["Zebras graze"])
    table = vocabulary.table(unknown)
    assert keys(table, vocabulary.places(unknown), WINDOW, 0).tolist() == [-1, -1]


def test_texts_do_not_look_into_one_another() -> None:
    """Between two texts lie edges enough for every template."""
    assert max(abs(offset) for template in (*WINDOW, *GRAMS) for offset, _ in template) <= PAD
    vocabulary = Vocabulary.of(tokens(TEXTS * 2))
    together = tokens([TEXTS[0], TEXTS[3]])
    alone = [tokens([TEXTS[0]]), tokens([TEXTS[3]])]
    for number in range(len(WINDOW)):
        whole = keys(vocabulary.table(together), vocabulary.places(together), WINDOW, number)
        parts = [keys(vocabulary.table(one), vocabulary.places(one), WINDOW, number) for one in alone]
        assert whole.tolist() == np.concatenate(parts).tolist()


def test_scoring_gives_what_training_saw() -> None:
    """The tagger's and the n-grams' log-odds of a text are those of the matrices it was trained on, to 1e-9."""
    surface = Surface(load_patterns())
    made = material(TEXTS * 3, surface, ngrams=False, tokens_too=True, grams=True)
    soft = np.array([[0.0, 1.0], [1.0, 0.0], [0.3, 0.7], [0.0, 1.0], [1.0, 0.0]] * 3)
    cues = [[Cue(8, 11, "modal")], [], [Cue(4, 7, "modal")], [Cue(8, 11, "other")], []] * 3
    rows = np.arange(len(soft))
    for those in (cues, None):
        what = learning(made, {"t": soft}, {"t": ("no", "yes")}, those)
        tagger, ratios = TaggerPiece(made, rows, what, 0), Ratios(made, rows, what)
        coef = tagger.coef.astype(np.float32)
        tagger.coef = coef.astype(np.float64)
        scorer = Tagger(
            made.vocabulary, Table(tagger.keys, coef, WINDOW), tagger.intercept, tagger.names, tagger.types, 0
        )
        found, log_odds = scorer.tagged(TEXTS * 3, surface.cues(TEXTS * 3))
        np.testing.assert_allclose(log_odds, tagger.log_odds(rows), rtol=0, atol=1e-9)
        np.testing.assert_allclose(scorer.columns(found, log_odds), tagger.scores(rows, log_odds), atol=1e-9)
        table = Table(ratios.keys, ratios.coef["t"], GRAMS)
        grams = Grams(made.vocabulary, table, ratios.intercept["t"])
        np.testing.assert_allclose(grams.log_odds(found), ratios.scores(rows)["t"], rtol=0, atol=1e-9)


def test_known_cues_are_on_every_token_they_touch() -> None:
    """Also on half a token, and on none where there is none."""
    found = tokens(["It may have rained."], [[(5, 9, "modal")]])
    assert [found.cues[c] for c in found.cue] == ["", "modal", "modal", "", ""]
    assert token_types(found, [[Cue(5, 9, "modal")]], ("modal",)).tolist() == [-1, 0, 0, -1, -1]


def test_runs_of_one_kind_are_spans() -> None:
    """Neighbours of another kind, of another text and after a gap begin a new one."""
    found = tokens(["a b c d", "e"])
    chosen = np.array([True, True, True, False, True])
    kind = np.array([0, 0, 1, 0, 1])
    assert spans(found, chosen, kind, ("x", "y")) == [[Cue(0, 3, "x"), Cue(4, 5, "y")], [Cue(0, 1, "y")]]
    both = tokens(["a", "b"])
    assert spans(both, np.array([True, True]), np.array([0, 0]), ("x",)) == [[Cue(0, 1, "x")], [Cue(0, 1, "x")]]


def test_noisy_or_by_hand() -> None:
    """Two events of probability one half: three quarters. None: as little as is counted."""
    assert noisy_or(np.array([2 * np.log(2)]))[0] == pytest.approx(np.log(3))
    assert noisy_or(np.array([0.0]))[0] == -12
    assert noisy_or(np.array([1e6]))[0] == pytest.approx(1e6)
