"""A model folder that holds a name, and what serves it: the default codebook's patterns, under that name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from annotate.codebook import Codebook, load
from annotate.errors import ModelError
from annotate.language.suggester import PatternSuggester
from annotate.records import Article, Suggestion
from annotate.serve.access import Login
from annotate.serve.app import make_app
from annotate.serve.hot import Hot


class Named:
    """A suggester of patterns under another name."""

    def __init__(self, name: str, book: Codebook) -> None:
        """Suggest by the default patterns."""
        self.name, self.book, self._patterns = name, book, PatternSuggester(load(), "credibility")

    def suggest(self, article: Article) -> Suggestion:
        """Return what the patterns find."""
        return replace(self._patterns.suggest(article), model=self.name)


def load_named(folder: Path) -> Named:
    """Return the suggester that a folder names."""
    name = (folder / "name").read_text(encoding="utf-8")
    if name == "broken":
        raise ModelError("it is broken", where=str(folder))
    return Named(name, load())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder."""
    (tmp_path / "name").write_text("model@1", encoding="utf-8")
    return tmp_path


@pytest.fixture
def hot(folder: Path) -> Hot:
    """Its model."""
    return Hot(folder, load_named)


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(hot: Hot) -> Ask:
    """Send one request to the application."""

    def send(method: str, path: str, login: Login | None = None, **more: Any) -> httpx.Response:
        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app=make_app(hot, login))
            async with httpx.AsyncClient(transport=transport, base_url="http://serve") as client:
                return await client.request(method, path, **more)

        return asyncio.run(one())

    return send
