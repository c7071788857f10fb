"""The documents beside the data: licence, citation, guidelines and Croissant metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.codebook import Codebook
from annotate.dataset.about import About
from annotate.dataset.choices import By, Text
from annotate.dataset.composition import Composition
from annotate.dataset.configs import Config
from annotate.dataset.croissant import croissant
from annotate.dataset.licenses import hub_license
from annotate.dataset.manifest import DataFile, Rights
from annotate.guidelines import guidelines_markdown

CROISSANT = "croissant.json"
LICENSE = "LICENSE"
CITATION = "CITATION.cff"
GUIDELINES = "guidelines.md"

_TEXTS = {
    Text.FULL: "the full text of the articles",
    Text.SENTENCES: "the sentences of the articles that were read for labels",
    Text.NONE: "no text of the articles: addresses, hashes, offsets, labels and short quotes to find the place again",
}


@dataclass(frozen=True)
class Facts:
    """What card and documents tell of: the codebook, the makers' words, the counts, and what may be passed on."""

    book: Codebook
    about: About
    found: Composition
    text: Text
    rights: Rights
    by: By

    @property
    def title(self) -> str:
        """The dataset's title."""
        return self.about.title or self.book.title

    @property
    def creators(self) -> tuple[str, ...]:
        """Who made it, as they wish to be cited."""
        return self.about.creators or (f"The makers of “{self.title}”",)

    @property
    def description(self) -> str:
        """One paragraph on what it is."""
        unit = "sentences" if self.book.item == "sentence" else "items"
        return self.about.description or (
            f"{self.found.items.total():,} {unit} of {self.found.articles.total():,} news articles, labelled under the "
            f"codebook {self.book.name} {self.book.version}. Labels say how an article presents what it reports, "
            "not what is true."
        )

    @property
    def holds(self) -> str:
        """What text is in it, in words."""
        return _TEXTS[self.text]


def documents(facts: Facts, tables: Sequence[Config], files: Iterable[DataFile]) -> dict[str, str]:
    """Return name → content of the documents."""
    metadata = croissant(facts, tables, [file for file in files if file.rows is not None])
    return {
        CROISSANT: json.dumps(metadata, indent=1, ensure_ascii=False) + "\n",
        LICENSE: license_text(facts),
        CITATION: citation(facts),
        GUIDELINES: guidelines_markdown(facts.book),
    }


def license_text(facts: Facts) -> str:
    """Return what may be done with labels and texts."""
    named = facts.rights.annotations
    if named is None:
        labels = "No licence is named for them. Ask the makers before you pass them on."
    elif hub_license(named) == "other":
        labels = f"Under these terms: {named}"
    else:
        labels = f"Under the licence with the SPDX identifier {named}: https://spdx.org/licenses/{named}.html"
    rows = "\n".join(f"- {name}: {count}" for name, count in sorted(facts.rights.articles.items()))
    return (
        f"{facts.title}\n\n"
        "ANNOTATIONS (labels, votes, offsets, guidelines and documentation)\n\n"
        f"{labels}\n\n"
        "ARTICLES\n\n"
        f"This release holds {facts.holds}.\n"
        "Each article stays under its own licence, which the column `license` of the data names. This file grants no\n"
        "right in them. Licences and how many articles are under each:\n\n"
        f"{rows}\n"
    )


def citation(facts: Facts) -> str:
    """Return the citation file, Citation File Format 1.2.0."""
    import yaml  # type: ignore[import-untyped]  # it ships no types

    about = facts.about
    optional = {
        "abstract": facts.description,
        "version": about.version,
        "date-released": about.released,
        "license": about.license if hub_license(about.license) not in {"other", "unknown"} else None,
        "url": about.url,
        "doi": about.doi,
    }
    fields = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": facts.title,
        "authors": [{"name": name} for name in facts.creators],
        **{name: value for name, value in optional.items() if value},
    }
    return str(yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=1000))
