"""Pushing tasks to the embedded Label Studio and pulling annotations, beside the SDK call by call and beside bare HTTP.

Each task is an invented article with the suggestions that our patterns make. Ours looks first at what is there, sends in
batches, looks again, and on the way back proves each span; the others send or fetch, and look at nothing. Bare HTTP sends all
in one request and is the least that this server needs. Time is the clock's, because the server's work is most of it;
what arrives is counted for each. The server is one of its own under ``.cache``; it is stopped at the end.

    python bench/push.py                                    # a minute, where Label Studio is installed already
    python bench/push.py --full -o bench/results/push.json
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
from invented import article
from measures import OURS, Claim, Row, arguments, finish, ratio

from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.language.suggester import PatternSuggester, tasks
from annotate.records import Annotation, Task
from annotate.studio import installation, server
from annotate.studio.client import Client
from annotate.studio.credentials import Access, access
from annotate.studio.interface import label_config
from annotate.studio.payload import to_label_studio
from annotate.studio.pseudonyms import Pseudonyms
from annotate.studio.pull import Pull
from annotate.studio.push import carry_out, plan

ROOT = Path(__file__).parents[1]
PUSH, AGAIN, PULL = "push of tasks with suggestions", "push of the same once more", "pull of annotations"
SDK, HTTP = "SDK, call by call", "bare HTTP, one request"
SIZES, FULL_SIZES = (50,), (100, 1_000)
ROUNDS, FULL_ROUNDS = 2, 3
WAIT = 600.0
"""Seconds that a request may take."""
BAR = 3
"""Times the speed of the SDK call by call that ours has to reach."""
TITLES = (f"Bench {number}" for number in itertools.count(int(time.time())))


class Raw:
    """Bare HTTP with the administrator's token."""

    def __init__(self, given: Access) -> None:
        """Exchange the personal token for one that requests take."""
        self._http = httpx.Client(base_url=given.url, trust_env=False, timeout=WAIT)
        answer = self._http.post("/api/token/refresh", json={"refresh": given.api_key}).raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Return the answer to a request."""
        answer = self._http.request(method, path, **more).raise_for_status()
        return answer.json() if answer.content else None


def made(count: int, book: Codebook) -> list[Task]:
    """Return so many tasks."""
    return list(tasks((make_article(article(number)) for number in range(count)), PatternSuggester(book), book))


def timed(work: Callable[[], int], expected: int, what: str) -> float:
    """Return the clock's seconds of a piece of work, which has to return how much has arrived."""
    start = time.perf_counter()
    arrived = work()
    seconds = time.perf_counter() - start
    if arrived != expected:
        sys.exit(f"{what}: {arrived} of {expected} arrived")
    return seconds


def rounds(client: Client, given: Access, count: int, times: int) -> list[Row]:
    """Return the rows of so many tasks."""
    from label_studio_sdk import LabelStudio

    book, sdk = load(), LabelStudio(base_url=given.url, api_key=given.api_key, timeout=WAIT, max_retries=0)
    all_tasks = made(count, book)
    payloads = [to_label_studio(task, book) for task in all_tasks]
    seconds: dict[tuple[str, str], list[float]] = {}
    for _ in range(times):
        raw = Raw(given)  # its token lives for minutes alone
        took = {**pushes(client, sdk, raw, all_tasks, payloads), **pulls(client, sdk, raw, all_tasks, payloads)}
        for key, each in took.items():
            seconds.setdefault(key, []).append(round(each, 4))
    rows = [
        Row(measure, count, system, statistics.median(each), None, each, clock=True)
        for (measure, system), each in seconds.items()
    ]
    for one in rows:
        print(f"{one.measure:32} {one.system:24} {count:6,}: {count / one.seconds:9,.1f} a second", flush=True)
    return rows


def pushes(
    client: Client, sdk: Any, raw: Raw, all_tasks: Sequence[Task], payloads: list[dict[str, Any]]
) -> dict[tuple[str, str], float]:
    """Return the seconds of each way to push into a new project; the projects are deleted again."""
    book, count = load(), len(all_tasks)

    def ours(title: str) -> int:
        carry_out(client, plan(client, title, all_tasks, book), book)
        return there()

    def by_sdk(project: int) -> int:
        for payload in payloads:
            task = sdk.tasks.create(project=project, data=payload["data"])
            for prediction in payload["predictions"]:
                sdk.predictions.create(task=task.id, **prediction)
        return there()

    def by_http(project: int) -> int:
        raw.call("POST", f"/api/projects/{project}/import", json=payloads)
        return there()

    def there() -> int:
        found: int = raw.call("GET", f"/api/projects/{number()}/")["task_number"]
        return found

    def number() -> int:
        return client.projects()[title][0]

    seconds = {}
    for system, way in ((OURS, None), (SDK, by_sdk), (HTTP, by_http)):
        title = next(TITLES)
        if way is None:
            seconds[PUSH, OURS] = timed(lambda: ours(title), count, PUSH)  # noqa: B023 - called at once
            seconds[AGAIN, OURS] = timed(lambda: ours(title), count, AGAIN)  # noqa: B023 - likewise
        else:
            project = client.create_project(title, label_config=label_config(book)).id
            seconds[PUSH, system] = timed(lambda: way(project), count, PUSH)  # noqa: B023 - likewise
        raw.call("DELETE", f"/api/projects/{number()}/")
    return seconds


def pulls(
    client: Client, sdk: Any, raw: Raw, all_tasks: Sequence[Task], payloads: list[dict[str, Any]]
) -> dict[tuple[str, str], float]:
    """Return the seconds of each way to pull one annotation a task, which says what the suggestion does."""
    book, count, title = load(), len(all_tasks), next(TITLES)
    carry_out(client, plan(client, title, (), book), book)
    project = client.projects()[title][0]
    done = [{"data": one["data"], "annotations": [{"result": one["predictions"][0]["result"]}]} for one in payloads]
    raw.call("POST", f"/api/projects/{project}/import", json=done)

    def ours() -> int:
        with tempfile.TemporaryDirectory() as keys:
            articles = {task.article_id: task.article for task in all_tasks}
            found = Pull(client, title, book).annotations(Pseudonyms(Path(keys) / "keys"), articles=articles)
            return sum(isinstance(one, Annotation) for one in found)

    def by_sdk() -> int:
        return sum(len(sdk.annotations.list(task.id)) for task in sdk.tasks.list(project=project))

    def by_http() -> int:
        found = raw.call("GET", f"/api/projects/{project}/export", params={"exportType": "JSON"})
        return sum(len(task["annotations"]) for task in found)

    seconds = {(PULL, name): timed(way, count, PULL) for name, way in ((OURS, ours), (SDK, by_sdk), (HTTP, by_http))}
    raw.call("DELETE", f"/api/projects/{project}/")
    return seconds


def main() -> None:
    """Start a server, measure, and stop it."""
    parser = arguments(__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "bench-studio", help="the server's folder")
    given = parser.parse_args()
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        os.environ.pop(name, None)
    given.folder.mkdir(parents=True, exist_ok=True)
    for venv in (ROOT / ".studio" / "venv", ROOT / ".cache" / "studio-venv"):
        if not (given.folder / "venv").exists() and installation.installed(venv):
            (given.folder / "venv").symlink_to(venv)
    rows: list[Row] = []
    try:
        server.up(given.folder, tell=lambda step: print(step, file=sys.stderr))
        reach = access(given.folder, environment=False)
        with Client(reach) as client:
            for count in FULL_SIZES if given.full else SIZES:
                rows += rounds(client, reach, count, FULL_ROUNDS if given.full else ROUNDS)
    finally:
        server.down(given.folder)
    claims = [
        Claim(f"{measure[0].upper()}{measure[1:]} beside the SDK call by call", ratio(rows, measure, SDK), BAR)
        for measure in (PUSH, PULL)
    ]
    finish("push", rows, claims, given.output)


if __name__ == "__main__":
    main()
