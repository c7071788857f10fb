"""Build: from a gold file to a release that the next stage reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from annotate import files
from annotate.baseline.items import manifest_sha256, read_items
from annotate.codebook import Codebook
from annotate.dataset.build import Options, build
from annotate.dataset.gold_file import GoldFile, gold_file
from annotate.dataset.manifest import Manifest, read_manifest
from annotate.dataset.splits import SPLITS
from annotate.errors import DataError, UsageError
from annotate.records import Gold, Outcome

GoldFileOf = Callable[..., GoldFile]
replace = msgspec.structs.replace


def contents(folder: Path) -> dict[str, bytes]:
    """Return path → bytes of the files in a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def splits(folder: Path) -> dict[str, str]:
    """Return article → split, as the `articles` config has it."""
    import pyarrow.parquet as pq

    found = {}
    for path in (folder / "articles").iterdir():
        for article in pq.read_table(path).column("id").to_pylist():
            assert article not in found
            found[article] = path.name.split("-")[0]
    return found


def test_the_baseline_reads_it(tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> None:
    """Every item of the gold comes back in exactly one split with its text, label, shares and votes."""
    folder = tmp_path / "dataset"
    build(gold_file_of(corpus), folder, book)
    golds = {gold.article.id: gold for gold in corpus}
    seen = set()
    for split in SPLITS:
        items = read_items(folder, split).under(book)
        for number, (article, start, end) in enumerate(zip(items.articles, items.starts, items.ends, strict=True)):
            seen.add((article, start))
            gold = golds[article]
            item = next(item for item in gold.sentences if item.start == start)
            assert (end, items.texts[number]) == (item.end, item.of(gold.article.text))
            for name, labels in items.targets.items():
                target = item.targets[name]
                place = labels.gold[number]
                assert (None if place < 0 else labels.names[place]) == target.label
                assert dict(zip(labels.names, labels.soft[number], strict=True)) == {
                    label: target.soft.get(label, 0.0) for label in labels.names
                }
                assert np.array_equal(
                    labels.votes[number], [list(target.votes.values()).count(label) for label in labels.names]
                )
    assert seen == {(gold.article.id, item.start) for gold in corpus for item in gold.sentences}
    assert len(manifest_sha256(folder)) == 64


def test_what_belongs_together_stays_together(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """Near-duplicates share a split, and so do a story and its correction, whatever the seed."""
    monday, tuesday, correction = corpus[-3:]
    for seed in range(5):
        manifest = build(gold_file_of(corpus), tmp_path / "dataset", book, Options(seed=seed)).manifest
        found = splits(tmp_path / "dataset")
        assert found[monday.article.id] == found[tuesday.article.id]
        assert found[corpus[0].article.id] == found[correction.article.id]
        assert (manifest.together.near_duplicates, manifest.together.stories, manifest.together.largest) == (2, 2, 2)
        assert {name: size.articles for name, size in manifest.splits.items()} == {
            "train": 10,
            "validation": 2,
            "test": 2,
        }
        assert all(read_items(tmp_path / "dataset", split).targets["flagged"].counts()["yes"] for split in SPLITS)


def test_the_same_gold_gives_the_same_bytes_and_seeds_differ(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """A second build changes no byte; another seed makes other splits and says so."""
    source = gold_file_of(corpus)
    for folder, seed in (("a", 0), ("b", 0), ("c", 1)):
        build(source, tmp_path / folder, book, Options(seed=seed))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert splits(tmp_path / "a") != splits(tmp_path / "c")
    assert read_manifest(tmp_path / "c").seed == 1


def test_the_order_of_the_gold_does_not_move_articles(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """The same articles in another order go to the same splits."""
    build(gold_file_of(corpus), tmp_path / "a", book)
    build(gold_file_of(corpus[::-1]), tmp_path / "b", book)
    assert splits(tmp_path / "a") == splits(tmp_path / "b")


def test_the_manifest_proves_the_files(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """It lists every data file with its hash and rows, the gold's hash and the codebook; no path or time outside."""
    import hashlib

    import pyarrow.parquet as pq

    folder = tmp_path / "dataset"
    source = gold_file_of(corpus)
    manifest = build(source, folder, book).manifest
    assert read_manifest(folder) == manifest
    data = {name for name in contents(folder) if name.endswith(".parquet")}
    assert {file.path for file in manifest.data} == data
    assert {file.path for file in manifest.files} == set(contents(folder)) - {"README.md", "MANIFEST.json"}
    for file in manifest.files:
        content = (folder / file.path).read_bytes()
        assert (file.bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    for file in manifest.data:
        assert file.rows == pq.read_metadata(folder / file.path).num_rows > 0
    assert manifest.gold.sha256 == hashlib.sha256(source.path.read_bytes()).hexdigest()
    assert manifest.codebook == book.ref
    assert str(tmp_path) not in (folder / "MANIFEST.json").read_text()


@pytest.mark.parametrize("count", [1, 2])
def test_few_articles_leave_splits_empty_and_say_so(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf, count: int
) -> None:
    """One article trains; two train and test; what stays empty is said in the manifest and the card, and has no file."""
    manifest = build(gold_file_of(corpus[:count]), tmp_path / "dataset", book).manifest
    empty = ["validation", "test"][: 3 - count]
    assert [split for split in SPLITS if not manifest.splits[split].articles] == empty
    card = (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")
    for split in empty:
        assert any(note.startswith(f"the {split} split is empty") for note in manifest.notes)
        assert f"Note: the {split} split is empty" in card
        assert not list((tmp_path / "dataset").rglob(f"{split}-*"))
    assert read_items(tmp_path / "dataset", "train").n_articles == 1


def test_an_empty_article_is_an_article(
    tmp_path: Path, book: Codebook, corpus: list[Gold], make_gold: Callable[..., Gold], gold_file_of: GoldFileOf
) -> None:
    """An article without text has a row among the articles and none among the sentences."""
    empty = make_gold()
    manifest = build(gold_file_of([*corpus, empty]), tmp_path / "dataset", book).manifest
    assert empty.article.id in splits(tmp_path / "dataset")
    assert sum(size.items for size in manifest.splits.values()) == sum(len(gold.sentences) for gold in corpus)


def test_repeated_sentences_are_counted(
    tmp_path: Path, book: Codebook, make_gold: Callable[..., Gold], gold_file_of: GoldFileOf
) -> None:
    """A sentence that two different articles share word for word is said in the notes."""
    shared = "The ministry did not answer questions on Friday."
    golds = [
        make_gold(shared, *(f"Word{number}a{n} is no other word{number}b{n} at all." for n in range(9)))
        for number in range(4)
    ]
    manifest = build(gold_file_of(golds), tmp_path / "dataset", book).manifest
    told = "1 items of the {} split stand word for word in the train split, in articles that otherwise differ"
    assert [note for note in manifest.notes if "word for word" in note] == [
        told.format("validation"),
        told.format("test"),
    ]


def test_no_gold_is_an_error(tmp_path: Path, book: Codebook, gold_file_of: GoldFileOf) -> None:
    """An empty gold file makes no release."""
    with pytest.raises(DataError, match="no gold in it"):
        build(gold_file_of([]), tmp_path / "dataset", book)
    assert not (tmp_path / "dataset").exists()


def test_only_broken_gold_is_an_error(tmp_path: Path, book: Codebook) -> None:
    """Where everything was set aside, nothing is written and the reasons were heard."""
    path = tmp_path / "gold.jsonl"
    path.write_text("{}\nno\n")
    heard: list[str] = []

    def watch(stream: object) -> Outcome[Gold]:
        return Outcome(stream, lambda record: heard.append(record.reason))  # type: ignore[arg-type]  # as the stage gives it

    with gold_file(path) as source, pytest.raises(DataError, match="nothing left: all 2 were set aside"):
        build(source, tmp_path / "dataset", book, watch=watch)
    assert heard == ["schema", "not_json"]
    assert not (tmp_path / "dataset").exists()


def test_nothing_to_label_is_an_error(
    tmp_path: Path, book: Codebook, make_gold: Callable[..., Gold], gold_file_of: GoldFileOf
) -> None:
    """A corpus in which nothing is read is no dataset."""
    with pytest.raises(DataError, match="none of the 1 articles has anything to label"):
        build(gold_file_of([make_gold()]), tmp_path / "dataset", book)


def test_broken_lines_are_counted_in_the_manifest(tmp_path: Path, book: Codebook, corpus: list[Gold]) -> None:
    """What was set aside is known to those who read the release."""
    path = tmp_path / "gold.jsonl"
    files.write(path, [*corpus, corpus[0]])
    path.write_bytes(path.read_bytes() + b"{}\n")
    with gold_file(path) as source:
        manifest = build(source, tmp_path / "dataset", book).manifest
    assert manifest.gold.set_aside == {"duplicate_article": 1, "schema": 1}
    assert manifest.gold.articles == len(corpus)
    assert "1 duplicate_article, 1 schema" in (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")


def test_a_gold_file_inside_the_release_is_saved(tmp_path: Path, book: Codebook, corpus: list[Gold]) -> None:
    """The folder is replaced whole, so the gold may not lie in it."""
    path = tmp_path / "dataset" / "gold.jsonl"
    files.write(path, corpus)
    with gold_file(path) as source, pytest.raises(UsageError, match="which is replaced whole"):
        build(source, tmp_path / "dataset", book)
    assert path.exists()


@pytest.mark.parametrize("change", ["more", "fewer"])
def test_gold_that_changes_meanwhile_is_an_error(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf, change: str
) -> None:
    """Rows of an article that has no split, or a split without its article, are never written."""
    source = gold_file_of(corpus[:8])

    def progress(records: object, label: str) -> object:
        if label == "writing":
            files.write(source.path, corpus[:9] if change == "more" else corpus[:7])
        return records

    with pytest.raises(DataError, match="the gold file changed while it was read"):
        build(source, tmp_path / "dataset", book, progress=progress)  # type: ignore[arg-type]  # it is passed through
    assert not (tmp_path / "dataset").exists()


def test_articles_as_items(tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> None:
    """A codebook that labels whole articles makes the same configs, one row an article."""
    whole = replace(book, item="article")
    golds = [
        replace(
            gold,
            codebook=whole.ref,
            sentences=(replace(gold.sentences[0], start=0, end=len(gold.article.text)),),
        )
        for gold in corpus
    ]
    build(gold_file_of(golds), tmp_path / "dataset", whole)
    items = read_items(tmp_path / "dataset", "train")
    assert items.n_articles == len(items.texts)
    assert set(items.texts) <= {gold.article.text for gold in corpus}


def test_every_item_contested(
    tmp_path: Path, book: Codebook, make_gold: Callable[..., Gold], gold_file_of: GoldFileOf
) -> None:
    """Ties are kept with a null label, even where there is nothing else."""
    hedge = [("hedge.epistemic", "may")]
    gold = make_gold("It may rain 🌧.", marks={"a": hedge, "b": []})
    manifest = build(gold_file_of([gold]), tmp_path / "dataset", book).manifest
    labels = read_items(tmp_path / "dataset", "train").targets["hedged"]
    assert labels.gold.tolist() == [-1]
    assert labels.soft.tolist() == [[0.5, 0.5]]
    assert isinstance(manifest, Manifest)
    assert json.loads((tmp_path / "dataset" / "MANIFEST.json").read_bytes())["gold"]["set_aside"] == {}
