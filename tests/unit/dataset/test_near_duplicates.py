"""Near-duplicates: what reads alike is found, whatever the order, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.dataset import near_duplicates as module
from annotate.dataset.clusters import Clusters
from annotate.dataset.near_duplicates import near_duplicates, runs, signature, similarity, words


def groups(texts: list[str]) -> list[list[int]]:
    """Return the clusters of near-duplicates among texts."""
    found = Clusters(len(texts))
    for one, other in near_duplicates(np.array([signature(text) for text in texts])):
        found.join(one, other)
    return found.groups()


def exact(one: str, other: str) -> float:
    """Return the Jaccard similarity of two texts' runs."""
    first, second = set(runs(one).tolist()), set(runs(other).tolist())
    return len(first & second) / len(first | second)


def numbered(first: int, count: int) -> str:
    """Return a text of so many different words."""
    return " ".join(f"w{number}" for number in range(first, first + count))


def test_words_by_hand() -> None:
    """Case and punctuation do not count; scripts without spaces give a word a character."""
    assert words("The Mayor—again! 🎉 2.5%") == ["the", "mayor", "again", "2", "5"]
    assert words("東京で fire") == ["東", "京", "で", "fire"]
    assert words("🎉") == words("") == []


def test_runs_by_hand() -> None:
    """Five words have three runs of three, two words are one run, and order counts."""
    assert len(runs("a b c d e")) == 3
    assert len(runs("a b")) == len(runs("")) == len(runs("🎉")) == 1
    assert runs("a b c").tolist() == runs("A, b; c!").tolist()
    assert runs("a b c").tolist() != runs("c b a").tolist()


@pytest.mark.parametrize("shared", [0, 150, 250, 320, 398])
def test_the_estimate_is_near_the_exact_similarity(shared: int) -> None:
    """Two texts of 400 words with so many in common are estimated within four standard errors."""
    one, other = numbered(0, 400), numbered(400 - shared, 400)
    truth = exact(one, other)
    assert truth == pytest.approx(max(0, shared - 2) / (2 * 398 - max(0, shared - 2)))
    found = similarity(signature(one), signature(other)[None, :])[0]
    assert found == pytest.approx(truth, abs=4 * 0.5 / np.sqrt(module.BANDS * module.ROWS))


def test_a_word_changed_is_found_and_another_story_is_not() -> None:
    """An edited copy belongs to its original; a text that shares a few phrases does not."""
    story = numbered(0, 120)
    edited = story.replace("w60 ", "changed ").replace("w90 ", "")
    other = numbered(100, 120)
    assert groups([story, other, edited]) == [[0, 2], [1]]


def test_texts_without_words_are_told_apart() -> None:
    """Emoji alone, another emoji and an empty text are no near-duplicates; the same emoji is."""
    assert groups(["🎉", "🔥", "", "🎉"]) == [[0, 3], [1], [2]]


def test_none_and_one() -> None:
    """No text and a single text have no near-duplicates."""
    width = module.BANDS * module.ROWS
    assert list(near_duplicates(np.empty((0, width), dtype=np.uint32))) == []
    assert groups(["one"]) == [[0]]


def test_memory_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text hashed in blocks has the signature that it has in one piece."""
    text = numbered(0, 500)
    whole = signature(text)
    monkeypatch.setattr(module, "_BLOCK", 7)
    assert signature(text).tolist() == whole.tolist()


def test_signatures_do_not_change_between_versions() -> None:
    """A signature is a promise: a release built again must keep its splits."""
    assert signature("The mayor said taxes fell.")[:3].tolist() == [754287775, 1175160577, 4096829051]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_clusters_are_the_stories_in_any_order(copies: list[int], random: object) -> None:
    """Copies of a story with one word changed come together, and stories with other words stay apart."""
    texts = []
    for story, count in enumerate(copies):
        base = numbered(story * 1000, 80).split()
        texts += [(story, " ".join([*base[:copy], f"edit{copy}", *base[copy + 1 :]])) for copy in range(count)]
    random.shuffle(texts)  # type: ignore[attr-defined]  # Hypothesis' random numbers
    found = groups([text for _, text in texts])
    stories = [{texts[number][0] for number in group} for group in found]
    assert all(len(story) == 1 for story in stories)
    assert len(found) == len(copies)
