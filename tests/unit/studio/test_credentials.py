"""Which server is meant, and with which token."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from annotate.errors import StorageError, UsageError
from annotate.studio.accounts import invite
from annotate.studio.credentials import (
    Access,
    Account,
    Credentials,
    access,
    credentials_file,
    read_accounts,
    read_credentials,
    write_private,
)

PASSWORD = "🕊"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is named by the environment."""
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two variables name another server; the embedded one can be insisted on."""
    known = Credentials(email="admin@localhost", password=PASSWORD, api_key="own", url="http://127.0.0.1:1")
    write_private(credentials_file(tmp_path), known)
    assert access(tmp_path) == Access(url="http://127.0.0.1:1", api_key="own")
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://labels.example/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "other\n")
    assert access(tmp_path) == Access(url="https://labels.example", api_key="other")
    assert access(tmp_path, environment=False).api_key == "own"


@pytest.mark.parametrize("name", ["LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"])
def test_one_variable_alone_is_a_wrong_call(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an address does not fall back to another server."""
    monkeypatch.setenv(name, "x")
    with pytest.raises(UsageError, match="is set"):
        access(tmp_path)


def test_without_any_server_the_hint_says_how_to_start(tmp_path: Path) -> None:
    """Neither variables nor an embedded server: say both ways."""
    with pytest.raises(UsageError) as caught:
        access(tmp_path)
    assert "annotate studio up" in str(caught.value.hint)
    assert read_credentials(tmp_path) is None
    assert read_accounts(tmp_path) == {}


def test_private_files_are_private(tmp_path: Path) -> None:
    """What is written is readable by its owner alone, and reads back."""
    accounts = {"ada@localhost": Account(email="ada@localhost", password=PASSWORD)}
    write_private(tmp_path / "accounts.json", accounts)
    assert stat.S_IMODE((tmp_path / "accounts.json").stat().st_mode) == 0o600
    assert read_accounts(tmp_path) == accounts


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """Broken credentials are an error with their path, not a new account."""
    credentials_file(tmp_path).write_text("{")
    with pytest.raises(StorageError, match=r"credentials\.json"):
        access(tmp_path)


def test_invited_accounts_are_found_by_name_or_address(tmp_path: Path) -> None:
    """Somebody who has an account is not invited again, and no server is asked."""
    write_private(credentials_file(tmp_path), Credentials(email="a", password=PASSWORD, url="http://127.0.0.1:9"))
    ada = Account(email="ada@localhost", password=PASSWORD)
    write_private(tmp_path / "accounts.json", {"ada@localhost": ada})
    assert invite(tmp_path, ["Ada", "ada@localhost"]) == {"Ada": ada, "ada@localhost": ada}
