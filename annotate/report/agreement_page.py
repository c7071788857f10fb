"""The page on agreement alone."""

from __future__ import annotations

from annotate import __version__
from annotate.codebook import Codebook
from annotate.quality.agreement import Agreement
from annotate.report import results


def agreement_page(found: Agreement, codebook: Codebook, title: str) -> str:
    """Return one self-contained HTML page on agreement."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("annotate.report", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("agreement.html.jinja").render(
        title=title, codebook=codebook, agreement=results.agreement(found, codebook), version=__version__
    )
