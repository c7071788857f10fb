"""What the Hub wants of a card's metadata, checked without asking it: it would say so only after the upload.

The names are those of its documentation. Languages are checked by their form, not against a list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SIZES = (
    "n<1K",
    "1K<n<10K",
    "10K<n<100K",
    "100K<n<1M",
    "1M<n<10M",
    "10M<n<100M",
    "100M<n<1B",
    "1B<n<10B",
    "10B<n<100B",
    "100B<n<1T",
    "n>1T",
)
_LIMITS = [0, *(10**power for power in range(3, 13))]

LICENSES = _names(
    "apache-2.0 mit openrail bigscience-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m creativeml-openrail-m"
    " afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5"
    " cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0"
    " cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0"
    " cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0"
    " lgpl lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 odc-by odbl openmdw-1.0 openrail++ osl-3.0 postgresql ofl-1.1"
    " ncsa unlicense zlib pddl lgpl-lr unknown other"
)
TASKS = _names(
    "text-classification token-classification table-question-answering question-answering zero-shot-classification"
    " translation summarization feature-extraction text-generation fill-mask sentence-similarity multiple-choice"
    " text-ranking text-retrieval table-to-text tabular-classification tabular-regression tabular-to-text other"
)
TASK_IDS = _names(
    "acceptability-classification entity-linking-classification fact-checking intent-classification"
    " language-identification multi-class-classification multi-label-classification multi-input-text-classification"
    " natural-language-inference semantic-similarity-classification sentiment-classification topic-classification"
    " semantic-similarity-scoring sentiment-scoring sentiment-analysis hate-speech-detection text-scoring"
    " named-entity-recognition part-of-speech parsing lemmatization word-sense-disambiguation coreference-resolution"
    " extractive-qa open-domain-qa closed-domain-qa news-articles-summarization news-articles-headline-generation"
    " language-modeling masked-language-modeling document-retrieval utterance-retrieval entity-linking-retrieval"
    " fact-checking-retrieval"
)
_CREATORS = frozenset({"found", "crowdsourced", "expert-generated", "machine-generated", "other"})
CLOSED: Mapping[str, Collection[str]] = {
    "annotations_creators": _CREATORS | {"no-annotation"},
    "language_creators": _CREATORS,
    "license": LICENSES,
    "multilinguality": frozenset({"monolingual", "multilingual", "translation", "other"}),
    "size_categories": SIZES,
    "task_categories": TASKS,
    "task_ids": TASK_IDS,
}
"""Field → what it may say, for datasets. One value or a list of them."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*|multilingual|code")
_SOURCE = re.compile(r"original|extended(\|.+)?")
_NOT_A_NUMBER = re.compile(r"\|\s*[-+]?(?:nan|inf(?:inity)?)\s*(?=\|)", re.IGNORECASE)


def size_category(rows: int) -> str:
    """Return the Hub's name for a number of rows.

    >>> size_category(0), size_category(999), size_category(1000), size_category(10**12)
    ('n<1K', 'n<1K', '1K<n<10K', 'n>1T')
    """
    for name, (low, high) in zip(SIZES, pairwise(_LIMITS), strict=False):
        if low <= rows < high:
            return name
    return SIZES[-1]


def problems(metadata: Mapping[str, Any], body: str, paths: Collection[str]) -> list[str]:
    """Return what is wrong with a dataset's card, in words.

    Args:
        metadata: at its head.
        body: the text below.
        paths: files of the release.
    """
    return [*_numbers(metadata, body), *_fields(metadata), *_license(metadata), *_data(metadata, paths)]


def model_problems(metadata: Mapping[str, Any], body: str) -> list[str]:
    """Return what is wrong with a model's card, in words."""
    found = [*_numbers(metadata, body), *_license(metadata)]
    found += _outside(metadata, "license", LICENSES.__contains__) if "license" in metadata else []
    if (task := metadata.get("pipeline_tag", "other")) not in TASKS:
        found.append(f"pipeline_tag is {task!r}, which the Hub does not know")
    for model in metadata.get("model-index") or ():
        for result in model.get("results") or ():
            found += [
                f"model-index: the value of {metric.get('type')} is {metric.get('value')!r}, no number"
                for metric in result.get("metrics") or ()
                if isinstance(metric.get("value"), bool) or not isinstance(metric.get("value"), int | float)
            ]
    return found


def _numbers(metadata: Mapping[str, Any], body: str) -> Iterator[str]:
    """Yield what is not a finite number: in JSON, and on the Hub, there is none such."""
    for place, value in _leaves(metadata, ""):
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{place} is {value}, no number"
    for found in _NOT_A_NUMBER.finditer(body):
        yield f"a table says {found[0].strip('| ')!r}, no number"


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{place}[{number}]")
    else:
        yield place, value


def _fields(metadata: Mapping[str, Any]) -> Iterator[str]:
    for name, known in CLOSED.items():
        yield from _outside(metadata, name, known.__contains__)
    yield from _outside(metadata, "language", lambda value: bool(_LANGUAGE.fullmatch(value)))
    yield from _outside(metadata, "source_datasets", lambda value: bool(_SOURCE.fullmatch(value)))
    yield from _outside(metadata, "tags", lambda value: 0 < len(value) <= 100)  # noqa: PLR2004 - the Hub's limit
    if not isinstance(metadata.get("pretty_name", ""), str):
        yield "pretty_name is no text"


def _outside(metadata: Mapping[str, Any], name: str, fits: Callable[[str], bool]) -> Iterator[str]:
    values = metadata.get(name, [])
    for value in values if isinstance(values, list) else [values]:
        if not isinstance(value, str):
            yield f"{name} says {value!r}, which is no text: put it in quotation marks"
        elif not fits(value):
            yield f"{name} says {value!r}, which the Hub does not know"


def _license(metadata: Mapping[str, Any]) -> Iterator[str]:
    named = metadata.get("license")
    if not named:
        yield "license is missing"
    elif "other" in (named if isinstance(named, list) else [named]) and not metadata.get("license_name"):
        yield "license is 'other', and license_name does not say which"


def _data(metadata: Mapping[str, Any], paths: Collection[str]) -> Iterator[str]:
    """Yield what does not fit between metadata and files."""
    configs, read = metadata.get("configs"), set()
    if not isinstance(configs, list) or not all(isinstance(one, dict) for one in configs):
        yield "configs is missing: `datasets` would guess which files are data"
        return
    splits = {str(one.get("config_name")): _patterns(one) for one in configs}
    if len(splits) != len(configs):
        yield "two configs have one name"
    if len(configs) > 1 and "default" not in splits and sum(one.get("default") is True for one in configs) != 1:
        yield "no config, or more than one, is the default"
    for config, patterns in splits.items():
        for split, pattern in patterns:
            fitting = {path for path in paths if fnmatchcase(path, pattern)}
            read |= fitting
            if not fitting:
                yield f"config {config}: no file is {pattern!r} (split {split})"
    for path in sorted(path for path in paths if path.endswith(".parquet") and path not in read):
        yield f"no config reads {path}"
    yield from _sizes(metadata, splits)


def _patterns(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (split, pattern) of each of a config's files."""
    found = []
    for one in config.get("data_files") or ():
        if isinstance(one, dict):
            path = one.get("path")
            found += [(str(one.get("split")), str(each)) for each in (path if isinstance(path, list) else [path])]
    return found


def _sizes(metadata: Mapping[str, Any], splits: Mapping[str, Iterable[tuple[str, str]]]) -> Iterator[str]:
    infos = metadata.get("dataset_info") or []
    rows: list[int] = []
    for info in infos if isinstance(infos, list) else [infos]:
        config = str(info.get("config_name", "default"))
        counted = {str(one.get("name")): one.get("num_examples") for one in info.get("splits") or ()}
        if counted.keys() != (named := {split for split, _ in splits.get(config, ())}):
            yield f"dataset_info: {config} counts the splits {sorted(counted)}, configs names {sorted(named)}"
        rows.append(sum(count for count in counted.values() if isinstance(count, int)))
    said = metadata.get("size_categories") or []
    fitting = {size_category(count) for count in (*rows, sum(rows))}
    for value in said if isinstance(said, list) else [said]:
        if rows and value in SIZES and value not in fitting:
            yield f"size_categories says {value}, the configs have {', '.join(f'{count:,}' for count in rows)} rows"
