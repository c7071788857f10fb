"""Gold file → release."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np

from annotate import __version__
from annotate.codebook import Codebook
from annotate.dataset.about import About
from annotate.dataset.card import card
from annotate.dataset.checks import Findings, check
from annotate.dataset.choices import By, Text
from annotate.dataset.clusters import story
from annotate.dataset.composition import DAY, Composition
from annotate.dataset.configs import Config, configs
from annotate.dataset.division import Division, Known, divide
from annotate.dataset.documents import Facts, documents
from annotate.dataset.folder import CARD, replacing
from annotate.dataset.gold_file import GoldFile
from annotate.dataset.licenses import not_permitted
from annotate.dataset.manifest import (
    FORMAT,
    KIND,
    NAME,
    DataFile,
    GoldInput,
    Manifest,
    Pinned,
    Rights,
    SplitSize,
    Together,
    data_file,
)
from annotate.dataset.near_duplicates import THRESHOLD, WORDS, signature
from annotate.dataset.pins import NAME as PINS
from annotate.dataset.pins import NONE, Pins, pins_csv
from annotate.dataset.results import scores_for
from annotate.dataset.splits import RATIOS, SPLITS
from annotate.dataset.tables import Table, file_name
from annotate.errors import DataError, UsageError
from annotate.files import write_json, write_text
from annotate.records import Gold, Outcome, SetAside

Watch = Callable[[Iterable[Gold | SetAside]], Outcome[Gold]]
Progress = Callable[[Iterable[Gold], str], Iterable[Gold]]


@dataclass(frozen=True)
class Options:
    """How a release is made.

    Attributes:
        text: how much of the articles' text it holds.
        by: what never crosses the splits.
        pins: published assignments, which stay.
        seed: of the splits.
        about: what the makers say of it.
        datasheet: Markdown about the corpus, which the card takes in as it is.
        evaluation: scores of a baseline on this release, as `annotate evaluate` writes them, for the card.
        scores: file of probabilities from elsewhere, by which doubtful labels are told.
    """

    text: Text = Text.FULL
    by: By = By.OUTLET
    pins: Pins = NONE
    seed: int = 0
    about: About = field(default_factory=About)
    datasheet: str = ""
    evaluation: bytes | None = None
    scores: Path | None = None


@dataclass(frozen=True)
class Built:
    """A release that was written: its manifest, and what its check found."""

    manifest: Manifest
    findings: Findings


@dataclass(frozen=True)
class Plan:
    """Which article goes where.

    Attributes:
        division: article id → split, and what was counted on the way.
        outcome: the stream of golds that was read.
    """

    division: Division
    outcome: Outcome[Gold]


def build(
    gold: GoldFile,
    folder: Path,
    book: Codebook,
    options: Options | None = None,
    *,
    watch: Watch = Outcome,
    progress: Progress = lambda records, _label: records,
) -> Built:
    """Write a release's folder, whole or not at all, and return its manifest and what its check found.

    The gold is read twice: once to see which articles belong together, once to write the rows in its order. Memory grows
    with the number of articles (a signature each), not with their texts. The same gold, codebook and options give the
    same bytes.

    Args:
        gold: the gold file.
        folder: the release's folder; an older release in it is replaced.
        book: the codebook that the gold was made under.
        options: how it is made.
        watch: hears of golds that are set aside.
        progress: shows the two loops over the gold.

    Raises:
        CodebookError: the gold was made under another codebook, or under several.
        DataError: there is no article, no item, the gold file changed meanwhile, or the scores are of another release.
        UsageError: the folder holds something that is no release, or the gold file itself, or the articles cannot be
            divided as asked.
        StorageError: the folder cannot be written.
    """
    options = options or Options()
    if gold.path.resolve().is_relative_to(folder.resolve()):
        message = f"{gold.name} lies in {folder}, which is replaced whole"
        raise UsageError(message, hint="name another folder with -o")
    with replacing(folder) as part:
        plan = _plan(gold, book, options, watch, progress)
        composition, tables = Composition(book), configs(book, options.text)
        files, sizes = _write(part, progress(_second(gold, book, plan, options), "writing"), plan, composition, tables)
        rights = _rights(composition, options)
        facts = Facts(book, options.about, composition, options.text, rights, options.by)
        for name, content in documents(facts, tables, files).items():
            write_text(part / name, content)
            files = (*files, data_file(part, name))
        write_text(part / PINS, pins_csv(plan.division.splits))
        files = (*files, data_file(part, PINS))
        manifest = _manifest(gold, plan, composition, files, options, rights)
        write_json(part / NAME, manifest)
        scored = scores_for(options.evaluation, part / NAME) if options.evaluation is not None else ()
        findings = check(part, scores=options.scores, with_card=False)
        write_text(part / CARD, card(facts, manifest, tables, sizes, options.datasheet, scored, findings))
    return Built(manifest, findings)


def _plan(gold: GoldFile, book: Codebook, options: Options, watch: Watch, progress: Progress) -> Plan:
    outcome = watch(gold.records(book))
    known: list[Known] = []
    signatures = bytearray()
    items = 0
    for record in progress(outcome, "reading"):
        known.append(_known(record, book))
        signatures += signature(_read_text(record)).tobytes()
        items += len(record.sentences)
    _check(outcome, items)
    rows = np.frombuffer(signatures, dtype=np.uint32).reshape(len(known), -1)
    targets = [len(target.labels) for target in book.target]
    return Plan(divide(known, rows, targets, options.by, options.seed, options.pins.splits), outcome)


def _known(gold: Gold, book: Codebook) -> Known:
    article = gold.article
    found = Counter((name, target.label) for item in gold.sentences for name, target in item.targets.items())
    day = DAY.match(article.published or "")
    return Known(
        id=article.id,
        keys=tuple(story(article)),
        counts=tuple(found[target.name, label] for target in book.target for label in target.labels),
        supersedes=article.supersedes,
        outlet=article.outlet,
        day=day[0] if day else None,
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


def _second(gold: GoldFile, book: Codebook, plan: Plan, options: Options) -> Iterator[Gold]:
    """Yield the golds again, without those that are withheld, with the licence that holds where an article names none.

    Raises:
        DataError: they are not those that were read before.
    """
    withheld = set(plan.division.withheld)
    left = {*plan.division.splits, *withheld}
    for record in Outcome(gold.records(book)):
        if record.article.id not in left:
            break
        left.remove(record.article.id)
        if record.article.id in withheld:
            continue
        if record.article.license is None and options.about.article_license:
            article = msgspec.structs.replace(record.article, license=options.about.article_license)
            record = msgspec.structs.replace(record, article=article)  # noqa: PLW2901 - the same record, completed
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
            split = plan.division.splits[gold.article.id]
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


def _rights(composition: Composition, options: Options) -> Rights:
    return Rights(
        annotations=options.about.license,
        articles={name or "not stated": count for name, count in composition.licenses.items()},
        local_only={} if options.text is Text.NONE else not_permitted(composition.licenses),
    )


def _manifest(
    gold: GoldFile,
    plan: Plan,
    composition: Composition,
    files: tuple[DataFile, ...],
    options: Options,
    rights: Rights,
) -> Manifest:
    made, read = plan.division, len(plan.division.splits) + len(plan.division.withheld)
    share = composition.disclosed / max(1, composition.characters)
    return Manifest(
        kind=KIND,
        format=FORMAT,
        codebook=composition.book.ref,
        gold=GoldInput(sha256=gold.sha256, articles=read, set_aside=dict(plan.outcome.reasons)),
        text=options.text,
        rights=rights,
        by=options.by,
        seed=options.seed,
        ratios=RATIOS,
        splits={
            split: SplitSize(
                articles=composition.articles[split], clusters=made.clusters[split], items=composition.items[split]
            )
            for split in SPLITS
        },
        together=Together(
            words=WORDS,
            threshold=THRESHOLD,
            near_duplicates=made.near_duplicates,
            stories=made.stories,
            largest=made.largest,
            outlets=made.outlets,
            unnamed=made.unnamed,
        ),
        withheld=len(made.withheld),
        files=tuple(sorted(files, key=lambda file: file.path)),
        versions={"pyarrow": version("pyarrow"), "reportedly": __version__},
        notes=tuple(_notes(plan, composition)),
        version=options.about.version,
        pins=Pinned(sha256=options.pins.sha256, articles=made.pinned) if options.pins.sha256 else None,
        cuts=made.cuts,
        disclosed=round(share, 4) if options.text is Text.NONE else None,
    )


def _notes(plan: Plan, composition: Composition) -> Iterator[str]:
    made = plan.division
    if made.withheld:
        yield f"{len(made.withheld)} articles are withheld: each is of a story that would tie two splits"
    for split in SPLITS:
        if not composition.articles[split]:
            number = made.clusters.total()
            yield f"the {split} split is empty: there are {number} clusters of articles that may be parted"
        elif not composition.items[split]:
            yield f"the {split} split has no item: nothing is read in its articles"
    for split, targets in composition.absent().items():
        for name, labels in targets.items():
            yield f"no item of the {split} split is labelled {' or '.join(labels)} for {name}"
    for split, count in composition.repeated().items():
        if count:
            yield f"{count} items of the {split} split stand word for word in the train split, in articles that otherwise differ"
