"""What is in each split of a release, as counts."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter, defaultdict

import numpy as np

from annotate.codebook import Codebook
from annotate.dataset.anchors import disclosed
from annotate.dataset.near_duplicates import words
from annotate.dataset.splits import SPLITS
from annotate.records import Gold

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TELLING = 5
"""Words from which on a sentence that stands in two splits is counted: shorter ones say little."""


class Composition:
    """Counts that grow with every article.

    Attributes:
        articles: by split; likewise `items`.
        labels: target → split → label → items; a contested item counts for none.
        contested: target → split → items without a majority label.
        unanimous: target → items that several annotators labelled, all alike.
        voted: target → items that several annotators labelled.
        votes: target → how many votes each label has on an item → such items.
        spans: layer → split → label → spans.
        per_article: number of annotators → articles.
        outlets: name → articles; likewise `languages` and `licenses`. None: the article does not say.
        annotators: pseudonym → articles.
        minutes: minutes that an annotator spent on an article, where the tool measured them.
        characters: of the articles' texts.
        disclosed: those of them that stand in selectors.
        days: of publication, those that are known.
    """

    def __init__(self, book: Codebook) -> None:
        """Start with nothing."""
        self.book = book
        self.articles: Counter[str] = Counter()
        self.items: Counter[str] = Counter()
        self.labels: dict[str, dict[str, Counter[str]]] = {name: _by_split() for name in book.targets()}
        self.contested: dict[str, Counter[str]] = {name: Counter() for name in book.targets()}
        self.unanimous: Counter[str] = Counter()
        self.voted: Counter[str] = Counter()
        self.spans: dict[str, dict[str, Counter[str]]] = {layer.name: _by_split() for layer in book.layer}
        self.links: Counter[str] = Counter()
        self.per_article: Counter[int] = Counter()
        self.outlets: Counter[str | None] = Counter()
        self.languages: Counter[str] = Counter()
        self.licenses: Counter[str | None] = Counter()
        self.annotators: Counter[str] = Counter()
        self.votes: dict[str, Counter[tuple[int, ...]]] = {name: Counter() for name in book.targets()}
        self.minutes: array[float] = array("d")
        self.characters = self.disclosed = 0
        self.days: set[str] = set()
        self._names = {target.name: target.labels for target in book.target}
        self._sentences: dict[str, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, gold: Gold, split: str) -> None:
        """Count an article."""
        article = gold.article
        self.articles[split] += 1
        self.items[split] += len(gold.sentences)
        self.outlets[article.outlet] += 1
        self.languages[article.language] += 1
        self.licenses[article.license] += 1
        self.per_article[len(gold.annotators)] += 1
        self.annotators.update(annotator.id for annotator in gold.annotators)
        self.minutes.extend(one.lead_time / 60 for one in gold.annotators if one.lead_time is not None)
        self.characters += len(article.text)
        self.disclosed += disclosed((one.start, one.end) for one in (*gold.sentences, *gold.spans))
        if day := DAY.match(article.published or ""):
            self.days.add(day[0])
        for span in gold.spans:
            self.spans[span.layer][split][span.label] += 1
        self.links.update(link.type for link in gold.links)
        for item in gold.sentences:
            self._add_sentence(item.of(article.text), split)
            for name, target in item.targets.items():
                if target.label is None:
                    self.contested[name][split] += 1
                else:
                    self.labels[name][split][target.label] += 1
                voted = Counter(target.votes.values())
                self.votes[name][tuple(voted[label] for label in self._names[name])] += 1
                if len(target.votes) > 1:
                    self.voted[name] += 1
                    self.unanimous[name] += len(set(target.votes.values())) == 1

    def _add_sentence(self, text: str, split: str) -> None:
        found = words(text)
        if len(found) >= _TELLING:
            digest = hashlib.blake2b(" ".join(found).encode(), digest_size=8).digest()
            self._sentences[split].append(int.from_bytes(digest, "big"))

    def repeated(self) -> dict[str, int]:
        """Return for each split but train how many of its items (of five words or more) stand word for word in train."""
        learnt = np.unique(np.frombuffer(self._sentences["train"], dtype=np.uint64))
        return {
            split: int(np.isin(np.frombuffer(self._sentences[split], dtype=np.uint64), learnt).sum())
            for split in SPLITS[1:]
        }

    def absent(self) -> dict[str, dict[str, list[str]]]:
        """Return split → target → the labels that occur in the release and not in this split; empty splits left out."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, target in self.book.targets().items():
            by_split = self.labels[name]
            known = [label for label in target.labels if any(by_split[split][label] for split in SPLITS)]
            for split in SPLITS:
                missing = [label for label in known if self.items[split] and not by_split[split][label]]
                if missing:
                    found.setdefault(split, {})[name] = missing
        return found


def _by_split() -> dict[str, Counter[str]]:
    return {split: Counter() for split in SPLITS}
