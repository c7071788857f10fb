"""The card: its numbers are the data's, its words are the codebook's, and nothing is left to fill in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.dataset.build import Options, build
from annotate.dataset.card import markdown
from annotate.dataset.gold_file import GoldFile
from annotate.dataset.licenses import KNOWN
from annotate.dataset.placeholders import PLACEHOLDERS
from annotate.dataset.splits import SPLITS
from annotate.errors import DataError
from annotate.records import Gold

GoldFileOf = Callable[..., GoldFile]


def read(folder: Path) -> tuple[dict[str, Any], str]:
    """Return a card's metadata and its text."""
    _, head, body = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


@pytest.fixture
def release(tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> Path:
    """A release with a data sheet."""
    sheet = "# Fourteen articles 🎉\n\nWritten for a test.\n\n## Uses\n\nTests.\n"
    build(gold_file_of(corpus), tmp_path / "dataset", book, Options(datasheet=sheet))
    return tmp_path / "dataset"


def test_the_head_counts_what_the_files_hold(release: Path) -> None:
    """Rows and bytes by config and split are those of the Parquet files, and every file is named once."""
    head, _ = read(release)
    assert [config["config_name"] for config in head["configs"]] == ["sentences", "claims", "articles", "annotations"]
    assert [config.get("default", False) for config in head["configs"]] == [True, False, False, False]
    for config, info in zip(head["configs"], head["dataset_info"], strict=True):
        assert [part["split"] for part in config["data_files"]] == list(SPLITS)
        paths = [next(release.glob(part["path"])) for part in config["data_files"]]
        assert [split["num_examples"] for split in info["splits"]] == [pq.read_metadata(p).num_rows for p in paths]
        assert info["download_size"] == sum(path.stat().st_size for path in paths)
        assert info["dataset_size"] == sum(split["num_bytes"] for split in info["splits"]) > 0
    assert head["size_categories"] == ["n<1K"]


def test_the_head_names_languages_and_licences_as_the_hub_does(release: Path) -> None:
    """Unknown languages are left out, known licences are in small letters, a missing one is `unknown`."""
    head, _ = read(release)
    assert head["language"] == ["en", "nn"]
    assert head["multilinguality"] == ["multilingual"]
    assert head["license"] == ["cc-by-4.0", "unknown"]
    assert "license_name" not in head


def test_plain_words_are_another_licence(tmp_path: Path, book: Codebook, fire: Gold, gold_file_of: GoldFileOf) -> None:
    """A licence that the Hub does not know is `other`, and the card has its words."""
    article = msgspec.structs.replace(fire.article, license="ask the {{editor}} | first")
    build(gold_file_of([msgspec.structs.replace(fire, article=article)]), tmp_path / "dataset", book)
    head, body = read(tmp_path / "dataset")
    assert (head["license"], head["license_name"]) == ("other", "see-licences-below")
    assert r"- ask the \{\{editor\}\} \| first: 1 article" in body
    assert "other" not in KNOWN


def test_the_body_counts_labels_by_split(release: Path, book: Codebook) -> None:
    """Each target's table has, label by label and split by split, the numbers of the rows."""
    _, body = read(release)
    for target in book.target:
        section = body.split(f": `{target.name}`\n")[1].split("\n#")[0]
        table = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
        assert table[0] == ["label", *SPLITS]
        counts = {row[0]: [int(cell.split()[0]) for cell in row[1:]] for row in table[2:]}
        for column, split in enumerate(SPLITS):
            rows = pq.read_table(release / "sentences" / f"{split}-00000-of-00001.parquet").to_pylist()
            truth = Counter(row[target.name] for row in rows)
            assert [counts[label][column] for label in target.labels] == [truth[n] for n in range(len(target.labels))]
            assert counts["(contested)"][column] == truth[None]


def test_the_body_tells_what_is_needed(release: Path, book: Codebook) -> None:
    """Definitions come from the codebook; leaks, limits, licences and the data sheet are there; tables are tables."""
    _, body = read(release)
    for layer in book.layer:
        for label in layer.label:
            assert markdown(label.definition) in body
    for heading in ("How it was labelled", "What the labels mean", "Splits", "Limits", "Licences", "Columns"):
        assert f"\n## {heading}\n" in body
    assert "2 articles have one" in body
    assert "an article and the one it supersedes, and articles with a common address; 2 articles" in body
    assert "\n### Fourteen articles 🎉\n\nWritten for a test.\n\n#### Uses\n" in body
    assert "- CC-BY-4.0: 2 articles\n" in body
    assert "- not stated: 12 articles\n" in body
    assert re.search(r"^\| articles \| \d+ \| \d+ \| \d+ \|$", body, re.MULTILINE)
    assert not re.search(r"\bnan\b|None|Undefined|PATH", body)
    assert not PLACEHOLDERS.search(body)


def test_the_card_says_how_often_votes_agree(release: Path) -> None:
    """Counted by hand: of 23 items with several votes, one has a vote that differs."""
    _, body = read(release)
    assert "- `status`: of the items with several votes, 22 (96%) had all votes alike." in body


@pytest.mark.parametrize("left", ["TODO", "[More Information Needed]", "{{ name }}", "Lorem ipsum", "[insert name]"])
def test_a_placeholder_stops_the_build(
    tmp_path: Path, book: Codebook, fire: Gold, gold_file_of: GoldFileOf, left: str
) -> None:
    """What was left to fill in, in the data sheet or the codebook, is named, and nothing is written."""
    with pytest.raises(DataError, match="the card would say"):
        build(gold_file_of([fire]), tmp_path / "dataset", book, Options(datasheet=f"Made by {left}."))
    assert not (tmp_path / "dataset").exists()


@given(st.text())
def test_markdown_keeps_a_text_on_one_line_and_in_its_cell(text: str) -> None:
    """Whatever an outlet is called, its name ends no cell, line, tag or template."""
    shown = markdown(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<`{}]", shown)
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(text.split())
