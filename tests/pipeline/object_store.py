"""The part of S3 that Daft uses, on this machine: objects in a folder, listed, read by ranges and put whole."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

STAMP = "2026-01-01T00:00:00.000Z"


class ObjectStore:
    """Serves buckets, the folders of a folder.

    Attributes:
        puts: names of the objects that were put, in their order.
        refuse: how many of the next puts fail.
    """

    def __init__(self, folder: Path) -> None:
        """Serve this folder while the context lasts."""
        self.folder, self.puts, self.refuse = folder, list[str](), 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Begin to serve."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def _handler(store: ObjectStore) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one short method a verb
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _path(self) -> Path:
            return store.folder / unquote(urlsplit(self.path).path).lstrip("/")

        def _answer(self, status: int, data: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            headers.setdefault("Content_Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def do_HEAD(self) -> None:
            path = self._path()
            if not path.is_file():
                self._answer(404)
                return
            size = str(path.stat().st_size)
            self._answer(200, Content_Length=size, ETag='"1"', Accept_Ranges="bytes")

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            path = self._path()
            if "list-type" in query:
                self._list(path, query)
            elif not path.is_file():
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", Content_Type="application/xml")
            else:
                self._get(path.read_bytes())

        def _get(self, data: bytes) -> None:
            asked = self.headers.get("Range", "").removeprefix("bytes=")
            if not asked:
                self._answer(200, data, ETag='"1"')
                return
            first, _, last = asked.partition("-")
            start = int(first) if first else len(data) - int(last)
            stop = min(int(last) + 1 if first and last else len(data), len(data))
            self._answer(206, data[start:stop], ETag='"1"', Content_Range=f"bytes {start}-{stop - 1}/{len(data)}")

        def _list(self, bucket: Path, query: dict[str, list[str]]) -> None:
            prefix, edge = query.get("prefix", [""])[0], query.get("delimiter", [""])[0]
            keys = sorted(str(path.relative_to(bucket)) for path in bucket.rglob("*") if path.is_file())
            rows, folders = "", set[str]()
            for key in keys:
                if not key.startswith(prefix):
                    continue
                if edge and edge in key[len(prefix) :]:
                    folders.add(prefix + key[len(prefix) :].split(edge)[0] + edge)
                    continue
                size = (bucket / key).stat().st_size
                rows += f"<Contents><Key>{escape(key)}</Key><LastModified>{STAMP}</LastModified><Size>{size}</Size>"
                rows += "<ETag>1</ETag><StorageClass>STANDARD</StorageClass></Contents>"
            rows += "".join(
                f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders)
            )
            body = f"<ListBucketResult><Name>{bucket.name}</Name><Prefix>{escape(prefix)}</Prefix>"
            body += f"<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
            self._answer(200, body.encode(), Content_Type="application/xml")

        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if store.refuse:
                store.refuse -= 1
                self._answer(403, b"<Error><Code>AccessDenied</Code><Message>no room</Message></Error>")
                return
            path = self._path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            store.puts.append(path.name)
            self._answer(200, ETag='"1"')

        def log_message(self, *_: object) -> None:
            pass

    return Handler
