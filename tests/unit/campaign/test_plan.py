"""Plans: everybody is tied to everybody, piles are of like length, gold is hidden, and the blind arm is drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from annotate.campaign.assignments import Arm, Assignment, Kind
from annotate.campaign.plan import Design, Planned, planned
from annotate.corpus.article import make_article
from annotate.errors import UsageError
from annotate.records import Article

DESIGN = Design(overlap=2, calibration=4, gold=0, blind=0.2, seed=1)
NAMES = ("ada", "ben", "cleo")


def pile(plan: Planned, name: str) -> list[Assignment]:
    """Return one annotator's rows."""
    return [one for one in plan.assignments if one.annotator == name]


def test_everybody_labels_the_calibration_set_first(make_articles: Callable[..., list[Article]]) -> None:
    """The calibration set is batch 1 and the same for all; every other article has exactly the overlap asked for."""
    plan = planned(make_articles(20), NAMES, DESIGN)
    people = defaultdict(set)
    for one in plan.assignments:
        people[one.article, one.kind, one.batch].add(one.annotator)
    counts = Counter((kind, batch, len(names)) for (_, kind, batch), names in people.items())
    assert counts == {(Kind.CALIBRATION, 1, 3): 4, (Kind.OVERLAP, 2, 2): 16}


def test_a_plan_is_the_same_for_the_same_seed_and_another_for_another(
    make_articles: Callable[..., list[Article]],
) -> None:
    """The order of the articles does not count, the seed does."""
    articles = make_articles(20)
    plan = planned(articles, NAMES, DESIGN)
    assert planned(articles[::-1], NAMES, DESIGN) == plan
    assert planned(articles, NAMES, replace(DESIGN, seed=2)) != plan


def test_piles_are_of_like_length(make_articles: Callable[..., list[Article]]) -> None:
    """Nobody reads over a tenth more words than anybody else, though articles are from 20 to 500 words long."""
    words = planned(make_articles(40, more=12), NAMES, DESIGN).words()
    assert max(words.values()) <= 1.1 * min(words.values())


def test_all_pairs_of_annotators_meet(make_articles: Callable[..., list[Article]]) -> None:
    """Without a calibration set every two of five annotators share articles, in like numbers."""
    plan = planned(make_articles(50), "abcde", replace(DESIGN, calibration=0))
    shared = Counter()
    by_article = defaultdict(list)
    for one in plan.assignments:
        by_article[one.article].append(one.annotator)
    shared.update(frozenset(names) for names in by_article.values())
    assert len(shared) == 10
    assert max(shared.values()) <= 3 * min(shared.values())


@given(
    count=st.integers(1, 25),
    people=st.integers(1, 6),
    overlap=st.integers(1, 6),
    calibration=st.integers(0, 4),
    blind=st.floats(0, 1),
    batch=st.one_of(st.none(), st.integers(1, 7)),
    seed=st.integers(0, 99),
)
def test_any_design_is_a_tied_plan_or_a_refusal(
    count: int, people: int, overlap: int, calibration: int, blind: float, batch: int | None, seed: int
) -> None:
    """A plan has no row twice, its overlap everywhere, and ties all annotators to one another; else it is refused."""
    articles = [make_article(f"Day {n} at the weir 🌊 was calm.") for n in range(count)]
    names = [f"p{n}" for n in range(people)]
    design = Design(overlap=overlap, calibration=calibration, gold=0, blind=blind, batch=batch, seed=seed)
    try:
        plan = planned(articles, names, design)
    except UsageError:
        untied = people > 1 and not calibration and (overlap == 1 or count < people)
        assert overlap > people or calibration > count or untied
        return
    pairs = [(one.article, one.annotator) for one in plan.assignments]
    assert len(set(pairs)) == len(pairs)
    sizes = Counter(article for article, _ in pairs)
    assert len(sizes) == count
    calibrated = {one.article for one in plan.assignments if one.kind is Kind.CALIBRATION}
    assert all(size == (people if key in calibrated else overlap) for key, size in sizes.items())
    tied, grown = {names[0]}, 0
    while len(tied) > grown:
        grown = len(tied)
        met = {article for article, name in pairs if name in tied}
        tied |= {name for article, name in pairs if article in met}
    assert len(tied) == people
    assert {one.batch for one in plan.assignments} == set(range(1, max(one.batch for one in plan.assignments) + 1))


def test_the_blind_arm_is_a_share_of_every_pile(make_articles: Callable[..., list[Article]]) -> None:
    """Of each annotator's pile in each batch, the share asked for is blind, rounded; none where none is asked for."""
    plan = planned(make_articles(34), NAMES, replace(DESIGN, overlap=3, blind=0.2))
    arms = Counter((one.annotator, one.batch, one.arm) for one in plan.assignments)
    assert {arms[name, 2, Arm.BLIND] for name in NAMES} == {6}
    assert {arms[name, 2, Arm.SUGGESTED] for name in NAMES} == {24}
    none = planned(make_articles(34), NAMES, replace(DESIGN, blind=0))
    assert {one.arm for one in none.assignments} == {Arm.SUGGESTED}


def test_gold_items_hide_in_the_pile(make_articles: Callable[..., list[Article]]) -> None:
    """Each annotator gets the share of gold items asked for, after the calibration set and not all at its end."""
    articles = make_articles(60)
    gold = [article.id for article in articles[:12]]
    plan = planned(articles, NAMES, replace(DESIGN, gold=0.2), gold=gold)
    for name in NAMES:
        own = pile(plan, name)
        kinds = [one.kind for one in own]
        others = len(own) - kinds.count(Kind.GOLD)
        assert kinds.count(Kind.GOLD) == round(0.2 * others)
        assert {one.article for one in own if one.kind is Kind.GOLD} <= set(gold)
        assert {one.batch for one in own if one.kind is Kind.GOLD} == {2}
        places = [n for n, kind in enumerate(kinds) if kind is Kind.GOLD]
        assert places != list(range(places[0], places[0] + len(places)))
    assert not {one.article for one in plan.assignments if one.kind is not Kind.GOLD} & set(gold)


def test_a_second_batch_goes_on_from_the_first(make_articles: Callable[..., list[Article]]) -> None:
    """Rows of the earlier plan stay as they are; new articles come in the next batch, and level the piles out."""
    articles = make_articles(30)
    first = planned(articles[:10], NAMES, DESIGN)
    heavy = tuple(replace(one, words=one.words * 2) if one.annotator == "ada" else one for one in first.assignments)
    both = planned(articles, NAMES, replace(DESIGN, calibration=0), before=heavy)
    assert both.assignments[: len(heavy)] == heavy
    new = both.assignments[len(heavy) :]
    assert {one.batch for one in new} == {3}
    assert {one.article for one in new} == {article.id for article in articles[10:]}
    counts = Counter(one.annotator for one in new)
    assert counts["ada"] < min(counts["ben"], counts["cleo"])


def test_one_annotator_is_told_what_cannot_be_measured(make_articles: Callable[..., list[Article]]) -> None:
    """A plan for one person is made, with a note."""
    plan = planned(make_articles(3), ["ada"], replace(DESIGN, overlap=1, calibration=0))
    assert plan.notes == ("one annotator: agreement cannot be measured",)


@pytest.mark.parametrize(
    ("names", "change", "said"),
    [
        (("ada",), {"overlap": 2}, "an overlap of 2 is asked for; annotators: 1"),
        (("ada", "Ada@localhost"), {}, "two annotators have the account 'ada@localhost'"),
        (("ada", " "), {}, "an annotator without a name"),
        (NAMES, {"calibration": 9}, "a calibration set of 9 is asked for; articles: 5"),
        (NAMES, {"overlap": 1, "calibration": 0}, "not all annotators are tied"),
        (NAMES, {"gold": 0.1}, "gold items are asked for, none are given"),
    ],
)
def test_designs_that_cannot_be_carried_out_are_refused(
    make_articles: Callable[..., list[Article]], names: tuple[str, ...], change: dict[str, object], said: str
) -> None:
    """Each says what is wrong and what to ask for instead."""
    with pytest.raises(UsageError, match=said) as error:
        planned(make_articles(5), names, replace(DESIGN, **change))
    assert error.value.hint


def test_gold_items_that_are_drawn_for_nobody_are_told(make_articles: Callable[..., list[Article]]) -> None:
    """A small share of many gold items leaves some of them unlabelled."""
    articles = make_articles(30)
    plan = planned(articles, NAMES, replace(DESIGN, gold=0.05), gold=[article.id for article in articles[:20]])
    drawn = {one.article for one in plan.assignments if one.kind is Kind.GOLD}
    assert plan.notes == (f"{20 - len(drawn)} of 20 gold items were drawn for nobody, and nobody labels them",)


def test_a_gold_item_without_its_article_is_refused(make_articles: Callable[..., list[Article]]) -> None:
    """Gold items are pushed like all others, so their articles must be there."""
    with pytest.raises(UsageError, match="1 gold items are not among the articles, such as f00"):
        planned(make_articles(5), NAMES, replace(DESIGN, gold=0.1), gold=["f00"])


def test_no_articles_are_no_plan() -> None:
    """Without articles there is nothing to plan."""
    with pytest.raises(UsageError, match="no article is left to plan"):
        planned([], NAMES, DESIGN)
