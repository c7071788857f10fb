"""Files and pages → articles, one by one, as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from annotate.corpus.article import Facts, make_article
from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import Extractor, draft_of
from annotate.corpus.readers import documents
from annotate.corpus.text import is_blank
from annotate.errors import DataError
from annotate.records import Article, SetAside


def ingest(
    paths: Iterable[Path],
    *,
    columns: Mapping[str, str] | None = None,
    format: str | None = None,  # noqa: A002 - it is the option's name
    license: str | None = None,  # noqa: A002 - it is the field's name
    extractor: Extractor = Extractor.FULL,
) -> Iterator[Article | SetAside]:
    """Return the article of each file, page, line or row as soon as it is read; copies of one text come each.

    Args:
        paths: files, folders, patterns; ``-`` is standard input.
        columns: for tables and JSONL, the field of an article → its name in the file.
        format: form of what is named, one of `annotate.corpus.readers.FORMS`; told by the suffix where none is given.
        license: licence of the articles that name none themselves.
        extractor: how the text of a page is found.

    Raises:
        StorageError: a path is not there, or a named file cannot be read.
        UsageError: there is no such field or form, or a table lacks a column that was asked for.
    """
    return articles_of(documents(paths, columns=columns, format=format), extractor, license)


def articles_of(
    documents: Iterable[Page | Draft | SetAside],
    extractor: Extractor = Extractor.FULL,
    license: str | None = None,  # noqa: A002 - it is the field's name
) -> Iterator[Article | SetAside]:
    """Yield the article of each draft and of each page, one by one; what was set aside passes."""
    for found in documents:
        draft = draft_of(found, extractor) if isinstance(found, Page) else found
        yield draft if isinstance(draft, SetAside) else article_of(draft, license)


def article_of(draft: Draft, license: str | None = None) -> Article | SetAside:  # noqa: A002 - it is the field's name
    """Return a draft's article; one without text comes as a `SetAside`."""
    if is_blank(draft.text):
        return SetAside(reason="empty", where=draft.where, detail="there is no text in it")
    facts = Facts(**draft.facts)
    facts["license"] = facts.get("license") or license
    try:
        return make_article(draft.text, draft.title, known=draft.known, **facts)
    except DataError as error:
        return SetAside(reason="text", where=draft.where, detail=str(error))
