"""What the live tests share: one real Label Studio a session, and a real browser.

The server's environment is the clone's own (``.studio/venv``) where that is complete, else one under ``.cache``. A
folder with a migrated database lies under ``.cache`` too, so that a session starts on a copy of it in seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import pytest

from annotate.cli import main
from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.errors import OutsideError
from annotate.records import Article, Suggestion, Task
from annotate.studio import installation, process, server
from annotate.studio.client import Client
from annotate.studio.credentials import access

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"
NUMBERS = itertools.count(1)

MakeTask = Callable[..., Task]


class Done(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def receipt(self) -> dict[str, Any]:
        """Its receipt, where it was asked for one."""
        return msgspec.json.decode(self.out, type=dict[str, Any])


Run = Callable[..., Done]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give live tests the time of a first installation, and let the SDK use what its own library gave up."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(1200))
            item.add_marker(pytest.mark.filterwarnings("ignore:The `parse_obj` method:DeprecationWarning"))


@pytest.fixture(scope="session")
def venv() -> Path:
    """The server's own environment, installed if it is nowhere complete."""
    for path in (ROOT / ".studio" / "venv", CACHE / "studio-venv"):
        if installation.installed(path):
            return path
    try:
        installation.install(path, tell=lambda _: None)
    except OutsideError as error:
        pytest.skip(f"Label Studio's environment cannot be installed: {error}")
    return path


@pytest.fixture(scope="session")
def template(venv: Path) -> Path:
    """A stopped server's folder with a migrated database; kept between sessions."""
    made_by = Path(process.__file__).read_bytes() + Path(server.__file__).read_bytes()
    key = hashlib.sha256(installation.digest().encode() + made_by).hexdigest()[:16]
    folder = CACHE / f"studio-{key}"
    if not folder.is_dir():
        part = CACHE / f"studio-{key}.{os.getpid()}"
        part.mkdir(parents=True)
        (part / "venv").symlink_to(venv)
        try:
            server.up(part)
        finally:
            server.down(part)
        with contextlib.suppress(OSError):  # another session was first
            part.rename(folder)
        shutil.rmtree(part, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def new_folder(template: Path, venv: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Path]]:
    """Makes a server's folder that was started once; whatever runs in it is stopped at the end."""
    made: list[Path] = []

    def make() -> Path:
        folder = tmp_path_factory.mktemp("studio")
        for name in ("data", "credentials.json"):
            source = template / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
        (folder / "venv").symlink_to(venv)
        made.append(folder)
        return folder

    yield make
    for folder in made:
        server.down(folder)


@pytest.fixture(scope="session")
def studio(new_folder: Callable[[], Path]) -> Path:
    """The folder of the session's running server, which may reach an ML backend on this machine."""
    folder = new_folder()
    server.up(folder, local_backends=True)
    return folder


@pytest.fixture(scope="session")
def session_client(studio: Path) -> Iterator[Client]:
    """The administrator's connection."""
    with Client(access(studio, environment=False)) as client:
        yield client


@pytest.fixture
def client(session_client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The administrator's connection, in an environment that names no other server."""
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return session_client


@pytest.fixture
def project() -> str:
    """A title that no other test has."""
    return f"Project {next(NUMBERS)}"


@pytest.fixture(scope="session")
def book() -> Codebook:
    """The default codebook."""
    return load()


@pytest.fixture(scope="session")
def bridge() -> Article:
    """An article made for the tests, with an emoji, a CJK name, quotes and letters with marks."""
    return make_article(
        "Weir at Ottmar leaks 🌊, keeper says\n"
        "“The weir may fail by Friday,” said its keeper 👩‍🔧 Łucja Brandt. 王小明, an engineer, reportedly saw cracks.\n"
        "The Water Board denied it: “Nothing leaks.”",
        outlet="The Ottmar Post",
        published="2026-02-03",
        url="https://post.example/weir",
    )


@pytest.fixture(scope="session")
def make_task(book: Codebook) -> MakeTask:
    """Makes a task of a text or an article, with a suggestion where one is given."""

    def make(text: str | Article, suggestion: Suggestion | None = None) -> Task:
        article = text if isinstance(text, Article) else make_article(text)
        return Task(article_id=article.id, article=article, codebook=book.ref, suggestion=suggestion)

    return make


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, as the console script does."""

    def call(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["annotate", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return call


class Proxy(ThreadingHTTPServer):
    """Stands on loopback between a client and a server.

    Attributes:
        fault: called with method and path when a request came; where it returns True, the request is forwarded and its
            answer is thrown away with the connection.
        requests: what came, as ``POST /path``.
    """

    daemon_threads = True

    def __init__(self, upstream: str, fault: Callable[[str, str], bool]) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Forwarding)
        self.upstream, self.fault = urlsplit(upstream), fault
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Forwarding(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.server.requests.append(f"{self.command} {path}")
        lost = self.server.fault(self.command, path)
        upstream = HTTPConnection(self.server.upstream.hostname or "", self.server.upstream.port)
        try:
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            data = answer.read()
        except OSError:
            lost = True
        finally:
            upstream.close()
        if lost:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "content-length", "transfer-encoding", "server", "date"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = _forward  # noqa: N815 - the names are http.server's

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def make_proxy() -> Iterator[Callable[[str, Callable[[str, str], bool]], Proxy]]:
    """Starts proxies, and ends them with the test."""
    started: list[Proxy] = []

    def make(upstream: str, fault: Callable[[str, str], bool]) -> Proxy:
        proxy = Proxy(upstream, fault)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        started.append(proxy)
        return proxy

    yield make
    for proxy in started:
        proxy.shutdown()
        proxy.server_close()
