"""How far each claim is backed by the text itself: disputed, verified or unverified, in this order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from annotate.language.attributions import Attribution, Side
from annotate.language.claims import Claim
from annotate.language.matcher import Hit
from annotate.language.patterns import Patterns
from annotate.language.phrases import Phrases
from annotate.language.reading import Reading
from annotate.language.sources import Sources
from annotate.language.tellings import content, repeats, tellings
from annotate.records import Span

LOOKBACK = 50
"""How many sources back a pronoun may point."""
REACH = 12
"""Most words between a document and what says that it is shown."""
_THINGS = frozenset(["it", "this", "that", "they"])
_NEGATIONS = frozenset(["no", "not", "none", "never", "nobody", "neither"])


class Statuses:
    """The status of every claim of one article.

    Attributes:
        why: index of the claim → the rule that decided: ``disputed``, ``confirmed`` or ``record``; none for unverified.
    """

    def __init__(self, reading: Reading, sources: Sources, patterns: Patterns) -> None:
        """Decide them."""
        self._reading, self._sources, self._patterns = reading, sources, patterns
        self._claims = reading.claims
        self._of: Mapping[int, list[int]] = _by_sentence(self._claims)
        self.why: dict[int, str] = {}
        self._tellings = tellings(self._claims, reading.article.text, patterns)
        for n, claim in enumerate(self._claims):
            found = reading.attribution(claim)
            if found is not None and found.name == "deny":
                self._decide(n, "disputed")
            elif found is not None and (self._nested(claim, found) or (found.name == "confirm" and self._second(n))):
                self._decide(n, "confirmed")
        for index, one in enumerate(reading.sentences):
            if not one.sentence.words:
                continue
            for hit in patterns.status.find(one.sentence.text, one.sentence.start, one.sentence.end):
                self._by_phrase(index, hit)

    def _decide(self, n: int, rule: str) -> None:
        """Give a claim and all its other tellings a rule; disputed is not taken back."""
        for other in (n, *self._tellings[n]):
            if self.why.get(other) != "disputed":
                self.why[other] = rule

    def _nested(self, claim: Claim, found: Attribution) -> bool:
        """Return whether another party confirms in the same sentence: *the bureau confirmed that the navy claimed to …*."""
        one = self._reading.sentences[claim.sentence]
        outer = [n for n, other in enumerate(one.attributions) if other.name == "confirm" and other.end <= found.start]
        filled = any(other.under in outer for other in one.claims)
        backed = any(one.attributions[n].side is Side.AFTER and one.attributions[n].source for n in outer)
        return backed and not filled and found.source is not None and found.name in {"say", "distance"}

    def _second(self, n: int) -> bool:
        """Return whether what is confirmed here is told elsewhere by another party."""
        mine = self._party(self._claims[n])
        others = [self._claims[other] for other in self._tellings[n]]
        return any(self._confirms(other) is False and self._party(other) != mine for other in others)

    def _confirms(self, claim: Claim) -> bool:
        found = self._reading.attribution(claim)
        return found is not None and found.name == "confirm"

    def _party(self, claim: Claim) -> str:
        """Return a key for who says it: the last word of the source's name, the source a pronoun stands for."""
        return self._key(self._sources.behind(claim))

    def _key(self, span: Span | None) -> str:
        if span is None:
            return ""
        spans = self._sources.spans
        at = self._sources.index(span.start)
        for earlier in range(at - 1, max(at - LOOKBACK, 0) - 1, -1):
            if spans[at].text.lower() not in self._patterns.words("pronoun"):
                break
            if spans[earlier].label == spans[at].label:
                at = earlier
        return spans[at].text.split()[-1].lower().removesuffix("'s").removesuffix("’s")

    def _by_phrase(self, index: int, hit: Hit) -> None:
        """Follow a phrase of denial, corroboration or record to the claim that it speaks of."""
        if hit.names & {"record", "shown"}:
            if self._shown(index, hit):
                for n in self._of[index]:
                    self._decide(n, "record")
        elif "denied" in hit.names:
            self._denied(index, hit)
        elif "corroborated" in hit.names and not any(self._claims[n].start >= hit.start for n in self._of[index]):
            self._corroborated(index, hit)

    def _denied(self, index: int, hit: Hit) -> None:
        """Dispute the last claim before a denial that somebody else made."""
        text = self._reading.article.text
        said = text[hit.start : hit.end].lower()
        if said.endswith("that") and text[hit.end : hit.end + 2].strip().isalnum():
            return  # *denied that …* says what is denied
        speaker = self._speaker(index, hit)
        if speaker is None and said != "not so":
            return
        for n in reversed(self._before(index, hit)):
            claim = self._claims[n]
            told = claim.under is not None or claim.quoted or claim.sentence == index or self._hearsay(claim)
            if told and self._party(claim) != speaker:
                self._decide(n, "disputed")
                return

    def _corroborated(self, index: int, hit: Hit) -> None:
        """Verify the last claim before a corroboration that somebody else made; a mere *also* must repeat its words."""
        text, one = self._reading.article.text, self._reading.sentences[index]
        pointing = text[hit.start : hit.end].lower().startswith(("confirm", "corrobor"))
        mine = content(text[one.sentence.start : one.sentence.end], self._patterns)
        speaker = self._speaker(index, hit)
        for n in reversed(self._before(index, hit)):
            claim = self._claims[n]
            same = pointing or repeats(mine, content(text[claim.start : claim.end], self._patterns), self._patterns)
            if same and (speaker is None or self._party(claim) != speaker):
                self._decide(n, "confirmed")
                return

    def _before(self, index: int, hit: Hit) -> list[int]:
        """Return the claims of the sentence before, and those of this one that end before the phrase."""
        earlier = self._of[index - 1] if index else []
        return [*earlier, *(n for n in self._of[index] if self._claims[n].end <= hit.start)]

    def _speaker(self, index: int, hit: Hit) -> str | None:
        """Return a key for who utters the phrase; none where the text does not say."""
        one = self._reading.sentences[index]
        near = [found for found in one.attributions if found.start <= hit.end and hit.start <= found.end]
        near = [found for found in near if found.source or found.again]
        if not near and one.sentence.quote_at(hit.start):
            near = [found for found in one.attributions if found.source]
        if near:
            return self._key(self._sources.of(near[-1], one))
        words = one.sentence.words
        phrase = Phrases(words, self._patterns).before(one.sentence.at(hit.start)) if words else None
        return words[phrase.last - 1].bare if phrase and words[phrase.first].low not in _THINGS else None

    def _hearsay(self, claim: Claim) -> bool:
        cues = self._reading.sentences[claim.sentence].hedges
        return any(cue.label == "evidential" and claim.start <= cue.start < claim.end for cue in cues)

    def _held(self, index: int, hit: Hit) -> list[Hit]:
        """Return the phrases that say what a document holds: after the one that shows it, or *according to* before it."""
        one = self._reading.sentences[index].sentence
        found = self._patterns.holds.find(one.text, one.start, one.end)
        return [
            held for held in found if held.start >= hit.end or one.text[held.start : held.end].lower() == "according to"
        ]

    def _shown(self, index: int, hit: Hit) -> bool:
        """Return whether the record is before the reader: not in a quotation, and nobody but a document says so."""
        one = self._reading.sentences[index]
        before = [word.low for word in one.sentence.words if word.start < hit.start]
        if "shown" in hit.names and not any(held.start != hit.start for held in self._held(index, hit)):
            return False
        if one.sentence.quote_at(hit.start) or _NEGATIONS & set(before):
            return False
        inside = [word.low for word in one.sentence.words if hit.start <= word.start < hit.end]
        if not any(self._patterns.kind(low.removesuffix("'s")) == "document" for low in [*before[-REACH:], *inside]):
            return False
        kinds = [span.label for found in one.attributions if (span := self._sources.of(found, one)) is not None]
        return all(kind == "document" for kind in kinds)


def _by_sentence(claims: list[Claim]) -> Mapping[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for n, claim in enumerate(claims):
        found[claim.sentence].append(n)
    return found
