"""The commands on agreement, gold and skills: what they print, write, and refuse."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate import files
from annotate.cli import app
from annotate.errors import CodebookError, DataError, UsageError
from annotate.quality.agreement import agreement
from annotate.quality.raw_tables import numbers
from annotate.records import Annotation, Article, CodebookRef, Gold, Outcome, Suggestion, Task

MakeArticle = Callable[..., Article]
By = Callable[..., Annotation]
MAY = ("hedge.epistemic", "may")
FELL = ("claim.unverified", "Taxes")


@pytest.fixture
def campaign(tmp_path: Path, make_article: MakeArticle, by: By) -> Path:
    """A folder with four articles labelled by three people, tasks with suggestions, and a plan."""
    articles = [make_article(f"Taxes {n} may fall 🎉.", "Rain.") for n in range(4)]
    annotations = [
        by(who, article, MAY, *([FELL] if who != "cy" else []), lead_time=30.0, created=f"2026-01-0{n + 1}T08:00:00Z")
        for n, article in enumerate(articles)
        for who in ("ada", "ben", "cy")
    ]
    files.write(tmp_path / "articles.jsonl", articles)
    files.write(tmp_path / "annotations.jsonl", annotations)
    tasks = [
        Task(
            article_id=article.id,
            article=article,
            codebook=annotations[0].codebook,
            suggestion=Suggestion(model="m", spans=by("m", article, MAY).spans),
        )
        for article in articles
    ]
    files.write(tmp_path / "tasks.jsonl", tasks)
    rows = [
        f"{article.id},{who},1,{'blind' if who == 'cy' else 'suggested'}"
        for article in articles
        for who in ("ada", "ben", "cy")
    ]
    (tmp_path / "plan.csv").write_text(
        "\n".join(["article,annotator,batch,arm", *rows, "x,dan,1,blind"]), encoding="utf-8"
    )
    return tmp_path


def run(folder: Path, *words: str) -> tuple[str, str]:
    """Run a command on a folder's annotations and articles; return stdout and stderr, or raise what it raised."""
    name, *rest = words
    given = [name, str(folder / "annotations.jsonl"), "--articles", str(folder / "articles.jsonl"), *rest]
    done = CliRunner().invoke(app, given, env={"COLUMNS": "240", "NO_COLOR": "1"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_agreement_shows_all_of_it(campaign: Path) -> None:
    """Labels, spans, links, annotators, parts, suggestions, anchoring, times: each has its table; strangers are told."""
    plan = ["--plan", str(campaign / "plan.csv"), "--tasks", str(campaign / "tasks.jsonl"), "--resamples", "20"]
    out, err = run(campaign, "agreement", *plan, "--by", "arm", "--by", "annotator", "--keys", str(campaign / "none"))
    for title in (
        "Fleiss' kappa",
        "By annotator",
        "By part",
        "sharing half of the longer",
        "What became",
        "Minutes",
        "Over time",
    ):
        assert title in out
    assert "Seeing suggestions (suggested less blind): kept 0.0" in out
    assert "arm blind" in out
    assert "the plan names annotator 'dan', who labelled nothing" in err
    assert not (campaign / "none").exists()


def test_raw_tables_hold_what_the_numbers_count(campaign: Path) -> None:
    """Each vote is a row, each number too, and the rows add up to the numbers."""
    folder = campaign / "tables"
    run(campaign, "agreement", "--csv", str(folder), "--plan", str(campaign / "plan.csv"), "--resamples", "20")
    tables = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            tables[path.stem] = list(csv.DictReader(stream))
    names = {"labels", "span_pairs", "token_coincidences", "link_pairs", "suggestions", "work", "numbers", "confusion"}
    assert set(tables) == names
    assert len(tables["labels"]) == 4 * 2 * 3 * len({row["target"] for row in tables["labels"]})
    assert {row["arm"] for row in tables["labels"] if row["annotator"] == "cy"} == {"blind"}
    by_name = {row["number"]: row for row in tables["numbers"]}
    hedge = [row for row in tables["span_pairs"] if row["layer"] == "hedge"]
    f1 = sum(int(row["exact_label"]) for row in hedge) / sum(int(row["spans"]) for row in hedge)
    assert float(by_name["layers.hedge.exact_label"]["value"]) == f1 == 1
    hedged = [int(row["items"]) for row in tables["confusion"] if row["target"] == "hedged"]
    assert sum(hedged) == 3 * 8
    undefined = [row for row in tables["numbers"] if not row["value"]]
    assert undefined
    assert all(row["undefined"] for row in undefined)
    assert [float(row["seconds"]) for row in tables["work"]] == [30] * 12


def test_the_page_stands_alone(campaign: Path) -> None:
    """It has the tables, and loads nothing."""
    page = campaign / "R.html"
    run(campaign, "agreement", "--report", str(page), "--tasks", str(campaign / "tasks.jsonl"), "--resamples", "20")
    text = page.read_text(encoding="utf-8")
    for caption in (
        "Every two annotators",
        "All others, without one annotator",
        "Over time",
        "What became of the suggestions",
    ):
        assert caption in text
    assert "Cohen’s kappa" in text
    assert "<script" not in text
    assert "src=" not in text


def test_json_is_the_whole_result(campaign: Path) -> None:
    """`--json` prints the receipt with every number and nothing else."""
    out, _ = run(campaign, "agreement", "--json", "--resamples", "20", "--by", "outlet")
    found = json.loads(out)["agreement"]
    assert found["targets"]["hedged"]["fleiss"]["value"] == 1
    assert [part["value"] for part in found["slices"]] == ["not named"]
    assert found["layers"]["claim"]["exact_any"]["used"] == 16


def test_parts_need_a_plan(campaign: Path) -> None:
    """A batch or an arm that nobody named is asked for, not guessed; so is a plan of other people."""
    with pytest.raises(UsageError, match="--by arm needs the campaign's plan"):
        run(campaign, "agreement", "--by", "arm")
    (campaign / "plan.csv").write_text("article,annotator\nx,dan\n", encoding="utf-8")
    with pytest.raises(DataError, match="names none of the annotators"):
        run(campaign, "agreement", "--plan", str(campaign / "plan.csv"))


def test_names_in_a_plan_are_looked_up(campaign: Path) -> None:
    """A plan by name or address finds the pseudonyms that the pull gave."""
    keys = campaign / "keys"
    keys.mkdir()
    (keys / "map.json").write_text(
        json.dumps({"ada": "ada.lovelace@example.org", "cy": "cy@localhost"}), encoding="utf-8"
    )
    text = (campaign / "plan.csv").read_text(encoding="utf-8")
    text = text.replace(",ada,", ",Ada.Lovelace@example.org,").replace(",cy,", ",Cy,")
    (campaign / "plan.csv").write_text(text, encoding="utf-8")
    out, _ = run(
        campaign, "agreement", "--json", "--by", "arm", "--plan", str(campaign / "plan.csv"), "--keys", str(keys)
    )
    parts = json.loads(out)["agreement"]["slices"]
    assert {part["value"]: part["annotators"] for part in parts} == {"blind": 1, "suggested": 2}


@pytest.mark.parametrize("method", ["majority", "dawid-skene", "mace"])
def test_gold_by_each_method(method: str, campaign: Path) -> None:
    """Each writes gold with the arms of the plan; belief in places comes only with a model."""
    output = campaign / "gold.jsonl"
    _, err = run(campaign, "gold", "--aggregate", method, "--plan", str(campaign / "plan.csv"), "-o", str(output))
    golds = list(Outcome(files.read(output, Gold)))
    assert len(golds) == 4
    assert [one.arm for one in golds[0].annotators] == ["suggested", "suggested", "blind"]
    assert golds[0].sentences[0].targets["hedged"].label == "yes"
    assert {span.text for span in golds[0].spans} == {"Taxes", "may"}
    assert f"aggregate {method}" in err


def test_places_are_written_and_majority_has_none(campaign: Path) -> None:
    """`--spans` has a row for each marked place, and is refused where nothing is believed."""
    places = campaign / "places.jsonl"
    run(campaign, "gold", "--aggregate", "dawid-skene", "--spans", str(places), "-o", str(campaign / "gold.jsonl"))
    rows = [json.loads(line) for line in places.read_text(encoding="utf-8").splitlines()]
    assert {row["text"] for row in rows} == {"Taxes", "may"}
    assert len(rows) == 8
    with pytest.raises(UsageError, match="majority vote believes nothing"):
        run(campaign, "gold", "--spans", str(places))


def test_skills_show_people_and_doubtful_votes(campaign: Path) -> None:
    """Each annotator has a row a target; gold given is counted."""
    run(campaign, "gold", "-o", str(campaign / "gold.jsonl"))
    out, _ = run(campaign, "skills", "--gold", str(campaign / "gold.jsonl"), "--resamples", "20")
    assert "leaning" in out
    assert "To look at again" in out
    assert "cy" in out
    found = json.loads(run(campaign, "skills", "--json", "--resamples", "0")[0])["skills"]
    assert [one["annotator"] for one in found["annotators"]] == ["ada", "ben", "cy"]
    assert found["annotators"][0]["lead_time"]["median"] == 30


def test_skills_read_the_plan(campaign: Path) -> None:
    """Skill stands by arm, accuracy is of the plan's gold items, and what was planned and not done is told."""
    text = (campaign / "plan.csv").read_text(encoding="utf-8").splitlines()
    kinds = ["kind", *("gold" if n < 3 else "overlap" for n in range(len(text) - 1))]
    rows = "\n".join([*(f"{line},{kind}" for line, kind in zip(text, kinds, strict=True)), "gone,ada,1,blind,overlap"])
    (campaign / "plan.csv").write_text(rows, encoding="utf-8")
    run(campaign, "gold", "-o", str(campaign / "gold.jsonl"))
    words = ["--gold", str(campaign / "gold.jsonl"), "--plan", str(campaign / "plan.csv"), "--resamples", "20"]
    out, err = run(campaign, "skills", *words, "--keys", str(campaign / "none"))
    assert "By arm of the plan" in out
    assert "no annotation is of article gone, which the plan names" in err
    found = json.loads(run(campaign, "skills", *words, "--json", "--keys", str(campaign / "none"))[0])["skills"]
    hedged = {one["annotator"]: one["targets"]["hedged"] for one in found["annotators"]}
    assert [list(own["arms"]) for own in hedged.values()] == [["suggested"], ["suggested"], ["blind"]]
    assert {own["gold"]["used"] for own in hedged.values()} == {2}  # both sentences of one article


def test_one_annotator_and_nobody(campaign: Path, make_article: MakeArticle, by: By) -> None:
    """Every number is undefined with its reason, and the commands still end well."""
    article = make_article("Taxes may fall.")
    files.write(campaign / "articles.jsonl", [article])
    files.write(campaign / "annotations.jsonl", [by("ada", article, MAY)])
    out, _ = run(campaign, "agreement", "--by", "annotator")
    assert "undefined: only one annotator" in out
    run(campaign, "gold", "--aggregate", "mace", "-o", str(campaign / "gold.jsonl"))
    files.write(campaign / "annotations.jsonl", [])
    out, _ = run(campaign, "agreement", "--resamples", "0")
    assert "undefined: nothing was labelled" in out
    run(campaign, "skills")


def test_two_codebooks_are_never_counted_together(campaign: Path, make_article: MakeArticle, by: By) -> None:
    """A version that was raised in mid-campaign is named, with what to do."""
    article = make_article("Taxes may fall.")
    old = CodebookRef(name="credibility", version="0.0.1", hash="0" * 16)
    files.write(campaign / "articles.jsonl", [article])
    files.write(campaign / "annotations.jsonl", [by("ada", article), by("ben", article, codebook=old)])
    for command in ("agreement", "gold", "skills"):
        with pytest.raises(CodebookError, match=r"made under credibility@0\.0\.1#0{16}"):
            run(campaign, command)


def test_numbers_name_where_they_stand(make_article: MakeArticle, by: By) -> None:
    """The path to a number says of whom and what it is."""
    from annotate.codebook import load

    article = make_article("Taxes may fall.", "Rain.")
    found = agreement([by("a", article, MAY), by("b", article)], [article], load(), resamples=0)
    names = [row[0] for row in numbers(found)]
    assert "targets.hedged.pairs.a · b.kappa" in names
    assert "targets.hedged.with_others.a.percent" in names
    assert "layers.claim.alpha_any" in names
    assert len(names) == len(set(names))


def test_who_marked_nothing_or_worked_alone_is_told(campaign: Path, make_article: MakeArticle, by: By) -> None:
    """Before any number stands who submitted empty pages, that one worked alone, or that no article has two; at 80 columns too."""
    articles = [make_article(f"Taxes {n} may fall 🎉.", "Rain.") for n in range(2)]
    first, second = articles

    def told(*annotations: Annotation) -> tuple[str, str]:
        files.write(campaign / "annotations.jsonl", annotations)
        shown = CliRunner().invoke(
            app,
            ["agreement", str(campaign / "annotations.jsonl"), "--articles", str(campaign / "articles.jsonl")],
            env={"COLUMNS": "80", "NO_COLOR": "1"},
        )
        assert shown.exit_code == 0, shown.output
        return " ".join(shown.stdout.split()), run(campaign, "skills", "--resamples", "9")[0]

    for shown in told(by("ada", first, MAY), by("ben", first), by("ben", second)):
        assert "note: ben submitted 2 articles and marked nothing: that counts as a vote for nothing" in shown
    for shown in told(by("ada", first, MAY), by("ada", second, MAY)):
        assert "note: only ada labelled: nobody is there to agree with" in shown
    for shown in told(by("ada", first, MAY), by("ben", second, MAY)):
        assert "note: no article was labelled by two: nothing can be compared" in shown
    agreed, _ = told(by("ada", first, MAY), by("ada", second, MAY))
    assert "(1) undefined: only one annotator" in agreed
    assert "…" not in agreed
