"""The report: whatever a build folder holds, on one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from annotate import __version__
from annotate.baseline.evaluation import Evaluation
from annotate.codebook import Codebook
from annotate.errors import DataError, RecordError
from annotate.files import opened, read
from annotate.quality.agreement import Agreement
from annotate.records import Annotation, Article, Gold, Outcome, Record, Task
from annotate.report import baseline, campaign, results

if TYPE_CHECKING:
    from jinja2 import Template

R = TypeVar("R", bound=Record)

FILES = {
    "corpus": ("articles.jsonl", "no articles yet: make ingest"),
    "campaign": ("annotations.jsonl", "nothing was pulled yet: make pull"),
    "agreement": ("agreement.json", "agreement was not measured yet: make agreement"),
    "gold": ("gold.jsonl", "no gold yet: make gold"),
    "baseline": ("evaluation.json", "the baseline was not judged yet: make evaluate"),
}
"""Section → the file that it stands on, and what is said where that is missing."""
TITLES = {"corpus": "Corpus", "campaign": "Campaign", "agreement": "Agreement", "gold": "Gold", "baseline": "Baseline"}


def page(build: Path, codebook: Codebook, title: str) -> str:
    """Return the report on a build folder as HTML; a section whose file is missing says how to make it.

    Raises:
        DataError: the folder holds none of the files.
        RecordError: a JSON file in it cannot be read.
    """
    there = {name: (build / file).is_file() for name, (file, _) in FILES.items()}
    if not any(there.values()):
        message = "nothing to report on"
        raise DataError(
            message, where=str(build), hint="run `make report`, or name the folder that holds articles.jsonl"
        )
    golds = _records(build / "gold.jsonl", Gold)
    articles = _records(build / "articles.jsonl", Article)
    annotations = _records(build / "annotations.jsonl", Annotation)
    sections: dict[str, Callable[[], dict[str, object]]] = {
        "corpus": lambda: campaign.corpus(articles, codebook),
        "campaign": lambda: campaign.progress(
            annotations, _records(build / "tasks.jsonl", Task), len(articles), codebook
        ),
        "agreement": lambda: results.agreement(_value(build / "agreement.json", Agreement), codebook),
        "gold": lambda: campaign.gold(golds, codebook),
        "baseline": lambda: baseline.evaluation(_value(build / "evaluation.json", Evaluation), codebook),
    }
    data = {name: section() if there[name] else None for name, section in sections.items()}
    target = codebook.target[0]
    script = _script()
    return _template().render(
        script=script,
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
        title=title,
        codebook=codebook,
        sections=[{"id": name, "title": TITLES[name], "missing": missing} for name, (_, missing) in FILES.items()],
        tiles=_tiles(data),
        disagreements=campaign.disagreements(golds, codebook, target),
        first_target=target,
        version=__version__,
        **data,
    )


def _tiles(data: dict[str, dict[str, object] | None]) -> list[dict[str, object]]:
    """Return the numbers at the head of the page, of the sections that are there."""
    wanted = (
        ("corpus", "articles", "articles"),
        ("corpus", "read", "sentences read"),
        ("campaign", "annotators", "annotators"),
        ("campaign", "submitted", "annotations"),
        ("gold", "spans", "spans in gold"),
    )
    return [{"name": name, "value": section[key]} for part, key, name in wanted if (section := data[part])]


def _records(path: Path, kind: type[R]) -> list[R]:
    return list(Outcome(read(path, kind))) if path.is_file() else []


def _value(path: Path, kind: type[R]) -> R:
    try:
        with opened(path) as stream:
            return msgspec.json.decode(stream.read(), type=kind)
    except msgspec.MsgspecError as error:
        raise RecordError(str(error), where=str(path), hint="make it again with this version of the toolkit") from error


def _script() -> str:
    """Return the script that sorts lists and tables; the page allows this one alone, by its hash."""
    return resources.files("annotate.report").joinpath("templates", "sort.js").read_text(encoding="utf-8")


def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("annotate.report", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "report.html.jinja"
    )
