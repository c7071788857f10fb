"""The report in a real browser: made by the commands, opened, and quiet."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from annotate.cli import main
from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.files import write
from annotate.records import Annotation, Article, Span, Status

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SENTENCES = (
    (
        "The {} may have been damaged, officials believe.",
        ("claim.unverified:The {} may have been damaged", "hedge.epistemic:may"),
    ),
    ("The owner of the {} denied that it had leaked.", ("claim.disputed:it had leaked",)),
    ("The {} closed on Monday, the mayor said 🕊.", ("claim.unverified:The {} closed on Monday",)),
    ("The ledger shows what the {} paid <script>alert(1)</script>.", ("claim.verified:the {} paid",)),
    ("Nobody at the {} wanted to answer 记者.", ()),
)
PLACES = ("dam", "bridge", "harbour", "school", "depot", "museum", "mill", "quarry", "station", "clinic")
WIDTHS = (1280, 420)


def article(place: str) -> Article:
    """Return an article about a place, with a paragraph of its own so that no two are near-duplicates."""
    chance = random.Random(place)  # noqa: S311 - no secret
    own = " ".join("".join(chance.choices("abdeiklmnorstu", k=6)) for _ in range(150))
    parts = [text.format(place) for text, _ in SENTENCES]
    found = make_article("\n\n".join((*parts, f"{own.capitalize()}.")), f"What happened at the {place}")
    assert isinstance(found, Article)
    return replace(found, outlet='The "Quote" & Sons <b>')


def annotation(name: str, place: str, book: Codebook, chance: random.Random) -> Annotation:
    """Return one annotator's marks, of which some are forgotten."""
    about = article(place)
    spans = []
    for number, mark in enumerate(mark.format(place) for _, marks in SENTENCES for mark in marks):
        (layer, label), quote = mark.split(":")[0].split("."), mark.split(":")[1]
        start = about.text.rindex(quote)
        if chance.random() < 0.85:
            end = start + len(quote)
            spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=end, text=quote))
    return Annotation(
        article_id=about.id,
        text_sha256=about.sha256,
        annotator=name,
        status=Status.SUBMITTED,
        codebook=book.ref,
        spans=tuple(spans),
        lead_time=chance.uniform(60, 300),
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on ten articles and three annotators, made by the commands one after the other."""
    build, book, chance = tmp_path_factory.mktemp("build"), load(), random.Random(0)  # noqa: S311 - no secret
    write(build / "articles.jsonl", [article(place) for place in PLACES])
    names = ("ines", "marek", "tove")
    write(build / "annotations.jsonl", [annotation(n, place, book, chance) for n in names for place in PLACES])
    run = _runner(build)
    run("agreement annotations.jsonl --articles articles.jsonl -o agreement.json")
    run("gold annotations.jsonl --articles articles.jsonl -o gold.jsonl")
    run("dataset build gold.jsonl --split story -o dataset")
    run("train dataset -o model")
    run("evaluate model dataset -o evaluation.json")
    run("report . -o report.html")
    return build / "report.html"


def _runner(folder: Path) -> Callable[[str], None]:
    def run(command: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            patch.setattr(sys, "argv", ["annotate", *command.split()])
            with pytest.raises(SystemExit) as end:
                main()
        assert not end.value.code, command

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed: run make browser")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_report_is_quiet_and_loads_nothing(browser: Browser, report: Path, width: int, scheme: str) -> None:
    """No console message, no failed script, no request but the file itself, and nothing wider than the window."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri(), wait_until="load")
    page.wait_for_timeout(200)
    assert said == []
    assert asked == [report.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()


def test_a_table_that_scrolls_shows_it(browser: Browser, report: Path) -> None:
    """On a narrow screen a shade stands where more is; on a wide one the confusion is as high as the plot beside it."""
    page = browser.new_page(viewport={"width": 420, "height": 900})
    page.goto(report.as_uri())
    assert page.evaluate(
        "[...document.querySelectorAll('table.wide')].some(each => each.scrollWidth > each.clientWidth)"
    )
    painted = page.locator("table.wide").first.evaluate("each => getComputedStyle(each).background")
    assert painted.count("gradient") == 4
    page.set_viewport_size({"width": 1280, "height": 900})
    plot, table = (page.locator(f".columns > {kind}").first for kind in ("figure:has(+ .confusion)", ".confusion"))
    heights = [each.evaluate("each => each.getBoundingClientRect().height") for each in (plot, table)]
    assert abs(heights[0] - heights[1]) < 12
    page.close()


def test_the_report_shows_every_section(browser: Browser, report: Path) -> None:
    """Headings, plots with names, marked text in its own colours, and hostile text as text."""
    page = browser.new_page()
    page.goto(report.as_uri())
    headings = page.locator("h2").all_inner_texts()
    assert headings == ["The corpus", "The campaign", "Agreement", "Gold", "The baseline"]
    names = page.locator("svg[role=img]").evaluate_all("found => found.map(each => each.getAttribute('aria-label'))")
    assert "Krippendorff's alpha by target" in names
    assert "Precision over recall of hedged" in names
    heights = page.locator("svg").evaluate_all("found => found.map(each => each.getBoundingClientRect().height)")
    assert min(heights) > 50
    assert page.locator("article.sample mark.claim").count() > 0
    painted = page.locator("article.sample mark.hedge").first.evaluate("each => getComputedStyle(each).backgroundColor")
    assert painted not in {"rgba(0, 0, 0, 0)", "transparent"}
    assert "<script>alert(1)</script>" in page.locator("article.sample").inner_text()
    assert page.locator(".missing").count() == 0
    page.close()
