"""Which files are read, in which order."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from annotate.corpus.places import Place, places
from annotate.errors import StorageError
from annotate.records import SetAside


def tree(root: Path, *names: str) -> None:
    """Write files with these names."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("It rained.", encoding="utf-8")


def found(*paths: Path) -> list[str]:
    """Return the names of the files to read, or why there are none."""
    return [place.path.name if isinstance(place, Place) else place.reason for place in places(paths)]


def test_folders_are_read_whole_and_sorted(tmp_path: Path) -> None:
    """Files and folders come by name, depth first; names that begin with a dot are passed over."""
    tree(tmp_path, "b/2.txt", "b/1.txt", "a.txt", "c 🕊.txt", ".git/x.txt", ".hidden.txt", "b/a/9.txt")
    assert found(tmp_path) == ["a.txt", "1.txt", "2.txt", "9.txt", "c 🕊.txt"]


def test_the_order_of_the_paths_is_kept(tmp_path: Path) -> None:
    """Named files come as named, standard input among them."""
    tree(tmp_path, "b.txt", "a.txt")
    assert found(tmp_path / "b.txt", Path("-"), tmp_path / "a.txt") == ["b.txt", "-", "a.txt"]
    assert [place.where for place in places([Path("-")]) if isinstance(place, Place)] == ["stdin"]


def test_patterns_are_read_sorted(tmp_path: Path) -> None:
    """A pattern in quotation marks works as in a shell, with any depth by two stars."""
    tree(tmp_path, "b.txt", "a.txt", "a.html", "in/c.txt")
    assert found(tmp_path / "*.txt") == ["a.txt", "b.txt"]
    assert found(tmp_path / "**" / "*.txt") == ["a.txt", "b.txt", "c.txt"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    """What is there by its name is read."""
    tree(tmp_path, "story[1].txt", "story1.txt")
    assert found(tmp_path / "story[1].txt") == ["story[1].txt"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    """A folder that links to itself is read once; a linked file is read; a link to itself or to nothing stays a file."""
    tree(tmp_path, "in/a.txt")
    (tmp_path / "in" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "none.txt").symlink_to(tmp_path / "gone.txt")
    assert found(tmp_path) == ["b.txt", "a.txt", "loop.txt", "none.txt"]


def test_an_empty_folder_is_set_aside(tmp_path: Path) -> None:
    """A folder without a file is no silence."""
    assert found(tmp_path) == ["empty"]


@pytest.mark.parametrize("name", ["gone.txt", "*.nothing", "x" * 300])
def test_a_path_that_is_not_there_is_an_error_before_anything_is_read(tmp_path: Path, name: str) -> None:
    """It ends the run with 3, naming the path, before the first file is opened."""
    tree(tmp_path, "a.txt")
    with pytest.raises(StorageError) as caught:
        next(iter(places([tmp_path / "a.txt", tmp_path / name])))
    assert caught.value.where == str(tmp_path / name)


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside another folder it is set aside; named, it is an error (root may read all, so the refusal is made here)."""
    tree(tmp_path, "a.txt", "shut/b.txt")
    listed = os.listdir

    def refusing(path: Path) -> list[str]:
        if path.name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "listdir", refusing)
    assert found(tmp_path) == ["a.txt", "unreadable"]
    with pytest.raises(StorageError, match="permission denied"):
        list(places([tmp_path / "shut"]))


def test_what_is_set_aside_names_its_place(tmp_path: Path) -> None:
    """The record says which folder it was."""
    (aside,) = places([tmp_path])
    assert isinstance(aside, SetAside)
    assert aside.where == str(tmp_path)
