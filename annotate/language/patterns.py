"""What the first suggestions look for, read from ``schemas/<codebook>/patterns.toml``."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache, cached_property

import msgspec

from annotate.codebook import DEFAULT, folder
from annotate.errors import CodebookError
from annotate.language.matcher import Matcher

Entries = dict[str, tuple[str, ...]]
NOT = "not"
"""Name of the phrases that look like a cue and are none."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it stands, in the notation that its head explains."""

    hedge: Entries
    attribution: Entries
    relay: Entries
    status: Entries
    statement: Entries
    source: Entries
    irregular: dict[str, str]
    prior: dict[str, float]
    weak: Entries


class Patterns:
    """The patterns of one codebook; each matcher is compiled when it is first used.

    Attributes:
        hash: SHA-256 of the content (not of comments or layout), 64 hexadecimal digits.
        prior: rule → how sure it is, in [0, 1].
    """

    def __init__(self, form: Form) -> None:
        """Take the file's content."""
        self._form = form
        self.hash = hashlib.sha256(msgspec.json.encode(form, order="sorted")).hexdigest()
        self.prior = form.prior

    def _matcher(self, table: Entries) -> Matcher:
        return Matcher(table, self._form.irregular, self._form.weak.get("cues", ()))

    @cached_property
    def hedge(self) -> Matcher:
        """Finds hedge cues by type, and under `NOT` what only looks like one."""
        return self._matcher(self._form.hedge)

    @cached_property
    def attribution(self) -> Matcher:
        """Finds attribution: say, distance, find, confirm, deny, act, phrase."""
        return self._matcher(self._form.attribution)

    @cached_property
    def relay(self) -> Matcher:
        """Finds what stands between a speaker and where the speaker has it from."""
        return self._matcher({"from": self._form.relay["from"]})

    @cached_property
    def through(self) -> Matcher:
        """Finds what may stand between a relay phrase and the source."""
        return self._matcher({"through": self._form.relay["through"]})

    @cached_property
    def status(self) -> Matcher:
        """Finds denial without repetition, corroboration, and a record that is shown."""
        return self._matcher({name: entries for name, entries in self._form.status.items() if name != "holds"})

    @cached_property
    def holds(self) -> Matcher:
        """Finds what says that a document holds something."""
        return self._matcher({"holds": self._form.status.get("holds", ())})

    @cached_property
    def statement(self) -> Matcher:
        """Finds what tells a statement from what is to come, weighed or wished."""
        return self._matcher(self._form.statement)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Noun → kind of source; the first kind that lists it."""
        names = ("person", "organisation", "unnamed", "collective", "document")
        found: dict[str, str] = {}
        for name in names:
            for noun in self._form.source.get(name, ()):
                found.setdefault(noun, name)
        return found

    def kind(self, noun: str) -> str | None:
        """Return the kind of source that a noun in lower case names; none where it names no source."""
        found = self.kinds.get(noun)
        return found or ("person" if noun.endswith(self._person_endings) else None)

    @cached_property
    def _person_endings(self) -> tuple[str, ...]:
        return self._form.source.get("person_ending", ())

    def words(self, name: str) -> frozenset[str]:
        """Return a plain list of the source section, or the openers of a sentence, as a set."""
        return self._words.get(name, frozenset())

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        lists = {**self._form.source, "opener": self._form.statement.get("opener", ())}
        return {name: frozenset(words) for name, words in lists.items()}


@cache
def load_patterns(codebook_name: str = DEFAULT) -> Patterns:
    """Return the patterns beside a codebook, by its name or path.

    Raises:
        CodebookError: there is no such codebook, it has no patterns, or they are not well formed.
    """
    path = folder(codebook_name) / "patterns.toml"
    if not path.is_file():
        message = f"codebook {codebook_name!r} comes without patterns"
        raise CodebookError(message, where=str(path), hint="write a patterns.toml beside it, or name a trained model")
    try:
        form = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Form)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise CodebookError(str(error), where=str(path)) from error
    return Patterns(form)
