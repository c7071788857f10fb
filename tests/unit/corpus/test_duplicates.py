"""The same text once; another text at the same address later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus import duplicates
from annotate.corpus.article import Facts, make_article
from annotate.corpus.duplicates import merged
from annotate.corpus.ingest import ingest
from annotate.errors import StorageError
from annotate.files import write
from annotate.records import Article, Copy, SetAside


def article(text: str, url: str | None = None, outlet: str | None = None, **facts: str) -> Article:
    """Make an article with these places and facts."""
    return make_article(text, url=url, outlet=outlet, **Facts(**facts))  # type: ignore[typeddict-item,misc]


def kept(*articles: Article | SetAside) -> list[Article]:
    """Return what is left of these after merging."""
    return [record for record in merged(articles) if isinstance(record, Article)]


def test_the_same_text_is_kept_once_with_all_its_places() -> None:
    """Places come in the order of first appearance, each once; the first article's own place is not among its copies."""
    notes: Counter[str] = Counter()
    found = list(
        merged(
            [
                article("Rain 🕊.", "https://a.example/1", "A"),
                article("Snow."),
                article("Rain 🕊.", "https://c.example/1", "C"),
                article("Rain 🕊.", "https://b.example/1", "B"),
                article("Rain 🕊.", "https://c.example/1", "C"),
                article("Rain 🕊.", "https://a.example/1", "A"),
                article("Rain 🕊."),
            ],
            notes,
        )
    )
    rain, snow = (record for record in found if isinstance(record, Article))
    assert (rain.url, rain.outlet) == ("https://a.example/1", "A")
    assert rain.copies == (Copy(url="https://c.example/1", outlet="C"), Copy(url="https://b.example/1", outlet="B"))
    assert snow == article("Snow.")
    assert notes == {"copies": 5, "superseding": 0}


def test_what_the_first_does_not_say_a_copy_says() -> None:
    """A bare text gets the address, outlet, author, day, language and licence of the first copy that has them."""
    (found,) = kept(
        article("Rain.", license="CC0-1.0", source="a.txt"),
        article("Rain.", "https://b.example/1", "B", author="Ann", language="en", source="b.html", license="other"),
        article("Rain.", "https://c.example/1", "C", author="Dee", published="2025-05-03"),
    )
    assert (found.url, found.outlet, found.author, found.published) == ("https://b.example/1", "B", "Ann", "2025-05-03")
    assert (found.language, found.license, found.source) == ("en", "CC0-1.0", "a.txt")
    assert found.copies == (Copy(url="https://c.example/1", outlet="C"),)


def test_copies_that_are_known_already_are_kept() -> None:
    """Records that were merged before bring their copies along, so merging twice changes nothing."""
    first = kept(article("Rain.", "https://a.example/1", "A"), article("Rain.", "https://b.example/1", "B"))
    assert kept(*first) == first
    (again,) = kept(article("Rain.", "https://c.example/1", "C"), *first)
    assert [copy.outlet for copy in again.copies] == ["A", "B"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ("http://A.example/1/", "https://a.example/1#part"),
        ("https://a.example/?id=1", "https://a.example?id=1"),
    ],
)
def test_another_text_at_the_same_address_supersedes(first: str, second: str) -> None:
    """The later one in reading names the earlier one."""
    old, new = kept(article("Rain.", first), article("Rain stopped.", second))
    assert (old.supersedes, new.supersedes) == (None, old.id)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/1", "https://a.example/2"),
        ("https://a.example/?id=1", "https://a.example/?id=2"),
        ("https://a.example/", "https://a.example/"),
        ("https://a.example", "https://a.example/#x"),
        ("https://[broken", "https://[broken"),
        ("", ""),
    ],
)
def test_no_common_address_no_version(first: str, second: str) -> None:
    """Other pages, a site's front page and what is no address do not make versions."""
    assert [found.supersedes for found in kept(article("Rain.", first), article("Snow.", second))] == [None, None]


def test_versions_go_by_the_day_where_all_say_it() -> None:
    """Of three versions each supersedes the one before it in time, whatever the order of reading."""
    url = "https://a.example/1"
    third, first, second = kept(
        article("Third.", url, published="2025-05-03"),
        article("First.", url, published="2025-05-01"),
        article("Second.", url, published="2025-05-02T09:00:00Z"),
    )
    assert (first.supersedes, second.supersedes, third.supersedes) == (None, first.id, second.id)


def test_times_of_one_day_count_where_all_have_one() -> None:
    """Hours in different zones are compared in one; a day alone leaves the order of reading."""
    url = "https://a.example/1"
    late, early = kept(
        article("Late.", url, published="2025-05-03T09:00:00+00:00"),
        article("Early.", url, published="2025-05-03T10:00:00+05:00"),
    )
    assert (early.supersedes, late.supersedes) == (None, early.id)
    one, two = kept(
        article("One.", url, published="2025-05-03T09:00:00Z"), article("Two.", url, published="2025-05-03")
    )
    assert (one.supersedes, two.supersedes) == (None, one.id)


def test_versions_go_by_reading_where_a_day_is_unknown() -> None:
    """One day that is missing or unreadable leaves the order of reading."""
    url = "https://a.example/1"
    for day in ({}, {"published": "3 May"}):
        one, two = kept(article("One.", url, published="2025-05-03"), article("Two.", url, **day))
        assert (one.supersedes, two.supersedes) == (None, one.id)


def test_what_is_set_aside_passes_at_once() -> None:
    """It is told while the articles still wait for their copies."""
    told = SetAside(reason="empty", where="a.txt", detail="no text")

    def stream() -> Iterator[Article | SetAside]:
        yield article("Rain.")
        yield told
        raise RuntimeError("not read before it is asked for")

    assert next(merged(stream())) == told


def test_nothing_merges_to_nothing() -> None:
    """An empty stream gives an empty stream."""
    assert list(merged([])) == []


def test_many_articles_wait_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """With hardly any memory the result is the same."""
    monkeypatch.setattr(duplicates, "IN_MEMORY", 10)
    many = [article(f"Rain {n} 🕊.\nIt said “no”.", f"https://a.example/{n % 3}") for n in range(30)]
    found = kept(*many, *many)
    assert [(found_one.id, found_one.text) for found_one in found] == [(one.id, one.text) for one in many]
    assert sum(one.supersedes is not None for one in found) == 27


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary file that does not fit is an error of the world outside."""
    monkeypatch.setattr(duplicates, "IN_MEMORY", 1)

    def full(*_: object, **__: object) -> object:
        return Path("/dev/full").open("w+b", buffering=0)

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(StorageError, match="no space left on device"):
        kept(article("Rain."))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2", None]), st.sampled_from(["A", None])), max_size=12
    )
)
def test_no_place_is_lost_and_no_text_is_doubled(given_articles: list[tuple[str, str | None, str | None]]) -> None:
    """Each text comes once, in the order of first appearance, and its places are all the places it was seen at."""
    stream = [article(text, url and f"https://x.example/{url}", outlet) for text, url, outlet in given_articles]
    found = kept(*stream)
    assert [one.id for one in found] == list(dict.fromkeys(one.id for one in stream))
    for one in found:
        seen = {(a.url, a.outlet) for a in stream if a.id == one.id} - {(None, None)}
        places = [(one.url, one.outlet), *((copy.url, copy.outlet) for copy in one.copies)]
        assert set(places) - {(None, None)} == seen
        assert len(places) == len(set(places))


def test_a_second_batch_beside_the_first(tmp_path: Path) -> None:
    """The first batch's own file, read with the new files, gives the corrected story its `supersedes`."""
    write(tmp_path / "old.jsonl", [article("Rain.", "https://a.example/1")])
    (tmp_path / "new.jsonl").write_text('{"text": "Rain stopped.", "url": "https://a.example/1"}', encoding="utf-8")
    old, new = (r for r in merged(ingest([tmp_path / "old.jsonl", tmp_path / "new.jsonl"])) if isinstance(r, Article))
    assert new.supersedes == old.id
