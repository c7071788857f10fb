"""A rehearsal posts several people's work at the same time, each by their own account, and each piece once."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from annotate.campaign import rehearsal
from annotate.campaign.rehearsal import replayed
from annotate.records import SetAside
from annotate.studio.credentials import Access
from annotate.studio.replay import Work

PEOPLE = ("ada@localhost", "ben@localhost", "cleo@localhost")


class Server:
    """Stands for the server, and lets nobody's post through before everybody posts."""

    def __init__(self) -> None:
        """Have nothing posted."""
        self.together = threading.Barrier(len(PEOPLE))
        self.posted: list[tuple[str, int]] = []

    def client(self, access: Access) -> Any:
        """Return a client of an account."""
        return Door(self, access.api_key)


class Door:
    """What one account sees of the server."""

    def __init__(self, server: Server, key: str) -> None:
        """Belong to an account."""
        self.server, self.key = server, key

    def __enter__(self) -> Self:
        """Come in."""
        return self

    def __exit__(self, *_: object) -> None:
        """Go out."""

    def find_project(self, title: str) -> Any:
        """Return the room of a person, by its number."""
        return SimpleNamespace(id=PEOPLE.index(title))

    def states(self, project: int) -> list[Any]:
        """Return one task that waits and one that was worked on."""
        one = SimpleNamespace(key="a 🌊", id=10 * project, worked_on=False)
        return [one, SimpleNamespace(key="b", id=10 * project + 1, worked_on=True)]

    def annotate(self, task: int, **_: object) -> None:
        """Wait until everybody is here, then take it."""
        self.server.together.wait(timeout=60)
        self.server.posted.append((self.key, task))


def test_people_post_at_the_same_time_each_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All three are in the middle of a post at once; what is there, said again or not asked for is set aside."""
    server = Server()
    monkeypatch.setattr(rehearsal, "Client", server.client)
    monkeypatch.setattr(rehearsal, "access", lambda *_, **__: Access(url="http://127.0.0.1:1", api_key="admin"))
    monkeypatch.setattr(rehearsal, "standing", lambda *_: {email: SimpleNamespace(annotator=email) for email in PEOPLE})
    accounts = {email: SimpleNamespace(api_key=f"key of {email}") for email in PEOPLE}
    monkeypatch.setattr(rehearsal, "invite", lambda *_: accounts)
    works = [Work(email=email, task=task, annotation={}) for task in ("a 🌊", "b", "a 🌊", "c") for email in PEOPLE]
    found = list(replayed(tmp_path, "Weirs", works))
    assert sorted(server.posted) == [(f"key of {email}", 10 * n) for n, email in enumerate(PEOPLE)]
    assert [one.email for one in found if isinstance(one, Work)] == list(PEOPLE)
    aside = [one.reason for one in found if isinstance(one, SetAside)]
    assert aside == ["already_there", "already_there", "not_assigned"] * 3
