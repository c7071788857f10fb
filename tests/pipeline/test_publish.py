"""`annotate dataset publish` and `annotate model publish` as a user runs them, and what the real libraries then load."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hub.server import NORMAL, Hub
from pipeline.small_release import ANNOTATE, build

REPO = "newsroom/claims"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of 20 articles."""
    return build(tmp_path_factory.mktemp("first"), 20)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The next release, of 26 articles."""
    return build(tmp_path_factory.mktemp("second"), 26)


class Shell:
    """Runs programs that take the local Hub for the Hub."""

    def __init__(self, hub: Hub, home: Path) -> None:
        """Have an empty home."""
        self.environment = hub.environment(home)

    def annotate(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command of ours; no output of it ever shows a token."""
        done = subprocess.run(
            [*ANNOTATE, *arguments], check=False, capture_output=True, text=True, env=self.environment
        )
        assert "hf_ada" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def publish(self, folder: Path, *options: str) -> dict[str, object]:
        """Publish a release and return the receipt."""
        done = self.annotate("dataset", "publish", folder, "--repo", REPO, "--yes", "--json", *options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]  # a receipt is an object

    def python(self, code: str, *arguments: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run Python."""
        command = [sys.executable, "-c", code, *arguments]
        environment = {**self.environment, **changes}
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


@pytest.fixture
def shell(hub: Hub, tmp_path: Path) -> Shell:
    """A shell of Ada's."""
    return Shell(hub, tmp_path / "home")


LOAD = """
import json, sys, datasets
datasets.disable_progress_bars()
repo, revision, *configs = sys.argv[1:]
found = {}
for config in configs:
    loaded = datasets.load_dataset(repo, config, revision=revision)
    streamed = datasets.load_dataset(repo, config, revision=revision, streaming=True)
    found[config] = {split: {"rows": part.to_list(), "streamed": list(streamed[split])} for split, part in loaded.items()}
default = datasets.load_dataset(repo, revision=revision)
found["default"] = {split: part.to_list() for split, part in default.items()}
print(json.dumps(found))
"""


def rows_of(folder: Path, config: str) -> dict[str, list[dict[str, object]]]:
    """Return split → rows as they stand in the release's files."""
    return {
        split: pq.read_table(folder / config / f"{split}-00000-of-00001.parquet").to_pylist()
        for split in ("train", "validation", "test")
    }


def test_published_then_loaded(release: Path, larger: Path, shell: Shell, hub: Hub) -> None:
    """`load_dataset` gives every row of every config, loaded or streamed, by tag also after the next release."""
    first = shell.publish(release, "--tag", "v1.0.0")
    assert (first["committed"], first["tagged"]) == (True, "v1.0.0")
    second = shell.publish(larger)
    assert second["committed"]
    assert len(hub.titles(REPO)) == 3
    assert hub.repository(REPO).data["private"]
    configs = sorted({path.parent.name for path in release.rglob("*.parquet")})
    assert {"articles", "claims", "sentences"} <= set(configs)
    for folder, revision in ((release, "v1.0.0"), (larger, "main"), (release, str(first["commit"]))):
        done = shell.python(LOAD, REPO, revision, *configs)
        assert done.returncode == 0, done.stderr
        loaded = json.loads(done.stdout)
        for config in configs:
            assert {name: part["rows"] for name, part in loaded[config].items()} == rows_of(folder, config)
            assert {name: part["streamed"] for name, part in loaded[config].items()} == rows_of(folder, config)
        assert loaded["default"] == rows_of(folder, "sentences")
        assert any("🔥" in str(row) for row in loaded["default"]["train"])


SNAPSHOT = """
import sys
from huggingface_hub import snapshot_download
print(snapshot_download(sys.argv[1], repo_type=sys.argv[2]))
"""


def test_a_snapshot_is_the_release(release: Path, shell: Shell) -> None:
    """`snapshot_download` gives the same bytes, and the toolkit takes the folder for a release."""
    shell.publish(release)
    done = shell.python(SNAPSHOT, REPO, "dataset")
    assert done.returncode == 0, done.stderr
    there = Path(done.stdout.strip())
    for path in (path for path in release.rglob("*") if path.is_file()):
        assert (there / path.relative_to(release)).read_bytes() == path.read_bytes()
    checked = shell.annotate("dataset", "check", there)
    assert checked.returncode == 0, checked.stderr


def test_others_do_not_see_it(release: Path, shell: Shell) -> None:
    """Without a token, and with somebody else's, a private dataset is not there."""
    shell.publish(release)
    for token in ("", "hf_bo"):
        done = shell.python(LOAD, REPO, "main", "sentences", HF_TOKEN=token)
        assert "DatasetNotFoundError" in done.stderr


def test_twice(release: Path, shell: Shell, hub: Hub) -> None:
    """A second run finds everything there and makes nothing."""
    shell.publish(release, "--tag", "v1")
    receipt = shell.publish(release, "--tag", "v1")
    assert (receipt["committed"], receipt["done"], receipt["uploads"]) == (False, "nothing to do", 0)
    assert hub.titles(REPO)[1:] == [f"Publish release {hub_name(release)}"]


def hub_name(folder: Path) -> str:
    """Return what a release's commit is named by."""
    import hashlib

    return hashlib.sha256((folder / "MANIFEST.json").read_bytes()).hexdigest()[:12]


def test_the_plan_comes_first(release: Path, shell: Shell, hub: Hub) -> None:
    """Where nobody can be asked, the plan is shown, the command ends with 2, and nothing was made."""
    done = shell.annotate("dataset", "publish", release, "--repo", REPO, "--tag", "v1")
    assert done.returncode == 2
    assert f"{hub.url}/datasets/{REPO} (private, to be made)" in done.stderr
    assert "  + sentences/train-00000-of-00001.parquet (" in done.stderr
    assert "then the tag v1" in done.stderr
    assert "hint: look at the plan above, and add --yes" in done.stderr
    assert not hub.repository(REPO)


def test_a_plan_needs_no_hub(release: Path, shell: Shell, hub: Hub) -> None:
    """`--plan` asks nobody and needs no token."""
    shell.environment["HF_TOKEN"] = ""
    done = shell.annotate("dataset", "publish", release, "--repo", REPO, "--public", "--plan")
    assert done.returncode == 0, done.stderr
    assert "(PUBLIC, to be made)" in done.stderr
    assert not hub.log


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_while_uploading(release: Path, shell: Shell, hub: Hub, how: signal.Signals) -> None:
    """What is killed in the middle has published nothing; the same command then publishes all, in one commit.

    Ctrl-C either does the same or comes too late, and then all is published: nothing lies between.
    """
    command = [*ANNOTATE, "dataset", "publish", release, "--repo", REPO, "--yes", "--tag", "v1"]
    process = subprocess.Popen(command, env=shell.environment, stderr=subprocess.PIPE, text=True)

    def kill() -> None:
        process.send_signal(how)
        if how == signal.SIGKILL:  # after the other one, the client first ends the uploads that it has begun
            process.wait()

    hub.fault(NORMAL, "^/objects/", method="PUT", before=kill)
    _, said = process.communicate()
    if how == signal.SIGINT and process.returncode == 0:  # a library's clean-up can swallow it: then all is published
        assert len(hub.titles(REPO)) == 2
        return
    assert process.returncode != 0
    assert hub.titles(REPO) == ["initial commit"]
    if how == signal.SIGINT:
        assert "nothing is half-published. To go on: annotate dataset publish" in said
    receipt = shell.publish(release, "--tag", "v1")
    assert (receipt["committed"], receipt["tagged"]) == (True, "v1")
    assert len(hub.titles(REPO)) == 2


def test_rights(tmp_path: Path, shell: Shell, hub: Hub) -> None:
    """Texts that may not be passed on are refused; who says that they hold the rights has it written into the commit."""
    folder = build(tmp_path / "bound", 20, "All rights reserved")
    refused = shell.annotate("dataset", "publish", folder, "--repo", REPO, "--yes")
    assert refused.returncode == 1
    assert "made for this machine only" in refused.stderr
    assert not hub.log
    assert "--i-hold-the-rights" in str(shell.publish(folder, "--i-hold-the-rights")["rights"])
    data = hub.repository(REPO).data
    assert "they hold the rights to the texts" in data["commits"][data["refs"]["main"]]["description"]


def test_what_the_check_refuses(tmp_path: Path, shell: Shell, hub: Hub) -> None:
    """A release in which the check finds an error is not published."""
    folder = build(tmp_path / "bad", 20)
    card = folder / "README.md"
    card.write_text(card.read_text(encoding="utf-8") + "\nTODO: say who labelled it.\n", encoding="utf-8")
    done = shell.annotate("dataset", "publish", folder, "--repo", REPO, "--yes")
    assert done.returncode == 1
    assert "its check finds 1 errors" in done.stderr
    assert "TODO" in done.stderr
    assert not hub.log


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--repo", "claims"), 2, "'claims' is no name of a repository"),
        (("--repo", "news room/claims"), 2, "is no name of a repository"),
        (("--repo", REPO, "--pr", "--tag", "v1"), 2, "--pr makes none"),
        (("--repo", "strangers/claims", "--yes"), 3, "this token may not do that"),
    ],
)
def test_bad_calls(release: Path, shell: Shell, hub: Hub, options: tuple[str, ...], code: int, said: str) -> None:
    """Each ends with its code, one message and a hint, and nothing on the Hub."""
    done = shell.annotate("dataset", "publish", release, *options)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "hint: " in done.stderr
    assert not hub.count("POST", "")


def test_the_token_from_a_file(release: Path, shell: Shell, hub: Hub) -> None:
    """The file that `hf auth login` writes will do, if nobody else may read it."""
    home = Path(shell.environment["HF_HOME"])
    home.mkdir()
    token = home / "token"
    token.write_text("hf_ada\n", encoding="utf-8")
    shell.environment["HF_TOKEN"] = ""
    token.chmod(0o644)
    refused = shell.annotate("dataset", "publish", release, "--repo", REPO, "--yes")
    assert refused.returncode == 3
    assert "chmod 600" in refused.stderr
    token.chmod(0o600)
    shell.publish(release)
    assert len(hub.titles(REPO)) == 2


def test_nothing_answers(release: Path, shell: Shell) -> None:
    """Where there is no network, the command ends with 3 and says so."""
    shell.environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    done = shell.annotate("dataset", "publish", release, "--repo", REPO, "--yes")
    assert done.returncode == 3
    assert "http://127.0.0.1:9: no answer while reading the repository" in done.stderr


def test_make_publish(release: Path) -> None:
    """`make publish HF_REPO=…` is the command, and says what is missing where no repository is named."""
    root = Path(__file__).parents[2]
    assert release.name == "dataset"
    call = ["make", "-n", "publish", f"BUILD={release.parent}", f"HF_REPO={REPO}", "HF_OPTIONS=--tag v1"]
    told = subprocess.run(call, cwd=root, capture_output=True, text=True, check=True, env=os.environ).stdout
    assert f"annotate dataset publish {release} --repo {REPO} --tag v1" in told
    done = subprocess.run(["make", "publish"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "HF_REPO=ORG/NAME" in done.stderr


def test_a_model_published_then_used(release: Path, tmp_path: Path, shell: Shell, hub: Hub) -> None:
    """Trained on the Hub's release, a model goes out with its results, once, and `flag ORG/NAME` uses it from there."""
    model, told = tmp_path / "model", tmp_path / "evaluation.json"
    shell.publish(release)
    for command in (("train", REPO, "-o", model), ("evaluate", model, release, "-o", told)):
        done = shell.annotate(*command)
        assert done.returncode == 0, done.stderr
    trained_on = json.loads((model / "model.json").read_text(encoding="utf-8"))["manifest"]
    assert trained_on.startswith(hub_name(release))
    where = ("--repo", "newsroom/flags", "--license", "cc0-1.0", "--evaluation", told, "--dataset", REPO)
    first, again = (shell.annotate("model", "publish", model, *where, "--yes", "--json") for _ in range(2))
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert (json.loads(first.stdout)["committed"], json.loads(again.stdout)["committed"]) == (True, False)
    assert len(hub.titles("newsroom/flags", "model")) == 2
    assert "model-index:" in hub.text("newsroom/flags", "README.md", kind="model")
    text = tmp_path / "a.txt"
    text.write_text("The mill may burn 🔥 soon. Rain fell.", encoding="utf-8")
    here, there = shell.annotate("flag", model, text), shell.annotate("flag", "newsroom/flags", text)
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout != ""
