"""Card and Croissant metadata of a release whose text came back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from annotate.dataset.croissant import distribution, record_set_id
from annotate.dataset.manifest import DataFile, Manifest

_WITHOUT = re.compile(r"<!-- without text -->\n.*?<!-- /without text -->\n", re.DOTALL)


def hydrated_croissant(text: str, files: Sequence[DataFile]) -> str:
    """Return the metadata with the files that are there now."""
    metadata = json.loads(text)
    there = {record_set_id(file.path) for file in files}
    metadata["distribution"] = distribution(sorted(files, key=lambda file: file.path))
    metadata["recordSet"] = [records for records in metadata["recordSet"] if records["@id"] in there]
    return json.dumps(metadata, indent=1, ensure_ascii=False) + "\n"


def hydrated_card(text: str, manifest: Manifest) -> str:
    """Return the card with its head for the files that are there now, and what came back in place of what was missing."""
    import yaml  # type: ignore[import-untyped]  # it ships no types

    _, head, body = text.split("---\n", 2)
    fields = yaml.safe_load(head)
    there = {tuple(file.path.split("-")[0].split("/")) for file in manifest.data}
    fields["configs"] = [
        {**config, "data_files": parts}
        for config in fields["configs"]
        if (parts := [part for part in config["data_files"] if (config["config_name"], part["split"]) in there])
    ]
    del fields["dataset_info"]  # its sizes were those of the release without text
    found = manifest.hydrated
    told = (
        f"**Its text was put back** by `annotate dataset hydrate`: {found.exact} articles read as they were labelled, "
        f"{found.moved} changed and were fitted, {found.missing} are missing. Of the changed ones {found.items_lost} items "
        f"and {found.spans_lost} spans could not be placed and are left out. The counts below are those of the release "
        "without text.\n"
        if found
        else ""
    )
    return (
        f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)}---\n{_WITHOUT.sub(lambda _: told, body)}"
    )
