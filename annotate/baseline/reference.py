"""The TF-IDF reference, trained on more and more of a release's train split: a control, and the learning curve."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from annotate.baseline.items import TRAIN
from annotate.baseline.scorer import Model
from annotate.errors import DataError, UndefinedError

PARTS = (1 / 8, 1 / 4, 1 / 2, 1.0)
"""Shares of the training articles that the learning curve is measured at."""
MANIFEST = "MANIFEST.json"

Train = Callable[[Path, Path], Model]
"""(release, empty folder) → a model trained on the release's train split, written there."""


def simple(codebook_name: str, seed: int = 0) -> Train:
    """Return what trains the plain reference: TF-IDF and a logistic regression, nothing else."""

    def train(dataset: Path, folder: Path) -> Model:
        from annotate.baseline.train import train as trained

        trained(dataset, folder, seed=seed, codebook_name=codebook_name)
        return Model.load(folder)

    return train


def sizes(n_articles: int) -> list[int]:
    """Return how many articles each point of the curve is trained on, fewest first; two are the least.

    >>> sizes(40), sizes(3), sizes(1)
    ([5, 10, 20, 40], [2, 3], [])
    """
    return sorted({max(2, round(n_articles * part)) for part in PARTS if n_articles > 1} - {0})


def references(dataset: Path, train: Train, seed: int = 0) -> Iterator[tuple[int, int, Model | None]]:
    """Yield (articles, items, model) of each part of a release's train split, fewest articles first, the whole last.

    Parts are nested: an article that is in one is in all larger ones. The model is None where a part cannot be learnt
    from (one label alone, too few words in common). Nothing is yielded where there is no train split.

    Args:
        dataset: the release's folder.
        train: what trains on a release.
        seed: of the order in which articles are taken.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = [p for p in sorted((dataset / "sentences").glob("*-*.parquet")) if p.name.split("-")[0] == TRAIN]
    if not paths:
        return
    table = pq.read_table(paths)
    every = table.column("article_id").to_pylist()
    names = list(dict.fromkeys(every))
    order = np.random.default_rng(seed).permutation(len(names))
    for size in sizes(len(names)):
        chosen = {names[place] for place in order[:size]}
        kept = table.filter(pa.array([name in chosen for name in every], type=pa.bool_()))
        with tempfile.TemporaryDirectory(prefix="annotate-") as scratch:
            part, folder = Path(scratch) / "dataset", Path(scratch) / "model"
            (part / "sentences").mkdir(parents=True)
            pq.write_table(kept, part / "sentences" / f"{TRAIN}-00000-of-00001.parquet")
            shutil.copyfile(dataset / MANIFEST, part / MANIFEST)
            try:
                model = train(part, folder)
            except (DataError, UndefinedError):
                yield size, len(kept), None
                continue
            yield size, len(kept), model
