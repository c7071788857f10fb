"""Model → folder, whole or not at all, and never in the place of something else; :mod:`annotate.baseline.folder` is its form."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from annotate.baseline.folder import CARD, CODEBOOK, INFO, VALUES, ModelInfo, content, sha256
from annotate.baseline.linear import Linear
from annotate.baseline.pieces import NGRAMS, RATIOS, TAGGER
from annotate.baseline.predictor import Predictor
from annotate.baseline.tokens import Table
from annotate.errors import ModelError, UsageError
from annotate.files import storage_error, write_json


def save(folder: Path, info: ModelInfo, predictor: Predictor, codebook: dict[str, bytes], card: bytes) -> ModelInfo:
    """Write a model folder, whole or not at all, in the place of an older model; return what was written.

    Args:
        folder: the model folder.
        info: all but its `files`, `features` and `card`.
        predictor: the pieces.
        codebook: file name → content of the codebook's files.
        card: the model card.

    Raises:
        UsageError: the folder holds something else than a model.
        StorageError: it cannot be written.
    """
    with _replacing(folder) as part:
        features = {}
        if predictor.ngrams is not None:
            features[NGRAMS] = _write_ngrams(part / NGRAMS, predictor.ngrams)
        for name, piece in ((RATIOS, predictor.grams), (TAGGER, predictor.tagger)):
            if piece is not None:
                features[name] = _write_table(part / name, piece.table, piece.intercept)
                _write_lines(part / VALUES, piece.vocabulary.terms)
        (part / CODEBOOK).mkdir()
        for name, content in codebook.items():
            (part / CODEBOOK / name).write_bytes(content)
        found = sorted(path for path in part.rglob("*") if path.is_file())
        hashes = {path.relative_to(part).as_posix(): sha256(path) for path in found}
        (part / CARD).write_bytes(card)
        digest = hashlib.sha256(card).hexdigest()
        info = msgspec.structs.replace(info, files=hashes, features=features, card=digest)
        write_json(part / INFO, info)
    return info


def _write_ngrams(folder: Path, linear: Linear) -> int:
    folder.mkdir()
    _write_lines(folder / "word.txt", linear.words)
    _write_lines(folder / "char.txt", linear.chars)
    _write_array(folder / "idf.npy", linear.idf, np.float64)
    _write_array(folder / "coef.npy", linear.coef, np.float32)
    _write_array(folder / "intercept.npy", linear.intercept, np.float64)
    return len(linear.idf)


def _write_table(folder: Path, table: Table, intercept: NDArray[np.float64]) -> int:
    folder.mkdir()
    _write_array(folder / "keys.npy", table.keys, np.int64)
    _write_array(folder / "coef.npy", table.coef, np.float32)
    _write_array(folder / "intercept.npy", intercept, np.float64)
    return len(table.keys)


def _write_lines(path: Path, lines: Any) -> None:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())


def _write_array(path: Path, array: Any, kind: type) -> None:
    np.save(path, np.ascontiguousarray(array, dtype=kind))


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
    hint = "name a new folder, or one with nothing but a model in it"
    try:
        said = content(folder)
    except (ModelError, UsageError) as error:
        message = f"{folder} holds something that is no model"
        raise UsageError(message, hint=hint) from error
    files = said.get("files")
    ours = {INFO, *(files if isinstance(files, dict) else ())}
    if (folder / CARD).is_file() and sha256(folder / CARD) == said.get("card"):
        ours.add(CARD)
    if others := sorted(there - ours):
        message = f"{folder} holds more than a model: {', '.join(others[:3])}"
        if CARD in others:
            hint = f"{CARD} was changed by hand: move it away, or name a new folder"
        raise UsageError(message, hint=hint)
