"""Controls: what a model must beat."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotate.baseline.controls import DEFINITIONS, by_length, controls
from annotate.baseline.items import Labels
from annotate.baseline.scorer import Model
from annotate.codebook import Codebook

TEXTS = ["It may rain.", "It rained.", "If it rains 🕊, it may flood.", ""]


def labels(book: Codebook, model: Model, name: str, counts: dict[str, int]) -> dict[str, list[str]]:
    """Return the labels that each control gives the texts."""
    target = book.targets()[name]
    found = controls(book, target, counts, [model.cues(text, 0, len(text)) for text in TEXTS])
    return {control: [target.labels[number] for number in numbers] for control, numbers in found.items()}


def test_controls_of_a_two_label_target(book: Codebook, model: Model) -> None:
    """The commonest label, the positive one, and what the cues say."""
    assert labels(book, model, "hedged", {"no": 5, "yes": 2}) == {
        "majority": ["no"] * 4,
        "all_positive": ["yes"] * 4,
        "lexicon": ["yes", "no", "yes", "no"],
    }


def test_the_lexicon_knows_no_claim(book: Codebook, model: Model) -> None:
    """It flags by hedges alone, and has nothing to say of a claim's status."""
    found = labels(book, model, "flagged", {"no": 1, "yes": 2})
    assert found["majority"] == ["yes"] * 4
    assert found["lexicon"] == ["yes", "no", "yes", "no"]
    counts = {"none": 4, "verified": 1, "unverified": 3, "disputed": 2}
    assert labels(book, model, "status", counts) == {"majority": ["none"] * 4, "all_positive": ["unverified"] * 4}


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_every_control_says_what_it_is(name: str) -> None:
    """The evaluation repeats it."""
    assert len(DEFINITIONS[name].split()) > 5


def test_no_items_are_no_labels(book: Codebook) -> None:
    """An empty split gives empty arrays."""
    found = controls(book, book.targets()["hedged"], {"no": 1, "yes": 1}, [])
    assert {name: len(numbers) for name, numbers in found.items()} == {"majority": 0, "all_positive": 0, "lexicon": 0}


def test_the_lexicon_is_the_models_own(model: Model, model_folder: Path) -> None:
    """Cues come from the patterns in the model folder, so that a later release of the package changes nothing."""
    assert (model_folder / "codebook" / "patterns.toml").is_file()
    assert [cue.text for cue in model.cues("It may 🕊 rain, reportedly.", 0, 27)] == ["may", "reportedly"]


def lengths(gold: list[int], names: tuple[str, ...] = ("no", "yes")) -> Labels:
    """Return labels with these majorities, one vote each."""
    votes = np.eye(len(names), dtype=np.int64)[gold]
    return Labels(names, np.array(gold, dtype=np.int64), votes.astype(float), votes)


def test_length_alone_by_hand() -> None:
    """Of items of one word none is hedged, of two half, of nine all: F1 is best from a half on."""
    words = np.array([1] * 4 + [2] * 4 + [9] * 4)
    found = by_length(lengths([0] * 4 + [0, 0, 1, 1] + [1] * 4), words, np.array([0, 1, 2, 3, 9, 99]), "yes")
    assert found is not None
    np.testing.assert_allclose(found.probabilities[:, 1], [0, 0, 0.5, 1, 1, 1])
    assert found.predicted.tolist() == [0, 0, 1, 1, 1, 1]


def test_length_alone_without_a_positive_label() -> None:
    """The commonest label of the length; items longer than all that were seen count with the longest."""
    found = by_length(
        lengths([0, 0, 0, 1, 2, 2], ("a", "b", "c")), np.array([1, 1, 1, 1, 5, 5]), np.array([1, 5, 8]), None
    )
    assert found is not None
    assert found.predicted.tolist() == [0, 2, 2]
    np.testing.assert_allclose(found.probabilities, [[3 / 4, 1 / 4, 0], [0, 0, 1], [0, 0, 1]])


def test_length_without_labels_says_nothing() -> None:
    """No training item, or none with a majority; without a positive one there is no threshold to choose."""
    nothing = Labels(("no", "yes"), np.array([-1]), np.array([[0.5, 0.5]]), np.array([[1, 1]]))
    assert by_length(nothing, np.array([3]), np.array([3]), "yes") is None
    found = by_length(lengths([0]), np.array([3]), np.array([3, 4]), "yes")
    assert found is not None
    assert found.predicted.tolist() == [0, 0]
