"""Datasets that are no release: any folder with a column of texts and one of labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.baseline.evaluate import evaluate
from annotate.baseline.foreign import load_codebook, read_foreign
from annotate.baseline.reference import simple
from annotate.baseline.scorer import Model
from annotate.baseline.tagger import Cue
from annotate.baseline.train import train, trained
from annotate.corpus.article import make_article
from annotate.errors import DataError, UndefinedError, UsageError

Write = Callable[..., Path]
ROWS = [
    {"doc": f"d{n}", "sentence": text.format(n), "label": label}
    for n in range(6)
    for text, label in (
        ("The dam number {} may fall 🕊.", 1),
        ("The dam number {} fell on Monday.", 0),
        ("It could be that {} dams fell.", 1),
        ("The clerk counted {} dams.", 0),
    )
]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows as JSON lines."""

    def write(rows: list[dict[str, Any]], name: str = "train.jsonl") -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
        return folder

    return write


def test_json_lines_become_items_and_a_codebook(write: Write) -> None:
    """Columns are found by their names; what was guessed is said."""
    found = read_foreign(write([*ROWS, {"doc": "d9", "sentence": None, "label": 1}]))
    assert found.items.n_articles == 6
    assert len(found.items.texts) == 24
    labels = found.items.targets["label"]
    assert (labels.names, labels.counts()) == (("0", "1"), {"0": 12, "1": 12})
    book = load_codebook(found.codebook)
    assert [(t.name, t.labels, t.default) for t in book.target] == [("label", ("0", "1"), "0")]
    assert "texts are in 'sentence', labels in 'label'" in found.notes
    assert "articles are told apart by 'doc'" in found.notes
    assert "1 rows without a text or a label are left out" in found.notes


def test_csv_and_a_column_by_name(tmp_path: Path) -> None:
    """Many classes; without a column of articles each text is its own, and the same text twice is one article."""
    (tmp_path / "data").mkdir()
    lines = [
        "text,Stance",
        *(f"It is {word} {n}.,{word}" for word in ("a", "b", "c") for n in range(2)),
        "It is a 0.,a",
    ]
    (tmp_path / "data" / "train.csv").write_text("\n".join(lines))
    found = read_foreign(tmp_path / "data", "Stance")
    assert found.items.targets["stance"].names == ("a", "b", "c")
    assert found.items.n_articles == 6
    assert any("each text is its own" in note for note in found.notes)


def test_class_labels_keep_their_names_and_order(tmp_path: Path) -> None:
    """As `datasets` notes them in a Parquet file; -1 is no label."""
    features = {
        "label": {"names": ["sure", "doubt"], "_type": "ClassLabel"},
        "text": {"dtype": "string", "_type": "Value"},
    }
    schema = pa.schema([("text", pa.string()), ("label", pa.int64())])
    table = pa.table({"text": ["a b", "c d", "e f"], "label": [1, 0, -1]}, schema=schema)
    info = {"huggingface": json.dumps({"info": {"features": features}})}
    (tmp_path / "d").mkdir()
    pq.write_table(table.replace_schema_metadata(info), tmp_path / "d" / "train.parquet")
    labels = read_foreign(tmp_path / "d").items.targets["label"]
    assert labels.names == ("sure", "doubt")
    assert labels.gold.tolist() == [1, 0]


def test_a_dataset_that_datasets_saved_itself(tmp_path: Path) -> None:
    """`save_to_disk` has its own form."""
    import datasets

    made = datasets.Dataset.from_list([{"text": row["sentence"], "label": row["label"]} for row in ROWS])
    datasets.DatasetDict({"train": made}).save_to_disk(str(tmp_path / "saved"))
    assert len(read_foreign(tmp_path / "saved").items.texts) == 24


def test_cue_spans_are_read_where_they_are(write: Write) -> None:
    """With their types; a span outside its text is an error that names the row."""
    rows: list[dict[str, Any]] = [dict(row, cues=[]) for row in ROWS]
    rows[0]["cues"] = [{"start": 17, "end": 20, "type": "modal"}]
    found = read_foreign(write(rows))
    assert found.items.spans["hedge"][:2] == ((Cue(17, 20, "modal"),), ())
    rows[0]["cues"] = [{"start": 17, "end": 99, "type": "modal"}]
    with pytest.raises(DataError, match=r"row 0 has a cue span \[17, 99\) outside"):
        read_foreign(write(rows))


def test_cue_spans_may_be_objects_of_lists(tmp_path: Path) -> None:
    """As `Sequence({...})` of `datasets` keeps them; none is none."""
    import datasets

    kinds = {"start": datasets.Value("int64"), "end": datasets.Value("int64"), "type": datasets.Value("string")}
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.Value("int64"), "cues": datasets.Sequence(kinds)}
    )
    rows = [
        {"text": "It may 🕊 rain.", "label": 1, "cues": {"start": [3], "end": [6], "type": ["modal"]}},
        {"text": "It rained.", "label": 0, "cues": {"start": [], "end": [], "type": []}},
    ]
    datasets.Dataset.from_list(rows, features=features).save_to_disk(str(tmp_path / "d"))
    assert read_foreign(tmp_path / "d").items.spans["hedge"] == ((Cue(3, 6, "modal"),), ())


def test_cue_spans_may_be_json_in_a_cell(tmp_path: Path) -> None:
    """As in CSV; an empty cell has none, and a span that is null is none."""
    path = tmp_path / "train.csv"
    spans = '[{""start"": 3, ""end"": 6}, null]'
    path.write_text(f'text,label,spans\nIt may 🕊.,1,"{spans}"\nIt is.,0,\nIt was.,0,[]\n')
    assert read_foreign(tmp_path).items.spans["hedge"] == ((Cue(3, 6, "cue"),), (), ())


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ([{"start": 1.5, "end": 3}], "row 1 has a cue span without start and end"),
        ([{"start": 3}], "row 1 has a cue span without start and end"),
        ([[3, 6]], "row 1 has a cue span without start and end"),
        ("[{", "row 1 has cue spans that are no list: '\\[{'"),
        ("may", "row 1 has cue spans that are no list"),
        (3, "row 1 has cue spans that are no list"),
        ({"start": [3, 4], "end": [6]}, "row 1 has cue spans that are no list"),
    ],
)
def test_cells_that_are_no_spans_are_named_by_their_row(write: Write, cell: Any, message: str) -> None:
    """Rows count from 0 and as they stand in the table, those without a label too."""
    rows = [{"text": "It rained.", "label": None}, {"text": "It may 🕊 rain.", "label": 1, "cues": cell}]
    with pytest.raises(DataError, match=message) as caught:
        read_foreign(write(rows))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("rows", "target", "message"),
    [
        ([{"words": "x", "label": 1}], None, "no text column"),
        ([{"text": "x", "gold": 1}], None, "no label column"),
        ([{"text": "x", "label": 1}], "none", "no column 'none'; there are text, label"),
        ([{"text": " ", "label": 1}, {"text": "x", "label": None}], None, "no row has both"),
    ],
)
def test_what_is_missing_is_said(write: Write, rows: list[dict[str, Any]], target: str | None, message: str) -> None:
    """Which column was looked for, and what is there."""
    with pytest.raises(DataError, match=message) as caught:
        read_foreign(write(rows), target)
    assert caught.value.hint


def test_a_gap_in_a_column_of_whole_numbers_changes_no_label(tmp_path: Path) -> None:
    """CSV with an empty label cell is read as 0.0 and 1.0; the labels stay 0 and 1, and other numbers what they are."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "train.csv"
    path.write_text("text,label\nIt may 🕊.,1\nIt is.,0\nIt was.,\nIt did.,0\n")
    labels = read_foreign(tmp_path / "data").items.targets["label"]
    assert (labels.names, labels.gold.tolist()) == (("0", "1"), [1, 0, 0])
    path.write_text("text,label\nIt may.,1.5\nIt is.,0\nIt was.,nan\n")
    assert read_foreign(tmp_path / "data").items.targets["label"].names == ("0", "1.5")


def test_empty_texts_alone_are_named_as_the_cause(write: Write) -> None:
    """The hint speaks of the texts, not of the label's column, which is in order."""
    with pytest.raises(DataError, match="no row has both") as caught:
        read_foreign(write([{"text": "", "label": 1}, {"text": " \n", "label": 0}]))
    assert "every text is empty" in (caught.value.hint or "")


def test_a_folder_with_no_dataset_is_an_error(tmp_path: Path) -> None:
    """An empty one, one with something else, and one without the split."""
    with pytest.raises(DataError, match="not a dataset that can be loaded"):
        read_foreign(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "broken.jsonl").write_text("{")
    with pytest.raises(DataError, match="not a dataset that can be loaded"):
        read_foreign(tmp_path / "a")
    for split in ("test", "validation"):
        (tmp_path / "b" / f"{split}.jsonl").write_text('{"text": "x", "label": 1}\n')
    with pytest.raises(DataError, match="no train split") as caught:
        read_foreign(tmp_path / "b")
    assert "test, validation" in (caught.value.hint or "").replace("validation, test", "test, validation")


def test_a_model_of_such_a_dataset_flags_articles(write: Write, tmp_path: Path) -> None:
    """The label that is not the first is the reason; the words that speak for it are marked; the same run, the same bytes."""
    found = trained(write(ROWS), tmp_path / "model")
    assert (found.info.items, found.info.articles, len(found.scores)) == (24, 6, 24)
    model = Model.load(tmp_path / "model")
    flags = list(model.flags(make_article("The dam number 7 may fall.\nThe clerk counted 7 dams.")))
    assert [flag.reasons for flag in flags] == [("1",), ()]
    assert {cue.text for cue in flags[0].hedges} <= {"may", "may fall"}
    train(write(ROWS), tmp_path / "again")
    assert (tmp_path / "again" / "model.json").read_bytes() == (tmp_path / "model" / "model.json").read_bytes()


def test_one_class_alone_cannot_be_trained(write: Write, tmp_path: Path) -> None:
    """The error names the label."""
    with pytest.raises(UndefinedError, match="has the label '1'"):
        train(write([row for row in ROWS if row["label"] == 1]), tmp_path / "model")


def test_minus_one_is_a_label_where_labels_are_numbers(tmp_path: Path) -> None:
    """It is none in a `ClassLabel` alone; an empty label is none everywhere."""
    path = tmp_path / "train.csv"
    path.write_text("text,Verdict\nIt may 🕊.,-1\nIt is.,0\nIt was.,1\nIt did.,\n")
    found = read_foreign(tmp_path)
    assert found.items.targets["verdict"].counts() == {"-1": 1, "0": 1, "1": 1}
    assert load_codebook(found.codebook).target[0].default == "-1"


def test_an_empty_label_is_none(write: Write) -> None:
    """Nor is white space alone; the rows are counted."""
    rows = [{"text": f"It is {n} 🕊.", "label": label} for n, label in enumerate(("a", "b", "", "  ", None))]
    found = read_foreign(write(rows))
    assert found.items.targets["label"].counts() == {"a": 1, "b": 1}
    assert "3 rows without a text or a label are left out" in found.notes


@pytest.mark.parametrize(
    ("labels", "default"),
    [
        (["hedged", "plain", "plain"], "plain"),
        (["plain", "hedged", "odd"], "hedged"),
        ([3, 2, 3], "2"),
        (["10", "9", "10"], "9"),
        ([True, False, True], "False"),
        (["true", "false", "true"], "false"),
        (["nan", "sure", "sure"], "sure"),
    ],
)
def test_the_default_is_guessed_and_said(write: Write, labels: list[Any], default: str) -> None:
    """The commonest word, ties by the alphabet; the least number, and what is false."""
    found = read_foreign(write([{"text": f"It is {n} 🕊.", "label": label} for n, label in enumerate(labels)]))
    assert load_codebook(found.codebook).target[0].default == default
    said = f"{default!r} is the default: sentences with another label are flagged; --default NAME takes another"
    assert said in found.notes


def test_another_default_can_be_named(write: Write, release: Path, tmp_path: Path) -> None:
    """It is not flagged, and all others are; a name that is no label's is wrong use, and so is any for a release."""
    rows = [dict(row, label=("plain", "hedged")[row["label"]]) for row in ROWS]  # type: ignore[call-overload]  # a label is a number
    train(write(rows), tmp_path / "model", default="hedged", take="simple")
    (target,) = Model.load(tmp_path / "model").book.target
    assert (target.default, [rule.label for rule in target.rule]) == ("hedged", ["plain"])
    with pytest.raises(UsageError, match="no label 'odd' in column 'label'") as caught:
        train(write(rows), tmp_path / "model", default="odd")
    assert caught.value.hint == "its labels are hedged, plain"
    with pytest.raises(UsageError, match="no release"):
        train(release, tmp_path / "model", default="no")


def test_evaluation_takes_the_models_default(write: Write, tmp_path: Path) -> None:
    """Though another label is the commonest there; the plain reference takes it too."""
    rows = [dict(row, label=("plain", "hedged")[row["label"]]) for row in ROWS]  # type: ignore[call-overload]  # a label is a number
    folder = write(rows)
    train(folder, tmp_path / "model", default="hedged", take="simple")
    write(
        [row for row in rows if str(row["doc"]) < "d2"] + [dict(rows[0], sentence="It may well be 🕊.")] * 3,
        "test.jsonl",
    )
    seen: list[str] = []

    def reference(dataset: Path, model: Path, target: str | None) -> Model:
        made = simple(str(tmp_path / "model" / "codebook"))(dataset, model, target)
        seen.extend(target.default for target in made.book.target)
        assert made.info.targets["label"].labels == ("hedged", "plain")
        return made

    found = evaluate(Model.load(tmp_path / "model"), folder, reference=reference)
    assert found.targets["label"].positive == "plain"
    assert set(seen) == {"hedged"}


def test_the_lexicon_is_a_control_where_cues_are_tied_to_the_label(write: Write, tmp_path: Path) -> None:
    """The data show it: marked texts are those with the other label. Else it would be nonsense, and a note says so."""
    left_out = "nothing says that the labels are about hedges: evaluations leave out the lexicon as a control"
    rows = [dict(row, cues=[]) for row in ROWS]
    for row in rows:
        text = str(row["sentence"])
        cue = next((word for word in ("may", "could") if f" {word} " in text), None)
        row["cues"] = [{"start": text.index(cue), "end": text.index(cue) + len(cue)}] if cue else []
    tied = read_foreign(write(rows))
    assert left_out not in tied.notes
    assert [rule.has for rule in load_codebook(tied.codebook).target[0].rule] == [("hedge",)]
    rows[0]["cues"] = []
    loose = read_foreign(write(rows))
    assert left_out in loose.notes
    assert [rule.has for rule in load_codebook(loose.codebook).target[0].rule] == [("label.label_1",)]
    found = trained(write(rows), tmp_path / "model")
    assert left_out in found.info.notes
    assert found.info.tagger is not None
    assert found.info.tagger.types == ("cue",)
    assert "lexicon" not in evaluate(Model.load(tmp_path / "model"), write(rows), "train").targets["label"].controls


def test_rows_without_a_group_are_articles_of_their_own(write: Write) -> None:
    """They are not one article, and their number is said; the same text is the same article still."""
    rows = [*ROWS[:8], *({"doc": doc, "sentence": f"It is {doc!r} 🕊.", "label": 0} for doc in (None, "", " "))]
    rows += [{"sentence": "It is None 🕊.", "label": 0}]
    found = read_foreign(write(rows))
    assert found.items.n_articles == 2 + 3
    assert "4 rows without 'doc' are each an article of their own" in found.notes


def test_labels_may_hold_any_character(write: Write, tmp_path: Path) -> None:
    """Emoji, quotation marks, lines, control characters: the codebook is TOML all the same, and the model is whole."""
    odd = 'a "🕊" \\ \x7f\n\u2028[x]'
    rows = [dict(row, label=("plain", odd)[row["label"]]) for row in ROWS]  # type: ignore[call-overload]  # a label is a number
    train(write(rows), tmp_path / "model", default="plain", take="simple")
    flags = Model.load(tmp_path / "model").flags(make_article("The dam number 7 may fall."))
    assert [flag.reasons for flag in flags] == [(odd,)]


def test_columns_with_accents_keep_their_letters(tmp_path: Path) -> None:
    """As the name of the target."""
    (tmp_path / "train.csv").write_text("text,Étiquette\nIt may 🕊.,a\nIt is.,b\n", encoding="utf-8")
    assert list(read_foreign(tmp_path, "Étiquette").items.targets) == ["etiquette"]


def test_texts_that_are_numbers_are_named_as_the_cause(write: Write) -> None:
    """Not the label's column."""
    with pytest.raises(DataError, match="column 'text' holds no texts but int") as caught:
        read_foreign(write([{"text": 1, "label": 1}, {"text": 2, "label": 0}]))
    assert "name the column of the sentences text" in (caught.value.hint or "")


def test_labels_that_are_lists_are_refused(write: Write) -> None:
    """A text has one label."""
    with pytest.raises(DataError, match=r"a label is \['a', 'b'\]"):
        read_foreign(write([{"text": "It is 🕊.", "label": ["a", "b"]}]))


def test_a_label_of_its_own_for_each_text_is_refused(write: Write, tmp_path: Path) -> None:
    """It is another column, and no model of hundreds of labels is begun."""
    rows = [{"text": f"The dam number {n} 🕊 fell.", "label": f"id-{n}"} for n in range(240)]
    with pytest.raises(UndefinedError, match="240 of the 240 items have a label of their own") as caught:
        train(write(rows), tmp_path / "model")
    assert "--target" in (caught.value.hint or "")


def test_rare_labels_are_named_but_not_by_the_hundred(write: Write, tmp_path: Path) -> None:
    """Those with fewer than three training items."""
    rows = [*ROWS, *({"doc": "d9", "sentence": f"The dam {n} fell.", "label": n} for n in range(2, 10))]
    found = trained(write(rows), tmp_path / "model", take="simple")
    assert (
        "label: labels with fewer than 3 training items: 2 (1), 3 (1), 4 (1), 5 (1), 6 (1) and 3 more; "
        "little can be learnt of them"
    ) in found.info.notes


@pytest.mark.parametrize("take", ["simple", "best"])
def test_texts_with_nothing_in_common_are_an_error(write: Write, tmp_path: Path, take: str) -> None:
    """And no traceback of scikit-learn's."""
    rows = [{"text": text, "label": n % 2} for n, text in enumerate("🕊👩🌊🔥🌍🎈🎃🎂")]
    with pytest.raises(UndefinedError, match="no two words or characters in common"):
        train(write(rows), tmp_path / "model", take=take)
