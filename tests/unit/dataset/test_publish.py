"""Publishing to a Hub that is real up to its size: one commit or none, whatever goes wrong."""

from __future__ import annotations

import errno
import json
import socket
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hub.server import LOST, NORMAL, RESET, Hub

from annotate.dataset import hub as client
from annotate.dataset.card_rules import problems
from annotate.dataset.hub import Settings
from annotate.dataset.publish import ATTEMPTS, MEMORY, Content, Plan, Published, Wish, plan, publish
from annotate.errors import DataError, NotThere, Refused, StorageError, Unauthorized, Unreachable

REPO = "newsroom/claims"
AGAIN = "annotate dataset publish dataset --repo newsroom/claims"
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub 2.4, of httpx2
COMMIT, PUT = r"/commit/main", r"^/objects/[0-9a-f]+$"

CARD = """---
pretty_name: Claims 🌊
license: cc0-1.0
tags:
- news
size_categories:
- n<1K
configs:
- config_name: claims
  data_files:
  - split: train
    path: claims/train-*.parquet
---

# Claims

## Rows

{rows} rows.

## Misuse

Rank nobody by it.
"""


def content(rows: str = "7", *, card: str = CARD, files: dict[str, bytes] | None = None) -> Content:
    """Return a small release: one shard, a manifest, an empty file and a card."""
    found = files or {"claims/train-00000-of-00001.parquet": f"PAR1 {rows} 🌊 PAR1".encode()}
    return Content(
        kind="dataset",
        files={**found, "MANIFEST.json": f'{{"rows": {rows}}}'.encode(), "empty.txt": b""},
        card=card.replace("{rows}", rows),
        name=f"release of {rows}",
        faults=lambda metadata, body: problems(metadata, body, list(found)),
    )


class Desk:
    """Somebody with a token at a Hub, who keeps what they were told and how long they waited."""

    def __init__(self, hub: Hub, token: str | None = "hf_ada", repo: str = REPO) -> None:  # noqa: S107 - of a test
        """Sit down."""
        self.hub, self.url, self.token, self.repo = hub, hub.url, token, repo
        self.told: list[str] = []
        self.waited: list[float] = []

    def client(self) -> client.Hub:
        """Return what talks to the Hub."""
        return client.Hub(Settings(self.url, self.token), "dataset", self.repo)

    def plan(self, what: Content, **wish: object) -> Plan:
        """Return the plan."""
        return plan(self.client(), what, Wish(**wish))  # type: ignore[arg-type]  # as the test says

    def publish(self, what: Content, **wish: object) -> Published:
        """Plan and do it."""
        at = self.client()
        agreed = plan(at, what, Wish(**wish))  # type: ignore[arg-type]  # as the test says
        return self.do(what, agreed)

    def do(self, what: Content, agreed: Plan) -> Published:
        """Carry out a plan."""
        return publish(self.client(), what, agreed, again=AGAIN, tell=self.told.append, sleep=self.waited.append)


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    """Close the client's connections at the end."""
    from huggingface_hub.utils import close_session

    yield
    close_session()


@pytest.fixture(autouse=True)
def _client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the client upload as to any Git server, not wait between its own attempts, and leave this machine alone."""
    import time

    from huggingface_hub import constants
    from huggingface_hub.utils import _http

    still = types.SimpleNamespace(**{name: getattr(time, name) for name in dir(time) if not name.startswith("_")})
    still.sleep = lambda _: None
    monkeypatch.setattr(_http, "time", still)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")


@pytest.fixture
def ada(hub: Hub) -> Desk:
    """Ada, who may write for the newsroom."""
    return Desk(hub)


def test_first_one_commit_then_the_tag(ada: Desk, hub: Hub) -> None:
    """A new repository is private, has all files in one commit, and the tag names it."""
    done = ada.publish(content(), tag="v1.0.0")
    there = hub.repository(REPO)
    assert there.data["private"]
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7"]
    assert there.data["tags"] == {"v1.0.0": done.commit} == {"v1.0.0": there.find("main")}
    assert set(there.tree("main")) == {
        ".gitattributes",
        MEMORY,
        "README.md",
        "MANIFEST.json",
        "empty.txt",
        "claims/train-00000-of-00001.parquet",
    }
    assert hub.text(REPO, "README.md") == content().card
    assert there.tree("main")["claims/train-00000-of-00001.parquet"]["large"]


def test_the_same_content_makes_no_commit(ada: Desk, hub: Hub) -> None:
    """A second run finds all files there and the tag set: its plan is empty, and nothing is written."""
    first = ada.publish(content(), tag="v1")
    hub.log.clear()
    again = ada.plan(content(), tag="v1")
    assert again.empty
    assert "no commit: all 5 files are there" in "\n".join(again.told())
    assert ada.do(content(), again) == Published(first.commit, committed=False, tagged=None, page=again.url)
    assert {method for method, _, _ in hub.log} <= {"GET", "HEAD"}


def test_a_plan_says_what_would_change(ada: Desk) -> None:
    """It names the repository, who may see it, each file with its size, what is deleted, and the tag; and does nothing."""
    first = list(ada.plan(content(), tag="v1").told())
    assert first[0].endswith("/datasets/newsroom/claims (private, to be made)")
    assert "  + empty.txt (0)" in first
    assert first[-1] == "then the tag v1"
    assert not ada.hub.repository(REPO)
    ada.publish(content())
    second = list(ada.plan(content("8")).told())
    assert "one commit: 4 files" in second[1]
    assert "0 deleted, 1 unchanged" in second[1]


def test_edits_of_the_card_survive(ada: Desk, hub: Hub) -> None:
    """What a maintainer wrote on the Hub stays, also a second time; what nobody touched is the new release's."""
    ada.publish(content())
    edited = hub.text(REPO, "README.md").replace("- news\n", "- news\n- hand-made 🖐\n")
    edited = edited.replace("Rank nobody by it.", "Rank nobody by it. Ask us first.") + "\n## Thanks\n\nTo Bo.\n"
    hub.edit(REPO, "README.md", edited)
    agreed = ada.plan(content("8"))
    assert agreed.kept == ("tags", "section 'Misuse'", "section 'Thanks'")
    ada.do(content("8"), agreed)
    card = hub.text(REPO, "README.md")
    for part in ("8 rows.", "- hand-made 🖐", "Ask us first.", "## Thanks\n\nTo Bo.", "pretty_name: Claims 🌊"):
        assert part in card
    assert "7 rows" not in card
    assert ada.plan(content("8")).empty
    ada.publish(content("9"))
    assert "Ask us first." in hub.text(REPO, "README.md")


def test_what_is_stale_goes_in_the_same_commit(ada: Desk, hub: Hub) -> None:
    """Files of the last release that this one has not, and shards that a pattern would read, go; a maintainer's stay."""
    ada.publish(content(files={"claims/train-00000-of-00001.parquet": b"a", "old/train-0.parquet": b"b"}, card=OLD))
    hub.edit(REPO, "claims/train-00001-of-00002.parquet", "somebody's")
    hub.edit(REPO, "picture.svg", "<svg/>")
    agreed = ada.plan(content("8"))
    assert agreed.delete == ("claims/train-00001-of-00002.parquet", "old/train-0.parquet")
    before = len(hub.titles(REPO))
    ada.do(content("8"), agreed)
    assert len(hub.titles(REPO)) == before + 1
    there = set(hub.repository(REPO).tree("main"))
    assert not there & set(agreed.delete)
    assert "picture.svg" in there


OLD = CARD.replace(
    "configs:", "configs:\n- config_name: old\n  data_files:\n  - split: train\n    path: old/*"
).replace("- config_name: claims", "- config_name: claims\n  default: true")


def test_a_public_repository_is_not_written_to_unasked(ada: Desk, hub: Hub) -> None:
    """Where the repository is public and nobody said --public, nothing is uploaded."""
    hub.create(REPO, private=False)
    with pytest.raises(Refused, match="the repository is public, and was to be private") as caught:
        ada.publish(content())
    assert "--public" in str(caught.value.hint)
    assert {method for method, _, _ in hub.log} == {"GET"}
    ada.publish(content(), private=False)
    assert hub.titles(REPO)[1:] == ["Publish release of 7"]


def test_a_repository_made_public_meanwhile(ada: Desk, hub: Hub) -> None:
    """Somebody makes a public repository of this name between the plan and its doing: nothing is uploaded."""
    hub.fault(NORMAL, "/api/repos/create", before=lambda: hub.create(REPO, private=False))
    with pytest.raises(Refused, match="is public, and was to be private"):
        ada.publish(content())
    assert hub.titles(REPO) == ["initial commit"]
    assert not hub.count("PUT", PUT)


@pytest.mark.parametrize(
    ("token", "repo", "said"),
    [
        ("hf_ada", "strangers/claims", "this token may not do that (403 while making the repository"),
        ("hf_ada_read", REPO, "this token may not do that (403 while making the repository"),
        ("wrong", REPO, "not there, or this token may not see it (401"),
    ],
)
def test_who_may_not(hub: Hub, token: str, repo: str, said: str) -> None:
    """A foreign namespace, a token that may only read, and a wrong one: refused in words, without the token."""
    with pytest.raises(Unauthorized) as caught:
        Desk(hub, token, repo).publish(content())
    assert said in str(caught.value)
    assert token not in f"{caught.value} {caught.value.hint}"
    assert not hub.count("PUT", "") + hub.count("POST", "")


def test_reading_is_not_writing(ada: Desk, hub: Hub) -> None:
    """A token that may only read sees the plan for a repository that is there, and no commit is made with it."""
    ada.publish(content())
    with pytest.raises(Unauthorized, match="may not do that"):
        Desk(hub, "hf_ada_read").publish(content("8"))
    assert hub.titles(REPO)[1:] == ["Publish release of 7"]


def test_private_to_others(ada: Desk, hub: Hub) -> None:
    """To somebody else, a private repository is one that is not there; making it fails, and both meanings are said."""
    ada.publish(content())
    with pytest.raises(NotThere, match="not there, or this token may not see it"):
        Desk(hub, "hf_bo").plan(content(), request=True)
    with pytest.raises(Unauthorized, match="may not do that"):
        Desk(hub, "hf_bo").publish(content("8"))


def test_gated(ada: Desk, hub: Hub) -> None:
    """A public, gated repository: its owner publishes, somebody else is told of access."""
    ada.publish(content(), private=False)
    gated = hub.repository(REPO)
    gated.data["gated"] = "manual"
    gated.save()
    ada.publish(content("8"), private=False)
    with pytest.raises(Unauthorized, match="newsroom/claims is gated, and this token has no access"):
        Desk(hub, "hf_bo").plan(content("9"), private=False, request=True)
    assert hub.titles(REPO)[-1] == "Publish release of 8"


def test_without_a_token(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is said where one is looked for, before anything is asked."""
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(Unauthorized, match=r"no token: neither HF_TOKEN nor .*/token holds one"):
        Desk(hub, None).publish(content())
    assert not hub.log


def test_a_shard_interrupted_once(ada: Desk, hub: Hub) -> None:
    """A connection that ends in the middle of a shard is tried again: one commit, whole."""
    hub.fault(RESET, PUT, method="PUT")
    ada.publish(content())
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7"]
    assert ("PUT", RESET) in {(method, status) for method, _, status in hub.log}


def test_a_shard_interrupted_always(ada: Desk, hub: Hub) -> None:
    """When it never gets through: nothing is committed, what is pending and the command are said, and the command goes on."""
    hub.fault(RESET, PUT, method="PUT", times=1000)
    with pytest.raises(Unreachable) as caught:
        ada.publish(content(), tag="v1")
    assert hub.titles(REPO) == ["initial commit"]
    hint = str(caught.value.hint)
    assert "pending: one commit of 5 files, then the tag v1" in hint
    assert f"To go on: {AGAIN}" in hint
    hub.faults.clear()
    ada.publish(content(), tag="v1")
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7"]


@pytest.mark.parametrize("what", [500, 503, RESET, LOST, 429, 409, 412])
def test_a_commit_that_fails_once(ada: Desk, hub: Hub, what: int | str) -> None:
    """A server's error, a lost connection or answer, too many requests or a conflict: looked at again, and one commit."""
    hub.fault(what, COMMIT, method="POST")
    ada.publish(content(), tag="v1")
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7"]
    assert hub.repository(REPO).data["tags"] == {"v1": hub.repository(REPO).find("main")}
    assert ada.waited == [1]
    assert len(ada.told) == 1


@pytest.mark.parametrize("what", [500, RESET])
def test_a_commit_that_always_fails(ada: Desk, hub: Hub, what: int | str) -> None:
    """Attempts are bounded; then nothing is half-published, and it is said what is pending."""
    hub.fault(what, COMMIT, method="POST", times=1000)
    with pytest.raises(Unreachable, match="while committing") as caught:
        ada.publish(content())
    assert hub.titles(REPO) == ["initial commit"]
    assert ada.waited == [1, 2, 4, 8][: ATTEMPTS - 1]
    assert "pending: one commit of 5 files. To go on:" in str(caught.value.hint)


def test_as_long_as_the_hub_says(ada: Desk, hub: Hub) -> None:
    """Retry-After is waited for; one that asks for more than two minutes ends the run."""
    hub.fault(429, COMMIT, headers={"Retry-After": "17"})
    ada.publish(content())
    assert ada.waited == [17]
    hub.fault(429, COMMIT, headers={"Retry-After": "3600"})
    with pytest.raises(Unreachable, match="answered 429"):
        ada.publish(content("8"))
    assert ada.waited == [17]


def test_somebody_else_commits_meanwhile(ada: Desk, hub: Hub) -> None:
    """The parent is pinned: their commit is seen, its edit kept, and ours stands on it."""
    ada.publish(content())
    edited = hub.text(REPO, "README.md").replace("Rank nobody", "Never rank anybody")
    hub.fault(NORMAL, COMMIT, before=lambda: hub.edit(REPO, "README.md", edited))
    ada.publish(content("8"))
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7", "Update README.md", "Publish release of 8"]
    assert "Never rank anybody" in hub.text(REPO, "README.md")
    assert "8 rows" in hub.text(REPO, "README.md")
    assert ("POST", 412) in {(method, status) for method, path, status in hub.log if "commit" in path}


def test_more_is_not_deleted_than_was_agreed_to(ada: Desk, hub: Hub) -> None:
    """A shard that somebody adds meanwhile is not deleted unseen: the run ends, and the new plan shows it."""
    ada.publish(content())
    agreed = ada.plan(content("8"))
    hub.edit(REPO, "claims/train-00001-of-00002.parquet", "somebody's")
    with pytest.raises(Refused, match="somebody changed the repository meanwhile"):
        ada.do(content("8"), agreed)
    assert hub.titles(REPO)[-1].startswith("Update claims")
    assert ada.plan(content("8")).delete == ("claims/train-00001-of-00002.parquet",)


def test_a_tag_that_fails(ada: Desk, hub: Hub) -> None:
    """The commit stands, the tag is pending, and the same command sets it without another commit."""
    hub.fault(500, "/tag/", times=1000)
    with pytest.raises(Unreachable) as caught:
        ada.publish(content(), tag="v1")
    assert "the commit is made; pending: the tag v1. To go on:" in str(caught.value.hint)
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7"]
    hub.faults.clear()
    done = ada.publish(content(), tag="v1")
    assert (done.committed, done.tagged) == (False, "v1")
    assert hub.titles(REPO) == ["initial commit", "Publish release of 7"]


def test_a_tag_is_never_moved(ada: Desk, hub: Hub) -> None:
    """A tag that stands for other files is refused before anything is uploaded; a card completed later keeps it."""
    ada.publish(content(), tag="v1")
    hub.log.clear()
    with pytest.raises(Refused, match="the tag v1 is taken"):
        ada.publish(content("8"), tag="v1")
    assert {method for method, _, _ in hub.log} <= {"GET", "HEAD"}
    completed = replace(content(), card=content().card + "\n## Results\n\nMacro F1 is 0.7.\n")
    done = ada.publish(completed, tag="v1")
    assert (done.committed, done.tagged) == (True, None)
    assert "Macro F1" not in hub.text(REPO, "README.md", "v1")


def test_nan_never_reaches_a_card(ada: Desk, hub: Hub) -> None:
    """Neither in the metadata nor in a table, neither ours nor a maintainer's."""
    for bad in (CARD.replace("license:", "score: .nan\nlicense:"), CARD + "\n| F1 | nan |\n"):
        with pytest.raises(DataError, match="no number"):
            ada.publish(content(card=bad))
    assert not hub.repository(REPO)
    ada.publish(content())
    hub.edit(REPO, "README.md", hub.text(REPO, "README.md").replace("license:", "score: .inf\nlicense:"))
    with pytest.raises(DataError, match="score is inf, no number") as caught:
        ada.publish(content("8"))
    assert "on the Hub" in str(caught.value.hint)


def test_the_hub_refuses_the_card(ada: Desk, hub: Hub) -> None:
    """What the Hub's own check finds is told in its words, and nothing is committed or uploaded."""
    hub.complaints = ('"language" must be a string 🙂',)
    with pytest.raises(Refused, match='"language" must be a string 🙂'):
        ada.publish(content())
    assert hub.titles(REPO) == ["initial commit"]
    assert not hub.count("PUT", PUT)


def test_no_network(hub: Hub) -> None:
    """Where nothing answers, it is said after a few attempts of the caller's own, and at once by a plan."""
    desk = Desk(hub)
    agreed = desk.plan(content())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        desk.url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unreachable, match="no answer while reading the repository"):
        desk.plan(content())
    with pytest.raises(Unreachable) as caught:
        desk.do(content(), agreed)
    assert desk.waited == [1, 2, 4, 8]
    assert "pending: one commit of 5 files" in str(caught.value.hint)


def test_a_full_disk(ada: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that does not fit on the disk is the disk's error, and nothing is committed."""
    ada.publish(content())

    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/x")  # noqa: S108 - only a name

    monkeypatch.setattr("huggingface_hub.HfApi.hf_hub_download", full)
    with pytest.raises(StorageError, match="no space left on device"):
        ada.publish(content("8"))
    assert ada.hub.titles(REPO)[-1] == "Publish release of 7"


def test_a_pull_request(ada: Desk, hub: Hub) -> None:
    """Somebody without the right to write proposes it; main stays; the same again proposes nothing new."""
    ada.publish(content(), private=False)
    bo = Desk(hub, "hf_bo")
    done = bo.publish(content("8"), private=False, request=True)
    assert done.page.endswith("/datasets/newsroom/claims/discussions/1")
    assert hub.titles(REPO)[-1] == "Publish release of 7"
    assert hub.text(REPO, "MANIFEST.json", "refs/pr/1") == '{"rows": 8}'
    again = bo.plan(content("8"), private=False, request=True)
    assert again.empty
    assert again.request == done.page
    assert f"no commit: {done.page} proposes exactly this" in list(again.told())
    assert len(hub.repository(REPO).data["requests"]) == 1


def test_a_lost_answer_to_a_pull_request(ada: Desk, hub: Hub) -> None:
    """When the answer is lost, the one that was made is found, and none is made twice."""
    ada.publish(content(), private=False)
    hub.fault(LOST, "create_pr=1")
    done = Desk(hub, "hf_bo").publish(content("8"), private=False, request=True)
    assert done.page.endswith("/discussions/1")
    assert len(hub.repository(REPO).data["requests"]) == 1


def test_a_memory_that_somebody_broke(ada: Desk, hub: Hub) -> None:
    """Without it, every part of the card on the Hub counts as the maintainer's; nothing is lost."""
    ada.publish(content())
    hub.edit(REPO, MEMORY, "{")
    agreed = ada.plan(content("8"))
    assert "section 'Rows'" in agreed.kept
    ada.do(content("8"), agreed)
    assert json.loads(hub.text(REPO, MEMORY))["files"] == sorted([*content().files, "README.md", MEMORY])


def test_the_token_is_shown_nowhere(hub: Hub) -> None:
    """Not in a setting's form, and not in a message of the Hub that repeats it."""
    assert "hf_ada" not in repr(Settings(hub.url, "hf_ada"))
    found = Desk(hub).client()
    assert found._clean("Bearer hf_ada\nis bad") == "Bearer *** is bad"


def test_a_file_that_is_gone(ada: Desk, tmp_path: Path) -> None:
    """A file that cannot be read is named before anything is asked."""
    gone = tmp_path / "gone.txt"
    with pytest.raises(StorageError, match=r"gone\.txt: no such file"):
        ada.publish(replace(content(), files={**content().files, "gone.txt": gone}))
    assert not ada.hub.repository(REPO)
