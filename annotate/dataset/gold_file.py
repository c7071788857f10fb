"""The gold file, proved against its codebook, to be read twice."""

from __future__ import annotations

import contextlib
import hashlib
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from annotate.codebook import Codebook
from annotate.errors import CodebookError, RecordError
from annotate.files import STDIO, opened, read, storage_error
from annotate.records import CodebookRef, Gold, SetAside, Target

_BLOCK = 2**20
_TOLERANCE = 1e-6
"""How far the shares of a soft label may be from summing to 1."""


@dataclass(frozen=True)
class GoldFile:
    """A gold file on disk.

    Attributes:
        path: where its bytes are.
        name: the path that the user gave, ``-`` for standard input.
        sha256: hash of its bytes.
    """

    path: Path
    name: Path
    sha256: str

    def records(self, book: Codebook) -> Iterator[Gold | SetAside]:
        """Yield the golds that agree with themselves and with the codebook, the others as a `SetAside`.

        Set aside are lines that :func:`annotate.files.read` cannot use, golds with labels that the codebook has not
        (``unknown_label``), with votes, spans or links that contradict one another (``record``), and articles that
        come again (``duplicate_article``).

        Raises:
            CodebookError: gold was made under another codebook, or under two.
            StorageError: the file cannot be read.
        """
        first: CodebookRef | None = None
        seen: set[str] = set()
        for record in read(self.path, Gold):
            if isinstance(record, SetAside):
                where = record.where.replace(str(self.path), str(self.name), 1)
                yield msgspec.structs.replace(record, where=where)
                continue
            where = f"article {record.article.id}"
            first = first or record.codebook
            _check_codebook(record.codebook, first, book.ref, where)
            if record.article.id in seen:
                yield SetAside(reason="duplicate_article", where=where, detail="this article comes twice")
                continue
            try:
                _check_targets(record, book)
                _check_spans(record, book)
            except CodebookError as error:
                yield SetAside(reason="unknown_label", where=where, detail=str(error))
            except RecordError as error:
                yield SetAside(reason="record", where=where, detail=str(error))
            else:
                seen.add(record.article.id)
                yield record


@contextlib.contextmanager
def gold_file(path: Path) -> Iterator[GoldFile]:
    """Give a gold file that can be read twice; standard input (``-``) is kept in a temporary file meanwhile.

    Raises:
        StorageError: it cannot be read, or standard input does not fit on the disk.
    """
    digest = hashlib.sha256()
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(opened(path))
        kept = path
        if path == STDIO:
            try:
                spool = stack.enter_context(tempfile.NamedTemporaryFile(suffix=".jsonl"))
                while block := source.read(_BLOCK):
                    spool.write(block)
                spool.flush()
            except OSError as error:
                raise storage_error(error, Path(tempfile.gettempdir())) from error
            kept = Path(spool.name)
            source = stack.enter_context(opened(kept))
        while block := source.read(_BLOCK):
            digest.update(block)
        yield GoldFile(kept, path, digest.hexdigest())


def _check_codebook(made: CodebookRef, first: CodebookRef, wanted: CodebookRef, where: str) -> None:
    if made.hash != first.hash:
        message = f"gold was made under {_named(made)}, the gold before it under {_named(first)}"
        hint = "build one dataset from gold under one codebook; run `annotate gold` again on all annotations"
        raise CodebookError(message, where=where, hint=hint)
    if made.hash != wanted.hash:
        message = f"gold was made under {_named(made)}, the codebook is {_named(wanted)}"
        raise CodebookError(message, where=where, hint="name the gold's codebook with --codebook")


def _named(ref: CodebookRef) -> str:
    return f"{ref.name}@{ref.version}#{ref.hash}"


def _check_targets(gold: Gold, book: Codebook) -> None:
    wanted = book.targets()
    for item in gold.sentences:
        if absent := [name for name in wanted if name not in item.targets]:
            message = f"item [{item.start}, {item.end}) has no target {absent[0]!r}"
            raise RecordError(message)
        for name, target in item.targets.items():
            if name not in wanted:
                message = f"codebook {book.name!r} has no target {name!r}"
                raise CodebookError(message)
            named = {*target.votes.values(), *target.soft, *([target.label] if target.label is not None else [])}
            if strange := named - set(wanted[name].labels):
                message = f"codebook {book.name!r}: target {name!r} has no label {min(strange)!r}"
                raise CodebookError(message)
            _check_target(target, f"item [{item.start}, {item.end}), target {name!r}")


def _check_target(target: Target, where: str) -> None:
    if target.contested != (target.label is None):
        message = f"{where}: label {target.label!r} and contested = {target.contested} contradict each other"
        raise RecordError(message)
    if min(target.soft.values(), default=-1) < 0 or not math.isclose(sum(target.soft.values()), 1, abs_tol=_TOLERANCE):
        message = f"{where}: the soft label is {target.soft}, not shares that sum to 1"
        raise RecordError(message)


def _check_spans(gold: Gold, book: Codebook) -> None:
    for span in gold.spans:
        if span.label not in book.labels(span.layer):
            message = f"span {span.id!r}: codebook {book.name!r} has no label {span.layer}.{span.label}"
            raise CodebookError(message)
    ids = {span.id for span in gold.spans}
    if len(ids) < len(gold.spans):
        message = "two of its spans have the same id"
        raise RecordError(message)
    for link in gold.links:
        if not {link.from_, link.to} <= ids:
            message = f"a link goes from {link.from_!r} to {link.to!r}, and it has no such spans"
            raise RecordError(message)
