"""Croissant metadata (ML Commons, version 1.0, with the vocabulary for responsible AI): the data as machines read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from annotate.dataset.configs import Config
from annotate.dataset.features import Feature
from annotate.dataset.licenses import hub_license
from annotate.dataset.manifest import DataFile

if TYPE_CHECKING:
    from annotate.dataset.documents import Facts

Json = dict[str, Any]

CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""What the short names mean; every reader of Croissant wants exactly this."""

_TYPES = {"string": "sc:Text", "int32": "sc:Integer", "float64": "sc:Float", "bool": "sc:Boolean"}
_SPDX = "https://spdx.org/licenses/"


def croissant(facts: Facts, tables: Sequence[Config], files: Sequence[DataFile]) -> Json:
    """Return the metadata of a release with these data files."""
    about = facts.about
    by_name = {table.name: table for table in tables}
    licenses = {about.license, *facts.found.licenses} if facts.text != "none" else {about.license}
    cited = f"{', '.join(facts.creators)}: {facts.title}{f', version {about.version}' if about.version else ''}."
    optional = {"version": about.version, "datePublished": about.released, "url": about.url, "citeAs": cited}
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": facts.title,
        "description": facts.description,
        "creator": [{"@type": "sc:Organization", "name": name} for name in facts.creators],
        "license": sorted(_license(name) for name in licenses if name) or ["not stated"],
        "keywords": ["news", facts.book.name, *(layer.name for layer in facts.book.layer)],
        **{name: value for name, value in optional.items() if value},
        **_responsible(facts),
        "distribution": distribution(files),
        "recordSet": [_record_set(by_name[file.path.split("/")[0]], file.path) for file in files],
    }


def _license(name: str) -> str:
    return name if hub_license(name) == "other" or name.startswith("http") else f"{_SPDX}{name}.html"


def distribution(files: Iterable[DataFile]) -> list[Json]:
    """Return the data files with their hashes."""
    return [
        {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path,
            "contentUrl": file.path,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": "application/x-parquet",
            "sha256": file.sha256,
        }
        for file in files
    ]


def record_set_id(path: str) -> str:
    """Return the name of a data file's records.

    >>> record_set_id("sentences/train-00000-of-00001.parquet")
    'sentences-train'
    """
    config, name = path.split("/")
    return f"{config}-{name.split('-')[0]}"


def _record_set(table: Config, path: str) -> Json:
    """Return the records of one file: its hash is proved when they are read, which a set of files would not do."""
    name, source = record_set_id(path), {"fileObject": {"@id": path}}
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{name.rpartition('-')[2]} split; one row is {table.row}.",
        "field": [_field(name, column, feature, source) for column, feature in table.features.items()],
    }


def _field(table: str, name: str, feature: Feature, source: Json) -> Json:
    found: Json = {"@type": "cr:Field", "@id": f"{table}/{name}", "name": f"{table}/{name}"}
    column = {**source, "extract": {"column": name}}
    kind = feature.get("_type")
    if kind == "ClassLabel":
        names = ", ".join(f"{place} {label}" for place, label in enumerate(feature["names"]))
        return {**found, "description": f"Label as a number: {names}.", "dataType": "sc:Integer", "source": column}
    if kind == "Value":
        return {**found, "dataType": _TYPES[feature["dtype"]], "source": column}
    inner = feature["feature"]
    if inner.get("_type") == "Value":
        return {**found, "dataType": _TYPES[inner["dtype"]], "repeated": True, "source": column}
    return {**found, "repeated": True, "subField": list(_subfields(f"{table}/{name}", inner, column))}


def _subfields(parent: str, struct: Feature, column: Json) -> Iterator[Json]:
    for name, feature in struct.items():
        yield {
            "@type": "cr:Field",
            "@id": f"{parent}/{name}",
            "name": f"{parent}/{name}",
            "dataType": _TYPES[feature["dtype"]],
            "source": {**column, "transform": {"jsonPath": name}},
        }


def _responsible(facts: Facts) -> Json:
    """Return what readers should know of people and limits, from what is known and nothing else."""
    book, found = facts.book, facts.found
    several = ", ".join(f"{count} by {number}" for number, count in sorted(found.per_article.items()))
    return {
        "rai:dataAnnotationProtocol": f"{book.instruction.strip()} The guidelines stand in guidelines.md. For each "
        "annotator the codebook's rules turn marked spans into an item's labels; the majority's label is the item's, and "
        "ties are kept as contested with their votes.".strip(),
        "rai:annotationsPerItem": f"Articles by number of annotators: {several}.",
        "rai:dataAnnotationPlatform": "Label Studio, by way of reportedly.",
        "rai:personalSensitiveInformation": "Articles name people, and claims about them may have been denied or "
        "corrected since. Annotators are known by pseudonyms alone.",
        "rai:dataUseCases": "Training and judging models that tell how an article presents a statement: hedged, "
        "attributed, disputed. Not for telling what is true, nor for rating outlets, authors or people.",
        "rai:dataLimitations": "Labels are judgements of what a text says. Only segments of these kinds were read: "
        f"{', '.join(book.read)}.",
        "rai:dataBiases": "Articles are those of "
        f"{len([name for name in found.outlets if name])} named outlets, and say nothing of other outlets or times.",
        **({"rai:dataReleaseMaintenancePlan": facts.about.maintenance} if facts.about.maintenance else {}),
    }
