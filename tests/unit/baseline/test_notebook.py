"""Models in notebooks: pandas in, pandas out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from annotate.baseline.scorer import Model
from annotate.corpus.article import make_article
from annotate.errors import DataError
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
    """With the columns of a flag."""
    found = model.flag([])
    assert (len(found), "reasons" in found.columns) == (0, True)


def test_a_table_without_texts_is_an_error(model: Model) -> None:
    """It names the columns that are there; NaN is no text."""
    with pytest.raises(DataError, match="no column 'text'; it has 'body'"):
        model.flag(pd.DataFrame({"body": [TEXT]}))
    with pytest.raises(DataError, match="nan is no text"):
        model.flag(pd.DataFrame({"text": [float("nan")]}))


def test_a_folder_may_be_named_by_its_path_as_a_string(model: Model, model_folder: Path) -> None:
    """As in a notebook."""
    assert Model.load(str(model_folder)).name == model.name
