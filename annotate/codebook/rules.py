"""What a codebook must keep to, so that screen, files and release can be made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from annotate.codebook.places import Path
from annotate.codebook.scheme import Codebook, Rule, TargetRules

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What a name may be: Label Studio splits names at commas and trims them, and a release has columns by them."""
TAKEN = frozenset({"text", "basis", "article_id", "start", "end", "title", "outlet", "license", "claims", "split"})
"""Names that the screen or a release has for something else."""
QUESTIONS = 4
"""Most questions of a decision tree."""
NO_CLAIM = "nothing"
"""Where a question leads that ends with no mark."""
CONTRAST = 3.0
"""Least contrast of a colour with white (WCAG 2.2, success criterion 1.4.11)."""


class Problem(msgspec.Struct, frozen=True):
    """A rule that is broken, and the value that breaks it."""

    path: Path
    text: str


def problems(book: Codebook) -> Iterator[Problem]:
    """Yield every rule that a codebook breaks."""
    yield from _names(book)
    yield from _words(book)
    yield from _questions(book)
    yield from _hotkeys(book)
    yield from _colours(book)
    yield from _references(book)
    yield from _targets(book)


def _names(book: Codebook) -> Iterator[Problem]:
    groups: list[tuple[str, list[tuple[Path, str]]]] = [
        ("layer or decision", [(("layer", n, "name"), layer.name) for n, layer in enumerate(book.layer)]),
        ("target", [(("target", n, "name"), target.name) for n, target in enumerate(book.target)]),
        ("link", [(("link", n, "name"), link.name) for n, link in enumerate(book.link)]),
    ]
    groups[0][1].extend((("decision", n, "name"), decision.name) for n, decision in enumerate(book.decision))
    for n, layer in enumerate(book.layer):
        named: list[tuple[Path, str]]
        named = [(("layer", n, "label", m, "name"), label.name) for m, label in enumerate(layer.label)]
        groups.append((f"label of {layer.name}", named))
    for n, decision in enumerate(book.decision):
        named = [(("decision", n, "choices", m), choice.name) for m, choice in enumerate(decision.choices)]
        groups.append((f"choice of {decision.name}", named))
    for what, named in groups:
        seen: set[str] = set()
        for path, name in named:
            if not NAME.fullmatch(name):
                yield Problem(
                    path,
                    f"{what} {name!r}: a name has small letters, digits and underscores, begins with a letter and has at"
                    " most 40 of them; Label Studio and datasets would change another",
                )
            if name in TAKEN and what in {"layer or decision", "target"}:
                yield Problem(path, f"{what} {name!r}: the screen or a release needs that name for something else")
            if name in seen:
                yield Problem(path, f"{what} {name!r} is there twice")
            seen.add(name)


def _words(book: Codebook) -> Iterator[Problem]:
    for n, layer in enumerate(book.layer):
        if not layer.label:
            yield Problem(("layer", n), f"layer {layer.name!r} has no label")
        for m, label in enumerate(layer.label):
            if not label.definition.strip():
                yield Problem(("layer", n, "label", m, "definition"), f"label {label.name!r} has no definition")
    for n, decision in enumerate(book.decision):
        if decision.text == bool(decision.choices):
            yield Problem(("decision", n), f"decision {decision.name!r} needs choices or text = true, and not both")
        for m, choice in enumerate(decision.choices):
            if not choice.definition.strip():
                yield Problem(("decision", n, "choices", m), f"choice {choice.name!r} has no definition")


def _questions(book: Codebook) -> Iterator[Problem]:
    known = {label.name for layer in book.layer for label in layer.label} | {NO_CLAIM, ""}
    known |= {choice.name for decision in book.decision for choice in decision.choices}
    if len(book.question) > QUESTIONS:
        yield Problem(
            ("question", QUESTIONS), f"the tree asks {len(book.question)} questions; people keep {QUESTIONS} in mind"
        )
    for n, step in enumerate(book.question):
        for end, name in (("yes", step.yes), ("no", step.no)):
            if name not in known:
                yield Problem(("question", n, end), f"question {n + 1} leads to an unknown label {name!r}")


def _hotkeys(book: Codebook) -> Iterator[Problem]:
    given: list[tuple[Path, str, str]] = [
        (("layer", n, "label", m, "hotkey"), label.hotkey, label.name)
        for n, layer in enumerate(book.layer)
        for m, label in enumerate(layer.label)
    ]
    given += [
        (("decision", n, "choices", m), choice.hotkey, choice.name)
        for n, decision in enumerate(book.decision)
        for m, choice in enumerate(decision.choices)
    ]
    owner: dict[str, str] = {}
    for path, key, name in given:
        if key and not (len(key) == 1 and key.isascii() and key.isalnum() and not key.isupper()):
            yield Problem(path, f"hotkey {key!r} of {name!r} is no single small letter or digit")
        if key in owner:
            yield Problem(path, f"hotkey {key!r} is given twice: to {owner[key]!r} and to {name!r}")
        if key:
            owner[key] = name


def _colours(book: Codebook) -> Iterator[Problem]:
    for n, layer in enumerate(book.layer):
        for m, label in enumerate(layer.label):
            path = ("layer", n, "label", m, "color")
            if not re.fullmatch(r"#[0-9A-Fa-f]{6}", label.color):
                yield Problem(path, f"color {label.color!r} of {label.name!r} is not of the form #1a2b3c")
            elif (found := contrast(label.color)) < CONTRAST:
                yield Problem(
                    path,
                    f"color {label.color} of {label.name!r} cannot be read on white:"
                    f" its contrast is {found:.1f}, {CONTRAST:.0f} is the least",
                )


def contrast(color: str) -> float:
    """Return the contrast of a colour with white, from 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000")), round(contrast("#ffffff"))
    (21, 1)
    """
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _references(book: Codebook) -> Iterator[Problem]:
    layers = {layer.name for layer in book.layer}
    labels = {label.name for layer in book.layer for label in layer.label}
    ends: set[tuple[str, str]] = set()
    for n, link in enumerate(book.link):
        for end, name in (("from", link.from_), ("to", link.to)):
            if name not in layers:
                yield Problem(("link", n, end), f"link {link.name!r} ends in an unknown layer {name!r}")
        if (link.from_, link.to) in ends:
            yield Problem(
                ("link", n), f"link {link.name!r} has the same ends as another: its type cannot follow from them"
            )
        ends.add((link.from_, link.to))
    for n, basis in enumerate(book.basis):
        if basis.label and basis.label not in labels:
            yield Problem(("basis", n, "label"), f"basis {basis.name!r} goes with an unknown label {basis.label!r}")


def _targets(book: Codebook) -> Iterator[Problem]:
    marks = {layer.name for layer in book.layer}
    marks |= {f"{layer.name}.{label.name}" for layer in book.layer for label in layer.label}
    marks |= {f"{decision.name}.{choice.name}" for decision in book.decision for choice in decision.choices}
    decided: dict[str, tuple[str, ...]] = {}
    if not book.target:
        yield Problem(("target",), "there is no target: nothing would be learnt")
    for n, target in enumerate(book.target):
        if target.default not in target.labels:
            yield Problem(("target", n, "default"), f"target {target.name!r} gives unknown label {target.default!r}")
        for m, rule in enumerate(target.rule):
            for key, text in _rule(target, rule, marks, decided):
                yield Problem(("target", n, "rule", m, key), f"target {target.name!r} {text}")
        decided[target.name] = target.labels


def _rule(
    target: TargetRules, rule: Rule, marks: set[str], decided: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    if rule.label not in target.labels:
        yield "label", f"gives unknown label {rule.label!r}"
    for mark in rule.has:
        if mark not in marks:
            yield "has", f"names unknown mark {mark!r}"
    for key, wanted in (("where", rule.where), ("unless", rule.unless)):
        for name, label in wanted.items():
            if label not in decided.get(name, ()):
                yield key, f"refers to {name} = {label!r}, not decided before it"
