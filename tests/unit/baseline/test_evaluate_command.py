"""`annotate evaluate`: another model, the reference, pairs, and what is called wrongly."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from annotate.baseline.evaluation import Evaluation
from annotate.cli import main

Run = Callable[..., tuple[int, str, str]]
PAIR = [
    {"pair": "p1", "phenomenon": "epistemic", "text": text, "labels": {"hedged": label}}
    for text, label in (("The mill may have closed 🕊.", "yes"), ("The mill has closed 🕊.", "no"))
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `annotate evaluate` with these arguments; return its exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["annotate", "evaluate", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        sys.stdout.flush()
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A folder with one minimal pair."""
    (tmp_path / "pairs").mkdir()
    (tmp_path / "pairs" / "one.jsonl").write_text("".join(json.dumps(side) + "\n" for side in PAIR), encoding="utf-8")
    return tmp_path / "pairs"


def test_another_model_and_pairs_stand_in_the_evaluation(
    run: Run, release: Path, model_folder: Path, pairs: Path
) -> None:
    """Against itself it is ahead by nothing; three systems are tested on the pair; nothing was trained."""
    code, out, err = run(model_folder, release, "--against", model_folder, "--pairs", pairs, "--no-reference", "--json")
    assert (code, err) == (0, "")
    found = msgspec.json.decode(out, type=Evaluation)
    assert found.against == found.model
    hedged = found.targets["hedged"]
    assert hedged.against is not None
    assert hedged.against.difference.macro_f1.value == 0
    assert "tfidf" not in hedged.controls
    assert hedged.learning == ()
    assert [one.system for one in found.pairs] == [found.model, "patterns", "lexicon"]
    assert {one.whole.pairs for one in found.pairs} == {1}


def test_a_model_of_one_target_is_tested_on_what_it_says(
    run: Run, hedged_folder: Path, pairs: Path, tmp_path: Path
) -> None:
    """The systems beside it are judged by the same labels, and what is left out is told."""
    claims = [
        side | {"pair": "p2", "labels": {"status": f"{word}verified", "hedged": "no"}}
        for side, word in zip(PAIR, ("", "un"), strict=True)
    ]
    (pairs / "two.jsonl").write_text("".join(json.dumps(side) + "\n" for side in claims), encoding="utf-8")
    code, _, err = run(hedged_folder, "--pairs", pairs, "-o", tmp_path / "e.json")
    assert code == 0
    assert "pairs left out 1 (the model does not say status, flagged)" in err
    found = json.loads((tmp_path / "e.json").read_bytes())
    assert [(one["whole"]["pairs"], one["left_out"], set(one["targets"])) for one in found] == [(1, 1, {"hedged"})] * 3


def test_the_reference_is_trained_by_default(run: Run, release: Path, model_folder: Path, tmp_path: Path) -> None:
    """It stands among the controls, and alarms are in the receipt."""
    code, out, _ = run(model_folder, release, "--json", "-o", tmp_path / "e.json")
    assert code == 0
    assert "alarms" in json.loads(out)
    found = msgspec.json.decode((tmp_path / "e.json").read_bytes(), type=Evaluation)
    assert "tfidf" in found.targets["hedged"].controls
    assert [stage.articles for stage in found.targets["hedged"].learning] == [2, 4, 8]


def test_the_patterns_are_tested_on_pairs_alone(run: Run, pairs: Path) -> None:
    """Without a model: a table for a person, with every phenomenon whole."""
    code, out, _ = run("patterns", "--pairs", pairs)
    assert code == 0
    assert "epistemic" in out
    assert "model" not in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{model}",), "nothing to evaluate on"),
        (("patterns", "{release}"), "tested on minimal pairs alone"),
        (("patterns", "--pairs", "{pairs}", "--against", "{model}"), "--against compares two models on a release"),
        (("{model}", "--pairs", "{pairs}", "--against", "{model}"), "--against compares two models on a release"),
    ],
)
def test_what_makes_no_sense_is_said_with_code_2(
    run: Run, release: Path, model_folder: Path, pairs: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Before anything is read."""
    places = {"model": model_folder, "release": release, "pairs": pairs}
    code, out, err = run(*(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "")
    assert message in err
