"""Agreement by annotator, by hand: kappa and confusion of two, and all others without one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.quality.agreement import agreement
from annotate.quality.annotator_agreement import pairs, without
from annotate.quality.items import LabelTable
from annotate.quality.slices import subset
from annotate.quality.target_agreement import core_measures
from annotate.records import Annotation, Article

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
MAY = ("hedge.epistemic", "may")


def three(make_article: MakeArticle, by: By) -> tuple[list[Annotation], list[Article]]:
    """Return two articles in which ann and bo agree throughout and cy contradicts them on every hedge."""
    one, two = make_article("Taxes may fall 🎉.", "Rain."), make_article("Rents may rise.", "Snow.")
    made = [by(name, article, MAY) for name in ("ann", "bo") for article in (one, two)]
    return [*made, by("cy", one), by("cy", two)], [one, two]


def test_pairs_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Two who agree have kappa 1; against one who never says yes it is 0, with two of four in the corner."""
    met = agreement(*three(make_article, by), book, resamples=100).targets["hedged"].pairs
    assert [pair.annotators for pair in met] == [("ann", "bo"), ("ann", "cy"), ("bo", "cy")]
    first, second, _ = met
    assert first.kappa is not None
    assert second.kappa is not None
    assert (first.kappa.value, second.kappa.value) == (1, 0)
    assert (first.kappa.used, second.kappa.used) == (4, 4)
    labels = book.targets()["hedged"].labels
    no, yes = labels.index("no"), labels.index("yes")
    assert first.confusion[yes][yes] == first.confusion[no][no] == 2
    assert second.confusion[yes][no] == 2
    assert second.confusion[no][yes] == 0


def test_all_others_without_one(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Without the one who contradicts, the others agree fully; without one of the two, votes yn, nn, yn, nn are left."""
    hedged = agreement(*three(make_article, by), book, resamples=50).targets["hedged"]
    assert [one.annotator for one in hedged.without] == ["ann", "bo", "cy"]
    assert [one.alpha.value for one in hedged.without] == pytest.approx([1 - 7 * 4 / 24, 1 - 7 * 4 / 24, 1])
    assert [one.alpha.used for one in hedged.without] == [4, 4, 4]


def test_two_annotators_have_no_others(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """One left alone agrees with nobody, so nothing is said."""
    made, articles = three(make_article, by)
    assert agreement(made[:4], articles, book, resamples=0).targets["hedged"].without == ()


def test_unanimous_pairs_say_why(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Where both gave one label alone, kappa has a reason in place of a number."""
    article = make_article("Rain.", "Snow.")
    found = agreement([by("a", article), by("b", article)], [article], book, resamples=0).targets["hedged"]
    assert found.pairs[0].kappa is not None
    assert found.pairs[0].kappa.value is None
    assert found.pairs[0].kappa.undefined == "both gave one label alone, so no disagreement is to be expected"
    assert found.ac1 is not None
    assert found.ac1.value == 1


def test_fleiss_leaves_out_other_numbers_of_votes(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """It wants as many votes on each item, so the fewer are left out, and said."""
    made, articles = three(make_article, by)
    extra = make_article("Hail may come.")
    found = agreement([*made, by("ann", extra), by("bo", extra, MAY)], [*articles, extra], book, resamples=0)
    fleiss = found.targets["hedged"].fleiss
    assert fleiss is not None
    assert (fleiss.used, fleiss.left_out) == (4, {"another_number_of_votes": 1})
    # votes yyn, nnn twice: observed 2/3, by chance (1/3)^2 + (2/3)^2
    assert fleiss.value == pytest.approx((2 / 3 - 5 / 9) / (4 / 9))


def test_order_counts_where_the_codebook_has_one(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Ordinal alpha stands only with a target whose labels are ordered."""
    import msgspec

    made, articles = three(make_article, by)
    assert agreement(made, articles, book, resamples=0).targets["status"].ordinal is None
    targets = tuple(msgspec.structs.replace(target, ordered=True) for target in book.target)
    ordered = msgspec.structs.replace(book, target=targets)
    again = [msgspec.structs.replace(one, codebook=ordered.ref) for one in made]
    found = agreement(again, articles, ordered, resamples=0).targets["hedged"]
    assert found.ordinal is not None
    assert found.ordinal.value == pytest.approx(found.alpha.value)  # two labels are only ever one step apart


def test_many_are_counted_and_not_drawn(
    monkeypatch: pytest.MonkeyPatch, book: Codebook, make_article: MakeArticle, by: By
) -> None:
    """Beyond a bound, pairs and annotators have their numbers, and the reason in place of intervals."""
    from annotate.quality import annotator_agreement

    monkeypatch.setattr(annotator_agreement, "MANY", 2)
    hedged = agreement(*three(make_article, by), book, resamples=10).targets["hedged"]
    assert hedged.pairs[0].kappa is not None
    assert (hedged.pairs[0].kappa.value, hedged.pairs[0].kappa.interval_undefined) == (1, "more than 2 pairs")
    assert hedged.without[0].alpha.interval_undefined == "more than 2 annotators"
    assert hedged.with_others[0].percent.interval_undefined == "more than 2 annotators"


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), min_size=1, max_size=4), min_size=2, max_size=20
    ),
    st.integers(1, 4),
)
def test_leaving_one_out_is_counting_without(items: list[dict[str, int]], articles: int) -> None:
    """What is taken away from the counts leaves what a table without the annotator gives, item by item and in pairs."""
    votes = [(item, "abcd".index(who), label) for item, own in enumerate(items) for who, label in sorted(own.items())]
    names = ("x", "y", "z")
    whole = LabelTable(
        articles=tuple(str(n) for n in range(articles)),
        extents=tuple((n * articles // len(items), n, n + 1) for n in range(len(items))),
        annotators=("a", "b", "c", "d"),
        names={"t": names},
        item=np.array([item for item, _, _ in votes]),
        annotator=np.array([who for _, who, _ in votes]),
        labels={"t": np.array([label for _, _, label in votes])},
    )
    found = without(whole, whole.labels["t"], 3, resamples=5, seed=0)
    assert [one.annotator for one in found] == ["a", "b", "c", "d"]
    for number, one in enumerate(found):
        rest = subset(whole, whole.annotator != number)
        core = core_measures(rest, "t", resamples=0, seed=0)
        assert one.alpha.used == core.items
        assert (one.alpha.value is None) == (core.alpha.value is None)
        if core.alpha.value is not None:
            assert one.alpha.value == pytest.approx(core.alpha.value, abs=1e-7)
    counted = pairs(whole, whole.labels["t"], 3, resamples=0, seed=0)
    shared = {
        (a, b): [(own[a], own[b]) for own in items if {a, b} <= own.keys()]
        for a, b in itertools.combinations("abcd", 2)
    }
    assert {one.annotators: one.items for one in counted} == {key: len(own) for key, own in shared.items() if own}
    for one in counted:
        cells = Counter(shared[one.annotators])
        assert one.confusion == tuple(tuple(cells[row, column] for column in range(3)) for row in range(3))
