"""Suggestions as records: whole, in order, proved, the same every time."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.codebook import Codebook, load
from annotate.corpus.article import make_article
from annotate.corpus.ingest import ingest
from annotate.errors import CodebookError
from annotate.files import prove
from annotate.language.patterns import Patterns, load_patterns
from annotate.language.suggester import PatternSuggester, tasks
from annotate.records import Article, SetAside, Suggestion

ROOT = Path(__file__).parents[3]
LAYERS = ("claim", "hedge", "source")
WORDS = st.sampled_from(
    [
        "Ann", "Boe", "the", "mayor", "said", "that", "claimed", "confirmed", "denied", "it", "he", "was", "shut", "may", "no", "evidence",
        "citing", "report", "according", "to", "if", "will", "some", "40", "🎉", "習近平", "İstanbul", "and", "but", ",", ".", ";", ":",
        "“", "”", '"', "'", "(", ")", "—", "\n", "?", "who", "with", "suggesting", "of", "U.S.", "— Ann (@ann) 3 May", "Also read: x",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join)
)


def whole(suggestion: Suggestion, article: Article, book: Codebook) -> None:
    """Assert what holds of every suggestion."""
    assert len({span.id for span in suggestion.spans}) == len(suggestion.spans)
    read = [(part.start, part.end) for part in article.segments if part.kind in book.read]
    for name in LAYERS:
        end = 0
        for span in (span for span in suggestion.spans if span.layer == name):
            span.check(article.text)
            assert span.start >= end
            assert span.label in book.labels(name)
            assert span.score is not None
            assert 0 <= span.score <= 1
            assert span.text == span.text.strip()
            assert any(start <= span.start and span.end <= stop for start, stop in read)
            end = span.end
    layers = {span.id: span.layer for span in suggestion.spans}
    for link in suggestion.links:
        assert link.type == book.link_type(layers[link.from_], layers[link.to])
        assert link.from_ != link.to
    assert len(set(suggestion.links)) == len(suggestion.links)
    assert suggestion.score == min((span.score for span in suggestion.spans if span.score is not None), default=1.0)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_holds_on_any_text(text: str) -> None:
    """Every span reads as it says, layers are disjoint, labels and links are the codebook's, whatever the text."""
    book = load()
    article = make_article(text)
    suggester = PatternSuggester(book, load_patterns())
    made = suggester.suggest(article)
    whole(made, article, book)
    assert suggester.suggest(article) == made


def bundled() -> list[Article]:
    """Return the bundled articles."""
    return [article for article in ingest([ROOT / "corpora/sample/articles"]) if not isinstance(article, SetAside)]


@pytest.mark.parametrize("article", bundled(), ids=lambda article: article.id)
def test_holds_on_the_bundled_articles(suggester: PatternSuggester, book: Codebook, article: Article) -> None:
    """Each bundled article gets claims, and at least one source or hedge."""
    made = suggester.suggest(article)
    whole(made, article, book)
    assert {"claim"} < {span.layer for span in made.spans}


def test_holds_on_real_news(shared: Path, suggester: PatternSuggester, book: Codebook) -> None:
    """On forty real news articles the suggested sources overlap with the annotators' four times in five or more."""
    hit = made = 0
    for path in sorted((shared / "polnear" / "dev" / "attributions").glob("*.ann"))[:40]:
        text = (shared / "polnear" / "dev" / "text" / f"{path.stem.rpartition('_')[0]}.txt").read_text(encoding="utf-8")
        article = make_article(text)
        shift = text.find(article.text)
        if shift < 0:
            continue
        suggestion = suggester.suggest(article)
        whole(suggestion, article, book)
        gold = [
            tuple(int(edge) - shift for edge in part.split())
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith("T") and line.split("\t")[1].startswith("Source ")
            for part in line.split("\t")[1].removeprefix("Source ").split(";")
        ]
        for span in (span for span in suggestion.spans if span.layer == "source"):
            made += 1
            hit += any(span.start < end and start < span.end for start, end in gold)
    assert made > 200
    assert hit / made > 0.8


def test_empty(suggester: PatternSuggester) -> None:
    """An empty article gets an empty suggestion that is sure of itself."""
    assert suggester.suggest(make_article("")) == Suggestion(model=suggester.name)


def test_the_name_tells_patterns_apart(book: Codebook, patterns: Patterns) -> None:
    """Other patterns, other name; the same ones, the same name, however they are given."""
    form = patterns._form
    other = Patterns(msgspec.structs.replace(form, prior=form.prior | {"hedge": 0.1}))
    names = {PatternSuggester(book, made).name for made in (patterns, "credibility", other)}
    assert len(names) == 2
    assert all(name.startswith("patterns-") for name in names)


def test_only_the_codebooks_labels(book: Codebook, patterns: Patterns) -> None:
    """A codebook without a layer, a label or a link gets none of it."""
    layers = tuple(
        msgspec.structs.replace(layer, label=tuple(label for label in layer.label if label.name != "evidential"))
        for layer in book.layer
        if layer.name != "source"
    )
    narrow = msgspec.structs.replace(book, layer=layers, link=())
    made = PatternSuggester(narrow, patterns).suggest(
        make_article("Ann Boe claimed the pier may be shut. It was open.")
    )
    assert [(span.layer, span.label) for span in made.spans] == [("hedge", "epistemic"), ("claim", "unverified")]
    assert made.links == ()


def test_only_segments_that_are_read(book: Codebook, patterns: Patterns) -> None:
    """A codebook that reads headlines alone gets spans in the headline alone."""
    article = make_article("The mayor said it was shut.", title="The pier may have been sold")
    narrow = msgspec.structs.replace(book, read=("headline",))
    made = PatternSuggester(narrow, patterns).suggest(article)
    assert [span.text for span in made.spans] == ["The pier may have been sold", "may"]


def test_tasks_stream(suggester: PatternSuggester, book: Codebook) -> None:
    """Each article becomes one task when it is asked for; without a suggester it carries no suggestion."""
    asked = []

    def articles() -> object:
        for text in ("It rained 🎉.", ""):
            asked.append(text)
            yield make_article(text)

    stream = tasks(articles(), suggester, book)  # type: ignore[arg-type]  # a generator of articles
    first = next(stream)
    assert asked == ["It rained 🎉."]
    prove(first)
    assert first.suggestion is not None
    assert first.suggestion.model == suggester.name
    assert first.codebook == book.ref
    assert [task.suggestion for task in tasks(articles(), None, book)] == [None, None]  # type: ignore[arg-type]  # likewise


def test_a_codebook_without_patterns(tmp_path: Path, book: Codebook) -> None:
    """Naming a codebook that has no patterns is an error when the suggester is made."""
    (tmp_path / "codebook.toml").write_bytes((ROOT / "schemas/credibility/codebook.toml").read_bytes())
    with pytest.raises(CodebookError, match="without patterns"):
        PatternSuggester(book, str(tmp_path))


@pytest.mark.parametrize(
    "junk",
    [
        "a" * 10**6,
        "said " * 200_000,
        "no evidence " * 80_000,
        '"' * 10**6,
        "He said it rained. " * 25_000,
        "is" + " " * 10**6 + "x",
        "Ab " * 300_000,
        "(" * 10**6,
        "🎉" * 10**6,
        'Ann said "if" he denied it, and Bo confirmed that he claimed to have it.\n' * 7000,
        "— " * 400_000 + "(@a)",
    ],
    ids=["letters", "said", "apart", "quotes", "sentences", "spaces", "names", "brackets", "emoji", "lines", "dashes"],
)
@pytest.mark.timeout(120)
def test_a_megabyte_of_junk_ends(suggester: PatternSuggester, junk: str) -> None:
    """No text makes a rule run away, be it one line or thousands."""
    assert suggester.suggest(make_article(junk)).model == suggester.name
