"""Articles and flags as pandas tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from annotate.corpus.article import make_article
from annotate.errors import DataError, UsageError
from annotate.records import Article, Flag

if TYPE_CHECKING:
    import pandas as pd

TEXT, ID = "text", "id"


def as_articles(given: Iterable[Article] | pd.DataFrame | pd.Series) -> Iterator[Article]:
    """Yield articles from articles, from a table with a column ``text``, or from a column of texts.

    Raises:
        DataError: the table has no such column, or a text is none.
        UsageError: one text or article is given in the place of many.
    """
    import pandas as pd

    if isinstance(given, str | bytes | Article):
        message = f"one {'article' if isinstance(given, Article) else 'text'} is given in the place of many"
        raise UsageError(message, hint="put it in a list, as in model.flag([text])")
    if isinstance(given, pd.DataFrame):
        if TEXT not in given.columns:
            message = f"the table has no column {TEXT!r}; it has {', '.join(map(repr, given.columns))}"
            raise DataError(message, hint="rename the column with the articles' texts")
        ids: Iterable[Any] = given[ID] if ID in given.columns else [None] * len(given)
        rows = zip(given.index, given[TEXT], ids, strict=True)
        yield from (_article(text, row, None if pd.isna(name) else name) for row, text, name in rows)
    else:
        for row, one in given.items() if isinstance(given, pd.Series) else enumerate(given):
            yield one if isinstance(one, Article) else _article(one, row, None)


def _article(text: object, row: object, name: object) -> Article:
    if not isinstance(text, str):
        message = f"{text!r} is no text"
        raise DataError(message, where=f"row {row!r}", hint="fill or drop the rows without text")
    made = make_article(text)
    return made if name is None else msgspec.structs.replace(made, id=str(name))


def as_table(flags: Iterable[Flag], targets: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Return flags as a table: a row each, several values as a tuple, a column ``target.label`` for each probability.

    Args:
        flags: what a model says.
        targets: target → labels, in the order that flags have them, so that no flag at all has the same columns.
    """
    import pandas as pd

    rows = []
    for flag in flags:
        row: dict[str, Any] = msgspec.to_builtins(flag)
        nested: dict[str, dict[str, float]] = row.pop("probabilities")
        row |= {f"{name}.{label}": value for name, values in nested.items() for label, value in values.items()}
        rows.append(row)
    plain = [name for name in Flag.__struct_fields__ if name != "probabilities"]
    asked = [f"{name}.{label}" for name, labels in (targets or {}).items() for label in labels]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=[*plain, *asked])
