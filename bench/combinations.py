"""What each combination of pieces gives out of fold: the tables of docs/baseline.md, as Markdown.

    python bench/combinations.py build/sample/dataset           # a release
    python bench/combinations.py ../shared/data/conll2010-wiki  # Wikipedia with the labels of CoNLL-2010

F1 is at the threshold that is best over all folds, so that combinations are compared and not thresholds; of more than two
labels it is the mean over them, each text given its most probable one. Log losses are with the C that has the least.
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotate.baseline import metrics
from annotate.baseline.examples import Examples, examples
from annotate.baseline.linear import Floats, Ints
from annotate.baseline.stack import LearntTarget, learn
from annotate.baseline.surface import Surface
from annotate.baseline.targets import learnt
from annotate.baseline.train import read_source, to_examples
from annotate.benchmarks.conll_wiki import read
from annotate.language.patterns import load_patterns

CODEBOOK = "credibility"


def given_of(path: Path) -> Examples:
    """Return what is learnt from."""
    if (path / "sentences").is_dir():
        source = read_source(path, CODEBOOK)
        return to_examples(source, tuple(target.name for target in learnt(source.book)))
    items = (found := read(path / "train.jsonl", "train")).items
    rows = np.flatnonzero(found.gold >= 0)
    labels = [found.labels.names[found.gold[row]] for row in rows]
    return examples(
        [items.texts[row] for row in rows],
        labels,
        items.groups[rows].tolist(),
        positive="uncertain",
        target="uncertain",
    )


def numbers(given: Examples, name: str, target: LearntTarget, gold: Ints) -> dict[str, list[float]]:
    """Return combination → F1, average precision (of two labels) and log loss."""
    used, found = gold >= 0, {}
    for combination, chance in target.every.items():
        loss = target.compared[combination].loss
        if name in given.positive:
            place = given.names[name].index(given.positive[name])
            found[combination] = [*of_two(gold[used] == place, chance[used, place]), loss]
        else:
            table = confusion(gold[used], chance[used].argmax(axis=1), chance.shape[1])
            found[combination] = [float(metrics.macro_f1(table, np.bincount(gold[used]) > 0)), loss]
    return found


def of_two(positive: NDArray[np.bool_], chance: Floats) -> tuple[float, float]:
    """Return the best F1 and the average precision."""
    cut = metrics.best_threshold(positive, chance)
    table = confusion(positive.astype(np.int64), (chance >= cut).astype(np.int64), 2)
    every = np.zeros(len(chance), dtype=np.int64)
    return float(metrics.f1(table)[1]), float(metrics.average_precision(positive, chance, every, np.ones((1, 1)))[0])


def confusion(gold: Ints, predicted: Ints, labels: int) -> Floats:
    """Return how often each label was taken for each."""
    found: Floats = metrics.confusions(gold, predicted, np.zeros_like(gold), 1, labels)[0]
    return found


def main() -> None:
    """Print a table a target."""
    given = given_of(Path(sys.argv[1]))
    patterns = load_patterns(CODEBOOK)
    found = learn(given, patterns=patterns, predictor=False)
    for name, gold in given.gold.items():
        columns = ("F1", "AP", "log loss") if name in given.positive else ("macro F1", "log loss")
        print(f"\n| {name}: {len(given.texts):,} texts | {' | '.join(columns)} | |")
        print("|---|" + "---|" * (len(columns) + 1))
        if name == "hedged":
            marked = np.array([bool(cues) for cues in Surface(patterns).cues(given.texts)], dtype=np.int64)
            used = gold >= 0
            print(
                f"| the patterns as they are | {float(metrics.f1(confusion(gold[used], marked[used], 2))[1]):.3f} | | | |"
            )
        target = found.targets[name]
        for combination, values in numbers(given, name, target, gold).items():
            taken = "taken" if combination == target.combination else ""
            print(f"| {combination} | {' | '.join(f'{value:.3f}' for value in values)} | {taken} |")


if __name__ == "__main__":
    main()
