"""Foreign labels become ours as the user says, and never silently."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.errors import CodebookError, UsageError
from annotate.quality.mapping import mapped, mapping
from annotate.records import Annotation, Article, CodebookRef

FOREIGN = CodebookRef(name="foreign:export.json", version="0", hash="f" * 16)


def test_pairs_are_read(book: Codebook) -> None:
    """A word maps a mark to a mark, or to nothing."""
    assert mapping(["label.Claim=claim.unverified", "label.Person="], book) == {
        ("label", "Claim"): ("claim", "unverified"),
        ("label", "Person"): None,
    }


def test_an_old_label_may_hold_an_equals_sign_or_a_dot(book: Codebook) -> None:
    """Only the last equals sign divides, and only the first dot of each side."""
    assert mapping(["label.p=q.r=hedge.evidential"], book) == {("label", "p=q.r"): ("hedge", "evidential")}


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["label.Claim"], "not of the form"),
        (["Claim=claim.unverified"], "not of the form"),
        (["label.Claim=unverified"], "not of the form"),
        (["label.Claim=claim.false"], "has no 'claim.false'"),
        (["label.A=claim.verified", "label.A=claim.disputed"], "twice"),
    ],
)
def test_a_wrong_word_is_a_usage_error(book: Codebook, pairs: list[str], said: str) -> None:
    """What cannot be understood or is not in the codebook is refused with a hint."""
    with pytest.raises(UsageError, match=said) as caught:
        mapping(pairs, book)
    assert caught.value.hint


def foreign(annotation: Annotation) -> Annotation:
    """Return the annotation as an export under another label config would give it."""
    return msgspec.structs.replace(annotation, codebook=FOREIGN)


def test_spans_links_and_decisions_are_brought_over(
    book: Codebook, make_article: Callable[..., Article], by: Callable[..., Annotation]
) -> None:
    """Labels change, link types follow from the new ends, what is left out takes its links along."""
    article = make_article("Taxes fell 🎉, Mayor Vex said in Ost.")
    marks = [("label.Claim", "Taxes fell 🎉"), ("label.Person", "Mayor Vex"), ("label.Place", "Ost")]
    made = foreign(by("a", article, *marks, links=[(0, 1), (0, 2), (1, 0)], decisions={"mood": ("none", "sad")}))
    words = ["label.Claim=claim.unverified", "label.Person=source.person", "label.Place=", "mood.none=article.no_claim"]
    (ours,) = mapped([made], book, mapping(words, book))
    assert [(span.layer, span.label, span.text) for span in ours.spans] == [
        ("claim", "unverified", "Taxes fell 🎉"),
        ("source", "person", "Mayor Vex"),
    ]
    assert [(link.type, link.from_, link.to) for link in ours.links] == [("attributed_to", "s0", "s1")]
    assert ours.decisions == {"article": ("no_claim",)}
    assert ours.codebook == book.ref


def test_every_label_without_a_mapping_is_named(
    book: Codebook, make_article: Callable[..., Article], by: Callable[..., Annotation]
) -> None:
    """All unmapped labels of all annotations are told at once, with the way out."""
    article = make_article("Taxes fell, Mayor Vex said.")
    made = [
        foreign(by("a", article, ("label.Claim", "Taxes fell"))),
        foreign(by("b", article, ("who.Vex", "Mayor Vex"))),
    ]
    with pytest.raises(CodebookError, match=r"foreign:export\.json: no --map for label\.Claim, who\.Vex") as caught:
        mapped(made, book, {})
    assert "--map label.Claim=" in (caught.value.hint or "")
    with pytest.raises(CodebookError, match="no --map"):
        mapped([foreign(by("a", article))], book, {})


def test_our_own_annotations_are_left_as_they_are(
    book: Codebook, make_article: Callable[..., Article], by: Callable[..., Annotation]
) -> None:
    """A mapping touches foreign annotations alone."""
    made = by("a", make_article("Taxes fell."), ("claim.verified", "Taxes fell"))
    assert mapped([made], book, {("claim", "verified"): ("claim", "disputed")}) == [made]
