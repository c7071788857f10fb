"""What decides in a new domain is learnt from domains held out whole, and from nothing that the new one's labels say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotate.benchmarks import szeged
from annotate.benchmarks.corpus import joined
from annotate.benchmarks.systems import best_everywhere
from annotate.benchmarks.transfer import Transfer

ITEM = st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 2))


def mean_f1(positive: np.ndarray, scores: np.ndarray, domain: np.ndarray, cut: float) -> float:
    """Return the mean of the domains' F1, 0 where nothing is positive or found."""
    each = []
    for number in set(domain.tolist()):
        gold, found = positive[domain == number], scores[domain == number] >= cut
        total = int(gold.sum() + found.sum())
        each.append(2 * int((gold & found).sum()) / total if total else 0.0)
    return float(np.mean(each))


@given(st.lists(ITEM, min_size=1, max_size=30))
def test_no_threshold_is_better_everywhere(items: list[tuple[bool, int, int]]) -> None:
    """Of all scores that occur none has a better mean F1 over domains, and none so good is higher."""
    positive, scores, domain = (np.array(column) for column in zip(*items, strict=True))
    best = best_everywhere(positive, scores.astype(np.float64), domain)
    reached = {cut: round(mean_f1(positive, scores, domain, cut), 12) for cut in set(scores.tolist())}
    assert best == max(cut for cut, value in reached.items() if value == max(reached.values()))


def test_a_large_domain_counts_no_more_than_a_small_one() -> None:
    """With every item of one domain there ten times, the threshold stays."""
    positive = np.array([True, False, True, False, True, False])
    scores = np.array([0.9, 0.7, 0.5, 0.4, 0.8, 0.1])
    domain = np.array([0, 0, 0, 0, 1, 1])
    often = np.repeat(np.arange(6), [10, 10, 10, 10, 1, 1])
    assert best_everywhere(positive[often], scores[often], domain[often]) == best_everywhere(positive, scores, domain)


def test_the_tested_domains_labels_move_nothing(data: Path) -> None:
    """Without its cues the tested file gets the same answers and the same spans."""
    folder = data / "szeged"
    domains = [szeged.read(folder / f"{name}.xml", "train") for name in ("wiki-train", "bio-hbc")]
    tested = szeged.read(folder / "bio-fly.xml", "test")
    bare = tested.relabelled([0] * len(tested))
    gold = joined(domains).gold
    told = [
        Transfer(domains, each, seed=0, progress=lambda loop, _label, _total: loop)
        for each in (tested, type(bare)(bare.items, bare.target, ((),) * len(bare), bare.titles))
    ]
    one, other = (transfer.answers(gold)[1] for transfer in told)
    assert np.array_equal(one.probabilities, other.probabilities)
    assert np.array_equal(one.predicted, other.predicted)
    assert one.predicted.any()
    assert told[0].cues == told[1].cues
    assert any(told[0].cues)
