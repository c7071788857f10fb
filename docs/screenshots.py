"""Take the README's pictures: the labelling screen of a running project, and the report of a build folder.

Run it by ``make screenshots``, after ``make demo`` and ``make browser``.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from annotate.studio.client import Client
from annotate.studio.credentials import FOLDER, Access, read_credentials

IMAGES = Path(__file__).with_name("images")
SIZE = {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def labelling(browser: Browser, project: str, target: Path) -> None:
    """Take the picture of the first article that opens with suggestions."""
    admin = read_credentials(FOLDER)
    if admin is None:
        message = "no Label Studio is running here: make demo first"
        raise SystemExit(message)
    with Client(Access(url=admin.url, api_key=admin.api_key)) as client:
        found = client.find_project(project)
        if found is None:
            message = f"no project {project!r}: make demo first"
            raise SystemExit(message)
        task = min(state.id for state in client.states(found.id))
    page = browser.new_page(viewport=SIZE, device_scale_factor=1)
    page.goto(f"{admin.url}/user/login/")
    page.fill("input[name=email]", admin.email)
    page.fill("input[name=password]", admin.password)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{admin.url}/projects/{found.id}/data?task={task}")
    page.wait_for_selector(".lsf-richtext__container, [class*=htx-highlight]")
    page.wait_for_timeout(2500)
    page.screenshot(path=target)


def report(browser: Browser, file: Path, target: Path) -> None:
    """Take the picture of the top of a report."""
    page = browser.new_page(viewport={"width": 1100, "height": 1300}, device_scale_factor=1)
    page.goto(file.resolve().as_uri())
    page.wait_for_timeout(500)
    page.screenshot(path=target)


def main() -> None:
    """Take both pictures into docs/images."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--project", required=True)
    options = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        labelling(browser, options.project, IMAGES / "labelling.png")
        report(browser, options.build / "report.html", IMAGES / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
