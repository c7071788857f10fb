"""Release → model folder: one linear classifier on word and character n-grams a target."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from annotate import codebook
from annotate.baseline import targets as codebook_targets
from annotate.baseline.fit import features, fit, fit_features
from annotate.baseline.folder import CODEBOOK_FILES, FORMAT, KIND, ModelInfo, TargetInfo, Weights, save
from annotate.baseline.folds import FOLDS, Chosen, Progress, choose, folds
from annotate.baseline.items import TRAIN, Items, Labels, manifest_sha256, read_items
from annotate.errors import DataError, UndefinedError

LIBRARIES = ("numpy", "scikit-learn", "scipy")


def train(
    dataset: Path,
    model: Path,
    *,
    seed: int = 0,
    codebook_name: str = codebook.DEFAULT,
    progress: Progress = lambda loop, _label, _total: loop,
) -> ModelInfo:
    """Train on a release's train split, write the model folder and return what it says of itself.

    TF-IDF of word 1-2-grams and of character 2-5-grams inside words, and a logistic regression for each target that
    the codebook derives from spans alone. C, balance and the threshold of two-label targets are those with the best
    macro F1 (the best F1, for the threshold) of out-of-fold scores, folds by article; features are made anew in each fold.
    The same release, seed, libraries and machine give the same bytes.

    Args:
        dataset: the release's folder.
        model: the folder to write; an older model in it is replaced.
        seed: of the folds.
        codebook_name: name or path of the codebook that the release was made under.
        progress: shows the loop over folds.

    Raises:
        DataError: the release cannot be read, has items without text, or labels that the codebook does not know.
        UndefinedError: there is one label or one article alone.
        UsageError: the model folder holds something else.
    """
    from threadpoolctl import threadpool_limits

    book = codebook.load(codebook_name)
    release = _checked(read_items(dataset, TRAIN).under(book))
    positives = {target.name: codebook_targets.positive(target) for target in codebook_targets.learnt(book)}
    items = replace(release, targets={name: release.targets[name] for name in positives})
    for name in positives:
        _check_labels(name, items.targets[name])
    parts = folds(items, seed)
    with threadpool_limits(1):  # the solver's products are small: threads only wait for one another
        chosen = choose(items, positives, parts, progress)
        weights, fitted = _fit(items, chosen)
    infos = {name: _target(items.targets[name], chosen[name], positives[name], fitted[name]) for name in chosen}
    info = ModelInfo(
        kind=KIND,
        format=FORMAT,
        codebook=book.ref,
        manifest=manifest_sha256(dataset),
        items=len(items.texts),
        articles=items.n_articles,
        seed=seed,
        folds=len(parts),
        targets=infos,
        counts={name: labels.counts() for name, labels in release.targets.items()},
        contested={name: labels.contested for name, labels in release.targets.items()},
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        notes=tuple(_notes(infos, items, len(parts))),
    )
    return save(model, info, weights, _codebook_files(codebook_name))


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


def _fit(items: Items, chosen: dict[str, Chosen]) -> tuple[Weights, dict[str, tuple[str, ...]]]:
    """Return the weights of all targets side by side, in the order of their names, and the labels that each target's data have."""
    union = features()
    matrix = fit_features(union, items.texts)
    coefs, intercepts, fitted = [], [], {}
    for name in sorted(chosen):  # the order of `ModelInfo.columns`
        classifier = fit(matrix, items.targets[name].soft, chosen[name].settings)
        coefs.append(classifier.coef_.T)
        intercepts.append(classifier.intercept_)
        fitted[name] = tuple(items.targets[name].names[number] for number in classifier.classes_)
    word, char = (vectorizer for _, vectorizer in union.transformer_list)
    weights = Weights(
        words=list(word.get_feature_names_out()),
        chars=list(char.get_feature_names_out()),
        idf=np.concatenate([word.idf_, char.idf_]),
        coef=np.concatenate(coefs, axis=1),
        intercept=np.concatenate(intercepts),
    )
    return weights, fitted


def _target(labels: Labels, chosen: Chosen, positive: str | None, fitted: tuple[str, ...]) -> TargetInfo:
    return TargetInfo(
        labels=labels.names,
        fitted=fitted,
        positive=positive,
        threshold=chosen.threshold,
        strength=chosen.settings.strength,
        balanced=chosen.settings.balanced,
        macro_f1=chosen.macro_f1,
    )


def _notes(infos: dict[str, TargetInfo], items: Items, n_folds: int) -> list[str]:
    notes = []
    if n_folds < FOLDS:
        notes.append(f"{n_folds} folds instead of {FOLDS}: the train split has {items.n_articles} articles")
    for name, info in infos.items():
        if absent := [label for label in info.labels if label not in info.fitted]:
            notes.append(f"{name}: no training item is labelled {', '.join(absent)}; the model never predicts it")
    return notes


def _codebook_files(name: str) -> dict[str, bytes]:
    folder = codebook.folder(name)
    found = {file: folder / file for file in CODEBOOK_FILES}
    return {file: path.read_bytes() for file, path in found.items() if path.is_file()}
