"""A foreign codebook's labels → ours, as ``--map old=new`` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from annotate.codebook import Codebook
from annotate.errors import CodebookError, UsageError
from annotate.records import Annotation, Link, Span

FOREIGN = "foreign:"
"""How the name of a codebook begins that came with an export and is none of ours."""

Mark = tuple[str, str]
"""Layer and label, or decision and choice."""


def mapping(pairs: Iterable[str], codebook: Codebook) -> dict[Mark, Mark | None]:
    """Return old mark → new mark, from words such as ``label.Claim=claim.unverified``.

    Nothing on the right (``label.Person=``) leaves the old label out.

    Raises:
        UsageError: a word is not of that form, names a label that the codebook has not, or maps a label twice.
    """
    known = {(layer.name, label.name) for layer in codebook.layer for label in layer.label}
    known |= {(decision.name, choice.name) for decision in codebook.decision for choice in decision.choices}
    found: dict[Mark, Mark | None] = {}
    for pair in pairs:
        old, equals, new = pair.rpartition("=")
        before, after = _mark(old), _mark(new) if new else None
        if not equals or before is None or (new and after is None):
            message = f"--map {pair!r} is not of the form layer.label=layer.label"
            raise UsageError(message, hint="for example --map label.Claim=claim.unverified")
        if after is not None and after not in known:
            message = f"--map {pair!r}: codebook {codebook.name!r} has no {new!r}"
            raise UsageError(message, hint="it has " + ", ".join(sorted(".".join(mark) for mark in known)))
        if before in found:
            message = f"--map names {old!r} twice"
            raise UsageError(message, hint="a label becomes one label")
        found[before] = after
    return found


def _mark(word: str) -> Mark | None:
    layer, dot, label = word.partition(".")
    return (layer, label) if layer and dot and label else None


def mapped(
    annotations: Iterable[Annotation], codebook: Codebook, table: Mapping[Mark, Mark | None]
) -> list[Annotation]:
    """Return the annotations, those under a foreign codebook brought under this one.

    Their spans take the new labels and their links the types that follow from them; links whose new ends the codebook
    does not link go. Answers to decisions are kept only where the table names them.

    Raises:
        CodebookError: there are foreign annotations, and the table is empty or misses a label of their spans.
    """
    found = list(annotations)
    foreign = [annotation for annotation in found if annotation.codebook.name.startswith(FOREIGN)]
    used = {(span.layer, span.label) for annotation in foreign for span in annotation.spans}
    missing = sorted(".".join(mark) for mark in used - table.keys())
    if missing or (foreign and not table):
        names = ", ".join(sorted({annotation.codebook.name for annotation in foreign}))
        message = f"annotations made under {names}: " + (
            f"no --map for {', '.join(missing)}" if missing else "no --map"
        )
        example = missing[0] if missing else "layer.label"
        hint = f"say what each label becomes, as in --map {example}=claim.unverified; --map {example}= leaves it out"
        raise CodebookError(message, hint=hint)
    return [_mapped(a, codebook, table) if a.codebook.name.startswith(FOREIGN) else a for a in found]


def _mapped(annotation: Annotation, codebook: Codebook, table: Mapping[Mark, Mark | None]) -> Annotation:
    spans: dict[str, Span] = {}
    for span in annotation.spans:
        if mark := table[span.layer, span.label]:
            spans[span.id] = msgspec.structs.replace(span, layer=mark[0], label=mark[1])
    links = []
    for link in annotation.links:
        ends = spans.get(link.from_), spans.get(link.to)
        if ends[0] and ends[1] and (name := codebook.link_type(ends[0].layer, ends[1].layer)):
            links.append(Link(type=name, from_=link.from_, to=link.to))
    decisions: dict[str, tuple[str, ...]] = {}
    for name, values in annotation.decisions.items():
        for value in values:
            if mark := table.get((name, value)):
                decisions[mark[0]] = (*decisions.get(mark[0], ()), mark[1])
    return msgspec.structs.replace(
        annotation, codebook=codebook.ref, spans=tuple(spans.values()), links=tuple(links), decisions=decisions
    )
