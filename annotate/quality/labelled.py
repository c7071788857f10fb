"""Each article with the submitted annotations that are proved to be of it: what agreement and gold both count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from annotate.codebook import Codebook
from annotate.errors import CodebookError, DataError, RecordError, SpanError
from annotate.files import prove_annotation
from annotate.quality.mapping import Mark, mapped
from annotate.records import Annotation, Article, CodebookRef, SetAside, Status

Place = tuple[str, tuple[int, int]]
"""An annotator, and the item that was shown; (0, 0) for a whole article."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article and what its annotators submitted, in the order of their names.

    An annotator has one annotation of the article, or, where the codebook's unit is the sentence, one of each item.
    """

    article: Article
    annotations: tuple[Annotation, ...]

    def by_annotator(self) -> dict[str, list[Annotation]]:
        """Return each annotator's annotations."""
        found: dict[str, list[Annotation]] = {}
        for annotation in self.annotations:
            found.setdefault(annotation.annotator, []).append(annotation)
        return found


def labelled(
    annotations: Iterable[Annotation],
    articles: Iterable[Article],
    codebook: Codebook,
    table: Mapping[Mark, Mark | None] | None = None,
) -> Iterator[Labelled | SetAside]:
    """Yield the articles that somebody labelled, in their order; what does not count comes as a `SetAside`.

    Annotations are held in memory, articles stream. Set aside are skipped and drafted annotations (``skipped``,
    ``draft``), the older of two that one annotator submitted of one task (``superseded``; newest `updated` wins, then
    newest `created`, then the later one), annotations of another text (``text_changed``, ``span``), with labels or links
    that the codebook has not (``unknown_label``, ``record``), of an article that is not among these
    (``unknown_article``), and articles without any that counts (``not_labelled``) or that come twice
    (``duplicate_article``).

    Args:
        annotations: of any status.
        articles: those that may have been labelled.
        codebook: the one that the annotations were made under.
        table: what foreign labels become (see :func:`annotate.quality.mapping.mapping`).

    Raises:
        CodebookError: annotations were made under another codebook.
    """
    found = mapped(annotations, codebook, table or {})
    for annotation in found:
        _check_codebook(annotation, codebook.ref)
    waiting: dict[str, dict[Place, Annotation]] = {}
    for annotation in found:
        if annotation.status != Status.SUBMITTED:
            yield _aside(annotation, annotation.status.value, f"{annotation.status.value}, so it has no vote")
            continue
        of_article = waiting.setdefault(annotation.article_id, {})
        item = annotation.item
        place = (annotation.annotator, (item.start, item.end) if item is not None else (0, 0))
        before = of_article.get(place)
        newest = annotation if before is None or _time(annotation) >= _time(before) else before
        of_article[place] = newest
        if before is not None:
            older = before if newest is annotation else annotation
            yield _aside(older, "superseded", "the same annotator submitted this again")
    seen: set[str] = set()
    for article in articles:
        if article.id in seen:
            yield SetAside(reason="duplicate_article", where=f"article {article.id}", detail="this article comes twice")
            continue
        seen.add(article.id)
        yield from _of_article(article, waiting.pop(article.id, {}), codebook)
    for left in waiting.values():
        for annotation in left.values():
            yield _aside(annotation, "unknown_article", "no article with this id was given")


def _of_article(
    article: Article, submitted: dict[Place, Annotation], codebook: Codebook
) -> Iterator[Labelled | SetAside]:
    kept = []
    for _, annotation in sorted(submitted.items(), key=lambda one: one[0]):
        try:
            prove_annotation(annotation, article)
            _check_labels(annotation, codebook)
        except SpanError as error:
            yield _aside(annotation, "span", str(error))
        except CodebookError as error:
            yield _aside(annotation, "unknown_label", str(error))
        except DataError as error:
            reason = "text_changed" if annotation.text_sha256 != article.sha256 else "record"
            yield _aside(annotation, reason, str(error))
        else:
            kept.append(annotation)
    if kept:
        yield Labelled(article, tuple(kept))
    else:
        detail = "no submitted annotation of it counts"
        yield SetAside(reason="not_labelled", where=f"article {article.id}", detail=detail)


def _check_codebook(annotation: Annotation, wanted: CodebookRef) -> None:
    made = annotation.codebook
    if made.hash != wanted.hash:
        message = f"annotation was made under {_named(made)}, the codebook is {_named(wanted)}"
        hint = "name its codebook with --codebook; annotations under two codebooks are never counted together"
        where = f"article {annotation.article_id}, annotator {annotation.annotator}"
        raise CodebookError(message, where=where, hint=hint)


def _named(ref: CodebookRef) -> str:
    return f"{ref.name}@{ref.version}#{ref.hash}"


def _check_labels(annotation: Annotation, codebook: Codebook) -> None:
    for span in annotation.spans:
        if span.label not in codebook.labels(span.layer):
            message = f"span {span.id!r}: codebook {codebook.name!r} has no label {span.layer}.{span.label}"
            raise CodebookError(message)
    choices = {decision.name: {choice.name for choice in decision.choices} for decision in codebook.decision}
    free = {decision.name for decision in codebook.decision if decision.text}
    for name, values in annotation.decisions.items():
        if name not in free and (strange := set(values) - choices.get(name, set())):
            message = f"codebook {codebook.name!r} has no decision {name}.{min(strange)}"
            raise CodebookError(message)
    ids = {span.id for span in annotation.spans}
    if len(ids) < len(annotation.spans):
        message = "two of its spans have the same id"
        raise RecordError(message)
    for link in annotation.links:
        if not {link.from_, link.to} <= ids:
            message = f"a link goes from {link.from_!r} to {link.to!r}, and it has no such spans"
            raise RecordError(message)


def _time(annotation: Annotation) -> tuple[datetime, datetime]:
    return moment(annotation.updated) or _NEVER, moment(annotation.created) or _NEVER


def moment(text: str | None) -> datetime | None:
    """Return an ISO 8601 time, in UTC where it names no zone; none where there is none to read."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _aside(annotation: Annotation, reason: str, detail: str) -> SetAside:
    where = f"article {annotation.article_id}, annotator {annotation.annotator}"
    return SetAside(reason=reason, where=where, detail=detail)
