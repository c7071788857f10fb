"""One annotation's result items → spans, links and decisions, each proved.

A region of Label Studio is several items that share an id: its labels, and answers given for this region alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from annotate.records import Link, SetAside, Span
from annotate.studio.extents import proved
from annotate.studio.terms import Answer, Mark, Terms, Unknown

ORIGINS = {"manual": "manual", "prediction": "suggestion", "prediction-changed": "suggestion-changed"}
"""Label Studio's word for where a region comes from → ours."""

Key = str | int | None


class Reading(msgspec.Struct):
    """What one annotation holds, and what of it could not be used."""

    spans: list[Span] = []
    links: list[Link] = []
    decisions: dict[str, tuple[str, ...]] = {}
    aside: list[SetAside] = []


class _Item(msgspec.Struct, frozen=True):
    type: str
    id: Key = None
    from_name: str | None = None
    value: dict[str, Any] | None = None
    origin: str | None = None
    from_id: Key = None
    to_id: Key = None
    direction: str | None = None
    labels: list[str] | None = None

    @property
    def control(self) -> str:
        return self.from_name or ""

    @property
    def place(self) -> dict[str, Any]:
        return self.value or {}

    @property
    def is_region(self) -> bool:
        return self.type.endswith("labels")

    @property
    def values(self) -> tuple[str, ...]:
        """What was chosen or typed; the steps of a path through a taxonomy are joined by " > "."""
        given = self.place.get("text" if self.type == "textarea" else self.type)
        return tuple(_word(one) for one in (given if isinstance(given, list) else [given]) if one is not None)


def _word(value: object) -> str:
    return " > ".join(map(str, value)) if isinstance(value, list) else str(value)


def read(items: Sequence[Any], text: str, terms: Terms, where: str, notes: Counter[str]) -> Reading:
    """Return the spans, links and decisions of one annotation, with what had to be set aside.

    Args:
        items: the ``result`` list; anything may be in it.
        text: what the annotator saw.
        terms: what names mean.
        where: names the annotation in what is set aside.
        notes: counts what was put right: ``quote_folded`` (the quote agrees but for white space), ``trimmed``, ``utf16``.
    """
    return _Reader(text, terms, where, notes).read(items)


class _Reader:
    def __init__(self, text: str, terms: Terms, where: str, notes: Counter[str]) -> None:
        self.text, self.terms, self.where, self.notes = text, terms, where, notes
        self.reading = Reading()
        self.answers: dict[Key, list[Answer]] = {}
        self.ends: dict[Key, list[Span]] = {}
        self.taken: set[str] = set()

    def read(self, items: Sequence[Any]) -> Reading:
        known = list(self._items(items))
        regions = [item for item in known if item.is_region]
        places = {item.id for item in regions}
        for item in known:
            if item.is_region or item.type == "relation":
                continue
            if "start" in item.place or item.id in places:
                self.answers.setdefault(item.id, []).extend((item.control, value) for value in item.values)
            else:
                self._decide(item)
        for name in self.answers.keys() - places:
            self._aside("no_region", f"{len(self.answers[name])} answers are of a region that is not there")
        for item in regions:
            self._region(item)
        for item in known:
            if item.type == "relation":
                self._relation(item)
        self._rest()
        return self.reading

    def _aside(self, reason: str, detail: str) -> None:
        self.reading.aside.append(SetAside(reason=reason, where=self.where, detail=detail))

    def _items(self, items: Sequence[Any]) -> Iterator[_Item]:
        for number, given in enumerate(items):
            try:
                item = msgspec.convert(given, _Item)
            except msgspec.ValidationError as error:
                self._aside("schema", f"not a result item: {error}")
            else:
                yield item if item.id not in {None, ""} else msgspec.structs.replace(item, id=f"item-{number}")

    def _decide(self, item: _Item) -> None:
        try:
            self.terms.decided(item.control, item.values)
        except Unknown as problem:
            self._aside(problem.reason, problem.detail)
        else:
            before = self.reading.decisions.get(item.control, ())
            self.reading.decisions[item.control] = before + item.values

    def _region(self, item: _Item) -> None:
        answers = self.answers.get(item.id, [])
        try:
            extent = proved(item.place, self.text, self.notes, utf16=self.terms.utf16)
            marks = self._marks(item, answers)
        except Unknown as problem:
            self._aside(problem.reason, problem.detail)
            return
        first = item.id not in self.ends
        for layer, label in marks + (self._further(answers, marks) if first else []):
            span = Span(
                id=self._name(item.id),
                layer=layer,
                label=label,
                start=extent.start,
                end=extent.end,
                text=extent.of(self.text),
                origin=ORIGINS.get(item.origin or ""),
            )
            self.reading.spans.append(span)
            self.ends.setdefault(item.id, []).append(span)

    def _marks(self, item: _Item, answers: Sequence[Answer]) -> list[Mark]:
        if not item.values:
            raise Unknown("no_label", f"a region of {item.control!r} has no label")
        return [self.terms.mark(item.control, value, answers) for value in item.values]

    def _further(self, answers: Sequence[Answer], marks: Sequence[Mark]) -> list[Mark]:
        found = []
        for answer in answers:
            try:
                mark = self.terms.answered(answer, marks)
            except Unknown as problem:
                self._aside(problem.reason, problem.detail)
            else:
                found += [mark] if mark else []
        return found

    def _name(self, region: Key) -> str:
        """Return the region's id, made unique where one region carries several labels."""
        name, number = str(region), 1
        while name in self.taken:
            number += 1
            name = f"{region}.{number}"
        self.taken.add(name)
        return name

    def _relation(self, item: _Item) -> None:
        froms, tos = self.ends.get(item.from_id, []), self.ends.get(item.to_id, [])
        if not froms or not tos:
            self._aside("link_end", f"a link from {item.from_id!r} to {item.to_id!r} ends in no span that was kept")
            return
        pairs = [(a, b) for a in froms for b in tos]
        turned = [(b, a) for a, b in pairs]
        pairs = {"left": turned, "bi": pairs + turned}.get(item.direction or "", pairs)
        labels = item.labels or []
        links = [(self.terms.link(a.layer, b.layer, labels), a, b) for a, b in pairs if a.id != b.id]
        found = [Link(type=kind, from_=a.id, to=b.id) for kind, a, b in links if kind is not None]
        if not found:
            self._aside("unknown_link", f"the codebook has no link from {pairs[0][0].layer} to {pairs[0][1].layer}")
        self.reading.links += [link for link in found if link not in self.reading.links]

    def _rest(self) -> None:
        """Write into each claim what its status rests on."""
        linked = {link.from_ for link in self.reading.links}
        keys = {span.id: key for key, spans in self.ends.items() for span in spans}
        for place, span in enumerate(self.reading.spans):
            answers = self.answers.get(keys[span.id], [])
            basis = self.terms.basis((span.layer, span.label), answers, linked=span.id in linked)
            self.reading.spans[place] = msgspec.structs.replace(span, basis=basis)
