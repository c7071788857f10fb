"""What a codebook is: layers of labels, links, decisions, and the rules by which spans become an item's labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from annotate.records import CodebookRef, SegmentKind, Span


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the codebook's parts: a misspelled key is an error, and a default counts as not said."""


class NearMiss(_Part, frozen=True, kw_only=True):
    """A text that looks like an example and is none."""

    text: str
    reason: str


class Label(_Part, frozen=True, kw_only=True):
    """One label of a layer."""

    name: str
    definition: str
    question: str = ""
    hotkey: str = ""
    color: str = "#666666"
    examples: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()


class Layer(_Part, frozen=True, kw_only=True):
    """A kind of span with its labels."""

    name: str
    title: str
    definition: str
    label: tuple[Label, ...]


class LinkType(_Part, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A kind of link, known by the layers of its ends."""

    name: str
    from_: str
    to: str
    definition: str = ""


class Choice(_Part, frozen=True, kw_only=True):
    """One answer of a decision."""

    name: str
    definition: str
    hotkey: str = ""


class Decision(_Part, frozen=True, kw_only=True):
    """A question about the whole task: choices, or free text."""

    name: str
    title: str
    choices: tuple[Choice, ...] = ()
    single: bool = False
    text: bool = False


class Rule(_Part, frozen=True, kw_only=True):
    """One way to a target's label.

    Attributes:
        label: the label it gives.
        reason: a word for it, where a flag wants one.
        has: marks of which at least one must be present: ``layer``, ``layer.label`` or ``decision.choice``.
        where: targets decided before, with the label each must have.
        unless: targets decided before, with the label none may have.
    """

    label: str
    reason: str = ""
    has: tuple[str, ...] = ()
    where: dict[str, str] = {}
    unless: dict[str, str] = {}

    def holds(self, marks: frozenset[str], decided: Mapping[str, str]) -> bool:
        """Return whether the rule applies to these marks and to the targets decided so far."""
        return (
            (not self.has or any(mark in marks for mark in self.has))
            and all(decided.get(name) == label for name, label in self.where.items())
            and not any(decided.get(name) == label for name, label in self.unless.items())
        )


class TargetRules(_Part, frozen=True, kw_only=True):
    """What is learnt of an item, and how its label follows from the spans and decisions on it.

    Attributes:
        ordered: whether the labels stand in an order, so that agreement counts how far apart two are.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    ordered: bool = False
    default: str
    rule: tuple[Rule, ...] = ()


class Basis(_Part, frozen=True, kw_only=True):
    """What a claim's status rests on.

    Attributes:
        label: the label that it goes with; any where empty.
        linked: only where the claim is linked to a source.
        choice: only where the annotator says so.
    """

    name: str
    label: str = ""
    linked: bool = False
    choice: bool = False
    definition: str = ""


class Question(_Part, frozen=True, kw_only=True):
    """One step of the decision tree: what a yes leads to, and what a no does; the next question where it says nothing."""

    ask: str
    yes: str = ""
    no: str = ""


class Case(_Part, frozen=True, kw_only=True):
    """A hard case, settled: a rule with an example, in which square brackets stand round what is marked."""

    title: str
    rule: str
    example: str
    answer: str


class Guideline(_Part, frozen=True, kw_only=True):
    """One section of the annotators' guidelines, in Markdown."""

    title: str
    text: str


class Decided(msgspec.Struct, frozen=True):
    """The labels of one item, and the reasons of the rules that gave them (target → reasons, in the codebook's order)."""

    labels: dict[str, str]
    reasons: dict[str, tuple[str, ...]]


class Codebook(_Part, frozen=True, kw_only=True):
    """A label scheme.

    Attributes:
        unit: what one task shows.
        item: what one label is of; ``article`` makes one item that spans the text.
        read: kinds of segment that are read for claims and hedges.
        question: the decision tree, asked in order.
        case: hard cases, settled in writing.
    """

    name: str
    version: str
    title: str
    language: str = "en"
    unit: Literal["article", "sentence"] = "article"
    item: Literal["sentence", "article"] = "sentence"
    read: tuple[SegmentKind, ...]
    instruction: str = ""
    layer: tuple[Layer, ...] = ()
    link: tuple[LinkType, ...] = ()
    decision: tuple[Decision, ...] = ()
    target: tuple[TargetRules, ...]
    basis: tuple[Basis, ...] = ()
    question: tuple[Question, ...] = ()
    case: tuple[Case, ...] = ()
    guideline: tuple[Guideline, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the content (not of comments or layout), 64 hexadecimal digits."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()

    @property
    def ref(self) -> CodebookRef:
        """What is stamped on every record made under this codebook."""
        return CodebookRef(name=self.name, version=self.version, hash=self.hash[:16])

    def labels(self, layer: str) -> tuple[str, ...]:
        """Return the labels of a layer, in the codebook's order; empty where there is no such layer."""
        return next((tuple(label.name for label in found.label) for found in self.layer if found.name == layer), ())

    def targets(self) -> dict[str, TargetRules]:
        """Return the targets by name, in the codebook's order."""
        return {target.name: target for target in self.target}

    def link_type(self, from_layer: str, to_layer: str) -> str | None:
        """Return the type of a link between these layers; None where the codebook knows none."""
        return next((link.name for link in self.link if (link.from_, link.to) == (from_layer, to_layer)), None)

    def basis_of(self, label: str, *, linked: bool, chosen: str | None = None) -> str | None:
        """Return what a claim's status rests on: the annotator's choice, or the first rule that holds."""
        fitting = [basis for basis in self.basis if basis.label in {"", label} and (linked or not basis.linked)]
        said = [basis for basis in fitting if basis.name == chosen] or [basis for basis in fitting if not basis.choice]
        return said[0].name if said else None

    def decide(
        self,
        spans: Iterable[Span],
        decisions: Mapping[str, Iterable[str]] | None = None,
        given: Mapping[str, str] | None = None,
    ) -> Decided:
        """Return every target's label for an item with these spans.

        Args:
            spans: the spans that share a character with the item.
            decisions: the answers for the task.
            given: targets decided elsewhere (by a model), which the rules then take as they are; their reasons are those of
                the rules that give the same label.

        >>> from annotate.codebook import load
        >>> from annotate.records import Span
        >>> hedge = Span(id="h", layer="hedge", label="epistemic", start=0, end=3, text="may")
        >>> load().decide([hedge]).labels
        {'status': 'none', 'hedged': 'yes', 'flagged': 'yes'}
        """
        marks = {mark for span in spans for mark in (span.layer, f"{span.layer}.{span.label}")}
        for name, values in (decisions or {}).items():
            marks.update(f"{name}.{value}" for value in values)
        return self.decide_marks(frozenset(marks), given)

    def decide_marks(self, marks: frozenset[str], given: Mapping[str, str] | None = None) -> Decided:
        """Return every target's label for an item with these marks (``layer``, ``layer.label``, ``decision.choice``)."""
        labels = dict(given or {})
        reasons: dict[str, tuple[str, ...]] = {}
        for target in self.target:
            if target.name in labels:
                held = [rule for rule in target.rule if rule.label == labels[target.name]]
            else:
                held = [rule for rule in target.rule if rule.holds(marks, labels)]
                labels[target.name] = held[0].label if held else target.default
            if found := tuple(rule.reason for rule in held if rule.reason):
                reasons[target.name] = found
        return Decided({name: labels[name] for name in self.targets() if name in labels}, reasons)
