"""Division: outlets, stories and days do not cross; what was published stays; what would tie two splits is withheld."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotate.dataset.choices import By
from annotate.dataset.division import Division, Known, divide
from annotate.dataset.near_duplicates import signature
from annotate.errors import UsageError


def known(number: int, **fields: object) -> Known:
    """Return an article that shares nothing with others but what the test says."""
    name = f"{number:04x}"
    given = {"keys": (f"id {name}",), "counts": (9, number % 3), **fields}
    return Known(id=name, **given)  # type: ignore[arg-type]  # as the test says


def unlike(articles: Sequence[Known]) -> NDArray[np.uint32]:
    """Return signatures of texts of which no two are alike."""
    texts = (f"{a.id}a {a.id}b {a.id}c {a.id}d" for a in articles)
    return np.array([signature(text) for text in texts], dtype=np.uint32).reshape(len(articles), -1)


def divided(articles: Sequence[Known], by: By = By.OUTLET, **options: object) -> Division:
    """Return the division of articles whose texts are not alike."""
    return divide(articles, unlike(articles), [2], by, **options)  # type: ignore[arg-type]  # as the test says


ARTICLES = st.lists(
    st.tuples(st.integers(0, 9), st.none() | st.integers(0, 8), st.sampled_from(["train", "validation", "test", None])),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(ARTICLES, st.sampled_from([By.OUTLET, By.STORY]), st.booleans())
def test_nothing_crosses_and_nothing_is_lost(rows: list[tuple[int, int | None, str]], by: By, pin: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    """Every article is in one split or withheld; unpublished stories and outlets never cross; published ones stay."""
    articles = [
        known(n, keys=(f"story {story}",), outlet=None if outlet is None else f"The {outlet}")
        for n, (story, outlet, _) in enumerate(rows)
    ]
    pins = {a.id: split for a, (_, _, split) in zip(articles, rows, strict=True) if split and pin}
    try:
        found = divided(articles, by, pins=pins)
    except UsageError:
        assert by is By.OUTLET
        return
    assert {*found.splits, *found.withheld} == {a.id for a in articles}
    assert not set(found.splits) & set(found.withheld)
    assert all(found.splits[article] == split for article, split in pins.items())
    free = [a for a in articles if a.id in found.splits and a.id not in pins]
    for one in free:
        for other in articles:
            if other.keys == one.keys and other.id in found.splits:
                assert found.splits[one.id] == found.splits[other.id]
            if by is By.OUTLET and not pins and one.outlet and one.outlet == other.outlet and other.id in found.splits:
                assert found.splits[one.id] == found.splits[other.id]


def test_an_outlet_stays_whole_whatever_its_case() -> None:
    """`The Wick` and `the  wick` are one outlet; eight outlets of two articles go whole to their splits."""
    articles = [known(n, outlet=f"{'The' if n % 2 else 'the '} Wick {n // 2}") for n in range(16)]
    found = divided(articles)
    assert (found.outlets, found.unnamed, found.largest) == (8, 0, 2)
    for n in range(0, 16, 2):
        assert found.splits[f"{n:04x}"] == found.splits[f"{n + 1:04x}"]
    assert set(found.splits.values()) == {"train", "validation", "test"}


def test_articles_without_an_outlet_count_as_outlets_with_their_story() -> None:
    """Nine articles without an outlet, of which two are one story, are eight outlets: no refusal, and the two stay together."""
    articles = [known(n, keys=("story",) if n < 2 else (f"{n}",)) for n in range(9)]
    found = divided(articles)
    assert (found.outlets, found.unnamed, found.clusters.total()) == (0, 9, 8)
    assert found.splits["0000"] == found.splits["0001"]


def test_too_few_outlets_are_refused_with_the_way_out() -> None:
    """Three outlets of five articles each are too few; by story the same articles are divided."""
    articles = [known(n, outlet=f"The {n % 3}") for n in range(15)]
    with pytest.raises(UsageError, match="3 outlets are too few to divide by") as caught:
        divided(articles)
    assert "--split story" in (caught.value.hint or "")
    assert set(divided(articles, By.STORY).splits.values()) == {"train", "validation", "test"}


def test_one_outlet_with_nearly_all_articles_is_refused() -> None:
    """Where one outlet has 60 of 66 articles, nothing would be left to judge on."""
    articles = [known(n, outlet="The Wick" if n < 60 else f"The {n}") for n in range(66)]
    with pytest.raises(UsageError, match="one outlet has 60 of the 66 articles"):
        divided(articles)


def test_a_wire_story_in_every_outlet_does_not_tie_them_all() -> None:
    """Ten outlets that all print one story stay apart; the story stays in one split, and its other copies are withheld."""
    articles = [known(n, outlet=f"The {n % 10}", keys=("wire",) if n < 10 else (f"{n}",)) for n in range(40)]
    found = divided(articles)
    wire = {f"{n:04x}" for n in range(10)}
    kept = wire & set(found.splits)
    assert set(found.withheld) == wire - kept
    assert kept
    assert len({found.splits[article] for article in kept}) == 1
    assert found.largest == 4
    assert set(found.splits.values()) == {"train", "validation", "test"}


def test_two_outlets_with_a_common_story_go_together() -> None:
    """A story in two of ten outlets ties these two, and nothing is withheld."""
    articles = [known(n, outlet=f"The {n % 10}", keys=("wire",) if n < 2 else (f"{n}",)) for n in range(40)]
    found = divided(articles)
    assert found.withheld == ()
    assert found.largest == 8
    assert found.splits["0000"] == found.splits["0001"] == found.splits["000a"] == found.splits["000b"]


def test_adding_articles_moves_nothing() -> None:
    """With the first division as pins, twenty more articles leave the first thirty where they are."""
    articles = [known(n, outlet=f"The {n % 10}") for n in range(30)]
    first = divided(articles)
    more = [*articles, *(known(n, outlet=f"The {n % 14}") for n in range(30, 50))]
    found = divided(more, pins=first.splits)
    assert {article: found.splits[article] for article in first.splits} == first.splits
    assert found.pinned == 30
    for n in (40, 41):
        assert found.splits[f"{n:04x}"] == first.splits[f"{n % 14:04x}"]


def test_an_article_that_bridges_published_splits_is_withheld() -> None:
    """A new version that shares a key with a published train and a published test article is in no split."""
    articles = [known(n) for n in range(3)]
    bridge = known(3, keys=("id 0000", "id 0001"))
    found = divided([*articles, bridge], By.STORY, pins={"0000": "train", "0001": "test", "0002": "validation"})
    assert found.withheld == ("0003",)
    assert found.splits == {"0000": "train", "0001": "test", "0002": "validation"}


def test_a_correction_keeps_the_split_of_the_article_it_replaces() -> None:
    """An article whose forerunner was published stands where the forerunner stood, although that one is gone."""
    articles = [known(n) for n in range(9)]
    found = divided([*articles, known(9, supersedes="ffff")], By.STORY, pins={"ffff": "test"})
    assert found.splits["0009"] == "test"


def test_near_duplicates_share_a_split_by_article_and_a_common_key_does_not_tie() -> None:
    """`article` keeps near-duplicates together and nothing else."""
    articles = [known(n, keys=("same",)) for n in range(12)]
    signatures = unlike(articles)
    signatures[3] = signatures[7]
    found = divide(articles, signatures, [2], By.ARTICLE)
    assert (found.near_duplicates, found.stories, found.largest) == (2, 0, 2)
    assert found.splits["0003"] == found.splits["0007"]
    assert found.clusters.total() == 11


def test_by_time_the_past_trains_and_the_future_tests() -> None:
    """Twenty days are cut in two places; no day of test is before a day of validation, or that before one of train."""
    articles = [known(n, day=f"2031-03-{n % 20 + 1:02}") for n in range(40)]
    found = divided(articles, By.TIME)
    days = {
        split: [a.day for a in articles if found.splits[a.id] == split] for split in ("train", "validation", "test")
    }
    assert {split: len(of) for split, of in days.items()} == {"train": 28, "validation": 6, "test": 6}
    assert max(days["train"]) < min(days["validation"]) == found.cuts[0]
    assert max(days["validation"]) < min(days["test"]) == found.cuts[1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=3, max_size=25).filter(lambda days: len(set(days)) > 2))
def test_by_time_no_split_is_empty(days: list[int]) -> None:
    """Three days or more fill three splits, in their order."""
    articles = [known(n, day=f"2031-03-0{day}") for n, day in enumerate(days)]
    found = divided(articles, By.TIME)
    order = sorted(articles, key=lambda a: a.day or "")
    places = [("train", "validation", "test").index(found.splits[a.id]) for a in order]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2}


def test_by_time_a_story_that_crosses_a_cut_is_withheld_on_its_smaller_side() -> None:
    """Three versions of a story before the cut and one after it: the late one is withheld."""
    articles = [
        known(n, day=f"2031-03-{n + 1:02}", keys=("s",) if n in {1, 2, 3, 19} else (f"{n}",)) for n in range(20)
    ]
    assert divided(articles, By.TIME).withheld == ("0013",)


def test_by_time_with_pins_the_published_cuts_hold() -> None:
    """New articles go where the published first days of validation and test put them."""
    articles = [known(n, day=f"2031-03-{n + 1:02}") for n in range(10)]
    found = divided(articles, By.TIME, pins={"0002": "train", "0004": "validation", "0006": "test"})
    assert found.cuts == ("2031-03-05", "2031-03-07")
    assert [found.splits[f"{n:04x}"] for n in (0, 3, 5, 9)] == ["train", "train", "validation", "test"]
    with pytest.raises(UsageError, match="not in the order of time"):
        divided(articles, By.TIME, pins={"0002": "test", "0004": "validation", "0006": "train"})


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2031-01-01", None, "2031-01-03"], "1 of 3 articles have no date"),
        (["2031-01-01", "2031-01-02", "2031-01-02"], "2 different days"),
    ],
)
def test_by_time_needs_dates(days: list[str | None], said: str) -> None:
    """Articles without a date, or of two days alone, are refused with another way to divide."""
    with pytest.raises(UsageError, match=said) as caught:
        divided([known(n, day=day) for n, day in enumerate(days)], By.TIME)
    assert "--split outlet or --split story" in (caught.value.hint or "")
