"""Name → the run of one benchmark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from annotate.baseline.assessment import Answers, assess
from annotate.baseline.evaluation import Estimate, Scores
from annotate.baseline.items import Ints
from annotate.baseline.stack import Progress
from annotate.benchmarks import claimbuster, conll_wiki, newssd, polnear, szeged
from annotate.benchmarks.attribution import attributions
from annotate.benchmarks.corpus import Corpus, joined
from annotate.benchmarks.debates import debated
from annotate.benchmarks.result import Result, headline, spread, without
from annotate.benchmarks.sheets import changed, read_sheet
from annotate.benchmarks.spans import span_scores
from annotate.benchmarks.subjectivity import Lesson, subjective
from annotate.benchmarks.systems import Trained, balanced, nested, one_against_rest, threshold, train
from annotate.benchmarks.transfer import Transfer
from annotate.errors import StorageError, UsageError

CORE = "hedged without investigation and condition"
"""A second target of the Szeged corpora."""


@dataclass(frozen=True)
class Run:
    """What a benchmark is run with.

    Attributes:
        data: the folder of the corpora.
        test: a file (or folder) to score instead of what the protocol scores.
        seed: of folds and resamples.
        progress: shows loops.
    """

    data: Path
    test: Path | None
    seed: int
    progress: Progress


class Found(NamedTuple):
    """What a run gives."""

    headline: Estimate
    name: str
    rows: int
    others: dict[str, float | None]


def run(name: str, given: Run) -> Result:
    """Run a benchmark.

    Raises:
        UsageError: there is no such benchmark.
        StorageError: a file of it cannot be read.
        DataError: a file is not what it should be.
    """
    if name not in BENCHMARKS:
        message = f"no benchmark {name!r}"
        raise UsageError(message, hint=f"they are {', '.join(BENCHMARKS)}, or all")
    sheet = read_sheet(name)
    if given.test is not None and not given.test.exists():
        hint = "--test names a file (for polnear a folder) in the training file's form"
        raise StorageError("no such file or directory", where=str(given.test), hint=hint)
    different = changed(sheet, given.data)
    found = BENCHMARKS[name](given)
    return Result(
        name=name,
        metric=sheet.metric,
        **headline(found.headline),
        rows=found.rows,
        published=sheet.published,
        others=without(found.others, found.name),
        protocol=sheet.with_test if given.test else sheet.protocol,
        notes=(*sheet.notes, *(f"{path} is not the file that was measured before" for path in different)),
    )


def _spread_of_two(scores: Scores, gold: Ints, label: str) -> dict[str, float | None]:
    share = float((gold == 1).mean())
    return spread(scores) | {f"F1 of {label} when all are called so": 2 * share / (1 + share) if share else None}


def _of_two(names: tuple[str, ...], gold: Ints, answers: Answers, groups: Ints, seed: int) -> tuple[Scores, Estimate]:
    scores = assess(names, gold, answers, groups, seed=seed).scores
    return scores, scores.labels[names[1]].f1


def _answers(trained: Trained, target: str, tested: Corpus | None, said: object = None) -> tuple[Answers, Ints, Ints]:
    """Return answers, gold and documents: nested out of fold, or of the items of a test corpus that have a label."""
    gold, out = trained.gold[target], trained.probabilities[target]
    if tested is None:
        return nested(threshold, gold, out, trained.fold), gold, trained.groups
    known = np.flatnonzero(tested.gold >= 0)
    probabilities = said[target][known]  # type: ignore[index]  # what `Trained.predict` gave
    answers = Answers(threshold(gold, out)(probabilities), probabilities)
    return answers, tested.gold[known], tested.items.groups[known]


def _conll(given: Run) -> Found:
    corpus = conll_wiki.read(given.data / "conll2010-wiki" / "train.jsonl", "train")
    tested = conll_wiki.read(given.test, "test") if given.test else None
    trained = train(corpus, folds=10, seed=given.seed, predictor=bool(tested), progress=given.progress)
    said = trained.predict(tested)[0] if tested else None
    answers, gold, groups = _answers(trained, corpus.target, tested, said)
    scores, best = _of_two(conll_wiki.NAMES, gold, answers, groups, given.seed)
    return Found(best, "F1 of uncertain", len(gold), _spread_of_two(scores, gold, "uncertain"))


def _szeged_wiki(given: Run) -> Found:
    return _szeged(given, ("wiki-train",))


def _szeged_bio(given: Run) -> Found:
    return _szeged(given, BIO)


BIO = ("bio-hbc", "bio-fly", "bio-bmc")
DOMAINS = {"Wikipedia": ("wiki-train",), "biology": BIO}
"""The domains that are learnt from where another one is tested."""


def _transfer(given: Run) -> Found:
    if given.test is None:
        return Found(Estimate(undefined="needs --test"), "F1 of hedged", 0, {})
    domains = [_files(given, names) for names in DOMAINS.values()]
    learnt, tested = joined(domains), szeged.read(given.test, "test")
    transfer = Transfer(domains, tested, seed=given.seed, progress=given.progress)
    away, answers = transfer.answers(learnt.gold)
    groups = tested.items.groups
    scores, best = _of_two(szeged.NAMES, tested.gold, answers, groups, given.seed)
    others = _spread_of_two(scores, tested.gold, "hedged")
    for number, name in enumerate(DOMAINS):
        rows = transfer.domain == number
        held_out = Answers(away.predicted[rows], away.probabilities[rows])
        _, found = _of_two(szeged.NAMES, learnt.gold[rows], held_out, learnt.items.groups[rows], given.seed)
        others[f"F1 of hedged in {name}, held out"] = found.value
    core, beside = szeged.without(learnt, szeged.BESIDE), szeged.without(tested, szeged.BESIDE)
    _, answers = transfer.answers(core.gold)
    others[f"F1 of {CORE}"] = _of_two(szeged.NAMES, beside.gold, answers, groups, given.seed)[1].value
    return Found(
        best, "F1 of hedged", len(tested), others | span_scores(tested.items.texts, tested.cues, transfer.cues)
    )


def _files(given: Run, names: tuple[str, ...]) -> Corpus:
    return joined([szeged.read(given.data / "szeged" / f"{name}.xml", "train") for name in names])


def _szeged(given: Run, names: tuple[str, ...]) -> Found:
    corpus = _files(given, names)
    tested = szeged.read(given.test, "test") if given.test else None
    core = szeged.without(corpus, szeged.BESIDE).named(CORE)
    trained = train(corpus, (core,), folds=5, seed=given.seed, predictor=bool(tested), progress=given.progress)
    said, cues = trained.predict(tested) if tested else (None, trained.cues)
    answers, gold, groups = _answers(trained, corpus.target, tested, said)
    scores, best = _of_two(szeged.NAMES, gold, answers, groups, given.seed)
    others = _spread_of_two(scores, gold, "hedged")
    beside = szeged.without(tested, szeged.BESIDE).named(CORE) if tested else None
    answers, gold, groups = _answers(trained, CORE, beside, said)
    others |= {f"F1 of {CORE}": _of_two(szeged.NAMES, gold, answers, groups, given.seed)[1].value}
    shown = tested or corpus
    return Found(best, "F1 of hedged", len(shown), others | span_scores(shown.items.texts, shown.cues, cues))


def _claimbuster(given: Run) -> Found:
    corpus = claimbuster.read(given.data / "claimbuster" / "crowdsourced.csv", "train")
    tested = claimbuster.read(given.test, "test") if given.test else None
    said = debated(corpus, tested, folds=5, seed=given.seed, progress=given.progress)
    worthy = claimbuster.NAMES.index("check-worthy")
    taught, taught_worthy, of_two = (
        corpus.gold,
        (corpus.gold == worthy).astype(np.int64),
        one_against_rest(said.out, worthy),
    )
    if tested is None or said.test is None:
        gold, groups = taught, corpus.items.groups
        two = nested(threshold, taught_worthy, of_two, said.fold)
        three = nested(balanced, taught, said.out, said.fold)
    else:
        gold, groups = tested.gold, tested.items.groups
        found = one_against_rest(said.test, worthy)
        two = Answers(threshold(taught_worthy, of_two)(found), found)
        three = Answers(balanced(taught, said.out)(said.test), said.test)
    gold_two = (gold == worthy).astype(np.int64)
    scores, best = _of_two(("other", "check-worthy"), gold_two, two, groups, given.seed)
    others = _spread_of_two(scores, gold_two, "check-worthy")
    others |= spread(assess(claimbuster.NAMES, gold, three, groups, seed=given.seed).scores, "of three labels: ")
    return Found(best, "F1 of check-worthy", len(gold), others)


def _newssd(given: Run) -> Found:
    folder = given.data / "newssd"
    corpus, tested = newssd.read(folder / "train.csv", "train"), newssd.read(given.test or folder / "val.csv", "test")
    said, within, _ = subjective(corpus, tested, _lessons(given.data), folds=8)
    scores = assess(newssd.NAMES, tested.gold, said, tested.items.groups, seed=given.seed).scores
    beside = assess(newssd.NAMES, corpus.gold, within, corpus.items.groups, seed=given.seed).scores
    others = spread(scores) | {"macro F1 out of fold on train.csv": beside.macro_f1.value}
    return Found(scores.macro_f1, "macro F1", len(tested), others)


def _lessons(data: Path) -> list[Lesson]:
    """Return what the other corpora teach, as far as they are there."""
    found = []
    path = data / "conll2010-wiki" / "train.jsonl"
    if path.is_file():
        wiki = conll_wiki.read(path, "train")
        known = np.flatnonzero(wiki.gold >= 0)
        found.append(Lesson([wiki.items.texts[row] for row in known], wiki.gold[known]))
    path = data / "claimbuster" / "crowdsourced.csv"
    if path.is_file():
        claims = claimbuster.read(path, "train")
        for name in ("check-worthy", "unimportant"):
            is_it = claims.gold == claimbuster.NAMES.index(name)
            found.append(Lesson(claims.items.texts, is_it.astype(np.int64)))
    if (data / "polnear" / "train").is_dir():
        news = polnear.read(data / "polnear" / "train", "train")
        for kind in ("cue", "content"):
            has = np.array([any(cue.kind == kind for cue in cues) for cues in news.cues])
            found.append(Lesson(news.items.texts, has.astype(np.int64)))
    return found


def _polnear(given: Run) -> Found:
    folder = given.data / "polnear"
    corpus, tested = polnear.read(folder / "train", "train"), polnear.read(given.test or folder / "dev", "test")
    said = attributions(corpus, tested, seed=given.seed, progress=given.progress)
    scores, _ = _of_two(polnear.NAMES, tested.gold, said.answers, tested.items.groups, given.seed)
    others = _spread_of_two(scores, tested.gold, "attribution")
    others |= span_scores(tested.items.texts, tested.cues, said.cues, any_kind=False)
    best = scores.labels["attribution"].average_precision
    return Found(best, "average precision of attribution", len(tested), others)


BENCHMARKS: dict[str, Callable[[Run], Found]] = {
    "conll2010-wiki": _conll,
    "szeged-wiki": _szeged_wiki,
    "szeged-bio": _szeged_bio,
    "szeged-transfer": _transfer,
    "claimbuster": _claimbuster,
    "newssd": _newssd,
    "polnear": _polnear,
}
"""The benchmarks, in the order of the table."""
