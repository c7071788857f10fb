"""A region's place → offsets proved against the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from annotate.records import Extent
from annotate.studio.terms import Unknown


def proved(place: Mapping[str, Any], text: str, notes: Counter[str], *, utf16: bool = False) -> Extent:
    """Return where a region lies, in code points, without white space at its ends.

    Offsets win over the quote beside them, which Label Studio folds (line breaks become a backslash and an n, runs of
    spaces one): the two are compared without white space. Punctuation stays as it was drawn.

    Args:
        place: ``value`` of a result item: ``start``, ``end`` and perhaps ``text``.
        text: what the annotator saw.
        notes: counts ``quote_folded``, ``trimmed`` and ``utf16``.
        utf16: try UTF-16 units where code points fail.

    Raises:
        Unknown: ``not_text``, ``span_out_of_range``, ``empty_span`` or ``quote_mismatch``.
    """
    start, end, quote = place.get("start"), place.get("end"), place.get("text")
    if type(start) is not int or type(end) is not int:
        raise Unknown("not_text", f"a region from {start!r} to {end!r} is no stretch of plain text")
    if isinstance(quote, list):  # a text area for the region repeats the key with its own answer
        quote = None
    problem = _problem(text, start, end, quote)
    if problem and utf16 and (moved := _from_utf16(text, start, end)) and _problem(text, *moved, quote) is None:
        problem, (start, end) = None, moved
        notes["utf16"] += 1
    if problem:
        raise problem
    if quote and quote != text[start:end]:
        notes["quote_folded"] += 1
    return trimmed(text, start, end, notes)


def trimmed(text: str, start: int, end: int, notes: Counter[str]) -> Extent:
    """Return the extent without white space at its ends.

    Raises:
        Unknown: ``empty_span``, where nothing else is left.
    """
    drawn = text[start:end]
    if not drawn.strip():
        raise Unknown("empty_span", f"span [{start}, {end}) covers only white space")
    if drawn != drawn.strip():
        notes["trimmed"] += 1
    return Extent(start=start + len(drawn) - len(drawn.lstrip()), end=end - (len(drawn) - len(drawn.rstrip())))


def _problem(text: str, start: int, end: int, quote: object) -> Unknown | None:
    if start == end:
        return Unknown("empty_span", f"span [{start}, {end}) covers nothing")
    if not 0 <= start < end <= len(text):
        detail = f"span [{start}, {end}) lies outside the text of {len(text)} characters"
        return Unknown("span_out_of_range", detail)
    if isinstance(quote, str) and quote and _folded(quote) != _folded(text[start:end]):
        detail = f"span [{start}, {end}) reads {text[start:end][:80]!r}, the annotation says {quote[:80]!r}"
        return Unknown("quote_mismatch", detail)
    return None


def _folded(text: str) -> str:
    return "".join(text.replace("\\n", " ").split())


def _from_utf16(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return UTF-16 offsets as code points; none where they lie outside, or inside a surrogate pair."""
    units = text.encode("utf-16-le", "surrogatepass")
    if not 0 <= start < end <= len(units) // 2:
        return None
    try:
        before, inside = units[: 2 * start].decode("utf-16-le"), units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return len(before), len(before) + len(inside)
