"""Annotations under one version of a codebook → the same annotations under the next, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import msgspec

from annotate.codebook import Codebook
from annotate.errors import CodebookError, UsageError
from annotate.records import Annotation, Link, Record, SetAside, Span

Mark = tuple[str, str]
"""Layer and label, or decision and choice."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one old label becomes.

    Attributes:
        old: layer and label, or decision and choice.
        words: only spans whose text fits this pattern (``*`` and ``?``, case aside); any where empty.
        new: none where it is left out.
    """

    old: Mark
    words: str
    new: Mark | None

    def takes(self, mark: Mark, text: str) -> bool:
        """Return whether this step is for a span of this label and text."""
        return mark == self.old and (not self.words or fnmatchcase(text.casefold(), self.words.casefold()))


class Moved(Record, frozen=True, kw_only=True):
    """One label that is another now, or is gone.

    Attributes:
        article_id: the article's id.
        annotator: pseudonym.
        span: the span's id; none for a decision or a link.
        text: what the span covers.
        old: layer and label (decision and choice), joined by a full stop.
        new: likewise; none where it was left out.
    """

    article_id: str
    annotator: str
    span: str | None
    text: str | None
    old: str
    new: str | None


def steps(words: Iterable[str], old: Codebook, new: Codebook) -> tuple[Step, ...]:
    """Return the steps that words such as these ask for, the narrower before the wider.

    ``hedge.guess=hedge.epistemic`` renames, or merges where the new label has been there; ``hedge.epistemic[suggest*]=…``
    splits: it moves only the spans whose text fits; ``source.group=`` leaves a label out. A label that is not named stays.

    Raises:
        UsageError: a word is not of that form, or names a label that its codebook has not.
        CodebookError: a label of the old codebook is not in the new one, and no word says what becomes of it.
    """
    before, after = _marks(old), _marks(new)
    found = [_step(word, before, after) for word in words]
    settled = {step.old for step in found if not step.words}
    if missing := sorted(".".join(mark) for mark in before - after - settled):
        message = f"{old.name} {new.version} has no {', '.join(missing)} any more"
        raise CodebookError(
            message, hint=f"say what becomes of it: --map {missing[0]}=LAYER.LABEL, or --map {missing[0]}="
        )
    return tuple(sorted(found, key=lambda step: not step.words))


def _marks(book: Codebook) -> set[Mark]:
    marks = {(layer.name, label.name) for layer in book.layer for label in layer.label}
    return marks | {(decision.name, choice.name) for decision in book.decision for choice in decision.choices}


def _step(word: str, before: set[Mark], after: set[Mark]) -> Step:
    left, equals, right = word.rpartition("=")
    name, bracket, pattern = left.partition("[")
    old, new = tuple(name.split(".")), tuple(right.split(".")) if right else None
    if not equals or len(old) != 2 or (new and len(new) != 2) or (bracket and not pattern.endswith("]")):  # noqa: PLR2004 - layer, label
        raise UsageError(
            f"--map {word!r} is not of the form layer.label=layer.label", hint="as in --map hedge.guess=hedge.epistemic"
        )
    for mark, known, which in ((old, before, "old"), (new, after, "new")):
        if mark is not None and mark not in known:
            message = f"--map {word!r}: the {which} codebook has no {'.'.join(mark)}"
            raise UsageError(message, hint="it has " + ", ".join(sorted(".".join(one) for one in known)))
    return Step((old[0], old[1]), pattern.removesuffix("]"), (new[0], new[1]) if new else None)


def migrated(
    annotations: Iterable[Annotation | SetAside], old: Codebook, new: Codebook, how: Sequence[Step]
) -> Iterator[tuple[Annotation, list[Moved]] | SetAside]:
    """Yield each annotation under the new codebook, with what moved in it.

    An annotation that is under the new codebook already comes as it is; one under any other than the two is set aside
    (``other_codebook``). Links whose new ends the codebook does not link go. A basis is made again where a label moved.
    """
    for annotation in annotations:
        if isinstance(annotation, SetAside):
            yield annotation
        elif annotation.codebook == new.ref:
            yield annotation, []
        elif annotation.codebook != old.ref:
            ref = annotation.codebook
            detail = f"made under {ref.name} {ref.version} ({ref.hash}), which is neither of the two codebooks"
            where = f"article {annotation.article_id}, annotator {annotation.annotator}"
            yield SetAside(reason="other_codebook", where=where, detail=detail)
        else:
            yield _Move(annotation, new, how).done()


class _Move:
    def __init__(self, annotation: Annotation, new: Codebook, how: Sequence[Step]) -> None:
        self.annotation, self.new, self.how = annotation, new, how
        self.moved: list[Moved] = []

    def done(self) -> tuple[Annotation, list[Moved]]:
        spans = {span.id: kept for span in self.annotation.spans if (kept := self._span(span)) is not None}
        links = tuple(tie for link in self.annotation.links if (tie := self._link(link, spans)) is not None)
        linked = {link.from_ for link in links}
        whole = tuple(self._with_basis(span, linked) for span in spans.values())
        annotation = msgspec.structs.replace(
            self.annotation, codebook=self.new.ref, spans=whole, links=links, decisions=self._decisions()
        )
        return annotation, self.moved

    def _becomes(self, mark: Mark, text: str) -> Mark | None:
        return next((step.new for step in self.how if step.takes(mark, text)), mark)

    def _say(self, old: Mark, new: Mark | None, span: Span | None = None) -> None:
        self.moved.append(
            Moved(
                article_id=self.annotation.article_id,
                annotator=self.annotation.annotator,
                span=span.id if span else None,
                text=span.text if span else None,
                old=".".join(old),
                new=".".join(new) if new else None,
            )
        )

    def _span(self, span: Span) -> Span | None:
        mark = (span.layer, span.label)
        new = self._becomes(mark, span.text)
        if new == mark:
            return span
        self._say(mark, new, span)
        return msgspec.structs.replace(span, layer=new[0], label=new[1], basis=None) if new else None

    def _with_basis(self, span: Span, linked: set[str]) -> Span:
        if span.basis is not None or not any(basis.label == span.label for basis in self.new.basis):
            return span
        return msgspec.structs.replace(span, basis=self.new.basis_of(span.label, linked=span.id in linked))

    def _link(self, link: Link, spans: dict[str, Span]) -> Link | None:
        start, end = spans.get(link.from_), spans.get(link.to)
        kind = self.new.link_type(start.layer, end.layer) if start and end else None
        if kind != link.type:
            self._say(("link", link.type), ("link", kind) if kind else None)
        return Link(type=kind, from_=link.from_, to=link.to) if kind else None

    def _decisions(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, values in self.annotation.decisions.items():
            for value in values:
                mark = (name, value)
                new = self._becomes(mark, "")
                if new != mark:
                    self._say(mark, new)
                if new is not None:
                    found[new[0]] = (*found.get(new[0], ()), new[1])
        return found
