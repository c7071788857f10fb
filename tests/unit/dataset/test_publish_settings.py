"""Where the token comes from, and who else could read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.dataset.hub import Settings, settings, token_file
from annotate.errors import Unauthorized


def test_the_variables_win(tmp_path: Path) -> None:
    """HF_TOKEN goes before the file, HF_ENDPOINT before the public Hub; spaces and a last slash fall away."""
    (tmp_path / "token").write_text("from a file")
    (tmp_path / "token").chmod(0o600)
    here = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://hub.example/"}
    assert settings({**here, "HF_TOKEN": " hf_x\n"}) == Settings("http://hub.example", "hf_x")
    assert settings({**here, "HF_TOKEN": ""}).token == "from a file"  # noqa: S105 - of this test


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """It is said how to repair it, and the token is not shown."""
    path = tmp_path / "token"
    path.write_text("hf_🔑")
    path.chmod(0o640)
    with pytest.raises(Unauthorized, match=r"others may read the token in it \(mode 0640\)") as caught:
        settings({"HF_HOME": str(tmp_path)})
    assert f"chmod 600 {path}" in str(caught.value.hint)
    assert "🔑" not in f"{caught.value} {caught.value.hint}"


def test_no_file_or_an_empty_one_is_no_token(tmp_path: Path) -> None:
    """Neither is an error here: reading needs none."""
    assert settings({"HF_HOME": str(tmp_path)}).token is None
    (tmp_path / "token").write_text("\n")
    (tmp_path / "token").chmod(0o600)
    assert settings({"HF_HOME": str(tmp_path)}).token is None


def test_where_the_client_keeps_it() -> None:
    """The file is the one that `hf auth login` writes."""
    assert token_file({"HF_TOKEN_PATH": "/a/b"}) == Path("/a/b")
    assert token_file({"HF_HOME": "/a"}) == Path("/a/token")
    assert token_file({"XDG_CACHE_HOME": "/c"}) == Path("/c/huggingface/token")
    assert token_file({}) == Path("~/.cache/huggingface/token").expanduser()
