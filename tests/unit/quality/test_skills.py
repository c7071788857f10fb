"""How well annotators do: belief in their labels, gold items, leaning, and the votes to look at again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.codebook import Codebook
from annotate.quality.assignments import Assignment
from annotate.quality.gold import majority_gold
from annotate.quality.labelled import Labelled
from annotate.quality.skills import Skills, skills
from annotate.records import Annotation, Article

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
MAY = ("hedge.epistemic", "may")


def trial(make_article: MakeArticle, by: By) -> list[Labelled]:
    """Return ten articles, the odd ones hedged: two say so, and one says so of all."""
    found = []
    for number in range(10):
        article = make_article(f"Taxes {number} may fall 🎉.")
        right = [MAY] if number % 2 else []
        found.append(
            Labelled(
                article, (by("a", article, *right), by("b", article, *right, lead_time=60.0), by("lazy", article, MAY))
            )
        )
    return found


def rated(stream: list[Labelled], book: Codebook, **more: object) -> Skills:
    """Return skills by majority, with few resamples."""
    options: dict[str, object] = {"method": "majority", "resamples": 50, "seed": 0}
    return skills(stream, book, **(options | more))  # type: ignore[arg-type]  # the options are as the test says


def test_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Five items are unanimous, five go two to one: the two are believed 5/6, the third 4/6."""
    found = rated(trial(make_article, by), book)
    hedged = {one.annotator: one.targets["hedged"] for one in found.annotators}
    assert {name: own.skill.value for name, own in hedged.items()} == pytest.approx(
        {"a": 5 / 6, "b": 5 / 6, "lazy": 4 / 6}
    )
    assert {name: own.model for name, own in hedged.items()} == {"a": 1, "b": 1, "lazy": 0.5}
    assert hedged["lazy"].leaning == pytest.approx({"no": -2 / 3 * 0.5, "yes": 2 / 3 * 0.5})
    assert hedged["a"].skill.interval is not None
    assert [one.lead_time.median for one in found.annotators] == [None, 60, None]


def test_gold_items(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Accuracy counts the items whose label is known; the others are left out and said."""
    stream = trial(make_article, by)
    found = rated(stream, book, gold=[majority_gold(one, book) for one in stream[:4]])
    lazy = found.annotators[2].targets["hedged"].gold
    assert (lazy.value, lazy.used, lazy.left_out) == (0.5, 4, {"not_gold": 6})
    assert found.gold_items == 4
    assert rated(stream, book).annotators[0].targets["hedged"].gold.undefined == "no gold item was labelled"


def test_a_plan_names_gold_items_and_arms(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Only hidden gold items count as such, skill stands by arm, and gold without its labels is told."""
    stream = trial(make_article, by)
    plan = {
        (one.article.id, who): Assignment(
            article=one.article.id, annotator=who, arm="blind" if n % 2 else "suggested", kind="gold" if n < 3 else ""
        )
        for n, one in enumerate(stream)
        for who in ("a", "lazy")
    }
    found = rated(stream, book, gold=[majority_gold(one, book) for one in stream[:2]], plan=plan)
    a, b, lazy = (one.targets["hedged"] for one in found.annotators)
    assert (lazy.gold.value, lazy.gold.used, lazy.gold.left_out) == (0.5, 2, {"not_gold": 8})
    assert b.gold.undefined == "no gold item was labelled"
    assert {arm: (own.value, own.used) for arm, own in lazy.arms.items()} == {
        "blind": (1.0, 5),
        "suggested": (pytest.approx(1 / 3), 5),
    }
    assert list(b.arms) == ["not planned"]
    assert a.arms["blind"].interval is not None
    assert [note for note in found.notes if "the plan hides 1 article whose right labels were not given" in note]
    assert rated(stream, book).annotators[0].targets["hedged"].arms == {}


def test_improbable_votes_are_to_be_looked_at(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """By skill the third's five wrong votes stand out, each with its place and the likely label."""
    found = rated(trial(make_article, by), book, method="dawid-skene")
    hedged = [one for one in found.recheck if one.target == "hedged"]
    assert {(one.annotator, one.label, one.likely) for one in hedged} == {("lazy", "yes", "no")}
    assert len(hedged) == 5
    assert all(one.probability < 0.1 and one.likely_probability > 0.9 for one in hedged)


def test_one_annotator_and_none(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Who worked alone has no skill that could be known, and nothing is asked of nobody."""
    article = make_article("Taxes may fall.")
    alone = rated([Labelled(article, (by("a", article, MAY),))], book)
    skill = alone.annotators[0].targets["hedged"].skill
    assert (skill.value, skill.undefined) == (None, "no item of this annotator has two votes")
    assert skill.left_out == {"fewer_than_two_votes": 1}
    assert alone.recheck == ()
    assert rated([], book).annotators == ()
