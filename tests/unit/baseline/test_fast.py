"""The compiled loops say what the plain ones say: on odd texts, in small memories, in threads."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.baseline import fast_ngrams, fast_tokens
from annotate.baseline.characters import ALPHA, DECIMAL, DIGIT, LETTER, SPACE, UPPER, WORD, classes, counted, points
from annotate.baseline.examples import Examples, examples
from annotate.baseline.fast import WORTH
from annotate.baseline.fast_ngrams import NgramIndex, NgramSums
from annotate.baseline.fast_tokens import Names, Reader
from annotate.baseline.items import read_items
from annotate.baseline.predictor import Predictor
from annotate.baseline.scorer import Model
from annotate.baseline.stack import learn
from annotate.baseline.tokens import tokens
from annotate.baseline.word_classes import CLOSED, ENDINGS

pytest.importorskip("numba", reason="the [fast] extra is not installed")

ODD = [
    "",
    " ",
    "\n\t\u2028\u00a0\x1c\x85",
    "a",
    "🕊",
    "🇺🇦👩‍👩‍👧 may 🕊 have",
    "金 正恩 may visit, 记者 said",
    "Ho\u0308chstens e\u0301tait Z\u0335a\u0321l\u0322 may",
    "İstanbul İSTANBUL \u017fs ß ẞ ΑΣ ΑΣ.",
    "… — 12.5 % €",
    "a's b're c'LL d’t e'm's f'sx she’d they've won't o'clock",
    "1.2.,3 4. ²³ x²y ५٣.٣ _a_ a_b 1,000.",
    'The dam "may" have been “damaged”, officials believe.',
    "may may may MAY mAy dam may dam",
    "z_z __ a.b.c-d (reportedly) \"x\" 'y'",
    "x" * 3000,
    "x" * 64 + " " + "y" * 65 + " may " + "z" * 66,
    "may " * 3000,
    "\u0301\u0301 \u200b \ufeff \u202e",
    "\ud800 lone \udfff",
]
TEXTS = st.lists(
    st.text(max_size=60)
    | st.lists(st.sampled_from(("The", "dam", "may", "reportedly", "İ", "ß", "🕊", "12", "'s", ".", "x" * 70))).map(
        " ".join
    )
    | st.lists(st.sampled_from("aA1.,'’s tre_ \"²"), max_size=20).map("".join),
    max_size=6,
)


def given_texts(release: Path) -> Examples:
    """Return texts with labels of which the pieces learn."""
    items = read_items(release, "train")
    labels = [("no", "yes")[n] for n in items.targets["hedged"].gold]
    return examples(items.texts, labels, items.articles, target="hedged")


@pytest.fixture(scope="module", params=["words", "stack"])
def predictor(request: pytest.FixtureRequest, release: Path) -> Predictor:
    """One that uses the tagger and n-grams, and one that uses all pieces."""
    found = learn(given_texts(release), take=request.param).predictor
    assert found is not None
    return found


def assert_same(predictor: Predictor, texts: list[str]) -> None:
    """Assert equal probabilities to 1e-9, equal tokens and equal cues."""
    predictor.compiled = False
    plain = predictor.say(texts)
    predictor.compiled = True
    quick = predictor.say(texts)
    assert quick.cues == plain.cues
    for name, values in plain.probabilities.items():
        np.testing.assert_allclose(quick.probabilities[name], values, rtol=0, atol=1e-9)
    for one, other in zip(quick.tagged, plain.tagged, strict=True):
        found, expected = one.tokens, other.tokens
        assert found.text.tolist() == expected.text.tolist()
        assert found.starts.tolist() == expected.starts.tolist()
        assert found.ends.tolist() == expected.ends.tolist()
        np.testing.assert_allclose(one.log_odds, other.log_odds, rtol=0, atol=1e-9)


def test_odd_texts_score_alike(predictor: Predictor) -> None:
    """Emoji, other scripts, half pairs, suffixes after both apostrophes, long chunks, nothing at all."""
    assert_same(predictor, ODD)
    assert predictor._fast is not None


def test_the_release_scores_alike(predictor: Predictor, release: Path) -> None:
    """Every sentence that was trained and is tested on."""
    for split in ("train", "test"):
        assert_same(predictor, list(read_items(release, split).texts))


@settings(deadline=None)
@given(TEXTS)
def test_any_text_scores_alike(small: Predictor, texts: list[str]) -> None:
    """Hypothesis finds the strings; none differs."""
    assert_same(small, texts)


@pytest.fixture(scope="module")
def small(release: Path) -> Predictor:
    """A predictor of all pieces."""
    found = learn(given_texts(release), take="stack").predictor
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["may rain " * 60_000, "maybe" * 110_000, "🕊 may " * 80_000])
def test_half_a_megabyte_scores_alike(small: Predictor, text: str) -> None:
    """Long texts, also without a space, need no other path."""
    assert_same(small, [text, "It may rain."])


def test_a_small_memory_changes_no_bit(small: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory of two, and none of long chunks, gives the bits that a large one gives; so does one text at a time."""
    small.compiled = True
    whole = small.say(ODD).probabilities["hedged"]
    groups = np.arange(len(ODD))
    for module in (fast_tokens, fast_ngrams):
        monkeypatch.setattr(module, "REMEMBERED", 2)
        small._fast = None
        found = np.concatenate([small.say([text], groups[:1]).probabilities["hedged"] for text in ODD])
        np.testing.assert_allclose(found, whole, rtol=0, atol=1e-13)
        linear = small.ngrams
        assert linear is not None
        sums = NgramSums(NgramIndex(linear))
        once = sums.log_odds(ODD, linear.intercept)
        again = np.concatenate([sums.log_odds([text], linear.intercept) for text in ODD])
        assert (once == again).all()
    small._fast = None


def test_threads_have_memories_of_their_own(small: Predictor) -> None:
    """Eight threads over one predictor, each with other texts: the bits of one thread."""
    small.compiled, small._fast = True, None
    rng = np.random.default_rng(0)
    words = [
        *re.findall(r"\S+", "the dam may rain reportedly officials said it was not clear 🕊"),
        *(f"w{n}" for n in range(3000)),
    ]
    batches = [[" ".join(rng.choice(words, 12)) for _ in range(200)] for _ in range(16)]
    alone = [small.say(batch).probabilities["hedged"] for batch in batches]
    small._fast = None
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda batch: small.say(batch).probabilities["hedged"], batches * 3))
    for number, values in enumerate(found):
        assert (values == alone[number % len(batches)]).all()


def test_few_texts_do_without_compiled_loops(model_folder: Path) -> None:
    """One article is scored before numba would be loaded; a long stream is not."""
    model = Model.load(model_folder)
    model.probabilities(["It may rain."])
    assert model.predictor._fast is None
    model.probabilities(["It may rain."] * WORTH)
    assert model.predictor._fast is not None


def test_classes_are_those_of_str_and_re() -> None:
    """Every code point there is."""
    found = classes()
    letters = [chr(n) for n in range(0x110000)]
    expected = {
        SPACE: str.isspace,
        WORD: lambda letter: letter.isalnum() or letter == "_",
        DECIMAL: str.isdecimal,
        ALPHA: str.isalpha,
        DIGIT: str.isdigit,
        UPPER: str.isupper,
        LETTER: re.compile(r"[^\W\d_]").match,
    }
    for bit, test in expected.items():
        assert np.flatnonzero(found & bit).tolist() == [n for n, letter in enumerate(letters) if test(letter)]


@given(st.lists(st.text(max_size=20), max_size=5))
def test_counts_are_those_of_str(texts: list[str]) -> None:
    """Digits and capitals of each text, empty ones too."""
    made = points(texts)
    assert counted(made, DIGIT).tolist() == [sum(letter.isdigit() for letter in text) for text in texts]
    assert counted(made, UPPER).tolist() == [sum(letter.isupper() for letter in text) for text in texts]


@settings(deadline=None)
@given(TEXTS)
def test_tokens_and_values_are_those_of_the_plain_reader(small: Predictor, texts: list[str]) -> None:
    """Every place's every value, cues that begin and end inside tokens included."""
    assert small.tagger is not None
    vocabulary = small.tagger.vocabulary
    marks = [[(len(text) // 3, len(text) // 2 + 1, "")] if text else [] for text in texts]
    read, plain = Reader(vocabulary, Names(vocabulary), None).read(texts, marks), tokens(texts, marks)
    assert (read.table == vocabulary.table(plain)).all()
    assert read.starts.tolist() == plain.starts.tolist()


WORDS = st.text(alphabet="abdeglnorstyABEI'_0.7-\"é", min_size=1, max_size=12)


@settings(deadline=None)
@given(st.lists(st.one_of(WORDS, st.sampled_from([*CLOSED, *(f"rel{ending}" for ending in ENDINGS)])), max_size=8))
def test_any_word_is_described_alike(small: Predictor, words: list[str]) -> None:
    """Closed classes, endings, capitals, apostrophes, marks, numbers and letters beyond ASCII."""
    assert small.tagger is not None
    vocabulary = small.tagger.vocabulary
    texts = [word.swapcase() if number % 2 else f"The {word}" for number, word in enumerate(words)]
    read, plain = Reader(vocabulary, Names(vocabulary), None).read(texts, [()] * len(texts)), tokens(texts)
    assert (read.table == vocabulary.table(plain)).all()


def test_more_n_grams_than_the_loops_can_number_are_scored_without_them(
    small: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number too large would stand for another n-gram, without a word."""
    monkeypatch.setattr(fast_ngrams, "MOST", 1)
    monkeypatch.setattr(small, "compiled", True)
    monkeypatch.setattr(small, "_fast", None)
    small.say(ODD)
    assert small._fast is None
