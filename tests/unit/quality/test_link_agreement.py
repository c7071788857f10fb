"""Agreement on links, by hand: drawn by both, by one, and between spans that only one has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.codebook import Codebook
from annotate.quality.agreement import agreement
from annotate.records import Annotation, Article

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
FELL, ROSE = ("claim.unverified", "taxes fell"), ("claim.unverified", "rents rose")
ILSE, BO = ("source.person", "Ilse"), ("source.person", "Bo")


def test_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """One link is in both, one in one with both ends marked, one with an end of its own: 2 of 4, and 2 of 3."""
    article = make_article("Ilse said taxes fell 🎉.", "Bo said rents rose.")
    made = [
        by("a", article, FELL, ILSE, ROSE, BO, links=[(0, 1), (2, 3)]),
        by("b", article, FELL, ILSE, ROSE, links=[(0, 1), (2, 1)]),
    ]
    links = agreement(made, [article], book, resamples=10).links["attributed_to"]
    assert links.links == 4
    assert links.f1.value == pytest.approx(2 / 4)
    assert (links.given_ends.value, links.given_ends.used) == (pytest.approx(2 / 3), 3)
    assert links.given_ends.left_out == {"an_end_not_marked_by_both": 1}
    assert links.f1.interval_undefined == "all items come from one article"


def test_no_links_are_undefined(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Nothing drawn, or nothing marked by both, has its reason."""
    article = make_article("Ilse said taxes fell.")
    none = agreement([by("a", article), by("b", article)], [article], book, resamples=0).links
    assert {one.f1.undefined for one in none.values()} == {"no link of two annotators can be compared"}
    alone = agreement([by("a", article, FELL, ILSE, links=[(0, 1)]), by("b", article)], [article], book, resamples=0)
    assert alone.links["attributed_to"].f1.value == 0
    assert alone.links["attributed_to"].given_ends.undefined == "no link has ends that both marked"
    assert agreement([], [], book, resamples=0).links["attributed_to"].f1.value is None
