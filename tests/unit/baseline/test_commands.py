"""`annotate train`, `evaluate` and `flag`, run in this process: exit codes, receipts, pipes."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.baseline.evaluation import Evaluation
from annotate.cli import main
from annotate.records import Flag

TEXT = "The harbour 🕊 reportedly lost approximately forty windows.\n\nNobody at the harbour wanted to answer.\n"


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run `annotate` with these arguments and this standard input."""

    def run(*arguments: object, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["annotate", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return run


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A file with one article."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def places(tmp_path: Path, release: Path, model_folder: Path, text: Path) -> dict[str, Path]:
    """What the arguments of a failing command name."""
    return {"tmp": tmp_path, "release": release, "model": model_folder, "text": text}


def flags(lines: str) -> list[Flag]:
    """Return flag records, each decoded strictly."""
    return [msgspec.json.decode(line, type=Flag) for line in lines.splitlines()]


def test_train_writes_a_model_and_its_receipt(run: Run, release: Path, tmp_path: Path) -> None:
    """As JSON: counts, targets and their out-of-fold scores, and where it is."""
    done = run("train", release, "-o", tmp_path / "model", "--json")
    assert (done.code, done.err) == (0, "")
    receipt = json.loads(done.out)
    assert (receipt["items"], receipt["articles"], receipt["folds"]) == (56, 8, 5)
    assert receipt["targets"]["hedged"]["positive"] == "yes"
    assert "calibration" not in receipt["targets"]["hedged"]
    assert receipt["output"] == str(tmp_path / "model")
    assert (tmp_path / "model" / "model.json").is_file()


def test_train_says_one_line_to_a_person(run: Run, release: Path, tmp_path: Path) -> None:
    """On stderr; stdout stays empty."""
    done = run("train", release, "-o", tmp_path / "model")
    assert (done.code, done.out) == (0, "")
    assert "train: items 56; articles 8; folds 5; status (out of fold, macro F1) 1.0; status (taken)" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "message", "hint"),
    [
        (("train", "{tmp}/none", "-o", "{tmp}/m"), 3, "none: no such folder", "check the path"),
        (("train", "{text}", "-o", "{tmp}/m"), 2, "this is a file: name its folder", "annotate dataset build"),
        (("evaluate", "{model}", "{tmp}/none"), 3, "none: no such folder", "check the path"),
        (("train", "{release}", "-o", "{text}"), 2, "holds something that is no model", "new folder"),
        (("evaluate", "{tmp}/none", "{release}"), 3, "none: no such folder", "annotate train"),
        (("evaluate", "{model}", "{release}", "--split", "dev"), 1, "no dev split", "test, train, validation"),
        (("flag", "{tmp}/none", "{text}"), 3, "none: no such folder", "annotate train"),
        (("flag", "{text}", "{text}"), 2, "this is a file: name its folder", "annotate train"),
        (("flag", "{tmp}", "{text}"), 1, "there is no model.json", "annotate train"),
        (("flag", "{model}", "{tmp}/none.txt"), 3, "none.txt", ""),
        (("train", "{release}", "--codebook", "none", "-o", "{tmp}/m"), 1, "no codebook 'none'", "name one of"),
        (("evaluate", "{model}", "{release}", "-o", "{release}"), 3, "", "file inside"),
    ],
)
def test_errors_are_one_message_with_a_hint_and_a_code(
    run: Run, places: dict[str, Path], arguments: tuple[str, ...], code: int, message: str, hint: str
) -> None:
    """1 the data are wrong, 2 usage, 3 the outside world; nothing is half-written."""
    done = run(*(argument.format(**places) for argument in arguments))
    assert done.code == code
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[0].startswith("error: ")
    assert message in lines[0]
    assert hint in done.err
    assert sorted(path.name for path in places["tmp"].iterdir()) == ["a.txt"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_without_texts_has_a_hint_that_flag_can_follow(
    run: Run, model_folder: Path, tmp_path: Path, form: str
) -> None:
    """`flag` has no --column: the hint names the command that has it."""
    pq.write_table(pa.table({"body": ["It may rain 🕊."]}), tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("body,id\nIt may rain 🕊.,1\n")
    done = run("flag", model_folder, tmp_path / f"a.{form}")
    assert (done.code, "no column 'text'" in done.err) == (2, True)
    assert "`annotate ingest --column text=body`" in done.err


def test_the_default_label_of_another_dataset_is_an_option(run: Run, tmp_path: Path) -> None:
    """Of `train`; what was guessed is said on stderr."""
    rows = [f"The dam {n} may fall 🕊.,a\nThe dam {n} fell.,b" for n in range(6)]
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "train.csv").write_text("\n".join(["text,label", *rows]))
    done = run("train", tmp_path / "d", "-o", tmp_path / "m", "--simple")
    assert (
        "note: 'a' is the default: sentences with another label are flagged; --default NAME takes another" in done.err
    )
    done = run("train", tmp_path / "d", "-o", tmp_path / "m", "--simple", "--default", "b", "--json")
    assert json.loads(done.out)["targets"]["label"]["positive"] == "a"
    assert run("train", tmp_path / "d", "-o", tmp_path / "m", "--default", "c").code == 2


def test_evaluate_prints_tables_and_writes_json(run: Run, release: Path, model_folder: Path, tmp_path: Path) -> None:
    """The file is the whole evaluation; the tables are for a person."""
    done = run("evaluate", model_folder, release, "-o", tmp_path / "evaluation.json")
    assert done.code == 0
    assert "hedged: 16 items, 44% yes" in done.out
    found = msgspec.json.decode((tmp_path / "evaluation.json").read_bytes(), type=Evaluation)
    assert found.items == 16


def test_evaluate_as_json_is_json_alone(run: Run, release: Path, model_folder: Path, tmp_path: Path) -> None:
    """Without a file the evaluation itself, with one its receipt, with `-o -` the file on stdout and the receipt beside."""
    whole = run("evaluate", model_folder, release, "--json")
    assert msgspec.json.decode(whole.out, type=Evaluation).split == "test"
    written = run("evaluate", model_folder, release, "--json", "-o", tmp_path / "e.json")
    assert json.loads(written.out)["output"] == str(tmp_path / "e.json")
    piped = run("evaluate", model_folder, release, "--json", "-o", "-")
    assert msgspec.json.decode(piped.out, type=Evaluation) == msgspec.json.decode(whole.out, type=Evaluation)
    assert json.loads(piped.err)["items"] == 16


def test_flag_into_a_pipe_is_one_record_a_sentence(run: Run, model_folder: Path, text: Path) -> None:
    """JSONL on stdout, one line of account on stderr."""
    done = run("flag", model_folder, text)
    assert done.code == 0
    found = flags(done.out)
    assert [flag.flagged for flag in found] == [True, False]
    assert found[0].text == TEXT.splitlines()[0]
    assert "1 kept; sentences 2; flagged 1; abstained 0; hedged 1" in done.err


def test_only_flagged_leaves_the_others_out_and_counts_them(run: Run, model_folder: Path, text: Path) -> None:
    """The receipt still counts every sentence."""
    done = run("flag", model_folder, text, "--only-flagged", "--json")
    assert [flag.reasons for flag in flags(done.out)] == [("hedged",)]
    receipt = json.loads(done.err)
    assert (receipt["sentences"], receipt["flagged"], receipt["hedged"]) == (2, 1, 1)


def test_flag_reads_standard_input(run: Run, model_folder: Path, tmp_path: Path) -> None:
    """`-` is a pipe in, `-o` a file out, and `--json` its receipt on stdout."""
    done = run("flag", model_folder, "-", "-o", tmp_path / "flags.jsonl", "--json", stdin=TEXT)
    assert done.code == 0
    assert json.loads(done.out)["flagged"] == 1
    assert len(flags((tmp_path / "flags.jsonl").read_text())) == 2


def test_flag_reads_folders_and_pages(run: Run, model_folder: Path, text: Path, tmp_path: Path) -> None:
    """Every file in it, HTML too."""
    (tmp_path / "page.html").write_text(
        "<html lang=en><title>The mill</title><body><article><h1>The mill</h1><p>The mill may have been damaged, officials believe.</p>"
        "<p>Nobody at the mill wanted to answer on the day, and the street was closed until late.</p></article></body></html>"
    )
    done = run("flag", model_folder, tmp_path)
    assert done.code == 0
    assert "2 kept" in done.err
    assert {cue.text for flag in flags(done.out) for cue in flag.hedges} >= {"reportedly", "may", "believe"}
    assert text.is_file()


def test_one_bad_file_is_counted_and_strict_makes_it_an_error(
    run: Run, model_folder: Path, text: Path, tmp_path: Path
) -> None:
    """The good ones are flagged all the same."""
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00\x01binary")
    lenient, strict = (run("flag", model_folder, tmp_path, *extra) for extra in ((), ("--strict",)))
    assert (lenient.code, strict.code) == (0, 1)
    assert "1 set aside" in lenient.err
    assert "bad.txt" in lenient.err
    assert len(flags(lenient.out)) == len(flags(strict.out)) == 2
    assert text.is_file()


def test_nothing_but_bad_files_is_an_error_and_writes_nothing(run: Run, model_folder: Path, tmp_path: Path) -> None:
    """The older file stays as it was."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.txt").write_bytes(b"\xff\xfe\x00\x01binary")
    (tmp_path / "flags.jsonl").write_text("older\n")
    done = run("flag", model_folder, tmp_path / "in", "-o", tmp_path / "flags.jsonl")
    assert done.code == 1
    assert "nothing to flag: all 1 inputs were set aside" in done.err
    assert (tmp_path / "flags.jsonl").read_text() == "older\n"


@pytest.mark.parametrize("command", [("ingest",), ("flag", "{model}")])
def test_a_file_that_may_not_be_read_is_the_outsides_no(
    run: Run, places: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Nobody but the one who opens it says so, with 3, and nothing is written."""
    shut = tmp_path / "shut.txt"
    shut.write_text("The dam may fail 🕊.\n", encoding="utf-8")
    opened = Path.open

    def refusing(path: Path, *arguments: Any, **more: Any) -> Any:
        if path == shut:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", refusing)
    monkeypatch.setattr(os, "access", lambda path, *_, **__: Path(path) != shut)
    done = run(*(part.format(**places) for part in command), shut, "-o", tmp_path / "out.jsonl")
    assert (done.code, done.out) == (3, "")
    assert "shut.txt: permission denied" in done.err
    assert not (tmp_path / "out.jsonl").exists()


def test_flags_come_out_while_articles_come_in(model_folder: Path, text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first article's flags are written before the second is read; then few wait: memory does not grow with the input."""
    from annotate.baseline import scorer
    from annotate.cli import flag as module
    from annotate.corpus.ingest import ingest

    (article,) = ingest([text])
    seen: list[str] = []

    def articles(_found: Any, _extractor: Any) -> Any:
        for number in range(7):
            seen.append(f"read {number}")
            yield article

    def write(_path: Path, records: Any) -> int:
        seen.extend("written" for _ in records)
        return 0

    monkeypatch.setattr("annotate.corpus.ingest.articles_of", articles)
    monkeypatch.setattr(sys.modules[module.__module__], "write", write)
    monkeypatch.setattr(scorer, "TOGETHER", 4)
    module(model_folder, [text])
    one, two = ["written"] * 2, ["written"] * 4
    together = ["read 2", "read 3", *two, "read 4", "read 5", *two, "read 6", *one]
    assert seen == ["read 0", *one, "read 1", *one, *together]


def test_scores_have_one_form_wherever_they_come_from(
    run: Run, release: Path, model_folder: Path, text: Path, tmp_path: Path
) -> None:
    """Out of fold from `train`, a model's from `flag`: a line an item and target, probabilities summing to 1."""
    assert run("train", release, "-o", tmp_path / "m", "--scores", tmp_path / "oof.jsonl").code == 0
    assert run("flag", model_folder, text, "-o", tmp_path / "f.jsonl", "--scores", tmp_path / "s.jsonl").code == 0
    for name, count in (("oof.jsonl", 56 * 3), ("s.jsonl", 2 * 3)):
        lines = [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        assert len(lines) == count
        assert all(line.keys() == {"article_id", "start", "end", "target", "probabilities"} for line in lines)
        assert all(sum(line["probabilities"].values()) == pytest.approx(1, abs=1e-5) for line in lines)
        assert {line["target"] for line in lines} == {"status", "hedged", "flagged"}


def test_one_target_alone_is_trained_by_name(run: Run, release: Path, tmp_path: Path, text: Path) -> None:
    """*flagged* is then learnt whole; a name that is no target's is a usage error."""
    done = run("train", release, "-o", tmp_path / "m", "--target", "flagged", "--json")
    assert json.loads(done.out)["targets"].keys() == {"flagged"}
    found = flags(run("flag", tmp_path / "m", text).out)
    assert [flag.probabilities.keys() for flag in found] == [{"flagged"}] * 2
    assert [flag.flagged for flag in found] == [True, False]
    done = run("train", release, "-o", tmp_path / "n", "--target", "mood")
    assert (done.code, "no target 'mood'" in done.err, "status, hedged, flagged" in done.err) == (2, True, True)


def test_pieces_are_chosen_by_flags(run: Run, release: Path, tmp_path: Path) -> None:
    """All of them, or TF-IDF alone; not both."""
    for name in ("stack", "simple"):
        done = run("train", release, "-o", tmp_path / name, f"--{name}", "--json")
        assert {found["combination"] for found in json.loads(done.out)["targets"].values()} == {name}
    assert not (tmp_path / "simple" / "tagger").exists()
    assert run("train", release, "--stack", "--simple").code == 2


def test_flags_and_scores_do_not_mix_in_one_pipe(run: Run, model_folder: Path, text: Path) -> None:
    """Both to standard output is a usage error."""
    done = run("flag", model_folder, text, "--scores", "-")
    assert (done.code, done.out) == (2, "")
