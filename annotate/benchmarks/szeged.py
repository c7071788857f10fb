"""Szeged Uncertainty Corpus: sentences with typed uncertainty cues inline.

``<Document><DocID/><DocumentPart type><Sentence>… <ccue type="speculation_modal_probable_">may</ccue> …``. The four
types of cue are shortened to epistemic, doxastic, condition and investigation. A sentence with a cue is hedged.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotate.benchmarks.corpus import Corpus, Cue, Row, corpus
from annotate.errors import DataError
from annotate.files import opened

NAMES = ("plain", "hedged")
"""The labels of a sentence."""
KINDS = {
    "speculation_modal_probable": "epistemic",
    "speculation_hypo_doxastic": "doxastic",
    "speculation_hypo_condition": "condition",
    "speculation_hypo_investigation": "investigation",
}
"""Type in the file → type here."""
BESIDE = frozenset({"investigation", "condition"})
"""Types that the labels of CoNLL-2010 mostly leave out."""
TITLES = frozenset({"Title", "SectionTitle", "SubSectionTitle", "TableLegend", "FigureLegend"})


def read(path: Path, split: str) -> Corpus:
    """Return the corpus of a file; entities are not resolved and nothing is fetched.

    Raises:
        StorageError: it cannot be read.
        DataError: it is no such file.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with opened(path) as stream:
        try:
            root = etree.parse(stream, parser).getroot()
        except etree.XMLSyntaxError as error:
            message = f"not XML: {error}"
            raise DataError(message, where=str(path), hint="name the corpus's own file") from error
    return corpus(split, "hedged", NAMES, _rows(root, path.stem), str(path))


def _rows(root: Any, name: str) -> Iterator[Row]:
    for number, document in enumerate(root.iter("Document")):
        ident = f"{name}:{number}:{document.findtext('DocID', '').strip()}"
        for part in document.iter("DocumentPart"):
            for sentence in part.iter("Sentence"):
                text, cues = _read(sentence)
                yield Row(ident, text, NAMES[bool(cues)], cues, title=part.get("type") in TITLES)


def _read(sentence: Any) -> tuple[str, tuple[Cue, ...]]:
    """Return a sentence's text and its cues; of a cue within another the outer one ends later."""
    parts: list[str] = []
    cues: list[Cue] = []

    def walk(element: Any, at: int) -> int:
        start = at
        parts.append(element.text or "")
        at += len(parts[-1])
        for child in element:
            if isinstance(child.tag, str):  # a comment has a function for a tag, and no text
                at = walk(child, at)
            parts.append(child.tail or "")
            at += len(parts[-1])
        if element.tag == "ccue" and at > start:
            kind = (element.get("type") or "").strip(" _")
            cues.append(Cue(start, at, KINDS.get(kind, kind)))
        return at

    walk(sentence, 0)
    return "".join(parts), tuple(cues)


def without(corpus: Corpus, kinds: frozenset[str]) -> Corpus:
    """Return the same sentences, hedged where they carry a cue of another type than these."""
    return corpus.relabelled([int(any(cue.kind not in kinds for cue in cues)) for cues in corpus.cues])
