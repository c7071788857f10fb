"""The metadata at the card's head, by which `datasets` finds the files and the Hub lists the dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from annotate.dataset.choices import Text
from annotate.dataset.configs import Config
from annotate.dataset.documents import Facts
from annotate.dataset.licenses import hub_license
from annotate.dataset.manifest import Manifest
from annotate.dataset.splits import SPLITS
from annotate.dataset.tables import file_name

_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))
_LARGEST = "10M<n<100M"
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def front_matter(
    facts: Facts, manifest: Manifest, tables: Sequence[Config], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """Return the metadata at the card's head.

    Its fields are the Hub's. Who the annotators are is not in the gold, so the card does not say.
    """
    book, found = facts.book, facts.found
    languages = sorted({tag for name in found.languages if (tag := name.split("-")[0].lower()) != "und"})
    languages = [tag for tag in languages if _LANGUAGE.fullmatch(tag)]
    by_path = {file.path: file for file in manifest.data}
    paths = {
        config.name: {split: path for split in SPLITS if (path := file_name(config.name, split)) in by_path}
        for config in tables
    }
    used = [config.name for config in tables if paths[config.name]]
    return {
        "pretty_name": facts.title,
        **({"language": languages} if languages else {}),
        **_license(facts),
        **({"multilinguality": ["multilingual" if len(languages) > 1 else "monolingual"]} if languages else {}),
        "size_categories": [next((name for limit, name in _SIZES if found.items.total() < limit), _LARGEST)],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["news", book.name, *(layer.name for layer in book.layer)],
        "configs": [
            {
                "config_name": name,
                **({"default": True} if name == tables[0].name else {}),
                "data_files": [{"split": split, "path": f"{name}/{split}-*.parquet"} for split in paths[name]],
            }
            for name in used
        ],
        "dataset_info": [
            {
                "config_name": name,
                "splits": [
                    {"name": split, "num_bytes": sizes[path], "num_examples": by_path[path].rows}
                    for split, path in paths[name].items()
                ],
                "download_size": sum(by_path[path].bytes for path in paths[name].values()),
                "dataset_size": sum(sizes[path] for path in paths[name].values()),
            }
            for name in used
        ],
    }


def _license(facts: Facts) -> dict[str, Any]:
    """Return by the Hub's names the licences of the labels and, where their text is in it, of the articles."""
    articles = facts.found.licenses if facts.text is not Text.NONE else {}
    known = {hub_license(name) for name in (facts.about.license, *articles)}
    if facts.about.license is None and articles:
        known = {hub_license(name) for name in articles}
    names: Any = sorted(known) if len(known) > 1 else next(iter(known), "unknown")
    return {"license": names, **({"license_name": "see-licences-below"} if "other" in known else {})}
