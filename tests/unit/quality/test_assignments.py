"""A plan as people edit it: read with its line, strangers told, and none of ours at all an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import DataError, RecordError
from annotate.quality.assignments import Assignment, assignments, planned
from annotate.records import SetAside


def saved(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Return a plan with this text."""
    path = folder / "plan.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_rows_as_spreadsheets_write_them(tmp_path: Path) -> None:
    """A byte order mark, semicolons, more columns and a cell over two lines change nothing."""
    text = '\ufeffArticle;annotator;batch;arm;title\na1; ada ;1;Blind;"Two\nlines 🎉"\n;;;;\na2;ben;2;;\n'
    rows = list(assignments(saved(tmp_path, text)))
    assert [(row.article, row.annotator, row.batch, row.arm) for row in rows] == [
        ("a1", "ada", "1", "blind"),
        ("a2", "ben", "2", ""),
    ]
    assert rows[1].where == f"{tmp_path / 'plan.csv'}:5"
    assert [row.kind for row in assignments(saved(tmp_path, "article,annotator,kind\na,ada,gold\n"))] == ["gold"]


def test_what_is_no_plan(tmp_path: Path) -> None:
    """A missing column, a row without an annotator, and another encoding say what to do."""
    with pytest.raises(RecordError, match="names no column annotator"):
        list(assignments(saved(tmp_path, "article,batch\na,1\n")))
    with pytest.raises(RecordError, match=r"plan\.csv:2: no annotator"):
        list(assignments(saved(tmp_path, "article,annotator\na,\n")))
    with pytest.raises(RecordError, match="not UTF-8"):
        list(assignments(saved(tmp_path, "article,annotator\na,é\n", "utf-16")))
    with pytest.raises(RecordError, match="the plan is empty"):
        list(assignments(saved(tmp_path, "article,annotator\n")))


def row(article: str, annotator: str) -> Assignment:
    """Return a row of a plan."""
    return Assignment(article=article, annotator=annotator, where="plan.csv:9")


def test_strangers_and_repeated_rows_are_told() -> None:
    """An annotator who labelled nothing, and a row said again, come aside; names become pseudonyms."""
    rows = [row("a", "Ada"), row("a", "p1"), row("b", "nobody"), row("b", "p2")]
    found = list(planned(rows, {("a", "p1"), ("b", "p2")}, {"Ada": "p1"}))
    kept = [one for one in found if isinstance(one, Assignment)]
    aside = [one for one in found if isinstance(one, SetAside)]
    assert [(one.article, one.annotator) for one in kept] == [("a", "p1"), ("b", "p2")]
    assert [one.reason for one in aside] == ["planned_twice", "unknown_annotator"]
    assert "'nobody', who labelled nothing" in aside[1].detail
    assert aside[1].where == "plan.csv:9"


def test_a_plan_of_other_people_is_an_error() -> None:
    """Names where pseudonyms are wanted would leave every arm empty without a word."""
    with pytest.raises(DataError, match="the plan names none of the annotators; its first is 'ada'"):
        list(planned([row("a", "ada")], {("a", "p1")}))
    assert list(planned([], {("a", "p1")})) == []


def test_what_was_planned_and_not_done_is_told() -> None:
    """An article that nobody worked on, and one that its annotator did not, come aside by name."""
    rows = [row("a", "p1"), row("a", "p2"), row("gone 🌊", "p2"), row("b", "p2")]
    found = list(planned(rows, {("a", "p1"), ("b", "p2")}))
    assert [one.article for one in found if isinstance(one, Assignment)] == ["a", "b"]
    aside = {one.reason: one.detail for one in found if isinstance(one, SetAside)}
    assert aside == {
        "not_done": "p2 has not worked on article a, which the plan gives them",
        "article_without_annotations": "no annotation is of article gone 🌊, which the plan names",
    }
