"""PolNeAR: political news with attributions: source, cue and content spans.

A folder with ``text/NAME.txt`` and ``attributions/NAME_ANNOTATOR.ann`` (brat standoff; a span may have several pieces). Of
an article with several annotators the first by name is read. Sentences are the toolkit's own; a sentence has an attribution
where a span of one overlaps it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotate.benchmarks.corpus import Corpus, Cue, Row, corpus, read_text
from annotate.corpus.sentences import sentences
from annotate.errors import DataError, RecordError
from annotate.records import Extent

NAMES = ("none", "attribution")
KINDS = {"Source": "source", "Cue": "cue", "Content": "content"}
"""Spans that are read; the others repeat the cue and say what kind of attribution it is."""
_NUMBERED = re.compile(r"T\d+\t")
_ENTITY = re.compile(r"T\d+\t(?P<kind>[\w-]+) (?P<pieces>\d+ \d+(?:;\d+ \d+)*)\t")


def read(folder: Path, split: str) -> Corpus:
    """Return the corpus of a folder.

    Raises:
        StorageError: a file cannot be read.
        DataError: it is no such folder.
    """
    chosen: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        chosen.setdefault(path.stem.rsplit("_", 1)[0], path)
    if not chosen:
        message = "no attributions/*.ann in it"
        raise DataError(message, where=str(folder), hint="name a folder of the corpus, such as polnear/dev")
    rows = (
        row for name, path in chosen.items() for row in _rows(name, read_text(folder / "text" / f"{name}.txt"), path)
    )
    return corpus(split, "attribution", NAMES, rows, str(folder))


def _rows(name: str, text: str, path: Path) -> Iterator[Row]:
    parts = sentences(text)
    cues: list[list[Cue]] = [[] for _ in parts]
    for number, cue in _within(parts, _spans(path, len(text))):
        cues[number].append(cue)
    for number, (part, found) in enumerate(zip(parts, cues, strict=True)):
        yield Row(name, part.of(text), NAMES[bool(found)], tuple(sorted(found)), title=number == 0)


def _spans(path: Path, length: int) -> Iterator[Cue]:
    """Yield a file's pieces of spans, offsets in the article."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not _NUMBERED.match(line):  # an event, a note, or the rest of a span's text that has line ends in it
            continue
        match = _ENTITY.match(line)
        if match is None:
            message = "not an entity in brat standoff"
            raise RecordError(message, where=f"{path}:{number}", hint="name the corpus's own files")
        if match["kind"] not in KINDS:
            continue
        for piece in match["pieces"].split(";"):
            start, end = map(int, piece.split())
            if not start < end <= length:
                message = f"span [{start}, {end}) is outside the text of {length} characters"
                raise RecordError(message, where=f"{path}:{number}", hint="name the article's own text")
            yield Cue(start, end, KINDS[match["kind"]])


def _within(parts: list[Extent], spans: Iterable[Cue]) -> Iterator[tuple[int, Cue]]:
    """Yield (sentence, its part of the span, offsets in the sentence) for every sentence that a span overlaps."""
    starts = [part.start for part in parts]
    for span in spans:
        for number in range(max(0, bisect_right(starts, span.start) - 1), len(parts)):
            part = parts[number]
            if part.start >= span.end:
                break
            start, end = max(span.start, part.start), min(span.end, part.end)
            if start < end:
                yield number, Cue(start - part.start, end - part.start, span.kind)
