"""The same text is one article, with all its places; another text at the same address is a later version."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import msgspec.structs

from annotate.files import storage_error
from annotate.records import Article, Copy, SetAside

IN_MEMORY = 8 * 2**20
"""Bytes of articles that wait in memory; more of them wait in a temporary file."""


@dataclass
class _Known:
    """What is held of each article while the rest is read: a few hundred bytes, and its copies."""

    url: str | None
    published: str | None
    places: list[Copy] = field(default_factory=list)
    filled: dict[str, str | None] = field(default_factory=dict)
    supersedes: str | None = None


def merged(stream: Iterable[Article | SetAside], notes: Counter[str] | None = None) -> Iterator[Article | SetAside]:
    """Yield each text once, in the order of first appearance, with all its copies; what was set aside passes at once.

    The first article with a text stands. The others' places go into its `copies`, and a fact that it does not have
    (address and outlet together, author, day, language, licence) is taken from the first copy that has it. Of articles
    at one address with different texts, each later one `supersedes` the one before it: later by `published` where all
    of them say it, else in the order of reading.

    Copies can come until the end of the input, so the articles wait for it: the first 8 MiB in memory, more in a
    temporary file. Held in memory for each article are its id, its address, its day and its copies.

    Args:
        stream: articles, as `annotate.corpus.ingest.ingest` yields them.
        notes: counts ``copies`` and ``superseding``.

    Raises:
        StorageError: the temporary file does not fit on its disk.
    """
    known: dict[str, _Known] = {}
    counts: Counter[str] = Counter() if notes is None else notes
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Article)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as waiting:
        for article in stream:
            if isinstance(article, SetAside):
                yield article
            elif article.id in known:
                counts["copies"] += 1
                _add_copy(known[article.id], article)
            else:
                known[article.id] = _first(article)
                _store(waiting, encoder.encode(article) + b"\n")
        _supersede(known)
        waiting.seek(0)
        for line in waiting:
            article = decoder.decode(line)
            found = known[article.id]
            changed = _changes(article, found)
            counts["superseding"] += changed.get("supersedes") is not None
            yield msgspec.structs.replace(article, **changed) if changed else article


def _store(waiting: tempfile.SpooledTemporaryFile[bytes], line: bytes) -> None:
    try:
        waiting.write(line)
    except OSError as error:
        raise storage_error(error, Path(tempfile.gettempdir())) from error


def _first(article: Article) -> _Known:
    return _Known(url=article.url, published=article.published, places=_places(article))


def _places(article: Article) -> list[Copy]:
    own = [Copy(url=article.url, outlet=article.outlet)] if article.url or article.outlet else []
    return own + [copy for copy in article.copies if copy not in own]


def _add_copy(found: _Known, article: Article) -> None:
    found.places += [place for place in _places(article) if place not in found.places]
    found.url = found.url or article.url
    found.published = found.published or article.published
    for name in ("author", "published", "license"):
        if getattr(article, name) and name not in found.filled:
            found.filled[name] = getattr(article, name)
    if article.language != "und":
        found.filled.setdefault("language", article.language)


def _changes(article: Article, found: _Known) -> dict[str, object]:
    """Return the fields of an article that its copies and versions change."""
    changed: dict[str, object] = {
        name: value for name, value in found.filled.items() if getattr(article, name) in {None, "und"}
    }
    own = Copy(url=article.url, outlet=article.outlet)
    if own == Copy() and found.places:
        own = found.places[0]
        changed |= {"url": own.url, "outlet": own.outlet}
    copies = tuple(place for place in found.places if place != own)
    if copies != article.copies:
        changed["copies"] = copies
    if found.supersedes is not None:
        changed["supersedes"] = found.supersedes
    return changed


def _supersede(known: dict[str, _Known]) -> None:
    """Note for each later text at an address which text it supersedes."""
    versions: dict[str, list[str]] = {}
    for name, found in known.items():
        if address := _address(found.url):
            versions.setdefault(address, []).append(name)
    for names in versions.values():
        ordered = _by_day(names, [known[name].published for name in names])
        for before, after in pairwise(ordered):
            known[after].supersedes = before


def _address(url: str | None) -> str | None:
    """Return an address without what does not tell two pages apart; none for a site's front page.

    >>> _address("http://News.example/a/?id=3#top"), _address("https://news.example/")
    ('news.example/a?id=3', None)
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return None  # many pages wrongly give their site's front page as their address
    return f"{parts.netloc.lower()}{path}" + (f"?{parts.query}" if parts.query else "")


def _by_day(names: list[str], published: list[str | None]) -> list[str]:
    """Return names by their day (by their time, where all have one), or as they are where one does not say it."""
    times = [_time(value) for value in published]
    if any(time is None for time in times):
        return names
    exact = all("T" in (value or "") or ":" in (value or "") for value in published)
    keys = [(time if exact else _day(value)) for time, value in zip(times, published, strict=True)]
    order = sorted(range(len(names)), key=lambda index: str(keys[index]))
    return [names[index] for index in order]


def _time(value: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _day(value: str | None) -> date:
    return datetime.fromisoformat(value or "").date()
