"""The server's environment is ours alone, and its port is free."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.errors import StorageError, UsageError
from annotate.studio import process


def test_nothing_of_the_caller_gets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Label Studio reads plain HOST, DEBUG or PASSWORD too: a caller's are kept out."""
    for name in ("HOST", "DEBUG", "CI", "PASSWORD", "LABEL_STUDIO_SENTRY_DSN", "HEARTEX_X", "DJANGO_DB"):
        monkeypatch.setenv(name, "stray")
    env = process.environment(tmp_path, "admin@localhost", "p 🕊")
    assert "stray" not in env.values()
    assert env["HOME"] == str(tmp_path / "home")


def test_telemetry_and_open_doors_are_shut(tmp_path: Path) -> None:
    """Nothing is sent to anybody, signup needs the link, and the guard against inner addresses stays on."""
    env = process.environment(tmp_path, "admin@localhost", "p")
    shut = ["COLLECT_ANALYTICS", "LATEST_VERSION_CHECK", "CORS_ALLOW_ALL_ORIGINS", "LOCAL_FILES_SERVING_ENABLED"]
    assert {env[f"LABEL_STUDIO_{name}"] for name in shut} == {"false"}
    assert {env["LABEL_STUDIO_SENTRY_DSN"], env["LABEL_STUDIO_FRONTEND_SENTRY_DSN"]} == {""}
    on = ["DISABLE_SIGNUP_WITHOUT_LINK", "SSRF_PROTECTION_ENABLED", "ML_BLOCK_LOCAL_IP"]
    assert {env[f"LABEL_STUDIO_{name}"] for name in on} == {"true"}
    assert env["LABEL_STUDIO_ALLOWED_HOSTS"] == "127.0.0.1,localhost,[::1]"


def test_behind_tls_cookies_are_secure(tmp_path: Path) -> None:
    """With a public address the server is known by it, and its cookies travel by TLS only."""
    env = process.environment(tmp_path, "a", "p", "https://labels.example:8443/x")
    assert env["LABEL_STUDIO_SESSION_COOKIE_SECURE"] == "1"
    assert env["LABEL_STUDIO_CSRF_TRUSTED_ORIGINS"] == "https://labels.example:8443"
    assert env["LABEL_STUDIO_ALLOWED_HOSTS"].endswith(",labels.example")
    assert process.environment(tmp_path, "a", "p", listen_wide=True)["LABEL_STUDIO_ALLOWED_HOSTS"] == "*"


def test_a_free_port_is_the_one_before_or_another() -> None:
    """The port had before is taken again where it is free; a taken one never."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not process.free("127.0.0.1", port)
        assert process.free_port("127.0.0.1", port) != port
    assert process.free_port("127.0.0.1", port) == port


def test_an_interface_that_is_not_there_is_a_wrong_call() -> None:
    """A host that is no address of this machine is said, with what to give."""
    with pytest.raises(UsageError, match="nothing can listen on '192"):
        process.free_port("192.0.2.1")


def test_another_process_is_not_taken_for_the_server(tmp_path: Path) -> None:
    """A number that now belongs to another program is no server of ours, and is not ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert not process.alive(other.pid, tmp_path)
        process.stop(other.pid, tmp_path)
        assert other.poll() is None
        other.communicate(b"\n")
    assert not process.alive(other.pid, tmp_path)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Without an installed server the error names what is missing."""
    with pytest.raises(StorageError, match="label-studio"):
        process.start(tmp_path, "127.0.0.1", 1, {})
