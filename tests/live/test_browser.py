"""A person at the labelling screen: what is drawn with hotkeys and the mouse comes home with exact offsets."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.records import Annotation, Article, Span, Suggestion
from annotate.studio.accounts import invite
from annotate.studio.client import Client
from annotate.studio.pseudonyms import Pseudonyms
from annotate.studio.pull import Pull
from annotate.studio.push import carry_out, plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CORNERS = """([start, end]) => {
  const walker = document.createTreeWalker(document.querySelector(".lsf-richtext__container"), NodeFilter.SHOW_TEXT);
  const places = [];
  for (let node; (node = walker.nextNode()); ) {
    for (let at = 0; at < node.data.length; ) {
      const size = node.data.codePointAt(at) > 0xffff ? 2 : 1;
      places.push([node, at, size]);
      at += size;
    }
  }
  const point = (place, edge) => {
    const [node, at, size] = places[place];
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + size);
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
    const box = edge < 0 ? [...range.getClientRects()].at(0) : [...range.getClientRects()].at(-1);
    return [edge < 0 ? box.left + 0.5 : box.right - 0.5, box.top + box.height / 2];
  };
  const text = places.slice(start, end).map(([node, at, size]) => node.data.slice(at, at + size)).join("");
  point(start, -1);
  return { text, from: point(start, -1), to: point(end - 1, 1) };
}"""
"""Gives where on the screen a stretch of the text shown begins and ends; line breaks are none of its characters."""

REGIONS = "() => window.Htx.annotationStore.selected.regionStore.regions.length"
"""How many regions the editor has taken."""
READY = "() => window.Htx?.annotationStore?.selected?.objects?.every((one) => one.isReady)"
"""Whether the editor says that it is ready."""
DRAWN = """(texts) => texts.includes(
  [...document.querySelectorAll("[class*=htx-highlight]")].map((one) => one.innerText).join(""))"""
"""Whether the stretches drawn read as one of these texts."""
CHOSEN = ".lsf-label_selected"
"""The label that the next stretch gets."""
TRIES = 10
PATIENCE = 30_000
"""How long a page may take, in milliseconds."""

WIRE = (
    ("2", 0, 146, "d592130eac8a1c94"),
    ("d", 161, 184, "95e7702aa2ca90d9"),
    ("t", 418, 425, "d79d3458a58877cd"),
    ("t", 685, 695, "a8f8ab16d6476877"),
    ("y", 910, 923, "5f79c870f2acef18"),
    ("s", 2654, 2657, "3d5b25960d5ea2ab"),
)
"""Hotkey, offsets and the beginning of the quote's SHA-256, for spans on the wire article."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not here: run `make browser` once, as root")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser, studio: Path, session_client: Client) -> Iterator[Page]:
    """A window in which an invited annotator is logged in."""
    account = invite(studio, ["bea"])["bea"]
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(f"{session_client.url}/user/login/")
    opened.fill("input[name=email]", account.email)
    opened.fill("input[name=password]", account.password)
    opened.click("button[type=submit]")
    opened.wait_for_url(lambda url: "/user/login" not in url)
    yield opened
    context.close()


def open_task(page: Page, client: Client, project: str, book: Codebook, task: Any) -> None:
    """Push a task and open it."""
    carry_out(client, plan(client, project, [task], book), book)
    found = client.find_project(project)
    assert found is not None
    [state] = client.states(found.id)
    page.goto(f"{client.url}/projects/{found.id}/data?task={state.id}")
    page.locator(".lsf-richtext__line").first.wait_for()
    page.wait_for_function(READY)


def draw(page: Page, article: Article, hotkey: str, start: int, end: int) -> None:
    """Choose a label by its hotkey and drag over a stretch of the article, until the editor has taken it."""
    from playwright.sync_api import TimeoutError as TooLong

    breaks = article.text.count("\n", 0, start)  # the screen has a line an element, without the line break
    drawn = page.evaluate(REGIONS)
    for _ in range(TRIES):  # the editor takes a mouse only a moment after it says that it is ready
        place = page.evaluate(CORNERS, [start - breaks, end - breaks])
        assert place["text"] == article.text[start:end]
        if not page.locator(CHOSEN).count():  # pressed again, the key would take the label back
            page.keyboard.press(hotkey)
            page.locator(CHOSEN).first.wait_for()
        page.mouse.move(*place["from"])
        page.mouse.down()
        middle = [(a + b) / 2 for a, b in zip(place["from"], place["to"], strict=True)]
        page.mouse.move(*middle, steps=4)
        page.mouse.move(*place["to"], steps=8)
        page.mouse.up()
        try:
            page.wait_for_function(f"before => ({REGIONS})() > before", arg=drawn, timeout=5000)
        except TooLong:
            continue
        break
    assert page.evaluate(REGIONS) == drawn + 1
    page.keyboard.press("Escape")
    page.locator(CHOSEN).first.wait_for(state="detached")


def submit(page: Page) -> None:
    """Press the button and wait for the server's answer."""
    with page.expect_response(lambda r: "/annotations" in r.url and r.request.method == "POST") as answer:
        page.get_by_test_id("bottombar-submit-button").click()
    assert answer.value.ok


def pulled(client: Client, project: str, book: Codebook, article: Article, keys: Path) -> Annotation:
    """Return the one annotation of a project, proved."""
    [record] = Pull(client, project, book).annotations(Pseudonyms(keys), articles={article.id: article})
    assert isinstance(record, Annotation), record
    assert Pseudonyms(keys).known()[record.annotator] == "bea@localhost"
    return record


def test_spans_on_a_text_with_emoji_cjk_and_quotes(
    page: Page, client: Client, project: str, book: Codebook, bridge: Article, make_task: Any, tmp_path: Path
) -> None:
    """Spans drawn after and over an emoji, a CJK name and quotation marks are exactly those that come home."""
    wanted = [
        ("2", "claim", "unverified", "The weir may fail by Friday"),
        ("q", "hedge", "epistemic", "may"),
        ("a", "source", "person", "keeper 👩‍🔧 Łucja Brandt"),
        ("a", "source", "person", "王小明"),
        ("t", "hedge", "evidential", "reportedly"),
        ("s", "source", "organisation", "The Water Board"),
    ]
    open_task(page, client, project, book, make_task(bridge))
    for hotkey, _, _, quote in wanted:
        start = bridge.text.index(quote)
        draw(page, bridge, hotkey, start, start + len(quote))
    submit(page)
    record = pulled(client, project, book, bridge, tmp_path)
    found = {(span.layer, span.label, span.start, span.end) for span in record.spans}
    assert found == {
        (layer, label, bridge.text.index(quote), bridge.text.index(quote) + len(quote))
        for _, layer, label, quote in wanted
    }
    assert record.lead_time is not None
    assert record.lead_time > 0


def test_spans_on_the_wire_article(
    page: Page, client: Client, project: str, book: Codebook, wire: Path, make_task: Any, tmp_path: Path
) -> None:
    """On a long real article, spans from its first to its last lines come home with exact offsets."""
    article = make_article(wire.read_text(encoding="utf-8"))
    wanted = [(hotkey, start, end) for hotkey, start, end, _ in WIRE]
    for _, start, end, digest in WIRE:
        assert hashlib.sha256(article.text[start:end].encode()).hexdigest()[:16] == digest
    open_task(page, client, project, book, make_task(article))
    for hotkey, start, end in wanted:
        draw(page, article, hotkey, start, end)
    submit(page)
    record = pulled(client, project, book, article, tmp_path)
    keys = {label.name: label.hotkey for layer in book.layer for label in layer.label}
    assert sorted((keys[span.label], span.start, span.end) for span in record.spans) == sorted(wanted)


def test_suggestions_are_drawn_and_kept(
    page: Page, client: Client, project: str, book: Codebook, bridge: Article, make_task: Any, tmp_path: Path
) -> None:
    """Suggested spans stand on the page; submitted as they are, they come home as kept suggestions of that model."""
    spans = []
    for number, quote in enumerate(("reportedly", "王小明")):
        start = bridge.text.index(quote)
        layer, label = ("hedge", "evidential") if quote == "reportedly" else ("source", "person")
        spans.append(
            Span(id=f"s{number}", layer=layer, label=label, start=start, end=start + len(quote), text=quote, score=0.7)
        )
    offered = Suggestion(model="patterns 1", spans=tuple(spans), score=0.7)
    open_task(page, client, project, book, make_task(bridge, offered))
    page.wait_for_function(DRAWN, arg=["reportedly王小明", "王小明reportedly"])
    submit(page)
    record = pulled(client, project, book, bridge, tmp_path)
    assert {(span.text, span.origin) for span in record.spans} == {
        ("reportedly", "suggestion"),
        ("王小明", "suggestion"),
    }
    assert record.origin is not None
    assert record.origin.suggestion == "patterns 1"


def test_no_claim_is_a_decision_and_a_note_is_kept(
    page: Page, client: Client, project: str, book: Codebook, make_task: Any, tmp_path: Path
) -> None:
    """A person who finds no claim says so by a hotkey and can write a note; labels stay in sight on a long article."""
    article = make_article("\n".join(f"Will it rain on day {number}? 🌧" for number in range(80)))
    open_task(page, client, project, book, make_task(article))
    page.locator(".lsf-richtext__line").last.scroll_into_view_if_needed()
    from playwright.sync_api import TimeoutError as TooLong
    from playwright.sync_api import expect

    expect(page.locator(".lsf-label").first).to_be_in_viewport(timeout=PATIENCE)
    chosen = page.locator(".annotate-decision input:checked")
    for _ in range(TRIES):
        page.keyboard.press("0")
        with contextlib.suppress(TooLong):
            chosen.first.wait_for(state="attached", timeout=5000)
            break
    expect(chosen).to_have_count(1, timeout=PATIENCE)
    note = page.locator(".annotate-decision").last.locator("input, textarea").first
    note.fill("only questions 王")
    note.press("Enter")
    submit(page)
    record = pulled(client, project, book, article, tmp_path)
    assert record.decisions == {"article": ("no_claim",), "note": ("only questions 王",)}
    assert record.spans == ()


def test_the_screen_talks_to_nobody_else(
    page: Page, client: Client, project: str, book: Codebook, bridge: Article, make_task: Any
) -> None:
    """Opening a task asks only our server for anything."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    open_task(page, client, project, book, make_task(bridge))
    assert asked
    assert [url for url in asked if not url.startswith((client.url, "data:", "blob:"))] == []
