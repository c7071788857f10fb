"""JSON lines with character spans and relations, as spaCy's span groups and Prodigy read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from annotate.formats.marks import Marks, joined


def lines(marked: Iterable[Marks]) -> Iterator[str]:
    """Yield one JSON object an article: ``text``, ``meta``, ``spans`` and ``relations`` between their ids."""
    for marks in marked:
        row = {
            "text": marks.text,
            "meta": {"article_id": marks.article_id},
            "spans": [
                {"id": span.id, "start": span.start, "end": span.end, "label": joined(span)} for span in marks.spans
            ],
            "relations": [{"head": link.from_, "child": link.to, "label": link.type} for link in marks.links],
        }
        yield json.dumps(row, ensure_ascii=False) + "\n"
