"""Release, or another dataset → model folder."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from annotate import codebook
from annotate.baseline import targets as codebook_targets
from annotate.baseline.card import model_card
from annotate.baseline.decisions import PRECISION, certain
from annotate.baseline.examples import Examples
from annotate.baseline.folder import CODEBOOK_FILES, FORMAT, KIND, ModelInfo, TaggerInfo, TargetInfo
from annotate.baseline.foreign import load_codebook, read_foreign, some
from annotate.baseline.items import TRAIN, Items, Labels, manifest_sha256, read_items
from annotate.baseline.judgement import Judge
from annotate.baseline.saving import save
from annotate.baseline.scores import shown
from annotate.baseline.split import is_release
from annotate.baseline.stack import BEST, Learnt, learn
from annotate.codebook import Codebook
from annotate.errors import DataError, UndefinedError, UsageError
from annotate.language.hedges import LAYER
from annotate.language.patterns import Patterns, load_patterns
from annotate.records import Score, Span

LIBRARIES = ("numpy", "scikit-learn", "scipy")
FEW = 3
"""Labels with fewer training items are named."""
NO_FEATURES = "0 feature(s)"
"""What scikit-learn says of texts in which nothing occurs twice."""
Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]


@dataclass(frozen=True)
class Source:
    """What is trained on.

    Attributes:
        items: the training items, with all the codebook's targets.
        book: the codebook.
        files: the codebook's files by name.
        patterns: its cue patterns, if it has any.
        digest: SHA-256 of what the items come from.
        ours: whether it is a release of ours.
        notes: what was guessed.
    """

    items: Items
    book: Codebook
    files: dict[str, bytes]
    patterns: Patterns | None
    digest: str
    ours: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trained:
    """What a training gave.

    Attributes:
        info: what the model folder says of itself.
        scores: out-of-fold probabilities of every training item and target.
    """

    info: ModelInfo
    scores: tuple[Score, ...]


def train(  # noqa: PLR0913 - all but two are options that stand by name
    dataset: Path,
    model: Path,
    *,
    seed: int = 0,
    codebook_name: str = codebook.DEFAULT,
    target: str | None = None,
    default: str | None = None,
    take: str = BEST,
    progress: Progress = lambda loop, _label, _total: loop,
) -> ModelInfo:
    """Train on a dataset, write the model folder and return what it says of itself; see `trained`."""
    return trained(
        dataset,
        model,
        seed=seed,
        codebook_name=codebook_name,
        target=target,
        default=default,
        take=take,
        progress=progress,
    ).info


def trained(  # noqa: PLR0913 - as `train`
    dataset: Path,
    model: Path,
    *,
    seed: int = 0,
    codebook_name: str = codebook.DEFAULT,
    target: str | None = None,
    default: str | None = None,
    take: str = BEST,
    progress: Progress = lambda loop, _label, _total: loop,
) -> Trained:
    """Train on a dataset's train split and write the model folder; return what it says, and out-of-fold scores.

    Combination, threshold, calibration and where the model abstains come from out-of-fold scores, folds by article (see
    :mod:`annotate.baseline.stack`). The same dataset, seed, libraries and machine give the same bytes.

    Args:
        dataset: the folder of a release, or of another dataset with texts and labels.
        model: the folder to write; an older model in it is replaced.
        seed: of the folds.
        codebook_name: name or path of the codebook that the release was made under; of another dataset, the one whose
            cue patterns are used.
        target: the one target to learn; all that the codebook derives from spans alone where not said. For another
            dataset, the label's column.
        default: of another dataset, the label that is not flagged (see `read_foreign`).
        take: ``best``, or the name of a combination: ``stack`` for all pieces, ``simple`` for TF-IDF alone.
        progress: shows the loop over fits.

    Raises:
        DataError: the dataset cannot be read, has items without text, or labels that the codebook does not know.
        UndefinedError: there is one label or one article alone.
        UsageError: the model folder holds something else, or the codebook has no such target.
    """
    source = read_source(dataset, codebook_name, target, default=default)
    book = source.book
    wanted = _wanted(book, target if source.ours else None)
    given = to_examples(source, wanted)
    try:
        learnt = learn(given, patterns=source.patterns, take=take, seed=seed, progress=progress)
    except ValueError as error:
        if NO_FEATURES not in str(error):
            raise
        message = "the texts have no two words or characters in common that a piece could learn from"
        raise UndefinedError(message, where="train split", hint="give more texts, and texts with words") from error
    infos = {name: _target(given, learnt, name) for name in wanted}
    derived, scores = _judged(source, infos, learnt)
    predictor = learnt.predictor
    assert predictor is not None  # noqa: S101 - for the type checker: `learn` was asked for one
    tagger = predictor.tagger
    info = ModelInfo(
        kind=KIND,
        format=FORMAT,
        codebook=book.ref,
        manifest=source.digest,
        items=len(given.texts),
        articles=source.items.n_articles,
        seed=seed,
        folds=int(learnt.folds.max()) + 1,
        precision=PRECISION,
        targets=infos,
        derived=derived,
        shows_evidence=not source.ours,
        tagger=TaggerInfo(detectors=tagger.detectors, types=tagger.types, cut=tagger.cut) if tagger else None,
        surface=predictor.surface.names,
        features={},
        counts={name: labels.counts() for name, labels in source.items.targets.items()},
        contested={name: labels.contested for name, labels in source.items.targets.items()},
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        notes=(*source.notes, *learnt.notes, *_notes(infos, source.items)),
    )
    return Trained(save(model, info, predictor, source.files, model_card(info, book)), scores)


def read_source(
    dataset: Path, codebook_name: str, target: str | None = None, split: str = TRAIN, default: str | None = None
) -> Source:
    """Return what to train on: a release's split under its codebook, or another dataset's under a small one of its own.

    Raises:
        DataError: it cannot be read, or has an item without text.
        UsageError: a default is named for a release, whose codebook has one.
    """
    ours = is_release(dataset)
    patterned = (codebook.folder(codebook_name) / CODEBOOK_FILES[1]).is_file()
    patterns = load_patterns(codebook_name) if patterned else None
    files = _codebook_files(codebook_name)
    if ours:
        if default is not None:
            message = "--default is for a dataset that is no release"
            raise UsageError(message, where=str(dataset), hint="the default label of a release stands in its codebook")
        book = codebook.load(codebook_name)
        items = _checked(read_items(dataset, split).under(book))
        return Source(items, book, files, patterns, manifest_sha256(dataset), ours=True)
    found = read_foreign(dataset, target, split, default)
    files[CODEBOOK_FILES[0]] = found.codebook.encode()
    book = load_codebook(found.codebook)
    return Source(found.items.under(book), book, files, patterns, found.digest, ours=False, notes=found.notes)


def _wanted(book: Codebook, target: str | None) -> tuple[str, ...]:
    if target is None:
        return tuple(found.name for found in codebook_targets.learnt(book))
    if target not in book.targets():
        message = f"codebook {book.name} has no target {target!r}"
        raise UsageError(message, hint=f"its targets are {', '.join(book.targets())}")
    return (target,)


def to_examples(source: Source, wanted: tuple[str, ...]) -> Examples:
    """Return what is learnt from: the texts, and the shares of the votes for the labels of the wanted targets."""
    items, book = source.items, source.book
    for name in wanted:
        _check_labels(name, items.targets[name])
    found = book.targets()
    positives = {name: codebook_targets.positive(found[name]) for name in wanted}
    layer = codebook_targets.cue_layer(book) or (None if source.ours else LAYER)
    return Examples(
        texts=items.texts,
        groups=items.groups,
        soft={name: items.targets[name].soft for name in wanted},
        names={name: items.targets[name].names for name in wanted},
        positive={name: label for name, label in positives.items() if label is not None},
        cues=items.spans.get(layer) if layer else None,
    )


def _checked(items: Items) -> Items:
    for number, text in enumerate(items.texts):
        if not text.strip():
            message = f"item {number} (article {items.articles[number]}, offset {items.starts[number]}) has no text"
            raise DataError(message, where=f"{items.split} split", hint="build the release again from its gold file")
    return items


def _check_labels(name: str, labels: Labels) -> None:
    present = [label for label, count in labels.counts().items() if count]
    if len(present) < 2:  # noqa: PLR2004 - two labels to tell apart
        what = f"the label {present[0]!r}" if present else "no majority label"
        message = f"target {name!r}: every one of the {len(labels.gold)} items has {what}"
        raise UndefinedError(message, where="train split", hint="label more articles: a model needs two labels")
    single = sum(count == 1 for count in labels.counts().values())
    if len(present) > 2 and 2 * single > len(labels.gold):  # noqa: PLR2004 - one text each of two labels is few, not odd
        message = f"target {name!r}: {single} of the {len(labels.gold)} items have a label of their own"
        raise UndefinedError(message, where="train split", hint="name the label's column with --target")


def _target(given: Examples, learnt: Learnt, name: str) -> TargetInfo:
    found = learnt.targets[name]
    assert learnt.predictor is not None  # noqa: S101 - as in `trained`
    return TargetInfo(
        labels=given.names[name],
        positive=given.positive.get(name),
        threshold=found.threshold,
        certain=found.certain,
        combination=found.combination,
        calibration=learnt.predictor.calibrations[name],
        macro_f1=found.macro_f1,
        losses={combination: one.loss for combination, one in found.compared.items()},
    )


def _judged(
    source: Source, infos: dict[str, TargetInfo], learnt: Learnt
) -> tuple[dict[str, dict[str, float | None]], tuple[Score, ...]]:
    """Return from where on the targets that follow are certain, and all targets' scores, out of fold."""
    items = source.items
    judge = Judge(source.book, infos)
    cues = _cues(source, learnt)
    judged = judge.judge({name: found.probabilities for name, found in learnt.targets.items()}, cues)
    derived = {}
    for target in judge.targets:
        if target.name not in infos:
            chances = np.array([list(one.probabilities[target.name].values()) for one in judged])
            predicted = np.array([target.labels.index(one.labels[target.name]) for one in judged])
            gold = items.targets[target.name].gold
            used = gold >= 0
            derived[target.name] = certain(gold[used], predicted[used], chances[used], target.labels)
    extents = zip(items.articles, items.starts, items.ends, strict=True)
    scores = tuple(
        Score(article_id=article, start=start, end=end, target=name, probabilities=shown(chances))
        for (article, start, end), one in zip(extents, judged, strict=True)
        for name, chances in one.probabilities.items()
    )
    return derived, scores


def _cues(source: Source, learnt: Learnt) -> list[list[Span]]:
    """Return the cues that the rules read: the tagger's, or the patterns' where nobody marked any."""
    layer = codebook_targets.cue_layer(source.book) or LAYER
    tagger = learnt.predictor.tagger if learnt.predictor else None
    if tagger is not None and tagger.types:
        found: Any = learnt.cues
    elif source.patterns is not None:
        from annotate.baseline.surface import Surface

        found = Surface(source.patterns).cues(source.items.texts)
    else:
        found = [()] * len(source.items.texts)
    return [
        [Span(id="", layer=layer, label=kind, start=start, end=end, text="") for start, end, kind in cues]
        for cues in found
    ]


def _notes(infos: dict[str, TargetInfo], items: Items) -> Iterator[str]:
    for name, info in infos.items():
        if absent := [label for label in info.labels if label not in info.fitted]:
            yield f"{name}: no training item is labelled {some(absent)}; the model never predicts it"
        few = [f"{label} ({count})" for label, count in items.targets[name].counts().items() if 0 < count < FEW]
        if few:
            yield f"{name}: labels with fewer than {FEW} training items: {some(few)}; little can be learnt of them"
        if never := [label for label, least in info.certain.items() if least is None and label in info.fitted]:
            yield f"{name}: predictions of {some(never)} never kept a precision of {PRECISION}: always abstained from"


def _codebook_files(name: str) -> dict[str, bytes]:
    folder = codebook.folder(name)
    found = {file: folder / file for file in CODEBOOK_FILES}
    return {file: path.read_bytes() for file, path in found.items() if path.is_file()}
