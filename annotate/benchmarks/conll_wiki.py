"""CoNLL-2010, task 1, Wikipedia: is the sentence uncertain (weasel words)?

One JSON object a line: ``doc_id``, ``part`` (Title or Text), ``text``, ``conll_label`` (1, 0, or null where the official
label was not found). Sentences stand in the order of their documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from annotate.benchmarks.corpus import Corpus, Row, corpus
from annotate.errors import DataError, RecordError
from annotate.files import lines
from annotate.records import SetAside

NAMES = ("certain", "uncertain")
"""The labels, by the number that the file gives them."""


class _Line(msgspec.Struct):
    doc_id: str
    part: str
    text: str
    conll_label: int | None


def read(path: Path, split: str) -> Corpus:
    """Return the corpus of a file.

    Raises:
        StorageError: it cannot be read.
        DataError: it is no such file.
    """
    return corpus(split, "uncertain", NAMES, _rows(path), str(path))


def _rows(path: Path) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(_Line)
    for number, line in lines(path):
        where = f"{path}:{number}"
        if isinstance(line, SetAside):
            raise DataError(line.detail, where=line.where)
        if not line.strip():
            continue
        try:
            record = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            message = f"not a line of this corpus: {error}"
            raise RecordError(message, where=where, hint="name the corpus's own file") from error
        if record.conll_label not in {None, 0, 1}:
            message = f"conll_label is {record.conll_label}, not 0, 1 or null"
            raise RecordError(message, where=where, hint="name the corpus's own file")
        label = None if record.conll_label is None else NAMES[record.conll_label]
        yield Row(record.doc_id, record.text, label, title=record.part == "Title")
