"""A trained model: texts → probabilities, article → flags or suggestions. Needs numpy, and nothing heavier."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from annotate import codebook
from annotate.baseline import targets
from annotate.baseline.combination import COMBINATIONS
from annotate.baseline.folder import AGAIN, CODEBOOK, INFO, ModelInfo, pieces
from annotate.baseline.folder import load as load_folder
from annotate.baseline.judgement import Judge, Judgement
from annotate.baseline.linear import Floats, Ints
from annotate.baseline.pieces import NGRAMS, outputs
from annotate.baseline.predictor import Predictor, Said
from annotate.baseline.scores import DIGITS
from annotate.baseline.suggestion import Suggesting
from annotate.baseline.surface import Surface
from annotate.baseline.tagger import Cue
from annotate.codebook import Codebook
from annotate.errors import CodebookError, ModelError
from annotate.language.hedges import LAYER, hedges
from annotate.language.patterns import Patterns, load_patterns
from annotate.records import Article, Extent, Flag, FlagHedge, Span, Suggestion

if TYPE_CHECKING:
    import pandas as pd

TERMS = 5
"""How many n-grams a flag names."""
TOGETHER = 512
"""Articles are scored together until they have so many sentences; it bounds the memory, and no result depends on it."""


class Model:
    """A trained model with the codebook whose targets it predicts.

    Attributes:
        name: kind and a hash of the model, as `Suggestion.model` names it.
        info: what the model folder says of itself.
        book: the codebook it was trained under.
        predictor: its pieces.
    """

    def __init__(
        self, name: str, info: ModelInfo, predictor: Predictor, book: Codebook, patterns: Patterns | None
    ) -> None:
        """Put a model together; `Model.load` reads one."""
        self.name, self.info, self.book, self.predictor = name, info, book, predictor
        self._patterns, self._layer = patterns, targets.cue_layer(book) or LAYER
        self._judge = Judge(book, info.targets, info.derived)
        self._known_reasons: dict[tuple[str, ...], tuple[Floats | None, bool]] = {}

    @classmethod
    def load(cls, folder: Path | str) -> Model:
        """Return the model of a folder, proved; nothing in the folder is run.

        Raises:
            ModelError: it is no model, is of an unknown form, was changed, or does not fit its codebook.
        """
        folder = Path(folder)
        info = load_folder(folder)
        at = str(folder.resolve() / CODEBOOK)
        try:
            book = codebook.load(at)
            patterns = load_patterns(at) if f"{CODEBOOK}/patterns.toml" in info.files else None
        except CodebookError as error:
            raise ModelError(str(error), hint=AGAIN) from error
        if (book.name, book.version) != (info.codebook.name, info.codebook.version):
            message = f"it was trained under codebook {info.codebook.name} {info.codebook.version}, "
            message += f"the codebook in it is {book.name} {book.version}"
            raise ModelError(message, where=str(folder), hint=AGAIN)
        theirs = {name: target.labels for name, target in info.targets.items()}
        ours = {name: target.labels for name, target in book.targets().items()}
        counted = {name: set(counts) for name, counts in info.counts.items()}
        if not theirs.items() <= ours.items() or counted != {name: set(labels) for name, labels in ours.items()}:
            message = f"its targets {theirs} are not its codebook's, {ours}"
            raise ModelError(message, where=str(folder), hint=AGAIN)
        digest = hashlib.sha256((folder / INFO).read_bytes()).hexdigest()
        return cls(f"annotate-baseline@{digest[:12]}", info, pieces(folder, info, Surface(patterns)), book, patterns)

    def probabilities(self, texts: Sequence[str], groups: Ints | None = None) -> dict[str, Floats]:
        """Return each learnt target's probabilities ``(n_texts, n_labels)``, labels in the model's order, rows summing to 1.

        Args:
            texts: any texts, those of one article in its order.
            groups: number of each text's article ``(n_texts,)``; each its own where not said.
        """
        return self.predictor.say(texts, groups).probabilities

    def cues(self, text: str, start: int, end: int) -> list[Span]:
        """Return the hedge cues of ``text[start:end]``, by the patterns of the model's codebook alone."""
        return hedges(text, start, end, self._patterns) if self._patterns else []

    def judge(
        self, texts: Sequence[str], cues: Sequence[Iterable[Span]] | None = None, groups: Ints | None = None
    ) -> list[Judgement]:
        """Return what the model and the codebook's rules say of each text.

        Args:
            texts: any texts, those of one article in its order.
            cues: the hedge cues of each text; those that the model finds where not said.
            groups: number of each text's article ``(n_texts,)``; each its own where not said.
        """
        return self._judged(texts, groups, cues)[0]

    def _judged(
        self,
        texts: Sequence[str],
        groups: Ints | None,
        cues: Sequence[Iterable[Span]] | None = None,
        digits: int | None = None,
    ) -> tuple[list[Judgement], list[list[Span]], Said]:
        said = self.predictor.say(texts, groups)
        found = [self._spans(text, those) for text, those in zip(texts, said.cues, strict=True)]
        judged = self._judge.judge(said.probabilities, found if cues is None else cues, digits)
        everything = tuple(target.name for target in self._judge.targets)
        judged = [
            one if any(map(str.isalpha, text)) else Judgement(one.labels, (), one.probabilities, everything)
            for text, one in zip(texts, judged, strict=True)
        ]
        return judged, found, said

    def _spans(self, text: str, cues: Sequence[Cue]) -> list[Span]:
        """Return the tagger's cues, or the patterns' where nobody marked any that it could learn from."""
        if self.info.tagger is None or not (self.info.tagger.types or self.info.shows_evidence):
            return self.cues(text, 0, len(text))
        return [
            Span(
                id=f"h{cue.start}",
                layer=self._layer,
                label=cue.type,
                start=cue.start,
                end=cue.end,
                text=text[cue.start : cue.end],
            )
            for cue in cues
        ]

    def judged(self, article: Article) -> list[tuple[Extent, Judgement]]:
        """Return each read sentence (the whole text, where an item is an article) with what is said of it."""
        extents = self._items(article)
        texts = [extent.of(article.text) for extent in extents]
        return list(zip(extents, self.judge(texts, groups=np.zeros(len(texts), dtype=np.int64)), strict=True))

    def flags(self, article: Article) -> Iterator[Flag]:
        """Yield what is said of each read sentence, in text order (of the whole text, where an item is an article)."""
        for _, flags in self.flags_of([article]):
            yield from flags

    def flags_of(self, articles: Iterable[Article]) -> Iterator[tuple[Article, list[Flag]]]:
        """Yield each article with its flags, in the order they come in; a few articles are scored at once, never more.

        The first article is scored alone, and the more follow the more are taken together: the first flags come at once.
        """
        waiting: list[tuple[Article, list[Extent]]] = []
        count, wanted = 0, 1
        for article in articles:
            waiting.append((article, self._items(article)))
            count += len(waiting[-1][1])
            if count >= wanted or len(waiting) >= wanted:
                yield from self._flags(waiting)
                waiting, count, wanted = [], 0, min(2 * wanted, TOGETHER)
        yield from self._flags(waiting)

    def _flags(self, articles: Sequence[tuple[Article, list[Extent]]]) -> Iterator[tuple[Article, list[Flag]]]:
        texts = [extent.of(article.text) for article, extents in articles for extent in extents]
        counts = np.array([len(extents) for _, extents in articles], dtype=np.int64)
        groups = np.repeat(np.arange(len(articles)), counts)
        judged, cues, said = self._judged(texts, groups, digits=DIGITS)
        row = 0
        for article, extents in articles:
            flags = []
            for extent in extents:
                text, one = texts[row], judged[row]
                flags.append(
                    Flag(
                        article_id=article.id,
                        start=extent.start,
                        end=extent.end,
                        text=text,
                        flagged=bool(one.reasons),
                        reasons=one.reasons,
                        abstained=one.abstained,
                        probabilities=one.probabilities,
                        hedges=tuple(
                            FlagHedge(start=s.start + extent.start, end=s.end + extent.start, text=s.text, type=s.label)
                            for s in cues[row]
                        ),
                        terms=self._terms(said, row, text, one.reasons) if one.reasons else {},
                    )
                )
                row += 1
            yield article, flags

    def flag(self, articles: Iterable[Article] | pd.DataFrame | pd.Series) -> pd.DataFrame:
        """Return what is said of each read sentence, as a table: for notebooks.

        Args:
            articles: articles; or a table with a column ``text`` (and, if there, ``id``), or a column of texts.

        Returns:
            One row a sentence: the fields of `Flag`, and a column ``target.label`` for each probability.
        """
        from annotate.baseline.notebook import as_articles, as_table

        learnt = {name: target.labels for name, target in self.info.targets.items()}
        targets = learnt | {target.name: target.labels for target in self._judge.targets if target.name not in learnt}
        return as_table((flag for _, flags in self.flags_of(as_articles(articles)) for flag in flags), targets)

    def _items(self, article: Article) -> list[Extent]:
        if self.book.item == "article":
            return [Extent(start=0, end=len(article.text))] if article.text else []
        return list(article.read_sentences(self.book.read))

    def _terms(self, said: Said, row: int, text: str, reasons: tuple[str, ...]) -> dict[str, float]:
        """Return the words and n-grams that spoke most for the labels behind these reasons.

        Where n-grams decide, how far each moved the log-odds; where the tagger does, how much evidence it saw in a word.
        """
        direction, by_tagger = self._behind(reasons)
        moved: dict[str, float] = dict(said.evident(row, text, TERMS)) if by_tagger else {}
        if direction is not None and self.predictor.ngrams is not None:
            moved |= self.predictor.ngrams.terms(text, direction, TERMS)
        furthest = sorted(moved.items(), key=lambda pair: -abs(pair[1]))[:TERMS]
        return {term: round(value, DIGITS) for term, value in furthest}

    def _behind(self, reasons: tuple[str, ...]) -> tuple[Floats | None, bool]:
        """Return the weight of each n-gram output in what the reasons rest on, if any has one, and whether the tagger speaks."""
        if reasons in self._known_reasons:
            return self._known_reasons[reasons]
        asked = (*self._judge.targets, *self._judge.partly)
        rules = [rule for target in asked for rule in targets.rules_behind(target, reasons)]
        behind = {pair for rule in rules for pair in rule.where.items()}
        behind |= {(t.name, r.label) for t in self._judge.targets for r in targets.rules_behind(t, reasons)}
        ngrams, slices, by_tagger = self.predictor.ngrams, self.predictor.slices(), False
        direction = np.zeros(len(ngrams.intercept) if ngrams else 0)
        for name, label in sorted(behind & {(n, lb) for n, t in self.info.targets.items() for lb in t.labels}):
            if ngrams and NGRAMS in COMBINATIONS[self.info.targets[name].combination]:
                direction[slices[name]] += self._direction(name, label)
            else:
                by_tagger = True
        found = (direction if direction.any() else None, by_tagger)
        self._known_reasons[reasons] = found
        return found

    def _direction(self, name: str, label: str) -> Floats:
        """Return how far one unit of each n-gram output moves the label's log-odds, against the mean of the others."""
        info = self.info.targets[name]
        made, width = info.calibration, len(outputs(len(info.labels)))
        if label not in info.fitted:
            return np.zeros(width)
        first = len(self.info.surface) * (COMBINATIONS[info.combination][0] == "surface")
        scale = np.array(made.scale[first : first + width])
        coef = np.array(made.coef[first : first + width]) / scale[:, None]
        place = info.fitted.index(label)
        if coef.shape[1] == 1:
            return np.asarray(coef[:, 0] if place else -coef[:, 0], dtype=np.float64)
        others = np.delete(coef, place, axis=1).mean(axis=1)
        return np.asarray(coef[:, place] - others, dtype=np.float64)

    def suggest(self, article: Article) -> Suggestion:
        """Return the pattern suggester's spans as this model sees them (see :mod:`annotate.baseline.suggestion`)."""
        if self._patterns is None:
            return Suggestion(model=self.name)
        from annotate.language.suggester import PatternSuggester

        candidates = PatternSuggester(self.book, self._patterns).suggest(article)
        pairs: list[tuple[Extent, Any]] = list(self.judged(article))
        extents, judged = [extent for extent, _ in pairs], [one for _, one in pairs]
        return Suggesting(self.book, extents, judged).seen(candidates, self.name)
