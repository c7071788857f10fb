"""Our agreement and aggregation beside krippendorff, statsmodels and crowd-kit, in one run on one core.

Each measurement runs in a process of its own: the processor's seconds of the fastest of several runs, peak memory, and
what came out, which is compared. Data are ready in memory in each one's own form before the clock starts.

    python bench/quality.py                    # some seconds
    python bench/quality.py --full -o FILE     # a million votes on 200,000 items by 500 annotators
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one core, before numpy is loaded

import numpy as np  # noqa: E402 - after the variables that it reads
import pandas as pd  # noqa: E402 - likewise
from measures import Claim, Row, apart, arguments, finish, measuring, peak_mb, ratio, row  # noqa: E402 - likewise

LABELS, VOTES, STEPS, ROUNDS = 3, 5, 20, 3
PER_ARTICLE = 20


def votes(items: int, people: int, seed: int = 0) -> tuple[Any, Any, Any]:
    """Return item, annotator and label of each vote; annotators and labels are numbered as they first appear."""
    draw = np.random.default_rng(seed)
    truth = draw.choice(LABELS, items, p=[0.6, 0.25, 0.15])
    skill = draw.beta(6, 2, people)
    start, step = draw.integers(people, size=items), draw.integers(1, people // VOTES, size=items)
    annotator = ((start[:, None] + step[:, None] * np.arange(VOTES)) % people).ravel()
    item = np.repeat(np.arange(items), VOTES)
    right = draw.random(len(item)) < skill[annotator]
    label = np.where(right, truth[item], (truth[item] + draw.integers(1, LABELS, len(item))) % LABELS)
    return item, pd.factorize(annotator)[0], pd.factorize(label)[0]  # crowd-kit's MACE mixes up other orders


def counted(item: Any, label: Any) -> Any:
    """Return votes a label of each item."""
    items = int(item.max()) + 1
    return np.bincount(item * LABELS + label, minlength=items * LABELS).reshape(items, LABELS)


def alpha_ours(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:  # noqa: ARG001 - all take the votes
    """Krippendorff's alpha, of votes a label."""
    from annotate.quality.coincidence import coincidence, nominal_alpha

    counts = counted(item, label)
    return lambda: float(nominal_alpha(coincidence(counts)))


def alpha_krippendorff(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:  # noqa: ARG001 - all take the votes
    """The same by krippendorff."""
    import krippendorff

    counts = counted(item, label)
    return lambda: float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def alpha_from_votes_ours(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:  # noqa: ARG001 - all take the votes
    """Krippendorff's alpha, of the votes themselves."""
    from annotate.quality.coincidence import coincidence, nominal_alpha

    return lambda: float(nominal_alpha(coincidence(counted(item, label))))


def alpha_from_votes_crowdkit(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:
    """The same by crowd-kit."""
    from crowdkit.metrics.data import alpha_krippendorff as crowdkit

    data = pd.DataFrame({"task": item, "worker": annotator, "label": label})
    return lambda: float(crowdkit(data))


def fleiss_ours(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:  # noqa: ARG001 - all take the votes
    """Fleiss' kappa, of votes a label."""
    from annotate.quality.chance import fleiss

    counts = counted(item, label)
    return lambda: fleiss(counts)


def fleiss_statsmodels(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:  # noqa: ARG001 - all take the votes
    """The same by statsmodels."""
    from statsmodels.stats.inter_rater import fleiss_kappa

    counts = counted(item, label)
    return lambda: float(fleiss_kappa(counts))


def dawid_skene_ours(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:
    """Dawid-Skene, 20 steps."""
    import scipy.sparse  # noqa: F401 - loaded before the clock starts

    from annotate.quality.dawid_skene import DawidSkene

    data = pd.DataFrame({"item": item, "annotator": annotator, "label": label})
    return lambda: DawidSkene(iterations=STEPS, tolerance=-1).fit(data).probas_


def dawid_skene_crowdkit(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:
    """The same by crowd-kit."""
    from crowdkit.aggregation import DawidSkene

    data = pd.DataFrame({"task": item, "worker": annotator, "label": label})
    return lambda: DawidSkene(n_iter=STEPS, tol=-1).fit(data).probas_


def mace_ours(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:
    """MACE, 20 steps from crowd-kit's own beginning."""
    import scipy.special
    import scipy.stats

    from annotate.quality.mace import Belief, Mace

    def start(people: int, labels: int) -> list[Belief]:
        drawn = [scipy.stats.uniform(1, 1.5).rvs(size=(people, n), random_state=0) for n in (2, labels)]
        return [Belief(*(one / one.sum(axis=1, keepdims=True) for one in drawn))]

    data = pd.DataFrame({"item": item, "annotator": annotator, "label": label})
    return lambda: Mace(iterations=STEPS).fit_from(data, start).probas_


def mace_crowdkit(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:
    """The same by crowd-kit."""
    from crowdkit.aggregation import MACE

    data = pd.DataFrame({"task": item, "worker": annotator, "label": label})
    return lambda: MACE(n_restarts=1, n_iter=STEPS).fit(data).probas_


def intervals_ours(item: Any, annotator: Any, label: Any) -> Callable[[], Any]:
    """All core measures with intervals: 1,000 resamples of articles of 20 items."""
    from annotate.quality.items import LabelTable
    from annotate.quality.target_agreement import core_measures

    items = int(item.max()) + 1
    table = LabelTable(
        articles=tuple(str(n) for n in range(-(-items // PER_ARTICLE))),
        extents=tuple((n // PER_ARTICLE, n, n + 1) for n in range(items)),
        annotators=tuple(str(n) for n in range(int(annotator.max()) + 1)),
        names={"t": ("a", "b", "c")},
        item=item,
        annotator=annotator,
        labels={"t": label},
    )
    return lambda: core_measures(table, "t", resamples=1000, seed=0).alpha.value


@dataclass(frozen=True)
class Measure:
    """Something that is measured.

    Attributes:
        title: what it is.
        ours: our function.
        peer: the library beside it, and its function.
        bar: how many times our seconds the peer's have to be, if the project says so.
    """

    title: str
    ours: str
    peer: tuple[str, str] | None = None
    bar: float | None = None


MEASURES = (
    Measure("alpha, of ready counts", "alpha_ours", ("krippendorff", "alpha_krippendorff"), 1),
    Measure("alpha, of votes", "alpha_from_votes_ours", ("crowd-kit", "alpha_from_votes_crowdkit"), 50),
    Measure("Fleiss' kappa, of ready counts", "fleiss_ours", ("statsmodels", "fleiss_statsmodels"), 1),
    Measure("Dawid-Skene, 20 steps", "dawid_skene_ours", ("crowd-kit", "dawid_skene_crowdkit"), 8),
    Measure("MACE, 1 start, 20 steps", "mace_ours", ("crowd-kit", "mace_crowdkit"), 8),
    Measure("all measures, 1,000 resamples", "intervals_ours"),
)
GROWING = ("alpha, of votes", "Dawid-Skene, 20 steps", "all measures, 1,000 resamples")
"""What is measured at smaller sizes too."""
VOTES_AT = (1_000, 10_000, 100_000)
FULL, QUICK = 1_000_000, 20_000
SAME = 1e-6
"""Greatest difference between what two systems give that counts as the same result."""


def child(name: str, size: int, people: int, repeats: int, to: Path) -> None:
    """Measure one function in this process, and write its result and its time: the fastest of its runs."""
    warnings.simplefilter("ignore")
    run = globals()[name](*votes(size // VOTES, people))
    runs = []
    result: Any = None
    for _ in range(repeats):
        with measuring() as found:
            result = run()
        runs.append(found)
    if isinstance(result, pd.DataFrame):
        result = result.sort_index()[sorted(result.columns)]
    np.save(to / f"{name}.npy", np.asarray(result))
    print(json.dumps(min(runs, key=lambda one: one["cpu"]) | {"peak_mb": peak_mb()}))


def measured(measure: Measure, size: int, people: int, repeats: int) -> list[Row]:
    """Return ours and the peer's, three times in turn, each in a process of its own; what came out has to be the same."""
    systems = {"ours": measure.ours} | (dict([measure.peer]) if measure.peer else {})
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in systems}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for system, name in list(systems.items()):
                call = ("--child", name, "--size", size, "--annotators", people, "--repeats", repeats, "--to", folder)
                try:
                    runs[system].append(apart(__file__, *call))
                except subprocess.CalledProcessError:
                    if system == "ours":
                        raise
                    print(f"{system} does not run here and is left out", file=sys.stderr)
                    del systems[system], runs[system]
        results = [np.load(Path(folder) / f"{name}.npy") for name in systems.values()]
    difference = max((float(np.abs(results[0] - other).max()) for other in results[1:]), default=0.0)
    if difference > SAME:
        sys.exit(f"{measure.title}: the results differ by {difference}")
    return [row(measure.title, size, system, of, greatest_difference=difference) for system, of in runs.items()]


def main() -> None:
    """Print a table of times and memory, and write it as JSON."""
    parser = arguments(__doc__)
    parser.add_argument("--annotators", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--size", type=int, help="votes")
    parser.add_argument("--child", help="measure this one here")
    parser.add_argument("--to", type=Path, help="folder for its result")
    given = parser.parse_args()
    if given.child:
        child(given.child, given.size, given.annotators, given.repeats, given.to)
        return
    size = given.size or (FULL if given.full else QUICK)
    rows: list[Row] = []
    for measure in MEASURES:
        for smaller in VOTES_AT if given.full and measure.title in GROWING else ():
            rows += measured(replace(measure, peer=None), smaller, min(given.annotators, smaller // 20), given.repeats)
        rows += measured(measure, size, given.annotators, given.repeats)
    names = {one.measure for one in rows if one.system != "ours"}
    claims = [
        Claim(f"{one.title}, beside {one.peer[0]}", ratio(rows, one.title, one.peer[0], size), one.bar)
        for one in MEASURES
        if given.full and one.peer and one.bar and one.title in names
    ]
    if given.full:
        most = max(one.peak_mb or 0 for one in rows if one.system == "ours" and one.size == size)
        claims.append(Claim("Memory for a million votes", most, 600, least=False, unit="MB"))
    finish("quality", rows, claims, given.output, annotators=given.annotators, labels=LABELS, votes_an_item=VOTES)


if __name__ == "__main__":
    main()
