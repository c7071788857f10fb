"""What the names in a Label Studio result mean: under a codebook of ours, or as a foreign export has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from annotate.codebook import Codebook
from annotate.studio.interface import BASIS, basis_layer

Answer = tuple[str, str]
"""(control, value) of what was answered for one region alone."""
Mark = tuple[str, str]
"""(layer, label) of a span."""


class Unknown(Exception):  # noqa: N818 - a signal between two modules, always caught: no error that a user meets
    """A name that has no meaning here."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep a countable reason and the sentence a person reads."""
        self.reason, self.detail = reason, detail
        super().__init__(detail)


class Terms(Protocol):
    """What names mean."""

    @property
    def utf16(self) -> bool:
        """Whether offsets that fail as code points may be tried as UTF-16 units."""

    def mark(self, control: str, value: str, answers: Sequence[Answer]) -> Mark:
        """Return what a region is marked as, or raise `Unknown`."""

    def answered(self, answer: Answer, marks: Sequence[Mark]) -> Mark | None:
        """Return the further mark that an answer makes on a region of these marks, if any, or raise `Unknown`."""

    def decided(self, control: str, values: Sequence[str]) -> None:
        """Raise `Unknown` unless these are answers to a question about the whole task."""

    def link(self, from_layer: str, to_layer: str, labels: Sequence[str]) -> str | None:
        """Return the type of a link; none where there is no such link."""

    def basis(self, mark: Mark, answers: Sequence[Answer], *, linked: bool) -> str | None:
        """Return what a span's label rests on; none where its layer stores no basis."""


class Known:
    """The names of a codebook.

    A label counts however the screen asked for it: ``verified`` in the control ``claim``; ``claim_verified`` or
    ``claim.verified`` in any control; or a region marked ``claim`` that was answered ``verified``.
    """

    utf16 = False

    def __init__(self, codebook: Codebook) -> None:
        """Read names as this codebook has them."""
        self._book = codebook
        self._labels = {layer.name: codebook.labels(layer.name) for layer in codebook.layer}
        marks = [(layer, label) for layer, labels in self._labels.items() for label in labels]
        self._joined = {f"{layer}{joint}{label}": (layer, label) for layer, label in marks for joint in "_."}
        self._decisions = {decision.name: decision for decision in codebook.decision}
        self._bases = {basis.name for basis in codebook.basis}
        self._basis_layer = basis_layer(codebook)

    def mark(self, control: str, value: str, answers: Sequence[Answer]) -> Mark:
        """Return what a region is marked as, or raise `Unknown`."""
        if value in self._labels.get(control, ()):
            return control, value
        if value in self._joined:
            return self._joined[value]
        layer = value.casefold()
        if layer in self._labels:
            label = next((given for _, given in answers if given in self._labels[layer]), None)
            if label is None:
                raise Unknown("no_label", f"a region is marked {value!r} and answered with none of its labels")
            return layer, label
        if control in self._labels:
            raise Unknown("unknown_label", f"the codebook's layer {control!r} has no label {value!r}")
        raise Unknown("unknown_control", f"the codebook has no layer {control!r} (label {value!r})")

    def answered(self, answer: Answer, marks: Sequence[Mark]) -> Mark | None:
        """Return none, or raise `Unknown` unless the answer is a label of the region or a basis."""
        control, value = answer
        if (control == BASIS and value in self._bases) or any(value == label for _, label in marks):
            return None
        raise Unknown("unknown_control", f"the codebook asks no {control!r} of a span (answer {value!r})")

    def decided(self, control: str, values: Sequence[str]) -> None:
        """Raise `Unknown` unless a decision of the codebook has these answers."""
        decision = self._decisions.get(control)
        if decision is None:
            raise Unknown("unknown_control", f"the codebook has no decision {control!r}")
        known = {choice.name for choice in decision.choices}
        if not decision.text and (strange := [value for value in values if value not in known]):
            raise Unknown("unknown_label", f"the decision {control!r} has no choice {strange[0]!r}")

    def link(self, from_layer: str, to_layer: str, labels: Sequence[str]) -> str | None:  # noqa: ARG002 - its ends say it
        """Return the type that the codebook gives a link between these layers."""
        return self._book.link_type(from_layer, to_layer)

    def basis(self, mark: Mark, answers: Sequence[Answer], *, linked: bool) -> str | None:
        """Return the annotator's choice, or the first of the codebook's bases that holds."""
        if mark[0] != self._basis_layer:
            return None
        chosen = next((value for control, value in answers if control == BASIS), None)
        return self._book.basis_of(mark[1], linked=linked, chosen=chosen)


class AsTheyAre:
    """The names of a foreign export: the control is the layer, its value the label."""

    utf16 = True

    def mark(self, control: str, value: str, answers: Sequence[Answer]) -> Mark:  # noqa: ARG002 - the label says it
        """Return the names as they are."""
        return control, value

    def answered(self, answer: Answer, marks: Sequence[Mark]) -> Mark | None:  # noqa: ARG002 - any marks will do
        """Return the answer as one more span on the region."""
        return answer

    def decided(self, control: str, values: Sequence[str]) -> None:
        """Take any answer."""

    def link(self, from_layer: str, to_layer: str, labels: Sequence[str]) -> str | None:  # noqa: ARG002 - any ends will do
        """Return the label drawn on the link, or ``relation``."""
        return labels[0] if labels else "relation"

    def basis(self, mark: Mark, answers: Sequence[Answer], *, linked: bool) -> str | None:  # noqa: ARG002 - it knows none
        """Return none."""
        return None
