"""How often each aggregator's labels are the truth's, beside majority vote, on real votes with a known truth.

The file is a table as Snow and others (2008) published theirs: tab-separated, a row a vote, with an id, the annotator, the
item, the label and the true label.

    python bench/aggregation.py temp.standardized.tsv
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from annotate.quality.dawid_skene import DawidSkene
from annotate.quality.mace import Mace
from annotate.quality.majority_vote import MajorityVote

COLUMNS = ("id", "annotator", "item", "label", "gold")


def main() -> None:
    """Print a row an aggregator."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("votes", type=Path, help="tab-separated: id, annotator, item, label, true label")
    votes = pd.read_csv(parser.parse_args().votes, sep="\t", dtype=str).set_axis(list(COLUMNS), axis=1)
    gold = votes.drop_duplicates("item").set_index("item")["gold"]
    print(f"{len(gold):,} items, {votes['annotator'].nunique():,} annotators, {len(votes):,} votes")
    for name, model in (("majority", MajorityVote()), ("Dawid-Skene", DawidSkene()), ("MACE", Mace())):
        labels = model.fit_predict(votes)
        right, ties = int((labels == gold.loc[labels.index]).sum()), int(labels.isna().sum())
        print(f"{name:12} {right / len(gold):.3f}  {right} right, {ties} undecided (they count as wrong)")


if __name__ == "__main__":
    main()
