"""One article as the language stage reads it: sentences with hedges, attributions and claims."""

from __future__ import annotations

import msgspec

from annotate.codebook import Codebook
from annotate.language.attributions import Attributing, Attribution
from annotate.language.claims import Claim, Claiming
from annotate.language.hedges import hedges
from annotate.language.modality import Modality
from annotate.language.naming import Naming
from annotate.language.patterns import Patterns
from annotate.language.words import Sentence, read
from annotate.records import Article, SegmentKind, Span


class ReadSentence(msgspec.Struct, frozen=True):
    """One sentence with what it holds."""

    sentence: Sentence
    kind: SegmentKind
    hedges: list[Span]
    attributions: list[Attribution]
    claims: list[Claim]


class Reading(msgspec.Struct, frozen=True):
    """An article's read sentences, and who is who in it."""

    article: Article
    naming: Naming
    sentences: list[ReadSentence]

    @property
    def claims(self) -> list[Claim]:
        """All claims, in text order."""
        return [claim for one in self.sentences for claim in one.claims]

    def attribution(self, claim: Claim) -> Attribution | None:
        """Return the attribution that a claim stands under; none in the outlet's own voice."""
        return None if claim.under is None else self.sentences[claim.sentence].attributions[claim.under]


def reading(article: Article, book: Codebook, patterns: Patterns) -> Reading:
    """Return an article, read in the segments that the codebook names."""
    sentences = list(read(article, book.read))
    naming = Naming(sentences, patterns)
    kinds = {segment.start: segment.kind for segment in article.segments}
    made = []
    for index, sentence in enumerate(sentences):
        cues = hedges(article.text, sentence.start, sentence.end, patterns)
        modality = Modality(sentence, patterns)
        found = Attributing(sentence, modality, naming, patterns).found()
        claims = Claiming(sentence, found, modality, cues, patterns).claims(index)
        made.append(ReadSentence(sentence, kinds[sentence.segment], cues, found, claims))
    return Reading(article, naming, made)
