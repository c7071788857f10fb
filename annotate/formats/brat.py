"""brat standoff (https://brat.nlplab.org/standoff.html): a folder with a .txt and a .ann file an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotate.errors import DataError
from annotate.files import storage_error
from annotate.formats.marks import Marks, parted
from annotate.records import Link, SetAside, Span

JOINT = "-"
"""Between layer and label: brat's types have letters, digits, hyphens and underscores."""

_ENTITY = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_RELATION = re.compile(r"R\S+\t(\S+) \S+:(T\S+) \S+:(T\S+)\s*")
_ATTRIBUTE = re.compile(r"[AM]\S+\t(\S+) (\S+)(?: (.*))?")


def files(marked: Iterable[Marks]) -> Iterator[tuple[str, str]]:
    """Yield (name, content) of every file: a .txt and a .ann for each article."""
    for marks in marked:
        yield f"{marks.article_id}.txt", marks.text
        yield f"{marks.article_id}.ann", "".join(f"{line}\n" for line in _lines(marks))


def _lines(marks: Marks) -> Iterator[str]:
    names = {span.id: f"T{number}" for number, span in enumerate(marks.spans, 1)}
    for span in marks.spans:
        # a line break inside a span makes two fragments, since an annotation is one line
        pieces = [(m.start() + span.start, m.end() + span.start) for m in re.finditer(r"[^\n]+", span.text)]
        places = ";".join(f"{start} {end}" for start, end in pieces)
        words = " ".join(marks.text[start:end] for start, end in pieces)
        yield f"{names[span.id]}\t{span.layer}{JOINT}{span.label} {places}\t{words}"
    based = [span for span in marks.spans if span.basis is not None]
    for number, span in enumerate(based, 1):
        yield f"A{number}\tbasis {names[span.id]} {span.basis}"
    for number, link in enumerate(marks.links, 1):
        yield f"R{number}\t{link.type} Arg1:{names[link.from_]} Arg2:{names[link.to]}"


def read(folder: Path) -> Iterator[Marks | SetAside]:
    """Yield the marks of every .ann file beside a .txt file, named by the text's file; events and notes are set aside.

    A span in fragments runs from its first character to its last.

    Raises:
        DataError: the folder holds no .ann file.
        StorageError: a file cannot be read.
    """
    found = sorted(folder.glob("*.ann"))
    if not found:
        raise DataError("no .ann file", where=str(folder), hint="name the folder that brat keeps its documents in")
    for path in found:
        text_path = path.with_suffix(".txt")
        try:
            with text_path.open(encoding="utf-8", newline="") as stream:
                text = stream.read()
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            yield SetAside(reason="not_utf8", where=str(path), detail="it, or its text, is not UTF-8")
            continue
        except OSError as error:
            raise storage_error(error, text_path if not text_path.exists() else path) from error
        yield from _document(path.stem, text, lines, str(path))


def _document(name: str, text: str, lines: list[str], where: str) -> Iterator[Marks | SetAside]:
    spans: dict[str, Span] = {}
    links: list[Link] = []
    basis: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if entity := _ENTITY.fullmatch(line):
            places = [int(offset) for offset in re.findall(r"\d+", entity[3])]
            start, end = min(places), max(places)
            layer, label = parted(entity[2], JOINT)
            spans[entity[1]] = Span(id=entity[1], layer=layer, label=label, start=start, end=end, text=text[start:end])
            if " ".join(entity[4].split()) != " ".join(" ".join(_pieces(text, entity[3])).split()):
                detail = f"{entity[1]} reads {text[start:end][:60]!r}, the file says {entity[4][:60]!r}"
                del spans[entity[1]]
                yield SetAside(reason="span", where=f"{where}:{number}", detail=detail)
        elif relation := _RELATION.fullmatch(line):
            links.append(Link(type=relation[1], from_=relation[2], to=relation[3]))
        elif (attribute := _ATTRIBUTE.fullmatch(line)) and attribute[1] == "basis":
            basis[attribute[2]] = attribute[3] or ""
        elif line.strip():
            yield SetAside(
                reason="unknown_line", where=f"{where}:{number}", detail=f"not a span, link or basis: {line[:60]!r}"
            )
    whole = tuple(
        Span(id=s.id, layer=s.layer, label=s.label, start=s.start, end=s.end, text=s.text, basis=basis.get(s.id))
        for s in sorted(spans.values(), key=lambda span: (span.start, span.end))
    )
    kept = tuple(link for link in links if {link.from_, link.to} <= spans.keys())
    yield Marks(name, text, whole, kept)


def _pieces(text: str, places: str) -> Iterator[str]:
    for place in places.split(";"):
        start, end = place.split()
        yield text[int(start) : int(end)]
