"""Small corpora of the project's own writing, in the forms of the public ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HEDGES = (
    "The bridge at Orrin may close in spring",
    "Some critics consider the plan for Orrin weak",
    "It is possible that the ferry sank near Velm",
    "Perhaps the dam at Velm was built too fast",
)
PLAIN = (
    "The bridge at Orrin opened in spring",
    "The council of Velm voted for the plan",
    "The ferry left the harbour of Velm at noon",
    "The dam at Orrin is forty metres high",
)


def sentence(number: int) -> tuple[str, bool]:
    """Return the sentence of that number, each one different, and whether it is hedged: a third are."""
    hedged = number % 3 == 0
    return f"{(HEDGES if hedged else PLAIN)[number % 4]}, says note {number} 🕊.", hedged


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of corpora, as `--data` takes it."""
    folder = tmp_path / "data"
    conll(folder / "conll2010-wiki" / "train.jsonl", range(120))
    for name, numbers in (
        ("wiki-train", range(120)),
        ("bio-hbc", range(120, 150)),
        ("bio-fly", range(150, 160)),
        ("bio-bmc", range(160, 170)),
    ):
        szeged(folder / "szeged" / f"{name}.xml", numbers)
    claims(folder / "claimbuster" / "crowdsourced.csv", range(150))
    subjective(folder / "newssd" / "train.csv", range(120))
    subjective(folder / "newssd" / "val.csv", range(120, 160))
    for name, numbers in (("train", range(24)), ("dev", range(24, 30))):
        for number in numbers:
            attributed(folder / "polnear" / name, number)
    return folder


def written(path: Path, text: str) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def conll(path: Path, numbers: range) -> Path:
    """Write sentences as the Wikipedia file has them: documents of five, the first a title, one without a label."""
    lines = []
    for number in numbers:
        text, hedged = sentence(number)
        title = number % 5 == 0
        label = 0 if title else None if number % 10 == 7 else int(hedged)
        part, text = ("Title", f"Note {number}") if title else ("Text", text)
        line = {"doc_id": f"d{number // 5}", "part": part, "text": text, "conll_label": label, "szeged_cues": []}
        lines.append(json.dumps(line, ensure_ascii=False))
    return written(path, "\n".join(lines) + "\n")


def szeged(path: Path, numbers: range) -> Path:
    """Write sentences with typed cues inline, documents of five."""
    kinds = ("modal_probable_", "hypo_doxastic _", "hypo_investigation _", "hypo_condition _")
    marks = ("may", "consider", "possible", "Perhaps")
    documents: dict[int, list[str]] = {}
    for number in numbers:
        text, hedged = sentence(number)
        if hedged:
            word, kind = marks[number % 4], kinds[number % 4]
            text = text.replace(word, f'<ccue type="speculation_{kind}">{word}</ccue>', 1)
        documents.setdefault(number // 5, []).append(f'<Sentence id="S{number}">{text}</Sentence>')
    body = "".join(
        f'<Document type="unknown"><DocID type="unknown">{number}</DocID><DocumentPart type="Title"><Sentence id="T">'
        f'Note</Sentence></DocumentPart><DocumentPart type="Text">{"".join(found)}</DocumentPart></Document>'
        for number, found in documents.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE Annotation PUBLIC "-//U//DTD//EN" "Uncertainty.dtd">\n'
    return written(path, f"{head}<Annotation><DocumentSet>{body}</DocumentSet></Annotation>")


def claims(path: Path, numbers: range) -> Path:
    """Write sentences of ten debates, their lines in no order."""
    said = ("I thank you all, friend", "We met on a Monday, number", "Taxes rose by nine percent in year")
    rows = ["Sentence_id,Text,Speaker,Speaker_title,Speaker_party,File_id,Length,Line_number,Sentiment,Verdict"]
    for number in reversed(numbers):
        verdict = number % 3 - 1
        text = f'"{said[verdict + 1]} {number}."'
        rows.append(f"{number},{text},Ada,Mayor,NONE,debate{number % 10}.txt,5,{number},0.0,{verdict}")
    return written(path, "\n".join(rows) + "\n")


def subjective(path: Path, numbers: range) -> Path:
    """Write sentences that are subjective where they are hedged elsewhere; a line end inside, as the file has them."""
    rows = ["Sentence,Label,Solved conflict"]
    for number in numbers:
        text, hedged = sentence(number)
        rows.append(f'"{text}\n",{"SUBJ" if hedged else "OBJ"},False')
    return written(path, "\n".join(rows) + "\n")


def attributed(folder: Path, number: int) -> None:
    """Write one article: a title, a sentence without an attribution, one with a quotation in two pieces, one with a cue."""
    text = (
        f"Dam {number} opens 🕊\n\n"
        f"The dam at Velm has {number} gates.\n\n"
        f"“It holds,” engineer Kyra said, “and it will hold in year {number}.” "
        "Mayor Boe told reporters that the gates were late.\n"
    )

    def span(words: str) -> str:
        start = text.index(words)
        return f"{start} {start + len(words)}"

    quote = f"{span('“It holds,”')};{span(f'“and it will hold in year {number}.”')}"
    lines = [
        f"T1\tSource {span('engineer Kyra')}\tengineer Kyra",
        f"T2\tCue {span('said')}\tsaid",
        f"T3\tContent {quote}\t…",
        f"T4\tAttribution {span('said')}\tsaid",
        "E1\tAttribution:T4 Source:T1 Cue:T2 Content:T3",
        f"T5\tSource {span('Mayor Boe')}\tMayor Boe",
        f"T6\tCue {span('told reporters')}\ttold reporters",
        f"T7\tContent {span('that the gates were late')}\tthat the gates",
        "The rest of a span's text may stand on a line of its own",
        "",
    ]
    written(folder / "text" / f"paper_{number}.txt", text)
    written(folder / "attributions" / f"paper_{number}_ab12.ann", "\n".join(lines))
    written(folder / "attributions" / f"paper_{number}_zz99.ann", "")
