"""What was left behind in texts or metadata: e-mail addresses, phone numbers, tokens."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from annotate.dataset.checks.findings import Finding, Level, Places
from annotate.dataset.checks.release import Release

_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_PHONE = r"(?:\+\d{1,3}[ .-]?(?:\(0?\d{1,5}\)[ .-]?)?\d|\(\d{2,5}\)[ .-]?\d|\b0\d{2,4}[ ./-]\d|\b\d{3}[-.]\d{3}[-.]\d{4}\b)[\d ./-]{0,14}"
_KEY = (  # no key itself: the forms that keys of well-known services have
    r"\b(?:hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,}"
    r"|sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_DIGITS = range(9, 16)
"""How many digits a phone number has, with its country's."""

_KINDS = (
    ("e-mail addresses", _EMAIL, Level.WARNING),
    ("phone numbers", _PHONE, Level.WARNING),
    ("access tokens", _KEY, Level.ERROR),
)
_COLUMNS = {
    "articles": ("text", "title", "author", "outlet", "url", "license"),
    "sentences": ("text",),
    "annotations": ("annotator", "arm"),
}


def check(release: Release) -> Iterator[Finding]:
    """Yield leftovers; the places are named, what stands there is not repeated."""
    found: defaultdict[tuple[str, str], Places] = defaultdict(Places)
    for config, names in _COLUMNS.items():
        if config == "sentences" and release.manifest.text == "full":
            continue  # their text is the articles'
        key = "id" if config == "articles" else "article_id"
        for split in release.splits(config):
            for batch in release.batches(config, split, [key, *names]):
                for name in names:
                    where = "texts" if name in {"text", "title"} else "metadata"
                    for kind, place in _places(batch, key, name):
                        found[kind, where].add(f"{split}, {place}")
    for kind, _, level in _KINDS:
        for where in ("texts", "metadata"):
            yield from found[kind, where].finding(level, f"{{}} {kind} stand in {where}")


def _places(batch: Any, key: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield kind and place of what stands in a column."""
    import pyarrow.compute as pc

    for kind, pattern, _ in _KINDS:
        hits = pc.fill_null(pc.match_substring_regex(batch.column(name), pattern), False)
        for row in batch.filter(hits).to_pylist() if hits.true_count else ():
            for hit in re.finditer(pattern, row[name]):
                if kind != "phone numbers" or _is_phone(hit):
                    yield kind, f"article {row[key]}, {name} [{hit.start()}, {hit.end()})"


def _is_phone(hit: re.Match[str]) -> bool:
    """Return whether a run of digits is a phone number, and not the end of a larger number such as 12,000 231.40."""
    before = hit.string[hit.start() - 1 : hit.start()]
    return sum(map(str.isdigit, hit[0])) in _DIGITS and not before.isdigit() and before not in {",", "."}
