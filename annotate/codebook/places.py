"""The line on which each value of a TOML file stands; the standard library's parser does not keep it."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""Steps to a value, as in ``("layer", 0, "label", 3, "hotkey")``."""

_TABLES = re.compile(r"\[\[([\w.-]+)\]\]")
_TABLE = re.compile(r"\[([\w.-]+)\]")
_KEY = re.compile(r"""(?:"([^"]+)"|([\w-]+))\s*=""")


class Places:
    """The lines of a TOML file's tables, keys and list elements that begin a line."""

    def __init__(self, text: str) -> None:
        """Read a file that is known to be TOML."""
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        self._table: Path = ()
        self._element: Path = ()
        self._open = ""
        for number, line in enumerate(text.splitlines(), 1):
            self._read(line.strip(), number)

    def line(self, path: Path) -> int:
        """Return the line on which a value stands, or what is nearest around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _read(self, line: str, number: int) -> None:
        if self._open in {'"""', "'''"}:
            self._open = "" if line.count(self._open) % 2 else self._open
        elif self._open == "[":
            self._list(line, number)
        elif found := _TABLES.match(line):
            *above, name = found.group(1).split(".")
            whole = (*self._inside(above), name)
            self._counts[whole] = self._counts.get(whole, -1) + 1
            self._table = (*whole, self._counts[whole])
            self._lines[self._table] = number
        elif found := _TABLE.match(line):
            self._table = self._inside(found.group(1).split("."))
            self._lines[self._table] = number
        elif found := _KEY.match(line):
            self._key(found.group(1) or found.group(2), line[found.end() :].strip(), number)

    def _inside(self, names: list[str]) -> Path:
        """Return the path of a table by its names: of a list of tables the last one counts."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _key(self, name: str, value: str, number: int) -> None:
        path = (*self._table, name)
        self._lines[path] = number
        for mark in ('"""', "'''"):
            if value.startswith(mark) and value.count(mark) % 2:
                self._open = mark
        if value.startswith("[") and _unclosed(value):
            self._open, self._element = "[", (*path, -1)

    def _list(self, line: str, number: int) -> None:
        if line.startswith("]"):
            self._open = ""
        elif line and not line.startswith("#"):
            self._element = (*self._element[:-1], int(self._element[-1]) + 1)
            self._lines[self._element] = number


def _unclosed(value: str) -> bool:
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", value).partition("#")[0]
    return bare.count("[") > bare.count("]")
