"""Hydrate: the text comes back to the letter, moves where a page was set anew, and is counted where it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate import files
from annotate.codebook import Codebook
from annotate.dataset.build import Options, build
from annotate.dataset.checks import check
from annotate.dataset.choices import Text
from annotate.dataset.gold_file import GoldFile
from annotate.dataset.hydrate import hydrate
from annotate.dataset.manifest import read_manifest
from annotate.errors import DataError, UsageError
from annotate.records import Article, Gold, Segment, SegmentKind, article_id

GoldFileOf = Callable[..., GoldFile]


def parquet(folder: Path) -> dict[str, bytes]:
    """Return path → bytes of the data files."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


def rows(folder: Path, config: str) -> list[dict[str, Any]]:
    """Return the rows of all splits of a config."""
    return [row for path in sorted((folder / config).iterdir()) for row in pq.read_table(path).to_pylist()]


def renewed(article: Article, text: str) -> Article:
    """Return an article at the same address with another text."""
    segments = (Segment(start=0, end=len(text), kind=SegmentKind.BODY),) if text else ()
    return Article(id=article_id(text), text=text, url=article.url, title=article.title, segments=segments)


@pytest.fixture
def bare(tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> Path:
    """A release without text."""
    build(gold_file_of(corpus), tmp_path / "bare", book, Options(text=Text.NONE))
    return tmp_path / "bare"


def hydrated(bare: Path, articles: Sequence[Article]) -> Path:
    """Hydrate a release with these articles and return the new folder."""
    path = bare.parent / "articles.jsonl"
    files.write(path, articles)
    hydrate(bare, path, bare.parent / "full")
    return bare.parent / "full"


def test_no_word_is_in_it(bare: Path, corpus: list[Gold]) -> None:
    """Nothing in the folder's data but the selectors' few characters comes from a text."""
    for config in ("sentences", "claims", "articles"):
        assert all(row["text"] is None for row in rows(bare, config))
    assert all(span["text"] is None for row in rows(bare, "sentences") for span in row["claim_spans"])
    everything = json.dumps([row for path in bare.iterdir() if path.is_dir() for row in rows(bare, path.name)])
    for gold in corpus:
        for item in gold.sentences:
            words = item.of(gold.article.text)
            assert len(words) < 20 or json.dumps(words[:20])[1:-1] not in everything
    share = read_manifest(bare).disclosed
    assert share is not None
    assert 0 < share < 0.5


def test_with_the_same_articles_the_bytes_are_those_of_a_full_release(
    tmp_path: Path, bare: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """Built without text and hydrated, or built with it: every data file is the same, byte for byte, and checks clean."""
    build(gold_file_of(corpus), tmp_path / "whole", book)
    full = hydrated(bare, [gold.article for gold in corpus][::-1])
    assert parquet(full) == parquet(tmp_path / "whole")
    assert not check(full).errors
    found = read_manifest(full).hydrated
    assert found is not None
    assert (found.exact, found.moved, found.missing, found.items_lost, found.spans_lost) == (14, 0, 0, 0, 0)
    assert read_manifest(full).rights.local_only == {"not stated": 12}


def test_the_card_and_the_metadata_follow(bare: Path, corpus: list[Gold]) -> None:
    """The card no longer says that text is missing, names the files that are there, and says what came back."""
    full = hydrated(bare, [gold.article for gold in corpus])
    _, head, body = (full / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert [config["config_name"] for config in yaml.safe_load(head)["configs"]] == [
        *("sentences", "claims", "articles", "annotations"),
    ]
    assert "Without text" not in body
    assert "**Its text was put back** by `annotate dataset hydrate`: 14 articles read as they were labelled" in body
    croissant = json.loads((full / "croissant.json").read_text(encoding="utf-8"))
    assert {item["@id"] for item in croissant["distribution"]} == set(parquet(full))


def test_a_page_set_anew_keeps_its_labels(bare: Path, corpus: list[Gold], fire: Gold) -> None:
    """A note above, other spaces and other dashes move items and spans; each reads as before, under the new id."""
    text = "Updated at noon 🕛.\n\n" + fire.article.text.replace(" ", "  ")
    new = renewed(fire.article, text)
    full = hydrated(bare, [new, *(gold.article for gold in corpus[1:])])
    found = read_manifest(full).hydrated
    assert found is not None
    assert (found.exact, found.moved, found.missing, found.items_lost, found.spans_lost) == (13, 1, 0, 0, 0)
    (article,) = [row for row in rows(full, "articles") if row["id"] == new.id]
    assert (article["supersedes"], article["text"], article["text_sha256"]) == (fire.article.id, text, new.sha256)
    sentences = [row for row in rows(full, "sentences") if row["article_id"] == new.id]
    assert [row["text"] for row in sentences] == [
        item.of(fire.article.text).replace(" ", "  ") for item in fire.sentences
    ]
    (claim,) = [row for row in rows(full, "claims") if row["article_id"] == new.id]
    assert claim["text"] == "the  mill  🔥  burnt  down"
    assert (claim["sentence_start"], claim["sentence_end"]) == (sentences[0]["start"], sentences[0]["end"])
    assert claim["linked_spans"][0]["text"] == "Ada  Quill"
    assert not check(full).errors


def test_a_changed_sentence_is_left_out_and_counted(bare: Path, corpus: list[Gold], fire: Gold) -> None:
    """Words that changed have no labels any more; those beside them keep theirs."""
    new = renewed(fire.article, fire.article.text.replace("the mill 🔥 burnt down", "the mill 🔥 was saved"))
    full = hydrated(bare, [new, *(gold.article for gold in corpus[1:])])
    found = read_manifest(full).hydrated
    assert found is not None
    assert (found.moved, found.items_lost, found.spans_lost) == (1, 1, 1)
    assert [r["text"] for r in rows(full, "sentences") if r["article_id"] == new.id] == [
        "Two people may be missing.",
        "Rain fell.",
    ]
    assert {r["start"] for r in rows(full, "annotations") if r["article_id"] == new.id} == {
        new.text.index("Two"),
        new.text.index("Rain"),
    }
    (article,) = [row for row in rows(full, "articles") if row["id"] == new.id]
    assert article["links"] == []
    assert not check(full).errors


def test_articles_that_are_not_there_are_counted(bare: Path, corpus: list[Gold], fire: Gold) -> None:
    """Missing articles, and pages on which nothing is found, are no rows; others come back."""
    gone = renewed(fire.article, "This page has moved 🚚.")
    full = hydrated(bare, [gone, *(gold.article for gold in corpus[1:9])])
    found = read_manifest(full).hydrated
    assert found is not None
    assert (found.exact, found.missing) == (8, 6)
    assert {row["id"] for row in rows(full, "articles")} == {gold.article.id for gold in corpus[1:9]}
    assert not check(full).errors


def test_nothing_found_is_an_error(bare: Path, make_gold: Callable[..., Gold]) -> None:
    """Where no article is there, nothing is written."""
    with pytest.raises(DataError, match="none of the release's articles is there"):
        hydrated(bare, [make_gold("Another text.").article])
    assert not (bare.parent / "full").exists()


def test_what_cannot_be_hydrated_is_refused(
    tmp_path: Path, bare: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """A release with text, the release itself as output, and a damaged one."""
    build(gold_file_of(corpus), tmp_path / "whole", book)
    files.write(tmp_path / "articles.jsonl", [gold.article for gold in corpus])
    with pytest.raises(DataError, match=r"holds its text already \(full\)"):
        hydrate(tmp_path / "whole", tmp_path / "articles.jsonl", tmp_path / "out")
    with pytest.raises(UsageError, match="would be replaced"):
        hydrate(bare, tmp_path / "articles.jsonl", bare)
    (bare / "splits.csv").write_text("article_id,split\n")
    with pytest.raises(DataError, match="are not those that the manifest lists"):
        hydrate(bare, tmp_path / "articles.jsonl", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["", " ", "\n", "New words. ", "🔥 "]), min_size=4, max_size=4))
def test_whatever_is_put_between_sentences_every_kept_row_reads_right(
    tmp_path_factory: pytest.TempPathFactory, book: Codebook, fire: Gold, between: list[str]
) -> None:
    """With anything before and between the sentences, all come back and every offset is proved."""
    folder = tmp_path_factory.mktemp("any")
    files.write(folder / "gold.jsonl", [fire])
    sentences = [item.of(fire.article.text) for item in fire.sentences]
    text = between[0] + " ".join(f"{s} {b}" for s, b in zip(sentences, between[1:], strict=True))
    from annotate.dataset.gold_file import gold_file

    with gold_file(folder / "gold.jsonl") as source:
        build(source, folder / "bare", book, Options(text=Text.NONE))
    new = msgspec.structs.replace(renewed(fire.article, text))
    full = hydrated(folder / "bare", [new])
    assert [row["text"] for row in rows(full, "sentences")] == sentences
    assert not check(full).errors
