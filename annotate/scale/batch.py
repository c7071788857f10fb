"""Pages → articles → flags, as one pure function from a record batch to a record batch, whatever drives it.

::

    PAGES     where · form · data · source · url · charset     a row a page, a draft or what was set aside in reading
    RESULTS   where · record · reason · detail · counts        a row for each row that went in, in the same order

The row in gives the row out, nothing else does: no network, no clock, nothing held from row to row.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from annotate import __version__
from annotate.corpus.drafts import Draft, Page
from annotate.corpus.html import Extractor, draft_of
from annotate.corpus.ingest import article_of
from annotate.errors import DataError
from annotate.files import prove
from annotate.records import Article, Record, SetAside

if TYPE_CHECKING:
    import pyarrow as pa

    from annotate.baseline.scorer import Model

BATCH_BYTES = 4 * 2**20
"""A batch of pages is closed when it holds as many bytes."""
BATCH_ROWS = 64
"""Or as many rows."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DRAFT = msgspec.json.Decoder(Draft)
_ASIDE = msgspec.json.Decoder(SetAside)
_ARTICLE = msgspec.json.Decoder(Article)
_HERE = threading.local()


class Work(Record, frozen=True, kw_only=True):
    """What is done to each row, as plain data: it can be hashed, and sent to another process or machine.

    Attributes:
        extractor: how the text of a page is found.
        license: licence of the articles that name none themselves.
        model: folder of the model whose flags are wanted; without one, articles are.
        only_flagged: keep the flagged sentences alone.
    """

    extractor: Extractor = Extractor.FULL
    license: str | None = None
    model: str | None = None
    only_flagged: bool = False

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch of results of a batch of pages: articles, or the flags of their sentences.

        Raises:
            ModelError: the model cannot be used.
        """
        made = articles(batch, extractor=self.extractor, license=self.license)
        return made if self.model is None else flags(made, _model(self.model), only_flagged=self.only_flagged)

    @property
    def key(self) -> str:
        """A hash of all that the results depend on beside the pages: this description, the model, our version."""
        said = msgspec.structs.replace(self, model=None)
        model = None if self.model is None else _model(self.model).name
        return hashlib.sha256(_ENCODER.encode([__version__, said, model])).hexdigest()[:16]


def batches(
    found: Iterable[Page | Draft | SetAside], size: int = BATCH_BYTES, rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Yield what the readers give as batches of `pages_schema`, in the same order, a few megabytes at a time."""
    waiting: list[tuple[object, ...]] = []
    held = 0
    for one in found:
        row = _row(one)
        waiting.append(row)
        held += len(row[2]) if isinstance(row[2], bytes) else 0
        if held >= size or len(waiting) >= rows:
            yield _table(waiting, pages_schema())
            waiting, held = [], 0
    if waiting:
        yield _table(waiting, pages_schema())


def articles(
    batch: pa.RecordBatch,
    *,
    extractor: Extractor = Extractor.FULL,
    license: str | None = None,  # noqa: A002 - it is the field's name
) -> pa.RecordBatch:
    """Return the articles of a batch of pages: rows of `results_schema`, one for each row, in the same order.

    ``record`` is the article as a JSON line; where there is none, ``reason`` and ``detail`` say why.
    """
    rows: list[tuple[object, ...]] = []
    for row in batch.to_pylist():
        made = _article(row, extractor, license)
        if isinstance(made, SetAside):
            rows.append((made.where, None, made.reason, made.detail, None))
        else:
            rows.append((row["where"], _ENCODER.encode(made) + b"\n", None, None, None))
    return _table(rows, results_schema())


def flags(batch: pa.RecordBatch, model: Model, *, only_flagged: bool = False) -> pa.RecordBatch:
    """Return the flags of a batch of articles (rows of `results_schema`, as `articles` gives them), a row for each row.

    ``record`` holds the flags of the article's sentences, a JSON line each; ``counts`` counts them as JSON: sentences,
    flagged, abstained, and each reason. What was set aside stays so.
    """
    rows: list[tuple[object, ...]] = []
    given = batch.to_pylist()
    judged = model.flags_of(_ARTICLE.decode(row["record"]) for row in given if row["record"] is not None)
    for row in given:
        if row["record"] is None:
            rows.append((row["where"], None, row["reason"], row["detail"], None))
            continue
        counts: Counter[str] = Counter()
        lines = bytearray()
        for flag in next(judged)[1]:
            counts["sentences"] += 1
            counts["flagged"] += flag.flagged
            counts["abstained"] += bool(flag.abstained)
            counts.update(flag.reasons)
            if flag.flagged or not only_flagged:
                lines += _ENCODER.encode(flag) + b"\n"
        rows.append((row["where"], bytes(lines), None, None, _ENCODER.encode(counts)))
    return _table(rows, results_schema())


def pages_schema() -> pa.Schema:
    """Return the columns of a batch of pages; ``form`` is ``html``, ``draft``, ``article`` or ``aside``."""
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [("where", text), ("form", text), ("data", pa.binary()), ("source", text), ("url", text), ("charset", text)]
    )


def results_schema() -> pa.Schema:
    """Return the columns of a batch of results."""
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [("where", text), ("record", pa.binary()), ("reason", text), ("detail", text), ("counts", pa.binary())]
    )


def results_of(asides: Iterable[SetAside]) -> pa.RecordBatch:
    """Return a batch of results in which all is set aside."""
    return _table([(one.where, None, one.reason, one.detail, None) for one in asides], results_schema())


def _row(one: Page | Draft | SetAside) -> tuple[object, ...]:
    if isinstance(one, Page):
        return (one.where, "html", one.data, one.source, one.url, one.charset)
    form = "draft" if isinstance(one, Draft) else "aside"
    return (one.where, form, _ENCODER.encode(one), None, None, None)


def _table(rows: list[tuple[object, ...]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.record_batch(
        [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema
    )


def _article(row: dict[str, object], extractor: Extractor, license: str | None) -> Article | SetAside:  # noqa: A002 - it is the field's name
    data, where = row["data"], str(row["where"])
    assert isinstance(data, bytes)  # noqa: S101 - the schema says so; mypy cannot know
    if row["form"] != "html":
        try:
            return _record(data, str(row["form"]), license)
        except (msgspec.DecodeError, UnicodeDecodeError, DataError, RecursionError) as error:
            return SetAside(reason="record", where=where, detail=f"no {row['form']}: {error}")
    page = Page(data, where, str(row["source"] or where), _said(row["url"]), _said(row["charset"]))
    draft = draft_of(page, extractor)
    return draft if isinstance(draft, SetAside) else article_of(draft, license)


def _record(data: bytes, form: str, license: str | None) -> Article | SetAside:  # noqa: A002 - it is the field's name
    if form == "aside":
        return _ASIDE.decode(data)
    if form == "draft":
        return article_of(_DRAFT.decode(data), license)
    article = _ARTICLE.decode(data)
    prove(article)
    return article


def _said(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _model(folder: str) -> Model:
    """Return a model, loaded once in each thread: a model's scratch memory is no two threads' at once."""
    from annotate.baseline.scorer import Model

    held: dict[str, Model] = _HERE.__dict__.setdefault("models", {})
    if folder not in held:
        held[folder] = Model.load(Path(folder))
    return held[folder]
