"""Codebooks by name or path: those that come with the package, and the user's own."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from annotate.codebook.places import Places
from annotate.codebook.rules import problems
from annotate.codebook.scheme import Codebook
from annotate.errors import CodebookError

DEFAULT = "credibility"
"""Name of the codebook that is taken when none is named."""
HINT = "`annotate codebook check` lists all that is wrong with it"

_LINE = re.compile(r"line (\d+)")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def schemas() -> Traversable:
    """Return the folder of the codebooks: inside the package in a wheel, beside it in a clone.

    Raises:
        CodebookError: it is in neither place.
    """
    packaged = files("annotate") / "_schemas"
    checkout = Path(__file__).parents[2] / "schemas"
    for root in (packaged, checkout):
        if root.is_dir():
            return root
    message = "the schemas folder is missing"
    raise CodebookError(message, where=f"{packaged} or {checkout}", hint="install the package again")


def folder(name_or_path: str = DEFAULT) -> Traversable:
    """Return a codebook's folder, by the name of one that comes with the package or by its path.

    Raises:
        CodebookError: there is no such codebook.
    """
    known = schemas() / name_or_path
    if "/" not in name_or_path and (known / "codebook.toml").is_file():
        return known
    path = Path(name_or_path)
    path = path.parent if path.name == "codebook.toml" else path
    if (path / "codebook.toml").is_file():
        return path
    names = sorted(entry.name for entry in schemas().iterdir() if (entry / "codebook.toml").is_file())
    message = f"no codebook {name_or_path!r}"
    raise CodebookError(message, hint=f"name one of {', '.join(names)}, or a folder that holds a codebook.toml")


def load(name_or_path: str = DEFAULT) -> Codebook:
    """Return a codebook, by name, or by the path of its folder or file, checked.

    Raises:
        CodebookError: it is not there, is not TOML, or breaks a rule; the first is said with its line.
    """
    path = locate(name_or_path)
    book, found = read(path)
    if book is None or found:
        line, text = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise CodebookError(text + more, where=f"{path}:{line}", hint=HINT)
    return book


def read(path: Traversable) -> tuple[Codebook | None, list[tuple[int, str]]]:
    """Return a codebook, if it has the form of one, and everything that is wrong with it: line and words.

    Raises:
        CodebookError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(f"not a readable text: {error}", where=str(path)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        return None, [(int(line.group(1)) if line else text.count("\n") + 1, f"not TOML: {error}")]
    places = Places(text)
    try:
        book = msgspec.convert(data, Codebook)
    except msgspec.ValidationError as error:
        words, _, where = str(error).partition(" - at `$")
        return None, [(places.line(_steps(where)), words)]
    return book, sorted((places.line(problem.path), problem.text) for problem in problems(book))


def locate(name_or_path: str = DEFAULT) -> Traversable:
    """Return a codebook's file, by the name of one that comes with the package, or by its folder's or its own path.

    Raises:
        CodebookError: there is no such codebook.
    """
    path = Path(name_or_path)
    return path if path.suffix == ".toml" and path.is_file() else folder(name_or_path) / "codebook.toml"


def _steps(where: str) -> tuple[str | int, ...]:
    """Return msgspec's ``.layer[0].label[3]`` as steps."""
    return tuple(int(index) if index else name for name, index in _STEP.findall(where))
