"""Pseudonyms are keyed, stable, and their key and map belong to their owner alone."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from annotate.errors import StorageError
from annotate.studio.pseudonyms import Pseudonyms


def test_a_pseudonym_is_an_hmac_under_the_key(tmp_path: Path) -> None:
    """It is `a` and ten digits of HMAC-SHA256 of the address without its case, whoever asks again."""
    name = Pseudonyms(tmp_path)(" Ada@Localhost ")
    key = bytes.fromhex((tmp_path / "key").read_text())
    assert name == "a" + hmac.new(key, b"ada@localhost", hashlib.sha256).hexdigest()[:10]
    assert Pseudonyms(tmp_path)("ada@localhost") == name
    assert Pseudonyms(tmp_path).known() == {name: "ada@localhost"}


def test_another_key_makes_other_pseudonyms(tmp_path: Path) -> None:
    """Nobody without the key can tell whose a pseudonym is."""
    assert Pseudonyms(tmp_path / "a")("ada@localhost") != Pseudonyms(tmp_path / "b")("ada@localhost")


def test_key_and_map_are_private(tmp_path: Path) -> None:
    """Both files and their folder are readable by their owner alone."""
    folder = tmp_path / "people"
    Pseudonyms(folder)("王 🕊")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "key", folder / "map.json")]
    assert modes == [0o700, 0o600, 0o600]
    assert sorted(path.name for path in folder.iterdir()) == ["key", "map.json"]


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    """Where nobody is met, there is neither key nor map."""
    assert Pseudonyms(tmp_path / "people").known() == {}
    assert not (tmp_path / "people").exists()


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """The hint says how to close it."""
    Pseudonyms(tmp_path)("ada@localhost")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(StorageError, match="others may read") as caught:
        Pseudonyms(tmp_path)("ada@localhost")
    assert str(caught.value.hint).startswith("chmod 600")


@pytest.mark.parametrize("content", ["", "xyz", "00" * 31, "é"])
def test_a_damaged_key_is_never_replaced(content: str, tmp_path: Path) -> None:
    """A new key would give everybody a second name: a damaged one is an error."""
    (tmp_path / "key").write_text(content)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(StorageError, match="damaged"):
        Pseudonyms(tmp_path)("ada@localhost")
    assert (tmp_path / "key").read_text() == content


def test_a_damaged_map_is_an_error(tmp_path: Path) -> None:
    """It is not written over in silence."""
    Pseudonyms(tmp_path)("ada@localhost")
    (tmp_path / "map.json").write_text("{")
    with pytest.raises(StorageError, match="damaged"):
        Pseudonyms(tmp_path)("ben@localhost")


def test_two_at_once_agree(tmp_path: Path) -> None:
    """A map that another process wrote in between keeps its names."""
    one, other = Pseudonyms(tmp_path), Pseudonyms(tmp_path)
    names = [one("ada@localhost"), other("ben@localhost"), one("cyd@localhost")]
    assert set(Pseudonyms(tmp_path).known()) == set(names)
