"""JSON Schemas and the data dictionary, made from the records, with the codebook's vocabulary as enums."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec

from annotate import records
from annotate.codebook import Codebook
from annotate.records import Annotation, Article, Flag, Gold, Record, Task

FILES: dict[str, type[Record]] = {
    "article": Article,
    "task": Task,
    "annotation": Annotation,
    "gold": Gold,
    "flag": Flag,
}
"""Schema → the record that one line of a file of this kind holds."""

_ATTRIBUTES = re.compile(r"Attributes:\n((?:    .*\n?|\n)+)")
_ENTRY = re.compile(r"^(\w+): (.*(?:\n    .*)*)", re.MULTILINE)

Json = dict[str, Any]


def json_schemas(codebook: Codebook) -> dict[str, Json]:
    """Return a JSON Schema (2020-12) for each kind of file, by name."""
    return {name: _schema(name, kind, codebook) for name, kind in FILES.items()}


def _schema(name: str, kind: type[Record], codebook: Codebook) -> Json:
    (_,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for part, schema in parts.items():
        described = fields(getattr(records, part))
        if "description" in schema:
            schema["description"] = schema["description"].partition("\n\n")[0]
        for field, value in schema.get("properties", {}).items():
            if field in described and "$ref" not in value:
                value["description"] = described[field]
        _with_vocabulary(part, schema, codebook)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"reportedly:{codebook.name}/{name}",
        "title": name,
        "description": f"One line of a file of {name}s, under codebook {codebook.name} {codebook.version}.",
        "$ref": f"#/$defs/{kind.__name__}",
        "$defs": parts,
    }


def _with_vocabulary(part: str, schema: Json, codebook: Codebook) -> None:
    """Put the codebook's words into the schema of one record."""
    properties = schema.get("properties", {})
    if part == "Span":
        properties["layer"]["enum"] = [layer.name for layer in codebook.layer]
        schema["allOf"] = [
            {
                "if": {"properties": {"layer": {"const": layer.name}}},
                "then": {"properties": {"label": {"enum": list(codebook.labels(layer.name))}}},
            }
            for layer in codebook.layer
        ]
        bases = sorted({basis.name for basis in codebook.basis})
        properties["basis"] = {**properties["basis"], "anyOf": [{"enum": bases}, {"type": "null"}]}
    elif part == "Link":
        properties["type"]["enum"] = [link.name for link in codebook.link]
    elif part == "GoldItem":
        properties["targets"]["properties"] = {
            target.name: {
                "allOf": [{"$ref": "#/$defs/Target"}, {"properties": {"label": {"enum": [*target.labels, None]}}}]
            }
            for target in codebook.target
        }
    elif part == "Annotation":
        properties["decisions"]["properties"] = {
            decision.name: {"items": {"enum": [choice.name for choice in decision.choices]}}
            for decision in codebook.decision
            if not decision.text
        }
    elif part == "Flag":
        reasons = [rule.reason for target in codebook.target for rule in target.rule if rule.reason]
        properties["reasons"]["items"] = {"enum": reasons}


def fields(kind: type[Record]) -> dict[str, str]:
    """Return field → what it holds, from the docstrings of a record and of what it builds on.

    >>> fields(records.Segment)["kind"]
    'what the piece is.'
    """
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        section = _ATTRIBUTES.search(inspect.cleandoc(base.__doc__ or "") + "\n") if issubclass(base, Record) else None
        if section:
            for name, text in _ENTRY.findall(inspect.cleandoc(section.group(1))):
                found[name.rstrip("_")] = " ".join(text.split())
    return found


def data_dictionary() -> str:
    """Return the records and their fields as one page of Markdown."""
    lines = [
        "<!-- Made from annotate/records.py by `make schemas`: change that file, not this one. -->",
        "",
        "# Data dictionary",
        "",
        "Every file holds one JSON object a line. All fields are written; one without a value is null or empty. Offsets are half-open `[start, end)` and",
        "count Unicode code points of the article's text. Under `schemas/` each codebook has a JSON Schema for each file.",
    ]
    for kind in _nouns():
        lines += ["", f"## {kind.__name__}", "", inspect.getdoc(kind).split("\n\n")[0].replace("\n", " "), ""]  # type: ignore[union-attr]  # every record has a docstring
        lines += ["| field | type | what it holds |", "|---|---|---|"]
        described, types = fields(kind), get_type_hints(kind)
        for field in msgspec.structs.fields(kind):
            text = described[field.encode_name].replace("|", "\\|").replace("``", "`")
            lines.append(f"| `{field.encode_name}` | {_type(types[field.name])} | {text} |")
    return "\n".join(lines) + "\n"


def _nouns() -> Iterator[type[Record]]:
    """Yield the records that stand in files, in the order in which they are written down."""
    for value in vars(records).values():
        if isinstance(value, type) and issubclass(value, Record) and value is not Record:
            yield value


def _type(hint: Any) -> str:
    """Return a type in plain words: ``text or null``, ``list of Span``."""
    plain = {str: "text", int: "integer", float: "number", bool: "true or false", type(None): "null"}
    arguments: tuple[Any, ...] = getattr(hint, "__args__", ())
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and not arguments:
        return f"[{hint.__name__}](#{hint.__name__.lower()})" if issubclass(hint, Record) else _choices(hint)
    origin = getattr(hint, "__origin__", None)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"object: {_type(arguments[0])} → {_type(arguments[1])}"
    return " or ".join(_type(one) for one in arguments)


def _choices(kind: type) -> str:
    return "one of " + ", ".join(f"`{value}`" for value in kind)  # type: ignore[attr-defined]  # the records' other types are StrEnums
