"""Configs: an article's rows, compared with what a person would write down."""

from __future__ import annotations

import msgspec
import pytest

from annotate.codebook import Codebook
from annotate.dataset.configs import configs
from annotate.errors import CodebookError
from annotate.records import Gold

ABOUT = {
    "title": "Fire 🔥",
    "outlet": "The Wick",
    "published": "2031-02-03",
    "language": "en",
    "license": "CC-BY-4.0",
}
CLAIM = {
    "id": "g2",
    "label": "unverified",
    "start": 15,
    "end": 36,
    "text": "the mill 🔥 burnt down",
    "basis": "attributed",
}
SOURCE = {"id": "g1", "label": "person", "start": 0, "end": 9, "text": "Ada Quill", "basis": None}
HEDGE = {"id": "g3", "label": "epistemic", "start": 49, "end": 52, "text": "may", "basis": None}


def test_sentences_by_hand(book: Codebook, fire: Gold) -> None:
    """Labels are places in the codebook's order; votes and shares follow it; spans keep the article's offsets."""
    first, second, third = configs(book)[0].rows(fire)
    assert first == {
        "article_id": fire.article.id,
        "start": 0,
        "end": 37,
        "text": "Ada Quill said the mill 🔥 burnt down.",
        "segment": "body",
        **ABOUT,
        "status": 2,
        "status_contested": False,
        "status_soft": [0.0, 0.0, 0.75, 0.25],
        "status_votes": [0, 0, 3, 1],
        "hedged": 0,
        "hedged_contested": False,
        "hedged_soft": [1.0, 0.0],
        "hedged_votes": [4, 0],
        "flagged": 0,
        "flagged_contested": False,
        "flagged_soft": [0.75, 0.25],
        "flagged_votes": [3, 1],
        "claim_spans": [CLAIM],
        "hedge_spans": [],
        "source_spans": [SOURCE],
    }
    assert (second["hedged"], second["hedged_contested"]) == (None, True)
    assert (second["hedged_soft"], second["hedged_votes"]) == ([0.5, 0.5], [2, 2])
    assert (third["text"], third["status"], third["claim_spans"]) == ("Rain fell.", 0, [])


def test_a_hedge_most_marked_is_a_span_of_its_sentence(book: Codebook, fire: Gold) -> None:
    """A span stands in the row of the sentence that it shares a character with, and in no other."""
    gold = msgspec.structs.replace(
        fire, spans=(*fire.spans, msgspec.convert({**HEDGE, "layer": "hedge"}, type(fire.spans[0])))
    )
    assert [row["hedge_spans"] for row in configs(book)[0].rows(gold)] == [[], [HEDGE], []]


def test_claims_by_hand(book: Codebook, fire: Gold) -> None:
    """A claim comes with its sentence, the votes on it, and the source that it is linked to."""
    (row,) = configs(book)[1].rows(fire)
    assert row == {
        "article_id": fire.article.id,
        **CLAIM,
        "label": 1,
        "sentence_start": 0,
        "sentence_end": 37,
        **ABOUT,
        "status_votes": [0, 0, 3, 1],
        "hedged_votes": [4, 0],
        "flagged_votes": [3, 1],
        "linked_spans": [{"type": "attributed_to", "layer": "source", **SOURCE}],
    }


def test_a_claim_outside_every_item_has_no_votes(book: Codebook, fire: Gold) -> None:
    """Where nothing is read around a claim, the votes are zeros and the sentence is null."""
    (row,) = configs(book)[1].rows(msgspec.structs.replace(fire, sentences=()))
    assert (row["sentence_start"], row["sentence_end"], row["status_votes"]) == (None, None, [0, 0, 0, 0])


def test_articles_by_hand(book: Codebook, fire: Gold) -> None:
    """An article's row holds its whole text and all that was marked in it."""
    (row,) = configs(book)[2].rows(fire)
    assert row["text"] == fire.article.text
    assert row["n_annotators"] == 4
    assert row["segments"] == [{"start": 0, "end": len(fire.article.text), "kind": "body"}]
    assert row["spans"] == [{"layer": "source", **SOURCE}, {"layer": "claim", **CLAIM}]
    assert row["links"] == [{"type": "attributed_to", "from": "g2", "to": "g1"}]


def test_every_row_has_exactly_the_columns(book: Codebook, corpus: list[Gold]) -> None:
    """Rows and features name the same columns in every config."""
    for config in configs(book):
        found = [row for gold in corpus for row in config.rows(gold)]
        assert found
        for row in found:
            assert set(row) == set(config.features)


def test_an_article_without_sentences_has_no_sentence_rows(book: Codebook, make_gold: object) -> None:
    """An empty article is a row of `articles` alone."""
    empty = make_gold()  # type: ignore[operator]  # the fixture is a function
    assert [len(list(config.rows(empty))) for config in configs(book)] == [0, 0, 1, 0]


def test_a_codebook_without_claims_has_no_claims_config(book: Codebook) -> None:
    """Configs follow the codebook."""
    layers = tuple(layer for layer in book.layer if layer.name != "claim")
    assert [config.name for config in configs(msgspec.structs.replace(book, layer=layers))] == [
        "sentences",
        "articles",
        "annotations",
    ]


def test_a_target_named_as_a_column_is_refused(book: Codebook) -> None:
    """A target called `text` would hide the text."""
    target = msgspec.structs.replace(book.target[0], name="text")
    with pytest.raises(CodebookError, match="two columns would have the name 'text'"):
        configs(msgspec.structs.replace(book, target=(target,)))
