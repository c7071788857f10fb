"""The JSON Schemas and the data dictionary say what the records are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from annotate.codebook import load, schemas
from annotate.records import (
    Annotation,
    Article,
    Extent,
    Flag,
    Gold,
    GoldItem,
    Link,
    Record,
    Segment,
    SegmentKind,
    Span,
    Status,
    Suggestion,
    Target,
    Task,
    article_id,
    text_sha256,
)
from annotate.schemas import FILES, data_dictionary, fields, json_schemas

ROOT = Path(__file__).parents[2]
BOOKS = [entry.name for entry in schemas().iterdir() if (entry / "codebook.toml").is_file()]
TEXT = "The dam reportedly failed 🕊, Ilse said."
ARTICLE = Article(
    id=article_id(TEXT),
    text=TEXT,
    segments=(Segment(start=0, end=len(TEXT), kind=SegmentKind.BODY),),
    sentences=(Extent(start=0, end=len(TEXT)),),
)
REF = load().ref
SPANS = (
    Span(id="c", layer="claim", label="unverified", start=0, end=25, text=TEXT[:25], basis="attributed"),
    Span(id="s", layer="source", label="person", start=29, end=33, text=TEXT[29:33]),
)
LINKS = (Link(type="attributed_to", from_="c", to="s"),)
RECORDS: dict[str, Record] = {
    "article": ARTICLE,
    "task": Task(
        article_id=ARTICLE.id,
        article=ARTICLE,
        codebook=REF,
        suggestion=Suggestion(model="m", spans=SPANS, links=LINKS, score=0.5),
    ),
    "annotation": Annotation(
        article_id=ARTICLE.id,
        text_sha256=text_sha256(TEXT),
        annotator="a1",
        status=Status.SUBMITTED,
        codebook=REF,
        spans=SPANS,
        links=LINKS,
        decisions={"article": ("single_origin",), "note": ("hm",)},
    ),
    "gold": Gold(
        article=ARTICLE,
        codebook=REF,
        sentences=(
            GoldItem(
                start=0,
                end=len(TEXT),
                claims=("c",),
                targets={"status": Target(label=None, votes={"a1": "none"}, soft={"none": 1.0}, contested=True)},
            ),
        ),
    ),
    "flag": Flag(article_id=ARTICLE.id, start=0, end=len(TEXT), text=TEXT, flagged=True, reasons=("hedged",)),
}


def plain(name: str) -> Any:
    """Return a record as it stands in its file."""
    return json.loads(msgspec.json.encode(RECORDS[name]))


@pytest.mark.parametrize("name", FILES)
def test_records_keep_to_their_schema(name: str) -> None:
    """A record of each kind is valid, with an emoji in its text, and stays so after a round trip."""
    schema = json_schemas(load())[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(plain(name), schema)
    assert msgspec.convert(plain(name), FILES[name]) == RECORDS[name]


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("annotation", ("spans", 0, "layer"), "opinion"),
        ("annotation", ("spans", 0, "label"), "person"),
        ("annotation", ("spans", 0, "basis"), "guessed"),
        ("annotation", ("links", 0, "type"), "hedges"),
        ("annotation", ("decisions", "article", 0), "perhaps"),
        ("annotation", ("status",), "done"),
        ("gold", ("sentences", 0, "targets", "status", "label"), "true"),
        ("flag", ("reasons", 0), "false"),
        ("article", ("segments", 0, "kind"), "chapter"),
    ],
)
def test_words_outside_the_codebook_break_the_schema(name: str, path: tuple[str | int, ...], value: str) -> None:
    """The codebook's layers, labels, links, bases, decisions, targets and reasons are enums."""
    record = plain(name)
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, json_schemas(load())[name])


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("name", FILES)
def test_the_checked_in_schemas_are_these(book: str, name: str) -> None:
    """`make schemas` has been run since the codebook or the records changed."""
    checked_in = (schemas() / book / f"{name}.schema.json").read_bytes()
    assert json.loads(checked_in) == json.loads(json.dumps(json_schemas(load(book))[name]))


def test_every_field_is_described() -> None:
    """The data dictionary leaves no field without a word, and the one in docs/ is this one."""
    for kind in FILES.values():
        assert {field.encode_name for field in msgspec.structs.fields(kind)} <= set(fields(kind))
    assert data_dictionary() == (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
