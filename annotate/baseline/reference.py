"""The TF-IDF reference, trained on more and more of a dataset's train split: a control, and the learning curve."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from annotate import codebook
from annotate.baseline.items import TRAIN, Items
from annotate.baseline.metrics import Bools
from annotate.baseline.scorer import Model
from annotate.baseline.split import is_release
from annotate.errors import DataError, UndefinedError

PARTS = (1 / 8, 1 / 4, 1 / 2, 1.0)
"""Shares of the training articles that the learning curve is measured at."""
MANIFEST = "MANIFEST.json"

Train = Callable[[Path, Path, str | None], Model]
"""(dataset, empty folder, column of the labels where it is no release) → a model trained on it, written there."""


def simple(codebook_name: str, seed: int = 0) -> Train:
    """Return what trains the plain reference: TF-IDF and a logistic regression, nothing else."""

    def train(dataset: Path, folder: Path, target: str | None) -> Model:
        from annotate.baseline.train import train as trained

        known = codebook.load(codebook_name).targets().get(target) if target is not None else None
        default = known.default if known else None  # the model's own, and not what these texts would make one guess
        trained(dataset, folder, seed=seed, codebook_name=codebook_name, target=target, default=default, take="simple")
        return Model.load(folder)

    return train


def sizes(n_articles: int) -> list[int]:
    """Return how many articles each point of the curve is trained on, fewest first; two are the least.

    >>> sizes(40), sizes(3), sizes(1)
    ([5, 10, 20, 40], [2, 3], [])
    """
    return sorted({max(2, round(n_articles * part)) for part in PARTS}) if n_articles > 1 else []


def references(dataset: Path, items: Items, train: Train, seed: int = 0) -> Iterator[tuple[int, int, Model | None]]:
    """Yield (articles, items, model) of each part of a train split, fewest articles first, the whole last.

    Parts are nested: an article that is in one is in all larger ones. The model is None where a part cannot be learnt
    from (one label alone, too few words in common).

    Args:
        dataset: the dataset's folder.
        items: its train split.
        train: what trains on a dataset.
        seed: of the order in which articles are taken.
    """
    names = list(dict.fromkeys(items.articles))
    order = np.random.default_rng(seed).permutation(len(names))
    for size in sizes(len(names)):
        chosen = {names[place] for place in order[:size]}
        kept = np.array([name in chosen for name in items.articles], dtype=bool)
        with tempfile.TemporaryDirectory(prefix="annotate-") as scratch:
            part, folder = Path(scratch) / "dataset", Path(scratch) / "model"
            column = None
            if is_release(dataset):
                _release_part(dataset, kept, part)
            else:
                column = _table_part(items, kept, part)
            try:
                model = train(part, folder, column)
            except (DataError, UndefinedError):
                yield size, int(kept.sum()), None
                continue
            yield size, int(kept.sum()), model


def _release_part(dataset: Path, kept: Bools, part: Path) -> None:
    """Write a release of some rows of a release's train split."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (part / "sentences").mkdir(parents=True)
    paths = [p for p in sorted((dataset / "sentences").glob("*-*.parquet")) if p.name.split("-")[0] == TRAIN]
    rows = pq.read_table(paths).filter(pa.array(kept))
    pq.write_table(rows, part / "sentences" / f"{TRAIN}-00000-of-00001.parquet")
    shutil.copyfile(dataset / MANIFEST, part / MANIFEST)


def _table_part(items: Items, kept: Bools, part: Path) -> str:
    """Write some items as a table of texts and labels, and return the name of the labels' column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part.mkdir(parents=True)
    [(name, labels)] = items.targets.items()
    rows = np.flatnonzero(kept & (labels.gold >= 0))
    columns = {
        "text": [items.texts[row] for row in rows],
        name: labels.gold[rows],
        "article_id": [items.articles[row] for row in rows],
    }
    plain = {"dtype": "string", "_type": "Value"}
    features = {"text": plain, name: {"names": labels.names, "_type": "ClassLabel"}, "article_id": plain}
    noted = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(pa.table(columns).replace_schema_metadata(noted), part / f"{TRAIN}.parquet")
    return name
