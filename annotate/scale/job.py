"""One description of a job, its splits, and what each leaves behind, whatever drives it: processes here, or Daft.

A split of the inputs gives one part of the output, named by the hash of the job and of the split. A part appears whole,
its receipt after it, and a split whose receipt is there is passed over: doing a split twice changes nothing, and a run
that was killed goes on where it stood.

::

    Job ──splits──▶ Split ──done──▶ part-<hash>.jsonl, part-<hash>.receipt.json
                                    job.json: the parts in the order of the inputs, when all are there
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Protocol

import msgspec

from annotate.corpus.drafts import Draft, Page
from annotate.corpus.places import Place, places
from annotate.corpus.readers import read_stream
from annotate.errors import AnnotateError, DataError, ModelError, StorageError, UsageError
from annotate.files import opened, replacing, storage_error
from annotate.records import KEPT_ASIDE, Record, SetAside
from annotate.scale.batch import Work, batches

SPLIT_BYTES = 16 * 2**20
"""Small files are put together until they hold as many bytes; a Parquet file is divided after as many."""

SPLIT_FILES = 500
"""Or until they are as many."""

ROUNDS = 3
"""How often a split is tried; the last time alone, so that one that ends its process takes no other with it."""

MANIFEST, RECEIPT = "job.json", ".receipt.json"
"""The list of all parts, and what a receipt's name ends with."""
PARQUET = ".parquet"

_ENCODER = msgspec.json.Encoder(order="deterministic")
_REMOTE = re.compile(r"^([a-z][a-z0-9+]*):/{1,2}(?=[^/])")


class File(Record, frozen=True, kw_only=True):
    """An input file.

    Attributes:
        path: a path, or an address such as ``s3://bucket/name``.
        size: its bytes.
        stamp: changes when the file does: its time of change, where the store tells one.
        named: the caller named it; a file found in a folder is not.
    """

    path: str
    size: int
    stamp: str = ""
    named: bool = True


class Split(Record, frozen=True, kw_only=True):
    """A share of the inputs: files together, or some row groups of one Parquet file.

    Attributes:
        files: what is read, in this order.
        groups: first row group and the one after the last; all of them where none is said.
    """

    files: tuple[File, ...]
    groups: tuple[int, int] | None = None

    @property
    def where(self) -> str:
        """What a person reads in messages."""
        more = f" and {len(self.files) - 1:,} more" if len(self.files) > 1 else ""
        rows = f" (row groups {self.groups[0]} to {self.groups[1] - 1})" if self.groups else ""
        return f"{self.files[0].path}{more}{rows}"


class Done(Record, frozen=True, kw_only=True, tag="done"):
    """The receipt of one split.

    Attributes:
        part: name of the part.
        sha256: hash of the part's bytes.
        size: the part's bytes.
        kept: inputs that gave a result.
        reasons: how many inputs were set aside, by reason.
        aside: the first of them.
        counts: what else was counted, such as sentences and flags.
        cpu: seconds of processor time.
    """

    part: str
    sha256: str
    size: int
    kept: int
    reasons: dict[str, int] = msgspec.field(default_factory=dict)
    aside: tuple[SetAside, ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    cpu: float = 0.0


class Failed(Record, frozen=True, kw_only=True, tag="failed"):
    """A split that could not be done this time; nothing of it was written.

    Attributes:
        part: name of the part.
        where: the split.
        detail: what went wrong.
        blame: ``split``, or ``output`` where nothing can be written, as on a full disk.
    """

    part: str
    where: str
    detail: str
    blame: Literal["split", "output"] = "split"


class Job(Record, frozen=True, kw_only=True):
    """What is to be done, as plain data that can be hashed and sent to another machine.

    Attributes:
        output: folder of the parts; a path or an address.
        work: what is done to each row.
        work_key: hash of the work and of its model, so that a worker with another model or version refuses.
        columns: field of an article → its name in the files.
        format: form of the files that are named; told by the suffix where none is given.
        base: folder that the paths of inputs start from; the result does not depend on it.
    """

    output: str
    work: Work
    work_key: str
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    format: str | None = None
    base: str = ""

    def part(self, split: Split) -> str:
        """Return the name of a split's part: a hash of all that its content depends on."""
        said = [self.work_key, self.columns, self.format, split]
        return "part-" + hashlib.sha256(_ENCODER.encode(said)).hexdigest()[:16]


class Store(Protocol):
    """Where files are read and parts are written: this machine's folders, or whatever Daft reaches."""

    def receipts(self, folder: str) -> dict[str, Done]:
        """Return the receipts in a folder by the name of their part."""
        ...

    def open(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open an input file."""
        ...

    def writing(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Give a stream whose content appears whole under this name when the block ends well."""
        ...

    def files(self, address: str) -> Iterator[File]:
        """Yield the files that an address stands for."""
        ...

    def finish(self, folder: str) -> None:
        """See to it that all that was written is where it belongs, and nothing else is there."""
        ...


class Folders:
    """The file system of this machine."""

    def receipts(self, folder: str) -> dict[str, Done]:
        """Return the receipts in a folder by the name of their part."""
        try:
            return read_receipts((path.read_bytes() for path in sorted(Path(folder).glob(f"part-*{RECEIPT}"))), folder)
        except OSError as error:
            raise storage_error(error, Path(folder)) from error

    def open(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open an input file."""
        return opened(Path(path))

    def writing(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Give a stream whose content appears whole under this name when the block ends well."""
        return replacing(Path(path))

    def files(self, address: str) -> Iterator[File]:
        """Raise: an address is no folder of this machine.

        Raises:
            UsageError: always.
        """
        raise UsageError("addresses are read by --engine daft alone", where=address)

    def finish(self, folder: str) -> None:
        """Remove what killed workers have begun: hidden files, whose parts others have done."""
        for begun in Path(folder).glob(".part-*.part"):
            begun.unlink(missing_ok=True)


def read_receipts(found: Iterable[bytes], folder: str) -> dict[str, Done]:
    """Return receipts by the name of their part.

    Raises:
        DataError: one cannot be read.
    """
    try:
        receipts = [msgspec.json.decode(data, type=Done) for data in found]
    except msgspec.DecodeError as error:
        message = f"a receipt that cannot be read: {error}"
        raise DataError(message, where=folder, hint="remove it, and its split is done again") from error
    return {receipt.part: receipt for receipt in receipts}


def remote(path: str | Path) -> str | None:
    """Return an address as it was meant, where a path is one.

    >>> remote(Path("s3://news/2026")), remote("pages/a.html")
    ('s3://news/2026', None)
    """
    found = _REMOTE.match(str(path))
    return None if found is None else f"{found[1]}://{str(path)[found.end() :]}"


def files(paths: Iterable[Path]) -> Iterator[File | SetAside]:
    """Yield the files of this machine that paths stand for, in their order.

    Raises:
        StorageError: a path is not there.
    """
    for place in places(paths):
        if isinstance(place, SetAside):
            yield place
            continue
        try:
            state = place.path.stat()
        except OSError as error:
            if place.named:
                raise storage_error(error, place.path) from error
            yield SetAside(reason="unreadable", where=place.where, detail=storage_error(error, place.path).problem)
            continue
        yield File(path=str(place.path), size=state.st_size, stamp=str(state.st_mtime_ns), named=place.named)


def splits(found: Iterable[File], store: Store, size: int = SPLIT_BYTES) -> Iterator[Split]:
    """Yield the splits of files, which depend on the files alone: small ones together, Parquet by its row groups."""
    waiting: list[File] = []
    for file in found:
        if file.path.endswith(PARQUET) and file.size > size:
            if waiting:
                yield Split(files=tuple(waiting))
                waiting = []
            yield from (Split(files=(file,), groups=groups) for groups in _groups(file, store, size))
            continue
        waiting.append(file)
        if sum(one.size for one in waiting) >= size or len(waiting) >= SPLIT_FILES:
            yield Split(files=tuple(waiting))
            waiting = []
    if waiting:
        yield Split(files=tuple(waiting))


class Drive(Protocol):
    """Does splits, in any order, on whatever machines it has."""

    def __call__(self, job: Job, wanted: Sequence[Split]) -> Iterator[Done | Failed]:
        """Yield what each split gave; a split that took its process with it may be missing.

        Raises:
            Interrupted: the rest was not done, because processes ended.
        """
        ...


class Interrupted(Exception):  # noqa: N818 - named by what happened; `run` catches it and goes on
    """Processes or machines ended before their splits were done."""


class Total(Record, frozen=True, kw_only=True):
    """What all splits gave together: their receipts added up, whoever did them and when.

    Attributes:
        parts: the receipts, in the order of the inputs.
        failed: splits that failed every time.
        resumed: how many parts were there already.
    """

    parts: tuple[Done, ...]
    failed: tuple[Failed, ...] = ()
    resumed: int = 0

    @property
    def kept(self) -> int:
        """How many inputs gave a result."""
        return sum(part.kept for part in self.parts)

    @property
    def counts(self) -> Counter[str]:
        """What else was counted."""
        return sum((Counter(part.counts) for part in self.parts), Counter())

    @property
    def reasons(self) -> Counter[str]:
        """How many inputs were set aside, by reason."""
        return sum((Counter(part.reasons) for part in self.parts), Counter())

    @property
    def sha256(self) -> str:
        """A hash of the output: of the parts' hashes in order."""
        return hashlib.sha256("".join(part.sha256 for part in self.parts).encode()).hexdigest()


def run(
    job: Job,
    wanted: Sequence[Split],
    drive: Drive,
    store: Store,
    moved: Callable[[int], None] = lambda _: None,
) -> Total:
    """Do the splits whose parts are not there yet, and return what all of them gave.

    A split is tried `ROUNDS` times, the last time by itself. When all are there, ``job.json`` names the parts in the
    order of the inputs; where some failed, the others are there and ``job.json`` is not.

    Args:
        job: what is to be done.
        wanted: the splits of the inputs.
        drive: what does them.
        store: where the parts are.
        moved: hears of each split that is done.

    Raises:
        StorageError: nothing more can be written, as on a full disk; what is done stays.
        UsageError: the folder holds parts of other inputs or of another job.
    """
    names = [job.part(split) for split in wanted]
    there = store.receipts(job.output)
    if strange := sorted(there.keys() - set(names)):
        message = f"{len(strange):,} of {len(there):,} parts are of other inputs, another model or another version"
        raise UsageError(message, where=job.output, hint="name a new folder, or remove this one's parts first")
    resumed = len(there)
    moved(resumed)
    failed: dict[str, Failed] = {}
    for attempt in range(ROUNDS):
        missing = [split for split, name in zip(wanted, names, strict=True) if name not in there]
        alone = attempt == ROUNDS - 1
        for share in [[split] for split in missing] if alone else [missing] if missing else []:
            try:
                for result in drive(job, share):
                    if isinstance(result, Failed):
                        failed[result.part] = result
                        _if_full(result, len(there), len(names))
                    else:
                        there[result.part] = result
                        moved(1)
            except Interrupted as error:
                for split in share:
                    part = job.part(split)
                    failed.setdefault(part, Failed(part=part, where=split.where, detail=str(error)))
                there |= {name: receipt for name, receipt in store.receipts(job.output).items() if name in names}
    total = Total(
        parts=tuple(there[name] for name in names if name in there),
        failed=tuple(failed[name] for name in names if name not in there),
        resumed=resumed,
    )
    if not total.failed:
        listed = [{"part": f"{part.part}.jsonl", "sha256": part.sha256, "kept": part.kept} for part in total.parts]
        with store.writing(f"{job.output}/{MANIFEST}") as stream:
            stream.write(_ENCODER.encode({"work": job.work_key, "parts": listed, "sha256": total.sha256}) + b"\n")
        store.finish(job.output)
    return total


def _if_full(failure: Failed, count: int, total: int) -> None:
    if failure.blame == "output":
        hint = "free some space and run it again: it goes on from here"
        message = f"cannot write ({failure.detail}); {count:,} of {total:,} parts are there"
        raise StorageError(message, hint=hint)


def processes(jobs: int) -> Drive:
    """Return the drive of this machine: so many processes; one does the splits here."""

    def here(job: Job, wanted: Sequence[Split]) -> Iterator[Done | Failed]:
        if jobs == 1:
            yield from (done(job, split, Folders()) for split in wanted)
            return
        from concurrent.futures import ProcessPoolExecutor, as_completed
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context

        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            waiting = [pool.submit(done, job, split, Folders()) for split in wanted]
            try:
                for one in as_completed(waiting):
                    yield one.result()
            except BrokenProcessPool as error:
                raise Interrupted("the process ended in the middle of it: killed, or out of memory") from error

    return here


def done(job: Job, split: Split, store: Store) -> Done | Failed:
    """Do one split: write its part, then its receipt. What goes wrong is returned, so that other splits go on."""
    part = job.part(split)
    path = f"{job.output}/{part}.jsonl"
    try:
        _prove(job)
        started = time.process_time()
        digest, size = hashlib.sha256(), 0
        count = _Count()
        with store.writing(path) as stream:
            for batch in batches(_found(job, split, store)):
                for record in count.pieces(job.work(batch).to_pylist()):
                    digest.update(record)
                    size += len(record)
                    stream.write(record)
        receipt = Done(
            part=part,
            sha256=digest.hexdigest(),
            size=size,
            kept=count.kept,
            reasons=dict(count.reasons),
            aside=tuple(count.aside),
            counts=dict(count.counts),
            cpu=round(time.process_time() - started, 3),
        )
        with store.writing(f"{job.output}/{part}{RECEIPT}") as stream:
            stream.write(_ENCODER.encode(receipt))
    except StorageError as error:
        blame: Literal["split", "output"] = "output" if str(error.where).startswith(job.output) else "split"
        return Failed(part=part, where=split.where, detail=str(error), blame=blame)
    except Exception as error:  # noqa: BLE001 - one split's failure, of whatever kind, must not end the others
        said = str(error) if isinstance(error, AnnotateError) else f"{type(error).__name__}: {error}"
        return Failed(part=part, where=split.where, detail=said)
    return receipt


def _prove(job: Job) -> None:
    if job.work.key != job.work_key:
        raise ModelError("this worker has another model or another version of the toolkit than the caller")


class _Count:
    """What the receipt of a split counts."""

    def __init__(self) -> None:
        self.kept = 0
        self.reasons: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.aside: list[SetAside] = []

    def pieces(self, rows: Iterable[dict[str, object]]) -> Iterator[bytes]:
        """Yield the records of rows of results, and count them."""
        for row in rows:
            record = row["record"]
            if isinstance(record, bytes):
                self.kept += 1
                if isinstance(row["counts"], bytes):
                    self.counts.update(msgspec.json.decode(row["counts"], type=dict[str, int]))
                yield record
                continue
            self.reasons[str(row["reason"])] += 1
            if len(self.aside) < KEPT_ASIDE:
                self.aside.append(
                    SetAside(reason=str(row["reason"]), where=str(row["where"]), detail=str(row["detail"]))
                )


@dataclass(frozen=True)
class _Address(Place):
    """A file that may be named by an address."""

    @property
    def where(self) -> str:
        """What a person reads in messages: an address with both its slashes."""
        return remote(self.path) or str(self.path)


def _found(job: Job, split: Split, store: Store) -> Iterator[Page | Draft | SetAside]:
    """Yield what the readers give of a split; a file that is no use is set aside, as it would be the next time."""
    for file in split.files:
        place = _Address(Path(file.path), named=file.named)
        try:
            with store.open(remote(file.path) or str(Path(job.base, file.path))) as stream:
                yield from read_stream(stream, place, job.columns, job.format, split.groups)
        except (UsageError, DataError) as error:
            yield SetAside(reason="unusable_file", where=file.path, detail=error.problem)


def _groups(file: File, store: Store, size: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a Parquet file's row groups, each about as large as a split should be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with store.open(file.path) as stream:
            table = pq.ParquetFile(stream).metadata
            sizes = [table.row_group(number).total_byte_size for number in range(table.num_row_groups)]
    except pa.ArrowException:
        yield (0, 1)  # the reader says what is wrong with it
        return
    start, held = 0, 0
    for number, each in enumerate(sizes):
        held += each
        if held >= size:
            yield (start, number + 1)
            start, held = number + 1, 0
    if start < len(sizes):
        yield (start, len(sizes))
