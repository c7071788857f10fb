"""Adapters: the original files of each corpus, in small, become the sentences, labels and spans that they hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.benchmarks import claimbuster, conll_wiki, newssd, polnear, szeged
from annotate.benchmarks.corpus import Row, corpus, joined
from annotate.errors import DataError, RecordError, StorageError


def write(path: Path, text: str) -> Path:
    """Write a file as UTF-8."""
    path.write_text(text, encoding="utf-8")
    return path


def test_conll_keeps_titles_and_sentences_without_a_label(data: Path) -> None:
    """Labels are 0, 1 or none, titles are marked, and sentences stay in their documents' order."""
    found = conll_wiki.read(data / "conll2010-wiki" / "train.jsonl", "train")
    assert len(found) == 120
    assert found.labels.names == ("certain", "uncertain")
    assert found.items.n_articles == 24
    assert found.gold[7] == -1
    assert found.labels.votes[7].tolist() == [0, 0]
    assert found.titles[5]
    assert not found.titles[6]
    assert found.gold[6] == 1
    assert found.items.texts[6].endswith("🕊.")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"doc_id": "d", "part": "Text", "text": "x"}', "conll_label"),
        ('{"doc_id": "d", "part": "Text", "text": "x", "conll_label": 2}', "not 0, 1 or null"),
        ("no JSON", "not a line of this corpus"),
        ("", "no sentence"),
    ],
)
def test_conll_says_what_is_wrong(tmp_path: Path, line: str, says: str) -> None:
    """A line of another kind, and an empty file, are errors that name the place."""
    path = write(tmp_path / "x.jsonl", line + "\n")
    with pytest.raises(DataError, match=says) as error:
        conll_wiki.read(path, "train")
    assert str(path) in str(error.value)


def test_szeged_reads_typed_cues_inline(data: Path) -> None:
    """A sentence's text has no tags, and its cues stand where the tags stood, with their type."""
    found = szeged.read(data / "szeged" / "wiki-train.xml", "train")
    text = found.items.texts[1]
    assert text.startswith("The bridge at Orrin may close")
    (cue,) = found.cues[1]
    assert (text[cue.start : cue.end], cue.kind) == ("may", "epistemic")
    assert found.gold[1] == 1
    assert found.gold[2] == 0
    assert found.titles[0]
    assert {cue.kind for cues in found.cues for cue in cues} == {"epistemic", "doxastic", "investigation", "condition"}


def test_szeged_without_kinds_relabels(data: Path) -> None:
    """A sentence whose only cue is of a type that is left out is not hedged any more; its cues stay."""
    found = szeged.read(data / "szeged" / "wiki-train.xml", "train")
    core = szeged.without(found, szeged.BESIDE).named("core")
    changed = np.flatnonzero(found.gold != core.gold)
    assert len(changed)
    assert all(cue.kind in szeged.BESIDE for row in changed for cue in found.cues[row])
    assert core.cues == found.cues
    assert core.target == "core"


def test_szeged_resolves_no_entity_and_nests(tmp_path: Path) -> None:
    """A file cannot make the reader open another one, and a cue within a cue has its own offsets."""
    secret = write(tmp_path / "secret", "hidden")
    path = write(
        tmp_path / "x.xml",
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret}">]><a><Document><DocumentPart><Sentence>A &e;<ccue type="other">b '
        '<ccue type="speculation_hypo_doxastic _">c</ccue></ccue><ccue type="other"/><!-- d --> 🕊</Sentence>'
        "</DocumentPart></Document></a>",
    )
    found = szeged.read(path, "test")
    text = found.items.texts[0]
    assert "hidden" not in text
    assert text.endswith(" 🕊")
    assert [(text[cue.start : cue.end], cue.kind) for cue in found.cues[0]] == [("c", "doxastic"), ("b c", "other")]
    with pytest.raises(DataError, match="not XML"):
        szeged.read(secret, "test")


def test_claimbuster_sorts_each_debate_and_knows_no_speaker(data: Path) -> None:
    """Lines of a debate come in their order, with the verdict as label; who speaks is in no text."""
    found = claimbuster.read(data / "claimbuster" / "crowdsourced.csv", "train")
    assert found.labels.names == ("non-factual", "unimportant", "check-worthy")
    assert found.items.n_articles == 10
    first = [
        text for text, debate in zip(found.items.texts, found.items.articles, strict=True) if debate == "debate0.txt"
    ]
    assert [int(text.split()[-1].rstrip(".")) for text in first] == list(range(0, 150, 10))
    assert found.gold[0] == 0
    assert not any("Ada" in text for text in found.items.texts)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Text,File_id\nx,d\n", "no column Line_number, Verdict"),
        ("Text,File_id,Line_number,Verdict\nx,d,one,1\n", "no number"),
        ("Text,File_id,Line_number,Verdict\nx,d,1,7\n", "not -1, 0 or 1"),
        ("Text,File_id,Line_number,Verdict\nx,d\n", "fewer fields"),
        ("Text,File_id,Line_number,Verdict\n", "no sentence"),
    ],
)
def test_claimbuster_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    """A missing column, a bad number or label, a short row and an empty file are errors that name the file."""
    with pytest.raises(DataError, match=says):
        claimbuster.read(write(tmp_path / "x.csv", text), "train")


def test_newssd_strips_line_ends_and_makes_runs(data: Path) -> None:
    """Sentences lose the line end inside their field; fifteen neighbouring rows stand for a document."""
    found = newssd.read(data / "newssd" / "train.csv", "train")
    assert found.labels.names == ("OBJ", "SUBJ")
    assert found.items.texts[0] == "The bridge at Orrin may close in spring, says note 0 🕊."
    assert found.gold[:4].tolist() == [1, 0, 0, 1]
    assert found.items.articles[14] != found.items.articles[15]
    with pytest.raises(DataError, match="MAYBE"):
        newssd.read(write(data / "x.csv", "Sentence,Label\nx,MAYBE\n"), "test")


def test_polnear_cuts_spans_by_sentence(data: Path) -> None:
    """Pieces of a span come in the sentences that they stand in; the first annotator by name is read."""
    found = polnear.read(data / "polnear" / "dev", "test")
    rows = [row for row, name in enumerate(found.items.articles) if name == "paper_24"]
    spans = [(found.items.texts[row][cue.start : cue.end], cue.kind) for row in rows for cue in sorted(found.cues[row])]
    assert ("“It holds,”", "content") in spans
    assert ("“and it will hold in year 24.”", "content") in spans
    assert ("told reporters", "cue") in spans
    assert ("Mayor Boe", "source") in spans
    assert len(spans) == 7
    assert {found.items.texts[row] for row in rows if found.gold[row] == 0} == {
        "Dam 24 opens 🕊",
        "The dam at Velm has 24 gates.",
    }


def test_polnear_says_what_is_wrong(data: Path, tmp_path: Path) -> None:
    """A folder without annotations, a span outside the text, a broken line and a missing text are errors."""
    with pytest.raises(DataError, match=r"no attributions"):
        polnear.read(tmp_path, "train")
    path = data / "polnear" / "dev" / "attributions" / "paper_24_ab12.ann"
    for line, says in (("T1\tCue 5 9999\tx", "outside the text"), ("T1\tCue five\tx", "brat standoff")):
        path.write_text(line + "\n", encoding="utf-8")
        with pytest.raises(RecordError, match=says):
            polnear.read(data / "polnear" / "dev", "test")
    (data / "polnear" / "dev" / "text" / "paper_24.txt").unlink()
    with pytest.raises(StorageError):
        polnear.read(data / "polnear" / "dev", "test")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are an error with the file's name, never other letters."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"Sentence,Label\nna\xefve,OBJ\n")
    with pytest.raises(DataError, match="not UTF-8 at byte 17"):
        newssd.read(path, "train")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=9)), min_size=1, max_size=12))
def test_offsets_find_the_sentences_again(rows: list[tuple[str, str]]) -> None:
    """Each document's sentences joined by newlines hold every sentence at its offsets, emoji included."""
    made = corpus("train", "t", ("no", "yes"), [Row(name, text, "yes") for name, text in rows], "here")
    for name in set(made.items.articles):
        whole = "\n".join(text for document, text in rows if document == name)
        for row, article in enumerate(made.items.articles):
            if article == name:
                assert whole[made.items.starts[row] : made.items.ends[row]] == made.items.texts[row]


def test_corpora_are_joined_in_order(data: Path) -> None:
    """Joined corpora keep sentences, labels and spans side by side."""
    parts = [szeged.read(data / "szeged" / f"{name}.xml", "train") for name in ("bio-hbc", "bio-fly")]
    both = joined(parts)
    assert len(both) == len(parts[0]) + len(parts[1])
    assert both.gold.tolist() == [*parts[0].gold, *parts[1].gold]
    assert both.cues[len(parts[0]) :] == parts[1].cues
    assert both.items.n_articles == parts[0].items.n_articles + parts[1].items.n_articles


def test_the_real_files_have_the_published_counts(shared: Path) -> None:
    """On the real corpora the adapters find the numbers of sentences and labels that are known of them."""
    assert np.bincount(conll_wiki.read(shared / "conll2010-wiki" / "train.jsonl", "t").gold + 1).tolist() == [
        1242,
        7576,
        2300,
    ]
    wiki = szeged.read(shared / "szeged" / "wiki-train.xml", "t")
    assert (len(wiki), wiki.items.n_articles, int(wiki.gold.sum())) == (11118, 2185, 1800)
    debates = claimbuster.read(shared / "claimbuster" / "crowdsourced.csv", "t")
    assert (np.bincount(debates.gold).tolist(), debates.items.n_articles) == ([14685, 2403, 5413], 33)
    assert np.bincount(newssd.read(shared / "newssd" / "val.csv", "t").gold).tolist() == [45, 54]
    dev = polnear.read(shared / "polnear" / "dev", "t")
    assert dev.items.n_articles == 84
    assert 0.65 < dev.gold.mean() < 0.75
