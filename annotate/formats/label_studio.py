"""Gold → a JSON array of Label Studio tasks, the gold as their annotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from annotate.codebook import Codebook
from annotate.records import Gold, Suggestion, Task
from annotate.studio.payload import items, to_label_studio

GOLD = "gold@localhost"
"""Who made the annotation."""


def tasks(golds: Iterable[Gold], codebook: Codebook) -> Iterator[dict[str, Any]]:
    """Yield one task an article, with one annotation that counts as ground truth there.

    Raises:
        CodebookError: the gold was made under another codebook.
    """
    for gold in golds:
        task = Task(article_id=gold.article.id, article=gold.article, codebook=gold.codebook)
        suggestion = Suggestion(model="gold", spans=gold.spans, links=gold.links)
        result = items(suggestion, gold.article.text, codebook, f"article {gold.article.id}")
        annotation = {
            "completed_by": {"email": GOLD},
            "result": [{**item, "origin": "manual"} if "value" in item else item for item in result],
            "was_cancelled": False,
            "ground_truth": True,
        }
        yield {"data": to_label_studio(task, codebook)["data"], "annotations": [annotation]}


def lines(golds: Iterable[Gold], codebook: Codebook) -> Iterator[str]:
    """Yield the file in pieces: an array with one task a line."""
    yield "["
    for number, task in enumerate(tasks(golds, codebook)):
        yield (",\n" if number else "\n") + msgspec.json.encode(task).decode()
    yield "\n]\n"
