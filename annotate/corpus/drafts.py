"""What a reader takes from a file, before it is frozen into an article: a draft, or a page that is still to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from annotate.corpus.article import Facts
from annotate.records import Segment


@dataclass(frozen=True)
class Draft:
    """A text as read, with what the file says of it.

    Attributes:
        text: decoded, one paragraph a line.
        where: ``file`` or ``file:line``.
        title: headline, where the file names it.
        known: segments whose kind the file itself gives, in offsets of `text`; none where it marks nothing.
        facts: further fields of the article.
    """

    text: str
    where: str
    title: str | None = None
    known: tuple[Segment, ...] | None = None
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class Page:
    """A page as its server sent it; `annotate.corpus.html.draft_of` makes a draft of it, which is where the time goes.

    Attributes:
        data: its bytes.
        where: ``file``, or ``file@offset`` in an archive.
        source: the file.
        url: the address it was fetched from, for pages that name none themselves.
        charset: the encoding that the server named.
    """

    data: bytes
    where: str
    source: str
    url: str | None = None
    charset: str | None = None
