"""Articles and annotators → who labels what: a set that all label, overlap, hidden gold, and an arm without suggestions.

The rule, the same for the same seed whatever the order of the articles:

1. So many articles, drawn at random, are the calibration set: everybody labels them, first.
2. The others come in batches. In each, the longest first, an article goes to the annotators with the fewest words so
   far; who has shared much with those already chosen comes later, and until everybody is tied to everybody else by
   shared articles, people of another tied group come first. So the piles are of like length, all pairs meet, and
   agreement can be compared across all.
3. Gold items, of which no annotator is told, are drawn for each annotator and mixed into the pile.
4. In each annotator's pile of each batch a share is drawn at random that comes without suggestions: the blind arm.
5. Each pile is shuffled by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from msgspec.structs import replace

from annotate.campaign.assignments import Arm, Assignment, Kind
from annotate.errors import UsageError
from annotate.records import Article, Record
from annotate.studio.accounts import email_of


class Design(Record, frozen=True, kw_only=True):
    """How a campaign is laid out.

    Attributes:
        overlap: how many people label each article outside the calibration set.
        calibration: how many articles everybody labels.
        gold: hidden gold items as a share of the others in a pile, in [0, 1].
        blind: share of each pile that comes without suggestions, in [0, 1].
        batch: most articles in a batch after the calibration set; one batch where none is given.
        seed: of every draw.
    """

    overlap: int = 2
    calibration: int = 10
    gold: float = 0.05
    blind: float = 0.2
    batch: int | None = None
    seed: int = 0


class Planned(Record, frozen=True, kw_only=True):
    """A plan, and what its maker should know.

    Attributes:
        assignments: in the order in which they are worked on: by batch, then by annotator, then shuffled.
        notes: sentences on what the design does not allow to be measured.
    """

    assignments: tuple[Assignment, ...]
    notes: tuple[str, ...] = ()

    def words(self) -> dict[str, int]:
        """Return how many words each annotator reads."""
        found: Counter[str] = Counter()
        for one in self.assignments:
            found[one.annotator] += one.words
        return dict(found)


def planned(
    articles: Iterable[Article],
    annotators: Sequence[str],
    design: Design,
    *,
    gold: Collection[str] = (),
    before: Sequence[Assignment] = (),
) -> Planned:
    """Return a plan for these articles.

    Args:
        articles: those to label; gold items among them.
        annotators: names or e-mail addresses.
        design: overlap, calibration, gold, blind arm, batches, seed.
        gold: ids of articles whose labels are known.
        before: an earlier plan that this one goes on from: its articles are not planned again, its piles count as load,
            and its rows come first in the result.

    Raises:
        UsageError: the design cannot be carried out with these articles and annotators.
    """
    by_id = {article.id: article for article in articles}
    _check(annotators, design, by_id, gold)
    done = {one.article for one in before}
    pool = sorted(key for key in by_id if key not in done and key not in gold)
    if not pool:
        raise UsageError("no article is left to plan", hint="all are in the earlier plan, or are gold items")
    if design.calibration > len(pool):
        message = f"a calibration set of {design.calibration} is asked for; articles: {len(pool)}"
        raise UsageError(message, hint="ask for fewer with --calibration")
    draw = np.random.default_rng(design.seed)
    shuffled = [pool[n] for n in draw.permutation(len(pool))]
    words = {key: len(article.text.split()) for key, article in by_id.items()}
    piles = _Piles(annotators, before, draw)
    number = max((one.batch for one in before), default=0)
    rows: list[Assignment] = []
    for batch, kind in _batches(shuffled, design):
        number += 1
        for key in sorted(batch, key=lambda key: (-words[key], key)):
            size = len(annotators) if kind is Kind.CALIBRATION else design.overlap
            rows += [_row(by_id[key], name, number, kind, words[key]) for name in piles.chosen(words[key], size)]
    if len(annotators) > 1 and not piles.tied:
        message = "not all annotators are tied to one another by articles they share: agreement cannot be compared"
        raise UsageError(message, hint="ask for --calibration 1 or more, a greater --overlap, or more articles")
    rows += _gold(rows, annotators, [by_id[key] for key in sorted(gold)], design, before, draw)
    notes = [] if len(annotators) > 1 else ["one annotator: agreement cannot be measured"]
    drawn = {row.article for row in (*before, *rows)}
    if idle := sum(key not in drawn for key in gold):
        notes.append(f"{idle} of {len(gold)} gold items were drawn for nobody, and nobody labels them")
    arranged = _arranged(rows, annotators, design.blind, draw)
    return Planned(assignments=(*before, *arranged), notes=tuple(notes))


def _check(annotators: Sequence[str], design: Design, by_id: Mapping[str, Article], gold: Collection[str]) -> None:
    counts = Counter(email_of(name) for name in annotators)
    doubled = [email for email, count in counts.items() if count > 1]
    if not annotators or not all(name.strip() for name in annotators):
        raise UsageError("an annotator without a name", hint="name them as in --annotators ada,ben,cleo")
    if doubled:
        raise UsageError(f"two annotators have the account {doubled[0]!r}", hint="name each person once")
    if not 1 <= design.overlap <= len(annotators):
        message = f"an overlap of {design.overlap} is asked for; annotators: {len(annotators)}"
        raise UsageError(message, hint="ask for an --overlap between 1 and the number of annotators")
    if missing := sorted(key for key in gold if key not in by_id):
        message = f"{len(missing)} gold items are not among the articles, such as {missing[0]}"
        raise UsageError(message, hint="give the gold items' articles too: they are pushed like all others")
    if design.gold and not gold:
        message = "gold items are asked for, none are given"
        raise UsageError(message, hint="name a gold file with --gold-items, or ask for --gold 0%")


def _batches(shuffled: Sequence[str], design: Design) -> Iterator[tuple[Sequence[str], Kind]]:
    if design.calibration:
        yield shuffled[: design.calibration], Kind.CALIBRATION
    rest = shuffled[design.calibration :]
    size = design.batch or max(len(rest), 1)
    for start in range(0, len(rest), size):
        yield rest[start : start + size], Kind.OVERLAP if design.overlap > 1 else Kind.SINGLE


class _Piles:
    """How much each annotator has, who has shared what with whom, and who is tied to whom."""

    def __init__(self, annotators: Sequence[str], before: Sequence[Assignment], draw: np.random.Generator) -> None:
        self._names = {email_of(name): name for name in annotators}
        self._rank = {email: int(n) for email, n in zip(self._names, draw.permutation(len(annotators)), strict=True)}
        self._load: Counter[str] = Counter()
        self._shared: Counter[tuple[str, str]] = Counter()
        self._group = {email: email for email in self._names}
        by_article: dict[str, list[str]] = defaultdict(list)
        for one in before:
            self._load[email_of(one.annotator)] += one.words
            if one.kind is not Kind.GOLD:
                by_article[one.article].append(email_of(one.annotator))
        for emails in by_article.values():
            self._share(emails, 0)

    @property
    def tied(self) -> bool:
        """Whether everybody is tied to everybody, directly or through others."""
        return len({self._group[email] for email in self._names}) == 1

    def chosen(self, words: int, size: int) -> list[str]:
        """Return so many annotators for an article of so many words, and add it to their piles."""
        found: list[str] = []
        groups: set[str] = set()
        for _ in range(size):
            left = [email for email in self._names if email not in found]
            best = min(left, key=lambda email: self._cost(email, found, groups, words))
            found.append(best)
            groups.add(self._group[best])
        self._share(found, words)
        return [self._names[email] for email in found]

    def _cost(self, email: str, found: Sequence[str], groups: set[str], words: int) -> tuple[bool, float, int]:
        met = sum(self._shared[_pair(email, other)] for other in found)
        return bool(found) and self._group[email] in groups, self._load[email] + words * met / 4, self._rank[email]

    def _share(self, emails: Sequence[str], words: int) -> None:
        for email in emails:
            self._load[email] += words
            self._group.setdefault(email, email)
        for one, other in combinations(emails, 2):
            self._shared[_pair(one, other)] += 1
            old, new = self._group[one], self._group[other]
            self._group = {email: new if group == old else group for email, group in self._group.items()}


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _row(article: Article, annotator: str, batch: int, kind: Kind, words: int) -> Assignment:
    title = article.title or article.text.partition("\n")[0]
    return Assignment(
        article=article.id,
        annotator=annotator,
        batch=batch,
        arm=Arm.SUGGESTED,
        kind=kind,
        words=words,
        title=title,
    )


def _gold(
    rows: Sequence[Assignment],
    annotators: Sequence[str],
    items: Sequence[Article],
    design: Design,
    before: Sequence[Assignment],
    draw: np.random.Generator,
) -> list[Assignment]:
    """Return each annotator's hidden gold items, in batches after the calibration set where there are any."""
    had = {(email_of(one.annotator), one.article) for one in before}
    found = []
    for name in annotators:
        own = [row for row in rows if row.annotator == name]
        places = [row.batch for row in own if row.kind is not Kind.CALIBRATION] or [row.batch for row in own]
        left = [article for article in items if (email_of(name), article.id) not in had]
        count = min(_share(design.gold, len(own)), len(left))
        for n in sorted(draw.choice(len(left), count, replace=False)) if count else ():
            batch = places[int(draw.integers(len(places)))]
            found.append(_row(left[n], name, batch, Kind.GOLD, len(left[n].text.split())))
    return found


def _share(share: float, count: int) -> int:
    """Return a share of a count, rounded; at least one, where any is asked for and there is any.

    >>> _share(0.2, 11), _share(0.05, 3), _share(0, 9), _share(1, 4)
    (2, 1, 0, 4)
    """
    return min(max(int(share * count + 0.5), 1), count) if share else 0


def _arranged(
    rows: Sequence[Assignment], annotators: Sequence[str], blind: float, draw: np.random.Generator
) -> Iterator[Assignment]:
    """Yield the rows by batch and annotator, each pile shuffled, with its arms drawn."""
    piles: dict[tuple[int, str], list[Assignment]] = defaultdict(list)
    for row in rows:
        piles[row.batch, row.annotator].append(row)
    order = {name: n for n, name in enumerate(annotators)}
    for key in sorted(piles, key=lambda key: (key[0], order[key[1]])):
        pile = sorted(piles[key], key=lambda row: row.article)
        alone = set(draw.choice(len(pile), _share(blind, len(pile)), replace=False).tolist())
        armed = [replace(row, arm=Arm.BLIND) if n in alone else row for n, row in enumerate(pile)]
        yield from (armed[n] for n in draw.permutation(len(armed)))
