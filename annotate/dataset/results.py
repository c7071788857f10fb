"""A baseline's scores, as `annotate evaluate` writes them → rows for the card.

Only the fields that the card shows are read; the stage that writes them comes later in the order of the work.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec

from annotate.errors import DataError


class _Number(msgspec.Struct):
    value: float | None = None
    low: float | None = None
    high: float | None = None
    undefined: str | None = None


class _Scores(msgspec.Struct):
    accuracy: _Number
    macro_f1: _Number


class _Control(msgspec.Struct):
    scores: _Scores


class _Target(msgspec.Struct):
    used: int
    scores: _Scores
    controls: dict[str, _Control]


class _Evaluation(msgspec.Struct):
    manifest: str
    model: str
    split: str
    targets: dict[str, _Target]


@dataclass(frozen=True)
class Score:
    """One line of the card's table: how one system did on one target of one split."""

    target: str
    system: str
    split: str
    items: int
    accuracy: str
    macro_f1: str


def scores_for(data: bytes, manifest: Path) -> tuple[Score, ...]:
    """Return the scores in an evaluation of the release with this manifest.

    Raises:
        DataError: it is no evaluation, of another release, or has a number that is none.
    """
    hint = "run `annotate evaluate` on this release (the same gold, codebook and options give the same MANIFEST.json)"
    try:
        found = msgspec.json.decode(data, type=_Evaluation)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        message = f"not an evaluation: {error}"
        raise DataError(message, where="evaluation", hint=hint) from error
    wanted = hashlib.sha256(manifest.read_bytes()).hexdigest()
    if found.manifest != wanted:
        message = f"the scores are of the release {found.manifest[:12]}, this one is {wanted[:12]}"
        raise DataError(message, where="evaluation", hint=hint)
    return tuple(
        Score(name, system, found.split, target.used, _shown(scores.accuracy), _shown(scores.macro_f1))
        for name, target in found.targets.items()
        for system, scores in {
            found.model: target.scores,
            **{control: held.scores for control, held in target.controls.items()},
        }.items()
    )


def _shown(number: _Number) -> str:
    """Return a number as the card shows it: undefined in words, never nan."""
    values = [value for value in (number.value, number.low, number.high) if value is not None]
    if number.value is None or not all(map(math.isfinite, values)):
        return f"undefined ({number.undefined or 'no reason given'})"
    interval = "" if number.low is None or number.high is None else f" ({number.low:.2f} to {number.high:.2f})"
    return f"{number.value:.2f}{interval}"
