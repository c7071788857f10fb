"""WARC archives → pages: sound ones as fastwarc reads them, damaged ones with the rest read."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus.archives import archived
from annotate.corpus.drafts import Page
from annotate.corpus.places import Place
from annotate.corpus.text import SNIFFED
from annotate.records import SetAside

LIMIT = 2**20
PLACE = Place(Path("crawl.warc.gz"))


def record(body: bytes, *, kind: str = "response", length: int | None = None, media: str = "application/http") -> bytes:
    """Return a record; its stated length may be a lie."""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: {media}\r\n"
    head += f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def answer(page: bytes, head: str = "Content-Type: text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    """Return a server's answer."""
    return f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode() + page


def read(data: bytes) -> list[Page | SetAside]:
    """Return what is read of an archive."""
    return list(archived(io.BytesIO(data), PLACE, data[:SNIFFED], LIMIT))


def said(data: bytes) -> list[bytes | str]:
    """Return the pages and the reasons of an archive, in order."""
    return [found.data if isinstance(found, Page) else found.reason for found in read(data)]


def noise(seed: int, size: int = 3000) -> bytes:
    """Return bytes that do not compress, so that half a member holds much of its content."""
    found, state = bytearray(b"<html>"), seed
    while len(found) < size:
        state = zlib.crc32(bytes(found[-8:]) + state.to_bytes(8, "big"))
        found += f"{state:x} ".encode()
    return bytes(found)


@pytest.mark.parametrize("pack", [lambda one: one, gzip.compress], ids=["plain", "gzip"])
def test_pages_come_with_address_and_charset(pack: object) -> None:
    """Answers that are pages come; requests and descriptions are passed over, other answers told."""
    assert callable(pack)
    records = [
        record(b"software: x", kind="warcinfo", media="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(answer("<p>It rained 🕊".encode())),
        record(answer(b"\x89PNG", "Content-Type: image/png")),
        record(answer(b"gone", status="404 Not Found")),
        record(b"<p>kept", kind="resource", media="text/html"),
        record(b"no head at all"),
    ]
    found = read(b"".join(map(pack, records)))
    assert said(b"".join(map(pack, records))) == [
        "<p>It rained 🕊".encode(),
        "not_html",
        "http_status",
        b"<p>kept",
        "not_http",
    ]
    first = found[0]
    assert isinstance(first, Page)
    assert (first.where, first.source) == ("crawl.warc.gz:3", "crawl.warc.gz")
    assert (first.url, first.charset) == ("https://a.example/", "utf-8")


def test_bodies_are_joined_and_decompressed() -> None:
    """Chunks and compression of the answer are undone; a body stored plain under such a head stays as it is."""
    chunked = b"5\r\n<p>It\r\n8;x=1\r\n rained.\r\n0\r\n\r\n"
    html = "Content-Type: text/html\r\n"
    raw = zlib.compressobj(wbits=-15)
    deflated = raw.compress(b"<p>raw") + raw.flush()
    archive = [
        answer(chunked, html + "Transfer-Encoding: chunked"),
        answer(b"<p>joined", html + "Transfer-Encoding: chunked"),
        answer(gzip.compress(b"<p>zip"), html + "Content-Encoding: gzip"),
        answer(b"<p>plain", html + "Content-Encoding: br"),
        answer(zlib.compress(b"<p>flat"), html + "Content-Encoding: deflate"),
        answer(deflated, html + "Content-Encoding: deflate"),
        answer(b"\x0b\x02\x80", html + "Content-Encoding: br"),
        answer(gzip.compress(b"a" * (LIMIT + 1)), html + "Content-Encoding: gzip"),
        answer(gzip.compress(b"<p>zip")[:-9], html + "Content-Encoding: gzip"),
    ]
    assert said(b"".join(map(record, archive))) == [
        b"<p>It rained.",
        b"<p>joined",
        b"<p>zip",
        b"<p>plain",
        b"<p>flat",
        b"<p>raw",
        "encoding",
        "file_too_large",
        "damaged",
    ]


@pytest.mark.parametrize("pack", [lambda one: one, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("lie", [0, 50, 2500, 6000, 7000, 10**12])
def test_a_record_that_lies_about_its_length_costs_no_other(pack: object, lie: int) -> None:
    """Too short, too long, or longer than the archive: the record is set aside, those beside it are read."""
    assert callable(pack)
    pages = [noise(seed) for seed in range(4)]
    records = [record(answer(page)) for page in pages]
    records.insert(2, record(answer(noise(9)), length=lie))
    found = said(b"".join(map(pack, records)))
    assert [one for one in found if isinstance(one, bytes)] == pages
    assert "wrong_length" in found


def test_a_cut_member_in_the_middle_costs_no_other() -> None:
    """Half a gzip member, or bytes that are none, between members: told once, the rest is read."""
    pages = [noise(seed) for seed in range(5)]
    members = [gzip.compress(record(answer(page))) for page in pages]
    for share in (0.1, 0.5, 0.99):
        half = members[1][: int(len(members[1]) * share)]
        archive = members[0] + half + members[2] + b"garbage" * 20 + members[3] + members[4]
        assert said(archive) == [pages[0], "damaged", pages[2], "damaged", pages[3], pages[4]]


def test_a_cut_archive_is_told() -> None:
    """The last page of an archive that was cut is not taken for a whole one."""
    archive = gzip.compress(record(answer(noise(1)))) + gzip.compress(record(answer(noise(2))))[:-600]
    assert said(archive) == [noise(1), "damaged"]
    assert said((record(answer(noise(1))) + record(answer(noise(2))))[:-600]) == [noise(1), "cut"]


def test_a_record_over_the_limit_is_passed_over() -> None:
    """It is set aside without being held, and the next one is read."""
    large = record(answer(b"<p>" + b"a" * (3 * LIMIT)))
    assert said(large + record(answer(b"<p>small"))) == ["file_too_large", b"<p>small"]
    assert said(gzip.compress(large) + gzip.compress(record(answer(b"<p>small")))) == ["file_too_large", b"<p>small"]


def test_what_is_no_archive_is_told() -> None:
    """An empty file, text, and a whole archive in one gzip member."""
    assert said(b"") == ["empty"]
    assert said(b"It rained.\n" * 1000) == ["not_warc"]
    assert said(b"It rained.\r\n\r\n" + record(answer(b"<p>1"))) == ["not_warc", b"<p>1"]
    assert said(gzip.compress(record(answer(b"<p>1")) + record(answer(b"<p>2")))) == [b"<p>1", b"<p>2"]


def test_fastwarc_reads_the_same() -> None:
    """On a sound archive the pages are those that fastwarc gives."""
    warc = pytest.importorskip("fastwarc.warc", reason="the extra [web] is not installed")
    archive = b"".join(gzip.compress(record(answer(noise(seed, 100 * seed)))) for seed in range(1, 40))
    theirs = [
        one.reader.read()
        for one in warc.ArchiveIterator(io.BytesIO(archive), record_types=warc.WarcRecordType.response)
    ]
    assert said(archive) == theirs


@given(st.binary(max_size=400), st.integers(1, 400), st.integers(0, 30))
@settings(max_examples=200)
def test_damage_of_any_kind_ends_well(damage: bytes, at: int, removed: int) -> None:
    """Bytes changed, put in or taken out anywhere: reading ends, and the archive behind the damage is read."""
    broken = record(answer(b"<p>It rained."))
    broken = broken[:at] + damage + broken[at + removed :]
    for pack in (bytes, gzip.compress):
        found = said(pack(broken) + pack(b"\r\n\r\n" + record(answer(b"<p>after"))))
        assert found[-1] == b"<p>after" or b"WARC/" in damage or b"Content-Length" not in broken
