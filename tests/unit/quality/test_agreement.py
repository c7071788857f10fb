"""Agreement on real records, worked out by hand, and every way in which it is undefined."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.quality.agreement import Agreement, agreement
from annotate.records import Annotation, Article

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
MAY, MIGHT = ("hedge.epistemic", "may"), ("hedge.epistemic", "might")


def small(make_article: MakeArticle, by: By) -> tuple[list[Annotation], list[Article]]:
    """Return five sentences, of which ann and bo hedge both, neither, ann alone and neither; one is read by ann alone."""
    one = make_article("Taxes may fall 🎉.", "Rain.")
    two = make_article("Rents might fall.", "Snow.")
    three = make_article("Hail.")
    made = [by("ann", one, MAY), by("bo", one, MAY), by("ann", two, MIGHT), by("bo", two), by("ann", three)]
    return made, [one, two, three, make_article()]


def test_agreement_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Votes yy, nn, yn, nn: 3 of 4 agree, and alpha is 1 - 7 * 2 / (2 * 3 * 5) = 8/15."""
    found = agreement(*small(make_article, by), book, resamples=200)
    hedged = found.targets["hedged"]
    assert (found.articles, found.items, hedged.items, hedged.left_out) == (3, 5, 4, {"fewer_than_two_votes": 1})
    assert hedged.votes == {"no": 6, "yes": 3}
    assert hedged.percent.value == pytest.approx(0.75)
    assert hedged.alpha.value == pytest.approx(8 / 15)
    assert [(pair.annotators, pair.items, pair.agreeing, pair.percent) for pair in hedged.pairs] == [
        (("ann", "bo"), 4, 3, 0.75)
    ]
    assert [(one.annotator, one.items, one.articles) for one in found.annotators] == [("ann", 5, 3), ("bo", 4, 2)]


def test_intervals_are_over_articles(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Two articles with 2 of 2 and 1 of 2 agreeing: percent runs from .5 to 1."""
    found = agreement(*small(make_article, by), book, resamples=200, seed=3)
    percent = found.targets["hedged"].percent
    assert percent.interval is not None
    assert (percent.interval.low, percent.interval.high, percent.interval.resamples) == (0.5, 1.0, 200)
    assert found == agreement(*small(make_article, by), book, resamples=200, seed=3)


def test_a_third_annotator(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Items with three votes and with two weigh as Krippendorff says: pairs over votes less one."""
    one = make_article("Taxes may fall.", "Rain.")
    two = make_article("Rents might fall.")
    made = [by("a", one, MAY), by("b", one, MAY), by("c", one), by("a", two, MIGHT), by("c", two)]
    hedged = agreement(made, [one, two], book).targets["hedged"]
    # yyn, nnn, yn: o_yy = 1, o_nn = 3, o_yn = o_ny = 1 + 1; n_y = 3, n_n = 5, n = 8
    assert hedged.alpha.value == pytest.approx(1 - 7 * 4 / 30)
    assert hedged.percent.value == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert [(pair.annotators, pair.items, pair.agreeing) for pair in hedged.pairs] == [
        (("a", "b"), 2, 2),
        (("a", "c"), 3, 1),
        (("b", "c"), 2, 1),
    ]


def test_unanimity_on_one_label_leaves_alpha_undefined(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Percent agreement is 1 there, alpha has a reason in place of a number."""
    found = agreement(*small(make_article, by), book).targets["status"]
    assert found.percent.value == 1
    assert found.alpha.value is None
    assert found.alpha.undefined == "every vote is 'none', so no disagreement is to be expected"


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([], "nothing was labelled"),
        (["a", None], "only one annotator"),
        (["a", "b"], "no item has two votes"),
    ],
)
def test_without_two_votes_nothing_is_defined(
    book: Codebook, make_article: MakeArticle, by: By, names: list[str | None], reason: str
) -> None:
    """No labels, one annotator and annotators without an item in common are told apart."""
    articles = [make_article("Taxes may fall."), make_article("Rain.")]
    made = [by(name, article) for name, article in zip(names, articles, strict=False) if name]
    for target in agreement(made, articles, book).targets.values():
        assert (target.items, target.percent.value, target.alpha.value) == (0, None, None)
        assert target.percent.undefined == target.alpha.undefined == reason
        assert target.pairs == ()


def test_one_article_has_numbers_and_no_interval(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """The reason stands where the interval would."""
    article = make_article("Taxes may fall.", "Rain.")
    hedged = agreement([by("a", article, MAY), by("b", article, MAY)], [article], book).targets["hedged"]
    assert hedged.alpha.value == 1
    assert hedged.alpha.interval is None
    assert hedged.alpha.interval_undefined == "all items come from one article"


def test_it_travels_as_json(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """What is written reads back the same, and holds no nan."""
    found = agreement(*small(make_article, by), book, resamples=20)
    data = msgspec.json.encode(found)
    assert msgspec.json.decode(data, type=Agreement) == found
    assert b"NaN" not in data
