"""A folder of files → one commit on the Hub, and its tag.

A plan says what would change. Carrying it out looks again, makes one commit on top of what was seen, and then the tag; a
lost answer, a conflict or a busy Hub leads to another look and not to a second commit. What is killed on the way has
published nothing or all of it, and the same call goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from annotate.dataset.card_merge import Memory, memory, merge, split
from annotate.dataset.hub import Hub, Kind, wait
from annotate.errors import DataError, NotThere, OutsideError, Refused
from annotate.files import storage_error

CARD = "README.md"
MEMORY = ".published.json"
"""Beside the files on the Hub: what was published last, by which a maintainer's edits of the card are told from ours."""

ATTEMPTS = 5
"""How often one run tries."""

_BLOCK = 2**20
"""Bytes hashed at a time."""


@dataclass(frozen=True)
class Content:
    """What is to be published.

    Attributes:
        files: path → a file here, or its bytes; without the card.
        card: as it was made.
        name: what the commit calls it, such as ``release 1f3a…``.
        faults: what is wrong with a card's metadata and text, given both.
        description: rest of the commit's message.
    """

    kind: Kind
    files: Mapping[str, Path | bytes]
    card: str
    name: str
    faults: Callable[[Mapping[str, object], str], list[str]]
    description: str = ""


@dataclass(frozen=True)
class Wish:
    """How it is to be published.

    Attributes:
        private: whether only those with access may see the repository.
        tag: name of the commit.
        request: as a pull request.
    """

    private: bool = True
    tag: str | None = None
    request: bool = False


@dataclass(frozen=True)
class Plan:
    """What publishing would change.

    Attributes:
        head: the commit on which it stands; none where the repository is to be made.
        upload: path → bytes' number, of what is new or changed; `delete`: what the release no longer has.
        unchanged: how many files are there already.
        kept: parts of the card that were edited on the Hub and stay.
        tag: to be set; none where there is none to set.
        request: page of an open pull request with exactly this content.
    """

    url: str
    wish: Wish
    head: str | None
    upload: Mapping[str, int]
    delete: tuple[str, ...]
    unchanged: int
    kept: tuple[str, ...] = ()
    tag: str | None = None
    request: str | None = None
    changed: Mapping[str, Path | bytes] = field(default_factory=dict, repr=False)

    @property
    def commits(self) -> bool:
        """Whether a commit is needed."""
        return bool(self.upload or self.delete) and self.request is None

    @property
    def empty(self) -> bool:
        """Whether all is there already."""
        return not self.commits and self.tag is None

    def told(self) -> Iterator[str]:
        """Yield the plan in lines."""
        seen = "private" if self.wish.private else "PUBLIC"
        yield f"{self.url} ({seen}, {'to be made' if self.head is None else f'at {self.head[:12]}'})"
        if self.commits:
            size = sum(self.upload.values())
            kind = "pull request" if self.wish.request else "commit"
            yield (
                f"one {kind}: {len(self.upload)} files of {size:,} bytes, {len(self.delete)} deleted,"
                f" {self.unchanged} unchanged"
            )
            yield from (f"  + {path} ({size:,})" for path, size in sorted(self.upload.items()))
            yield from (f"  - {path}" for path in self.delete)
        elif self.request:
            yield f"no commit: {self.request} proposes exactly this"
        else:
            yield f"no commit: all {self.unchanged} files are there"
        if self.kept:
            yield f"edited on the Hub and kept in the card: {', '.join(self.kept)}"
        if self.tag:
            yield f"then the tag {self.tag}"

    def pending(self) -> str:
        """Return what is left to do, in words."""
        left = [f"one {'pull request' if self.wish.request else 'commit'} of {len(self.upload)} files"] * self.commits
        left += [f"the tag {self.tag}"] * (self.tag is not None)
        return ", then ".join(left) or "nothing"


@dataclass(frozen=True)
class Published:
    """What was done: the commit that holds the content, and whether this run made it."""

    commit: str
    committed: bool
    tagged: str | None
    page: str


def local_plan(content: Content, wish: Wish, url: str) -> Plan:
    """Return the plan for a repository that is not there yet, without asking the Hub.

    Raises:
        DataError: the card says something that the Hub does not take.
    """
    files = {**content.files, CARD: content.card.encode(), MEMORY: _remembered(content)}
    _check(content, content.card, "")
    upload = {path: _size(data) for path, data in files.items()}
    return Plan(url, wish, None, upload, (), 0, tag=wish.tag, changed=files)


def plan(hub: Hub, content: Content, wish: Wish) -> Plan:
    """Return what publishing would change.

    Raises:
        DataError: the card, or what the Hub's edits make of it, says something that the Hub does not take.
        Refused: the repository is public and should be private, or the other way; or the tag stands for something else.
        OutsideError: the Hub does not answer, or not well.
    """
    there = hub.look()
    if there is None:
        if wish.request:
            message = "not there, or this token may not see it: there is nothing to make a pull request to"
            raise NotThere(message, where=hub.url, hint="check the name; without --pr, the repository is made")
        return local_plan(content, wish, hub.url)
    if there.private is not wish.private:
        is_, other = ("private", "public") if there.private else ("public", "private")
        message = f"the repository is {is_}, and was to be {other}; nothing was uploaded"
        hint = f"say --{is_} if that is meant, or change it in the repository's settings"
        raise Refused(message, where=hub.url, hint=hint)
    last = _memory(hub.read(MEMORY, there.head)) if MEMORY in there.files else Memory()
    card, kept = content.card, tuple[str, ...]()
    if CARD in there.files:
        merged = merge(content.card, hub.read(CARD, there.head).decode("utf-8", "replace"), last)
        card, kept = merged.text, merged.kept
    _check(content, card, hub.url)
    files: dict[str, Path | bytes] = {**content.files, CARD: card.encode(), MEMORY: _remembered(content)}
    changed = {path: data for path, data in files.items() if there.files.get(path) not in _hashes(data)}
    stale = tuple(sorted((_stale(content, there.files) | set(last.files)) & there.files.keys() - files.keys()))
    upload = {path: _size(data) for path, data in changed.items()}
    request = _requested(hub, content, files, stale) if wish.request and (changed or stale) else None
    return Plan(
        hub.url,
        wish,
        there.head,
        upload,
        stale,
        len(files) - len(changed),
        kept,
        _tag_to_set(hub, content, wish, there.tags),
        request,
        changed,
    )


def publish(
    hub: Hub,
    content: Content,
    confirmed: Plan,
    *,
    again: str,
    tell: Callable[[str], object] = lambda _: None,
    sleep: Callable[[float], object] = time.sleep,
) -> Published:
    """Carry a plan out and return what was done.

    Args:
        hub: the repository.
        content: what the plan is of.
        confirmed: what somebody agreed to. What is deleted beyond it is not.
        again: the command that goes on after a failure.
        tell: is told of every new attempt.
        sleep: waits so many seconds.

    Raises:
        Refused: the repository changed in a way that the plan does not cover.
        OutsideError: the Hub does not do it; the hint says what is pending and how to go on.
    """
    made: tuple[str, str] | None = None
    now = confirmed
    for attempt in range(1, ATTEMPTS + 1):
        try:
            now = _covered(hub, content, confirmed, again)
            if now.commits:
                made = _commit(hub, content, now)
            commit, page = made or (now.head or "", now.request or hub.url)
            if now.tag:
                hub.tag(now.tag, commit)
            return Published(commit, made is not None, now.tag, page)
        except OutsideError as error:
            pause = wait(error, attempt)
            if pause is None or attempt == ATTEMPTS:
                done = "the commit is made" if made else "nothing was published, as far as is known"
                left = f"the tag {now.tag}" if made else now.pending()
                error.hint = f"{error.hint}\n{done}; pending: {left}. To go on: {again}"
                raise
            tell(f"{error}; again in {pause:g} s ({attempt} of {ATTEMPTS - 1})")
            sleep(pause)
    raise AssertionError  # the last attempt returns or raises


def _covered(hub: Hub, content: Content, confirmed: Plan, again: str) -> Plan:
    """Return the plan as it is now, with the repository made and seen to be as private as asked.

    Raises:
        Refused: more would be deleted than was agreed to.
    """
    now = plan(hub, content, confirmed.wish)
    if now.head is None:
        hub.create(private=confirmed.wish.private)
        now = plan(hub, content, confirmed.wish)
        if now.head is None:
            message = "the repository was made and is not there"
            raise NotThere(message, where=hub.url, hint="look at it in a browser")
    if beyond := set(now.delete) - set(confirmed.delete):
        message = f"somebody changed the repository meanwhile: {min(beyond)!r} would be deleted too"
        raise Refused(message, where=hub.url, hint=f"look at the new plan: {again}")
    return now


def _commit(hub: Hub, content: Content, now: Plan) -> tuple[str, str]:
    return hub.commit(
        now.changed,
        now.delete,
        _title(content),
        parent=now.head or "",
        description=content.description,
        request=now.wish.request,
    )


def _title(content: Content) -> str:
    return f"Publish {content.name}"


def _check(content: Content, card: str, where: str) -> None:
    """Raise unless the Hub will take the card.

    Raises:
        DataError: it will not; all reasons are named.
    """
    metadata, _, body = split(card)
    if faults := content.faults(metadata, body):
        hint = "repair it on the Hub: it was edited there" if card != content.card else "build or train again"
        raise DataError(f"the Hub would not take the card: {'; '.join(faults)}", where=where or CARD, hint=hint)


def _remembered(content: Content) -> bytes:
    kept = memory(content.card, (*content.files, CARD, MEMORY))
    return msgspec.json.format(msgspec.json.encode(kept, order="sorted"), indent=1) + b"\n"


def _memory(data: bytes) -> Memory:
    """Return what was published last; nothing where the file is not ours any more."""
    try:
        return msgspec.json.decode(data, type=Memory)
    except msgspec.MsgspecError:
        return Memory()


def _stale(content: Content, there: Mapping[str, str]) -> set[str]:
    """Return the data files on the Hub that a config's pattern would read beside the new ones, whoever put them there."""
    folders = {path.rpartition("/")[0] for path in content.files if path.endswith(".parquet")}
    return {path for path in there if path.endswith(".parquet") and path.rpartition("/")[0] in folders}


def _requested(hub: Hub, content: Content, files: Mapping[str, Path | bytes], stale: tuple[str, ...]) -> str | None:
    """Return the page of an open pull request that would do exactly this."""
    for page, proposed in hub.requested(_title(content)).items():
        if not set(stale) & proposed.keys() and _same(files, proposed):
            return page
    return None


def _tag_to_set(hub: Hub, content: Content, wish: Wish, tags: Mapping[str, str]) -> str | None:
    """Return the tag if it is not set.

    Raises:
        Refused: it stands for other files. The card may differ: it can be completed after a release.
    """
    if wish.tag is None or wish.tag not in tags:
        return wish.tag
    if _same(content.files, hub.files(wish.tag)):
        return None
    message = f"the tag {wish.tag} is taken: it stands for {tags[wish.tag][:12]}, with other files"
    raise Refused(message, where=hub.url, hint="choose another --tag; a published one is never moved")


def _same(files: Mapping[str, Path | bytes], there: Mapping[str, str]) -> bool:
    return all(there.get(path) in _hashes(data) for path, data in files.items())


def _size(data: Path | bytes) -> int:
    try:
        return len(data) if isinstance(data, bytes) else data.stat().st_size
    except OSError as error:
        raise storage_error(error, Path(str(data))) from error


def _hashes(data: Path | bytes) -> tuple[str, str]:
    """Return the two names that the Hub may give a content: its SHA-256 if it is large, git's SHA-1 if it is small."""
    large = hashlib.sha256()
    small = hashlib.sha1(b"blob %d\0" % _size(data), usedforsecurity=False)
    for block in _blocks(data):
        large.update(block)
        small.update(block)
    return large.hexdigest(), small.hexdigest()


def _blocks(data: Path | bytes) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    try:
        with data.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise storage_error(error, data) from error
