"""Articles → suggestions, from the patterns of a codebook: spans, links and how sure each rule is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from annotate.codebook import DEFAULT, Codebook
from annotate.language.chains import Chains
from annotate.language.claims import Claim
from annotate.language.patterns import Patterns, load_patterns
from annotate.language.reading import Reading, reading
from annotate.language.sources import Sources
from annotate.language.statuses import Statuses
from annotate.records import Article, Extent, Link, SegmentKind, Span, Suggester, Suggestion, Task

LAYER = "claim"
DIGITS = 8
"""Hexadecimal digits of the hash in the suggester's name."""

_LABELS = {"disputed": "disputed", "confirmed": "verified", "record": "verified"}


class PatternSuggester:
    """Suggests claims, hedges, sources and links by rules alone; nothing in it is learnt."""

    def __init__(self, codebook: Codebook, patterns: Patterns | str = DEFAULT) -> None:
        """Take a codebook, and the patterns or the name of the codebook that they stand beside.

        Raises:
            CodebookError: that codebook comes without patterns.
        """
        self._book = codebook
        self._patterns = load_patterns(patterns) if isinstance(patterns, str) else patterns

    @property
    def name(self) -> str:
        """``patterns-`` and a hash of the patterns and of the rules, so that newer suggestions are told apart."""
        return f"patterns-{hashlib.sha256(f'{self._patterns.hash} {_rules()}'.encode()).hexdigest()[:DIGITS]}"

    def suggest(self, article: Article) -> Suggestion:
        """Return what the patterns find in one article: spans of a layer are disjoint and in text order."""
        read = reading(article, self._book, self._patterns)
        relayed = [Chains(one, self._patterns).relayed() for one in read.sentences]
        sources = Sources(read, relayed, self._patterns)
        claims, links = self._claims(read, sources)
        for link in (link for found in relayed for link in found):
            speaker, to = sources.at(link.speaker[0]), sources.at(link.to[0])
            if speaker is not None and to is not None and speaker != to:
                links += self._link(speaker, to)
        spans = [*claims, *(cue for one in read.sentences for cue in one.hedges), *sources.spans]
        known = [span for span in spans if span.label in self._book.labels(span.layer)]
        ids = {span.id for span in known}
        return Suggestion(
            model=self.name,
            spans=tuple(sorted(known, key=lambda span: (span.start, span.end, span.layer))),
            links=tuple(dict.fromkeys(link for link in links if {link.from_, link.to} <= ids)),
            score=min((span.score for span in known if span.score is not None), default=1.0),
        )

    def _claims(self, read: Reading, sources: Sources) -> tuple[list[Span], list[Link]]:
        statuses = Statuses(read, sources, self._patterns)
        spans: list[Span] = []
        links: list[Link] = []
        for n, claim in enumerate(read.claims):
            if spans and claim.start < spans[-1].end:
                continue
            source = sources.behind(claim)
            why = statuses.why.get(n)
            label = _LABELS.get(why or "", "unverified")
            span = Span(
                id=f"c{claim.start}",
                layer=LAYER,
                label=label,
                start=claim.start,
                end=claim.end,
                text=read.article.text[claim.start : claim.end],
                basis=self._book.basis_of(label, linked=source is not None, chosen=why),
                score=self._patterns.prior[f"claim_{why or self._rule(claim, read)}"],
            )
            spans.append(span)
            links += self._link(span, source) if source else []
        return spans, links

    @staticmethod
    def _rule(claim: Claim, read: Reading) -> str:
        if read.sentences[claim.sentence].kind in {SegmentKind.HEADLINE, SegmentKind.SUBHEADING}:
            return "headline"
        if claim.under is not None:
            return "attributed"
        return "carried" if claim.quoted or read.sentences[claim.sentence].kind is SegmentKind.POST else "own_voice"

    def _link(self, start: Span, end: Span) -> list[Link]:
        kind = self._book.link_type(start.layer, end.layer)
        return [Link(type=kind, from_=start.id, to=end.id)] if kind else []


def tasks(articles: Iterable[Article], suggester: Suggester | None, codebook: Codebook) -> Iterator[Task]:
    """Yield each article as a task, or each of its read sentences where the codebook's unit is the sentence.

    A task has a suggestion where there is a suggester; one of a sentence, the spans that lie inside it.
    """
    for article in articles:
        suggestion = suggester.suggest(article) if suggester else None
        shown = article.read_sentences(codebook.read) if codebook.unit == "sentence" else (None,)
        for item in shown:
            inside = suggestion if item is None or suggestion is None else _inside(suggestion, item)
            yield Task(article_id=article.id, article=article, codebook=codebook.ref, item=item, suggestion=inside)


def _inside(suggestion: Suggestion, item: Extent) -> Suggestion:
    spans = tuple(span for span in suggestion.spans if item.start <= span.start and span.end <= item.end)
    ids = {span.id for span in spans}
    links = tuple(link for link in suggestion.links if {link.from_, link.to} <= ids)
    score = min((span.score for span in spans if span.score is not None), default=1.0)
    return Suggestion(model=suggestion.model, spans=spans, links=links, score=score)


@cache
def _rules() -> str:
    """Return a hash of this stage's own modules."""
    parts = sorted(
        (entry.name, entry.read_bytes()) for entry in files("annotate.language").iterdir() if entry.name.endswith(".py")
    )
    return hashlib.sha256(b"".join(name.encode() + data for name, data in parts)).hexdigest()
