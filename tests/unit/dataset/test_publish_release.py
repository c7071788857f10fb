"""A release's folder as it goes out: proved, and only where the rights permit it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from annotate.dataset.manifest import KIND
from annotate.dataset.release_files import release_content
from annotate.errors import DataError, StorageError

SHARD = "claims/train-00000-of-00001.parquet"


def release(folder: Path, **stamp: object) -> Path:
    """Write what publishing reads of a release: manifest, card, a shard, and a stranger's file."""
    (folder / "claims").mkdir(parents=True)
    (folder / SHARD).write_bytes("PAR1 🌊".encode())
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    (folder / "notes.txt").write_text("who wrote what")
    files = [{"path": SHARD, "sha256": hashlib.sha256((folder / SHARD).read_bytes()).hexdigest(), "bytes": 9}]
    (folder / "MANIFEST.json").write_text(json.dumps({"kind": KIND, "files": files, **stamp}))
    return folder


def test_only_what_the_manifest_lists(tmp_path: Path) -> None:
    """A file that happens to lie in the folder stays there; the commit is named by the manifest's hash."""
    found = release_content(release(tmp_path))
    assert set(found.files) == {SHARD, "MANIFEST.json"}
    assert found.card == "---\nlicense: mit\n---\n"
    assert found.name == f"release {hashlib.sha256((tmp_path / 'MANIFEST.json').read_bytes()).hexdigest()[:12]}"
    assert not found.description


@pytest.mark.parametrize("stamp", [{"rights": {"local_only": {"all rights reserved": 3}}}, {"local_only": True}])
def test_local_only(tmp_path: Path, stamp: dict[str, object]) -> None:
    """A release stamped local-only is refused with both ways out; where the rights are held, that goes into the commit."""
    folder = release(tmp_path, **stamp)
    with pytest.raises(DataError, match="made for this machine only") as caught:
        release_content(folder)
    assert "--text none" in str(caught.value.hint)
    assert "--i-hold-the-rights" in str(caught.value.hint)
    assert "they hold the rights" in release_content(folder, rights_held=True).description
    assert release_content(release(tmp_path / "free", rights={"local_only": {}})).description == ""


def test_a_changed_file(tmp_path: Path) -> None:
    """What is not what was built is not published."""
    release(tmp_path)
    (tmp_path / SHARD).write_bytes(b"PAR1 2")
    with pytest.raises(DataError, match="its SHA-256 is another"):
        release_content(tmp_path)
    (tmp_path / SHARD).unlink()
    with pytest.raises(StorageError, match="no such file"):
        release_content(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [("{}", "not the manifest"), ('{"kind": "x", "files": []}', "made by something else"), ("", "not the manifest")],
)
def test_no_release(tmp_path: Path, manifest: str, said: str) -> None:
    """Another program's file of this name is named as such."""
    (tmp_path / "MANIFEST.json").write_text(manifest)
    with pytest.raises(DataError, match=said):
        release_content(tmp_path)


def test_nothing_outside_the_folder(tmp_path: Path) -> None:
    """A manifest cannot make publishing read a file elsewhere, also not by a link."""
    folder = release(tmp_path / "dataset")
    (tmp_path / "secret").write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path / "secret")
    for path in ("../secret", "link"):
        manifest = {"kind": KIND, "files": [{"path": path, "sha256": hashlib.sha256(b"x").hexdigest()}]}
        (folder / "MANIFEST.json").write_text(json.dumps(manifest))
        with pytest.raises(DataError, match="outside the release"):
            release_content(folder)
