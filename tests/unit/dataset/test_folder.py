"""The release's folder: replaced whole, left alone on an error, and never at the cost of other files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotate.codebook import Codebook
from annotate.dataset import folder as module
from annotate.dataset.build import build
from annotate.dataset.folder import replacing
from annotate.dataset.gold_file import GoldFile
from annotate.errors import StorageError, UsageError
from annotate.records import Gold


def contents(folder: Path) -> dict[str, bytes]:
    """Return path → bytes of the files in a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def replaced(folder: Path, write: Callable[[Path], None]) -> None:
    """Replace a folder by what is written into the new one."""
    with replacing(folder) as part:
        write(part)


@pytest.fixture
def release(tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: Callable[..., GoldFile]) -> Path:
    """A real release."""
    folder = tmp_path / "out" / "dataset"
    build(gold_file_of(corpus), folder, book)
    return folder


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_release_is_replaced_whole(release: Path, monkeypatch: pytest.MonkeyPatch, *, in_one_step: bool) -> None:
    """Nothing of the old release is left, inside or beside, also where the system cannot exchange folders."""
    if not in_one_step:
        monkeypatch.setattr(module, "_exchanged", lambda _one, _other: False)
    with replacing(release) as part:
        (part / "MANIFEST.json").write_text("new")
        assert "README.md" in contents(release)
    assert contents(release) == {"MANIFEST.json": b"new"}
    assert [path.name for path in release.parent.iterdir()] == ["dataset"]
    assert release.stat().st_mode & 0o777 == 0o755


def test_an_error_leaves_the_old_release(release: Path) -> None:
    """An error inside the block changes nothing and leaves nothing beside."""
    before = contents(release)

    def half(part: Path) -> None:
        (part / "half").write_text("written")
        message = "boom"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="boom"):
        replaced(release, half)
    assert contents(release) == before
    assert [path.name for path in release.parent.iterdir()] == ["dataset"]


def test_a_failed_second_rename_brings_the_old_release_back(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new folder cannot take its place, the old one takes it again."""
    before = contents(release)
    monkeypatch.setattr(module, "_exchanged", lambda _one, _other: False)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if target == release and ".old" not in self.name:
            raise OSError(16, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(StorageError, match="busy"), replacing(release) as part:
        (part / "MANIFEST.json").write_text("new")
    assert contents(release) == before


def test_other_files_are_refused(tmp_path: Path, release: Path) -> None:
    """A folder with other files, a release with a file more, and a file are left as they are."""
    other = tmp_path / "notes"
    other.mkdir()
    (other / "diary 🎉.txt").write_text("mine")
    (release / "gold.jsonl").write_text("mine too")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "MANIFEST.json").write_text("{}")
    for path, said in (
        (other, "holds something that is no release"),
        (foreign, "holds something that is no release"),
        (release, r"holds 'gold\.jsonl', which is not part of the release"),
        (other / "diary 🎉.txt", "is a file"),
    ):
        with pytest.raises(UsageError, match=said) as caught, replacing(path):
            pass
        assert caught.value.hint
    assert (other / "diary 🎉.txt").read_text() == "mine"
    assert (release / "gold.jsonl").read_text() == "mine too"


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    """What somebody puts there while the release is built is not lost."""
    folder = tmp_path / "dataset"

    def meanwhile(_part: Path) -> None:
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")

    with pytest.raises(UsageError, match="no release"):
        replaced(folder, meanwhile)
    assert contents(folder) == {"mine.txt": b"mine"}


def test_an_empty_folder_and_a_link_are_filled(tmp_path: Path) -> None:
    """An empty folder is no obstacle; a link stays a link to the folder that is replaced."""
    folder, link = tmp_path / "real", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    with replacing(link) as part:
        (part / "MANIFEST.json").write_text("new")
    assert link.is_symlink()
    assert contents(folder) == {"MANIFEST.json": b"new"}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where a parent folder should be ends in a storage error that names the release."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="dataset"), replacing(tmp_path / "file" / "dataset"):
        pass
