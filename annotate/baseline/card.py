"""The model card: what a model is, in words and in the metadata that the Hub reads."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.baseline.combination import COMBINATIONS
from annotate.baseline.folder import ModelInfo, TargetInfo
from annotate.codebook import Codebook

WORDS = {
    "surface": "length, marks and pattern cues",
    "ngrams": "TF-IDF of words and characters",
    "ratios": "n-grams and skip-grams weighted by how much commoner they are with a label",
    "tagger": "a token-level tagger of cues",
    "context": "what is said of the neighbouring sentences",
}


def model_card(info: ModelInfo, book: Codebook) -> bytes:
    """Return the card, in Markdown with YAML front matter."""
    return "\n".join(_lines(info, book)).encode()


def _lines(info: ModelInfo, book: Codebook) -> Iterator[str]:
    yield "---"
    yield f"language: {book.language}"
    yield "library_name: reportedly"
    yield "pipeline_tag: text-classification"
    yield "tags: [source-credibility, hedging, scikit-learn]"
    yield "---"
    yield ""
    yield f"# A baseline for {', '.join(info.targets)}"
    yield ""
    said = [f"{name} ({', '.join(target.labels)})" for name, target in info.targets.items()]
    yield f"It says of a sentence: {'; '.join(said)}."
    yield f"It was trained by `annotate train` on {info.items:,} items from {info.articles:,} articles under the codebook"
    yield f"{info.codebook.name} {info.codebook.version} (`{info.codebook.hash}`). It is data alone: nothing in this folder runs."
    yield ""
    yield "```sh"
    yield "annotate flag MODEL article.txt"
    yield "```"
    for name, target in info.targets.items():
        yield from _target(name, target)
    yield ""
    yield "## How far to trust it"
    yield ""
    yield f"The figures are out of fold, {info.folds} folds by article; `annotate evaluate` measures on a split of its own."
    yield f"A prediction that is not abstained from was right in at least {info.precision:.0%} of the cases out of fold."
    yield "It learns wording. Texts of another outlet, time or kind than those it learnt from are harder. It does not say what is true."
    yield ""
    yield "## Made from"
    yield ""
    yield f"- dataset: `{info.manifest}` (SHA-256)"
    yield f"- codebook: `{info.codebook.hash}`; seed: {info.seed}"
    yield f"- {', '.join(f'{library} {found}' for library, found in info.versions.items())}"
    yield from (f"- {note}" for note in info.notes)
    yield ""


def _target(name: str, target: TargetInfo) -> Iterator[str]:
    yield ""
    yield f"## {name}"
    yield ""
    yield f"Put together from {'; '.join(WORDS[piece] for piece in COMBINATIONS[target.combination])}."
    at = f", at the threshold {target.threshold:.3f} of *{target.positive}*" if target.threshold is not None else ""
    yield f"Macro F1 out of fold: {target.macro_f1:.3f}{at}."
    yield ""
    yield "| combination | log loss out of fold |"
    yield "|---|---|"
    for combination, loss in target.losses.items():
        yield f"| {combination}{' (taken)' if combination == target.combination else ''} | {loss:.3f} |"
