"""Rulings: what an adjudicator says stands, and everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.files import prove
from annotate.quality.gold import gold
from annotate.quality.rulings import Ruling, ruled
from annotate.records import Annotation, Article, Gold, SetAside

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def ruling(article: Article, quote: str, label: str | None, **more: object) -> Ruling:
    """Return a ruling on the claim that reads so."""
    start = article.text.index(quote)
    fields: dict[str, object] = {
        "article_id": article.id,
        "layer": "claim",
        "start": start,
        "end": start + len(quote),
        "text": quote,
        "label": label,
        "votes": {"a": "disputed", "b": "unverified"},
        "cause": "slip",
        "reason": "Nobody says the contrary.",
    }
    return Ruling(**(fields | more))  # type: ignore[arg-type]  # the fields are as the test says


@pytest.fixture
def contested(book: Codebook, make_article: MakeArticle, by: By) -> Gold:
    """Gold on which two differ about one claim, and agree about another with its source."""
    article = make_article("Taxes fell 🎉.", "Rents rose, Ilse said.")
    rest = (("claim.unverified", "Rents rose"), ("source.person", "Ilse"))
    made = [
        by("a", article, ("claim.disputed", "Taxes fell"), *rest, links=[(1, 2)]),
        by("b", article, ("claim.unverified", "Taxes fell"), *rest, links=[(1, 2)]),
    ]
    (record,) = gold(made, [article], book)
    assert isinstance(record, Gold)
    assert record.sentences[0].targets["status"].contested
    return record


def test_a_ruling_settles_a_tie(book: Codebook, contested: Gold) -> None:
    """The ruled label stands with its basis, its sentence is decided by it, and the votes are kept."""
    one = ruling(contested.article, "Taxes fell", "unverified")
    (found,) = ruled([contested], [one], book)
    assert isinstance(found, Gold)
    prove(found)
    assert [(span.label, span.text, span.basis) for span in found.spans if span.layer == "claim"] == [
        ("unverified", "Taxes fell", "own_voice"),
        ("unverified", "Rents rose", "attributed"),
    ]
    first, second = found.sentences
    assert (first.targets["status"].label, first.targets["status"].contested) == ("unverified", False)
    assert first.targets["status"].votes == {"a": "disputed", "b": "unverified"}
    assert first.claims == ("r1",)
    assert second == contested.sentences[1]
    assert one.overruled == {"a": "disputed"}


def test_a_ruling_takes_over_the_links(book: Codebook, contested: Gold) -> None:
    """What was linked to the span that a ruling replaces is linked to the ruled one; a dropped span's links go."""
    (moved,) = ruled([contested], [ruling(contested.article, "Rents rose", "verified")], book)
    assert isinstance(moved, Gold)
    assert [(link.from_, link.type) for link in moved.links] == [("r1", "attributed_to")]
    (dropped,) = ruled([contested], [ruling(contested.article, "Rents rose", None)], book)
    assert isinstance(dropped, Gold)
    assert dropped.links == ()
    assert dropped.sentences[1].targets["status"].label == "none"


def test_without_rulings_nothing_changes(book: Codebook, contested: Gold) -> None:
    """Gold on which nobody ruled comes as it is."""
    assert list(ruled([contested], [], book)) == [contested]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": "Taxes rose"}, "reads 'Taxes fell'"),
        ({"label": "true"}, "no label claim.true"),
        ({"cause": "mood"}, "cause 'mood'"),
        ({"reason": " "}, "gives no reason"),
        ({"end": 900}, "outside the text"),
    ],
)
def test_a_ruling_that_does_not_fit_is_set_aside(
    book: Codebook, contested: Gold, more: dict[str, object], words: str
) -> None:
    """It is said, and the gold comes without it."""
    plain = msgspec.to_builtins(ruling(contested.article, "Taxes fell", "unverified"))
    aside, found = ruled([contested], [Ruling(**(plain | more))], book)
    assert isinstance(aside, SetAside)
    assert words in aside.detail
    assert found == contested


def test_a_ruling_on_nothing_is_counted(book: Codebook, contested: Gold) -> None:
    """A ruling on an article without gold is not lost silently."""
    one = msgspec.structs.replace(ruling(contested.article, "Taxes fell", None), article_id="gone")
    found = list(ruled([contested], [one], book))
    assert [type(record) for record in found] == [Gold, SetAside]
