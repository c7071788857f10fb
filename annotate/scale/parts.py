"""What a job is made of, as plain data: it can be hashed, sent to another machine, and kept beside the output."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal

import msgspec

from annotate.records import Record, SetAside
from annotate.scale.batch import Work

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


def remote(path: str | Path) -> str | None:
    """Return an address as it was meant, where a path is one.

    >>> remote(Path("s3://news/2026")), remote("pages/a.html")
    ('s3://news/2026', None)
    """
    found = _REMOTE.match(str(path))
    return None if found is None else f"{found[1]}://{str(path)[found.end() :]}"
