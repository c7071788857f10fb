"""Progress: an article is as far as its least finished task, and what went another way is said without addresses."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from annotate.campaign.assignments import Arm, Assignment
from annotate.campaign.page import page, table
from annotate.campaign.progress import Progress, Work, measured
from annotate.records import Status

ADA = "ada@localhost"


def work(task: str, email: str = ADA, **fields: object) -> Work:
    """Return what somebody did in ada's room."""
    values: dict[str, object] = {"arm": Arm.SUGGESTED, "annotator": "ada", "status": Status.SUBMITTED}
    return Work(email=email, task=task, **(values | fields))  # type: ignore[arg-type]  # as the test says


def there(*keys: str) -> dict[tuple[str | None, Arm], set[str]]:
    """Return what is in ada's room."""
    return {(ADA, Arm.SUGGESTED): set(keys)}


@pytest.mark.parametrize(
    ("keys", "works", "state"),
    [
        ((), [], "not_pushed"),
        (("1",), [], "untouched"),
        (("1",), [work("1")], "submitted"),
        (("1",), [work("1", status=Status.SKIPPED)], "skipped"),
        (("1",), [work("1", status=Status.DRAFT)], "draft"),
        (("1",), [work("1", status=Status.DRAFT), work("1")], "submitted"),
        (("1",), [work("1", email="ben@localhost")], "untouched"),
        (("1:0-4", "1:5-9"), [work("1:0-4")], "draft"),
        (("1:0-4", "1:5-9"), [work("1:0-4"), work("1:5-9", status=Status.SKIPPED)], "submitted"),
    ],
)
def test_how_far_an_article_is(
    assign: Callable[..., Assignment], keys: tuple[str, ...], works: list[Work], state: str
) -> None:
    """Every state of one article, whole or in items."""
    found = measured("Weirs", [assign("1", "ada")], works, there(*keys))
    assert {name for name, count in found.states.items() if count} == {state}
    assert found.arms["suggested"][state] == 1


def test_minutes_and_hours_are_of_what_was_measured(assign: Callable[..., Assignment]) -> None:
    """The median minutes of an article; the words left at the pace so far."""
    plan = [assign(key, "ada", words=100) for key in "123456"]
    works = [work("1", seconds=60.0), work("2", seconds=120.0), work("3", seconds=600.0), work("4")]
    found = measured("Weirs", plan, works, there(*"123456"))
    [row] = found.rows
    assert (row.minutes, row.words_left) == (2.0, 200)
    assert found.hours_left == pytest.approx(200 * (780 / 300) / 3600)
    assert measured("Weirs", plan, [], {}).hours_left is None


def test_what_went_another_way_is_said(assign: Callable[..., Assignment]) -> None:
    """Work in others' rooms, in the other arm and unasked is counted by plan names; an address is never shown."""
    works = [
        work("1", email="ben@localhost"),
        work("1", email="eve@example.org"),
        work("1", arm=Arm.BLIND),
        work("2"),
    ]
    found = measured("Weirs", [assign("1", "ada"), assign("1", "Ben")], works, there("1"), ["first"])
    assert found.notes == (
        "first",
        "Ben labelled 1 in ada's project",
        "somebody whom the plan does not name labelled 1 in ada's project",
        "ada labelled 1 in the other arm than planned",
        "ada labelled 1 that the plan does not give to them",
    )
    assert "localhost" not in page(found, "now")
    assert "example.org" not in page(found, "now")


def shown(found: Progress) -> str:
    """Return the table as a terminal shows it."""
    console = Console(file=io.StringIO(), width=140)
    console.print(table(found, "2026-02-03"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_table_and_page_show_the_same(assign: Callable[..., Assignment]) -> None:
    """Both name every annotator and batch with what is done; names are escaped on the page."""
    plan = [assign("1", "ada"), assign("2", "ada", batch=2), assign("1", "<b>🌊</b>", arm=Arm.BLIND)]
    found = measured("Weirs & co", plan, [work("1", seconds=90.0)], there("1", "2"))
    text, html = shown(found), page(found, "2026-02-03")
    assert "1 of 3 (33%)" in text
    assert "1 of 3 (33%)" in html
    assert "&lt;b&gt;🌊&lt;/b&gt;" in html
    assert "Weirs &amp; co" in html
    assert "1.5" in text
    assert html.count("<script") == 0


def test_an_empty_plan_is_shown() -> None:
    """Nothing assigned is nothing done, and no error."""
    assert "0 of 0" in shown(measured("Weirs", [], [], {}))
    assert "0 of 0" in page(measured("Weirs", [], [], {}), "now")
    assert measured("Weirs", [], [], {}).rows == ()
