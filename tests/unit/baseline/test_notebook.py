"""Models in notebooks: pandas in, pandas out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from annotate.baseline.scorer import Model
from annotate.corpus.article import make_article
from annotate.errors import DataError, UsageError
from annotate.records import Flag

TEXT = "The harbour 🕊 reportedly lost approximately forty windows.\nNobody at the harbour wanted to answer."


def test_articles_texts_and_tables_give_the_same_rows(model: Model) -> None:
    """A row a sentence; a table's ids become the articles'."""
    whole = model.flag([make_article(TEXT)])
    assert whole["text"].tolist() == TEXT.split("\n")
    assert whole["flagged"].tolist() == [True, False]
    assert whole["reasons"].tolist() == [("hedged",), ()]
    pd.testing.assert_frame_equal(model.flag(pd.Series([TEXT])), whole)
    named = model.flag(pd.DataFrame({"id": ["mine"], "text": [TEXT]}))
    assert named["article_id"].tolist() == ["mine", "mine"]
    pd.testing.assert_frame_equal(named.drop(columns="article_id"), whole.drop(columns="article_id"))


def test_probabilities_are_columns(model: Model) -> None:
    """One for each label of each target, each target's summing to 1."""
    found = model.flag([make_article(TEXT)])
    assert {"hedged.yes", "hedged.no", "status.disputed", "flagged.yes"} <= set(found.columns)
    assert (found["hedged.yes"] + found["hedged.no"]).tolist() == pytest.approx([1, 1], abs=1e-5)
    assert set(Flag.__struct_fields__) - {"probabilities"} <= set(found.columns)


def test_no_articles_give_an_empty_table(model: Model) -> None:
    """With the columns of one that is not."""
    found = model.flag([])
    assert len(found) == 0
    assert found.columns.tolist() == model.flag([make_article(TEXT)]).columns.tolist()


def test_a_table_without_texts_is_an_error(model: Model) -> None:
    """It names the columns that are there; NaN is no text, and its row is named as the table names it."""
    with pytest.raises(DataError, match="no column 'text'; it has 'body'"):
        model.flag(pd.DataFrame({"body": [TEXT]}))
    texts = pd.DataFrame({"text": [TEXT, float("nan")]}, index=[7, 9])
    with pytest.raises(DataError, match="row 9: nan is no text"):
        model.flag(texts)
    with pytest.raises(DataError, match="row 9: nan is no text"):
        model.flag(texts["text"])
    with pytest.raises(DataError, match="row 1: None is no text"):
        model.flag([TEXT, None])  # type: ignore[list-item]  # as in a notebook


@pytest.mark.parametrize("one", [TEXT, TEXT.encode(), make_article(TEXT)])
def test_one_text_is_not_read_letter_by_letter(model: Model, one: Any) -> None:
    """A string is many strings to Python; the hint shows the list."""
    with pytest.raises(UsageError, match=r"one (text|article) is given in the place of many") as caught:
        model.flag(one)
    assert caught.value.hint == "put it in a list, as in model.flag([text])"


def test_an_id_that_is_missing_is_none(model: Model) -> None:
    """The article then has the id of its text, and is not called nan."""
    found = model.flag(pd.DataFrame({"id": ["mine", None], "text": [TEXT, TEXT]}))
    assert found["article_id"].tolist() == ["mine"] * 2 + [make_article(TEXT).id] * 2


def test_a_folder_may_be_named_by_its_path_as_a_string(model: Model, model_folder: Path) -> None:
    """As in a notebook."""
    assert Model.load(str(model_folder)).name == model.name
