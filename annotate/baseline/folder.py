"""The model folder: raw arrays, lists of terms and JSON, proved on every read. Nothing in it can run.

::

    model/
    ├── model.json             what it is, what it was trained on, and the SHA-256 of every other file of the model
    ├── README.md              the model card; not read
    ├── ngrams/                word.txt char.txt   n-grams, one a line, by row of coef
    │                          idf.npy             (n_features,)
    ├── tokens.txt             values of tokens' attributes, one a line
    ├── ratios/  tagger/       keys.npy            features as whole numbers, ascending (n_features,)
    ├── …                      coef.npy            (n_features, n_outputs), in each of the three
    │                          intercept.npy       (n_outputs,)
    └── codebook/              the codebook it was trained under, and its patterns

Which of the three pieces are there depends on what was taken in training.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from annotate.baseline.combination import COMBINATIONS, CONTEXT, SURFACE, Calibration
from annotate.baseline.linear import Linear
from annotate.baseline.pieces import NGRAMS, RATIOS, TAGGER, outputs
from annotate.baseline.predictor import Grams, Predictor
from annotate.baseline.surface import Surface
from annotate.baseline.tagger import Tagger
from annotate.baseline.tokens import GRAMS, WINDOW, Table, Vocabulary
from annotate.errors import AnnotateError, ModelError, StorageError, UsageError
from annotate.files import opened, storage_error
from annotate.records import CodebookRef, Record

FORMAT = 2
"""Version of the folder's form; it also fixes the features: what n-grams are, templates, combinations."""
KIND = "annotate.baseline"
INFO, CARD = "model.json", "README.md"
CODEBOOK = "codebook"
CODEBOOK_FILES = ("codebook.toml", "patterns.toml")
VALUES = "tokens.txt"
FILES = {
    NGRAMS: ("word.txt", "char.txt", "idf.npy", "coef.npy", "intercept.npy"),
    RATIOS: ("keys.npy", "coef.npy", "intercept.npy"),
    TAGGER: ("keys.npy", "coef.npy", "intercept.npy"),
}
TEMPLATES = {RATIOS: GRAMS, TAGGER: WINDOW}

AGAIN = "train it again with `annotate train`"
"""What is left to do with a folder that cannot be used."""


class TargetInfo(Record, frozen=True, kw_only=True):
    """How one target is predicted.

    Attributes:
        labels: in the codebook's order.
        positive: for two labels, the one that `threshold` is of.
        threshold: the positive label is predicted from this probability on; else the most probable one is.
        certain: label → from which probability on its predictions were right often enough out of fold (`ModelInfo.precision`);
            none where that never was so. Below it the model abstains.
        combination: which pieces say something.
        calibration: how they are put together.
        macro_f1: out of fold, at this threshold.
        losses: combination → log loss out of fold, of all that were compared.
    """

    labels: tuple[str, ...]
    positive: str | None
    threshold: float | None
    certain: dict[str, float | None]
    combination: str
    calibration: Calibration
    macro_f1: float
    losses: dict[str, float] = msgspec.field(default_factory=dict)

    @property
    def fitted(self) -> tuple[str, ...]:
        """The labels that the training data have; the others get probability 0."""
        return tuple(self.labels[number] for number in self.calibration.fitted)


class TaggerInfo(Record, frozen=True, kw_only=True):
    """What the hedge tagger's outputs are.

    Attributes:
        detectors: name of each detector.
        types: cue types; none where texts' labels trained it.
        cut: log-odds from which on a token belongs to a cue.
    """

    detectors: tuple[str, ...]
    types: tuple[str, ...]
    cut: float


class ModelInfo(Record, frozen=True, kw_only=True):
    """What a model is and what it was trained on: the content of ``model.json``.

    Attributes:
        manifest: SHA-256 of the release's MANIFEST.json, or of the files of another dataset.
        items: number of items trained on, from this many `articles`.
        folds: number of folds that chose combination, thresholds and calibration.
        precision: what decisions that are not abstained from kept, out of fold.
        targets: the learnt targets, by name.
        derived: targets that follow by the codebook's rules → label → as `TargetInfo.certain`.
        shows_evidence: the tagger's spans are shown though nobody marked cues: the dataset had labels alone.
        tagger: of the hedge tagger; none where there is none.
        surface: names of the features at a glance, in their order.
        features: piece → number of its features.
        counts: target → label → items of the training split, of all the codebook's targets that the release has.
        contested: target → items without a majority label; they train by their soft labels.
        versions: of the libraries that trained it.
        files: name → SHA-256 of every other file that is read.
        card: SHA-256 of the model card as it was written.
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
    precision: float
    targets: dict[str, TargetInfo]
    derived: dict[str, dict[str, float | None]] = msgspec.field(default_factory=dict)
    shows_evidence: bool = False
    tagger: TaggerInfo | None
    surface: tuple[str, ...]
    features: dict[str, int]
    counts: dict[str, dict[str, int]]
    contested: dict[str, int]
    versions: dict[str, str]
    files: dict[str, str] = msgspec.field(default_factory=dict)
    card: str = ""
    notes: tuple[str, ...] = ()

    def outputs(self, piece: str) -> int:
        """Return how many columns of weights a piece has."""
        if piece == TAGGER:
            return len(self.tagger.detectors) + len(self.tagger.types) if self.tagger else 0
        return sum(len(outputs(len(target.labels))) for target in self.targets.values())

    def columns(self, combination: str, labels: int) -> int:
        """Return how many columns a combination has for a target of so many labels."""
        pieces = COMBINATIONS[combination]
        tagged = 2 * len(self.tagger.detectors) + len(self.tagger.types) if self.tagger else 0
        said = tagged * (TAGGER in pieces) + len(outputs(labels)) * ((NGRAMS in pieces) + (RATIOS in pieces))
        around = 3 * said + 2 if CONTEXT in pieces else 0
        return said + around + len(self.surface) * (SURFACE in pieces)


def needed(info: ModelInfo) -> set[str]:
    """Return the files that a model must have beside ``model.json``, and its codebook's."""
    pieces = {piece for target in info.targets.values() for piece in COMBINATIONS[target.combination]} & FILES.keys()
    pieces |= {TAGGER} if info.tagger else set()
    found = {f"{piece}/{name}" for piece in pieces for name in FILES[piece]}
    return found | ({VALUES} if pieces & TEMPLATES.keys() else set()) | {f"{CODEBOOK}/codebook.toml"}


def load(folder: Path) -> ModelInfo:
    """Return what a model folder says of itself, proved: form, hashes, numbers that make sense.

    Raises:
        ModelError: it is not a model, is of another form, or was changed.
    """
    info = _info(folder)
    for name, expected in info.files.items():
        path = folder / name
        found = sha256(path) if path.is_file() else None
        if found != expected:
            message = (
                f"{name} is not the file that was saved: its SHA-256 is another" if found else f"{name} is missing"
            )
            raise ModelError(message, where=str(folder), hint=f"copy the whole folder again, or {AGAIN}")
    return info


def pieces(folder: Path, info: ModelInfo, surface: Surface) -> Predictor:
    """Return the predictor of a model folder, its arrays mapped and proved: types, shapes, finite numbers.

    Raises:
        ModelError: something in it does not fit.
    """
    if surface.names != info.surface:
        message = "its features at a glance are not those of its codebook's patterns"
        raise ModelError(message, where=str(folder), hint=AGAIN)
    there = {name.split("/")[0] for name in info.files}
    vocabulary = Vocabulary(_lines(folder / VALUES)) if VALUES in info.files else Vocabulary(())
    ngrams = grams = tagger = None
    if NGRAMS in there:
        at = folder / NGRAMS
        words, chars = _lines(at / "word.txt"), _lines(at / "char.txt")
        size, width = len(words) + len(chars), info.outputs(NGRAMS)
        idf = _array(at / "idf.npy", np.float64, (size,))
        coef = _array(at / "coef.npy", np.float32, (size, width))
        ngrams = Linear(words, chars, idf, coef, _array(at / "intercept.npy", np.float64, (width,)))
    if RATIOS in there:
        grams = Grams(vocabulary, *_table(folder, info, RATIOS))
    if TAGGER in there and info.tagger is not None:
        table, intercept = _table(folder, info, TAGGER)
        tagger = Tagger(vocabulary, table, intercept, info.tagger.detectors, info.tagger.types, info.tagger.cut)
    return Predictor(
        {name: target.labels for name, target in info.targets.items()},
        {name: target.combination for name, target in info.targets.items()},
        {name: target.calibration for name, target in info.targets.items()},
        surface,
        ngrams,
        grams,
        tagger,
    )


def _table(folder: Path, info: ModelInfo, piece: str) -> tuple[Table, NDArray[np.float64]]:
    at, size, width = folder / piece, info.features.get(piece, -1), info.outputs(piece)
    if size < 0:
        message = f"{INFO} does not say how many features {piece} has"
        raise ModelError(message, where=str(folder), hint=AGAIN)
    keys = _array(at / "keys.npy", np.int64, (size,))
    if size and (keys[0] < 0 or not (np.diff(keys) > 0).all()):
        message = "the features are not in ascending order"
        raise ModelError(message, where=str(at / "keys.npy"), hint=AGAIN)
    coef = _array(at / "coef.npy", np.float32, (size, width))
    return Table(keys, coef, TEMPLATES[piece]), _array(at / "intercept.npy", np.float64, (width,))


def content(folder: Path) -> dict[str, Any]:
    """Return what ``model.json`` holds, of whatever format.

    Raises:
        ModelError: there is none, or it was made by something else.
        StorageError: there is no such folder, or it may not be read.
        UsageError: a file is named in the folder's place.
    """
    path = folder / INFO
    try:
        if not path.is_file():  # a pipe or a device would be waited for
            raise _absent(folder)
        found: Any = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise storage_error(error, path) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"not JSON: {error}"
        raise ModelError(message, where=str(path), hint=AGAIN) from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        message = "made by something else"
        raise ModelError(message, where=str(path), hint="name a folder that `annotate train` wrote")
    return found


def _absent(folder: Path) -> AnnotateError:
    """Return the error of a folder without a ``model.json`` that is a file."""
    hint = "name the folder that `annotate train` wrote"
    if not folder.exists():
        return StorageError("no such folder", where=str(folder), hint=hint)
    if not folder.is_dir():
        return UsageError("this is a file: name its folder", where=str(folder), hint=hint)
    if (folder / INFO).exists():
        return ModelError(f"no model here: {INFO} is no plain file", where=str(folder), hint=hint)
    return ModelError(f"no model here: there is no {INFO}", where=str(folder), hint=hint)


def _info(folder: Path) -> ModelInfo:
    path, said = folder / INFO, content(folder)
    if said.get("format") != FORMAT:
        message = f"format {said.get('format')!r}; this version reads format {FORMAT}"
        raise ModelError(message, where=str(path), hint=f"{AGAIN}, or use the version that made it")
    try:
        info = msgspec.convert(said, ModelInfo)
    except msgspec.ValidationError as error:
        raise ModelError(str(error), where=str(path), hint=AGAIN) from error
    if problem := next(_problems(info), None):
        raise ModelError(problem, where=str(path), hint=AGAIN)
    must = needed(info)
    known = must | {f"{CODEBOOK}/{name}" for name in CODEBOOK_FILES}
    if not must <= info.files.keys() <= known:
        odd = sorted((must - info.files.keys()) | (info.files.keys() - known))
        message = f"these files are unknown or not listed: {', '.join(map(repr, odd))}"
        raise ModelError(message, where=str(path), hint=AGAIN)
    return info


def _problems(info: ModelInfo) -> Iterator[str]:
    """Yield what makes no sense in ``model.json``."""
    if info.tagger is not None:
        if not info.tagger.detectors or (info.tagger.types and len(info.tagger.detectors) != 1):
            yield f"the tagger has the detectors {list(info.tagger.detectors)} and the types {list(info.tagger.types)}"
        if not math.isfinite(info.tagger.cut):
            yield f"the tagger's cut is {info.tagger.cut}"
    if not info.targets:
        yield "it has no target"
    for name, target in info.targets.items():
        yield from _target_problems(info, name, target)


def _target_problems(info: ModelInfo, name: str, target: TargetInfo) -> Iterator[str]:
    n_labels, fitted = len(target.labels), target.calibration.fitted
    if sorted(set(fitted)) != list(fitted) or len(fitted) < 2 or not 0 <= fitted[0] <= fitted[-1] < n_labels:  # noqa: PLR2004 - a classifier tells two labels apart
        yield f"target {name!r} fits the labels {list(fitted)} of {list(target.labels)}"
        return
    if target.combination not in COMBINATIONS:
        yield f"target {name!r} has an unknown combination {target.combination!r}"
        return
    if TAGGER in COMBINATIONS[target.combination] and info.tagger is None:
        yield f"target {name!r} needs a tagger, and there is none"
        return
    binary = n_labels == 2 and target.positive in target.labels  # noqa: PLR2004 - as said of `positive`
    if (target.positive is not None or target.threshold is not None) and not (
        binary and target.threshold is not None and 0 <= target.threshold <= 1
    ):
        yield f"target {name!r} has the threshold {target.threshold} for {target.positive!r}"
    if target.certain.keys() != set(target.labels) or not all(
        c is None or 0 <= c <= 1 for c in target.certain.values()
    ):
        yield f"target {name!r} is certain from {target.certain} on"
    made = target.calibration
    width = 1 if len(fitted) == 2 else len(fitted)  # noqa: PLR2004 - a binary classifier has one output
    columns = info.columns(target.combination, n_labels)
    numbers = [*made.mean, *made.scale, *made.intercept, *(value for row in made.coef for value in row)]
    if (
        {len(made.mean), len(made.scale), len(made.coef)} != {columns}
        or {len(made.intercept), *map(len, made.coef)} != {width}
        or not all(map(math.isfinite, numbers))
        or min(made.scale, default=1.0) <= 0
    ):
        yield f"target {name!r} has a calibration that does not fit its {columns} columns and {width} outputs"


def _lines(path: Path) -> list[str]:
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
    if not math.prod(shape):  # an empty file cannot be mapped
        return np.zeros(shape, dtype=kind)
    array: NDArray[Any] = np.memmap(path, dtype=kind, mode="r", offset=len(expected), shape=shape)
    if not np.isfinite(array).all():
        message = "holds numbers that are not finite"
        raise ModelError(message, where=str(path), hint=AGAIN)
    return array


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise storage_error(error, path) from error
