"""Which of a codebook's targets are learnt from text, and which follow from them by its rules."""

from __future__ import annotations

from annotate.codebook import Codebook, Rule, TargetRules


def learnt(book: Codebook) -> tuple[TargetRules, ...]:
    """Return the targets whose rules ask for marks alone; a model predicts them.

    >>> from annotate.codebook import load
    >>> [target.name for target in learnt(load())]
    ['status', 'hedged']
    """
    return tuple(target for target in book.target if not follows(target))


def derived(book: Codebook) -> tuple[TargetRules, ...]:
    """Return the targets whose rules ask for other targets; the codebook decides them from what was predicted.

    >>> from annotate.codebook import load
    >>> [target.name for target in derived(load())]
    ['flagged']
    """
    return tuple(target for target in book.target if follows(target))


def follows(target: TargetRules) -> bool:
    """Return whether a target's rules ask for other targets."""
    return any(rule.where or rule.unless for rule in target.rule)


def positive(target: TargetRules) -> str | None:
    """Return the label of a two-label target that is not its default; None where there are more labels."""
    if len(target.labels) != 2:  # noqa: PLR2004 - two labels are what makes a target binary
        return None
    return next(label for label in target.labels if label != target.default)


def rules_behind(target: TargetRules, reasons: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules that gave these reasons."""
    return tuple(rule for rule in target.rule if rule.reason in reasons)


def marks_of(target: TargetRules) -> dict[str, dict[str, str | None]]:
    """Return layer → the target's label → the span label it stands for (None: whichever the span has).

    >>> from annotate.codebook import load
    >>> [marks_of(target) for target in learnt(load())]
    [{'claim': {'disputed': 'disputed', 'unverified': 'unverified', 'verified': 'verified'}}, {'hedge': {'yes': None}}]
    """
    layers: dict[str, dict[str, str | None]] = {}
    for rule in target.rule:
        for mark in rule.has:
            layer, _, label = mark.partition(".")
            layers.setdefault(layer, {})[rule.label] = label or None
    return layers


def cue_layer(book: Codebook) -> str | None:
    """Return the layer whose spans are short cues: the one of which any label makes a learnt target positive.

    >>> from annotate.codebook import load
    >>> cue_layer(load())
    'hedge'
    """
    return next(
        (layer for target in learnt(book) for layer, labels in marks_of(target).items() if None in labels.values()),
        None,
    )
