"""What a text shows at a glance is what each layer's matcher finds in it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotate.baseline.surface import PLAIN, Surface
from annotate.language.patterns import NOT, load_patterns

PATTERNS = load_patterns()
SURFACE = Surface(PATTERNS)
LAYERS = ("attribution", "status", "statement")
WORDS = [
    *list(PATTERNS.attribution.phrases)[:40],
    *list(PATTERNS.status.phrases)[:40],
    *list(PATTERNS.statement.phrases)[:40],
]


@given(st.lists(st.sampled_from([*WORDS, "the", "İzmir", "🕊", "said—", "-", "\n", "’", "Harbour"]), max_size=12))
def test_patterns_found_are_those_of_each_layer(words: list[str]) -> None:
    """One search for all layers leaves out no hit of any of them."""
    text = " ".join(words)
    found = SURFACE.values([text], [()])[0]
    shown = {name for name, value in zip(SURFACE.names, found, strict=True) if value and name not in PLAIN}
    expected = {
        f"{layer}.{name}"
        for layer in LAYERS
        for hit in getattr(PATTERNS, layer).find(text)
        for name in hit.names - {NOT}
    }
    assert shown == expected


def test_nothing_is_found_in_nothing() -> None:
    """No text gives no row, an empty text a row of noughts."""
    assert SURFACE.values([], []).shape == (0, len(SURFACE.names))
    assert not np.any(SURFACE.values([""], [()]))
