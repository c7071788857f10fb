"""The release linter: clean on a sound release, and each fault is found, named and weighed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from annotate import files
from annotate.dataset.checks import Findings, Level, check
from annotate.dataset.checks.annotators import TELLING
from annotate.dataset.checks.labels import candidates
from annotate.dataset.manifest import NAME, read_manifest
from annotate.errors import DataError
from annotate.records import Score

Rows = list[dict[str, Any]]
Tampered = Callable[..., Path]


def told(found: Findings, level: Level) -> list[str]:
    """Return check and sentence of every finding of a level."""
    return [f"{name}: {finding.detail}" for name, finding in found.of(level)]


def changed(rows: Rows, **fields: object) -> Rows:
    """Return the rows with the first one changed."""
    return [{**rows[0], **fields}, *rows[1:]]


@pytest.mark.parametrize("text", ["full", "sentences", "none"])
def test_a_sound_release_has_no_error(releases: Path, text: str) -> None:
    """All checks run, and none finds an error, however much text there is."""
    found = check(releases / text)
    assert told(found, Level.ERROR) == []
    assert list(found.checks) == [
        *("files", "offsets", "splits", "annotators", "leftovers", "labels", "licences", "card"),
    ]


def test_a_folder_that_is_no_release_is_an_error(tmp_path: Path) -> None:
    """There is nothing to check."""
    with pytest.raises(DataError, match="no release here"):
        check(tmp_path)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda f: (f / "LICENSE").unlink(), "1 files that the manifest lists are not there"),
        (lambda f: (f / "notes 🎉.txt").write_text("mine"), "1 files are not in the manifest"),
        (lambda f: (f / "guidelines.md").write_text("other"), "1 files are not those that the manifest lists"),
        (
            lambda f: (f / "sentences" / "test-00000-of-00001.parquet").write_bytes(b"PAR1"),
            "1 files are not those that the manifest lists",
        ),
    ],
)
def test_a_file_that_is_not_as_listed_ends_the_check(
    releases: Path, tmp_path: Path, harm: Callable[[Path], object], said: str
) -> None:
    """What is missing, changed or more is named, and nothing further is looked at."""
    folder = tmp_path / "dataset"
    shutil.copytree(releases / "full", folder)
    harm(folder)
    found = check(folder)
    assert told(found, Level.ERROR) == [f"files: {said}"]
    assert list(found.checks) == ["files"]


@pytest.mark.parametrize(
    ("config", "change"),
    [
        ("sentences", lambda rows: changed(rows, start=rows[0]["start"] + 1)),
        ("sentences", lambda rows: changed(rows, text=rows[0]["text"] + "!")),
        ("claims", lambda rows: changed(rows, end=10**6)),
        ("claims", lambda rows: changed(rows, start=-1)),
        ("articles", lambda rows: changed(rows, segments=[{"start": 0, "end": 10**6, "kind": "body"}])),
    ],
)
def test_an_offset_that_reads_otherwise_is_found(
    tampered: Tampered, config: str, change: Callable[[Rows], Rows]
) -> None:
    """Items, claims and segments are proved against the article's text."""
    assert "offsets: 1 offsets do not read as their rows say" in told(check(tampered(config, change)), Level.ERROR)


def test_without_the_whole_text_spans_are_proved_in_their_sentence(tampered: Tampered) -> None:
    """In a release of sentences alone, a span that reads otherwise than its sentence is found."""

    def change(rows: Rows) -> Rows:
        (row,) = [row for row in rows if row["claim_spans"]][:1]
        row["claim_spans"] = [{**row["claim_spans"][0], "text": "x" * len(row["claim_spans"][0]["text"])}]
        return rows

    found = check(tampered("sentences", change, text="sentences"))
    assert told(found, Level.ERROR) == ["offsets: 1 offsets do not read as their rows say"]


def test_words_in_a_release_without_text_are_found(tampered: Tampered) -> None:
    """A row that still has its words gives them away."""
    found = check(tampered("sentences", lambda rows: changed(rows, text="Rain 🌧."), text="none"))
    assert told(found, Level.ERROR) == ["offsets: 1 places hold words in a release without text"]


def test_rows_of_an_article_that_is_not_there_are_found(tampered: Tampered) -> None:
    """Each sentence belongs to an article of its split."""
    found = check(tampered("articles", lambda rows: rows[:-1]))
    assert any("rows stand where no article has them" in line for line in told(found, Level.ERROR))


def test_near_duplicates_across_splits_are_found(tampered: Tampered, releases: Path) -> None:
    """A test article whose sentences are those of a train article is a leak."""
    import pyarrow.parquet as pq

    train = pq.read_table(releases / "full" / "sentences" / "train-00000-of-00001.parquet").to_pylist()
    texts = [row["text"] for row in train if row["article_id"] == train[0]["article_id"]]

    def change(rows: Rows) -> Rows:
        (first, *rest) = rows
        copied = [{**first, "text": "\n".join(texts)}]
        return copied + [row for row in rest if row["article_id"] != first["article_id"]]

    found = check(tampered("sentences", change, split="test"))
    assert any("read alike and stand in two splits" in line for line in told(found, Level.ERROR))


def test_an_article_in_two_splits_is_found(tampered: Tampered, releases: Path) -> None:
    """The same id in train and test is an error."""
    import pyarrow.parquet as pq

    (one, *_) = pq.read_table(releases / "full" / "articles" / "train-00000-of-00001.parquet").to_pylist()
    found = check(tampered("articles", lambda rows: [one, *rows[1:]], split="test"))
    assert "splits: 1 articles stand in two splits" in told(found, Level.ERROR)


def test_an_outlet_in_two_splits_is_found_where_outlets_divide(tampered: Tampered) -> None:
    """Whatever its case, an outlet of the train split that is in test too is an error."""
    found = check(tampered("articles", lambda rows: [{**row, "outlet": "the WICK"} for row in rows], split="test"))
    assert "splits: 1 outlets stand in two splits, which are divided by outlet" in told(found, Level.ERROR)


def annotations(rows: Rows, answers: Callable[[int, str], int], count: int = 60) -> Rows:
    """Return annotations of three annotators on so many items of one article, with these answers as status."""
    first = rows[0]
    return [
        {**first, "start": n * 60, "end": n * 60 + 50, "annotator": who, "status": answers(n, who), "lead_time": None}
        for n in range(count)
        for who in ("a0123456789", "aabcdefabcd", "affffffffff")
    ]


def test_columns_that_are_equal_are_found(tampered: Tampered) -> None:
    """Two annotators who answer alike everywhere, with many telling answers, are an error; a third is not drawn in."""

    def change(rows: Rows) -> Rows:
        return annotations(rows, lambda n, who: n % 4 if who != "affffffffff" else (n * 7 + n // 5) % 4)

    found = check(tampered("annotations", change))
    assert [line for line in told(found, Level.ERROR) if "annotators" in line] == [
        "annotators: a0123456789 and aabcdefabcd gave the same answer to all 60 items that both labelled: the same work, twice?"
    ]


def test_columns_that_nearly_copy_are_found(tampered: Tampered) -> None:
    """Two who differ once in sixty, where a third differs often, are told as a warning."""

    def change(rows: Rows) -> Rows:
        def answer(n: int, who: str) -> int:
            if who == "affffffffff":
                return (n * 7 + n // 5) % 4
            return 0 if n == 1 and who == "a0123456789" else n % 4

        return annotations(rows, answer)

    warnings = told(check(tampered("annotations", change)), Level.WARNING)
    assert any("a0123456789 and aabcdefabcd agree on 98% of 4" in line and "copied?" in line for line in warnings)


def test_agreement_by_chance_of_few_items_is_no_error(tampered: Tampered) -> None:
    """Ten equal telling answers are a warning at most."""
    found = check(tampered("annotations", lambda rows: annotations(rows, lambda n, _who: n % 4, count=14)))
    assert TELLING > 10
    assert not [line for line in told(found, Level.ERROR) if "annotators" in line]
    assert len([line for line in told(found, Level.WARNING) if "the same work, twice?" in line]) == 3


def test_one_answer_to_everything_is_found(tampered: Tampered) -> None:
    """An annotator who gives one unusual answer to all sixty items is named."""

    def change(rows: Rows) -> Rows:
        return annotations(rows, lambda n, who: 3 if who == "affffffffff" else int(n % 5 == 0) * (1 + n % 2))

    warnings = told(check(tampered("annotations", change)), Level.WARNING)
    assert "annotators: affffffffff gave one answer to all 60 items" in warnings


@pytest.mark.parametrize(
    ("seconds", "level", "said"),
    [
        (0.0, Level.ERROR, "1 lead times are no time at all"),
        (-3.0, Level.ERROR, "1 lead times are no time at all"),
        (float("nan"), Level.ERROR, "1 lead times are no time at all"),
        (0.1, Level.WARNING, "1 articles were labelled faster than anybody reads"),
        (9 * 3600.0, Level.NOTE, "1 articles stood open for more than 8 hours"),
    ],
)
def test_times_that_cannot_be_are_found(tampered: Tampered, seconds: float, level: Level, said: str) -> None:
    """Nothing, less than nothing, faster than reading, and a page left open."""

    def change(rows: Rows) -> Rows:
        key = rows[0]["article_id"], rows[0]["annotator"]
        return [{**r, "lead_time": seconds if (r["article_id"], r["annotator"]) == key else 60.0} for r in rows]

    assert f"annotators: {said}" in told(check(tampered("annotations", change)), level)


def test_an_address_as_annotator_is_an_error(tampered: Tampered) -> None:
    """Pseudonyms keep annotators unnamed; an e-mail address does not."""
    found = check(tampered("annotations", lambda rows: [{**row, "annotator": "ada@example.org"} for row in rows]))
    assert "annotators: 1 annotators are named by an e-mail address" in told(found, Level.ERROR)


@pytest.mark.parametrize(
    ("author", "level", "said"),
    [
        ("Ada, ada.quill@example.org", Level.WARNING, "1 e-mail addresses stand in metadata"),
        ("Ada, +47 22 86 40 00", Level.WARNING, "1 phone numbers stand in metadata"),
        ("Ada, (020) 7946-0958", Level.WARNING, "1 phone numbers stand in metadata"),
        ("hf_" + "a" * 34, Level.ERROR, "1 access tokens stand in metadata"),
        ("AKIA" + "A1" * 8, Level.ERROR, "1 access tokens stand in metadata"),
    ],
)
def test_leftovers_are_found(tampered: Tampered, author: str, level: Level, said: str) -> None:
    """Addresses and numbers are for a person to judge; a token is never to be published."""
    found = check(tampered("articles", lambda rows: changed(rows, author=author)))
    assert f"leftovers: {said}" in told(found, level)
    assert all(author not in example for _, f in found.of(level) for example in f.examples)


@pytest.mark.parametrize(
    "author", ["2031-02-03", "12,000 231.40", "1984-2001", "10.1109/SEQUEN.1997.666900", "3.14159"]
)
def test_other_digits_are_no_phone_numbers(tampered: Tampered, author: str) -> None:
    """Dates, amounts and identifiers are left alone."""
    found = check(tampered("articles", lambda rows: changed(rows, author=author)))
    assert found.checks["leftovers"] == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"hedged_soft": [0.5, 0.6]},
        {"hedged_soft": [1.5, -0.5]},
        {"hedged_votes": [1]},
        {"hedged": 7},
        {"hedged": None, "hedged_contested": False},
    ],
)
def test_labels_that_do_not_follow_from_votes_are_found(tampered: Tampered, fields: dict[str, object]) -> None:
    """Shares sum to one, votes are one a label, and only a contested label is null."""
    found = check(tampered("sentences", lambda rows: changed(rows, **fields)))
    assert "labels: 1 labels do not follow from their votes" in told(found, Level.ERROR)


def test_small_cells_are_named(releases: Path) -> None:
    """Labels with one to four items in a split are a warning with their numbers."""
    (finding,) = check(releases / "full").checks["labels"]
    assert finding.level is Level.WARNING
    assert any(
        example.startswith("hedged = yes: ") and example.endswith(" in test") for example in finding.examples
    ) or (finding.count > len(finding.examples))


@pytest.mark.parametrize(
    ("card", "level", "said"),
    [
        (lambda text: text + "\n[More Information Needed]\n", Level.ERROR, "'[More Information Needed]': fill it in"),
        (lambda text: text.replace("---\n", "", 1), Level.ERROR, "no head that can be read"),
        (lambda text: text.replace("configs:", "settings:", 1), Level.ERROR, "names no configs"),
        (
            lambda text: text.replace("pretty_name:", "score: .nan\npretty_name:", 1),
            Level.ERROR,
            "'nan' where a number",
        ),
        (lambda text: text + "\n| f1 | nan |\n", Level.ERROR, "'nan' where a number"),
        (lambda text: text.replace("license:", "licence:", 1), Level.ERROR, "names no licence"),
        (lambda _text: None, Level.ERROR, "there is no README.md"),
    ],
)
def test_a_card_that_is_not_finished_is_found(
    releases: Path, tmp_path: Path, card: Callable[[str], str | None], level: Level, said: str
) -> None:
    """Placeholders, heads that nobody can read, numbers that are none and a missing licence."""
    folder = tmp_path / "dataset"
    shutil.copytree(releases / "full", folder)
    path = folder / "README.md"
    text = card(path.read_text(encoding="utf-8"))
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert any(said in line for line in told(check(folder), level))
    assert not any(said in line for line in told(check(folder, with_card=False), level))


def test_rights_are_told(releases: Path) -> None:
    """Text without a licence makes a release local; without text nothing is."""
    full = told(check(releases / "full"), Level.WARNING)
    none = told(check(releases / "none"), Level.WARNING)
    local = "licences: the text of 12 articles is here, and no licence permits passing it on: this release is local"
    assert local in full
    assert not any("is local" in line for line in none)
    assert read_manifest(releases / "full").rights.local_only == {"not stated": 12}
    assert read_manifest(releases / "none").rights.local_only == {}


def test_confident_learning_by_hand() -> None:
    """Thresholds are the mean own probabilities (0.7 and 0.6): the third item, given 0, reaches that of 1 alone."""
    probabilities = np.array([[0.9, 0.1], [1.0, 0.0], [0.2, 0.8], [0.3, 0.7], [0.5, 0.5]])
    given = np.array([0, 0, 0, 1, 1])
    assert candidates(probabilities, given).tolist() == [0, 0, 1, 1, 1]


def test_doubtful_labels_come_from_a_scores_file(releases: Path, tmp_path: Path) -> None:
    """A model that is sure of the other label on one item has this item named; foreign items are passed by."""
    import pyarrow.parquet as pq

    rows = pq.read_table(releases / "full" / "sentences" / "train-00000-of-00001.parquet").to_pylist()
    rows = [row for row in rows if row["hedged"] is not None]
    scores = []
    for number, row in enumerate(rows):
        sure = 0.99 if (row["hedged"] == 1) != (number == 0) else 0.01
        shares = {"no": 1 - sure, "yes": sure}
        place = {"article_id": row["article_id"], "start": row["start"], "end": row["end"]}
        scores.append(Score(**place, target="hedged", probabilities=shares))
    files.write(tmp_path / "scores.jsonl", [*scores, msgspec.structs.replace(scores[0], article_id="ffff")])
    found = check(releases / "full", scores=tmp_path / "scores.jsonl")
    (finding,) = found.checks["doubtful labels"]
    assert (finding.count, finding.level) == (1, Level.WARNING)
    assert finding.detail == f"1 of {len(rows)} labels of hedged are doubted by the model: look at them"
    assert rows[0]["article_id"] in finding.examples[0]
    files.write(tmp_path / "other.jsonl", [msgspec.structs.replace(scores[0], article_id="ffff")])
    with pytest.raises(DataError, match="no record is about an item of this release"):
        check(releases / "full", scores=tmp_path / "other.jsonl")


def test_pins_make_leaks_of_published_splits_a_warning(tampered: Tampered) -> None:
    """What was published is not undone: an outlet in two pinned splits is told, and does not stop a release."""
    folder = tampered("articles", lambda rows: [{**row, "outlet": "the WICK"} for row in rows], split="test")
    manifest = read_manifest(folder)
    data = msgspec.to_builtins(manifest) | {"pins": {"sha256": "0" * 64, "articles": 3}}
    files.write_json(folder / NAME, data)
    found = check(folder)
    assert told(found, Level.ERROR) == []
    assert "splits: 1 outlets stand in two splits, which are divided by outlet" in told(found, Level.WARNING)
