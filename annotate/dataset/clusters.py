"""Articles that may not be parted: whatever is tied, directly or through others, is one cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotate.records import Article


class Clusters:
    """The connected parts of a growing graph on the numbers 0 to ``size - 1``.

    >>> found = Clusters(4)
    >>> found.join(3, 1)
    >>> found.groups()
    [[0], [1, 3], [2]]
    """

    def __init__(self, size: int) -> None:
        """Start with every number by itself."""
        self._parent = list(range(size))

    def root(self, number: int) -> int:
        """Return the smallest number of its cluster."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Make the clusters of two numbers one."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first

    def groups(self) -> list[list[int]]:
        """Return the clusters, each sorted, in the order of their smallest numbers."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._parent)):
            found.setdefault(self.root(number), []).append(number)
        return list(found.values())


def story(article: Article) -> Iterator[str]:
    """Yield what articles of the same story have in common: their own and their forerunner's id, and their addresses.

    >>> from annotate.records import article_id
    >>> page = Article(id=article_id("Rain."), text="Rain.", url="http://www.example.org/rain/#top", supersedes="0f")
    >>> list(story(page))[1:]
    ['id 0f', 'url example.org/rain']
    """
    yield f"id {article.id}"
    if article.supersedes:
        yield f"id {article.supersedes}"
    for url in (article.url, *(copy.url for copy in article.copies)):
        if url:
            yield f"url {address(url)}"


def address(url: str) -> str:
    """Return an address without what does not tell pages apart: scheme, ``www.``, fragment, last slash."""
    return url.split("#", maxsplit=1)[0].partition("://")[2].removeprefix("www.").rstrip("/") or url


def same(keys: Iterable[Iterable[str]]) -> Iterator[tuple[int, int]]:
    """Yield a pair of numbers for every key that two of these have in common, enough to connect all that share one.

    >>> list(same([["a"], ["b", "c"], ["c", "a"]]))
    [(1, 2), (0, 2)]
    """
    first: dict[str, int] = {}
    for number, held in enumerate(keys):
        for key in held:
            before = first.setdefault(key, number)
            if before != number:
                yield before, number
