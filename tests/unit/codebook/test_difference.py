"""What changed between two versions of a codebook."""

from __future__ import annotations

import msgspec

from annotate.codebook import load
from annotate.codebook.difference import difference

OLD = load()


def test_a_reworded_definition_touches_no_annotation() -> None:
    """Words change what annotators read; their labels stay."""
    claim = OLD.layer[0]
    label = msgspec.structs.replace(claim.label[0], definition="Other words 🕊.")
    layer = msgspec.structs.replace(claim, label=(label, *claim.label[1:]))
    new = msgspec.structs.replace(OLD, version="9", layer=(layer, *OLD.layer[1:]))
    found = difference(OLD, new)
    assert [(change.place, change.labels) for change in found] == [
        ("version", False),
        ("layer.claim.label.verified.definition", False),
    ]
    assert found[1].new == "Other words 🕊."


def test_a_label_that_is_gone_touches_annotations() -> None:
    """A label that only the old version has is said to be gone."""
    hedge = OLD.layer[1]
    new = msgspec.structs.replace(
        OLD, layer=(OLD.layer[0], msgspec.structs.replace(hedge, label=hedge.label[1:]), OLD.layer[2])
    )
    found = [change for change in difference(OLD, new) if change.labels]
    assert [(change.place, change.old, change.new) for change in found] == [
        ("layer.hedge.label.epistemic", "there", None)
    ]
