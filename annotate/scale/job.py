"""One description of a job, its splits, and what each leaves behind, whatever drives it: processes here, or Daft.

A split of the inputs gives one part of the output, named by the hash of the job and of the split. A part appears whole,
its receipt after it, and a split whose receipt is there is passed over: doing a split twice changes nothing, and a run
that was killed goes on where it stood.

::

    Job ──splits──▶ Split ──done──▶ part-<hash>.jsonl, part-<hash>.receipt.json
                                    job.json: the parts in the order of the inputs, when all are there
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from annotate.corpus.drafts import Draft, Page
from annotate.corpus.places import Place
from annotate.corpus.readers import read_stream
from annotate.errors import AnnotateError, DataError, ModelError, StorageError, UsageError
from annotate.records import KEPT_ASIDE, Record, SetAside
from annotate.scale.batch import batches
from annotate.scale.parts import Done, Failed, Job, Split, remote
from annotate.scale.stores import RECEIPT, Folders, Store

ROUNDS = 3
"""How often a split is tried; the last time alone, so that one that ends its process takes no other with it."""

MANIFEST = "job.json"
"""The list of all parts."""

_ENCODER = msgspec.json.Encoder(order="deterministic")


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
