"""JSONL → drafts: one object a line, with the fields of an article, or a whole record of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

import msgspec

from annotate.corpus.article import Facts
from annotate.corpus.drafts import Draft
from annotate.corpus.places import Place
from annotate.errors import DataError, SpanError
from annotate.files import prove, stream_lines
from annotate.records import Article, Record, SetAside, article_id

NO_TEXT = (
    "name that column text, or say where the text stands: `annotate ingest --column text=body` writes articles"
    " that every command reads"
)
"""What to do next with a table that has no column of texts; not every command that reads tables has --column."""


class Given(Record, frozen=True, kw_only=True):
    """What is read of a JSON object or of a table's row; other fields are ignored."""

    text: str
    id: object = None
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    license: str | None = None

    def draft(self, where: str, source: str) -> Draft:
        """Return the draft, its facts without white space around them; blank ones count as not given."""
        facts = Facts(
            url=_said(self.url),
            outlet=_said(self.outlet),
            author=_said(self.author),
            published=_said(self.published),
            language=_said(self.language) or "und",
            license=_said(self.license),
            source=source,
        )
        return Draft(text=self.text, where=where, title=_said(self.title), facts=facts)


def _said(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None


_GIVEN = msgspec.json.Decoder(Given)
_ARTICLE = msgspec.json.Decoder(Article)


def objects(stream: IO[bytes], place: Place, columns: Mapping[str, str]) -> Iterator[Draft | SetAside]:
    """Yield a draft a line.

    A whole record of ours, known by its id being the hash of its text, is proved; it keeps its segments, copies and
    source, so that it is made again as it was.

    Args:
        stream: the file, open.
        place: its name.
        columns: field of an article → its name in the objects.
    """
    count = 0
    for number, line in stream_lines(stream, place.where):
        where = f"{place.where}:{number}"
        if number == 1 and isinstance(line, bytes):
            line = line.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - the line without its byte order mark
        if isinstance(line, SetAside):
            yield line
        elif line.strip():
            yield _object(line, where, place.where, columns)
        else:
            continue
        count += 1
    if not count:
        yield SetAside(reason="empty", where=place.where, detail="an empty file: there is no object in it")


def _object(line: bytes, where: str, source: str, columns: Mapping[str, str]) -> Draft | SetAside:
    try:
        given = _renamed(line, columns) if columns else _GIVEN.decode(line)
        if not columns and given.id == article_id(given.text):
            return _ours(line, where)
        return given.draft(where, source)
    except msgspec.ValidationError as error:
        return SetAside(reason="schema", where=where, detail=f"not an article: {error}")
    except UnicodeDecodeError as error:
        return SetAside(reason="not_utf8", where=where, detail=f"not UTF-8: {error}")
    except (msgspec.DecodeError, RecursionError) as error:
        return SetAside(reason="not_json", where=where, detail=f"not JSON: {error}")
    except DataError as error:
        reason = "span" if isinstance(error, SpanError) else "record"
        return SetAside(reason=reason, where=where, detail=str(error))


def _renamed(line: bytes, columns: Mapping[str, str]) -> Given:
    value = msgspec.json.decode(line)
    if isinstance(value, dict):
        kept = {field: found for field, found in value.items() if field not in columns}
        value = kept | {field: value[name] for field, name in columns.items() if name in value}
    return msgspec.convert(value, Given)


def _ours(line: bytes, where: str) -> Draft:
    """Return the draft of a record of ours, which is made again as it was."""
    article = _ARTICLE.decode(line)
    prove(article)
    facts = Facts(
        url=article.url,
        outlet=article.outlet,
        author=article.author,
        published=article.published,
        language=article.language,
        license=article.license,
        copies=article.copies,
        source=article.source,
        supersedes=article.supersedes,
    )
    return Draft(text=article.text, where=where, title=article.title, known=article.segments or None, facts=facts)
