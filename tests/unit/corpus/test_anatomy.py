"""What each piece of an article is."""

from __future__ import annotations

import pytest

from annotate.corpus.anatomy import segments
from annotate.records import Segment, SegmentKind

LEAD = "The council closed the bridge on Monday after cracks were found in two piers."
NEXT = "Its engineer said the piers may have moved by as much as four centimetres."


def kinds(text: str, title: str | None = None) -> list[tuple[str, str]]:
    """Return the kind and the text of each segment."""
    return [(str(part.kind), part.of(text)) for part in segments(text, title)]


def test_a_whole_article_is_typed_line_by_line() -> None:
    """Headline, byline, dateline, body, promo, subheading, post, caption, disclaimer and credit are told apart."""
    text = "\n".join(
        [
            "Bridge closed after cracks are found",
            "By Ann Boe and Carl Dorn",
            f"HARROW, May 3 (Corvane Press) — {LEAD}",
            "Also read: Ten bridges that fell",
            NEXT,
            "A long wait",
            NEXT,
            "Stuck since six. Bring tea 🫖",
            "— Dee Eklund (@deeek) May 3, 2025",
            "Photo: the bridge on Monday (City Desk)",
            NEXT,
            "Correction: An earlier version named three piers.",
            "(With inputs from agencies)",
        ]
    )
    assert [kind for kind, _ in kinds(text)] == [
        "headline",
        "credit",
        "dateline",
        "body",
        "promo",
        "body",
        "subheading",
        "body",
        "post",
        "caption",
        "body",
        "disclaimer",
        "credit",
    ]


def test_the_dateline_ends_with_its_dash() -> None:
    """Body begins with the first word after it."""
    assert kinds(f"HARROW, May 3 (Corvane Press) — {LEAD}") == [
        ("dateline", "HARROW, May 3 (Corvane Press) —"),
        ("body", LEAD),
    ]


def test_a_post_takes_one_paragraph_where_lines_follow_each_other() -> None:
    """Without blank lines the post is its signature and the line above."""
    text = f"{LEAD}\n{NEXT}\nTea helps 🫖\n— Dee (@dee) May 3\n{NEXT}"
    assert ("post", "Tea helps 🫖\n— Dee (@dee) May 3") in kinds(text)


def test_a_post_takes_all_that_stands_together_between_blank_lines() -> None:
    """With blank lines between paragraphs, all lines of the block are the post's."""
    post = "Stuck since six.\nTea helps 🫖\n— Dee (@dee) May 3"
    text = f"{LEAD}\n\n{NEXT}\n\n{post}\n\n{NEXT}"
    assert ("post", post) in kinds(text)
    assert [kind for kind, _ in kinds(text)] == ["body", "body", "post", "body"]


def test_a_signature_near_the_top_is_no_byline() -> None:
    """A dated signature among the first lines ends a post, also where a dated byline could stand."""
    text = f"Bridge closed\n{LEAD}\nStuck since six 🫖\n— Dee Eklund (@deeek) May 3, 2025\n{NEXT}"
    assert [kind for kind, _ in kinds(text)] == ["headline", "body", "post", "body"]


def test_the_line_that_announces_a_post_is_no_part_of_it() -> None:
    """A line that ends with a colon stays body."""
    text = f"{LEAD}\nThe mayor wrote:\n— Dee (@dee) May 3\n{NEXT}"
    assert ("body", "The mayor wrote:") in kinds(text)


@pytest.mark.parametrize(
    "line",
    [
        "The council met.",
        "- first item",
        "Q. Which arm",
        "a line that goes on for more than the twelve words that a heading may well have",
        "1,900",
        "Is there anything at all that we can do about that?",
    ],
)
def test_what_is_no_subheading(line: str) -> None:
    """Sentences, list items, questions of a dialogue, long lines and figures stay body."""
    assert ("body", line) in kinds(f"{LEAD}\n{line}\n{NEXT}")


@pytest.mark.parametrize("line", ["A long wait", "What happens next?", "‘Nothing left’"])
def test_what_is_a_subheading(line: str) -> None:
    """A short line or a short question before a paragraph is one."""
    assert ("subheading", line) in kinds(f"{LEAD}\n{line}\n{NEXT}")


def test_a_last_line_is_no_subheading() -> None:
    """With nothing after it, a short line heads nothing."""
    assert kinds(f"{LEAD}\n{NEXT}\nA long wait")[-1][0] == "body"


def test_on_a_page_only_marked_headings_are_headings() -> None:
    """Where the page gives kinds, short lines are not guessed to be headings."""
    text = f"{LEAD}\nA long wait\n{NEXT}"
    assert {part.kind for part in segments(text, known=())} == {SegmentKind.BODY}


def test_a_known_piece_may_span_lines_and_leaves_the_rest() -> None:
    """What is known stands as given, and the lines around it are typed on their own."""
    text = f"{LEAD}\nTea helps 🫖\nSo does cake\n{NEXT}"
    start = text.index("Tea")
    known = Segment(start=start, end=text.index("cake") + 4, kind=SegmentKind.POST)
    assert segments(text, known=[known])[1] == known
    assert [str(part.kind) for part in segments(text, known=[known])] == ["body", "post", "body"]


def test_white_space_alone_has_no_segments() -> None:
    """An empty text and blank lines give none."""
    assert segments("") == ()
    assert segments(" \n\t\n") == ()
