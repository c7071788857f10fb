"""Gold → rows. One config a class; a release has them all.

Offsets count in the article's text, as everywhere. Plain columns come first and nested ones last, as viewers like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from annotate.codebook import Codebook
from annotate.dataset.anchors import Anchors
from annotate.dataset.choices import Text
from annotate.dataset.features import FLAG, NUMBER, SHARE, TEXT, Features, class_label, list_of
from annotate.dataset.texts import bare
from annotate.errors import CodebookError
from annotate.records import Article, Gold, Span, Target

Row = dict[str, Any]

CLAIM = "claim"
"""The layer whose spans have a config of their own."""

_ABOUT: Features = dict.fromkeys(("title", "outlet", "published", "language", "license"), TEXT)
_EXTENT: Features = {"start": NUMBER, "end": NUMBER}
_SPAN: Features = {"id": TEXT, "label": TEXT, **_EXTENT, "text": TEXT, "basis": TEXT}


class Config(Protocol):
    """A table of a release.

    Attributes:
        name: of the config and of its folder.
        row: what one row is, for the card.
        rows_at_once: how many rows are written together; decides how much memory the writer takes.
        features: its columns.
    """

    name: str
    row: str
    rows_at_once: int
    features: Features

    def rows(self, gold: Gold) -> Iterator[Row]:
        """Yield the rows of one article, in text order."""


def configs(book: Codebook, text: Text = Text.FULL) -> tuple[Config, ...]:
    """Return a release's configs, the default first; a release without text has one more, the selectors.

    Raises:
        CodebookError: a target of the codebook has the name of a column.
    """
    found: list[Config] = [Sentences(book)]
    if book.labels(CLAIM):
        found.append(Claims(book))
    found += [Articles(text), Annotations(book)]
    return (*map(Bare, found), Anchors()) if text is Text.NONE else tuple(found)


class Bare:
    """A config's rows without the articles' words."""

    def __init__(self, config: Config) -> None:
        """Take the config's columns as they are."""
        self.config, self.name, self.row = config, config.name, f"{config.row} (offsets, no words)"
        self.rows_at_once, self.features = config.rows_at_once, config.features

    def rows(self, gold: Gold) -> Iterator[Row]:
        """Yield the rows of one article, in text order."""
        yield from map(bare, self.config.rows(gold))


class Sentences:
    """One row an item: a read sentence, or the whole text where the codebook labels articles."""

    name = "sentences"
    rows_at_once = 20_000

    def __init__(self, book: Codebook) -> None:
        """Take the targets and layers from the codebook."""
        self.book = book
        self.row = "a read sentence with its labels, votes and spans" if book.item == "sentence" else "an article"
        self.features = _merged(
            {"article_id": TEXT, **_EXTENT, "text": TEXT, "segment": TEXT, **_ABOUT},
            *({t.name: class_label(t.labels), f"{t.name}_contested": FLAG} for t in book.target),
            *({f"{t.name}_soft": list_of(SHARE), f"{t.name}_votes": list_of(NUMBER)} for t in book.target),
            {f"{layer.name}_spans": list_of(_SPAN) for layer in book.layer},
        )

    def rows(self, gold: Gold) -> Iterator[Row]:
        """Yield the rows of one article, in text order."""
        about = _about(gold.article)
        segments = [(s.start, s.end, s.kind.value) for s in gold.article.segments]
        spans = {
            f"{layer.name}_spans": [(s.start, s.end, _span(s)) for s in gold.spans if s.layer == layer.name]
            for layer in self.book.layer
        }
        for item in gold.sentences:
            start, end = item.start, item.end
            row: Row = {
                "article_id": gold.article.id,
                "start": start,
                "end": end,
                "text": gold.article.text[start:end],
                "segment": next((kind for first, last, kind in segments if first <= start and end <= last), None),
                **about,
            }
            for target in self.book.target:
                _add_labels(row, target.name, target.labels, item.targets[target.name])
            for name, known in spans.items():
                row[name] = [span for first, last, span in known if first < end and start < last]
            yield row


class Claims:
    """One row a claim span, with the sources it is linked to and the votes on the sentence it begins in."""

    name = "claims"
    row = "a claim with its status and the spans it is linked to"
    rows_at_once = 20_000

    def __init__(self, book: Codebook) -> None:
        """Take the labels from the codebook."""
        self.book = book
        self.features = _merged(
            {"article_id": TEXT, "id": TEXT, **_EXTENT, "text": TEXT, "label": class_label(book.labels(CLAIM))},
            {"basis": TEXT, "sentence_start": NUMBER, "sentence_end": NUMBER, **_ABOUT},
            {f"{target.name}_votes": list_of(NUMBER) for target in book.target},
            {"linked_spans": list_of({"type": TEXT, "layer": TEXT, **_SPAN})},
        )

    def rows(self, gold: Gold) -> Iterator[Row]:
        """Yield the rows of one article, in text order."""
        about, labels = _about(gold.article), self.book.labels(CLAIM)
        by_id = {span.id: span for span in gold.spans}
        for claim in gold.spans:
            if claim.layer != CLAIM:
                continue
            within = next((item for item in gold.sentences if claim.overlaps(item)), None)
            row: Row = {
                "article_id": gold.article.id,
                **_span(claim),
                "label": labels.index(claim.label),
                "sentence_start": within.start if within else None,
                "sentence_end": within.end if within else None,
                **about,
            }
            for target in self.book.target:
                voted = within.targets[target.name].votes if within else {}
                row[f"{target.name}_votes"] = _counted(voted, target.labels)
            linked = [(link.type, by_id[link.to]) for link in gold.links if link.from_ == claim.id]
            row["linked_spans"] = [{"type": kind, "layer": span.layer, **_span(span)} for kind, span in linked]
            yield row


class Articles:
    """One row an article, with all that was marked in it."""

    name = "articles"
    row = "an article with its segments, spans and links"
    rows_at_once = 2_000

    def __init__(self, text: Text = Text.FULL) -> None:
        """The columns are the same under every codebook; the whole text stands in only with ``full``."""
        self.whole = text is Text.FULL
        self.features: Features = {
            "id": TEXT,
            **_ABOUT,
            "url": TEXT,
            "author": TEXT,
            "supersedes": TEXT,
            "n_annotators": NUMBER,
            "text_sha256": TEXT,
            "text": TEXT,
            "copies": list_of({"url": TEXT, "outlet": TEXT}),
            "segments": list_of({**_EXTENT, "kind": TEXT}),
            "quotes": list_of(_EXTENT),
            "spans": list_of({"layer": TEXT, **_SPAN}),
            "links": list_of({"type": TEXT, "from": TEXT, "to": TEXT}),
        }

    def rows(self, gold: Gold) -> Iterator[Row]:
        """Yield the article's row."""
        article = gold.article
        yield {
            "id": article.id,
            **_about(article),
            "url": article.url,
            "author": article.author,
            "supersedes": article.supersedes,
            "n_annotators": len(gold.annotators),
            "text_sha256": article.sha256,
            "text": article.text if self.whole else None,
            "copies": [{"url": copy.url, "outlet": copy.outlet} for copy in article.copies],
            "segments": [{"start": s.start, "end": s.end, "kind": s.kind.value} for s in article.segments],
            "quotes": [{"start": quote.start, "end": quote.end} for quote in article.quotes],
            "spans": [{"layer": span.layer, **_span(span)} for span in gold.spans],
            "links": [{"type": link.type, "from": link.from_, "to": link.to} for link in gold.links],
        }


class Annotations:
    """One row an item and annotator: what this annotator's marks make of it. Annotators are known by pseudonyms."""

    name = "annotations"
    row = "an item with one annotator's labels"
    rows_at_once = 50_000

    def __init__(self, book: Codebook) -> None:
        """Take the targets from the codebook."""
        self.book = book
        self.features = _merged(
            {"article_id": TEXT, **_EXTENT, "annotator": TEXT},
            {target.name: class_label(target.labels) for target in book.target},
            {"lead_time": SHARE, "arm": TEXT},
        )

    def rows(self, gold: Gold) -> Iterator[Row]:
        """Yield the rows of one article, in text order, and of one item by annotator."""
        known = {annotator.id: annotator for annotator in gold.annotators}
        for item in gold.sentences:
            for name in sorted({name for target in item.targets.values() for name in target.votes}):
                annotator = known.get(name)
                row: Row = {"article_id": gold.article.id, "start": item.start, "end": item.end, "annotator": name}
                for target in self.book.target:
                    vote = item.targets[target.name].votes.get(name)
                    row[target.name] = None if vote is None else target.labels.index(vote)
                row["lead_time"] = annotator.lead_time if annotator else None
                row["arm"] = annotator.arm if annotator else None
                yield row


def _merged(*parts: Features) -> Features:
    """Return these columns in one table.

    Raises:
        CodebookError: two have the same name.
    """
    names = Counter(name for part in parts for name in part)
    if twice := [name for name, count in names.items() if count > 1]:
        message = f"two columns would have the name {twice[0]!r}"
        raise CodebookError(message, hint="give the codebook's target or layer another name")
    return {name: feature for part in parts for name, feature in part.items()}


def _about(article: Article) -> Row:
    return {name: getattr(article, name) for name in _ABOUT}


def _add_labels(row: Row, name: str, labels: tuple[str, ...], target: Target) -> None:
    soft = target.soft
    row[name] = None if target.label is None else labels.index(target.label)
    row[f"{name}_contested"] = target.contested
    row[f"{name}_soft"] = [soft.get(label, 0.0) for label in labels]
    row[f"{name}_votes"] = _counted(target.votes, labels)


def _counted(votes: dict[str, str], labels: Iterable[str]) -> list[int]:
    given = list(votes.values())
    return [given.count(label) for label in labels]


def _span(span: Span) -> Row:
    return {
        "id": span.id,
        "label": span.label,
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "basis": span.basis,
    }
