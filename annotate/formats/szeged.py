"""XML of the Szeged uncertainty corpora: sentences with inline cues, by type (Vincze et al. 2008; Farkas et al. 2010)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from annotate.corpus.article import make_article
from annotate.corpus.text import remap
from annotate.errors import RecordError
from annotate.files import storage_error
from annotate.formats.marks import Marks
from annotate.records import Article, SetAside, Span

LAYER = "hedge"
TYPES = {
    "speculation_modal_probable": "epistemic",
    "speculation_hypo_investigation": "investigation",
    "speculation_hypo_doastic": "doxastic",
    "speculation_hypo_doxastic": "doxastic",
    "speculation_hypo_condition": "condition",
}
"""The corpora's cue types, as they spell them, → the codebook's hedge labels."""
LIMIT = 64 * 2**20
"""Largest file read, in bytes."""


def read(path: Path) -> Iterator[tuple[Article, Marks] | SetAside]:
    """Yield each document as an article, a sentence a line, with its cues; cues of an unknown type keep their own.

    Raises:
        StorageError: the file cannot be read.
        RecordError: it is too large, is not XML, or declares entities.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise storage_error(error, path) from error
    if len(data) > LIMIT or b"<!ENTITY" in data:
        raise RecordError(f"larger than {LIMIT:,} bytes, or with entities of its own", where=str(path))
    try:
        root = ET.fromstring(data)  # noqa: S314 - entity declarations were refused above
    except ET.ParseError as error:
        raise RecordError(f"not XML: {error}", where=str(path)) from error
    for number, document in enumerate(root.iter("Document"), 1):
        lines: list[str] = []
        cues: list[tuple[str, int, int]] = []
        position = 0
        for sentence in document.iter("Sentence"):
            line, found = _sentence(sentence)
            cues += [(kind, position + start, position + end) for kind, start, end in found]
            lines.append(line)
            position += len(line) + 1
        text = "\n".join(lines)
        if not text.strip():
            yield SetAside(reason="empty", where=f"{path}, document {number}", detail="there is no text in it")
            continue
        article = make_article(text, source=path.name)
        yield article, Marks(article.id, article.text, tuple(_spans(text, cues, article)))


def _sentence(element: ET.Element) -> tuple[str, list[tuple[str, int, int]]]:
    """Return a sentence's text on one line, and its cues in it; a cue may hold others."""
    pieces: list[str] = []
    cues: list[tuple[str, int, int]] = []

    def walk(node: ET.Element) -> None:
        start = sum(map(len, pieces))
        pieces.append((node.text or "").replace("\n", " "))
        for child in node:
            walk(child)
            pieces.append((child.tail or "").replace("\n", " "))
        if node.tag == "ccue":
            cues.append(((node.get("type") or "").strip(" _"), start, sum(map(len, pieces))))

    walk(element)
    return "".join(pieces), cues


def _spans(text: str, cues: list[tuple[str, int, int]], article: Article) -> Iterator[Span]:
    offsets = iter(remap(text, [offset for _, start, end in cues for offset in (start, end)]))
    lead = len(text) - len(text.lstrip())
    for number, (kind, start, end) in enumerate(((kind, next(offsets), next(offsets)) for kind, _, _ in cues), 1):
        covered = article.text[start - lead : end - lead]
        if covered.strip():
            first = start - lead + len(covered) - len(covered.lstrip())
            last = end - lead - (len(covered) - len(covered.rstrip()))
            label = TYPES.get(kind.strip(" _"), kind)
            yield Span(id=f"h{number}", layer=LAYER, label=label, start=first, end=last, text=article.text[first:last])
