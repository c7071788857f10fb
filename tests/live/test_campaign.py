"""A campaign on the real server: three annotators, a blind arm, hidden gold, a second batch, a new codebook version."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from label_studio_sdk import LabelStudio

from annotate import codebook, files
from annotate.campaign.assignments import Arm, Assignment, Kind, read_plan, write_plan
from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.records import Annotation, Article, Gold, Span, Suggestion, Task
from annotate.studio.accounts import invite
from annotate.studio.client import Client
from annotate.studio.credentials import Access
from annotate.studio.pseudonyms import Pseudonyms

NAMES = ("ada", "ben", "cleo")
PAIR = NAMES[:2]
CLAIM, CUE = "The weir may fail", "may"


class Campaign:
    """A planned campaign in a folder of its own.

    Attributes:
        articles: of which the last two are gold items.
    """

    def __init__(self, folder: Path, name: str, book: Codebook, run: Any, studio: Path, client: Client) -> None:
        """Write articles, tasks with suggestions, gold and a plan."""
        self.folder, self.name, self.book, self.run, self.studio, self.client = folder, name, book, run, studio, client
        self.articles = [make_article(f"Day {n} 🌊\n{CLAIM} on day {n}, said its keeper 王小明.") for n in range(6)]
        self.write_tasks(self.articles)
        golds = [Gold(article=article, codebook=book.ref) for article in self.articles[-2:]]
        files.write(folder / "gold.jsonl", golds)
        self.accounts = invite(studio, list(NAMES))

    def write_tasks(self, articles: list[Article]) -> None:
        """Write articles and a task with a suggestion for each."""
        files.write(self.folder / "articles.jsonl", articles)
        files.write(
            self.folder / "tasks.jsonl",
            [
                Task(
                    article_id=article.id,
                    article=article,
                    codebook=self.book.ref,
                    suggestion=Suggestion(model="patterns 1", spans=(span(article, "hedge", "epistemic", CUE),)),
                )
                for article in articles
            ],
        )

    def plan(self, *more: object, names: tuple[str, ...] = NAMES) -> list[Assignment]:
        """Plan by the command, and return the rows."""
        words = ("--annotators", ",".join(names), "--gold-items", self.folder / "gold.jsonl", "--gold", "20%")
        path = self.folder / "plan.csv"
        articles = self.folder / "articles.jsonl"
        done = self.run("campaign", "plan", articles, *words, "--blind", "40%", "--seed", 1, *more, "-o", path)
        assert done.code == 0, done.err
        return read_plan(path)

    def push(self, *more: object) -> Any:
        """Push by the command."""
        tasks = ("--tasks", self.folder / "tasks.jsonl", "--campaign", self.name, "--folder", self.studio)
        return self.run("campaign", "push", self.folder / "plan.csv", *tasks, "--yes", "--json", *more)

    def status(self, *more: object) -> dict[str, Any]:
        """Return progress by the command."""
        where = ("--campaign", self.name, "--folder", self.studio)
        done = self.run("campaign", "status", self.folder / "plan.csv", *where, "--json", *more)
        assert done.code == 0, done.err
        found: dict[str, Any] = done.receipt["progress"]
        return found

    def rooms(self) -> dict[tuple[str, str], int]:
        """Return the project of each annotator and arm, under the codebook's version."""
        begins = f"{self.name} {self.book.version} "
        titles = {title: ids[0] for title, ids in self.client.projects().items() if title.startswith(begins)}
        return {(title.split(" · ")[1], title.split(" · ")[2]): number for title, number in titles.items()}

    def tasks(self, room: tuple[str, str]) -> list[dict[str, Any]]:
        """Return the tasks of a room, as they are shown."""
        project = self.rooms()[room]
        return sorted(
            self.client.export(project, [state.id for state in self.client.states(project)]), key=lambda t: t["id"]
        )

    def label(self, name: str, arm: str, count: int | None = None, seconds: float = 30.0) -> None:
        """Have an annotator submit what is in a room, in its order."""
        with Client(Access(url=self.client.url, api_key=self.accounts[name].api_key)) as annotator:
            for task in self.tasks((name, arm))[:count]:
                text = task["data"]["text"]
                place = {"start": text.index(CLAIM), "end": text.index(CLAIM) + len(CLAIM), "text": CLAIM}
                label = "verified" if name == "cleo" else "unverified"
                region = {"id": "r1", "from_name": "claim", "to_name": "text", "type": "labels"}
                result = [{**region, "value": {**place, "labels": [label]}}]
                annotator.annotate(task["id"], result=result, lead_time=seconds)


def span(article: Article, layer: str, label: str, quote: str) -> Span:
    """Return a span of an article."""
    start = article.text.index(quote)
    return Span(id=layer, layer=layer, label=label, start=start, end=start + len(quote), text=quote, score=0.9)


@pytest.fixture
def campaign(
    tmp_path: Path, project: str, book: Codebook, run: Any, studio: Path, client: Client
) -> Iterator[Campaign]:
    """A campaign that no other test has."""
    return Campaign(tmp_path, f"C{project.removeprefix('Project ')}", book, run, studio, client)


def test_a_planned_campaign(campaign: Campaign, tmp_path: Path) -> None:
    """What was planned is what each sees, in that order; the blind arm sees no suggestion; all comes home, once."""
    rows = campaign.plan("--calibration", 2)
    assert {row.kind for row in rows} == {Kind.CALIBRATION, Kind.OVERLAP, Kind.GOLD}
    done = campaign.push()
    assert done.code == 0, done.err
    assert done.receipt["new"] == len(rows)
    assert done.receipt["enforced"] is False
    assert "enforces neither blindness nor roles" in done.err
    assert set(campaign.rooms()) == {(name, arm.value) for name in NAMES for arm in Arm}
    for name, arm in campaign.rooms():
        planned = [row.article for row in rows if (row.annotator, row.arm.value) == (name, arm)]
        shown = campaign.tasks((name, arm))
        assert [task["data"]["article_id"] for task in shown] == planned
        assert {bool(task["predictions"]) for task in shown} == {arm == "suggested"}
        assert not [task for task in shown if "gold" in str(task["data"]) or "calibration" in str(task["data"])]
    again = campaign.push()
    assert (again.receipt["new"], again.receipt["already_there"]) == (0, len(rows))

    campaign.label("ada", "suggested")
    campaign.label("ada", "blind")
    campaign.label("ben", "blind", 1)
    found = campaign.status("--html", tmp_path / "status.html")
    states: Counter[str] = Counter()
    for row in found["rows"]:
        states.update({f"{row['annotator']} {state}": n for state, n in row["states"].items()})
        assert row["minutes"] == (0.5 if row["annotator"] == "ada" or row["states"]["submitted"] else None)
    own = Counter(row.annotator for row in rows)
    assert states["ada submitted"] == own["ada"]
    assert (states["ben submitted"], states["ben untouched"]) == (1, own["ben"] - 1)
    assert states["cleo untouched"] == own["cleo"]
    assert found["notes"] == []
    assert found["hours_left"] > 0
    assert "By annotator and batch" in (tmp_path / "status.html").read_text(encoding="utf-8")

    out, plan = tmp_path / "annotations.jsonl", tmp_path / "plan-pseudonyms.csv"
    keys = ("--keys", tmp_path / "keys", "--folder", campaign.studio, "--json")
    both = ("--plan", tmp_path / "plan.csv", "--plan-output", plan)
    pulled = campaign.run(
        "campaign",
        "pull",
        "--campaign",
        campaign.name,
        "--articles",
        tmp_path / "articles.jsonl",
        *both,
        *keys,
        "-o",
        out,
    )
    assert pulled.code == 0, pulled.err
    assert pulled.receipt["submitted"] == own["ada"] + 1
    annotations = [one for one in files.read(out, Annotation) if isinstance(one, Annotation)]
    pseudonym = Pseudonyms(tmp_path / "keys")
    arms = {(row.article, row.annotator): row.arm for row in read_plan(plan)}
    assert {arms[one.article_id, one.annotator] for one in annotations} == set(Arm)
    assert {one.annotator for one in annotations} == {pseudonym("ada@localhost"), pseudonym("ben@localhost")}
    assert {s.text for one in annotations for s in one.spans} == {CLAIM}


def test_a_second_batch_and_a_new_version_of_the_codebook(campaign: Campaign, tmp_path: Path) -> None:
    """More articles go to the same rooms; a new version gets rooms of its own; after a migration both count as one."""
    first = campaign.plan("--calibration", 2, names=PAIR)
    assert campaign.push().code == 0
    more = [make_article(f"Month {n}\n{CLAIM} in month {n} 🌊.") for n in range(2)]
    campaign.write_tasks([*campaign.articles, *more])
    rows = campaign.plan("--calibration", 0, "--extend", tmp_path / "plan.csv", names=PAIR)
    new = [row for row in rows if row not in first]
    assert {row.batch for row in new} == {3}
    done = campaign.push()
    assert done.receipt["new"] == len(new)
    assert campaign.rooms().keys() == {(name, arm.value) for name in PAIR for arm in Arm}
    campaign.label("ben", "blind")
    labelled = len(campaign.tasks(("ben", "blind")))

    folder = tmp_path / "newer"
    shutil.copytree(codebook.folder("credibility"), folder)
    text = (folder / "codebook.toml").read_text(encoding="utf-8")
    bumped_text = text.replace(f'version = "{campaign.book.version}"', 'version = "9.9.9"', 1)
    (folder / "codebook.toml").write_text(bumped_text, encoding="utf-8")
    newer = codebook.load(str(folder))
    campaign.book = newer
    campaign.write_tasks([*campaign.articles, *more])
    bumped = campaign.push("--codebook", folder)
    assert bumped.code == 0, bumped.err
    assert bumped.receipt["labelled_under_another_version"] == labelled
    assert bumped.receipt["new"] == len(rows) - labelled
    assert sum(row["states"]["submitted"] for row in campaign.status()["rows"]) == labelled
    campaign.label("ada", "suggested")
    campaign.label("ada", "blind")
    mixed = b""
    for version, where in (("old", "credibility"), ("new", folder)):
        out = tmp_path / f"{version}.jsonl"
        pulled = campaign.run(
            "campaign", "pull", "--campaign", campaign.name, "--codebook", where, "--keys", tmp_path / "keys",
            "--folder", campaign.studio, "--json", "-o", out,
        )  # fmt: skip
        assert len(pulled.receipt["other_versions"]) == len(PAIR) * 2
        mixed += out.read_bytes()
    (tmp_path / "mixed.jsonl").write_bytes(mixed)
    counting = ("--articles", tmp_path / "articles.jsonl", "--codebook", folder, "--keys", tmp_path / "keys", "--json")
    refused = campaign.run("agreement", tmp_path / "mixed.jsonl", *counting)
    assert refused.code == 1
    assert "annotations under two codebooks are never counted together" in refused.err
    merged = ("codebook", "migrate", "credibility", folder, tmp_path / "mixed.jsonl", "-o", tmp_path / "merged.jsonl")
    assert campaign.run(*merged).code == 0
    by_batch = ("--plan", tmp_path / "plan.csv", "--by", "batch", "--resamples", 9)
    together = campaign.run("agreement", tmp_path / "merged.jsonl", *counting, *by_batch)
    assert together.code == 0, together.err
    found = together.receipt["agreement"]
    assert sorted(one["articles"] for one in found["annotators"]) == sorted([labelled, len(rows) // 2])
    assert found["targets"]["status"]["percent"]["value"] == 1.0
    assert {part["value"] for part in found["slices"]} == {"1", "2", "3"}


def test_what_goes_another_way_than_planned(campaign: Campaign, tmp_path: Path) -> None:
    """An unknown annotator, suggestions in a blind room and missing tasks stop a push; who works elsewhere is told."""
    rows = campaign.plan("--calibration", 2, names=PAIR)
    stranger = msgspec.structs.replace(rows[0], annotator="zoe")
    write_plan(tmp_path / "plan.csv", [*rows, stranger])
    refused = campaign.push()
    assert refused.code == 2
    assert "the plan names zoe, with no account on this server" in refused.err
    assert "annotate studio invite zoe" in refused.err
    assert campaign.rooms() == {}
    write_plan(tmp_path / "plan.csv", rows)
    assert campaign.push().code == 0
    project = campaign.rooms()["ada", "blind"]
    [state, *_] = campaign.client.states(project)
    campaign.client.import_predictions(project, [{"task": state.id, "model_version": "x", "result": [], "score": 0.5}])
    stopped = campaign.push()
    assert stopped.code == 1
    assert "is a room of the blind arm, and 1 of its tasks carry suggestions" in stopped.err
    [task, *_] = campaign.tasks(("ada", "suggested"))
    with Client(Access(url=campaign.client.url, api_key=campaign.accounts["ben"].api_key)) as ben:
        ben.annotate(task["id"], result=[])
    leaver = invite(campaign.studio, ["leaver"])["leaver"]
    with Client(Access(url=campaign.client.url, api_key=leaver.api_key)) as one:
        one.annotate(task["id"], result=[])
    admin = campaign.client.access.api_key
    deleted = next(n for n, email in campaign.client.emails().items() if email == leaver.email)
    with httpx.Client(trust_env=False) as http:
        LabelStudio(base_url=campaign.client.url, api_key=admin, httpx_client=http).users.delete(deleted)
    told = ["a deleted account labelled 1 in ada's project", "ben labelled 1 in ada's project"]
    assert campaign.status()["notes"] == told
    out = tmp_path / "annotations.jsonl"
    home = ("--campaign", campaign.name, "--keys", tmp_path / "keys", "--folder", campaign.studio, "-o", out)
    assert campaign.run("campaign", "pull", *home).code == 0
    shown = campaign.run("agreement", out, "--articles", tmp_path / "articles.jsonl", "--resamples", 9)
    assert "1 article of 'deleted': whose account was deleted has no name" in " ".join(shown.out.split())
    (tmp_path / "tasks.jsonl").write_text("")
    missing = campaign.push()
    assert missing.code == 1
    assert "articles that have no task" in missing.err
