"""The embedded server: started once, ours, private, and found again whatever happened to it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from annotate.errors import Refused, Unauthorized, Unreachable, UsageError
from annotate.studio import server
from annotate.studio.accounts import _sign_up, invite, log_in
from annotate.studio.backup import backup
from annotate.studio.client import Client
from annotate.studio.credentials import Access, access, read_accounts, read_credentials


class Stranger(BaseHTTPRequestHandler):
    """Another program: answers everything with a page."""

    def do_GET(self) -> None:
        """Answer with a page."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Hello</h1>")

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def stranger(port: int = 0) -> Iterator[int]:
    """Run another program at a port."""
    with ThreadingHTTPServer(("127.0.0.1", port), Stranger) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield other.server_port
        other.shutdown()


def port_of(folder: Path) -> int:
    """Return the port of a server's last start."""
    return int(json.loads((folder / "server.json").read_text())["port"])


def test_a_second_up_changes_nothing(studio: Path) -> None:
    """A server that runs is returned as it is."""
    before = server.status(studio)
    assert before.ours
    assert server.up(studio) == before


@pytest.mark.parametrize("other", [{"port": 1}, {"public_url": "https://labels.example"}, {"host": "0.0.0.0"}])  # noqa: S104 - never bound
def test_a_running_server_is_not_moved(studio: Path, other: dict[str, Any]) -> None:
    """Asking a running server for another address is a wrong call, and says how to go on."""
    with pytest.raises(UsageError, match="running already") as caught:
        server.up(studio, **other)
    assert "annotate studio down" in str(caught.value.hint)


def test_it_listens_on_this_machine_only(studio: Path) -> None:
    """The server's only listening socket is on the loopback interface."""
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    mine = {
        row[1].split(":")[0] for row in listening if row[3] == "0A" and int(row[1].split(":")[1], 16) == port_of(studio)
    }
    assert mine == {"0100007F"}


def test_what_it_keeps_is_private(studio: Path) -> None:
    """Credentials, accounts, state and log are readable by their owner alone."""
    invite(studio, ["ada"])
    names = ("credentials.json", "accounts.json", "server.json", "server.log")
    assert {stat.S_IMODE((studio / name).stat().st_mode) for name in names} == {0o600}
    assert stat.S_IMODE(studio.stat().st_mode) == 0o700


def test_nobody_signs_up_without_the_link(studio: Path) -> None:
    """The signup form makes no account for whoever has no invite link."""
    known = read_credentials(studio)
    assert known is not None
    with pytest.raises(Refused, match="no account for stranger@localhost: HTTP 403"):
        _sign_up(known.url, "/user/signup/", "stranger@localhost")


def test_invited_people_log_in_and_are_made_once(studio: Path) -> None:
    """An account is made by name or address, logs in with its password, and is found again by either."""
    known = read_credentials(studio)
    assert known is not None
    made = invite(studio, ["Lucja@example.org", "eva"])
    assert invite(studio, ["eva@localhost", "EVA", "lucja@example.org"])["EVA"] == made["eva"]
    assert set(read_accounts(studio)) >= {"lucja@example.org", "eva@localhost"}
    with contextlib.closing(log_in(known.url, made["eva"].email, made["eva"].password)):
        pass
    with pytest.raises(Unauthorized, match="cannot log in"):
        log_in(known.url, made["eva"].email, "another")
    with Client(Access(url=known.url, api_key=made["eva"].api_key)) as client:
        assert client.whoami() == "eva@localhost"


def test_an_address_that_the_server_refuses_is_said(studio: Path) -> None:
    """What is no e-mail address makes no account, and the server's own words say why."""
    with pytest.raises(Refused, match=r"no account for a b@localhost: .*valid"):
        invite(studio, ["a b"])
    assert "a b@localhost" not in read_accounts(studio)


def test_a_killed_server_is_said_and_starts_again(new_folder: Callable[[], Path], run: Any, tmp_path: Path) -> None:
    """After a kill -9, commands say that nobody answers and exit 3; up starts it again at its port with its data."""
    folder = new_folder()
    started = server.up(folder)
    with Client(access(folder, environment=False)) as client:
        client.create_project("Kept 🕊", label_config="<View></View>")
    assert started.pid is not None
    os.kill(started.pid, signal.SIGKILL)
    while server.status(folder).running:
        pass
    done = run("pull", "--project", "Kept", "--folder", folder, "--keys", tmp_path)
    assert done.code == 3
    assert f"error: {started.url}: no answer" in done.err
    assert "annotate studio status" in done.err
    again = server.up(folder)
    assert (again.url, again.ours) == (started.url, True)
    assert again.pid != started.pid
    with Client(access(folder, environment=False)) as client:
        assert "Kept 🕊" in client.projects()
    assert server.down(folder)
    assert not server.down(folder)
    with stranger(port_of(folder)):  # another program took the port in the meantime
        assert not server.status(folder).running
        with pytest.raises(UsageError, match="is taken"):
            server.up(folder, port=port_of(folder))
        moved = server.up(folder)
        assert moved.ours
        assert moved.url != started.url
    server.down(folder)


def test_a_server_started_on_a_backup_has_everything(studio: Path, client: Client, tmp_path: Path, venv: Path) -> None:
    """A copy made while the server runs is a server's folder: started, it has the projects, accounts and tokens."""
    invite(studio, ["ada"])
    client.create_project("In the copy 🕊", label_config="<View></View>")
    copy = backup(studio, tmp_path)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in copy.rglob("*")}
    assert modes <= {0o600, 0o700}
    moved = Path(shutil.copytree(copy, tmp_path / "elsewhere", copy_function=shutil.copy2))
    (moved / "venv").symlink_to(venv)
    try:
        assert server.up(moved).ours
        assert server.up(moved).url != client.url
        with Client(access(moved, environment=False)) as there:
            assert "In the copy 🕊" in there.projects()
        known = read_credentials(moved)
        assert known is not None
        with Client(Access(url=known.url, api_key=read_accounts(moved)["ada@localhost"].api_key)) as ada:
            assert ada.whoami() == "ada@localhost"
    finally:
        server.down(moved)


def test_a_stranger_at_the_address_is_not_taken_for_label_studio() -> None:
    """Another program that answers is said to be no Label Studio; where nobody answers, that is said."""
    with stranger() as port:
        client = Client(Access(url=f"http://127.0.0.1:{port}", api_key="0" * 40))
        with client, pytest.raises(Refused, match="no Label Studio"):
            client.projects()
    client = Client(Access(url=f"http://127.0.0.1:{port}", api_key="0" * 40))
    with client, pytest.raises(Unreachable, match="no answer"):
        client.projects()


def test_a_server_that_cannot_start_says_its_last_words(new_folder: Callable[[], Path]) -> None:
    """Where Label Studio ends at once, the error carries the end of its log."""
    folder = new_folder()
    (folder / "data" / "label_studio.sqlite3").write_bytes(b"this is no database")
    with pytest.raises(Refused, match=r"(?s)ended while starting.*not a database"):
        server.up(folder)
    assert not server.status(folder).running


def test_credentials_of_another_server_are_noticed(new_folder: Callable[[], Path]) -> None:
    """Where the data folder does not know our password, the server is stopped again and the hint names the file."""
    folder = new_folder()
    path = folder / "credentials.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"password": "another-password"}))
    with pytest.raises(Unauthorized, match="does not know our") as caught:
        server.up(folder)
    assert str(path) in str(caught.value.hint)
    assert not server.status(folder).running


def test_a_changed_password_ends_no_running_server(studio: Path) -> None:
    """Where the administrator's password was changed in the browser, up says so and leaves the server running."""
    path = studio / "credentials.json"
    before = path.read_text()
    path.write_text(json.dumps(json.loads(before) | {"password": "changed"}))
    try:
        assert (server.status(studio).running, server.status(studio).ours) == (True, False)
        with pytest.raises(Unauthorized, match="cannot log in") as caught:
            server.up(studio)
        assert str(path) in str(caught.value.hint)
    finally:
        path.write_text(before)
    assert server.status(studio).ours


def test_behind_a_proxy_with_tls_people_come_in_by_its_name(new_folder: Callable[[], Path]) -> None:
    """With a public address the server answers to its name, marks cookies secure, and our own way in stays open."""
    import httpx

    folder = new_folder()
    started = server.up(folder, public_url="https://labels.example")
    try:
        assert started.ours
        ada = invite(folder, ["ada"])["ada"]
        with Client(Access(url=started.url or "", api_key=ada.api_key)) as client:
            assert client.whoami() == "ada@localhost"
        with httpx.Client(base_url=started.url or "", trust_env=False) as proxied:
            form = proxied.get("/user/login/", headers={"Host": "labels.example"})
            token = form.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
            fields = {"csrfmiddlewaretoken": token, "email": ada.email, "password": ada.password}
            came = {"Host": "labels.example", "Origin": "https://labels.example", "X-Forwarded-Proto": "https"}
            for cookie in proxied.cookies.jar:
                cookie.secure = False  # the browser's connection, up to the proxy, is TLS
            answer = proxied.post("/user/login/", data=fields, headers=came)
            assert answer.status_code == 302
            assert "Secure" in answer.headers["set-cookie"]
            stray = proxied.get("/user/login/", headers={"Host": "elsewhere.example"})
            assert stray.status_code == 400
    finally:
        server.down(folder)


def test_status_and_free_ports_before_the_first_start(tmp_path: Path, run: Any) -> None:
    """Before the first start there is no server, and the commands that need one say how to start it."""
    assert not server.status(tmp_path).running
    assert not server.down(tmp_path)
    for words in (["studio", "invite", "ada"], ["studio", "backup"], ["pull", "--project", "Any"]):
        done = run(*words, "--folder", tmp_path)
        assert (done.code, "annotate studio up" in done.err) == (2, True), done.err


def test_a_taken_port_is_said_before_anything_starts(new_folder: Callable[[], Path]) -> None:
    """Insisting on a port that another program has is a wrong call."""
    folder = new_folder()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="is taken by another program"):
            server.up(folder, port=taken.getsockname()[1])
    assert not (folder / "server.json").exists()
