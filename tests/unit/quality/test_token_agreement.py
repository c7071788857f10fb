"""Agreement on spans, token by token: by hand, and over what was shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from annotate.codebook import Codebook
from annotate.quality.agreement import agreement
from annotate.quality.identical_spans import Identical
from annotate.quality.items import items
from annotate.quality.token_agreement import collapsed, token_counts
from annotate.records import Annotation, Article, Suggestion

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]


def test_tokens_by_hand(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Of "Taxes may well fall 🎉." two mark may well and may: 2 agree on may, differ on well, agree on the rest."""
    article = make_article("Taxes may well fall 🎉.")
    made = [by("a", article, ("hedge.epistemic", "may well")), by("b", article, ("hedge.epistemic", "may"))]
    found = agreement(made, [article], book, resamples=0)
    hedge = found.layers["hedge"]
    # six tokens, twelve votes: o_11 = 2, o_10 = o_01 = 1, o_00 = 8; n_1 = 3, n_0 = 9
    assert (hedge.tokens, hedge.marked) == (6, 3)
    assert hedge.alpha_any.value == pytest.approx(1 - 11 * 2 / (2 * 3 * 9))
    assert hedge.alpha_any.interval_undefined == "all items come from one article"
    assert hedge.alpha_label.value == hedge.alpha_any.value
    claim = found.layers["claim"]
    assert claim.alpha_any.value is None
    assert claim.alpha_any.undefined is not None


def test_labels_differ_where_marks_agree(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Both mark the same word as something else: full agreement on marking, less on what it is."""
    article = make_article("Taxes may fall.", "Rents fell.")
    made = [by("a", article, ("hedge.epistemic", "may")), by("b", article, ("hedge.evidential", "may"))]
    hedge = agreement(made, [article], book, resamples=0).layers["hedge"]
    assert hedge.alpha_any.value == 1
    assert hedge.alpha_label.value is not None
    assert hedge.alpha_label.value < 1


def test_only_what_was_shown_counts(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """An annotator of one sentence has no vote on the words of another."""
    article = make_article("Taxes may fall.", "Rents fell.")
    first, _ = items(article, book)
    made = [by("a", article, item=first), by("b", article, ("hedge.epistemic", "may"))]
    tokens = [(0, 5), (6, 9), (10, 14), (16, 21)]
    counts = token_counts(tokens, made, "hedge", book.labels("hedge"))
    assert counts.sum(axis=1).tolist() == [2, 2, 2, 1]
    assert counts[1, :2].tolist() == [1, 1]


def test_a_label_against_the_rest() -> None:
    """Merging labels adds up their coincidences."""
    whole = np.array([[4.0, 1, 2], [1, 6, 3], [2, 3, 8]])
    assert collapsed(whole, 1).tolist() == [[6, 4], [4, 16]]
    assert collapsed(np.stack([whole, whole]), 1).shape == (2, 2, 2)


def test_agreement_by_label_and_annotator(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """A label's alpha is that of the label against the rest; an annotator's share counts every pair of votes."""
    one, two = make_article("Taxes may fall.", "Rain."), make_article("Rents fell.")
    made = [
        by("a", one, ("hedge.epistemic", "may")),
        by("b", one, ("hedge.epistemic", "may")),
        by("c", one),
        by("a", two),
        by("b", two),
    ]
    hedged = agreement(made, [one, two], book, resamples=100).targets["hedged"]
    assert hedged.by_label["yes"].value == pytest.approx(hedged.alpha.value)
    assert hedged.by_label["no"].value == pytest.approx(hedged.alpha.value)
    assert [(who.annotator, who.votes, who.percent.value) for who in hedged.with_others] == [
        ("a", 5, 0.8),
        ("b", 5, 0.8),
        ("c", 4, 0.5),
    ]
    status = agreement(made, [one, two], book, resamples=100).targets["status"]
    assert status.by_label["disputed"].undefined == "no vote is 'disputed'"
    assert status.by_label["none"].undefined == "every vote is 'none'"


def test_a_copied_pass_shows(book: Codebook, make_article: MakeArticle, by: By) -> None:
    """Spans are alike only with the same layer, label and boundaries, between people and with the suggestions."""
    article = make_article("Taxes may fall 🎉, Ilse said.")
    made = [
        by("a", article, ("hedge.epistemic", "may"), ("source.person", "Ilse")),
        by("b", article, ("hedge.epistemic", "may"), ("source.person", "Ilse said")),
    ]
    suggestion = Suggestion(model="patterns-1", spans=made[0].spans)
    found = agreement(made, [article], book, suggestions={article.id: suggestion}, resamples=0).identical
    assert found == (
        Identical(pair=("a", "b"), spans=3, identical=1, by_layer={"hedge": 1.0, "source": 0.0}),
        Identical(pair=("a", "patterns-1"), spans=2, identical=2, by_layer={"hedge": 1.0, "source": 1.0}),
        Identical(pair=("b", "patterns-1"), spans=3, identical=1, by_layer={"hedge": 1.0, "source": 0.0}),
    )
    assert [pair.share for pair in found] == [1 / 3, 1.0, 1 / 3]
