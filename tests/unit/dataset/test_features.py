"""Features: our form is the one that `datasets` writes itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from annotate.codebook import Codebook
from annotate.dataset.configs import configs
from annotate.dataset.features import arrow_schema

COMPARE = """
import json, sys
import pyarrow as pa
from datasets import Features
for features in json.load(sys.stdin):
    schema = Features.from_dict(features).arrow_schema
    print(json.dumps([schema.to_string(show_schema_metadata=False), schema.metadata[b"huggingface"].decode()]))
"""


def test_the_schema_is_that_of_datasets(book: Codebook, tmp_path: Path) -> None:
    """Every config has, type by type, the Arrow schema that `datasets` makes of its features, and their names in it."""
    features = [config.features for config in configs(book)]
    done = subprocess.run(
        [sys.executable, "-c", COMPARE],
        input=json.dumps(features),
        capture_output=True,
        text=True,
        env={"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        check=True,
    )
    theirs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(theirs) == len(features) == 4
    for (schema, metadata), ours in zip(theirs, map(arrow_schema, features), strict=True):
        assert ours.to_string(show_schema_metadata=False) == schema
        assert json.loads(ours.metadata[b"huggingface"]) == json.loads(metadata)


def test_labels_stand_in_the_codebook_s_order(book: Codebook) -> None:
    """The place of a label is its number: the order is the codebook's, for every target and for claims."""
    sentences, claims, *_ = configs(book)
    for target in book.target:
        assert tuple(sentences.features[target.name]["names"]) == target.labels
    assert tuple(claims.features["label"]["names"]) == book.labels("claim")
