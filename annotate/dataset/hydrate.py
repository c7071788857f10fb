"""A release without text → with its text again, from the articles that the reader has.

An article with the very text that was labelled is filled in as it was: its rows are those of a full release. Where a page
changed, each item and span is looked for by its selector. What is found moves to its new place; what is not found is left
out and counted. An annotation counts only where the item reads as it did for the annotators.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from annotate.dataset.anchors import Anchor, Folded
from annotate.dataset.checks import check
from annotate.dataset.checks.offsets import Ahead
from annotate.dataset.checks.release import Release, Row, opened_release
from annotate.dataset.choices import Text
from annotate.dataset.clusters import address
from annotate.dataset.folder import CARD, replacing
from annotate.dataset.hydrated_papers import hydrated_card, hydrated_croissant
from annotate.dataset.licenses import not_permitted
from annotate.dataset.manifest import NAME, DataFile, Hydrated, Manifest, data_file
from annotate.dataset.tables import Table, file_name
from annotate.errors import DataError, UsageError
from annotate.files import read, write_json, write_text
from annotate.records import Article, Outcome, SetAside

Watch = Callable[[Iterable[Article | SetAside]], Outcome[Article]]
Extents = dict[tuple[int, int], tuple[int, int]]

CONFIGS = {"sentences": 20_000, "claims": 20_000, "articles": 2_000, "annotations": 50_000}
"""The configs of a full release, and how many of their rows are written together, as `annotate dataset build` does."""


@dataclass
class _Found:
    """What came back, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str | None] = field(default_factory=Counter)


def hydrate(folder: Path, articles: Path, output: Path, *, watch: Watch = Outcome) -> Hydrated:
    """Write a release with its text again, whole or not at all, and return what came back.

    The articles are held in memory.

    Args:
        folder: of the release without text.
        articles: JSONL of articles, as `annotate ingest` writes them; those that the release does not know are passed by.
        output: folder to write; a release in it is replaced.
        watch: hears of articles that cannot be read.

    Raises:
        DataError: the release holds its text already, is damaged, or no article of it is there.
        UsageError: the output is the release itself, or something that is no release.
        StorageError: a file cannot be read or written.
    """
    release = opened_release(folder)
    if release.manifest.text != Text.NONE:
        message = f"this release holds its text already ({release.manifest.text})"
        raise DataError(message, where=str(folder), hint="name a release that was built with --text none")
    if output.resolve() == folder.resolve():
        message = "the release without text would be replaced, and what is missing could not come back later"
        raise UsageError(message, hint="name another folder with -o")
    if damaged := check(folder, with_card=False).checks["files"]:
        raise DataError(damaged[0].detail, where=str(folder), hint="fetch the release again")
    known = _articles(release, watch(read(articles, Article)))
    found = _Found()
    with replacing(output) as part:
        files = list(_write(release, part, known, found))
        if not any(file.path.startswith("articles/") for file in files):
            message = "none of the release's articles is there"
            raise DataError(message, where=str(articles), hint="fetch the pages by the column `url`, and ingest them")
        counts = {name: found.counts[name] for name in ("exact", "moved", "missing", "items_lost", "spans_lost")}
        result = Hydrated(manifest=hashlib.sha256((folder / NAME).read_bytes()).hexdigest(), **counts)
        files += list(_documents(release, part, files))
        manifest = _manifest(release.manifest, files, found, result)
        write_json(part / NAME, manifest)
        write_text(part / CARD, hydrated_card((folder / CARD).read_text(encoding="utf-8"), manifest))
    return result


def _articles(release: Release, given: Iterable[Article]) -> dict[str, Article]:
    """Return id in the release → the article with this text, or else the one at its address."""
    wanted: set[str] = set()
    by_address: dict[str, str] = {}
    for split in release.splits("articles"):
        for row in release.rows("articles", split, ["id", "url"]):
            wanted.add(row["id"])
            if row["url"]:
                by_address[address(row["url"])] = row["id"]
    exact: dict[str, Article] = {}
    moved: dict[str, Article] = {}
    for article in given:
        if article.id in wanted:
            exact[article.id] = article
        elif article.url and (there := by_address.get(address(article.url))):
            moved[there] = article
    return {**moved, **exact}


def _write(release: Release, part: Path, known: dict[str, Article], found: _Found) -> Iterator[DataFile]:
    """Write the data files of all configs, and yield their records."""
    for split in release.splits("articles"):
        with contextlib.ExitStack() as stack:
            tables = {
                config: stack.enter_context(_table(release, part, config, split))
                for config in CONFIGS
                if split in release.splits(config)
            }
            rows = {
                config: Ahead(release.rows(config, split, release.columns(config)))
                for config in ("sentences", "claims", "annotations", "anchors")
            }
            for own in release.rows("articles", split, release.columns("articles")):
                of = {"articles": [own], **{config: list(ahead.of(own["id"])) for config, ahead in rows.items()}}
                for config, filled in _filled(of, known.get(own["id"]), found).items():
                    for row in filled:
                        tables[config].add(row)
        for config, table in tables.items():
            path = file_name(config, split)
            if table.rows:
                yield data_file(part, path, table.rows)
            else:
                (part / path).unlink()


def _table(release: Release, part: Path, config: str, split: str) -> Table:
    (part / config).mkdir(exist_ok=True)
    return Table(part / file_name(config, split), release.features(config), CONFIGS[config])


def _filled(of: dict[str, list[Row]], article: Article | None, found: _Found) -> dict[str, list[Row]]:
    """Return an article's rows with its text; nothing where the article is not there or nothing of it is found."""
    (own,) = of["articles"]
    anchors = [Anchor(**{name: row[name] for name in Anchor.__annotations__}) for row in of.pop("anchors")]
    if article is None:
        found.counts["missing"] += 1
        return {}
    if article.sha256 == own["text_sha256"]:
        found.counts["exact"] += 1
    else:
        found_at = _places(anchors, Folded(article.text))
        items = {(row["start"], row["end"]) for row in of["sentences"]}
        if not items & set(found_at):
            found.counts["missing"] += 1
            return {}
        found.counts["moved"] += 1
        found.counts["items_lost"] += len(items - set(found_at))
        spans = [(span["start"], span["end"]) for span in own["spans"]]
        found.counts["spans_lost"] += sum(span not in found_at for span in spans)
        of = _moved(of, found_at, article)
    found.licenses[own["license"]] += 1
    return {config: [_with_text(row, article) for row in rows] for config, rows in of.items()}


def _places(anchors: list[Anchor], text: Folded) -> Extents:
    """Return extent → where it stands now: the place nearest to where it is expected after what was found before it."""
    found: Extents = {}
    shift = 0
    for anchor in sorted(anchors, key=lambda one: (one.start, -one.end)):
        places = [text.back(*place) for place in anchor.places(text)]
        if places:
            best = min(places, key=lambda place: abs(place[0] - anchor.start - shift))
            shift = best[0] - anchor.start
            found[anchor.start, anchor.end] = best
    return found


def _moved(of: dict[str, list[Row]], found_at: Extents, article: Article) -> dict[str, list[Row]]:
    """Return an article's rows at their new places, without those that have none."""

    def at(row: Row) -> Row | None:
        place = found_at.get((row["start"], row["end"]))
        return None if place is None else {**row, "start": place[0], "end": place[1]}

    def inside(row: Row) -> Row:
        return {
            name: [placed for span in value if (placed := at(span))] if _spans(value) else value
            for name, value in row.items()
        }

    (own,) = of["articles"]
    kept = {span["id"] for span in own["spans"] if at(span)}
    renewed = {
        "id": article.id,
        "text_sha256": article.sha256,
        "supersedes": own["id"],
        "segments": [{"start": s.start, "end": s.end, "kind": s.kind.value} for s in article.segments],
        "quotes": [{"start": quote.start, "end": quote.end} for quote in article.quotes],
        "links": [link for link in own["links"] if {link["from"], link["to"]} <= kept],
        "spans": [placed for span in own["spans"] if (placed := at(span))],
    }
    moved: dict[str, list[Row]] = {"articles": [{**own, **renewed}]}
    for config in ("sentences", "claims", "annotations"):
        rows = [inside(row) for one in of[config] if (row := at(one))]
        moved[config] = [{**row, "article_id": article.id} for row in rows]
    for row in moved["claims"]:
        sentence = found_at.get((row["sentence_start"], row["sentence_end"]))
        row["sentence_start"], row["sentence_end"] = sentence or (None, None)
    return moved


def _spans(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "text" in value[0]


def _with_text(value: Row, article: Article) -> Row:
    """Return a row with the words that its offsets stand for."""
    filled = {
        name: [_with_text(span, article) for span in inner] if _spans(inner) else inner for name, inner in value.items()
    }
    if "title" in filled:
        filled["title"] = article.title
    if "text" in filled:
        filled["text"] = article.text[value["start"] : value["end"]] if "start" in value else article.text
    return filled


def _documents(release: Release, part: Path, files: list[DataFile]) -> Iterator[DataFile]:
    """Copy the documents, with the metadata made anew, and yield their records."""
    for file in release.manifest.files:
        if file.rows is None:
            text = (release.folder / file.path).read_text(encoding="utf-8")
            renewed = hydrated_croissant(text, files) if file.path == "croissant.json" else text
            write_text(part / file.path, renewed)
            yield data_file(part, file.path)


def _manifest(made: Manifest, files: list[DataFile], found: _Found, result: Hydrated) -> Manifest:
    return msgspec.structs.replace(
        made,
        text=Text.FULL.value,
        files=tuple(sorted(files, key=lambda file: file.path)),
        rights=msgspec.structs.replace(made.rights, local_only=not_permitted(found.licenses)),
        disclosed=None,
        hydrated=result,
    )
