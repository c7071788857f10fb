"""Counts and codebook → README.md, the card: what `datasets` and the Hub read at its head, and what people read below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from annotate.codebook import Codebook, Rule
from annotate.dataset.composition import Composition
from annotate.dataset.configs import Config
from annotate.dataset.front_matter import front_matter
from annotate.dataset.manifest import Manifest
from annotate.dataset.splits import SPLITS
from annotate.dataset.tables import file_name
from annotate.errors import DataError

if TYPE_CHECKING:
    from jinja2 import Template

PLACEHOLDERS = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[(?:more information needed|insert [^\]]*)\]|\b(?:TODO|TBD|FIXME)\b|lorem ipsum", re.IGNORECASE
)
"""What nobody should read in a card."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>|{}#~])")
_NAMED = 12
"""How many outlets are named."""

Rows = list[list[str]]


def card(
    book: Codebook,
    manifest: Manifest,
    found: Composition,
    tables: Sequence[Config],
    sizes: Mapping[str, int],
    datasheet: str = "",
) -> str:
    """Return the card.

    Args:
        book: names and defines the labels.
        manifest: of the release.
        found: what is in it.
        tables: its configs, the default first.
        sizes: path of a data file → its size in memory, in bytes.
        datasheet: Markdown about the corpus, taken in as it is, two heading levels down.

    Raises:
        DataError: a placeholder is left in the codebook's words or in the datasheet.
    """
    import yaml  # type: ignore[import-untyped]  # it ships no types

    head = yaml.safe_dump(front_matter(book, manifest, found, tables, sizes), sort_keys=False, allow_unicode=True)
    body = _template().render(
        book=book,
        manifest=manifest,
        found=found,
        splits=SPLITS,
        configs=_configs(manifest, tables),
        targets=[_target(name, found) for name in book.targets()],
        layers=[_layer(layer.name, found) for layer in book.layer],
        rules={target.name: [_rule(rule) for rule in target.rule] for target in book.target},
        per_article=_counted({str(number): count for number, count in sorted(found.per_article.items())}),
        outlets=_counted(_first(found.outlets, "outlet not named")),
        languages=_counted(_first(found.languages, "")),
        licenses=_first(found.licenses, "not stated"),
        repeated=found.repeated(),
        datasheet=re.sub(r"^(#{1,4} )", r"##\1", datasheet.strip(), flags=re.MULTILINE),
    )
    text = f"---\n{head}---\n\n{body}"
    if left := PLACEHOLDERS.search(text):
        message = f"the card would say {left[0]!r}"
        raise DataError(message, where="README.md", hint="fill it in: it comes from the codebook or the datasheet")
    return text


def _configs(manifest: Manifest, tables: Iterable[Config]) -> list[dict[str, object]]:
    rows = {file.path: file.rows for file in manifest.files}
    return [
        {
            "name": config.name,
            "row": config.row,
            "counts": [f"{rows.get(file_name(config.name, split), 0):,}" for split in SPLITS],
            "columns": [(name, _kind(feature)) for name, feature in config.features.items()],
        }
        for config in tables
        if any(path.startswith(f"{config.name}/") for path in rows)
    ]


def _kind(feature: Mapping[str, Any]) -> str:
    """Return a column's type as a person reads it."""
    kind = feature.get("_type")
    if kind == "ClassLabel":
        return "label: " + ", ".join(f"{number} {name}" for number, name in enumerate(feature["names"]))
    if kind == "List":
        return f"list of {_kind(feature['feature'])}"
    if kind == "Value":
        return str(feature["dtype"])
    return "{" + ", ".join(feature) + "}"


def _target(name: str, found: Composition) -> dict[str, object]:
    target, by_split = found.book.targets()[name], found.labels[name]
    totals = {split: found.items[split] for split in SPLITS}
    rows = [[label, *(_share(by_split[split][label], totals[split]) for split in SPLITS)] for label in target.labels]
    rows.append(["(contested)", *(_share(found.contested[name][split], totals[split]) for split in SPLITS)])
    return {"rules": target, "rows": rows, "unanimous": _share(found.unanimous[name], found.voted[name])}


def _layer(name: str, found: Composition) -> dict[str, object]:
    layer = next(layer for layer in found.book.layer if layer.name == name)
    rows = [[label.name, *(f"{found.spans[name][split][label.name]:,}" for split in SPLITS)] for label in layer.label]
    return {"layer": layer, "rows": rows}


def _share(count: int, of: int) -> str:
    return f"{count:,} ({count / of:.0%})" if of else "none"


def _first(counts: Mapping[str | None, int] | Mapping[str, int], unknown: str) -> dict[str, int]:
    """Return name → count, the largest first, those beyond the first few as one."""
    ranked = sorted(((name or unknown, count) for name, count in counts.items()), key=lambda row: (-row[1], row[0]))
    shown = dict(ranked[:_NAMED])
    if rest := sum(count for _, count in ranked[_NAMED:]):
        shown["others"] = shown.get("others", 0) + rest
    return shown


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{markdown(name)} ({count:,})" for name, count in counts.items())


def _rule(rule: Rule) -> str:
    """Return a rule in words."""
    parts = [f"marked as {' or '.join(rule.has)}"] if rule.has else []
    parts += [f"{name} is {label}" for name, label in rule.where.items()]
    parts += [f"{name} is not {label}" for name, label in rule.unless.items()]
    return " and ".join(parts) or "always"


def markdown(text: object) -> str:
    r"""Return a text that reads the same in Markdown, also in a table's cell.

    >>> markdown("a | b\n*c*")
    'a \\| b \\*c\\*'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - this is Markdown; the filter `md` escapes what users wrote
        loader=PackageLoader("annotate.dataset", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = markdown
    return environment.get_template("card.md.jinja")
