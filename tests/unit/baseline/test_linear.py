"""The scorer's numbers are scikit-learn's, on whatever text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from annotate.baseline import linear
from annotate.baseline.examples import examples
from annotate.baseline.fit import features, fit_features
from annotate.baseline.items import Floats, read_items
from annotate.baseline.ngrams import char_ngrams, chunks, word_ngrams
from annotate.baseline.pieces import STRENGTH
from annotate.baseline.predictor import Predictor
from annotate.baseline.scorer import Model
from annotate.baseline.stack import learn
from annotate.codebook import Codebook

LETTERLESS = "… — 12.5 % €"
ADVERSARIAL = [
    "",
    " ",
    "\n\t\u2028\u00a0\x1c\x85",
    "a",
    "🕊",
    "🇺🇦👩‍👩‍👧 may 🕊 have",
    "漢字だけ。",
    "金 正恩 may visit, 记者 said",
    "Ho\u0308chstens e\u0301tait Z\u0335a\u0321l\u0322g\u0321o\u0322 may",
    "İstanbul İSTANBUL \u017fs ß ẞ ΑΣ ΑΣ.",
    LETTERLESS,
    "The dam may have been damaged, officials believe.",
    "may may may MAY mAy",
    "don't (reportedly) \"x\" 'y' — z_z __ a.b.c",
    "x" * 3000,
    "may " * 3000,
    "\u0301\u0301 \u200b \ufeff \u202e",
    "if of a b c",
]


Score = Callable[[list[str]], dict[str, Floats]]


class Both(NamedTuple):
    """The pieces of a model beside scikit-learn's own, fitted on the same texts."""

    predictor: Predictor
    sklearn: Score


@pytest.fixture(scope="module")
def both(release: Path, book: Codebook) -> Both:
    """TF-IDF and logistic regression in both forms: ours by counts made once, scikit-learn's by its vectorizers.

    Both fits have the same weights; the scores that are compared are made with ours, which are kept as 32-bit floats.
    """
    items = read_items(release, "train").under(book)
    found = examples(
        items.texts, [("no", "yes")[n] for n in items.targets["hedged"].gold], items.articles, target="hedged"
    )
    learnt = learn(found, take="simple")
    assert learnt.predictor is not None
    union = features()
    matrix = fit_features(union, items.texts)
    model = LogisticRegression(C=STRENGTH["ngrams"], max_iter=300)
    model.fit(matrix.astype(np.float32), items.targets["hedged"].gold)

    ours, calibration = learnt.predictor.ngrams, learnt.predictor.calibrations["hedged"]
    assert ours is not None
    np.testing.assert_allclose(ours.coef, model.coef_.T, atol=1e-4)
    np.testing.assert_allclose(ours.intercept, model.intercept_, atol=1e-4)

    def score(texts: list[str]) -> dict[str, Floats]:
        log_odds = union.transform(texts) @ ours.coef.astype(np.float64) + ours.intercept
        return {"hedged": calibration.probabilities(log_odds, 2)}

    return Both(learnt.predictor, score)


def assert_same(both: Both, texts: list[str]) -> None:
    """Assert equality to 1e-9 of probabilities, and that they sum to 1."""
    ours, theirs = both.predictor.say(texts).probabilities["hedged"], both.sklearn(texts)["hedged"]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.sum(axis=1), 1)


def test_probabilities_are_scikit_learns(both: Both) -> None:
    """On emoji, CJK, combining marks, odd spaces, no letters and nothing at all."""
    assert_same(both, ADVERSARIAL)


def test_probabilities_of_the_release_are_scikit_learns(both: Both, release: Path) -> None:
    """On every sentence that it was trained and is tested on."""
    for split in ("train", "test"):
        assert_same(both, list(read_items(release, split).texts))


@pytest.mark.parametrize("text", ["may rain " * 120_000, "maybe" * 210_000, "🕊 may " * 150_000])
def test_a_sentence_of_a_megabyte(both: Both, text: str) -> None:
    """Long ones, also without a space, are scored like any other."""
    assert len(text.encode()) > 1_000_000
    assert_same(both, [text])


@given(
    st.lists(
        st.text(max_size=60)
        | st.lists(st.sampled_from(("The", "dam", "may", "reportedly", "İ", "ß", "🕊", "12"))).map(" ".join),
        max_size=6,
    )
)
def test_any_text_scores_as_in_scikit_learn(both: Both, texts: list[str]) -> None:
    """Hypothesis finds the strings; none differs."""
    if texts:
        assert_same(both, texts)


@given(st.text(max_size=80))
def test_ngrams_are_scikit_learns(text: str) -> None:
    """Words and characters inside words, repeats kept."""
    words = TfidfVectorizer(ngram_range=(1, 2)).build_analyzer()
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()
    assert word_ngrams(text) == words(text)
    assert [gram for chunk in chunks(text) for gram in char_ngrams(chunk)] == chars(text)


def test_no_texts_have_no_scores(model: Model) -> None:
    """An empty list gives empty tables of the right width."""
    found = model.probabilities([])
    assert {name: values.shape for name, values in found.items()} == {"status": (0, 4), "hedged": (0, 2)}


def test_a_text_without_known_features_gets_the_intercept(both: Both) -> None:
    """Nothing known speaks for or against: every such text scores alike."""
    found = both.predictor.say(["", "漢", LETTERLESS.replace("12.5", "")]).probabilities["hedged"]
    assert found[0].tolist() == pytest.approx(found[1].tolist())


def test_batches_and_memory_do_not_change_numbers(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scored one by one, with a memory of two chunks, with one of short chunks: the same bits."""
    whole = Model.load(model_folder).probabilities(ADVERSARIAL)
    for name, value in (("BATCH", 1), ("CACHED_CHUNKS", 2), ("CACHED_LENGTH", 3)):
        monkeypatch.setattr(linear, name, value)
        found = Model.load(model_folder)
        assert found.predictor.ngrams is not None
        for target, values in found.probabilities(ADVERSARIAL).items():
            assert (values == whole[target]).all()
        assert name != "CACHED_CHUNKS" or len(found.predictor.ngrams._chunk_columns) <= 2


def tiny() -> linear.Linear:
    """Return weights of two words and no characters: *may* speaks for, *rained* against."""
    coef = np.array([[2.0], [-1.0]], dtype=np.float32)
    return linear.Linear(["may", "rained"], [], np.array([1.0, 2.0]), coef, np.array([0.5]))


def test_log_odds_by_hand() -> None:
    """One known word: length 1 times its weight. Two: (2·1 - 1·2) / sqrt(1 + 4). Twice the same: 1 + ln 2, then length 1."""
    found = tiny().log_odds(["It may", "may rained", "may may", "nothing"])[:, 0]
    np.testing.assert_allclose(found, [2.5, 0.5, 2.5, 0.5])
    both = tiny().log_odds(["may may rained"])[0, 0]
    first = 1 + np.log(2)
    assert both == pytest.approx(0.5 + (2 * first - 1 * 2) / np.hypot(first, 2))


def test_terms_are_named_with_how_far_they_moved_the_log_odds() -> None:
    """The furthest first, at most as many as asked for; turned round they change sign."""
    assert tiny().terms("may rained, it rained", np.ones(1), 5).keys() == {"may", "rained"}
    moved = tiny().terms("may rained", np.ones(1), 5)
    assert moved == pytest.approx({"may": 2 / np.sqrt(5), "rained": -2 / np.sqrt(5)})
    assert tiny().terms("may rained", -np.ones(1), 1) == pytest.approx({"may": -2 / np.sqrt(5)})
    assert tiny().terms("🕊", np.ones(1), 5) == {}
