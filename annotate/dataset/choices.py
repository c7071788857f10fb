"""What the maker of a release chooses: how much text is in it, and what never crosses its splits."""

from __future__ import annotations

from enum import StrEnum


class Text(StrEnum):
    """How much of the articles' text a release holds."""

    FULL = "full"
    SENTENCES = "sentences"
    NONE = "none"


class By(StrEnum):
    """What never crosses the splits, beside the article and its near-duplicates."""

    OUTLET = "outlet"
    STORY = "story"
    TIME = "time"
    ARTICLE = "article"
