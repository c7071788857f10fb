"""Our agreement and aggregation beside krippendorff, statsmodels and crowd-kit, in one run on one core.

Each measurement runs in a process of its own: the processor's seconds of the fastest of several runs, peak memory, and
what came out, which is compared. Data are ready in memory in each one's own form before the clock starts.

    python bench/quality.py --items 200000 --annotators 500 -o results.json
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one core, before numpy is loaded

import numpy as np  # noqa: E402 - after the variables that it reads
import pandas as pd  # noqa: E402 - likewise

LABELS, VOTES, STEPS = 3, 5, 20
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


ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("alpha, of ready counts", "alpha_ours", ("alpha_krippendorff",)),
    ("alpha, of votes", "alpha_from_votes_ours", ("alpha_from_votes_crowdkit",)),
    ("Fleiss' kappa, of ready counts", "fleiss_ours", ("fleiss_statsmodels",)),
    ("Dawid-Skene, 20 steps", "dawid_skene_ours", ("dawid_skene_crowdkit",)),
    ("MACE, 1 start, 20 steps", "mace_ours", ("mace_crowdkit",)),
    ("all measures, 1,000 resamples", "intervals_ours", ()),
)


def child(name: str, items: int, people: int, repeats: int, to: Path) -> None:
    """Measure one function in this process, and write its result and its time."""
    warnings.simplefilter("ignore")
    run = globals()[name](*votes(items, people))
    seconds = []
    result: Any = None
    for _ in range(repeats):
        before = time.process_time()
        result = run()
        seconds.append(time.process_time() - before)
    if isinstance(result, pd.DataFrame):
        result = result.sort_index()[sorted(result.columns)]
    np.save(to / f"{name}.npy", np.asarray(result))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, "seconds": min(seconds), "all_seconds": seconds, "peak_mb": peak}))


def measured(name: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return one function's time and peak memory, measured in a process of its own."""
    command = [sys.executable, __file__, "--child", name, "--items", str(given.items), "--to", str(folder)]
    command += ["--annotators", str(given.annotators), "--repeats", str(given.repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this very script
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print a table of times, and write it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--annotators", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--to", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.items, given.annotators, given.repeats, given.to)
        return
    print(f"{given.items * VOTES:,} votes, {given.items:,} items, {given.annotators} annotators, {LABELS} labels")
    load = os.getloadavg()[0]
    print(f"load before: {load:.2f} on {os.cpu_count()} cores; the fastest of {given.repeats}\n")
    print(f"{'':32}{'ours s':>9}{'MB':>6}{'theirs s':>10}{'MB':>6}{'times':>7}  greatest difference")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, ours, peers in ROWS:
            own = measured(ours, given, folder)
            line = f"{title:32}{own['seconds']:9.3f}{own['peak_mb']:6.0f}"
            rows.append({"measure": title, "ours": own, "peers": []})
            for peer in peers:
                other = measured(peer, given, folder)
                apart = float(np.abs(np.load(folder / f"{ours}.npy") - np.load(folder / f"{peer}.npy")).max())
                rows[-1]["peers"].append(other | {"greatest_difference": apart})
                line += f"{other['seconds']:10.3f}{other['peak_mb']:6.0f}{other['seconds'] / own['seconds']:7.1f}"
                line += f"  {apart:.1e} ({peer.rpartition('_')[2]})"
            print(line, flush=True)
    if given.output:
        facts = {
            "items": given.items,
            "annotators": given.annotators,
            "repeats": given.repeats,
            "load_before": round(load, 2),
        }
        given.output.write_text(json.dumps(facts | {"cores": os.cpu_count(), "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
