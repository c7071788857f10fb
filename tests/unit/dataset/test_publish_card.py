"""The card on the Hub: merged with what a maintainer wrote, and held to what the Hub takes."""

from __future__ import annotations

import math

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset.card_merge import Memory, dump, memory, merge, sections, split
from annotate.dataset.card_rules import model_problems, problems, size_category
from annotate.errors import DataError

MADE = "---\nlicense: mit\ntags:\n- a\n- b\nconfigs:\n- 1\n---\n\n# T 🌊\n\n## One\n\n1\n\n## Two\n\n2\n"


def test_nothing_edited() -> None:
    """A card that reads on the Hub as it was made becomes the new one, to the byte."""
    new = MADE.replace("\n1\n", "\none\n").replace("- b", "- c")
    assert merge(new, MADE, memory(MADE)) == merge(new, new, memory(MADE))
    assert merge(new, MADE, memory(MADE)).text == new
    assert merge(new, MADE, memory(MADE)).kept == ()


def test_fields() -> None:
    """Ours that nobody touched follow, the maintainer's stay, lists take from both, what follows from the data is ours."""
    there = (
        MADE.replace("- b\n", "- b\n- theirs\n")
        .replace("license: mit", "license: other\nmine: 🖐")
        .replace("- 1", "- 9")
    )
    new = MADE.replace("- b\n", "- new\n")
    merged = merge(new, there, memory(MADE))
    assert split(merged.text)[0] == {
        "license": "other",
        "mine": "🖐",
        "tags": ["a", "theirs", "new"],
        "configs": [1],
    }
    assert merged.kept == ("license", "mine", "tags")


def test_what_was_taken_out_stays_out() -> None:
    """A field or section that the maintainer deleted does not come back; one that we no longer write goes."""
    there = MADE.replace("license: mit\n", "").replace("## One\n\n1\n\n", "")
    merged = merge(MADE, there, memory(MADE))
    assert "license" not in merged.text
    assert "## One" not in merged.text
    assert merged.kept == ("license (taken out)", "section 'One' (taken out)")
    assert "## Two" not in merge(MADE.replace("## Two\n\n2\n", ""), MADE, memory(MADE)).text


def test_a_new_section_stands_after_the_one_before_it() -> None:
    """Also where the maintainer put one of theirs between."""
    there = MADE.replace("## Two", "## Theirs\n\nx\n\n## Two")
    new = MADE.replace("## Two", "## Between\n\ny\n\n## Two")
    text = merge(new, there, memory(MADE)).text
    assert list(sections(split(text)[2])) == ["", "One", "Between", "Theirs", "Two"]


def test_a_card_that_we_never_wrote() -> None:
    """Without a memory, all that stands there is the maintainer's, and what it lacks is added."""
    merged = merge(MADE, "---\nlicense: mit\n---\n## Two\n\ntheirs\n", Memory())
    assert "theirs" in merged.text
    assert "\n2\n" not in merged.text
    assert "## One" in merged.text
    assert split(merged.text)[0]["tags"] == ["a", "b"]
    assert merge(MADE, "", Memory()).text.endswith("## Two\n\n2\n")


@pytest.mark.parametrize("head", ["a: [", "- 1", "3"])
def test_metadata_that_are_none(head: str) -> None:
    """They are named, not overwritten."""
    with pytest.raises(DataError, match="its metadata are no"):
        merge(MADE, f"---\n{head}\n---\n", Memory())


line = st.sampled_from(["## One", "## Two", "## 🌊", "text", "", "```", "~~~", "# T", " x ", "\u2028y"])
body = st.lists(line, max_size=12).map(lambda lines: "\n".join([*lines, ""]))
field = st.dictionaries(
    st.sampled_from(["license", "tags", "x", "configs"]),
    st.one_of(st.text(max_size=3), st.lists(st.sampled_from("abc"), max_size=3, unique=True), st.none()),
)
cards = st.builds(lambda head, text: f"---\n{dump(head)}---\n{text}", field, body)


@given(body)
def test_sections_lose_nothing(text: str) -> None:
    """Put together again, they are the text; code that was left open is closed, once."""
    again = "".join(sections(text).values())
    assert again.startswith(text.rstrip("\n"))
    assert again[len(text.rstrip("\n")) :].strip() in {"", "```", "~~~"}
    assert "".join(sections(again).values()) == again


@given(cards)
def test_the_same_card_stays_as_it_is(card: str) -> None:
    """However it is laid out, a card that is there already is not laid out anew."""
    assert merge(card, card, memory(card)).text == card


@hypothesis.settings(max_examples=500)
@given(cards, cards, cards)
def test_merging_again_changes_nothing(first: str, new: str, there: str) -> None:
    """What was published reads, in the next run with the same content, as it should: no run leads to another commit."""
    once = merge(new, there, memory(first)).text
    assert merge(new, once, memory(new)).text == once


@given(cards, cards)
def test_the_maintainers_card_wins_where_ours_is_the_same(made: str, there: str) -> None:
    """With nothing new of ours, the card on the Hub keeps its text, but for fields that follow from the data."""
    merged = merge(made, there, memory(made))
    ours, theirs, found = (split(card)[0] for card in (made, there, merged.text))
    for name in ours.keys() | theirs.keys():
        if name != "configs":
            assert found.get(name, ...) == theirs.get(name, ...)


GOOD = {
    "license": "cc-by-4.0",
    "language": ["en", "pt-BR"],
    "annotations_creators": ["expert-generated"],
    "task_categories": ["text-classification"],
    "task_ids": ["fact-checking"],
    "size_categories": ["n<1K"],
    "source_datasets": ["original"],
    "tags": ["news"],
    "configs": [{"config_name": "claims", "data_files": [{"split": "train", "path": "claims/train-*.parquet"}]}],
    "dataset_info": [{"config_name": "claims", "splits": [{"name": "train", "num_examples": 7}]}],
}
PATHS = ["claims/train-00000-of-00001.parquet", "LICENSE"]


def test_a_good_card_has_no_problem() -> None:
    """Nothing is made up."""
    assert problems(GOOD, "| F1 | 0.7 |\nnan said so", PATHS) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"license": None}, "license is missing"),
        ({"license": "mine"}, "license says 'mine', which the Hub does not know"),
        ({"license": "other"}, "license_name does not say which"),
        ({"language": ["English"]}, "language says 'English'"),
        ({"language": [False]}, "language says False, which is no text"),
        ({"task_ids": ["lie-detection"]}, "task_ids says 'lie-detection'"),
        ({"task_categories": "classification"}, "task_categories says 'classification'"),
        ({"annotations_creators": ["🤖"]}, "annotations_creators says '🤖'"),
        ({"size_categories": ["1K<n<2K"]}, "size_categories says '1K<n<2K'"),
        ({"size_categories": ["1K<n<10K"]}, "size_categories says 1K<n<10K, the configs have 7 rows"),
        ({"tags": [""]}, "tags says ''"),
        ({"pretty_name": ["a"]}, "pretty_name is no text"),
        ({"configs": None}, "configs is missing"),
        ({"configs": [*GOOD["configs"], *GOOD["configs"]]}, "two configs have one name"),
        ({"f1": [{"value": math.nan}]}, "f1[0].value is nan, no number"),
        ({"dataset_info": [{"config_name": "claims", "splits": []}]}, "claims counts the splits []"),
    ],
)
def test_problems(change: dict[str, object], said: str) -> None:
    """Each is named with the field and the value."""
    found = problems({**GOOD, **change}, "", PATHS)
    assert any(said in one for one in found), found


def test_files_and_configs() -> None:
    """A pattern without a file and a file without a pattern are both told; so is a table that says NaN."""
    found = problems(GOOD, "| F1 | NaN |", ["claims/test-0.parquet"])
    assert found == [
        "a table says 'NaN', no number",
        "config claims: no file is 'claims/train-*.parquet' (split train)",
        "no config reads claims/test-0.parquet",
    ]


@given(st.integers(min_value=0, max_value=10**14))
def test_size_categories(rows: int) -> None:
    """The name says between which powers of ten the number lies."""
    name = size_category(rows)
    unit = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
    bounds = [int(part[:-1]) * unit[part[-1]] for part in name.replace("n", "").replace(">", "<").split("<") if part]
    if name.startswith("n<"):
        assert rows < bounds[0]
    elif name.startswith("n>"):
        assert rows >= bounds[0]
    else:
        assert bounds[0] <= rows < bounds[1]


def test_a_models_card() -> None:
    """Values of a `model-index` are finite numbers, and the task is one that the Hub knows."""
    index = [{"results": [{"metrics": [{"type": "f1", "value": 0.5}]}]}]
    assert model_problems({"license": "mit", "model-index": index, "pipeline_tag": "text-classification"}, "") == []
    index[0]["results"][0]["metrics"][0]["value"] = "0.5"
    assert model_problems({"license": "mit", "model-index": index}, "") == [
        "model-index: the value of f1 is '0.5', no number"
    ]
    assert "license is missing" in model_problems({}, "")
