"""The model folder: raw arrays, lists of terms and JSON, proved on every read. Nothing in it can run.

::

    model/
    ├── model.json             what it is, what it was trained on, and the SHA-256 of every other file
    ├── word.txt  char.txt     n-grams, one a line, by column
    ├── idf.npy                (n_features,)
    ├── coef.npy               (n_features, n_outputs)
    ├── intercept.npy          (n_outputs,)
    └── codebook/              the codebook it was trained under, and its patterns
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import math
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from annotate.baseline.linear import Linear
from annotate.errors import ModelError, UsageError
from annotate.files import opened, storage_error, write_json
from annotate.records import CodebookRef, Record

FORMAT = 1
"""Version of the folder's form; it also fixes the features (see :mod:`annotate.baseline.ngrams`)."""
KIND = "annotate.baseline"
INFO = "model.json"
CODEBOOK = "codebook"
ARRAYS = {"idf.npy": np.float64, "coef.npy": np.float32, "intercept.npy": np.float64}
TERMS = ("word.txt", "char.txt")
CODEBOOK_FILES = ("codebook.toml", "patterns.toml")
NEEDED = frozenset({*ARRAYS, *TERMS, f"{CODEBOOK}/codebook.toml"})
KNOWN = NEEDED | {f"{CODEBOOK}/{name}" for name in CODEBOOK_FILES}
"""Files that a model has beside `INFO`; a folder that lists others was made by something newer."""

AGAIN = "train it again with `annotate train`"
"""What is left to do with a folder that cannot be used."""


class TargetInfo(Record, frozen=True, kw_only=True):
    """How one target is predicted.

    Attributes:
        labels: in the codebook's order.
        fitted: those that the training data have, in the same order; the others get probability 0. Two have one
            output (log-odds of the second), more have one each.
        positive: for two labels, the one that `threshold` is of.
        threshold: the positive label is predicted from this probability on; else the most probable one is.
        strength: scikit-learn's C.
        balanced: the labels weigh the same in sum.
        macro_f1: out of fold, at this threshold.
    """

    labels: tuple[str, ...]
    fitted: tuple[str, ...]
    positive: str | None
    threshold: float | None
    strength: float
    balanced: bool
    macro_f1: float

    @property
    def outputs(self) -> int:
        """How many columns of the weights are this target's."""
        return 1 if len(self.fitted) == 2 else len(self.fitted)  # noqa: PLR2004 - a binary classifier has one


class ModelInfo(Record, frozen=True, kw_only=True):
    """What a model is and what it was trained on: the content of ``model.json``.

    Attributes:
        manifest: SHA-256 of the release's MANIFEST.json.
        items: number of items trained on, from this many `articles`.
        folds: number of folds that chose settings and thresholds.
        targets: the learnt targets, by name.
        counts: target → label → items of the training split, of all the codebook's targets that the release has.
        contested: target → items without a majority label; they train by their soft labels.
        versions: of the libraries that trained it.
        files: name → SHA-256 of every other file.
        notes: what a reader should know of this training.
    """

    kind: str
    format: int
    codebook: CodebookRef
    manifest: str
    items: int
    articles: int
    seed: int
    folds: int
    targets: dict[str, TargetInfo]
    counts: dict[str, dict[str, int]]
    contested: dict[str, int]
    versions: dict[str, str]
    files: dict[str, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def columns(self) -> dict[str, slice]:
        """Return which outputs (columns of the weights) are each target's: the targets stand in the order of their names."""
        found, first = {}, 0
        for name in sorted(self.targets):
            found[name] = slice(first, first + self.targets[name].outputs)
            first = found[name].stop
        return found


class Weights(msgspec.Struct, frozen=True):
    """The arrays of a model, as `Linear` takes them."""

    words: list[str]
    chars: list[str]
    idf: NDArray[np.float64]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float64]


def save(folder: Path, info: ModelInfo, weights: Weights, codebook: dict[str, bytes]) -> ModelInfo:
    """Write a model folder, whole or not at all, in the place of an older model; return what was written.

    Args:
        folder: the model folder.
        info: all but its `files`.
        weights: the arrays.
        codebook: file name → content of the codebook's files.

    Raises:
        UsageError: the folder holds something else than a model.
        StorageError: it cannot be written.
    """
    with _replacing(folder) as part:
        for name, terms in zip(TERMS, (weights.words, weights.chars), strict=True):
            (part / name).write_bytes("".join(f"{term}\n" for term in terms).encode())
        for name, kind in ARRAYS.items():
            np.save(part / name, np.ascontiguousarray(getattr(weights, Path(name).stem), dtype=kind))
        (part / CODEBOOK).mkdir()
        for name, content in codebook.items():
            (part / CODEBOOK / name).write_bytes(content)
        found = sorted(path for path in part.rglob("*") if path.is_file())
        hashes = {path.relative_to(part).as_posix(): _sha256(path) for path in found}
        info = msgspec.structs.replace(info, files=hashes)
        write_json(part / INFO, info)
    return info


@contextlib.contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of ``folder`` when the block ends without an error."""
    folder = folder.resolve()
    try:
        _check_replaceable(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        old = part.with_name(f"{part.name}.old")
        try:
            part.chmod(0o755)
            yield part
            if folder.exists():
                folder.rename(old)
            part.rename(folder)
        finally:
            if old.exists() and not folder.exists():  # the second step failed: the older model stays
                old.rename(folder)
            for left in (part, old):
                shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise storage_error(error, folder) from error


def _check_replaceable(folder: Path) -> None:
    """Raise unless nothing but a model would be lost."""
    if not folder.exists():
        return
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    if folder.is_dir() and not there:
        return
    try:
        files = _content(folder).get("files")
    except ModelError as error:
        message = f"{folder} holds something that is no model"
        raise UsageError(message, hint="name a new folder, or one with nothing but a model in it") from error
    if others := sorted(there - {INFO, *(files if isinstance(files, dict) else ())}):
        message = f"{folder} holds more than a model: {', '.join(others[:3])}"
        raise UsageError(message, hint="name a new folder, or one with nothing but a model in it")


def load(folder: Path) -> tuple[ModelInfo, Linear]:
    """Return a model folder's content, proved: form, hashes, shapes, finite numbers.

    Raises:
        ModelError: it is not a model, is of another form, or was changed.
    """
    info = _info(folder)
    for name, expected in info.files.items():
        path = folder / name
        found = _sha256(path) if path.is_file() else None
        if found != expected:
            message = (
                f"{name} is not the file that was saved: its SHA-256 is another" if found else f"{name} is missing"
            )
            raise ModelError(message, where=str(folder), hint=f"copy the whole folder again, or {AGAIN}")
    words, chars = (_terms(folder / name) for name in TERMS)
    features, outputs = len(words) + len(chars), sum(target.outputs for target in info.targets.values())
    shapes = {"idf.npy": (features,), "coef.npy": (features, outputs), "intercept.npy": (outputs,)}
    arrays = {Path(name).stem: _array(folder / name, kind, shapes[name]) for name, kind in ARRAYS.items()}
    return info, Linear(words, chars, **arrays)


def _content(folder: Path) -> dict[str, Any]:
    """Return what ``model.json`` holds, of whatever format."""
    path = folder / INFO
    try:
        content: Any = msgspec.json.decode(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"no model here: there is no {INFO}"
        raise ModelError(message, where=str(folder), hint="name the folder that `annotate train` wrote") from error
    except OSError as error:
        raise storage_error(error, path) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"not JSON: {error}"
        raise ModelError(message, where=str(path), hint=AGAIN) from error
    if not isinstance(content, dict) or content.get("kind") != KIND:
        message = "made by something else"
        raise ModelError(message, where=str(path), hint="name a folder that `annotate train` wrote")
    return content


def _info(folder: Path) -> ModelInfo:
    path, content = folder / INFO, _content(folder)
    if content.get("format") != FORMAT:
        message = f"format {content.get('format')!r}; this version reads format {FORMAT}"
        raise ModelError(message, where=str(path), hint=f"{AGAIN}, or use the version that made it")
    try:
        info = msgspec.convert(content, ModelInfo)
    except msgspec.ValidationError as error:
        raise ModelError(str(error), where=str(path), hint=AGAIN) from error
    for name, target in info.targets.items():
        _check_target(name, target, path)
    if not NEEDED <= info.files.keys() <= KNOWN:
        odd = sorted((NEEDED - info.files.keys()) | (info.files.keys() - KNOWN))
        message = f"these files are unknown or not listed: {', '.join(map(repr, odd))}"
        raise ModelError(message, where=str(path), hint=AGAIN)
    return info


def _check_target(name: str, target: TargetInfo, path: Path) -> None:
    known = [label for label in target.labels if label in target.fitted]
    if known != list(target.fitted) or len(known) < 2:  # noqa: PLR2004 - a classifier tells two labels apart
        message = f"target {name!r} fits the labels {list(target.fitted)} of {list(target.labels)}"
        raise ModelError(message, where=str(path), hint=AGAIN)
    if target.positive is None and target.threshold is None:
        return
    binary = len(target.labels) == 2 and target.positive in target.labels  # noqa: PLR2004 - as said of `positive`
    if not binary or target.threshold is None or not 0 <= target.threshold <= 1:
        message = f"target {name!r} has the threshold {target.threshold} for {target.positive!r}"
        raise ModelError(message, where=str(path), hint=AGAIN)


def _terms(path: Path) -> list[str]:
    try:
        terms = path.read_bytes().decode().split("\n")
    except UnicodeDecodeError as error:
        raise ModelError(str(error), where=str(path), hint=AGAIN) from error
    return terms[:-1]


def _array(path: Path, kind: type, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array, mapped. Its head must be the one that numpy writes for it: nothing in the file is parsed."""
    head = io.BytesIO()
    said = {"descr": np.dtype(kind).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(head, said)  # type: ignore[no-untyped-call]  # numpy ships no types for it
    expected = head.getvalue()
    with opened(path) as stream:
        found = stream.read(len(expected))
    size = len(expected) + math.prod(shape) * np.dtype(kind).itemsize
    if found != expected or path.stat().st_size != size:
        message = f"not a plain array of {np.dtype(kind)} with the shape {shape}"
        raise ModelError(message, where=str(path), hint=AGAIN)
    array: NDArray[Any] = np.memmap(path, dtype=kind, mode="r", offset=len(expected), shape=shape)
    if not np.isfinite(array).all():
        message = "holds numbers that are not finite"
        raise ModelError(message, where=str(path), hint=AGAIN)
    return array


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise storage_error(error, path) from error
