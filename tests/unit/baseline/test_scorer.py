"""Flags: which sentences, why, and where."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from annotate.baseline.scorer import Model
from annotate.baseline.train import train
from annotate.records import Article, Extent, Flag, Segment, SegmentKind, article_id

FIRST = "The harbour 🕊 reportedly lost approximately forty windows."
SECOND = "The owner of the harbour denied that it had leaked."
THIRD = "Nobody at the harbour wanted to answer."
PROMO = "Also read: the mill may close"


def article(*parts: tuple[str, SegmentKind]) -> Article:
    """Return an article of one-sentence segments on lines of their own."""
    text = "\n".join(part for part, _ in parts)
    segments, sentences, at = [], [], 0
    for part, kind in parts:
        segments.append(Segment(start=at, end=at + len(part), kind=kind))
        sentences.append(Extent(start=at, end=at + len(part)))
        at += len(part) + 1
    return Article(id=article_id(text), text=text, segments=tuple(segments), sentences=tuple(sentences))


@pytest.fixture(scope="module")
def flags(model: Model) -> list[Flag]:
    """What is said of three sentences and a promo line between them."""
    body = SegmentKind.BODY
    return list(model.flags(article((FIRST, body), (PROMO, SegmentKind.PROMO), (SECOND, body), (THIRD, body))))


def test_one_flag_a_read_sentence_in_text_order(flags: list[Flag]) -> None:
    """The promo line is not read."""
    assert [flag.text for flag in flags] == [FIRST, SECOND, THIRD]


def test_offsets_count_code_points_in_the_article(flags: list[Flag]) -> None:
    """Also after an emoji and after a line that is not read; cues too."""
    text = f"{FIRST}\n{PROMO}\n{SECOND}\n{THIRD}"
    for flag in flags:
        assert text[flag.start : flag.end] == flag.text
        for cue in flag.hedges:
            assert text[cue.start : cue.end] == cue.text
    assert [(cue.text, cue.type) for cue in flags[0].hedges] == [
        ("reportedly", "evidential"),
        ("approximately", "approximator"),
    ]


def test_flags_come_with_their_reasons(flags: list[Flag]) -> None:
    """Hedged, disputed, and neither."""
    assert [(flag.flagged, flag.reasons) for flag in flags] == [(True, ("hedged",)), (True, ("disputed",)), (False, ())]


def test_probabilities_are_of_every_target_and_sum_to_1(flags: list[Flag]) -> None:
    """Learnt and derived ones alike."""
    for flag in flags:
        assert set(flag.probabilities) == {"status", "hedged", "flagged"}
        for values in flag.probabilities.values():
            assert sum(values.values()) == pytest.approx(1, abs=1e-5)


def test_terms_are_words_of_the_sentence_that_spoke_for_the_reason(flags: list[Flag]) -> None:
    """At most five; none where nothing is flagged."""
    for flag in flags[:2]:
        assert 0 < len(flag.terms) <= 5
        assert all(term in flag.text.lower() for term in flag.terms)
    assert "denied" in flags[1].terms
    assert flags[1].terms["denied"] > 0
    assert flags[2].terms == {}


@pytest.mark.parametrize("text", ["", "🕊", "… — 12.5 %", "漢字だけ。", "x" * 1_000_000])
def test_odd_sentences_are_judged_like_any_other(model: Model, text: str) -> None:
    """No letters, other scripts, a megabyte: each is one flag record with finite probabilities, an empty text is none."""
    found = list(model.flags(article((text, SegmentKind.BODY)) if text else Article(id=article_id(""), text="")))
    assert len(found) == bool(text)
    for flag in found:
        assert all(0 <= p <= 1 for values in flag.probabilities.values() for p in values.values())


def test_a_codebook_of_whole_articles_flags_articles(model: Model) -> None:
    """One item spans the text."""
    book = replace(model.book, item="article")
    whole = Model(model.name, model.info, model.predictor, book, model._patterns)
    one = article((FIRST, SegmentKind.BODY), (THIRD, SegmentKind.BODY))
    found = list(whole.flags(one))
    assert [(flag.start, flag.end) for flag in found] == [(0, len(one.text))]
    assert list(whole.flags(Article(id=article_id(""), text=""))) == []


def test_a_model_without_patterns_suggests_nothing(model: Model) -> None:
    """Candidates come from patterns."""
    bare = Model(model.name, model.info, model.predictor, model.book, None)
    assert bare.suggest(article((FIRST, SegmentKind.BODY))).spans == ()


def test_another_codebook_needs_no_other_code(
    write_release: Callable[..., Path], row: Callable[..., Any], tmp_path: Path
) -> None:
    """A label set with one learnt target of three labels and no rules trains, loads and judges."""
    (tmp_path / "tone").mkdir()
    (tmp_path / "tone" / "codebook.toml").write_text(
        """
name = "tone"
version = "1"
title = "Tone 🕊"
read = ["body"]
[[layer]]
name = "tone"
title = "Tone"
definition = "How it sounds."
[[layer.label]]
name = "warm"
definition = "Kind."
question = "Is it kind?"
color = "#882255"
[[layer.label]]
name = "cold"
definition = "Unkind."
question = "Is it unkind?"
color = "#332288"
[[target]]
name = "sound"
title = "Tone of the sentence"
labels = ["plain", "warm", "cold"]
default = "plain"
[[target.rule]]
label = "warm"
has = ["tone.warm"]
[[target.rule]]
label = "cold"
has = ["tone.cold"]
"""
    )
    from annotate.codebook import load

    book = load(str(tmp_path / "tone"))
    texts = (("We are glad to see them here.", "warm"), ("Get out of here at once.", "cold"), ("It is here.", "plain"))
    rows = [row(f"a{n}", text)._replace(votes={"sound": (label,)}) for n in range(4) for text, label in texts]
    release = write_release(tmp_path / "release", under=book, train=rows)
    train(release, tmp_path / "model", codebook_name=str(tmp_path / "tone"))
    shutil.rmtree(tmp_path / "tone")
    found = Model.load(tmp_path / "model")
    judged = found.judge([text for text, _ in texts], [[], [], []])
    assert [judgement.labels["sound"] for judgement in judged] == ["warm", "cold", "plain"]
    assert all(judgement.reasons == () for judgement in judged)


SCORE = """
import sys
sys.argv = ["annotate", "flag", {model!r}, {text!r}, "-o", {output!r}]
from annotate.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(set(sys.modules) & {heavy!r}))
"""


def test_flagging_loads_neither_scikit_learn_nor_pandas(model_folder: Path, tmp_path: Path) -> None:
    """After a whole `annotate flag`, the process has met none of the heavy libraries."""
    heavy = {"sklearn", "pandas", "scipy", "datasets", "pyarrow", "matplotlib", "label_studio_sdk", "trafilatura"}
    (tmp_path / "a.txt").write_text(f"{FIRST}\n\n{SECOND}\n", encoding="utf-8")
    code = SCORE.format(
        model=str(model_folder), text=str(tmp_path / "a.txt"), output=str(tmp_path / "flags.jsonl"), heavy=heavy
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
    assert "reportedly" in (tmp_path / "flags.jsonl").read_text()
