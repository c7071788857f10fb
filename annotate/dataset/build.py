"""Gold file → release."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import numpy as np

from annotate import __version__
from annotate.codebook import Codebook
from annotate.dataset.card import card
from annotate.dataset.clusters import Clusters, same, story
from annotate.dataset.composition import Composition
from annotate.dataset.configs import Config, configs
from annotate.dataset.folder import CARD, replacing
from annotate.dataset.gold_file import GoldFile
from annotate.dataset.manifest import (
    FORMAT,
    KIND,
    NAME,
    DataFile,
    GoldInput,
    Manifest,
    SplitSize,
    Together,
    data_file,
)
from annotate.dataset.near_duplicates import THRESHOLD, WORDS, near_duplicates, signature
from annotate.dataset.splits import RATIOS, SPLITS, Cluster, assign
from annotate.dataset.tables import Table, file_name
from annotate.errors import DataError, UsageError
from annotate.files import write_json, write_text
from annotate.records import Gold, Outcome, SetAside

Watch = Callable[[Iterable[Gold | SetAside]], Outcome[Gold]]
Progress = Callable[[Iterable[Gold], str], Iterable[Gold]]


@dataclass(frozen=True)
class Plan:
    """Which article goes where.

    Attributes:
        splits: article id → split.
        clusters: split → number of clusters in it.
        together: by what articles were kept together.
        outcome: the stream of golds that was read.
    """

    splits: dict[str, str]
    clusters: Counter[str]
    together: Together
    outcome: Outcome[Gold]


def build(
    gold: GoldFile,
    folder: Path,
    book: Codebook,
    *,
    seed: int = 0,
    datasheet: str = "",
    watch: Watch = Outcome,
    progress: Progress = lambda records, _label: records,
) -> Manifest:
    """Write a release's folder, whole or not at all, and return its manifest.

    The gold is read twice: once to see which articles belong together, once to write the rows in its order. Memory grows
    with the number of articles (a signature each), not with their texts. The same gold, codebook and seed give the
    same bytes.

    Args:
        gold: the gold file.
        folder: the release's folder; an older release in it is replaced.
        book: the codebook that the gold was made under.
        seed: of the splits.
        datasheet: Markdown about the corpus, which the card takes in as it is.
        watch: hears of golds that are set aside.
        progress: shows the two loops over the gold.

    Raises:
        CodebookError: the gold was made under another codebook, or under several.
        DataError: there is no article, no item, or the gold file changed meanwhile.
        UsageError: the folder holds something that is no release, or the gold file itself.
        StorageError: the folder cannot be written.
    """
    if gold.path.resolve().is_relative_to(folder.resolve()):
        message = f"{gold.name} lies in {folder}, which is replaced whole"
        raise UsageError(message, hint="name another folder with -o")
    with replacing(folder) as part:
        plan = _plan(gold, book, seed, watch, progress)
        composition = Composition(book)
        golds = _second(gold, book, plan)
        files, sizes = _write(part, progress(golds, "writing"), plan, composition, configs(book))
        manifest = _manifest(gold, plan, composition, files, seed)
        write_json(part / NAME, manifest)
        write_text(part / CARD, card(book, manifest, composition, configs(book), sizes, datasheet))
    return manifest


def _plan(gold: GoldFile, book: Codebook, seed: int, watch: Watch, progress: Progress) -> Plan:
    outcome = watch(gold.records(book))
    ids: list[str] = []
    keys: list[tuple[str, ...]] = []
    counts: list[list[int]] = []
    signatures = bytearray()
    items = 0
    for record in progress(outcome, "reading"):
        ids.append(record.article.id)
        keys.append(tuple(story(record.article)))
        counts.append(_counts(record, book))
        signatures += signature(_read_text(record)).tobytes()
        items += len(record.sentences)
    _check(outcome, items)
    rows = np.frombuffer(signatures, dtype=np.uint32).reshape(len(ids), -1)
    alike, told = list(near_duplicates(rows)), list(same(keys))
    joined = Clusters(len(ids))
    for one, other in chain(alike, told):
        joined.join(one, other)
    groups = joined.groups()
    clusters = [
        Cluster(
            name=min(ids[number] for number in group),
            articles=len(group),
            counts=tuple(sum(column) for column in zip(*(counts[number] for number in group), strict=True)),
        )
        for group in groups
    ]
    found = assign(clusters, [len(target.labels) for target in book.target], seed)
    return Plan(
        splits={ids[number]: split for group, split in zip(groups, found, strict=True) for number in group},
        clusters=Counter(found),
        together=Together(
            words=WORDS,
            threshold=THRESHOLD,
            near_duplicates=len(set(chain.from_iterable(alike))),
            stories=len(set(chain.from_iterable(told))),
            largest=max(cluster.articles for cluster in clusters),
        ),
        outcome=outcome,
    )


def _check(outcome: Outcome[Gold], items: int) -> None:
    if not outcome.kept:
        aside = outcome.reasons.total()
        message = f"nothing left: all {aside} were set aside" if aside else "no gold in it"
        hint = "the lines above say why; nothing was written" if aside else "make it with `annotate gold`"
        raise DataError(message, where=None if aside else "gold file", hint=hint)
    if not items:
        message = f"none of the {outcome.kept} articles has anything to label"
        raise DataError(message, hint="the codebook's `read` says which segments are read; see that some are there")


def _read_text(gold: Gold) -> str:
    """Return what is labelled of an article: what else is in it (credits, promotions) can be alike and leaks nothing."""
    return "\n".join(item.of(gold.article.text) for item in gold.sentences) or gold.article.text


def _counts(gold: Gold, book: Codebook) -> list[int]:
    found = Counter((name, target.label) for item in gold.sentences for name, target in item.targets.items())
    return [found[target.name, label] for target in book.target for label in target.labels]


def _second(gold: GoldFile, book: Codebook, plan: Plan) -> Iterator[Gold]:
    """Yield the golds again.

    Raises:
        DataError: they are not those that were read before.
    """
    left = set(plan.splits)
    for record in Outcome(gold.records(book)):
        if record.article.id not in left:
            break
        left.remove(record.article.id)
        yield record
    else:
        if not left:
            return
    message = "the gold file changed while it was read"
    raise DataError(message, where=str(gold.name), hint="run the command again when its writer has ended")


def _write(
    part: Path, golds: Iterable[Gold], plan: Plan, composition: Composition, tables: Iterable[Config]
) -> tuple[tuple[DataFile, ...], dict[str, int]]:
    """Write the data files, count their articles, and return the files and their sizes in memory by path.

    A split without rows has no file in that config: `datasets` cannot open an empty one.
    """
    opened: dict[str, Table] = {}
    with contextlib.ExitStack() as stack:
        for gold in golds:
            split = plan.splits[gold.article.id]
            composition.add(gold, split)
            for config in tables:
                path = file_name(config.name, split)
                for row in config.rows(gold):
                    if path not in opened:
                        (part / config.name).mkdir(exist_ok=True)
                        table = Table(part / path, config.features, config.rows_at_once)
                        opened[path] = stack.enter_context(table)
                    opened[path].add(row)
    files = tuple(data_file(part, path, table.rows) for path, table in sorted(opened.items()))
    return files, {path: table.bytes for path, table in opened.items()}


def _manifest(gold: GoldFile, plan: Plan, composition: Composition, files: tuple[DataFile, ...], seed: int) -> Manifest:
    return Manifest(
        kind=KIND,
        format=FORMAT,
        codebook=composition.book.ref,
        gold=GoldInput(sha256=gold.sha256, articles=len(plan.splits), set_aside=dict(plan.outcome.reasons)),
        seed=seed,
        ratios=RATIOS,
        splits={
            split: SplitSize(
                articles=composition.articles[split], clusters=plan.clusters[split], items=composition.items[split]
            )
            for split in SPLITS
        },
        together=plan.together,
        files=files,
        versions={"pyarrow": version("pyarrow"), "reportedly": __version__},
        notes=tuple(_notes(plan, composition)),
    )


def _notes(plan: Plan, composition: Composition) -> Iterator[str]:
    for split in SPLITS:
        if not composition.articles[split]:
            number = plan.clusters.total()
            yield f"the {split} split is empty: there are {number} clusters of articles that may be parted"
        elif not composition.items[split]:
            yield f"the {split} split has no item: nothing is read in its articles"
    for split, targets in composition.absent().items():
        for name, labels in targets.items():
            yield f"no item of the {split} split is labelled {' or '.join(labels)} for {name}"
    for split, count in composition.repeated().items():
        if count:
            yield f"{count} items of the {split} split stand word for word in the train split, in articles that otherwise differ"
