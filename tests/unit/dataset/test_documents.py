"""The documents: Croissant that its own library validates and reads, licence, citation, guidelines, what the makers say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from annotate.codebook import Codebook
from annotate.dataset.about import About, read_about
from annotate.dataset.build import Options, build
from annotate.dataset.choices import Text
from annotate.dataset.gold_file import GoldFile
from annotate.dataset.results import scores_for
from annotate.errors import DataError, RecordError
from annotate.guidelines import guidelines_markdown
from annotate.records import Gold

GoldFileOf = Callable[..., GoldFile]
ABOUT = About(
    title="Fourteen articles 🎉",
    version="1.0.0",
    released="2031-05-01",
    license="CC-BY-4.0",
    creators=("Ada Quill", "The Wick"),
    url="https://wick.example/data",
    doi="10.5072/wick",
)


@pytest.fixture
def release(tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf) -> Path:
    """A release whose makers say all there is to say."""
    build(gold_file_of(corpus), tmp_path / "dataset", book, Options(about=ABOUT))
    return tmp_path / "dataset"


READ = """
import json, socket, sys
def never(*_):
    raise SystemExit("it went online")
socket.socket.connect = never
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
def plain(value):
    if isinstance(value, dict):
        return {name.rsplit("/", 1)[-1]: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return None if value != value else value
issues = dataset.metadata.issues
names = [records["@id"] for records in json.load(open(sys.argv[1]))["recordSet"]]
rows = {name: [plain(record) for record in dataset.records(name)] for name in names}
print(json.dumps({"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "rows": rows}))
"""
"""In a process of its own: the libraries below mlcroissant warn of their own old calls, and it reads them in threads."""


def read(folder: Path) -> subprocess.CompletedProcess[str]:
    """Validate a release's metadata and iterate all its records with mlcroissant."""
    script = [sys.executable, "-c", READ, str(folder / "croissant.json")]
    return subprocess.run(script, check=False, capture_output=True, text=True)


def test_croissant_is_valid_and_its_records_are_the_rows(release: Path) -> None:
    """mlcroissant, offline, finds nothing to say, and gives every row of every config and split."""
    done = read(release)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["errors"], found["warnings"]) == ([], [])
    assert len(found["rows"]) == 12
    for name, rows in found["rows"].items():
        config, split = name.split("-")
        assert rows == pq.read_table(release / config / f"{split}-00000-of-00001.parquet").to_pylist()


def test_croissant_tells_of_people_and_limits(release: Path) -> None:
    """The fields for responsible AI are there, in words, and none is empty."""
    metadata = json.loads((release / "croissant.json").read_text(encoding="utf-8"))
    told = {name: text for name, text in metadata.items() if name.startswith("rai:")}
    assert {"rai:dataAnnotationProtocol", "rai:annotationsPerItem", "rai:personalSensitiveInformation"} <= set(told)
    assert all(isinstance(text, str) and len(text) > 20 for text in told.values())
    assert told["rai:annotationsPerItem"] == "Articles by number of annotators: 3 by 1, 10 by 2, 1 by 4."
    assert metadata["license"] == ["https://spdx.org/licenses/CC-BY-4.0.html"]


def test_a_damaged_file_is_noticed_by_croissant(release: Path) -> None:
    """A data file that is not the one whose hash is listed is not read."""
    path = release / "articles" / "test-00000-of-00001.parquet"
    path.write_bytes((release / "articles" / "train-00000-of-00001.parquet").read_bytes())
    done = read(release)
    assert done.returncode != 0
    assert "Download(articles/test-00000-of-00001.parquet)" in done.stderr


def test_the_citation_has_what_the_makers_say(release: Path) -> None:
    """Authors, version, day, licence, address and DOI are those of release.toml."""
    found = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert found["authors"] == [{"name": "Ada Quill"}, {"name": "The Wick"}]
    assert {name: found[name] for name in ("title", "version", "date-released", "license", "url", "doi")} == {
        "title": "Fourteen articles 🎉",
        "version": "1.0.0",
        "date-released": "2031-05-01",
        "license": "CC-BY-4.0",
        "url": "https://wick.example/data",
        "doi": "10.5072/wick",
    }
    assert (found["cff-version"], found["type"]) == ("1.2.0", "dataset")


def test_the_licence_tells_labels_from_articles(release: Path, book: Codebook) -> None:
    """Labels are under the makers' licence, articles under their own, counted; guidelines are the codebook's."""
    text = (release / "LICENSE").read_text(encoding="utf-8")
    assert "SPDX identifier CC-BY-4.0" in text
    assert "- CC-BY-4.0: 2\n- not stated: 12\n" in text
    assert (release / "guidelines.md").read_text(encoding="utf-8") == guidelines_markdown(book)


def test_what_is_not_said_is_not_made_up(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """Without release.toml there is no version, day, address or licence, and the licence file says so."""
    build(gold_file_of(corpus), tmp_path / "dataset", book)
    found = yaml.safe_load((tmp_path / "dataset" / "CITATION.cff").read_text(encoding="utf-8"))
    assert not {"version", "date-released", "license", "url", "doi"} & set(found)
    assert "No licence is named for them" in (tmp_path / "dataset" / "LICENSE").read_text(encoding="utf-8")


def test_the_licence_of_articles_that_name_none_can_be_said(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """`article_license` holds where an article names none; then the release is no longer local."""
    about = About(article_license="CC0-1.0")
    found = build(gold_file_of(corpus), tmp_path / "dataset", book, Options(about=about)).manifest
    assert found.rights.articles == {"CC-BY-4.0": 2, "CC0-1.0": 12}
    assert found.rights.local_only == {}
    rows = pq.read_table(tmp_path / "dataset" / "articles" / "train-00000-of-00001.parquet").to_pylist()
    assert {row["license"] for row in rows} <= {"CC0-1.0", "CC-BY-4.0"}


@pytest.mark.parametrize("text", ["tittle = 'a'", "title = 3", "title = ", "\x00"])
def test_a_release_toml_that_is_wrong_is_said(tmp_path: Path, text: str) -> None:
    """An unknown field, a number for words and broken TOML are named, with the fields that there are."""
    path = tmp_path / "release.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"release\.toml") as caught:
        read_about(path)
    assert "article_license" in (caught.value.hint or "")


def test_a_release_toml_is_read(tmp_path: Path) -> None:
    """Fields come as they stand, others are none; an empty file says nothing."""
    path = tmp_path / "release.toml"
    path.write_text("title = 'Fire 🔥'\ncreators = ['Ada']\n", encoding="utf-8")
    assert read_about(path) == About(title="Fire 🔥", creators=("Ada",))
    path.write_text("", encoding="utf-8")
    assert read_about(path) == About()


def evaluation(manifest: str, value: float | None = 0.5) -> bytes:
    """Return an evaluation of one target with one control."""
    number = {"value": value, "low": 0.25, "high": 0.75, "undefined": None if value is not None else "no item is used"}
    scores = {"accuracy": number, "macro_f1": {**number, "low": None, "high": None}}
    target = {"used": 7, "scores": scores, "controls": {"majority": {"scores": scores}}}
    found = {"manifest": manifest, "model": "annotate-linear@1", "split": "test", "targets": {"hedged": target}}
    return json.dumps(found).encode()


def test_scores_of_this_release_stand_in_the_card(
    release: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """Built again with its own evaluation, a release has the same manifest and the scores in its card."""
    import hashlib

    manifest = (release / "MANIFEST.json").read_bytes()
    options = Options(about=ABOUT, evaluation=evaluation(hashlib.sha256(manifest).hexdigest()))
    build(gold_file_of(corpus), release, book, options)
    assert (release / "MANIFEST.json").read_bytes() == manifest
    card = (release / "README.md").read_text(encoding="utf-8")
    assert "| `hedged` | annotate-linear@1 | 7 | 0.50 (0.25 to 0.75) | 0.50 |" in card
    assert "| `hedged` | majority | 7 |" in card
    with pytest.raises(DataError, match="the scores are of the release 000000000000"):
        build(gold_file_of(corpus), release, book, Options(about=ABOUT, evaluation=evaluation("0" * 64)))


def test_undefined_scores_are_said_in_words(release: Path) -> None:
    """A score without a value stands with its reason; `NaN` is no JSON and is refused."""
    import hashlib

    path = release / "MANIFEST.json"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    found = scores_for(evaluation(digest, None), path)
    assert found[0].accuracy == "undefined (no item is used)"
    with pytest.raises(DataError, match="not an evaluation"):
        scores_for(evaluation(digest, float("nan")), path)


def test_without_text_the_licence_is_that_of_the_labels(
    tmp_path: Path, book: Codebook, corpus: list[Gold], gold_file_of: GoldFileOf
) -> None:
    """A release without text may be published whatever the articles' licences, under the labels' own."""
    options = Options(text=Text.NONE, about=About(license="CC-BY-4.0"))
    found = build(gold_file_of(corpus), tmp_path / "dataset", book, options).manifest
    head = (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    assert yaml.safe_load(head)["license"] == "cc-by-4.0"
    assert found.rights.local_only == {}
