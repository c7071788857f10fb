"""The card, the licence and the rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotate.dataset.checks.findings import Finding, Level
from annotate.dataset.checks.intact import CARD
from annotate.dataset.checks.release import Release
from annotate.dataset.placeholders import PLACEHOLDERS
from annotate.files import opened

_NOT_A_NUMBER = re.compile(r"(?::|\||^-)\s*[-+]?\.?(?:nan|inf)\s*(?:\||$)", re.IGNORECASE | re.MULTILINE)


def check_rights(release: Release) -> Iterator[Finding]:
    """Yield licences that are missing or do not permit publishing."""
    rights = release.manifest.rights
    if rights.annotations is None:
        detail = "no licence is named for the annotations: name one in release.toml"
        yield Finding(level=Level.WARNING, detail=detail)
    if rights.local_only:
        count = sum(rights.local_only.values())
        detail = f"the text of {count} articles is here, and no licence permits passing it on: this release is local"
        examples = tuple(f"{name}: {number}" for name, number in rights.local_only.items())
        yield Finding(level=Level.WARNING, detail=detail, count=count, examples=examples)


def check_card(release: Release) -> Iterator[Finding]:
    """Yield what is wrong with the card.

    Raises:
        StorageError: it cannot be read.
    """
    import yaml  # type: ignore[import-untyped]  # it ships no types

    path = release.folder / CARD
    if not path.is_file():
        yield Finding(level=Level.ERROR, detail=f"there is no {CARD}")
        return
    with opened(path) as stream:
        data = stream.read()
    try:
        text = data.decode("utf-8")
        _, head, body = text.split("---\n", 2)
        fields = yaml.safe_load(head)
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        yield Finding(level=Level.ERROR, detail=f"{CARD} has no head that can be read: {error}")
        return
    if not isinstance(fields, dict) or "configs" not in fields:
        yield Finding(level=Level.ERROR, detail=f"the head of {CARD} names no configs")
        return
    if left := PLACEHOLDERS.search(text):
        yield Finding(level=Level.ERROR, detail=f"{CARD} says {left[0]!r}: fill it in")
    if found := _NOT_A_NUMBER.search(head) or _NOT_A_NUMBER.search(body):
        yield Finding(level=Level.ERROR, detail=f"{CARD} has {found[0].strip(':|-. ')!r} where a number should be")
    if "license" not in fields:
        yield Finding(level=Level.ERROR, detail=f"{CARD} names no licence")
    elif fields["license"] == "unknown":
        yield Finding(level=Level.WARNING, detail=f"{CARD} says that the licence is not known")
