"""The table of a plan: read as it was written, and checked line by line after people edited it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.campaign.assignments import Arm, Assignment, Kind, check_articles, people, read_plan, write_plan
from annotate.errors import RecordError
from annotate.studio.accounts import email_of

HEAD = "article,annotator,batch,arm,kind\n"
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9)


@given(
    rows=st.lists(
        st.builds(
            Assignment,
            article=st.sampled_from(["6f2a", "0b11"]),
            annotator=NAMES,
            batch=st.integers(1, 99),
            arm=st.sampled_from(Arm),
            kind=st.sampled_from(Kind),
            words=st.integers(0, 9999),
            title=st.sampled_from(["", "Weir 🌊 leaks; keeper, 王小明, “warned”", "A day"]),
        ),
        min_size=1,
        unique_by=lambda one: (one.article, email_of(one.annotator)),
    )
)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, rows: list[Assignment]) -> None:
    """Any names and titles come back, row by row."""
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    assert write_plan(path, rows) == len(rows)
    assert read_plan(path) == rows


def test_a_spreadsheet_may_have_saved_it(tmp_path: Path) -> None:
    """A byte order mark, semicolons, capitals, other columns, blanks and empty rows do no harm."""
    path = tmp_path / "plan.csv"
    path.write_bytes(
        "\ufeffKind;Article;Annotator;Batch;Arm;remark\r\nGold; 6f2a ;ada;2;Blind;why 🌊\r\n;;;;;\r\n".encode()
    )
    assert read_plan(path) == [
        Assignment(article="6f2a", annotator="ada", batch=2, arm=Arm.BLIND, kind=Kind.GOLD),
    ]


def test_a_title_is_no_formula(tmp_path: Path, assign: Callable[..., Assignment]) -> None:
    """A headline that a spreadsheet would run is written without what makes it a formula."""
    path = tmp_path / "plan.csv"
    write_plan(path, [assign("6f2a", "ada", title='=HYPERLINK("x")\n+1')])
    assert path.read_text(encoding="utf-8").splitlines()[1].endswith('"HYPERLINK(""x"") +1"')


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("", "", "the plan is empty"),
        (HEAD, "", "the plan is empty"),
        ("article,annotator\n6f2a,ada\n", ":1", "names no column batch, arm, kind"),
        (HEAD + "6f2a,ada,one,blind,gold\n", ":2", "batch is 'one'"),
        (HEAD + "6f2a,ada,0,blind,gold\n", ":2", "batch is '0'"),
        (HEAD + "6f2a,ada,1,bind,gold\n", ":2", "arm is 'bind'"),
        (HEAD + "6f2a,ada,1,blind,extra\n", ":2", "kind is 'extra'"),
        (HEAD + ",ada,1,blind,gold\n", ":2", "no article"),
        (HEAD + "6f2a,,1,blind,gold\n", ":2", "no annotator"),
        (HEAD + "6f2a,ada,1,blind,gold\n\n6f2a,ADA@localhost,2,blind,gold\n", ":4", "has article 6f2a on line 2"),
        (HEAD + "6f2a\n", ":2", "no annotator"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(tmp_path: Path, text: str, where: str, said: str) -> None:
    """What people can get wrong is refused with its line."""
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=said) as error:
        read_plan(path)
    assert error.value.where == f"{path}{where}"
    assert error.value.hint


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    """A file in another encoding is no plan."""
    path = tmp_path / "plan.csv"
    path.write_bytes(HEAD.encode("utf-16"))
    with pytest.raises(RecordError, match="not UTF-8"):
        read_plan(path)


def test_articles_must_be_known(assign: Callable[..., Assignment]) -> None:
    """An id that a spreadsheet made a number of is found."""
    check_articles([assign("6f2a", "ada")], {"6f2a"}, "plan.csv")
    with pytest.raises(RecordError, match=r"1 of its articles are not among those given, such as '1\.2E\+15'"):
        check_articles([assign("6f2a", "ada"), assign("1.2E+15", "ada")], {"6f2a"}, "plan.csv")


def test_people_are_accounts(assign: Callable[..., Assignment]) -> None:
    """Names that lead to one account are one person."""
    rows = [assign("1", "ben"), assign("2", "Ada"), assign("3", "ada@localhost")]
    assert people(rows) == ["ben", "Ada"]
    assert people([]) == []
