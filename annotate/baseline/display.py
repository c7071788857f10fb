"""Flags and evaluations as a person reads them at a terminal. Colour never says anything that words do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from annotate.baseline.evaluation import Estimate, Evaluation, PairsResult, Scores, TargetEvaluation, counted
from annotate.records import Flag

CUE = "bold underline #E69F00"
"""Style of a cue: legible on dark and light ground, and to the colour-blind; without colour, bold and underlined."""
REASON = "bold #D55E00"
"""Style of a flag's reasons."""
TERMS_SHOWN = 3
"""Words shown of those that moved the decision most."""
UNDEFINED = "–"
"""Stands for a number that is not defined; evaluation.json says why."""


def flag_text(flag: Flag) -> RenderableType:
    """Return a flag as a person reads it: its reasons, the sentence with its cues marked, and what spoke for it."""
    head = Text("⚑ " if flag.flagged else "  ").append(", ".join(flag.reasons) or "not flagged", REASON)
    chance = flag.probabilities.get("flagged", {}).get("yes")
    head.append(f"  [{flag.start}, {flag.end})" + (f"  p {chance:.2f}" if chance is not None else ""), "dim")
    sentence = Text(flag.text)
    for cue in flag.hedges:
        sentence.stylize(CUE, cue.start - flag.start, cue.end - flag.start)
    cues = [f"{cue.text} ({cue.type.replace('_', ' ')})" for cue in flag.hedges]
    furthest = sorted(flag.terms.items(), key=lambda term: -abs(term[1]))[:TERMS_SHOWN]
    words = [f"{term} {weight:+.2f}" for term, weight in furthest]
    why = [f"{name}: {', '.join(found)}" for name, found in (("cues", cues), ("words", words)) if found]
    return Group(
        head, *(Padding(line, (0, 0, 0, 2), expand=False) for line in (sentence, *(Text(line, "dim") for line in why)))
    )


def evaluation_tables(evaluation: Evaluation) -> Iterator[RenderableType]:
    """Yield for each target the systems side by side, the model's labels one by one and its confusion; then the notes."""
    size = f"{counted(evaluation.items, 'item')} of {counted(evaluation.articles, 'article')}"
    intervals = f"95 % interval over {evaluation.resamples} resamples of articles"
    yield Text(f"{evaluation.split} split: {size}; below each number its {intervals}", "dim")
    for name, target in evaluation.targets.items():
        yield Text(f"\n{name}: {_told(target)}", "bold")
        for table in (_systems(target), _labels(target), _confusion(target)):
            yield table
            yield Text()
        if target.ceiling is not None:
            ours, theirs = (scores.agreement.value or 0.0 for scores in (target.ceiling.model, target.ceiling.human))
            yield Text(f"same label as one annotator: the model {ours:.1%}, another annotator {theirs:.1%}")
    for alarm in evaluation.alarms:
        yield Text(f"too good? {alarm.target or 'all targets'}: {alarm.message}", REASON)
        for found in alarm.suspects:
            yield Text(f"  found: {found}")
        for cleared in alarm.cleared:
            yield Text(f"  checked: {cleared}", "dim")
    for note in evaluation.notes:
        yield Text(f"note: {note}")


def pairs_table(found: Sequence[PairsResult]) -> Table:
    """Return how many minimal pairs each system passes, by phenomenon; below all, the whole with its interval."""
    table = _table("minimal pairs", "pairs", *("model" if "@" in one.system else one.system for one in found))
    for phenomenon, rate in found[0].phenomena.items():
        passed = (f"{one.phenomena[phenomenon].rate:.0%}" for one in found)
        table.add_row(phenomenon.replace("_", " "), str(rate.pairs), *passed)
    whole = (f"{one.whole.rate:.0%} ({one.whole.low:.0%} to {one.whole.high:.0%})" for one in found)
    table.add_row("all", str(found[0].whole.pairs), *whole)
    return table


def _told(target: TargetEvaluation) -> str:
    label = target.positive
    base = f", {target.scores.labels[label].support / target.used:.0%} {label}" if label and target.used else ""
    left = f", {target.contested} contested left out" if target.contested else ""
    return f"{counted(target.used, 'item')}{base}{left}"


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table


def _systems(target: TargetEvaluation) -> Table:
    label = target.positive
    headed = f"F1 {label}" if label else "macro F1"
    table = _table("system", "macro F1", *((f"F1 {label}", f"AP {label}") if label else ()), f"ahead in {headed}")
    table.add_row("model", *_row(target.scores, label), "", style="bold")
    beside = target.controls | ({"other model": target.against} if target.against else {})
    for control, found in beside.items():
        ahead = _number(target.headline(found.difference), "+.2f")
        table.add_row(control.replace("_", " "), *_row(found.scores, label), ahead)
    return table


def _row(scores: Scores, label: str | None) -> list[Text]:
    of_label = [scores.labels[label].f1, scores.labels[label].average_precision] if label else []
    return [_number(estimate) for estimate in (scores.macro_f1, *of_label)]


def _labels(target: TargetEvaluation) -> Table:
    table = _table("label", "items", "precision", "recall", "F1", "AP", "Brier", "ECE")
    for label in target.labels:
        found = target.scores.labels[label]
        numbers = (
            found.precision,
            found.recall,
            found.f1,
            found.average_precision,
            found.brier,
            found.calibration_error,
        )
        shown = (f"{number.value:.2f}" if number.value is not None else UNDEFINED for number in numbers)
        table.add_row(label, str(found.support), *shown)
    return table


def _confusion(target: TargetEvaluation) -> Table:
    table = _table("gold ↓  model →", *target.labels)
    for label, row in zip(target.labels, target.confusion, strict=True):
        table.add_row(
            label, *(Text(str(n), "bold" if label == to else "") for to, n in zip(target.labels, row, strict=True))
        )
    return table


def _number(estimate: Estimate, form: str = ".2f") -> Text:
    if estimate.value is None:
        return Text(UNDEFINED)
    text = Text(f"{estimate.value:{form}}")
    if estimate.low is not None and estimate.high is not None:
        text.append(f"\n{estimate.low:{form}} to {estimate.high:{form}}", "dim not bold")
    return text
