"""The label vocabulary, read from ``schemas/<codebook>/codebook.toml``.

Layers, labels, links, decisions, the kinds of segment that are read, and the rules by which spans become an item's
labels are all data here: another label set is another codebook and no other code.

::

    scheme      what a codebook is, and how spans become labels
    places      the line on which each value of a TOML file stands
    rules       what a codebook must keep to
    loading     codebooks by name or path
    difference  what changed between two versions
"""

from annotate.codebook.loading import DEFAULT, folder, load, locate, read, schemas
from annotate.codebook.scheme import (
    Basis,
    Case,
    Choice,
    Codebook,
    Decided,
    Decision,
    Guideline,
    Label,
    Layer,
    LinkType,
    NearMiss,
    Question,
    Rule,
    TargetRules,
)

__all__ = [
    "DEFAULT",
    "Basis",
    "Case",
    "Choice",
    "Codebook",
    "Decided",
    "Decision",
    "Guideline",
    "Label",
    "Layer",
    "LinkType",
    "NearMiss",
    "Question",
    "Rule",
    "TargetRules",
    "folder",
    "load",
    "locate",
    "read",
    "schemas",
]
