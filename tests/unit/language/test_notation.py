"""The notation of the patterns file."""

from __future__ import annotations

import pytest

from annotate.errors import DataError
from annotate.language.notation import Phrase, expand, forms


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("claim", ("claim", "claims", "claimed", "claiming")),
        ("allege", ("allege", "alleges", "alleged", "alleging")),
        ("deny", ("deny", "denies", "denied", "denying")),
        ("stay", ("stay", "stays", "stayed", "staying")),
        ("stress", ("stress", "stresses", "stressed", "stressing")),
    ],
)
def test_regular_verbs(verb: str, expected: tuple[str, ...]) -> None:
    """Endings follow the spelling rules of English."""
    assert forms(verb) == expected


def test_irregular_verbs_come_from_the_table() -> None:
    """A verb of the table takes its forms from there."""
    assert forms("say", {"say": "says said"}) == ("say", "says", "said")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("rumour", [Phrase(words=("rumour",), first=0, last=1)]),
        ("(in|by) May", [
            Phrase(words=("in", "may"), first=0, last=2, capitals=(1,)),
            Phrase(words=("by", "may"), first=0, last=2, capitals=(1,)),
        ]),
        ("(an |)estimated", [Phrase(words=("an", "estimated"), first=0, last=2), Phrase(words=("estimated",), first=0, last=1)]),
        ("[may] (have|be)", [Phrase(words=("may", "have"), first=0, last=1), Phrase(words=("may", "be"), first=0, last=1)]),
        ("[about] #", [Phrase(words=("about",), first=0, last=1, figure=True)]),
        ("no proof … given", [Phrase(words=("no", "proof"), first=0, last=2, tail=("given",))]),
        ("(a|a)", [Phrase(words=("a",), first=0, last=1)]),
    ],
)  # fmt: skip
def test_each_sign(entry: str, expected: list[Phrase]) -> None:
    """Choices, capitals, optional words, marked parts, figures and parts that stand apart; doubles once."""
    assert list(expand(entry)) == expected


@pytest.mark.parametrize("entry", ["", "(a|b", "a)", "[a [b]", "a]", "|"])
def test_a_broken_entry_is_an_error_that_quotes_it(entry: str) -> None:
    """What cannot be read is named."""
    with pytest.raises(DataError, match="pattern"):
        list(expand(entry))


def test_an_entry_may_not_explode() -> None:
    """An entry that stands for too many phrases is refused."""
    with pytest.raises(DataError, match="stands for 7,776 phrases"):
        list(expand(" ".join(["(a|b|c|d|e|f)"] * 5)))
