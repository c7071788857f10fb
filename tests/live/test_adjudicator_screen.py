"""An adjudicator at the screen: each annotator's work is a tab, a cause and a reason are at hand, a ruling comes home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from annotate import files
from annotate.campaign.adjudication import AGREED
from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.quality.gold import gold
from annotate.quality.rulings import Ruling, ruled
from annotate.records import Annotation, Article, Gold, Span, Status
from annotate.studio.accounts import invite
from annotate.studio.client import Client

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PEOPLE = ("a1111111111", "a2222222222", "a3333333333")
DRAWN = (
    """(text) => text === [...document.querySelectorAll("[class*=htx-highlight]")].map((e) => e.innerText).join("")"""
)
"""Whether the stretches drawn read as this text."""
PATIENCE = 30_000
"""How long a page may take, in milliseconds."""
CLAIM, CUE, KEEPER = "The weir may fail by Friday", "may", "keeper 👩‍🔧 Łucja Brandt"


def marked(article: Article, annotator: str, book: Codebook, *marks: tuple[str, str]) -> Annotation:
    """Return what an annotator submitted."""
    spans = []
    for number, (mark, quote) in enumerate(marks):
        layer, label = mark.split(".")
        start = article.text.index(quote)
        spans.append(Span(id=f"s{number}", layer=layer, label=label, start=start, end=start + len(quote), text=quote))
    return Annotation(
        article_id=article.id,
        text_sha256=article.sha256,
        annotator=annotator,
        status=Status.SUBMITTED,
        codebook=book.ref,
        spans=tuple(spans),
    )


@pytest.fixture
def contested(tmp_path: Path, book: Codebook, bridge: Article) -> Path:
    """A folder with three annotators' work on three articles: much contested, a little, and not at all."""
    little, same = make_article("It may rain 🌧."), make_article("It rained 🌧.")
    work = [
        *(marked(same, name, book) for name in PEOPLE),
        *(marked(little, name, book, *([("hedge.epistemic", "may")] if name != PEOPLE[0] else [])) for name in PEOPLE),
        *(
            marked(bridge, name, book, ("claim." + label, CLAIM), ("hedge.epistemic", CUE), *more)
            for name, label, more in (
                (PEOPLE[0], "unverified", [("source.person", KEEPER)]),
                (PEOPLE[1], "disputed", [("source.person", KEEPER)]),
                (PEOPLE[2], "verified", [("hedge.evidential", "reportedly")]),
            )
        ),
    ]
    files.write(tmp_path / "annotations.jsonl", work)
    files.write(tmp_path / "articles.jsonl", [same, little, bridge])
    return tmp_path


@pytest.fixture
def page(studio: Path, client: Client) -> Iterator[Page]:
    """A window in which the adjudicator is logged in."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not here: run `make browser` once, as root")
    account = invite(studio, ["dora"])["dora"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.goto(f"{client.url}/user/login/")
        opened.fill("input[name=email]", account.email)
        opened.fill("input[name=password]", account.password)
        opened.click("button[type=submit]")
        opened.wait_for_url(lambda url: "/user/login" not in url)
        yield opened
        browser.close()


def test_the_adjudicator_sees_everybodys_work_and_rules(
    page: Page,
    contested: Path,
    run: Any,
    studio: Path,
    client: Client,
    project: str,
    bridge: Article,
    book: Codebook,
    tmp_path: Path,
) -> None:
    """Tabs by pseudonym, the page filled with what all agreed on, cause and reason in sight; gold follows the ruling."""
    from playwright.sync_api import expect

    given = (contested / "annotations.jsonl", "--articles", contested / "articles.jsonl", "--project", project)
    done = run("adjudicate", "push", *given, "--folder", studio, "--yes", "--json")
    assert done.code == 0, done.err
    assert (done.receipt["new"], done.receipt["contested_articles"], done.receipt["contested_places"]) == (2, 2, 4)
    again = run("adjudicate", "push", *given, "--folder", studio, "--yes", "--json")
    assert (again.receipt["new"], again.receipt["already_there"], again.receipt["outdated"]) == (0, 2, 0)
    found = client.find_project(project)
    assert found is not None
    first, second = sorted(client.states(found.id), key=lambda state: state.id)
    assert first.key == bridge.id
    assert first.models == {*PEOPLE, AGREED}

    page.goto(f"{client.url}/projects/{found.id}/data?task={first.id}")
    page.locator(".lsf-richtext__line").first.wait_for()
    for name in (*PEOPLE, AGREED):
        expect(page.get_by_text(name, exact=False).first).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(DRAWN, arg=CUE)
    for words in ("guideline gap", "slip", "ambiguity", "missing context"):
        expect(page.locator(".annotate-decision").first.get_by_text(words)).to_be_in_viewport(timeout=PATIENCE)
    page.locator(".annotate-decision").first.get_by_text("ambiguity").click()
    box = page.locator(".annotate-decision").nth(1).locator("input, textarea").first
    box.fill("The board's denial is no check 王")
    box.press("Enter")
    with page.expect_response(lambda r: "/annotations" in r.url and r.request.method == "POST") as answer:
        page.get_by_test_id("bottombar-submit-button").click()
    assert answer.value.ok

    out = tmp_path / "rulings.jsonl"
    pulled = run("adjudicate", "pull", *given, "--keys", tmp_path / "keys", "--folder", studio, "--json", "-o", out)
    assert pulled.code == 0, pulled.err
    made = [one for one in files.read(out, Ruling) if isinstance(one, Ruling)]
    assert {(one.layer, one.label, one.text, one.cause, one.reason) for one in made} == {
        ("claim", None, CLAIM, "ambiguity", "The board's denial is no check 王"),
        ("source", None, KEEPER, "ambiguity", "The board's denial is no check 王"),
        ("hedge", None, "reportedly", "ambiguity", "The board's denial is no check 王"),
    }
    [claim] = [one for one in made if one.layer == "claim"]
    assert claim.votes == dict(zip(PEOPLE, ("unverified", "disputed", "verified"), strict=True))
    work = [one for one in files.read(contested / "annotations.jsonl", Annotation) if isinstance(one, Annotation)]
    golds = [one for one in gold(work, [bridge], book) if isinstance(one, Gold)]
    assert [span.text for one in golds for span in one.spans] == [CUE, KEEPER]
    [after] = [one for one in ruled(golds, made, book) if isinstance(one, Gold)]
    assert [span.text for span in after.spans] == [CUE]

    drawn_by_hand = {"id": "new", "from_name": "hedge", "to_name": "text", "type": "labels"}
    place = {"start": 3, "end": 6, "text": "may"}
    here = {**drawn_by_hand, "from_name": "place_cause", "type": "choices"}
    why = {**drawn_by_hand, "from_name": "place_reason", "type": "textarea"}
    result = [
        {**drawn_by_hand, "value": {**place, "labels": ["epistemic"]}},
        {**here, "value": {**place, "choices": ["slip"]}},
        {**why, "value": {**place, "text": ["It is a modal verb"]}},
    ]
    client.annotate(second.id, result=result)
    pulled = run("adjudicate", "pull", *given, "--keys", tmp_path / "keys", "--folder", studio, "--json", "-o", out)
    assert pulled.receipt["rulings"] == 4
    assert pulled.receipt["causes"] == {"slip": 1, "ambiguity": 3}
    [slip] = [one for one in files.read(out, Ruling) if isinstance(one, Ruling) and one.cause == "slip"]
    assert (slip.label, slip.reason, slip.overruled) == ("epistemic", "It is a modal verb", {PEOPLE[0]: None})
