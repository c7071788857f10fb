"""What goes out to another form comes back the same, or is said to be lost; the loss table in the docs is made here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.formats import brat, conll, label_studio, spacy, table, web_annotation
from annotate.formats.marks import Marks, as_annotations, of_gold
from annotate.records import Annotation, Article, Gold, Link, SetAside, Span
from annotate.studio.exports import Export

ROOT = Path(__file__).parents[3]
Back = tuple[list[Annotation], list[SetAside]]


def split(stream: Iterable[Annotation | SetAside]) -> Back:
    """Return what was kept and what was set aside."""
    found = list(stream)
    return [r for r in found if isinstance(r, Annotation)], [r for r in found if isinstance(r, SetAside)]


def by_label_studio(gold: Gold, book: Codebook, folder: Path) -> Back:
    """Return gold after a way through a Label Studio export."""
    path = folder / "export.json"
    path.write_text("".join(label_studio.lines([gold], book)), encoding="utf-8")
    return split(Export(path).annotations(book, lambda email: email))


def by_web_annotation(gold: Gold, book: Codebook, _folder: Path) -> Back:
    """Return gold after a way through Web Annotations."""
    articles = {gold.article.id: gold.article}
    rows: Iterator[tuple[str, bytes | SetAside]] = (
        ("w", line.encode()) for line in web_annotation.lines([of_gold(gold)])
    )
    return split(as_annotations(web_annotation.read(rows, articles), book, "gold", "web", articles))


def by_brat(gold: Gold, book: Codebook, folder: Path) -> Back:
    """Return gold after a way through brat's files."""
    for name, content in brat.files([of_gold(gold)]):
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return split(as_annotations(brat.read(folder), book, "gold", "brat", {gold.article.id: gold.article}))


def by_csv(gold: Gold, book: Codebook, _folder: Path) -> Back:
    """Return gold after a way through a CSV table."""
    articles = {gold.article.id: gold.article}
    text = "".join(table.lines([of_gold(gold)]))
    return split(as_annotations(table.read(text.splitlines(keepends=True), "t.csv"), book, "gold", "csv", articles))


WAYS: dict[str, Callable[[Gold, Codebook, Path], Back]] = {
    "label-studio": by_label_studio,
    "web-annotation": by_web_annotation,
    "brat": by_brat,
    "csv": by_csv,
}
FEATURES: dict[str, Callable[[Gold, Annotation], bool]] = {
    "offsets after emoji and CJK": lambda gold, back: {s.start for s in gold.spans} == {s.start for s in back.spans},
    "layers and labels": lambda gold, back: marks(gold.spans) == marks(back.spans),
    "nested spans of one layer": lambda _gold, back: sum(span.layer == "claim" for span in back.spans) == 3,
    "spans over a line's end": lambda _gold, back: sum("\n" in span.text for span in back.spans) == 2,
    "links": lambda gold, back: ties(gold.spans, gold.links) == ties(back.spans, back.links),
    "basis of a claim": lambda gold, back: bases(gold.spans) == bases(back.spans),
}


def marks(spans: Iterable[Span]) -> set[tuple[str, str, int, int]]:
    """Return what is marked where."""
    return {(span.layer, span.label, span.start, span.end) for span in spans}


def ties(spans: Iterable[Span], links: Iterable[Link]) -> set[tuple[str, int, int, int, int]]:
    """Return what is linked to what, by places."""
    at = {span.id: (span.start, span.end) for span in spans}
    return {(link.type, *at[link.from_], *at[link.to]) for link in links}


def bases(spans: Iterable[Span]) -> set[tuple[int, str | None]]:
    """Return each claim's basis by its place."""
    return {(span.start, span.basis) for span in spans if span.layer == "claim"}


@pytest.mark.parametrize("name", WAYS)
def test_everything_comes_back(name: str, gold: Gold, book: Codebook, tmp_path: Path) -> None:
    """Spans, labels, links and bases are the same after the way out and in, under the codebook, with nothing set aside."""
    (back,), aside = WAYS[name](gold, book, tmp_path)
    assert aside == []
    assert back.codebook == book.ref
    assert {feature: holds(gold, back) for feature, holds in FEATURES.items()} == dict.fromkeys(FEATURES, True)


@given(
    text=st.text(alphabet="ab 🕊é王\n\"',;=-", min_size=1, max_size=40).filter(lambda text: text.strip() != ""),
    places=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=5),
)
def test_any_span_survives(
    text: str, places: list[tuple[int, int]], book: Codebook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the text, and however spans overlap, every form that is read back gives the same spans."""
    article = make_article(text)
    kept = [(s, min(s + n, len(article.text))) for s, n in places if s < len(article.text)]
    spans = tuple(
        Span(id=f"g{n}", layer="hedge", label="epistemic", start=s, end=e, text=article.text[s:e])
        for n, (s, e) in enumerate(dict.fromkeys(kept))
        if article.text[s:e].strip() == article.text[s:e]
    )
    gold = Gold(article=article, codebook=book.ref, spans=spans)
    for name, way in WAYS.items():
        annotations, aside = way(gold, book, tmp_path_factory.mktemp("way"))
        assert aside == [], name
        assert [marks(one.spans) for one in annotations] in ([marks(spans)], [] if not spans else [marks(spans)]), name


def test_a_moved_place_is_found_by_its_quote(gold: Gold) -> None:
    """A correction in front of a span moves it; one whose words are gone is set aside."""
    lines = list(web_annotation.lines([of_gold(gold)]))
    changed = make_article("Corrected. " + gold.article.text.replace("the log reads", "he reads"))
    moved = {gold.article.id: changed}
    rows: list[tuple[str, bytes | SetAside]] = [(f"w:{n}", line.encode()) for n, line in enumerate(lines, 1)]
    found = list(web_annotation.read(rows, moved))
    aside = [record for record in found if isinstance(record, SetAside)]
    assert [record.reason for record in aside] == ["no_place"]
    (back,) = [record for record in found if isinstance(record, Marks)]
    assert {span.text for span in back.spans} == {span.text for span in gold.spans} - {"the log"}
    assert all(span.start == changed.text.index(span.text) for span in back.spans)


@pytest.mark.parametrize(
    "row",
    [
        "",
        "[]",
        "{}",
        '{"motivation": "tagging", "id": 3}',
        "[" * 100_000,
        '{"motivation": "linking", "target": "x", "body": []}',
    ],
)
def test_hostile_rows_are_set_aside(row: str) -> None:
    """Whatever a line holds, it is set aside with its place and never raises."""
    (record,) = web_annotation.read([("w:1", row.encode())], {})
    assert isinstance(record, SetAside)
    assert record.where == "w:1"


def test_conll_says_what_it_cannot_hold(gold: Gold, book: Codebook) -> None:
    """The shorter of two claims that overlap is set aside; every other span has its tokens."""
    layers = [layer.name for layer in book.layer]
    found = list(conll.lines([(of_gold(gold), gold.article.sentences)], layers))
    (aside,) = [record for record in found if isinstance(record, SetAside)]
    assert aside.reason == "overlap"
    assert "claim.unverified" in aside.detail
    rows = [line.rstrip("\n").split("\t") for line in found if isinstance(line, str) and "\t" in line][1:]
    begun = [cell for row in rows for cell in row[3:] if cell.startswith("B-")]
    assert len(begun) == len(gold.spans) - 1
    assert all(gold.article.text[int(row[1]) : int(row[2])] == row[0] for row in rows)


def test_spacy_reads_characters(gold: Gold) -> None:
    """Each span's offsets cut its words out of the text beside it."""
    (line,) = spacy.lines([of_gold(gold)])
    row = json.loads(line)
    assert [row["text"][span["start"] : span["end"]] for span in row["spans"]] == [span.text for span in gold.spans]
    assert len(row["relations"]) == len(gold.links)


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(gold: Gold) -> None:
    """A span that begins with an equals sign is text in a spreadsheet."""
    assert "'=SUM(A1) was 3" in "".join(table.lines([of_gold(gold)]))


def loss_table(gold: Gold, book: Codebook, folder: Path) -> str:
    """Return the table of what each form keeps, as Markdown."""
    rows = ["| form | " + " | ".join(FEATURES) + " | votes and soft labels |", "|---" * (len(FEATURES) + 2) + "|"]
    for name, way in WAYS.items():
        place = folder / name
        place.mkdir()
        (back,), _ = way(gold, book, place)
        cells = ["yes" if holds(gold, back) else "no" for holds in FEATURES.values()]
        rows.append(f"| {name} | " + " | ".join(cells) + " | no |")
    rows.append("| spacy (written only) | yes | yes | yes | yes | yes | no | no |")
    rows.append("| conll (written only) | yes | yes | the longest; the others are set aside | yes | no | no | no |")
    return "\n".join(rows)


def test_the_docs_show_this_table(gold: Gold, book: Codebook, tmp_path: Path) -> None:
    """docs/formats.md holds the table as it comes out."""
    assert loss_table(gold, book, tmp_path) in (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def test_an_empty_article_has_nothing_to_lose(book: Codebook, tmp_path: Path) -> None:
    """Gold without spans goes out and in without a word."""
    gold = Gold(article=Article(id="e3b0c44298fc1c14", text=""), codebook=book.ref)
    for way in (by_brat, by_web_annotation, by_csv):
        annotations, aside = way(gold, book, tmp_path)
        assert aside == []
        assert all(one.spans == () for one in annotations)
