"""Annotations brought under a new version of their codebook: renamed, split, merged, dropped, and told."""

from __future__ import annotations

import msgspec
import pytest

from annotate.codebook import Codebook, load
from annotate.errors import CodebookError, UsageError
from annotate.quality.migration import Moved, migrated, steps
from annotate.records import Annotation, Link, SetAside, Span, Status, text_sha256

OLD = load()
TEXT = "Memos suggest 🕊 he may have left, some say."
SPANS = (
    Span(id="c", layer="claim", label="unverified", start=16, end=32, text="he may have left", basis="attributed"),
    Span(id="h1", layer="hedge", label="epistemic", start=6, end=13, text="suggest"),
    Span(id="h2", layer="hedge", label="epistemic", start=19, end=22, text="may"),
    Span(id="s", layer="source", label="document", start=0, end=5, text="Memos"),
)
ANNOTATION = Annotation(
    article_id="x",
    text_sha256=text_sha256(TEXT),
    annotator="a1",
    status=Status.SUBMITTED,
    codebook=OLD.ref,
    spans=SPANS,
    links=(Link(type="attributed_to", from_="c", to="s"),),
    decisions={"article": ("unsure",), "note": ("Hm 🕊",)},
)


def changed(drop: str = "", add: str = "") -> Codebook:
    """Return a later version: a hedge label gone, another there."""
    hedge = OLD.layer[1]
    labels = tuple(label for label in hedge.label if label.name != drop)
    if add:
        labels += (msgspec.structs.replace(hedge.label[0], name=add, hotkey="z"),)
    layer = msgspec.structs.replace(hedge, label=labels)
    return msgspec.structs.replace(OLD, version="9.0.0", layer=(OLD.layer[0], layer, OLD.layer[2]))


def moved(new: Codebook, *words: str) -> tuple[Annotation, list[Moved]]:
    """Return the one annotation under the new codebook, and what moved."""
    (found,) = migrated([ANNOTATION], OLD, new, steps(words, OLD, new))
    assert not isinstance(found, SetAside)
    return found


def test_a_label_is_renamed() -> None:
    """Every span of the old name has the new one, under the new codebook, and each move is told."""
    new = changed(drop="epistemic", add="modal")
    annotation, moves = moved(new, "hedge.epistemic=hedge.modal")
    assert annotation.codebook == new.ref
    assert [span.label for span in annotation.spans if span.layer == "hedge"] == ["modal", "modal"]
    assert [(m.span, m.text, m.old, m.new) for m in moves] == [
        ("h1", "suggest", "hedge.epistemic", "hedge.modal"),
        ("h2", "may", "hedge.epistemic", "hedge.modal"),
    ]


def test_a_label_is_split_by_its_words() -> None:
    """A step with words moves only the spans that fit; the others go where the wider step says, or stay."""
    annotation, moves = moved(OLD_NEXT, "hedge.epistemic[SUGGEST*]=hedge.evidential")
    assert [span.label for span in annotation.spans if span.layer == "hedge"] == ["evidential", "epistemic"]
    assert len(moves) == 1


OLD_NEXT = msgspec.structs.replace(OLD, version="1.0.1")


def test_labels_merge() -> None:
    """Two labels become one where the new label has been there before."""
    annotation, _ = moved(changed(drop="epistemic"), "hedge.epistemic=hedge.evidential")
    assert {span.label for span in annotation.spans if span.layer == "hedge"} == {"evidential"}


def test_a_dropped_label_takes_its_links_along() -> None:
    """A span that is left out is told, and a link that ended in it goes; the claim's basis stays what it was."""
    annotation, moves = moved(OLD_NEXT, "source.document=")
    assert annotation.links == ()
    assert [(m.old, m.new) for m in moves] == [("source.document", None), ("link.attributed_to", None)]
    assert annotation.spans[0].basis == "attributed"


def test_a_claim_that_moves_gets_its_basis_again() -> None:
    """The basis of a relabelled claim follows from its new label."""
    annotation, _ = moved(OLD_NEXT, "claim.unverified=claim.disputed")
    assert annotation.spans[0].basis == "contradicted"


def test_decisions_move_and_notes_stay() -> None:
    """A choice is renamed like a label; free text is nobody's label."""
    annotation, _ = moved(OLD_NEXT, "article.unsure=article.single_origin")
    assert annotation.decisions == {"article": ("single_origin",), "note": ("Hm 🕊",)}


def test_a_label_that_is_gone_must_be_named() -> None:
    """Without a word for it the migration is refused."""
    with pytest.raises(CodebookError, match=r"has no hedge\.epistemic any more") as caught:
        steps((), OLD, changed(drop="epistemic"))
    assert "--map hedge.epistemic=" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "word",
    [
        "hedge.epistemic",
        "epistemic=hedge.evidential",
        "hedge.epistemic=hedge.nothing",
        "hedge.guess=hedge.evidential",
        "hedge.epistemic[x=hedge.evidential",
    ],
)
def test_a_wrong_word_is_refused(word: str) -> None:
    """A step that is not well formed, or names a label that is not there, is a mistake of the call."""
    with pytest.raises(UsageError):
        steps((word,), OLD, OLD_NEXT)


def test_other_codebooks_are_set_aside_and_the_new_one_passes() -> None:
    """An annotation under neither codebook is not guessed at; one that was migrated before comes as it is."""
    strange = msgspec.structs.replace(ANNOTATION, codebook=changed(add="modal").ref)
    done = msgspec.structs.replace(ANNOTATION, codebook=OLD_NEXT.ref)
    found = list(migrated([strange, done], OLD, OLD_NEXT, ()))
    assert isinstance(found[0], SetAside)
    assert found[0].reason == "other_codebook"
    assert found[1] == (done, [])
