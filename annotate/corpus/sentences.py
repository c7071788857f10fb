"""Sentences with exact offsets: one regular expression finds candidate ends, one rule decides.

Sentences are split inside quotations too; the quotations lie beside them (`annotate.corpus.quotes`), so that a long
one keeps its speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotate.corpus.abbreviations import DATED, ENDING, NUMBERED, SPEECH, STARTERS, TITLES
from annotate.records import Extent

_CANDIDATE = re.compile(
    r"""(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>["'”’»)\]]*+)(?=\s|[“«„])
      | (?P<wide>[。！？｡।؟]+["'”’»」』）]*)
      | (?P<line>\n)""",
    re.VERBOSE,
)
_BEFORE = re.compile(r"[\w.&’'-]*$")
_NEXT = re.compile(r"\s*(?P<open>[\"“«„‘'(\[–—-]*)\s*(?P<word>[\w@#$€£&’'-]*)")
_ACRONYM = re.compile(r"(?:[^\W\d]{1,2}\.)+[^\W\d]{1,2}")
_TWELVE_HOUR = frozenset(["a.m", "p.m"])
_ZONES = frozenset(
    ["et", "est", "edt", "pt", "pst", "pdt", "ct", "cst", "gmt", "bst", "cet", "cest", "utc", "ist", "local"]
)

BRACKET_LENGTH = 1000
"""Characters before and after a mark within which it may stand in brackets."""
SPEAKER_WORDS = 5
"""Words after a quoted question within which a verb of speech is looked for."""
SPEAKER_LENGTH = 80
"""Characters within which they stand."""
WORD_LENGTH = 40
"""Characters before a full stop within which the word before it is read; no abbreviation is longer."""


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Extent]:
    """Return the sentences of one segment, in order, without white space at their ends.

    Args:
        text: the whole text; offsets count in it.
        start: where the segment starts.
        end: where it ends; the text's end by default.

    >>> text = "Gen. Boe spoke. “We saw it. We left,” she said."
    >>> [extent.of(text) for extent in sentences(text)]
    ['Gen. Boe spoke.', '“We saw it.', 'We left,” she said.']
    """
    limit = len(text) if end is None else end
    return list(_trimmed(text, start, limit))


def _trimmed(text: str, start: int, end: int) -> Iterator[Extent]:
    first = start
    for last in [*_ends(text, start, end), end]:
        covered = text[first:last]
        left, right = len(covered) - len(covered.lstrip()), len(covered.rstrip())
        if left < right:
            yield Extent(start=first + left, end=first + right)
        first = last


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    first = start
    for found in _CANDIDATE.finditer(text, start, end):
        while first < found.start() and text[first].isspace():
            first += 1
        if found["mark"] is None or _is_end(text, first, found, end):
            first = found.end()
            yield first


def _is_end(text: str, first: int, found: re.Match[str], end: int) -> bool:
    """Decide whether a mark ends the sentence that begins at ``first``."""
    after = _NEXT.match(text, found.end(), end)
    if after is None or after.end() == found.end():
        return True
    word, opens = after["word"], after["open"]
    mark, closed = found["mark"], bool(found["close"])
    shouted = len(mark) > 1 and mark[-1] in "!?" and not closed
    if (word[:1].islower() and not shouted) or opens[:1] in {"–", "—", "-"} or _in_brackets(text, first, found, end):
        return False
    if not word:
        return True
    if mark[-1] in "!?":
        return not (closed and _is_attributed(text, after.start("word"), end))
    if mark != ".":
        return word not in {"I", "I’m", "I'm", "I’d", "I'd"} or bool(opens) or closed
    return closed or _stops(text, first, found.start(), word, bool(opens))


def _in_brackets(text: str, first: int, found: re.Match[str], end: int) -> bool:
    """Return whether the mark stands inside round brackets that are closed later."""
    near = max(first, found.end() - BRACKET_LENGTH)
    depth = text.count("(", near, found.end()) - text.count(")", near, found.end())
    return depth > 0 and text.find(")", found.end(), min(end, found.end() + BRACKET_LENGTH)) >= 0


def _is_attributed(text: str, start: int, end: int) -> bool:
    """Return whether a speaker and a verb of speech follow a quoted question or exclamation."""
    following = text[start : min(end, start + SPEAKER_LENGTH)].split()[:SPEAKER_WORDS]
    return any(word.strip(".,:’'") in SPEECH for word in following)


def _stops(text: str, first: int, dot: int, word: str, opens: bool) -> bool:  # noqa: FBT001 - one of five facts of the place
    """Decide whether a single full stop ends a sentence, by the word before it and the word after it."""
    found = _BEFORE.search(text, max(first, dot - WORD_LENGTH), dot)
    written = found.group() if found else ""
    before = written.lower().lstrip("'’-")
    alone = len(written) == 1 and written.isalpha()
    if dot - len(written) == first and (written.isdigit() or alone):
        return False  # the number of a list item, or the letter of a question and its answer
    if before in NUMBERED:
        return not word[:1].isdigit()
    if before in TITLES or (before in _TWELVE_HOUR and word.lower() in _ZONES):
        return False
    may_go_on = before.rpartition("-")[2] in ENDING | DATED or _ACRONYM.fullmatch(before) or (alone and written != "I")
    return not may_go_on or opens or word.lower() in STARTERS
