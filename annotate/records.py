"""The nouns of the toolkit, in the order in which they come into being.

Article → Task (with a Suggestion) → Annotation → Gold → Flag. Every record is one JSON object a line (JSONL);
unknown fields are ignored on reading. Offsets are half-open ``[start, end)`` and count Unicode code points of
``Article.text``; they travel with the text they cover, and :func:`annotate.files.read` proves that both agree.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import msgspec

from annotate.errors import SpanError

ID_LENGTH = 16
"""Hexadecimal digits of the SHA-256 that make an article id (64 bits)."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: immutable, made by keyword, written with all its fields."""


class SegmentKind(StrEnum):
    """What a piece of an article is."""

    HEADLINE = "headline"
    SUBHEADING = "subheading"
    DATELINE = "dateline"
    BODY = "body"
    POST = "post"
    PROMO = "promo"
    CREDIT = "credit"
    DISCLAIMER = "disclaimer"
    CAPTION = "caption"


class Extent(Record, frozen=True, kw_only=True):
    """A half-open stretch ``[start, end)`` of an article's text, in code points.

    Attributes:
        start: offset of its first code point.
        end: offset after its last code point.
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the text it covers.

        >>> Extent(start=0, end=9).of("Officials said taxes fell.")
        'Officials'
        """
        return text[self.start : self.end]

    def overlaps(self, other: Extent) -> bool:
        """Return whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


class Segment(Extent, frozen=True, kw_only=True):
    """A typed piece of an article; segments are disjoint, with only white space between them.

    Attributes:
        kind: what the piece is.
    """

    kind: SegmentKind


class Copy(Record, frozen=True, kw_only=True):
    """Another place where exactly the same text was published.

    Attributes:
        url: its address there.
        outlet: the publication.
    """

    url: str | None = None
    outlet: str | None = None


class Article(Record, frozen=True, kw_only=True):
    """A news article, its text frozen once and never normalised again.

    Attributes:
        id: prefix of the SHA-256 of the UTF-8 text, so that the same text is the same article everywhere.
        text: the whole text; begins with the title where there is one.
        title: headline as given by the page or the file.
        url: canonical address.
        outlet: publication, as the page names it.
        author: byline.
        published: ISO 8601 date or date and time.
        language: BCP 47 tag; ``und`` where the page does not say.
        license: SPDX identifier or plain words, when known.
        copies: other outlets and addresses of exactly this text.
        segments: what each piece is; together they cover all but white space.
        sentences: extents inside segments.
        quotes: extents of quotations, marks included; they may span sentences.
        source: the file it was read from.
        supersedes: id of the earlier version of this story (same address, other text).
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    language: str = "und"
    license: str | None = None
    copies: tuple[Copy, ...] = ()
    segments: tuple[Segment, ...] = ()
    sentences: tuple[Extent, ...] = ()
    quotes: tuple[Extent, ...] = ()
    source: str | None = None
    supersedes: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the UTF-8 text, 64 hexadecimal digits."""
        return text_sha256(self.text)

    def read_sentences(self, kinds: Iterable[str]) -> Iterator[Extent]:
        """Yield the sentences that lie in segments of these kinds, in text order."""
        wanted = frozenset(kinds)
        read = iter([s for s in self.segments if s.kind in wanted])
        segment = next(read, None)
        for sentence in self.sentences:
            while segment is not None and segment.end <= sentence.start:
                segment = next(read, None)
            if segment is not None and segment.start <= sentence.start:
                yield sentence


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the UTF-8 text as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_id(text: str) -> str:
    """Return the id of the article with this text."""
    return text_sha256(text)[:ID_LENGTH]


class Span(Extent, frozen=True, kw_only=True):
    """A labelled stretch of an article.

    Attributes:
        id: unique within its record.
        layer: the codebook's layer: claim, hedge or source by default.
        label: one of that layer's labels.
        text: the text it covers.
        basis: for a claim, what its status rests on.
        score: confidence in [0, 1] of a suggestion.
        origin: for a pulled span: ``manual``, ``suggestion`` (kept as suggested) or ``suggestion-changed``.
    """

    id: str
    layer: str
    label: str
    text: str
    basis: str | None = None
    score: float | None = None
    origin: str | None = None

    def check(self, text: str) -> None:
        """Raise `SpanError` unless ``text`` reads the same here."""
        found = self.of(text) if 0 <= self.start < self.end <= len(text) else None
        if found is None:
            message = f"span [{self.start}, {self.end}) lies outside the text of {len(text)} characters"
            raise SpanError(message, hint="the article changed after export, or offsets count UTF-16 units")
        if found != self.text:
            message = f"span [{self.start}, {self.end}) reads {found!r}, the record says {self.text!r}"
            raise SpanError(message, hint="the article changed after export, or offsets count UTF-16 units")


class Link(Record, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A directed tie between two spans of one record; its type follows from the layers of its ends.

    Attributes:
        type: the codebook's name for it: attributed_to or relays by default.
        from_: id of the span it starts at.
        to: id of the span it leads to.
    """

    type: str
    from_: str
    to: str


class CodebookRef(Record, frozen=True, kw_only=True):
    """Which codebook a record was made under.

    Attributes:
        name: the codebook's name.
        version: its version.
        hash: beginning of the SHA-256 of its content, 16 hexadecimal digits.
    """

    name: str
    version: str
    hash: str


class Suggestion(Record, frozen=True, kw_only=True):
    """What a suggester proposes for one article.

    Attributes:
        model: name and version of the suggester.
        spans: suggested spans, in text order.
        links: suggested links between them.
        score: confidence in [0, 1] over the whole article: the least sure span's, 1 where there is none.
    """

    model: str
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    score: float = 1.0


class Suggester(Protocol):
    """Anything that proposes spans for an article: patterns, or a trained baseline."""

    @property
    def name(self) -> str:
        """Name and version, written into `Suggestion.model`."""

    def suggest(self, article: Article) -> Suggestion:
        """Return what this suggester proposes for one article."""


class Task(Record, frozen=True, kw_only=True):
    """An article to label.

    Attributes:
        article_id: the article's id.
        article: the article, whole.
        codebook: under which it is to be labelled.
        item: the one sentence that is to be labelled, where the codebook's unit is the sentence; none for the whole article.
        suggestion: what the annotator starts from; none where nothing is suggested.
    """

    article_id: str
    article: Article
    codebook: CodebookRef
    item: Extent | None = None
    suggestion: Suggestion | None = None

    @property
    def key(self) -> str:
        """What tells this task from all others: the article's id, with the item's offsets where there is one."""
        return task_key(self.article_id, self.item)


def task_key(article: str, item: Extent | None) -> str:
    """Return the key of the task that shows an article, or one item of it.

    >>> task_key("6f2a", Extent(start=10, end=42))
    '6f2a:10-42'
    """
    return article if item is None else f"{article}:{item.start}-{item.end}"


class Status(StrEnum):
    """How far an annotator came with a task."""

    SUBMITTED = "submitted"
    SKIPPED = "skipped"
    DRAFT = "draft"


class Origin(Record, frozen=True, kw_only=True):
    """Where an annotation was made, enough to find it again.

    Attributes:
        tool: ``label-studio``.
        project: title or id of the project, or the name of the export file.
        task: the tool's task id.
        annotation: the tool's annotation id.
        suggestion: model of the suggestion that the annotator started from.
    """

    tool: str
    project: str | None = None
    task: int | None = None
    annotation: int | None = None
    suggestion: str | None = None


class Annotation(Record, frozen=True, kw_only=True):
    """One annotator's work on one article.

    Attributes:
        article_id: the article's id.
        text_sha256: hash of the text it was made on.
        annotator: pseudonym (keyed HMAC).
        status: how far the annotator came.
        codebook: under which it was made.
        item: the one sentence that was shown, where the codebook's unit is the sentence; none for the whole article.
        spans: what was marked, in text order.
        links: ties drawn between the spans.
        decisions: answers about the article, or the item: decision name → chosen values (or the typed note).
        created: ISO 8601 time in UTC.
        updated: likewise, of the last change.
        lead_time: seconds spent, as the tool measured them.
        origin: where it was made.
    """

    article_id: str
    text_sha256: str
    annotator: str
    status: Status
    codebook: CodebookRef
    item: Extent | None = None
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    decisions: dict[str, tuple[str, ...]] = {}
    created: str | None = None
    updated: str | None = None
    lead_time: float | None = None
    origin: Origin | None = None


class Target(Record, frozen=True, kw_only=True):
    """What a sentence is labelled as, for one target of the codebook.

    Attributes:
        label: the majority's label; none where the votes are tied (`contested`).
        votes: annotator → label.
        soft: label → share of the votes, in [0, 1], summing to 1.
        contested: no label has more votes than every other.
    """

    label: str | None
    votes: dict[str, str]
    soft: dict[str, float]
    contested: bool = False


class GoldItem(Extent, frozen=True, kw_only=True):
    """One read sentence (or the whole text, where the codebook's unit is the article) with its labels.

    Attributes:
        claims: ids of the gold claim spans that share a character with it.
        targets: target name → its label and votes.
    """

    claims: tuple[str, ...] = ()
    targets: dict[str, Target] = {}


class Annotator(Record, frozen=True, kw_only=True):
    """Who worked on an article, without saying who.

    Attributes:
        id: pseudonym.
        lead_time: seconds spent, as the tool measured them.
        created: ISO 8601 time in UTC.
        arm: of the campaign's plan, such as blind or suggested.
    """

    id: str
    lead_time: float | None = None
    created: str | None = None
    arm: str | None = None


class Gold(Record, frozen=True, kw_only=True):
    """An article with what its annotators agree on, complete in itself.

    Attributes:
        article: the article, whole.
        codebook: under which it was labelled.
        sentences: items in text order.
        spans: those that more than half of the annotators marked with the same label.
        links: those that more than half of the annotators drew between these spans.
        annotators: those whose work counts.
    """

    article: Article
    codebook: CodebookRef
    sentences: tuple[GoldItem, ...] = ()
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    annotators: tuple[Annotator, ...] = ()


class FlagHedge(Extent, frozen=True, kw_only=True):
    """A hedge cue inside a flagged sentence; offsets count in the article's text.

    Attributes:
        text: the words it covers.
        type: the codebook's hedge label.
    """

    text: str
    type: str


class Flag(Extent, frozen=True, kw_only=True):
    """What a model says of one read sentence, and why.

    Attributes:
        article_id: the article's id.
        text: the sentence.
        flagged: whether any reason holds.
        reasons: some of ``hedged``, ``unverified`` (said to be so by the text itself) and ``disputed``.
        probabilities: target → label → probability in [0, 1].
        abstained: targets of which the model is not sure enough to keep its stated precision.
        hedges: cue spans, in text order.
        terms: words and n-grams that moved the decision most, with their weights in log-odds.
    """

    article_id: str
    text: str
    flagged: bool
    reasons: tuple[str, ...] = ()
    abstained: tuple[str, ...] = ()
    probabilities: dict[str, dict[str, float]] = {}
    hedges: tuple[FlagHedge, ...] = ()
    terms: dict[str, float] = {}


class Score(Extent, frozen=True, kw_only=True):
    """What a model says of one item, for one target.

    Attributes:
        article_id: the article's id.
        target: the target's name.
        probabilities: label → probability in [0, 1].
    """

    article_id: str
    target: str
    probabilities: dict[str, float]


class SetAside(Record, frozen=True, kw_only=True):
    """Something a stage could not use, and why.

    Attributes:
        reason: short and countable, such as ``not_utf8`` or ``span_out_of_range``.
        where: ``file:line``, a URL or an article id.
        detail: the sentence a person reads.
    """

    reason: str
    where: str
    detail: str


T = TypeVar("T")
KEPT_ASIDE = 1000
"""How many set-aside records an `Outcome` keeps whole; all are counted."""


class Outcome(Generic[T]):
    """A stream of records that counts what it lets through and what was set aside.

    >>> stream = Outcome([1, SetAside(reason="empty", where="a.txt", detail="no text"), 2])
    >>> list(stream), stream.kept, dict(stream.reasons)
    ([1, 2], 2, {'empty': 1})
    """

    def __init__(self, stream: Iterable[T | SetAside], on_aside: Callable[[SetAside], None] | None = None) -> None:
        """Wrap a stage's stream; ``on_aside`` hears of each record set aside as it happens."""
        self._stream = stream
        self._on_aside = on_aside
        self.kept = 0
        self.reasons: Counter[str] = Counter()
        self.aside: list[SetAside] = []

    def __iter__(self) -> Iterator[T]:
        """Yield the records that are kept."""
        for record in self._stream:
            if isinstance(record, SetAside):
                self.reasons[record.reason] += 1
                if len(self.aside) < KEPT_ASIDE:
                    self.aside.append(record)
                if self._on_aside is not None:
                    self._on_aside(record)
            else:
                self.kept += 1
                yield record
