"""The bundled corpus: passes, rulings and gold belong together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.codebook import load
from annotate.corpus.ingest import ingest
from annotate.files import prove, read, write
from annotate.quality.gold import gold
from annotate.quality.labelled import labelled
from annotate.quality.migration import migrated, steps
from annotate.quality.rulings import CAUSES, Ruling, ruled
from annotate.records import Annotation, Article, Gold, SetAside
from annotate.studio.exports import Export

SAMPLE = Path(__file__).parents[2] / "corpora" / "sample"
BOOK = load()
OLD = load(str(Path(__file__).parents[2] / "schemas" / "credibility" / "versions" / "1.0.0.toml"))


def passes(folder: Path, book: object = BOOK) -> list[Annotation]:
    """Return the annotations of all exports in a folder; nothing of them may have to be set aside."""
    found = []
    for path in sorted(folder.glob("*.json")):
        for record in Export(path).annotations(book, lambda email: email.partition("@")[0]):  # type: ignore[arg-type]  # a codebook
            assert isinstance(record, Annotation), record
            found.append(record)
    return found


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    """The bundled articles."""
    found = list(ingest([SAMPLE / "articles"]))
    assert not [record for record in found if isinstance(record, SetAside)]
    return [record for record in found if isinstance(record, Article)]


@pytest.fixture(scope="module")
def rulings() -> list[Ruling]:
    """The adjudicator's rulings."""
    found = list(read(SAMPLE / "rulings.jsonl", Ruling))
    assert not [record for record in found if isinstance(record, SetAside)]
    return [record for record in found if isinstance(record, Ruling)]


def test_three_passes_cover_every_article(articles: list[Article]) -> None:
    """Each of three annotators submitted each article once, every span proved and every label known."""
    made = passes(SAMPLE / "annotations")
    assert Counter(one.annotator for one in made) == dict.fromkeys(["ines", "marek", "tove"], len(articles))
    counted = list(labelled(made, articles, BOOK))
    assert not [record for record in counted if isinstance(record, SetAside)]


def test_every_overruled_label_has_its_reason(articles: list[Article], rulings: list[Ruling]) -> None:
    """A ruling overrules somebody, names a cause and gives a reason that stands nowhere else."""
    assert all(ruling.overruled and ruling.cause in CAUSES for ruling in rulings)
    assert len({ruling.reason for ruling in rulings}) == len(rulings)
    assert {ruling.article_id for ruling in rulings} <= {article.id for article in articles}


def test_the_gold_is_what_passes_and_rulings_give(articles: list[Article], rulings: list[Ruling]) -> None:
    """Majority gold with the rulings carried out is the gold beside them, each record proved."""
    made = list(
        ruled((g for g in gold(passes(SAMPLE / "annotations"), articles, BOOK) if isinstance(g, Gold)), rulings, BOOK)
    )
    stored = list(read(SAMPLE / "gold.jsonl", Gold))
    assert len(made) == len(stored) == len(articles)
    for one, other in zip(made, stored, strict=True):
        assert isinstance(one, Gold)
        assert isinstance(other, Gold)
        prove(one)
        assert (one.article.id, one.spans, one.links, one.sentences) == (
            other.article.id,
            other.spans,
            other.links,
            other.sentences,
        )


def test_sentences_that_differed_are_settled(rulings: list[Ruling]) -> None:
    """No sentence of the gold is contested, and wherever the status votes differ a ruling says why."""
    golds = [record for record in read(SAMPLE / "gold.jsonl", Gold) if isinstance(record, Gold)]
    assert not [item for record in golds for item in record.sentences if item.targets["status"].contested]
    unsettled = [
        (record.article.id, item.start)
        for record in golds
        for item in record.sentences
        if len(set(item.targets["status"].votes.values())) > 1
        and not any(ruling.article_id == record.article.id and ruling.overlaps(item) for ruling in rulings)
    ]
    assert unsettled == []


def test_the_command_carries_the_rulings_out(articles: list[Article], tmp_path: Path) -> None:
    """`annotate gold --rulings` gives the labels of the bundled gold."""
    write(tmp_path / "articles.jsonl", articles)
    write(tmp_path / "annotations.jsonl", passes(SAMPLE / "annotations"))
    words = ["gold", str(tmp_path / "annotations.jsonl"), "--articles", str(tmp_path / "articles.jsonl")]
    words += ["--rulings", str(SAMPLE / "rulings.jsonl"), "-o", str(tmp_path / "gold.jsonl")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    made, stored = (list(read(path, Gold)) for path in (tmp_path / "gold.jsonl", SAMPLE / "gold.jsonl"))
    assert [one.sentences for one in made if isinstance(one, Gold)] == [
        one.sentences for one in stored if isinstance(one, Gold)
    ]


def test_the_first_passes_are_kept_and_migrate() -> None:
    """The labels under codebook 1.0.0 are read under it, and move to the present version with no label renamed."""
    old = passes(SAMPLE / "versions" / "1.0.0", OLD)
    assert Counter(one.annotator for one in old) == dict.fromkeys(["ines", "marek", "tove"], 14)
    moved = list(migrated(old, OLD, BOOK, steps((), OLD, BOOK)))
    assert all(not isinstance(one, SetAside) and one[1] == [] for one in moved)
