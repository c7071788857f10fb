"""Compressed files as streams."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus import compressed
from annotate.corpus.compressed import Damaged, Members, decompressed
from annotate.corpus.ingest import ingest
from annotate.records import Article, SetAside


def packed(data: bytes, kind: str, tmp_path: Path) -> bytes:
    """Return data compressed."""
    if kind == "gz":
        return gzip.compress(data)
    path = tmp_path / "packed"
    with pa.output_stream(str(path), compression="zstd") as stream:
        stream.write(data)
    return path.read_bytes()


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(1, 50))
def test_members_read_as_gzip_reads_them(parts: list[bytes], size: int) -> None:
    """Any number of members, read in steps of any size, give what went in."""
    data = b"".join(map(gzip.compress, parts))
    stream = Members(io.BytesIO(data))
    found = b""
    while piece := stream.read(size):
        found += piece
    assert found == gzip.decompress(data) == b"".join(parts)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_compressed_files_are_read_as_they_would_be_plain(tmp_path: Path, kind: str) -> None:
    """Lines, tables, texts and pages, by the suffix before the compression's."""
    lines = '{"text": "It rained 🕊."}\n{"text": "It stopped."}\n'.encode()
    for name, data in (("a.jsonl", lines), ("b.csv", b"text\nSnow fell.\n"), ("c.txt", b"Hail fell.")):
        (tmp_path / f"{name}.{kind}").write_bytes(packed(data, kind, tmp_path))
    (tmp_path / "packed").unlink(missing_ok=True)
    found = [one.text for one in ingest([tmp_path]) if isinstance(one, Article)]
    assert found == ["It rained 🕊.", "It stopped.", "Snow fell.", "Hail fell."]


def test_what_comes_before_a_cut_is_kept(tmp_path: Path) -> None:
    """A file that ends in the middle gives its whole lines, and says that it was cut."""
    lines = b"".join(b'{"text": "%s."}\n' % os.urandom(200).hex().encode() for _ in range(4000))
    for kind in ("gz", "zst"):
        path = tmp_path / f"a.jsonl.{kind}"
        data = packed(lines, kind, tmp_path)
        path.write_bytes(data[: len(data) // 2])
        found = list(ingest([path]))
        last = found.pop()
        assert isinstance(last, SetAside)
        assert (last.reason, last.where) == ("damaged", str(path))
        assert 500 < len(found) < 3000
        assert all(isinstance(one, Article) for one in found)


@pytest.mark.parametrize("share", [0.2, 0.7, 0.999])
def test_lines_behind_a_cut_member_are_read(tmp_path: Path, share: float) -> None:
    """Of JSONL in several gzip members one is cut in the middle: it is told, and all lines of the members behind it are there."""
    texts = [[f"{os.urandom(200).hex()} 🕊" for _ in range(50)] for _ in range(4)]
    members = [gzip.compress("".join(f'{{"text": "{text}"}}\n' for text in each).encode()) for each in texts]
    members[1] = members[1][: int(len(members[1]) * share)]
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"".join(members))
    found = list(ingest([path]))
    kept = [one.text for one in found if isinstance(one, Article)]
    before = len(kept) - 100
    assert kept[:50] + kept[before:] == texts[0] + texts[2] + texts[3]
    assert kept[50:before] == texts[1][: before - 50]
    last = found[-1]
    assert isinstance(last, SetAside)
    assert (last.reason, "goes on" in last.detail) == ("damaged", True)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A few bytes that become very many are given up, whether they make one line or many."""
    monkeypatch.setattr(compressed, "BOMB_BYTES", 2**22)
    path = tmp_path / f"a.jsonl.{kind}"
    for content in (b" " * 2**25, b"\n" * 2**25):
        path.write_bytes(packed(content, kind, tmp_path))
        [found] = ingest([path])
        assert isinstance(found, SetAside)
        assert found.reason == "damaged"
        assert "decompression bomb" in found.detail


def test_plain_data_are_not_touched() -> None:
    """What does not begin like compressed data, such as nothing at all, is read as it is."""
    assert decompressed(io.BytesIO(b""), b"") is None
    assert decompressed(io.BytesIO("🕊".encode()), "🕊".encode()) is None
    with pytest.raises(Damaged, match="end in the middle"):
        Members(io.BytesIO(gzip.compress(b"a" * 99)[:-8])).read()
