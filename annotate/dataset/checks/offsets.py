"""Every offset against its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from annotate.dataset.checks.findings import Finding, Level, Places
from annotate.dataset.checks.release import Release, Row
from annotate.dataset.choices import Text


class Ahead:
    """Rows of a config in the order of the articles, taken an article at a time."""

    def __init__(self, rows: Iterator[Row]) -> None:
        """Look at the first row."""
        self._rows = rows
        self._next = next(rows, None)

    def of(self, article: str) -> Iterator[Row]:
        """Yield the rows of an article, if they come next."""
        while self._next is not None and self._next["article_id"] == article:
            yield self._next
            self._next = next(self._rows, None)

    @property
    def left(self) -> str | None:
        """The article of the next row; none at the end."""
        return None if self._next is None else self._next["article_id"]


def check(release: Release) -> Iterator[Finding]:
    """Yield offsets that do not read as their rows say, and words in a release without text."""
    wrong, orphans, words, proved = Places(), Places(), Places(), 0
    bare = release.manifest.text == Text.NONE
    for split in release.splits("articles"):
        for article, text, row, extent in _extents(release, split, orphans):
            proved += 1
            place = f"{split}, article {article} [{extent['start']}, {extent['end']})"
            if bare:
                if extent.get("text") is not None or text is not None:
                    words.add(place)
            elif not _reads(extent, text, row):
                wrong.add(place)
    yield from wrong.finding(Level.ERROR, "{} offsets do not read as their rows say")
    yield from orphans.finding(Level.ERROR, "in {} places rows stand where no article has them")
    yield from words.finding(Level.ERROR, "{} places hold words in a release without text")
    if bare:
        detail = f"{proved:,} offsets are proved when the text comes back (`annotate dataset hydrate`)"
        yield Finding(level=Level.NOTE, detail=detail, count=proved)


def _extents(release: Release, split: str, orphans: Places) -> Iterator[tuple[str, str | None, Row, Row]]:
    """Yield article, its text, a row and an extent in it, for every extent of a split."""
    nested = [name for name in release.columns("sentences") if name.endswith("_spans")]
    columns = ["article_id", "start", "end", "text"]
    sentences = Ahead(release.rows("sentences", split, [*columns, *nested]))
    claims = Ahead(release.rows("claims", split, [*columns, "linked_spans"]))
    for row in release.rows("articles", split, ["id", "text", "segments", "quotes", "spans"]):
        article, text = row["id"], row["text"]
        for extent in _of(row, ("segments", "quotes", "spans")):
            yield article, text, row, extent
        for rows, inner in ((sentences, nested), (claims, ["linked_spans"])):
            for own in rows.of(article):
                for extent in (own, *_of(own, inner)):
                    yield article, text, own, extent
    for name, rows in (("sentences", sentences), ("claims", claims)):
        if rows.left is not None:
            orphans.add(f"{split}, {name}: article {rows.left}")


def _of(row: Row, columns: Iterable[str]) -> list[Any]:
    return [span for column in columns for span in row[column]]


def _reads(extent: Row, text: str | None, row: Row) -> bool:
    """Return whether a text reads as an extent says; without the article's text, as far as the row's own text reaches."""
    start, end, said = extent["start"], extent["end"], extent.get("text")
    if not 0 <= start < end or ("text" in extent and said is None):
        return False
    if text is not None:
        return end <= len(text) and said in {None, text[start:end]}
    if said is None:
        return True
    first = row.get("start", 0)
    inside = row.get("text") is not None and first <= start and end <= row["end"]
    return len(said) == end - start and (not inside or bool(row["text"][start - first : end - first] == said))
