"""Counts and codebook → README.md, the card: what `datasets` and the Hub read at its head, and what people read below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from annotate.codebook import Rule
from annotate.dataset.anchors import HEAD
from annotate.dataset.checks.findings import Findings
from annotate.dataset.composition import Composition
from annotate.dataset.configs import Config
from annotate.dataset.documents import Facts
from annotate.dataset.front_matter import front_matter
from annotate.dataset.manifest import Manifest
from annotate.dataset.placeholders import PLACEHOLDERS
from annotate.dataset.results import Score
from annotate.dataset.splits import SPLITS
from annotate.dataset.tables import file_name
from annotate.errors import DataError
from annotate.quality.coincidence import coincidences, nominal_alpha

if TYPE_CHECKING:
    from jinja2 import Template

_SPECIAL = re.compile(r"([\\`*_\[\]<>|{}#~])")
_NAMED = 12
"""How many outlets are named."""

Rows = list[list[str]]


def card(
    facts: Facts,
    manifest: Manifest,
    tables: Sequence[Config],
    sizes: Mapping[str, int],
    datasheet: str = "",
    scores: Sequence[Score] = (),
    findings: Findings | None = None,
) -> str:
    """Return the card.

    Args:
        facts: the codebook, the makers' words and the counts.
        manifest: of the release.
        tables: its configs, the default first.
        sizes: path of a data file → its size in memory, in bytes.
        datasheet: Markdown about the corpus, taken in as it is, two heading levels down.
        scores: of a baseline on this release.
        findings: what its check found.

    Raises:
        DataError: a placeholder is left in the codebook's words, the makers' or the datasheet.
    """
    import yaml  # type: ignore[import-untyped]  # it ships no types

    book, found = facts.book, facts.found
    head = yaml.safe_dump(front_matter(facts, manifest, tables, sizes), sort_keys=False, allow_unicode=True)
    body = _template().render(
        book=book,
        facts=facts,
        head=HEAD,
        about=facts.about,
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
        agreement=[row for name, target in book.targets().items() for row in agreement(name, target.labels, found)],
        minutes=_median(found.minutes),
        scores=scores,
        checks=_checks(findings),
        datasheet=re.sub(r"^(#{1,4} )", r"##\1", datasheet.strip(), flags=re.MULTILINE),
    )
    text = f"---\n{head}---\n\n{body}"
    if left := PLACEHOLDERS.search(text):
        message = f"the card would say {left[0]!r}"
        hint = "fill it in: it comes from the codebook, the datasheet or release.toml"
        raise DataError(message, where="README.md", hint=hint)
    return text


def agreement(name: str, labels: Sequence[str], found: Composition) -> list[list[str]]:
    """Return a row a label: Krippendorff's alpha of the target, the items it stands on, and the label's own agreement.

    A label's agreement is the share of votes for it that other votes on the same item repeat (Dice 1945,
    doi:10.2307/1932409; for two annotators the positive specific agreement).
    """
    vectors = np.array([vector for vector in found.votes[name] if sum(vector) > 1], dtype=np.int64)
    if not len(vectors):
        return [[f"{name} = {label}", "no item with several votes", "", ""] for label in labels]
    times = np.array([found.votes[name][tuple(vector)] for vector in vectors.tolist()])
    each = coincidences(vectors, np.arange(len(vectors)), len(vectors))
    matrix = np.einsum("i,ijk->jk", times.astype(np.float64), each)
    alpha, voted = float(nominal_alpha(matrix)), matrix.sum(axis=1)
    shown = f"{alpha:.2f}" if np.isfinite(alpha) else "undefined: every vote is for one label"
    return [
        [
            f"{name} = {label}",
            f"{matrix[place, place] / voted[place]:.2f}" if voted[place] else "never voted for",
            shown,
            f"{int(times.sum()):,}",
        ]
        for place, label in enumerate(labels)
    ]


def _median(minutes: Sequence[float]) -> str:
    return f"{np.median(minutes):.1f} minutes (median of {len(minutes):,})" if len(minutes) else ""


def _checks(findings: Findings | None) -> list[list[str]]:
    """Return name, outcome and details of each check."""
    rows = []
    for name, found in findings.checks.items() if findings else ():
        counts = Counter(finding.level.value for finding in found)
        outcome = ", ".join(f"{number} {level}{'s' * (number > 1)}" for level, number in counts.items()) or "clean"
        rows.append([name, outcome, "; ".join(markdown(finding.detail) for finding in found)])
    return rows


def _configs(manifest: Manifest, tables: Iterable[Config]) -> list[dict[str, object]]:
    rows = {file.path: file.rows or 0 for file in manifest.data}
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
