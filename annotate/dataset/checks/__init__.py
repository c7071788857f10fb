"""What is wrong with a release, if anything: a linter for data.

::

    findings    an error, a warning or a note, and all of them together
    release     a release's rows as they stand in its files
    intact      files against the manifest
    offsets     every offset against its text
    leaks       articles, near-duplicates, outlets and days across splits
    annotators  columns that copy each other, answers always alike, impossible times
    leftovers   addresses, numbers and tokens in texts or metadata
    labels      votes and shares, small cells, doubtful labels
    papers      card, licence and rights
"""

from __future__ import annotations

from pathlib import Path

from annotate.dataset.checks import annotators, intact, labels, leaks, leftovers, offsets, papers
from annotate.dataset.checks.findings import Finding, Findings, Level
from annotate.dataset.checks.release import opened_release

__all__ = ["Finding", "Findings", "Level", "check"]


def check(folder: Path, *, scores: Path | None = None, with_card: bool = True) -> Findings:
    """Return what is found in a release.

    Where a file is not the one that the manifest lists, nothing further is looked at: the rest would be about other data.

    Args:
        folder: of the release.
        scores: probabilities of a model that did not learn from these labels, one record an item and target as `annotate train --scores`
            writes them; by them, doubtful labels are told.
        with_card: look at the card too.

    Raises:
        DataError: the folder is no release of ours.
        StorageError: a file cannot be read.
    """
    release = opened_release(folder)
    found = Findings()
    found.add("files", intact.check(release))
    if found.errors:
        return found
    found.add("offsets", offsets.check(release))
    found.add("splits", leaks.check(release))
    found.add("annotators", annotators.check(release))
    found.add("leftovers", leftovers.check(release))
    found.add("labels", labels.check(release))
    if scores is not None:
        found.add("doubtful labels", labels.doubtful(release, scores))
    found.add("licences", papers.check_rights(release))
    if with_card:
        found.add("card", papers.check_card(release))
    return found
