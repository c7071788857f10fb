"""What of a push needs no server: batches, patience, and what is already there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.errors import Unreachable
from annotate.studio.client import Project, TaskState, versions
from annotate.studio.interface import label_config
from annotate.studio.push import Plan, _by_key, _doubled, batches, patiently, same_screen


@given(st.lists(st.text(max_size=30), max_size=40), st.integers(1, 7), st.integers(20, 120))
def test_batches_keep_order_and_limits(texts: list[str], count: int, size: int) -> None:
    """All tasks come once and in order; no batch is over either limit but for one task that is alone."""
    tasks = [{"text": text} for text in texts]
    made = list(batches(tasks, count, size))
    assert [task for batch in made for task in batch] == tasks
    for batch in made:
        assert 1 <= len(batch) <= count
        assert len(batch) == 1 or sum(len(msgspec.json.encode(task)) for task in batch) <= size


def test_a_step_is_tried_again_and_told_that_its_answer_was_lost() -> None:
    """The first try sends; after a lost answer the step looks first."""
    told: list[bool] = []

    def step(lost: bool) -> None:  # noqa: FBT001 - the form that `patiently` calls
        told.append(lost)
        if len(told) < 3:
            raise Unreachable("no answer")

    patiently(step, waits=(0, 0, 0))
    assert told == [False, True, True]


def test_patience_ends_with_what_to_do() -> None:
    """After the last try the error says that the same push goes on where this one ended."""

    def step(lost: bool) -> None:  # noqa: ARG001, FBT001 - the form that `patiently` calls
        raise Unreachable("no answer")

    with pytest.raises(Unreachable) as caught:
        patiently(step, waits=(0,))
    assert "goes on where this one ended" in str(caught.value.hint)


def state(number: int, article: str | None = "x", **more: Any) -> TaskState:
    """Return what the server tells of a task."""
    given = {"updated": "", "submitted": 0, "skipped": 0, "drafts": False, "models": frozenset()} | more
    return TaskState(id=number, key=article, **given)


def test_of_doubled_tasks_those_without_work_go() -> None:
    """The task that somebody worked on stays, else the oldest; tasks of others are left alone."""
    states = [state(1), state(2, submitted=1), state(3), state(4, None), state(5, None), state(6, "y"), state(7, "y")]
    assert sorted(_doubled(_by_key(states))) == [1, 3, 7]
    both = [state(1, drafts=True), state(2, skipped=1)]
    assert _doubled(_by_key(both)) == ()


def project(config: str) -> Project:
    """Return a project with this label config."""
    return Project(id=1, title="Any", config=config, tasks=0, annotations=0)


def test_the_screen_is_compared_by_its_meaning(book: Codebook) -> None:
    """White space does not count; another screen, or none, is another."""
    assert same_screen(project(label_config(book).strip()), book)
    assert not same_screen(project("<View/>"), book)
    assert not same_screen(project("no xml 🕊"), book)


def test_a_plan_tells_itself() -> None:
    """A plan says in words what it would do, and when that is nothing."""
    plan = Plan(title="Local 🕊", project=None, new=({},), renewed=({},), doubled=(1, 2), present=3, set_config=True)
    assert plan.told() == (
        "new project 'Local 🕊': 1 new, 3 already there, 1 suggestions to renew, 2 doubled tasks to remove,"
        " the labelling screen to set"
    )
    assert not plan.empty
    nothing = Plan(title="Any", project=project(""), new=(), renewed=(), doubled=(), present=3, set_config=False)
    assert nothing.empty
    assert nothing.told() == "project 'Any': 0 new, 3 already there"


def test_models_are_told_apart() -> None:
    """The server tells all models of a task in one string."""
    assert versions("patterns 1,baseline 2") == {"patterns 1", "baseline 2"}
    assert versions("") == frozenset()
