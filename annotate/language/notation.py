"""The compact notation of ``patterns.toml``, expanded into phrases (the file's head explains it)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

import msgspec

from annotate.errors import DataError

_CHOICE = re.compile(r"\(([^()]*)\)")
_VERB = re.compile(r"(\w+)~")
_MARKED = re.compile(r"[][…#()|~]")
_LIMIT = 5000
"""Most phrases one entry may stand for."""


class Phrase(msgspec.Struct, frozen=True):
    """One expanded phrase.

    Attributes:
        words: its words in lower case.
        first: index of the first marked word.
        last: index after the last marked word.
        capitals: indices of the words that must begin with a capital.
        figure: whether a figure must follow.
        tail: the part that stands apart, as words; empty where there is none.
    """

    words: tuple[str, ...]
    first: int
    last: int
    capitals: tuple[int, ...] = ()
    figure: bool = False
    tail: tuple[str, ...] = ()


def forms(verb: str, irregular: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return a verb in all its forms, without doubles.

    >>> forms("deny"), forms("think", {"think": "thinks thought thinking"})
    (('deny', 'denies', 'denied', 'denying'), ('think', 'thinks', 'thought', 'thinking'))
    """
    if irregular and verb in irregular:
        return (verb, *irregular[verb].split())
    if verb.endswith("e"):
        return (verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    if verb.endswith("y") and verb[-2:-1] not in "aeou":
        return (verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    plural = "es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s"
    return (verb, f"{verb}{plural}", f"{verb}ed", f"{verb}ing")


def expand(entry: str, irregular: Mapping[str, str] | None = None) -> Iterator[Phrase]:
    """Yield the phrases that an entry stands for.

    Raises:
        DataError: the entry is empty, its brackets do not match, or it stands for too many phrases.

    >>> [" ".join(phrase.words) for phrase in expand("(is|was) claim~")][:3]
    ['is claim', 'is claims', 'is claimed']
    """
    seen = dict.fromkeys(_phrase(" ".join(text.split()), entry) for text in _texts(entry, irregular or {}))
    if len(seen) > _LIMIT:
        raise DataError(f"pattern {entry!r} stands for {len(seen):,} phrases", hint=f"the limit is {_LIMIT:,}")
    yield from seen


def _texts(entry: str, irregular: Mapping[str, str]) -> list[str]:
    texts = [entry]
    while any("(" in text for text in texts):
        if any(not _CHOICE.search(text) for text in texts if "(" in text):
            raise DataError(f"pattern {entry!r} has brackets that do not match")
        texts = [
            text[: found.start()] + choice + text[found.end() :] if found else text
            for text in texts
            for found in [_CHOICE.search(text)]
            for choice in (found.group(1).split("|") if found else [""])
        ]
    return [inflected for text in texts for inflected in _inflected(text, irregular)]


def _inflected(text: str, irregular: Mapping[str, str]) -> Iterator[str]:
    parts = _VERB.split(text)
    choices = [forms(part, irregular) if n % 2 else (part,) for n, part in enumerate(parts)]
    yield from map("".join, product(*choices))


def _phrase(text: str, entry: str) -> Phrase:
    if text and not _MARKED.search(text) and text == text.lower():  # as most are, and there are many
        words = text.split(" ")
        return Phrase(tuple(words), 0, len(words))
    head, _, tail = text.partition("…")
    words = head.split()
    figure = bool(words) and words[-1] == "#"
    words = words[:-1] if figure else words
    opened = [n for n, word in enumerate(words) if "[" in word]
    closed = [n + 1 for n, word in enumerate(words) if "]" in word]
    words = [word.strip("[]") for word in words]
    if (
        not all(words)
        or not words
        or len(opened) > 1
        or len(opened) != len(closed)
        or re.search(r"[()|#~]", "".join(words))
    ):
        raise DataError(f"pattern {entry!r} is not well formed", hint="the head of patterns.toml explains the notation")
    return Phrase(
        words=tuple(word.lower() for word in words),
        first=opened[0] if opened else 0,
        last=closed[0] if closed else len(words),
        capitals=tuple(n for n, word in enumerate(words) if word[:1].isupper()),
        figure=figure,
        tail=tuple(tail.lower().split()),
    )
