"""The gold file: what cannot be used is set aside with its reason, and codebooks are never mixed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from annotate import files
from annotate.codebook import Codebook
from annotate.dataset.gold_file import GoldFile, gold_file
from annotate.errors import CodebookError, StorageError
from annotate.records import CodebookRef, Gold, Link, Outcome, SetAside, Target

GoldFileOf = Callable[..., GoldFile]
replace = msgspec.structs.replace


def reasons(source: GoldFile, book: Codebook) -> tuple[int, dict[str, int]]:
    """Return how many golds are kept, and how many are set aside by reason."""
    outcome: Outcome[Gold] = Outcome(source.records(book))
    return len(list(outcome)), dict(outcome.reasons)


def first_target(gold: Gold, **changes: object) -> Gold:
    """Return the gold with its first item's status changed."""
    item = gold.sentences[0]
    target: Target = replace(item.targets["status"], **changes)
    return replace(gold, sentences=(replace(item, targets=item.targets | {"status": target}), *gold.sentences[1:]))


def test_good_gold_is_read_twice_alike(book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> None:
    """Both readings give the records that were written."""
    source = gold_file_of(corpus)
    assert list(source.records(book)) == list(source.records(book)) == corpus


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda gold: first_target(gold, label=None), "record"),
        (lambda gold: first_target(gold, contested=True), "record"),
        (lambda gold: first_target(gold, soft={"unverified": 0.5}), "record"),
        (lambda gold: first_target(gold, soft={"unverified": 1.5, "none": -0.5}), "record"),
        (lambda gold: first_target(gold, soft={}), "record"),
        (lambda gold: first_target(gold, label="rumour"), "unknown_label"),
        (lambda gold: first_target(gold, votes={"a": "rumour"}), "unknown_label"),
        (lambda gold: replace(gold, sentences=(replace(gold.sentences[0], targets={}),)), "record"),
        (lambda gold: replace(gold, spans=(replace(gold.spans[0], label="rumour"),), links=()), "unknown_label"),
        (lambda gold: replace(gold, spans=(gold.spans[0], gold.spans[0]), links=()), "record"),
        (lambda gold: replace(gold, links=(Link(type="attributed_to", from_="g1", to="g9"),)), "record"),
        (lambda gold: replace(gold, spans=(replace(gold.spans[0], text="Bob Quill"),), links=()), "span"),
        (lambda gold: gold, "duplicate_article"),
    ],
)
def test_what_contradicts_itself_is_set_aside(
    book: Codebook,
    fire: Gold,
    corpus: list[Gold],
    gold_file_of: GoldFileOf,
    spoil: Callable[[Gold], Gold],
    reason: str,
) -> None:
    """A spoilt gold is set aside for its reason, and the others are kept."""
    kept = [fire, corpus[1]] if reason == "duplicate_article" else [corpus[1]]
    assert reasons(gold_file_of([*kept, spoil(fire)]), book) == (len(kept), {reason: 1})


def test_lines_that_are_no_gold_are_set_aside(book: Codebook, fire: Gold, tmp_path: Path) -> None:
    """A broken line is named by file and line."""
    path = tmp_path / "gold.jsonl"
    path.write_bytes(msgspec.json.encode(fire) + b'\n{"article"\n{"codebook": 3}\n\n')
    with gold_file(path) as source:
        found = list(source.records(book))
    asides = [record for record in found if isinstance(record, SetAside)]
    assert [(one.reason, one.where) for one in asides] == [("not_json", f"{path}:2"), ("schema", f"{path}:3")]
    assert found[0] == fire


def test_standard_input_is_read_twice(
    book: Codebook, fire: Gold, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A pipe can be read once only, so it is kept meanwhile; its name stays `-`, and its hash is that of its bytes."""
    data = msgspec.json.encode(fire) + b"\n{\n"
    path = tmp_path / "gold.jsonl"
    path.write_bytes(data)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    with gold_file(files.STDIO) as piped, gold_file(path) as plain:
        assert piped.sha256 == plain.sha256
        first, second = list(piped.records(book)), list(piped.records(book))
        assert first == second
        assert first[0] == fire
        assert isinstance(first[1], SetAside)
        assert first[1].where == "-:2"
        kept = piped.path
    assert not kept.exists()


def test_gold_of_another_codebook_is_refused(book: Codebook, fire: Gold, gold_file_of: GoldFileOf) -> None:
    """The message names both codebooks and the option that helps."""
    other = CodebookRef(name="stance", version="2", hash="0123456789abcdef")
    with pytest.raises(CodebookError, match=r"made under stance@2#0123456789abcdef, the codebook is cred") as caught:
        list(gold_file_of([replace(fire, codebook=other)]).records(book))
    assert "--codebook" in (caught.value.hint or "")


def test_gold_of_two_codebooks_is_refused(book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> None:
    """Gold under two codebooks is never one dataset, even if one of them is the right one."""
    other = CodebookRef(name="stance", version="2", hash="0123456789abcdef")
    with pytest.raises(CodebookError, match=r"stance@2#0123456789abcdef, the gold before it under credibility@"):
        list(gold_file_of([corpus[0], replace(corpus[1], codebook=other)]).records(book))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(StorageError, match=r"none\.jsonl: no such file"), gold_file(tmp_path / "none.jsonl"):
        pass
