"""A Hub on this machine for tests: what the real client libraries ask for, kept in a folder, with faults on demand.

Users are named by tokens such as ``hf_ada``; ``hf_ada_read`` is Ada's token that may only read. `Hub.log` holds every
request as (method, path, status); `Hub.fault` makes the next requests that match go wrong.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from hub.store import LARGE, Answer, Contents, Repository

DATE = "2031-02-03T04:05:06.000Z"
RESET = "reset"
"""A fault: the connection ends in the middle of the request."""
NORMAL = "normal"
"""No fault: only `Fault.before` happens."""
LOST = "lost"
"""A fault: the request is carried out, and its answer never comes."""

RESOLVE = re.compile(r"/(?:(datasets)/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
BATCH = re.compile(r"/(?:(datasets)/)?([^/]+/[^/]+)\.git/info/lfs/objects/batch")
OBJECT = re.compile(r"/objects/([0-9a-f]{64})(/verify)?")
PLAIN = {
    "/api/validate-yaml": "metadata",
    "/api/whoami-v2": "who",
    "/api/repos/create": "new",
    "/api/agent-harnesses": "harnesses",
}
API = re.compile(r"/api/(models|datasets)/([^/]+/[^/]+)(?:/([a-z-]+)(?:/([^/]+)(?:/(.+))?)?)?")


@dataclass
class Fault:
    """What goes wrong: a status, `RESET`, `LOST` or `NORMAL`, for so many requests whose path matches.

    Attributes:
        before: is called first, to do what somebody else does at this moment.
    """

    what: int | str
    path: str
    method: str
    left: int
    headers: dict[str, str]
    before: Callable[[], object] | None


@dataclass
class Hub:
    """A Hub; `with` starts and stops it.

    Attributes:
        folder: where it keeps everything.
        members: organisation → its users.
        log: what was asked: method, path, status or fault.
        complaints: what its check of a card's metadata says.
    """

    folder: Path
    members: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"newsroom": ("ada",)})
    log: list[tuple[str, str, int | str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    complaints: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        """Start it on a free port of this machine."""
        self.contents, self.lock = Contents(self.folder / "contents"), threading.RLock()
        self.open: set[socket.socket] = set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": self}))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop it, and end the connections that clients keep open."""
        self.server.shutdown()
        self.server.server_close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()

    def fault(
        self,
        what: int | str,
        path: str,
        *,
        method: str = "",
        times: int = 1,
        headers: dict[str, str] | None = None,
        before: Callable[[], object] | None = None,
    ) -> None:
        """Let the next requests go wrong."""
        self.faults.append(Fault(what, path, method, times, headers or {}, before))

    def environment(self, home: Path, token: str = "hf_ada") -> dict[str, str]:  # noqa: S107 - of this Hub alone
        """Return what a process needs to take this for the Hub."""
        quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_XET": "1"}
        return {**os.environ, **quiet, "HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_TOKEN": token}

    def repository(self, name: str, kind: str = "dataset") -> Repository:
        """Return a repository as it is now."""
        return Repository(self.folder, kind, name)

    def create(self, name: str, kind: str = "dataset", *, private: bool = True) -> Repository:
        """Make a repository with the one commit that the Hub makes itself."""
        made = self.repository(name, kind)
        rules = "".join(f"*{ending} filter=lfs diff=lfs merge=lfs -text\n" for ending in LARGE)
        made.create({".gitattributes": self.contents.add(rules.encode(), large=False)}, private=private)
        return made

    def edit(self, name: str, path: str, text: str | None, kind: str = "dataset") -> str:
        """Commit a change of one file, as a person does in the browser; None deletes it."""
        repository = self.repository(name, kind)
        tree, head = repository.tree("main"), repository.find("main")
        tree.pop(path, None)
        if text is not None:
            tree[path] = self.contents.add(text.encode(), large=path.endswith(LARGE))
        return repository.commit("main", head, f"Update {path}", "", tree)

    def text(self, name: str, path: str, revision: str = "main", kind: str = "dataset") -> str:
        """Return a file's text."""
        return self.contents.read(self.repository(name, kind).tree(revision)[path]["sha256"]).decode()

    def titles(self, name: str, kind: str = "dataset") -> list[str]:
        """Return the titles of the commits of main, the first one first."""
        data = self.repository(name, kind).data
        found, at = [], data["refs"]["main"]
        while at:
            found.append(data["commits"][at]["title"])
            at = data["commits"][at]["parent"]
        return found[::-1]

    def count(self, method: str, path: str) -> int:
        """Return how many requests were answered well."""
        return sum(m == method and bool(re.search(path, p)) and s == 200 for m, p, s in self.log)


class Handler(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True  # head and body in two packets would wait for each other
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Say nothing: `Hub.log` is the log."""

    def setup(self) -> None:
        """Remember the connection, so that the Hub can end it."""
        super().setup()
        self.hub.open.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.hub.open.discard(self.connection)
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def answer(self) -> None:
        """Answer a request, or let it go wrong."""
        url = urlsplit(self.path)
        try:
            fault = next((f for f in self.hub.faults if self.hits(f)), None)
            if fault and fault.before:
                fault.before()
            if fault and fault.what == RESET:
                self.drop(RESET)
                return
            body = self.body()
            if fault and isinstance(fault.what, int):
                self.reply(fault.what, {"error": "a fault of the test"}, fault.headers)
                return
            with self.hub.lock:
                result = self.route(url.path, {k: v[-1] for k, v in parse_qs(url.query).items()}, body)
            if fault and fault.what == LOST:
                self.drop(LOST)
            elif isinstance(result, tuple):
                self.reply(*result)
            else:
                self.reply(200, result)
        except Answer as answer:
            code = {"X-Error-Code": answer.code} if answer.code else {}
            self.reply(answer.status, {"error": answer.message}, {"X-Error-Message": answer.message, **code})
        except OSError:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server names them

    def hits(self, fault: Fault) -> bool:
        """Tell whether a fault is for this request, and use it up."""
        hit = fault.left > 0 and fault.method in {"", self.command} and bool(re.search(fault.path, self.path))
        fault.left -= hit
        return hit

    def drop(self, what: str) -> None:
        """End the connection with a reset."""
        self.hub.log.append((self.command, self.path, what))
        if what == RESET:
            self.rfile.read(min(1000, int(self.headers.get("Content-Length") or 0)))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def body(self) -> bytes:
        """Return the request's body."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def reply(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        """Send an answer: bytes as they are, anything else as JSON."""
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.hub.log.append((self.command, self.path, status))
        self.send_response(status)
        kind = "application/octet-stream" if isinstance(value, bytes) else "application/json"
        for name, text in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    # ── who asks, and what they may see ──────────────────────────────────────────────────────────────────────────────

    def user(self) -> tuple[str | None, bool]:
        """Return who asks, and whether their token may write."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            return None, False
        if not (found := re.fullmatch(r"hf_([a-z]+)(_read)?", token)):
            raise Answer(401, "Invalid credentials in Authorization header")
        return found[1], not found[2]

    def owns(self, user: str | None, name: str) -> bool:
        """Tell whether a name is in a user's namespace, or in one of their organisations'."""
        owner = name.split("/", maxsplit=1)[0]
        return user is not None and (user == owner or user in self.hub.members.get(owner, ()))

    def seen(self, kind: str, name: str, *, write: bool = False, content: bool = False) -> Repository:
        """Return a repository, if whoever asks may see it and do this with it."""
        user, writer = self.user()
        found = self.hub.repository(name, kind)
        if not found or (found.data["private"] and not self.owns(user, name)):
            if user is None:
                raise Answer(401, "Invalid username or password.", "RepoNotFound")
            raise Answer(404, "Repository not found", "RepoNotFound")
        if write and not (self.owns(user, name) and writer):
            raise Answer(403, "Forbidden: you do not have the rights to write here")
        if content and found.data["gated"] and not self.owns(user, name):
            raise Answer(401 if user is None else 403, f"Access to {name} is restricted.", "GatedRepo")
        return found

    # ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────

    def route(self, path: str, query: dict[str, str], body: bytes) -> Any:
        """Return what a request asks for: JSON, or a tuple for `reply`."""
        if path in PLAIN:
            return getattr(self, PLAIN[path])(body)
        if found := OBJECT.fullmatch(path):
            return self.take(found[1], body)
        if found := BATCH.fullmatch(path):
            self.seen((found[1] or "models")[:-1], found[2], content=True)
            if not self.user()[1]:  # whoever may propose a change may upload what is in it
                raise Answer(403, "Forbidden: this token may not write")
            return {"transfer": "basic", "objects": [self.wanted(one) for one in json.loads(body)["objects"]]}
        if found := RESOLVE.fullmatch(path):
            return self.file((found[1] or "models")[:-1], found[2], unquote(found[3]), unquote(found[4]))
        if (found := API.fullmatch(path)) and hasattr(self, f"on_{found[3] or 'revision'}"):
            kind, name, verb, revision, rest = found.groups()
            method = getattr(self, f"on_{verb or 'revision'}")
            return method(kind[:-1], name, unquote(revision or "main"), unquote(rest or ""), query, body)
        raise Answer(404, f"nothing here answers {self.command} {path}")

    def metadata(self, _: bytes) -> Any:
        """Say whether a card's metadata are well."""
        errors = [{"message": text} for text in self.hub.complaints]
        return 400 if errors else 200, {"errors": errors, "warnings": []}

    def who(self, _: bytes) -> Any:
        """Say who asks."""
        user, writer = self.user()
        if user is None:
            raise Answer(401, "Invalid username or password.")
        orgs = [{"name": name} for name, users in self.hub.members.items() if user in users]
        return {
            "type": "user",
            "name": user,
            "orgs": orgs,
            "auth": {"accessToken": {"role": "write" if writer else "read"}},
        }

    def harnesses(self, _: bytes) -> Any:
        """Know of no programs that write programs, for which the client asks once a day."""
        return {"standardEnvVars": [], "harnesses": {}}

    def new(self, body: bytes) -> Any:
        """Make a repository."""
        asked: dict[str, Any] = json.loads(body)
        (user, writer), kind = self.user(), asked.get("type") or "model"
        if user is None:
            raise Answer(401, "Invalid username or password.")
        name = f"{asked.get('organization') or user}/{asked['name']}"
        if not writer or not self.owns(user, name):
            raise Answer(403, f"You don't have the rights to create a {kind} under the namespace")
        url = {"url": f"{self.hub.url}/{'datasets/' if kind == 'dataset' else ''}{name}"}
        if self.hub.repository(name, kind):
            return 409, {"error": "You already created this repo", **url}
        self.hub.create(name, kind, private=asked.get("visibility") == "private")
        return url

    def wanted(self, one: dict[str, Any]) -> dict[str, Any]:
        """Return where a large file's bytes go, unless they are here."""
        if one["oid"] in self.hub.contents:
            return one
        href = f"{self.hub.url}/objects/{one['oid']}"
        return {**one, "actions": {"upload": {"href": href}, "verify": {"href": f"{href}/verify"}}}

    def take(self, oid: str, body: bytes) -> Any:
        """Take a large file's bytes, if they are the right ones."""
        if self.command == "PUT" and self.hub.contents.add(body, large=True)["sha256"] != oid:
            raise Answer(400, "these bytes have another SHA-256")
        return {}

    def file(self, kind: str, name: str, revision: str, path: str) -> Any:
        """Return a file's bytes, or a part of them."""
        repository = self.seen(kind, name, content=True)
        commit = repository.find(revision)
        if not (entry := repository.tree(commit).get(path)):
            raise Answer(404, "Entry not found", "EntryNotFound")
        data = self.hub.contents.read(entry["sha256"])
        etag = f'"{entry["sha256"] if entry["large"] else entry["blob"]}"'
        headers = {"X-Repo-Commit": commit, "ETag": etag, "X-Linked-ETag": etag, "X-Linked-Size": str(len(data))}
        if not (part := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))):
            return 200, data, {**headers, "Accept-Ranges": "bytes"}
        first, last = int(part[1]), min(int(part[2] or len(data)), len(data) - 1)
        return 206, data[first : last + 1], {**headers, "Content-Range": f"bytes {first}-{last}/{len(data)}"}

    def on_revision(self, kind: str, name: str, revision: str, *_: object) -> Any:
        """Return what a repository is at a revision."""
        repository = self.seen(kind, name)
        commit = repository.find(revision)
        files = [{"rfilename": path} for path in sorted(repository.tree(commit))]
        about = {"private": repository.data["private"], "gated": repository.data["gated"], "disabled": False}
        dates = {"lastModified": DATE, "createdAt": DATE, "tags": [], "downloads": 0, "likes": 0}
        return (
            {"_id": "0" * 24, "id": name, "author": name.split("/", maxsplit=1)[0], "sha": commit}
            | about
            | dates
            | {"siblings": files}
        )

    def on_refs(self, kind: str, name: str, *_: object) -> Any:
        """Return branches and tags."""
        data = self.seen(kind, name).data
        heads = {ref: at for ref, at in data["refs"].items() if not ref.startswith("refs/pr/")}
        return {
            "branches": [{"name": k, "ref": f"refs/heads/{k}", "targetCommit": v} for k, v in heads.items()],
            "tags": [{"name": k, "ref": f"refs/tags/{k}", "targetCommit": v} for k, v in data["tags"].items()],
            "converts": [],
        }

    def on_tree(self, kind: str, name: str, revision: str, below: str, query: dict[str, str], _: bytes) -> Any:
        """Return what is in a folder."""
        tree, start = self.seen(kind, name, content=True).tree(revision), f"{below}/" if below else ""
        inside = {path: entry for path, entry in tree.items() if path.startswith(start)}
        if below and not inside:
            raise Answer(404, f"{below} does not exist", "EntryNotFound")
        found: dict[str, dict[str, Any]] = {}
        for path, entry in sorted(inside.items()):
            parts = path.removeprefix(start).split("/")
            deep = query.get("recursive", "").lower() == "true"
            for length in range(1, len(parts) if deep else min(2, len(parts))):
                folder = start + "/".join(parts[:length])
                found[folder] = {"type": "directory", "path": folder, "oid": "0" * 40, "size": 0}
            if deep or len(parts) == 1:
                large = {"lfs": {"oid": entry["sha256"], "size": entry["size"], "pointerSize": 134}}
                about = {"type": "file", "path": path, "oid": entry["blob"], "size": entry["size"]}
                found[path] = {**about, **(large if entry["large"] else {})}
        return list(found.values())

    def on_preupload(self, kind: str, name: str, revision: str, _: str, query: dict[str, str], body: bytes) -> Any:
        """Return which files are large, and which content is there already."""
        tree, found = self.seen(kind, name, write="create_pr" not in query).tree(revision), []
        for one in json.loads(body)["files"]:
            there, mode = tree.get(one["path"]), "lfs" if one["path"].endswith(LARGE) else "regular"
            oid = there and (there["sha256"] if there["large"] else there["blob"])
            found.append({"path": one["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        return {"files": found}

    def on_commit(self, kind: str, name: str, revision: str, _: str, query: dict[str, str], body: bytes) -> Any:
        """Change files all at once, if nobody did since the parent."""
        proposed = "create_pr" in query
        repository = self.seen(kind, name, write=not proposed)
        if self.user()[0] is None:
            raise Answer(401, "Invalid username or password.")
        head, *changes = [json.loads(line) for line in body.splitlines() if line]
        at, asked = repository.find(revision), head["value"]
        if asked.get("parentCommit") not in {None, at}:
            raise Answer(412, "A commit has happened since. Please refresh and try again.")
        tree = repository.tree(at)
        for change in changes:
            self.change(tree, change["key"], change["value"])
        number = len(repository.data["requests"]) + 1
        if proposed:
            repository.data["requests"].append(asked["summary"])
        ref = f"refs/pr/{number}" if proposed else revision
        commit = repository.commit(ref, at, asked["summary"], asked.get("description", ""), tree)
        page = f"{self.hub.url}/{'datasets/' if kind == 'dataset' else ''}{name}"
        request = {"pullRequestUrl": f"{page}/discussions/{number}"} if proposed else {}
        return {"success": True, "commitOid": commit, "commitUrl": f"{page}/commit/{commit}", **request}

    def change(self, tree: dict[str, Any], key: str, value: dict[str, Any]) -> None:
        """Change a tree by one operation of a commit."""
        path, contents = value["path"], self.hub.contents
        if key == "file":
            tree[path] = contents.add(base64.b64decode(value["content"]), large=False)
        elif key == "lfsFile":
            if value["oid"] not in contents:
                raise Answer(400, f"the content of {path} was not uploaded")
            tree[path] = contents.add(contents.read(value["oid"]), large=True)
        elif tree.pop(path, None) is None:
            raise Answer(404, "A file with this name doesn't exist", "EntryNotFound")

    def on_tag(self, kind: str, name: str, revision: str, _: str, query: dict[str, str], body: bytes) -> Any:
        """Name a commit."""
        del query
        repository, tag = self.seen(kind, name, write=True), json.loads(body)["tag"]
        if tag in repository.data["tags"]:
            raise Answer(409, f"Reference {tag} already exists")
        repository.data["tags"][tag] = repository.find(revision)
        repository.save()
        return {}

    def on_discussions(self, kind: str, name: str, *_: object) -> Any:
        """Return the pull requests, all of which are open."""
        requests = self.seen(kind, name).data["requests"]
        about = {"status": "open", "isPullRequest": True, "createdAt": DATE, "repo": {"name": name, "type": kind}}
        found = [{"num": n, "title": t, "author": {"name": "ada"}, **about} for n, t in enumerate(requests, 1)]
        return {"count": len(found), "start": 0, "discussions": found}
