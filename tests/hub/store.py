"""What the local Hub keeps: repositories as folders of JSON, contents by their SHA-256."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

LARGE = (".parquet", ".npy", ".bin", ".zip")
"""Endings that are stored as large files (LFS)."""

SHORTEST = 7
"""Characters of a commit's name from which on it may be shortened."""


class Answer(Exception):  # noqa: N818 - it is the answer, good or bad
    """Ends a request with a status, a message and the Hub's code for it."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        """Keep the three."""
        self.status, self.message, self.code = status, message, code
        super().__init__(message)


class Contents:
    """Bytes by their SHA-256, in one folder."""

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __contains__(self, sha256: object) -> bool:
        """Tell whether these bytes are here."""
        return (self.folder / str(sha256)).exists()

    def read(self, sha256: str) -> bytes:
        """Return the bytes."""
        return (self.folder / sha256).read_bytes()

    def add(self, data: bytes, *, large: bool) -> dict[str, Any]:
        """Keep bytes and return their entry in a tree."""
        sha256 = hashlib.sha256(data).hexdigest()
        (self.folder / sha256).write_bytes(data)
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        return {"sha256": sha256, "blob": blob, "size": len(data), "large": large}


class Repository:
    """A repository: branches, tags, pull requests, and every commit with its whole tree."""

    def __init__(self, folder: Path, kind: str, name: str) -> None:
        """Point at where it is or will be."""
        self.kind, self.name = kind, name
        self.path = folder / kind / (name.replace("/", "--") + ".json")
        self.data: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def __bool__(self) -> bool:
        """Tell whether it exists."""
        return bool(self.data)

    def create(self, first: dict[str, Any], *, private: bool) -> None:
        """Start with one commit, as the Hub does."""
        self.data = {"private": private, "gated": False, "refs": {}, "tags": {}, "commits": {}, "requests": []}
        self.commit("main", None, "initial commit", "", first)

    def commit(self, ref: str, parent: str | None, title: str, description: str, tree: dict[str, Any]) -> str:
        """Add a commit to a branch and return its name."""
        body = json.dumps([parent, title, description, tree, len(self.data["commits"])], sort_keys=True)
        name = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()
        self.data["commits"][name] = {"parent": parent, "title": title, "description": description, "tree": tree}
        self.data["refs"][ref] = name
        self.save()
        return name

    def save(self) -> None:
        """Write it down."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.data, indent=1))

    def find(self, revision: str) -> str:
        """Return the commit that a branch, a tag or a (shortened) name stands for."""
        for names in (self.data["refs"], self.data["tags"]):
            if revision in names:
                return str(names[revision])
        found = [name for name in self.data["commits"] if len(revision) >= SHORTEST and name.startswith(revision)]
        if len(found) != 1:
            raise Answer(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return str(found[0])

    def tree(self, revision: str) -> dict[str, Any]:
        """Return path → entry."""
        return dict(self.data["commits"][self.find(revision)]["tree"])
