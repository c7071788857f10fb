"""NewsSD-ENG: is a sentence of a news article subjective or objective?

A CSV file with ``Sentence`` and ``Label`` (SUBJ or OBJ). The file names no articles, but sentences of one stand together,
so that runs of neighbouring rows take the place of documents: folds are made of them, and resamples.
"""

from __future__ import annotations

from pathlib import Path

from annotate.benchmarks.claimbuster import table
from annotate.benchmarks.corpus import Corpus, Row, corpus

NAMES = ("OBJ", "SUBJ")
RUN = 15
"""Rows in a run."""


def read(path: Path, split: str) -> Corpus:
    """Return the corpus of a file.

    Raises:
        StorageError: it cannot be read.
        DataError: it is no such file.
    """
    rows = (
        Row(f"{path.stem}:{number // RUN}", record["Sentence"].strip(), record["Label"].strip())
        for number, (_, record) in enumerate(table(path, ("Sentence", "Label")))
    )
    return corpus(split, "subjective", NAMES, rows, str(path))
