"""Minimal pairs: two texts that differ in one thing, and whether a system sees what the difference does.

A behavioural test in the manner of CheckList (Ribeiro et al. 2020, doi:10.18653/v1/2020.acl-main.442). A pair passes
where every expected label of both its texts is given; a system that answers the same to both passes none whose labels
differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from annotate.baseline.bounds import wilson
from annotate.baseline.evaluation import Miss, PairsResult, Rate
from annotate.baseline.scorer import Model
from annotate.codebook import Codebook
from annotate.corpus.article import make_article
from annotate.errors import DataError, UndefinedError
from annotate.files import read
from annotate.language.hedges import hedges
from annotate.language.patterns import Patterns
from annotate.language.suggester import PatternSuggester
from annotate.records import Article, Extent, Record, SetAside

Labels = Mapping[str, str]
"""Target → label."""
System = Callable[[Article], Sequence[tuple[Extent, Labels]]]
"""Article → each read sentence with its labels."""


class Side(Record, frozen=True, kw_only=True):
    """One text of a pair.

    Attributes:
        pair: the pair's id; two sides share it.
        phenomenon: what the two differ in.
        text: one or a few sentences.
        sentence: number of the sentence that is judged, from 0.
        labels: target → the label it should get.
        cues: hedge cues in the text, as they stand there.
        note: why, in a few words.
    """

    pair: str
    phenomenon: str
    text: str
    sentence: int = 0
    labels: dict[str, str]
    cues: tuple[str, ...] = ()
    note: str = ""


def model_system(model: Model) -> System:
    """Return a trained model as a system."""
    return lambda article: [(extent, judged.labels) for extent, judged in model.judged(article)]


def patterns_system(book: Codebook, patterns: Patterns) -> System:
    """Return the pattern suggester as a system: the labels that follow from its spans by the codebook's rules."""
    suggester = PatternSuggester(book, patterns)

    def judge(article: Article) -> list[tuple[Extent, Labels]]:
        spans = suggester.suggest(article).spans
        return [
            (sentence, book.decide([span for span in spans if span.overlaps(sentence)]).labels)
            for sentence in article.read_sentences(book.read)
        ]

    return judge


def lexicon_system(book: Codebook, patterns: Patterns) -> System:
    """Return the hedge lexicon as a system: the labels that follow from cues alone, with no claim anywhere."""
    return lambda article: [
        (sentence, book.decide(hedges(article.text, sentence.start, sentence.end, patterns)).labels)
        for sentence in article.read_sentences(book.read)
    ]


def read_pairs(folder: Path) -> list[tuple[Side, Side]]:
    """Return the pairs of all ``.jsonl`` files of a folder, in their order.

    Raises:
        DataError: there are none, a line is no side, a pair has not two sides, or a side has no such sentence.
    """
    sides: dict[str, list[Side]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for record in read(path, Side):
            if isinstance(record, SetAside):
                raise DataError(record.detail, where=record.where, hint="a line holds pair, phenomenon, text, labels")
            sides.setdefault(record.pair, []).append(record)
    if not sides:
        raise DataError(
            "no pairs", where=str(folder), hint="name a folder with .jsonl files, such as corpora/minimal-pairs"
        )
    for name, found in sides.items():
        if len(found) != 2 or len({side.phenomenon for side in found}) > 1:  # noqa: PLR2004 - a pair
            raise DataError(f"pair {name!r} has {len(found)} sides, or two phenomena", where=str(folder))
    return [(found[0], found[1]) for found in sides.values()]


def judge_pairs(
    pairs: Iterable[tuple[Side, Side]], system: System, name: str, book: Codebook, unsaid: Collection[str] = ()
) -> PairsResult:
    """Return how a system does on pairs, by phenomenon and by target.

    Args:
        pairs: what is expected.
        system: what is tested.
        name: how it is called.
        book: the codebook.
        unsaid: targets that are not judged. A pair that says nothing of the others, or whose texts differ in these alone,
            is left out: a system that answers the same to both texts would pass it.

    Raises:
        DataError: a side expects a label that the codebook has not.
        UndefinedError: no pair is left.
    """
    every = list(pairs)
    judged = [left for pair in every if (left := _without(pair, unsaid))]
    if not judged:
        message = f"none of the {len(every)} pairs is about another target than {', '.join(unsaid)}"
        raise UndefinedError(message, hint="the model says nothing of these targets: take one that learnt them")
    by_phenomenon: dict[str, list[tuple[bool, bool]]] = {}
    right: dict[str, list[bool]] = {}
    misses: list[Miss] = []
    for pair in judged:
        results = []
        for side in pair:
            wrong = list(_misses(side, system, book, right))
            misses += wrong
            results.append(not wrong)
        by_phenomenon.setdefault(pair[0].phenomenon, []).append((results[0], results[1]))
    everything = [result for results in by_phenomenon.values() for result in results]
    return PairsResult(
        system=name,
        whole=_rate(everything),
        phenomena={phenomenon: _rate(results) for phenomenon, results in by_phenomenon.items()},
        targets={target: sum(found) / len(found) for target, found in right.items()},
        misses=tuple(misses),
        unsaid=tuple(unsaid),
        left_out=len(every) - len(judged),
    )


def _without(pair: tuple[Side, Side], unsaid: Collection[str]) -> tuple[Side, Side] | None:
    """Return a pair without what it expects of some targets; None where nothing, or no difference, is left of it."""
    first, second = (
        replace(side, labels={target: label for target, label in side.labels.items() if target not in unsaid})
        for side in pair
    )
    differed = pair[0].labels != pair[1].labels
    if not first.labels or not second.labels or (differed and first.labels == second.labels):
        return None
    return first, second


def _misses(side: Side, system: System, book: Codebook, right: dict[str, list[bool]]) -> Iterator[Miss]:
    article = make_article(side.text)
    judged = system(article)
    if not 0 <= side.sentence < len(judged):
        raise DataError(f"pair {side.pair!r}: {side.text!r} has no sentence {side.sentence}")
    given = judged[side.sentence][1]
    for target, expected in side.labels.items():
        if target not in book.targets() or expected not in book.targets()[target].labels:
            raise DataError(f"pair {side.pair!r}: the codebook has no {target} {expected!r}")
        right.setdefault(target, []).append(given[target] == expected)
        if given[target] != expected:
            yield Miss(
                pair=side.pair,
                phenomenon=side.phenomenon,
                text=side.text,
                target=target,
                expected=expected,
                given=given[target],
            )


def _rate(results: Sequence[tuple[bool, bool]]) -> Rate:
    passed = sum(first and second for first, second in results)
    low, high = wilson(passed, len(results))
    return Rate(
        pairs=len(results),
        passed=passed,
        rate=passed / len(results),
        low=low,
        high=high,
        sides=2 * len(results),
        sides_right=sum(first + second for first, second in results),
    )
