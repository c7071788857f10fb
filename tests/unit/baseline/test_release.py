"""A release as `annotate dataset build` really writes it, read and trained on."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from annotate import files
from annotate.baseline.evaluate import evaluate
from annotate.baseline.items import read_items
from annotate.baseline.scorer import Model
from annotate.baseline.train import train
from annotate.codebook import Codebook
from annotate.dataset.build import build
from annotate.dataset.gold_file import gold_file
from annotate.records import Article, Extent, Gold, GoldItem, Segment, SegmentKind, Target, article_id

SPLITS = ("train", "validation", "test")
HEDGED = ("The {} may have closed 🕊.", "The {} reportedly leaked.", "Perhaps the {} burned.")
PLAIN = ("The {} closed on Monday.", "The {} leaked.", "The {} burned at night.")


def target(label: str, *votes: str) -> Target:
    """Return a label with three votes for it, or with these, a tie."""
    given = votes or (label,) * 3
    soft = {name: given.count(name) / len(given) for name in sorted(set(given))}
    named = {f"a{n}": vote for n, vote in enumerate(given)}
    return Target(label=None if votes else label, votes=named, soft=soft, contested=bool(votes))


def gold(number: int, book: Codebook) -> Gold:
    """Return an article of six sentences in words of its own; the last but one's status is contested."""
    words = random.Random(number).choices("abdeiklmnorstu", k=700)  # noqa: S311 - no secret
    own = ["".join(words[at : at + 7]) for at in range(0, 700, 7)]
    sentences = [text.format(own[n]) for n, text in enumerate((*HEDGED, *PLAIN))]
    sentences.append(" ".join(own[10:]))
    text, items, at = " ".join(sentences), [], 0
    for n, sentence in enumerate(sentences):
        hedged = "yes" if n < len(HEDGED) else "no"
        status = target("", "none", "unverified") if n == 5 else target("none" if n == 6 else "unverified")
        labels = {"status": status, "hedged": target(hedged), "flagged": target(hedged)}
        items.append(GoldItem(start=at, end=at + len(sentence), targets=labels))
        at += len(sentence) + 1
    article = Article(
        id=article_id(text),
        text=text,
        outlet=f"outlet {number}",
        segments=(Segment(start=0, end=len(text), kind=SegmentKind.BODY),),
        sentences=tuple(Extent(start=item.start, end=item.end) for item in items),
    )
    return Gold(article=article, codebook=book.ref, sentences=tuple(items))


@pytest.fixture(scope="module")
def golds(book: Codebook) -> list[Gold]:
    """Twenty articles."""
    return [gold(number, book) for number in range(20)]


@pytest.fixture(scope="module")
def built(golds: list[Gold], book: Codebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their release."""
    folder = tmp_path_factory.mktemp("built")
    files.write(folder / "gold.jsonl", golds)
    with gold_file(folder / "gold.jsonl") as source:
        build(source, folder / "dataset", book)
    return folder / "dataset"


def test_every_item_of_the_gold_is_read_with_its_labels(golds: list[Gold], built: Path, book: Codebook) -> None:
    """Text, offsets, gold, votes and shares come through the Parquet files unchanged, and no article is in two splits."""
    expected = {(record.article.id, item.start): (record, item) for record in golds for item in record.sentences}
    articles: list[str] = []
    for split in SPLITS:
        items = read_items(built, split).under(book)
        articles += dict.fromkeys(items.articles)
        for row, key in enumerate(zip(items.articles, items.starts, strict=True)):
            record, item = expected.pop(key)
            assert items.texts[row] == item.of(record.article.text)
            assert items.ends[row] == item.end
            for name, labels in items.targets.items():
                found = item.targets[name]
                assert labels.gold[row] == (labels.names.index(found.label) if found.label else -1)
                assert labels.votes[row].tolist() == [list(found.votes.values()).count(n) for n in labels.names]
                np.testing.assert_allclose(labels.soft[row], [found.soft.get(n, 0) for n in labels.names])
    assert expected == {}
    assert len(articles) == len(set(articles)) == 20


def test_a_model_learns_from_it_and_is_judged_on_articles_it_never_saw(built: Path, tmp_path: Path) -> None:
    """Words that hedge in training hedge in the test split too; contested items are left out."""
    info = train(built, tmp_path / "model")
    found = evaluate(Model.load(tmp_path / "model"), built)
    assert found.manifest == info.manifest
    assert found.targets["status"].contested == found.articles
    f1 = found.targets["hedged"].scores.labels["yes"].f1.value
    assert f1 is not None
    assert f1 > 0.8
