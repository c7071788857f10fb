"""A model as it goes out: its files proved, its results in the card and in the Hub's form, nothing undefined as a number."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

from annotate.baseline.publication import model_content
from annotate.baseline.scorer import Model
from annotate.dataset.card_merge import split
from annotate.dataset.card_rules import model_problems
from annotate.errors import DataError, ModelError, UsageError

REPO = "newsroom/flags"
UNDEFINED = {"undefined": "one class only 🤷"}


def number(value: float) -> dict[str, float]:
    """Return an estimate."""
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def evaluation(path: Path, of: Model, **fields: object) -> Path:
    """Write what publishing reads of an evaluation."""
    labels = {
        "no": {name: number(0.5) for name in ("precision", "recall", "f1", "average_precision")},
        "yes": {"precision": number(0.75), "recall": UNDEFINED, "f1": number(0.8), "average_precision": number(0.9)},
    }
    scores = {"accuracy": number(0.875), "macro_f1": number(0.65), "labels": labels}
    control = {"scores": {"accuracy": number(0.5), "macro_f1": UNDEFINED, "labels": {}}}
    target = {"used": 1234, "positive": "yes", "scores": scores, "controls": {"majority": control}}
    found = {
        "model": of.name,
        "manifest": of.info.manifest,
        "split": "test",
        "items": 1240,
        "articles": 31,
        "resamples": 1000,
        "targets": {"hedged": target},
        "notes": ["a|note"],
        **fields,
    }
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_the_results_in_the_hubs_form(model_folder: Path, model: Model, tmp_path: Path) -> None:
    """Each defined number is a metric; an undefined one is left out there, and said with its reason in the table."""
    told = evaluation(tmp_path / "evaluation.json", model)
    found = model_content(model_folder, REPO, license_name="apache-2.0", evaluation=told, dataset="newsroom/claims")
    metadata, _, body = split(found.card)
    (index,) = metadata["model-index"]
    (result,) = index["results"]
    assert index["name"] == "flags"
    assert result["dataset"] == {"type": "newsroom/claims", "name": "newsroom/claims", "split": "test"}
    assert {metric["name"]: metric["value"] for metric in result["metrics"]} == {
        "hedged: accuracy": 0.875,
        "hedged: macro F1": 0.65,
        "hedged=yes: precision": 0.75,
        "hedged=yes: average precision": 0.9,
    }
    assert metadata["license"] == "apache-2.0"
    assert metadata["datasets"] == ["newsroom/claims"]
    assert "| hedged | the model | 1,234 | 0.875 (0.775 to 0.975) | 0.650 (0.550 to 0.750) |" in body
    assert "| hedged | majority | 1,234 | 0.500 (0.400 to 0.600) | undefined: one class only 🤷 |" in body
    assert "- a\\|note" in body
    assert model_problems(metadata, body) == []
    assert set(found.files) == {"model.json", *model.info.files}


def test_the_hub_client_reads_the_results(model_folder: Path, model: Model, tmp_path: Path) -> None:
    """The real client takes the card's metadata for evaluation results."""
    from huggingface_hub import ModelCard

    told = evaluation(tmp_path / "evaluation.json", model)
    card = model_content(model_folder, REPO, license_name="mit", evaluation=told, dataset="newsroom/claims").card
    results = ModelCard(card).data.eval_results
    assert [(one.metric_type, one.metric_value, one.dataset_split) for one in results] == [
        ("accuracy", 0.875, "test"),
        ("f1", 0.65, "test"),
        ("precision", 0.75, "test"),
        ("average_precision", 0.9, "test"),
    ]


def test_without_an_evaluation(model_folder: Path) -> None:
    """There is no `model-index`, and the card says that there are no results."""
    found = model_content(model_folder, REPO, license_name="mit")
    assert "model-index" not in found.card
    assert "No evaluation was published with this model." in found.card


def test_on_another_release(model_folder: Path, model: Model, tmp_path: Path) -> None:
    """Results on another release are not told as those on the one it was trained on; alarms are told."""
    alarm = {"message": "F1 is 0.99", "target": "hedged", "suspects": ["labels were copied"]}
    told = evaluation(tmp_path / "e.json", model, manifest="f" * 64, alarms=[alarm])
    card = model_content(model_folder, REPO, license_name="mit", evaluation=told, dataset="newsroom/claims").card
    assert split(card)[0]["model-index"][0]["results"][0]["dataset"]["name"] == f"release {'f' * 12}"
    assert "of another release than the model was trained on" in card
    assert "hedged: F1 is 0.99 (labels were copied)" in card


def test_no_number_is_no_number(model_folder: Path, model: Model, tmp_path: Path) -> None:
    """A value that is not finite (nothing of ours writes one) is told as undefined and never as a metric."""
    told = evaluation(tmp_path / "e.json", model)
    text = told.read_text(encoding="utf-8").replace('"value": 0.65', '"value": null')
    told.write_text(text, encoding="utf-8")
    card = model_content(model_folder, REPO, license_name="mit", evaluation=told).card
    values = [m["value"] for m in split(card)[0]["model-index"][0]["results"][0]["metrics"]]
    assert all(math.isfinite(value) for value in values)
    assert "hedged: macro F1" not in card
    assert "undefined: no reason given" in card


def test_what_is_refused(model_folder: Path, model: Model, tmp_path: Path) -> None:
    """A licence that the Hub does not know, another model's evaluation, something else, and a model that was changed."""
    with pytest.raises(UsageError, match="no licence 'mine'"):
        model_content(model_folder, REPO, license_name="mine")
    with pytest.raises(DataError, match="of another model"):
        model_content(
            model_folder, REPO, license_name="mit", evaluation=evaluation(tmp_path / "e.json", model, model="x")
        )
    (tmp_path / "empty.json").write_text("")
    with pytest.raises(DataError, match="no evaluation"):
        model_content(model_folder, REPO, license_name="mit", evaluation=tmp_path / "empty.json")
    changed = shutil.copytree(model_folder, tmp_path / "changed")
    name = min(model.info.files)
    (changed / name).write_bytes((changed / name).read_bytes() + b"\n")
    with pytest.raises(ModelError, match="SHA-256 is another"):
        model_content(changed, REPO, license_name="mit")
