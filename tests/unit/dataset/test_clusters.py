"""Clusters: what is tied, directly or through others, is never parted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset.clusters import Clusters, same, story
from annotate.records import Article, Copy, article_id

PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20)


def reachable(start: int, pairs: list[tuple[int, int]]) -> set[int]:
    """Return what can be reached from a number along pairs, by walking."""
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for one, other in pairs:
            for before, after in ((one, other), (other, one)):
                if before == here and after not in found:
                    found.add(after)
                    waiting.append(after)
    return found


@given(PAIRS, st.randoms(use_true_random=False))
def test_groups_are_what_can_be_reached(pairs: list[tuple[int, int]], random: object) -> None:
    """The groups divide the numbers into the connected parts, whatever the order of the pairs."""
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' random numbers
    found = Clusters(12)
    for one, other in shuffled:
        found.join(other, one)
    expected = sorted({tuple(sorted(reachable(number, pairs))) for number in range(12)})
    assert [tuple(group) for group in found.groups()] == expected


def test_no_numbers() -> None:
    """Nothing has no clusters."""
    assert Clusters(0).groups() == []


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=3), max_size=8))
def test_same_connects_all_that_share_a_key(keys: list[list[str]]) -> None:
    """Two entries with a common key are in one cluster."""
    found = Clusters(len(keys))
    for one, other in same(keys):
        found.join(one, other)
    for one, first in enumerate(keys):
        for other, second in enumerate(keys):
            if set(first) & set(second):
                assert found.root(one) == found.root(other)


def article(text: str, **fields: object) -> Article:
    """Return an article with this text."""
    return Article(id=article_id(text), text=text, **fields)  # type: ignore[arg-type]  # as the test says


def test_a_story_keeps_its_versions_and_copies_together() -> None:
    """A correction, its forerunner, and another correction of the same are one story; so are copies of one address."""
    first = article("Rain 🌧.")
    second = article("Rain fell.", supersedes=first.id)
    third = article("Rain fell again.", supersedes=first.id)
    copied = article("Snow.", copies=(Copy(url="https://www.wick.example/snow/"), Copy(outlet="The Wick")))
    address = article("Snow fell.", url="http://wick.example/snow#top")
    alone = article("", url="https://wick.example/snow-again")
    found = Clusters(6)
    for one, other in same([*map(story, (first, copied, second, alone, third, address))]):
        found.join(one, other)
    assert found.groups() == [[0, 2, 4], [1, 5], [3]]
