"""A model folder as it is published: its files, each proved, and a card with the results in the Hub's form."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from annotate.dataset.card_merge import dump, split
from annotate.dataset.card_rules import LICENSES, model_problems
from annotate.dataset.publish import CARD, Content
from annotate.errors import DataError, UsageError
from annotate.files import opened
from annotate.records import CodebookRef

INFO = "model.json"


class _Info(msgspec.Struct, frozen=True):
    """What publishing reads of `model.json`."""

    codebook: CodebookRef
    manifest: str
    files: dict[str, str]


class _Number(msgspec.Struct, frozen=True):
    value: float | None = None
    low: float | None = None
    high: float | None = None
    undefined: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is a value to publish."""
        return self.value is not None and math.isfinite(self.value)


class _Label(msgspec.Struct, frozen=True):
    precision: _Number
    recall: _Number
    f1: _Number
    average_precision: _Number


class _Scores(msgspec.Struct, frozen=True):
    accuracy: _Number
    macro_f1: _Number
    labels: dict[str, _Label]


class _Control(msgspec.Struct, frozen=True):
    scores: _Scores


class _Target(msgspec.Struct, frozen=True):
    used: int
    positive: str | None
    scores: _Scores
    controls: dict[str, _Control]


class _Alarm(msgspec.Struct, frozen=True):
    message: str
    target: str | None = None
    suspects: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What is too good or leaks, with the likely reasons."""
        why = f" ({'; '.join(self.suspects)})" if self.suspects else ""
        return f"{self.target}: {self.message}{why}" if self.target else f"{self.message}{why}"


class _Evaluation(msgspec.Struct, frozen=True):
    """What the card says of an evaluation, as `evaluation.json` has it."""

    model: str
    manifest: str
    split: str
    items: int
    articles: int
    resamples: int
    targets: dict[str, _Target]
    notes: tuple[str, ...] = ()
    alarms: tuple[_Alarm, ...] = ()


def model_content(
    folder: Path, repo: str, *, license_name: str, evaluation: Path | None = None, dataset: str | None = None
) -> Content:
    """Return what is published of a model.

    Args:
        folder: that `annotate train` wrote.
        repo: where it goes, as ORG/NAME.
        license_name: of the model, by the Hub's name.
        evaluation: that `annotate evaluate` wrote of this model.
        dataset: ORG/NAME of the release that it was trained on.

    Raises:
        UsageError: the Hub does not know the licence.
        ModelError: the folder is no model, or was changed.
        DataError: the evaluation is of another model, or there is no card.
        StorageError: a file cannot be read.
    """
    from annotate.baseline.scorer import Model

    if license_name not in LICENSES:
        message = f"the Hub knows no licence {license_name!r}"
        raise UsageError(message, hint="name it as the Hub does: apache-2.0, cc-by-4.0, cc0-1.0, …")
    name = Model.load(folder).name
    raw = _bytes(folder / INFO)
    info = msgspec.json.decode(raw, type=_Info)
    scores = _scores(evaluation, name) if evaluation else None
    said: dict[str, Any] = {"license": license_name, **({"datasets": [dataset]} if dataset else {})}
    card = _card(_bytes(folder / CARD).decode("utf-8", "replace"), info, scores, repo.rsplit("/", maxsplit=1)[-1], said)
    return Content(
        kind="model",
        files={INFO: raw, **{name: folder / name for name in info.files}},
        card=card,
        name=f"model {hashlib.sha256(raw).hexdigest()[:12]}",
        faults=model_problems,
    )


def _scores(path: Path, model: str) -> _Evaluation:
    """Return an evaluation.

    Raises:
        DataError: it is none, or of another model.
    """
    try:
        found = msgspec.json.decode(_bytes(path), type=_Evaluation)
    except msgspec.MsgspecError as error:
        message = f"no evaluation: {error}"
        raise DataError(message, where=str(path), hint="name the file that `annotate evaluate` wrote") from error
    if found.model != model:
        message = f"of another model: {found.model}, and this is {model}"
        raise DataError(message, where=str(path), hint="run `annotate evaluate` on this model")
    return found


def _card(made: str, info: _Info, evaluation: _Evaluation | None, name: str, said: dict[str, Any]) -> str:
    """Return the card that training wrote, with the results below it and in its metadata."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from annotate.dataset.card import markdown

    metadata, _, body = split(made)
    metadata |= said
    if evaluation:
        results = list(_results(info, evaluation, said.get("datasets")))
        metadata["model-index"] = [{"name": name, "results": results}]
    environment = Environment(  # noqa: S701 - this is Markdown; the filter `md` escapes
        loader=PackageLoader("annotate.baseline", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = markdown
    below = environment.get_template("results.md.jinja").render(
        evaluation=evaluation,
        elsewhere=evaluation is not None and evaluation.manifest != info.manifest,
        rows=list(_rows(evaluation)) if evaluation else [],
    )
    return f"---\n{dump(metadata)}---\n{body.rstrip()}\n{below}"


def _results(info: _Info, evaluation: _Evaluation, datasets: list[str] | None) -> Iterator[dict[str, Any]]:
    """Yield the results of each target in the form of a `model-index`; what is undefined is left out."""
    for name, target in evaluation.targets.items():
        found = {"accuracy": target.scores.accuracy, "f1": target.scores.macro_f1}
        metrics = [_metric(kind, f"{name}: {_TITLES[kind]}", number) for kind, number in found.items() if number.known]
        if target.positive and (label := target.scores.labels.get(target.positive)):
            metrics += [
                _metric(kind, f"{name}={target.positive}: {kind.replace('_', ' ')}", number)
                for kind in ("precision", "recall", "average_precision")
                if (number := getattr(label, kind)).known
            ]
        if metrics:
            known = datasets and evaluation.manifest == info.manifest
            where = datasets[0] if datasets and known else f"release {evaluation.manifest[:12]}"
            yield {
                "task": {"type": "text-classification", "name": name},
                "dataset": {"type": where, "name": where, "split": evaluation.split},
                "metrics": metrics,
            }


_TITLES = {"accuracy": "accuracy", "f1": "macro F1"}


def _metric(kind: str, title: str, number: _Number) -> dict[str, Any]:
    return {"type": kind, "name": title, "value": round(number.value or 0.0, 4)}


def _rows(evaluation: _Evaluation) -> Iterator[list[str]]:
    for name, target in evaluation.targets.items():
        for system, scores in [
            ("the model", target.scores),
            *((control, found.scores) for control, found in target.controls.items()),
        ]:
            yield [name, system, f"{target.used:,}", _told(scores.accuracy), _told(scores.macro_f1)]


def _told(number: _Number) -> str:
    """Return a number with its interval, or why there is none."""
    if not number.known:
        return f"undefined: {number.undefined or 'no reason given'}"
    if number.low is None or number.high is None:
        return f"{number.value:.3f}"
    return f"{number.value:.3f} ({number.low:.3f} to {number.high:.3f})"


def _bytes(path: Path) -> bytes:
    with opened(path) as stream:
        return stream.read()
