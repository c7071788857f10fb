"""A stretch of a sentence as single statements, trimmed of what introduces and ends them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotate.language.modality import Modality
from annotate.language.words import Sentence

SUBJECT = 9
"""Most words between a conjunction and the verb of the clause that it opens."""

_REMARK = re.compile(
    r"[,—–]\s+(?:a|an|the)\s+(?:\w+\s+)?(?:figure|number|claim|charge|assertion|allegation|accusation|account|version|suggestion)\s",
    re.IGNORECASE,
)
_JOINT = re.compile(r";\s+|(?:\s*,)?\s+(?:and|but|while|whereas|yet)\s+(?=\S)|\s[—–]\s", re.IGNORECASE)
_ABSOLUTE = re.compile(r",?\s+with\s+(?:[\w'’-]+\s+){1,4}[\w'’-]+ing\s+that\s+", re.IGNORECASE)
_DEPENDENT = re.compile(
    r"(?:in|on|at|for|with|to|of|from|by|as|if|when|then|so|not|who|which|that|because|unless|after|before|also|more)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|which|that|whose|where|when)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*(?:…\s*)?(?:https?://|pic\.twitter\.com/|www\.)\S*")
_LEAD = ' \t\n,.;:—–-…"“”‘«»„)]'
_TAIL = ' \t\n,.;:—–-…!"“”‘«»„([|'
_LOOSE = re.compile(r"(?:\s*,)?\s+(?:and|but|while|whereas|yet|that)$", re.IGNORECASE)
_INFINITIVE = re.compile(r"(?:that\s+|to\s+(?:have|having)\s+(?:been\s+)?)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}$")


def clauses(
    sentence: Sentence, start: int, end: int, modality: Modality, openers: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Yield the statements of a stretch, one a clause with a verb of its own, in text order."""
    text = sentence.text
    for address in _ADDRESS.finditer(text, start, end):
        end = min(end, address.start())
    if remark := _REMARK.search(text, start, end):
        end = remark.start()  # *…, a figure the mayor called mistaken*
    begin = start
    for absolute in _ABSOLUTE.finditer(text, start, end):
        yield from _joined(sentence, begin, absolute.start(), modality, openers)
        begin = absolute.end()
    yield from _joined(sentence, begin, end, modality, openers)


def _joined(
    sentence: Sentence, start: int, end: int, modality: Modality, openers: frozenset[str]
) -> Iterator[tuple[int, int]]:
    begin = start
    for joint in _JOINT.finditer(sentence.text, start, end):
        if _splits(sentence, begin, joint, end, modality):
            yield trimmed(sentence.text, begin, joint.start(), openers)
            begin = joint.end()
    yield trimmed(sentence.text, begin, end, openers)


def _splits(sentence: Sentence, begin: int, joint: re.Match[str], end: int, modality: Modality) -> bool:
    """Return whether both sides of a conjunction have a subject and a verb of their own."""
    text = sentence.text
    if not joint.group().strip(" —–") and sentence.quote_at(joint.start()):
        return False
    left, right = modality.first_verb(begin, joint.start()), modality.first_verb(joint.end(), end)
    if left is None or right is None or _DEPENDENT.match(text, joint.end(), end):
        return (
            left is not None and right is not None and text.startswith("that ", joint.end()) and "and" in joint.group()
        )
    subject = text[joint.end() : right]
    words = subject.split()
    if "," not in joint.group() and _open_relative(text[begin : joint.start()]):
        return False
    return 0 < len(words) <= SUBJECT and ", " not in subject and not _RELATIVE.search(subject) and _named(words)


def dependent(piece: str) -> bool:
    """Return whether a stretch opens with a preposition or a conjunction that subordinates it."""
    return _DEPENDENT.match(piece.lstrip(_LEAD)) is not None


def _open_relative(left: str) -> bool:
    """Return whether the left side ends inside a subordinate clause, to which the right may belong too."""
    return _RELATIVE.search(left.rpartition(",")[2]) is not None


def _named(words: list[str]) -> bool:
    """Return whether these words can be a subject: not an adverb alone."""
    return not all(
        word.lower().endswith("ly") or word.lower() in {"not", "never", "also", "then", "has", "had"} for word in words
    )


def trimmed(text: str, start: int, end: int, openers: frozenset[str]) -> tuple[int, int]:
    """Return the stretch without marks and linking words at its ends; empty where nothing is left.

    >>> text = '"However, rents rose and fell," and'
    >>> text[slice(*trimmed(text, 0, len(text), frozenset({"however"})))]
    'rents rose and fell'
    """
    before = None
    while before != (start, end) and start < end:
        before = (start, end)
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip(_LEAD))
        kept = text[start:end].rstrip(_TAIL)
        end = start + len(kept)
        if text[end : end + 1] == "." and _INITIALS.search(text, max(start, end - 8), end + 1):
            end += 1
            break
        if loose := _LOOSE.search(text, max(start, end - 20), end):
            end = loose.start()
        start = _led(text, start, end, openers)
    return start, max(start, end)


def _led(text: str, start: int, end: int, openers: frozenset[str]) -> int:
    """Return where the statement begins after one linking word, if it opens with one."""
    if found := _INFINITIVE.match(text, start, end):
        return found.end()
    for count in (4, 3, 2, 1):
        found = re.compile(rf"(?:[\w'’]+\s+){{{count - 1}}}[\w'’]+(?=\W)").match(text, start, end)
        if found and " ".join(found.group().lower().split()) in openers:
            conjunction = found.group().lower() in {"and", "but", "yet", "so", "also", "then"}
            return found.end() if conjunction or text[found.end()] == "," else start
    return start
