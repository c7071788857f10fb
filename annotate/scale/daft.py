"""Daft as the drive of a job: on this machine, or on a Ray cluster. It hands splits out, and reads and writes stores.

A split is a row, and what is done to it is `annotate.scale.job.done`, as on one machine; so nothing depends on how the
engine divides its work, and a split that was done twice left the same part twice. Parts on file systems are renamed into
place by the worker; to stores such as S3, where an object appears whole, Daft uploads the part and then its receipt.
"""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from annotate.errors import AnnotateError, StorageError, Unreachable, UsageError
from annotate.scale.job import Drive, Interrupted, done
from annotate.scale.parts import Done, Failed, File, Job, Split, remote
from annotate.scale.stores import RECEIPT, Folders, read_receipts

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from daft.io import IOConfig

CLUSTER_PORT = 10001
"""Where a Ray cluster takes callers, unless it says otherwise."""
PATIENCE = 5.0
"""Seconds in which a cluster must take the call."""

QUIET = {"DAFT_ANALYTICS_ENABLED": "0", "DAFT_PROGRESS_BAR": "0", "RAY_USAGE_STATS_ENABLED": "0"}
"""Neither reports to its makers, and progress is ours."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
_RESULT = msgspec.json.Decoder(Done | Failed)
_PATTERN = frozenset("*?[")
_BUFFER = 2**18
_CALLS = 3
"""How often a cluster is called that answers and then drops the call."""
_TRIES = 5


def on_this_machine(jobs: int) -> Drive:
    """Return the drive of Daft's own runner, with so many processes.

    Raises:
        UsageError: Daft is not installed.
    """
    _native()
    return _drive(jobs, own_processes=True)


@functools.cache
def _native() -> None:
    """Choose Daft's own runner; a process can choose once."""
    _daft().set_runner_native()


def on_cluster(address: str) -> Drive:
    """Return the drive of a Ray cluster, with a process for each of its processors.

    Raises:
        UsageError: Daft is not installed, or this is no address.
        Unreachable: there is no cluster at this address.
    """
    daft = _daft()
    import ray

    _knock(address)
    hint = "is it running (`ray status`), with the same versions of Python and Ray as here?"
    try:
        for left in reversed(range(_CALLS)):
            if ray.is_initialized():
                break
            try:
                ray.init(address=address, log_to_driver=False, logging_level="ERROR")
            except ConnectionAbortedError:  # a busy head starts a server for each caller, and can be late with it
                if not left:
                    raise
        daft.set_runner_ray(address=None, noop_if_initialized=True)
        processors = int(ray.cluster_resources().get("CPU", 0))
    except Exception as error:
        raise Unreachable(f"the cluster does not take us: {_first_line(error)}", where=address, hint=hint) from error
    if not processors:
        raise Unreachable("the cluster has no processors", where=address, hint="start workers: ray start --address …")
    return _drive(processors, own_processes=False)


def _knock(address: str) -> None:
    """Raise unless something listens there: Ray itself would try for minutes."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    try:
        host, port = parts.hostname, parts.port or CLUSTER_PORT
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme not in {"", "ray"}:
        raise UsageError(f"no address of a cluster: {address!r}", hint="as in --address ray://head.example:10001")
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError as error:
        hint = "is the cluster up, and the port open? `ray start --head` prints the address"
        raise Unreachable(f"no cluster answers: {error}", where=address, hint=hint) from error


def _daft() -> Any:
    os.environ |= {name: value for name, value in QUIET.items() if name not in os.environ}
    try:
        import daft
    except ImportError as error:
        message = "the engine Daft is not installed"
        raise UsageError(message, hint="pip install 'reportedly[scale]'") from error
    logging.getLogger("daft").setLevel(logging.ERROR)  # a folder that is not there yet is no news
    return daft


def _drive(workers: int, *, own_processes: bool) -> Drive:
    def drive(job: Job, wanted: Sequence[Split]) -> Iterator[Done | Failed]:
        daft = _daft()
        from daft.functions import upload

        kind = daft.DataType
        fields = {name: kind.binary() for name in ("said", "part", "receipt")}
        fields |= {name: kind.string() for name in ("to", "receipt_to")}

        class Worker:
            """Does splits in its own process."""

            def __init__(self, job: bytes, at: str | None) -> None:
                self.job = msgspec.json.decode(job, type=Job)
                self.store = Anywhere(at)

            @daft.method(return_dtype=kind.struct(fields))  # type: ignore[untyped-decorator]  # Daft's is not typed
            def do(self, split: bytes) -> dict[str, object]:
                return _row(self.job, msgspec.json.decode(split, type=Split), self.store)

        count = min(workers, len(wanted))
        made = daft.cls(Worker, max_concurrency=count, **({"use_process": True} if own_processes else {}))
        worker = made(_ENCODER.encode(job), endpoint())
        rows = daft.from_pydict({"split": [_ENCODER.encode(split) for split in wanted]})
        rows = rows.into_batches(1) if own_processes else rows.into_partitions(len(wanted))
        rows = rows.with_column("found", worker.do(daft.col("split")))
        if remote(job.output):
            rows = rows.select(*(daft.col("found").get(name).alias(name) for name in fields))
            config = io_config(endpoint())
            after = daft.func(_after, return_dtype=kind.binary())
            rows = rows.with_column("at", upload(daft.col("part"), daft.col("to"), io_config=config))
            rows = rows.with_column("receipt", after(daft.col("receipt"), daft.col("at")))
            rows = rows.with_column("there", upload(daft.col("receipt"), daft.col("receipt_to"), io_config=config))
            rows = rows.select("said", "there")
        else:
            rows = rows.select(daft.col("found").get("said").alias("said"))
        try:
            with _kept_stdout():
                for row in rows.iter_rows():
                    yield _RESULT.decode(row["said"])
        except Exception as error:
            raise Interrupted(f"the engine gave up on it: {_first_line(error)}") from error

    return drive


@contextlib.contextmanager
def _kept_stdout() -> Iterator[None]:
    """Send to stderr what Daft prints of its workers' words: standard output is the receipt's alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _row(job: Job, split: Split, store: Anywhere) -> dict[str, object]:
    """Return a row: what a split gave, and for a store of objects the part and the receipt that are to go there."""
    result = done(job, split, store)
    whole = isinstance(result, Done)
    path = f"{job.output}/{result.part}"
    part, receipt = store.held.pop(f"{path}.jsonl", None), store.held.pop(path + RECEIPT, None)
    return {
        "said": _ENCODER.encode(result),
        "part": part if whole else None,
        "receipt": receipt if whole else None,
        "to": f"{path}.jsonl",
        "receipt_to": path + RECEIPT,
    }


def _after(receipt: bytes | None, _part: str | None) -> bytes | None:
    """Return the receipt as it is, when its part is there."""
    return receipt


class Anywhere(Folders):
    """This machine's folders by their paths, and what Daft reaches by addresses: ``s3://``, ``hf://`` and others.

    What is written to an address is held, and goes there by `upload`.

    Attributes:
        held: content by address.
    """

    def __init__(self, endpoint: str | None = None) -> None:
        """Reach S3 at this endpoint, or at Amazon's."""
        self.held: dict[str, bytes] = {}
        self._endpoint = endpoint

    def open(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open an input file."""
        return self._opened(path) if remote(path) else super().open(path)

    @contextlib.contextmanager
    def _opened(self, address: str) -> Iterator[IO[bytes]]:
        daft = _daft()
        with contextlib.ExitStack() as stack:
            with _said(address):
                stream = stack.enter_context(daft.File(address, io_config=io_config(self._endpoint)).open())
            yield io.BufferedReader(_Stream(stream, address), _BUFFER)

    def writing(self, path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Give a stream whose content appears whole under this name when the block ends well."""
        return self._holding(path) if remote(path) else super().writing(path)

    @contextlib.contextmanager
    def _holding(self, address: str) -> Iterator[IO[bytes]]:
        stream = io.BytesIO()
        yield stream
        self.held[address] = stream.getvalue()

    def receipts(self, folder: str) -> dict[str, Done]:
        """Return the receipts in a folder by the name of their part."""
        if not remote(folder):
            return super().receipts(folder)
        from daft.functions import download

        daft, config = _daft(), io_config(self._endpoint)
        with _said(folder):
            found = daft.from_glob_path(f"{folder}/part-*{RECEIPT}", io_config=config).select("path")
            data = list(found.with_column("data", download(daft.col("path"), io_config=config)).iter_rows())
        return read_receipts((row["data"] for row in data), folder)

    def finish(self, folder: str) -> None:
        """Send what is held to its address."""
        if not remote(folder):
            super().finish(folder)
        from daft.functions import upload

        daft, config = _daft(), io_config(self._endpoint)
        if self.held:
            rows = daft.from_pydict({"data": list(self.held.values()), "to": list(self.held)})
            with _said(folder):
                rows.with_column("at", upload(daft.col("data"), daft.col("to"), io_config=config)).collect()
            self.held.clear()

    def files(self, address: str) -> Iterator[File]:
        """Yield the files that an address stands for: one, those that fit a pattern, or all in a folder.

        Raises:
            StorageError: there is none, or the store does not answer.
        """
        daft = _daft()
        named = _PATTERN.isdisjoint(address)  # all that fits a pattern counts as named
        patterns = [address, f"{address.rstrip('/')}/**"] if named else [address]
        count = 0
        for pattern in patterns:
            with _said(address):
                found = list(daft.from_glob_path(pattern, io_config=io_config(self._endpoint)).iter_rows())
            for row in sorted(found, key=lambda row: row["path"]):
                if not row["path"].endswith("/"):
                    count += 1
                    yield File(path=row["path"], size=row["size"] or 0, named=not named or row["path"] == address)
            if count:
                return
        raise StorageError("no file is there", where=address, hint="check the address and your credentials")


class _Stream(io.RawIOBase):
    """A file of Daft's as Python's readers take it."""

    def __init__(self, stream: Any, address: str) -> None:
        self._stream, self._address = stream, address

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with _said(self._address):
            found = self._stream.read(len(view))
        view[: len(found)] = found
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())


@contextlib.contextmanager
def _said(address: str) -> Iterator[None]:
    """Say the engine's errors, which are of many kinds, as one of ours that names the address."""
    try:
        yield
    except (AnnotateError, GeneratorExit):
        raise
    except Exception as error:
        hint = "check the address, your credentials and AWS_ENDPOINT_URL"
        raise StorageError(_first_line(error), where=address, hint=hint) from error


def io_config(endpoint: str | None) -> IOConfig:
    """Return how Daft reaches stores: S3 at this endpoint, with the credentials of the environment of each worker."""
    from daft.io import IOConfig, S3Config

    if endpoint is None:
        return IOConfig()
    plain = urlsplit(endpoint).scheme == "http"
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return IOConfig(s3=S3Config(endpoint_url=endpoint, region_name=region, use_ssl=not plain, num_tries=_TRIES))


def endpoint() -> str | None:
    """Return where S3 is, as the environment says; none for Amazon's."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:300] if lines else 'no message'}"
