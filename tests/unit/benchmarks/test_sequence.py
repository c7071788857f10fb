"""The tagger in two steps: what it hears of neighbours, quotations that go on, and that it learns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotate.baseline.material import material
from annotate.baseline.surface import Surface
from annotate.baseline.tokens import tokens
from annotate.benchmarks.corpus import Cue
from annotate.benchmarks.sequence import around, categories, decided, quoted, runs, shifted, tag


@given(st.lists(st.integers(0, 3), max_size=20), st.integers(-5, 5))
def test_neighbours_are_of_the_same_text(texts: list[int], place: int) -> None:
    """A neighbour is the token so far away if it is in the same text, else the sign for beyond."""
    text = np.sort(np.array(texts, dtype=np.int64))
    values = np.arange(len(text))
    for at, value in enumerate(shifted(values, place, text, -7)):
        there = 0 <= at + place < len(text) and text[at + place] == text[at]
        assert value == (at + place if there else -7)


def test_a_quotation_goes_on_in_the_next_sentence_and_not_in_the_next_document() -> None:
    """Tokens inside quotation marks are known, across sentences of a document; marks belong to it."""
    made = tokens(["“It rains 🕊.", "It pours,” she said", '"No" he said "yes', "He left", ""])
    found = quoted(made, np.array([0, 0, 1, 2, 2]))
    words = [made.kinds[kind][0] for kind in made.kind]
    outside = [word for word, inside in zip(words, found, strict=True) if not inside]
    assert outside == ["she", "said", "he", "said", "He", "left"]


def test_categories_need_two() -> None:
    """A combination that occurs once has no column; each token has at most one."""
    matrix = categories(np.array([1, 1, 2, 1]), np.array([5, 5, 5, 6])).toarray()
    assert matrix.tolist() == [[1], [1], [0], [0]]


def test_runs_become_spans() -> None:
    """Neighbouring tokens of one kind in one text are one span, with the offsets of its ends."""
    made = tokens(["a may well b", "well 🕊", ""])
    found = runs(made, np.array([0, 1, 1, 2, 1, 0]), ("cue", "source"))
    assert found == [(Cue(2, 10, "cue"), Cue(11, 12, "source")), (Cue(0, 4, "cue"),), ()]


def test_the_kind_furthest_above_its_cut_is_taken() -> None:
    """Each kind has a cut of its own, and a token that reaches none is outside."""
    log_odds = np.array([[-1.0, -3.0], [-1.0, -2.0], [-0.5, -1.5], [-9.0, -2.0]])
    assert decided(log_odds, np.array([-0.5, -2.5])).tolist() == [0, 2, 2, 2]


def test_the_second_step_hears_of_its_own_sentence_and_the_ones_beside_it() -> None:
    """Of each token: the neighbours' values, the most of three sentences, of what is before and after, and where it stands."""
    made = tokens(["a b c", "", "d"])
    found = around(np.array([[1.0], [3.0], [2.0], [5.0]]), made, np.array([0, 1, 0, 0]))
    nothing = [np.nan] * 4
    first = [*nothing, np.nan, 1, 3, 2, *nothing[1:], np.nan, 3, np.nan, np.nan, 3, 0, 0, 3]
    third = [*nothing[1:], 1, 3, 2, *nothing, np.nan, np.nan, 3, np.nan, 3, np.nan, 0, 2, 1]
    assert np.array_equal(found[0], np.array(first, dtype=np.float32), equal_nan=True)
    assert np.array_equal(found[2], np.array(third, dtype=np.float32), equal_nan=True)
    assert np.isnan(found[3, :5]).all()


def test_it_learns_from_neighbours_and_scores_texts_without_a_fold() -> None:
    """New sentences made of known words get the spans that the training sentences have."""
    names = ("Ada", "Boe", "Cal", "Dee")
    texts = [f"{names[n % 4]} said that dam {n} held" for n in range(160)] + [f"The dam of {n} held" for n in range(40)]
    made = material(texts, Surface(None), ngrams=False, tokens_too=True, grams=False)
    words = np.array([made.tokens.kinds[kind][0] for kind in made.tokens.kind])
    kinds = np.where(words == "said", 1, np.where(np.isin(words, names), 0, -1))
    folds = np.where(np.arange(200) % 10, np.arange(200) % 3, -1)
    patterns = np.full(len(words), -1)
    said = tag(made, np.arange(200), kinds, patterns, folds, seed=0, progress=lambda loop, _label, _total: loop)
    assert said.shape == (len(words), 2)
    new = np.isin(made.tokens.text, np.arange(0, 200, 10))
    assert np.array_equal(decided(said[new], np.zeros(2)) - 1, kinds[new])
