"""Scoring: the n-gram model beside scikit-learn, fastText and Vowpal Wabbit, the whole model beside its scikit-learn form.

The sentences are invented: a vocabulary of 200,000 words drawn by Zipf's law, with cues and attribution from the codebook's
patterns in some, so that much of a text is seen for the first time. Systems take turns in one process and score the same
sentences; probabilities are compared. ``cold`` scores with an empty memory, ``warm`` the same sentences again.

    python bench/scoring.py                    # under a minute
    python bench/scoring.py --full -o FILE     # up to 1,000,000 sentences, training on 200,000: half an hour
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measures import Claim, Row, apart, arguments, finish, measuring, ratio, row

from annotate.baseline.linear import Floats, Linear

NGRAMS, FLAGS, GROWTH, TRAINING = "n-gram model", "text to flags", "flags as text grows", "training"
SKLEARN, PLAIN, WARM = "scikit-learn", "ours, without numba", "ours, warm"
FASTTEXT, WABBIT, HASHING = "fastText", "Vowpal Wabbit", "HashingVectorizer"
SMALL = "fastText, 16 dimensions"
"""fastText has 100 of its own; its time grows with them."""
VOCABULARY = 200_000
SENTENCES = 24
"""Sentences in an article."""
LABELS = {"status": 4, "hedged": 2, "flagged": 2}
SAME = 1e-9
"""Most that two probabilities may differ."""
FRESH = 10_000_000
"""Number of the first sentence that is scored; those before it train."""
ROUNDS = 5


class News:
    """Invented sentences by number, the same each time."""

    def __init__(self) -> None:
        """Make the words, and take phrases from the codebook's patterns."""
        from annotate.language.patterns import NOT, load_patterns

        draw = np.random.default_rng(7)
        sounds = [
            a + b for a in ("b", "ch", "d", "f", "gr", "k", "l", "m", "n", "p", "r", "st", "t", "v") for b in "aeiou"
        ]
        parts = draw.integers(len(sounds), size=(VOCABULARY, 5))
        sizes = np.minimum(1 + np.log10(np.arange(1, VOCABULARY + 1)).astype(int), 5)
        ends = draw.choice(["", "", "s", "ed", "ing", "er", "n"], size=VOCABULARY)
        self._words = [
            "".join(sounds[p] for p in row[:size]) + end
            for row, size, end in zip(parts.tolist(), sizes.tolist(), ends.tolist(), strict=True)
        ]
        patterns = load_patterns()
        self._phrases = {}
        for layer in ("hedge", "attribution"):
            plain = (
                (key, min(names))
                for key, variants in getattr(patterns, layer).phrases.items()
                for phrase, names in variants[:1]
                if not (phrase.tail or phrase.figure or phrase.capitals or NOT in names)
            )
            self._phrases[layer] = sorted(plain)

    def sentence(self, number: int) -> tuple[str, tuple[int, int, str] | None, bool]:
        """Return a sentence with its cue (start, end, type), if it has one, and whether it has an attribution."""
        draw = np.random.default_rng(number)
        size = int(draw.integers(8, 29))
        ranks = np.exp(draw.random(size) * math.log(VOCABULARY)).astype(int) - 1  # by rank: Zipf's law
        words = [self._words[rank] for rank in ranks]
        words[0] = words[0].capitalize()
        chance = draw.random(4)
        words[size // 2] += "," if chance[3] < 0.5 else ""  # noqa: PLR2004 - half of them
        if chance[3] < 0.2:  # noqa: PLR2004 - a fifth
            words[size // 3] = str(number % 9973)
        attributed, cue = chance[1] < 0.3, None  # noqa: PLR2004 - three in ten, as in news
        if attributed:
            words.append(self._phrases["attribution"][int(chance[1] / 0.3 * len(self._phrases["attribution"]))][0])
        at = size // 2 + 1
        if chance[0] < 0.2:  # noqa: PLR2004 - a fifth
            phrase, kind = self._phrases["hedge"][int(chance[0] / 0.2 * len(self._phrases["hedge"]))]
            start = sum(map(len, words[:at])) + at
            words.insert(at, phrase)
            cue = (start, start + len(phrase), kind)
        return " ".join(words) + ".", cue, attributed

    def texts(self, count: int, first: int = FRESH) -> list[str]:
        """Return so many sentences."""
        return [self.sentence(number)[0] for number in range(first, first + count)]

    def rows(self, count: int) -> Iterator[dict[str, Any]]:
        """Yield sentence rows of a release; one label in ten is drawn, so that it cannot be learnt whole."""
        for number in range(count):
            text, cue, attributed = self.sentence(number)
            start = number % SENTENCES * 400
            hedged, status = int(cue is not None), 2 * (cue is not None) + attributed
            if number % 10 == 0:
                hedged, status = number // 10 % 2, number // 10 % 4
            spans = []
            if cue:
                at = {"start": start + cue[0], "end": start + cue[1], "text": text[cue[0] : cue[1]]}
                spans = [{"id": "h1", "label": cue[2], "basis": None, **at}]
            made = {"article_id": f"{number // SENTENCES:016x}", "start": start, "end": start + len(text), "text": text}
            made |= {"segment": "body", "title": None, "outlet": "Paper", "published": "2031-05-01", "language": "en"}
            made |= {"license": "CC0-1.0", "claim_spans": [], "source_spans": [], "hedge_spans": spans}
            for name, label in (("status", status), ("hedged", hedged), ("flagged", hedged)):
                votes = [3 * (n == label) for n in range(LABELS[name])]
                made |= {name: label, f"{name}_contested": False, f"{name}_votes": votes}
                made |= {f"{name}_soft": [vote / 3 for vote in votes]}
            yield made

    def articles(self, count: int) -> Iterator[Any]:
        """Yield articles of fresh sentences."""
        from annotate.records import Article, Extent, Segment, SegmentKind, article_id

        for first in range(FRESH, FRESH + count, SENTENCES):
            texts = self.texts(min(SENTENCES, FRESH + count - first), first)
            ends = np.cumsum([len(text) + 1 for text in texts]) - 1
            extents = tuple(
                Extent(start=int(end) - len(text), end=int(end)) for text, end in zip(texts, ends, strict=True)
            )
            text = " ".join(texts)
            body = (Segment(start=0, end=len(text), kind=SegmentKind.BODY),)
            yield Article(id=article_id(text), text=text, segments=body, sentences=extents)


def write_release(count: int, folder: Path) -> None:
    """Write so many sentences as the train split of a release."""
    from annotate.codebook import load
    from annotate.dataset.configs import Sentences
    from annotate.dataset.tables import Table

    (folder / "sentences").mkdir(parents=True)
    (folder / "MANIFEST.json").write_text("{}\n", encoding="utf-8")
    config = Sentences(load())
    with Table(folder / "sentences" / "train-00000-of-00001.parquet", config.features, config.rows_at_once) as table:
        for each in News().rows(count):
            table.add(each)


def train(count: int, folder: Path) -> dict[str, Any]:
    """Train the default model on so many sentences, and return what it took."""
    write_release(count, folder / "dataset")
    return apart(__file__, "--child", "train", "--folder", folder)


def train_here(_count: int, folder: Path) -> dict[str, Any]:
    """Train on the release of a folder."""
    from annotate.baseline.train import train

    with measuring() as found:
        info = train(folder / "dataset", folder / "model")
    return found | {"combinations": {name: target.combination for name, target in info.targets.items()}}


class Vectorized:
    """The n-gram model in scikit-learn: two vectorizers, side by side."""

    def __init__(self, linear: Linear) -> None:
        """Take the n-grams and weights of a model."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._linear, first, self._blocks = linear, 0, []
        for terms, analyzer, sizes in ((linear.words, "word", (1, 2)), (linear.chars, "char_wb", (2, 5))):
            places = {str(term): place for place, term in enumerate(terms)}
            made = TfidfVectorizer(analyzer=analyzer, ngram_range=sizes, sublinear_tf=True, vocabulary=places)
            made.idf_ = linear.idf[first : first + len(terms)]
            self._blocks.append((made, np.asarray(linear.coef[first : first + len(terms)], dtype=np.float64)))
            first += len(terms)

    def log_odds(self, texts: list[str]) -> Floats:
        """Return each output's log-odds ``(n_texts, n_outputs)``."""
        found: Floats = sum(made.transform(texts) @ coef for made, coef in self._blocks) + self._linear.intercept
        return found

    def __getattr__(self, name: str) -> Any:
        """Take the rest, as the words of a flag, from ours: both forms pay alike."""
        return getattr(self._linear, name)


def token_vectorizer(tagger: Any) -> Callable[[Any, Any], tuple[Any, Floats]]:
    """Return what a tagger says of tokens, in scikit-learn: features of each token as strings, counted by a vectorizer."""
    from sklearn.feature_extraction.text import CountVectorizer

    from annotate.baseline.tokens import BITS, EDGE, FIRST_VALUE, UNKNOWN, tokens

    table, book = tagger.table, tagger.vocabulary
    templates, least = table.templates, (1 << BITS) - 1

    def name(value: int) -> str:
        return "edge" if value == EDGE else book.terms[value - FIRST_VALUE]

    names: dict[str, int] = {}
    for place, key in enumerate(table.keys.tolist()):
        number = key >> (3 * BITS)
        values = [key >> (2 * BITS) & least, key >> BITS & least, key & least][: len(templates[number])]
        names["|".join([str(number), *map(name, values)])] = place
    coef = np.asarray(table.coef, dtype=np.float64)

    def features(place: int) -> list[str]:
        made = []
        for number, template in enumerate(templates):
            values = [here[0][place + offset][column] for offset, column in template]
            if None not in values:
                made.append("|".join([str(number), *values]))
        return made

    counter = CountVectorizer(analyzer=features, vocabulary=names, dtype=np.float64)
    here: list[list[list[str | None]]] = [[]]

    def tagged(texts: Any, known: Any) -> tuple[Any, Floats]:
        found = tokens(texts, known)
        numbers = book.table(found).tolist()
        here[0] = [[None if value == UNKNOWN else name(value) for value in line] for line in numbers]
        return found, counter.transform(book.places(found).tolist()) @ coef + tagger.intercept

    return tagged


def scikit_learn_form(folder: Path) -> Any:
    """Return a model whose features are made and weighed by scikit-learn; the rest is the same code."""
    from annotate.baseline.scorer import Model

    model = Model.load(folder)
    found = model.predictor
    found.compiled = False
    if found.ngrams is not None:
        found.ngrams = Vectorized(found.ngrams)  # type: ignore[assignment]  # it has what is asked of it
    if found.tagger is not None:
        found.tagger.tagged = token_vectorizer(found.tagger)  # type: ignore[method-assign]  # likewise
    return model


def take_turns(
    systems: dict[str, Callable[[], Any]], rounds: int
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """Return the measurements of all systems in each round, and what each gave last."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in systems}
    given: dict[str, Any] = {}
    for _ in range(rounds):
        for name, system in systems.items():
            begin = time.process_time()
            given[name] = system()
            runs[name].append({"cpu": time.process_time() - begin})
    return runs, given


def ngrams_here(count: int, folder: Path) -> dict[str, Any]:
    """Measure the n-gram model and its peers."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union

    from annotate.baseline.fast_ngrams import NgramIndex, NgramSums
    from annotate.baseline.fast_tables import there

    news, half = News(), 3 * count
    given = [news.sentence(number) for number in range(half)]
    texts, labels = [text for text, _, _ in given], np.array([cue is not None for _, cue, _ in given], dtype=int)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3)
    union = make_union(words, chars)
    fitted = LogisticRegression(C=5.0).fit(union.fit_transform(texts), labels)
    idf, names = np.concatenate([words.idf_, chars.idf_]), [v.get_feature_names_out().tolist() for v in (words, chars)]
    linear = Linear(names[0], names[1], idf, fitted.coef_.T.copy(), fitted.intercept_)
    hashing = make_union(
        HashingVectorizer(ngram_range=(1, 2)), HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    )
    hashed = LogisticRegression(C=5.0).fit(hashing.transform(texts[:2000]), labels[:2000])
    fresh = news.texts(count)
    systems: dict[str, Callable[[], Any]] = {
        SKLEARN: lambda: fitted.predict_proba(union.transform(fresh))[:, 1],
        HASHING: lambda: hashed.predict_proba(hashing.transform(fresh)),
        PLAIN: lambda: _chance(_forgotten(linear).log_odds(fresh)),
    }
    if there():
        index = NgramIndex(linear)
        warm = NgramSums(index)
        warm.log_odds(fresh, linear.intercept)
        systems["ours"] = lambda: _chance(_batches(NgramSums(index), fresh, linear))
        systems[WARM] = lambda: _chance(_batches(warm, fresh, linear))
    systems |= _peers(texts, labels, fresh, folder)
    runs, said = take_turns(systems, ROUNDS)
    compared = {name: said[name] for name in (PLAIN, "ours", WARM) if name in said}
    apart_by = {name: float(np.abs(values - said[SKLEARN]).max()) for name, values in compared.items()}
    return {"runs": runs, "differ": apart_by, "features": len(idf)}


def _batches(sums: Any, texts: list[str], linear: Linear) -> Floats:
    parts = [sums.log_odds(texts[at : at + 1024], linear.intercept) for at in range(0, len(texts), 1024)]
    return np.concatenate(parts)


def _forgotten(linear: Linear) -> Linear:
    """Return the same with an empty memory."""
    linear._chunk_columns.clear()  # noqa: SLF001 - nobody else wants it to forget
    return linear


def _chance(log_odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-log_odds[:, 0]))
    return found


def _peers(texts: list[str], labels: Any, fresh: list[str], folder: Path) -> dict[str, Callable[[], Any]]:
    """Return the peers that are installed; say which are not."""
    found: dict[str, Callable[[], Any]] = {}
    try:
        import fasttext

        path = folder / "fasttext.txt"
        lines = (f"__label__{label} {text}\n" for text, label in zip(texts, labels, strict=True))
        path.write_text("".join(lines), encoding="utf-8")
        for name, sizes in ((FASTTEXT, {}), (SMALL, {"dim": 16, "bucket": 500_000})):
            quick = fasttext.train_supervised(str(path), wordNgrams=2, minn=2, maxn=5, thread=1, verbose=0, **sizes)
            found[name] = lambda quick=quick: quick.predict(fresh)
    except RuntimeError as error:  # its training meets NaN on some machines
        print(f"fastText does not train ({error}): left out", file=sys.stderr)
    except ImportError:
        print("fastText is not installed (fasttext-numpy2-wheel): left out", file=sys.stderr)
    try:
        from vowpalwabbit import Workspace

        work = Workspace("--loss_function logistic --ngram 2 -b 22 --quiet")
        plain = str.maketrans(":|\n", "   ")
        for text, label in zip(texts, labels, strict=True):
            work.learn(f"{2 * label - 1} | {text.translate(plain)}")
        found[WABBIT] = lambda: [work.predict(f"| {text.translate(plain)}") for text in fresh]
    except ImportError:
        print("Vowpal Wabbit is not installed (vowpalwabbit): left out", file=sys.stderr)
    return found


def flags_here(count: int, folder: Path) -> dict[str, Any]:
    """Measure the whole model, from text to flags, in its three forms."""
    from annotate.baseline.fast_tables import there
    from annotate.baseline.scorer import Model

    articles = list(News().articles(count))
    forms = {SKLEARN: scikit_learn_form(folder / "model"), PLAIN: Model.load(folder / "model")}
    forms[PLAIN].predictor.compiled = False
    if there():
        forms["ours"] = Model.load(folder / "model")
        forms["ours"].predictor.compiled = True
        list(forms["ours"].flags_of(articles[:1]))
    systems: dict[str, Callable[[], Any]] = {
        name: (lambda model=model: _forgetful(model, articles)) for name, model in forms.items()
    }
    if "ours" in forms:
        systems[WARM] = lambda: [flag for _, flags in forms["ours"].flags_of(articles) for flag in flags]
        systems[WARM]()
    runs, said = take_turns(systems, 3)
    differ = {name: _apart(said[name], said[SKLEARN]) for name in said if name != SKLEARN}
    texts = [extent.of(one.text) for one in articles for extent in one.sentences]
    chances = {name: model.probabilities(texts) for name, model in forms.items()}
    for name in forms.keys() & differ.keys():
        by_target = (float(np.abs(v - chances[SKLEARN][k]).max()) for k, v in chances[name].items())
        differ[name] = max(differ[name], *by_target)
    return {"runs": runs, "differ": differ, "hedges": sum(len(flag.hedges) for flag in said[SKLEARN])}


def _forgetful(model: Any, articles: list[Any]) -> list[Any]:
    """Return all flags, scored by a thread of its own: it begins with an empty memory."""
    from concurrent.futures import ThreadPoolExecutor

    if model.predictor.tagger is not None:
        model.predictor.tagger.vocabulary.forget()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: [flag for _, flags in model.flags_of(articles) for flag in flags]).result()


def _apart(ours: list[Any], theirs: list[Any]) -> float:
    """Return 0 where the flags and cue spans are the same, infinity where one is not."""
    same = len(ours) == len(theirs)
    same = same and all(
        (a.flagged, a.reasons, a.hedges) == (b.flagged, b.reasons, b.hedges) for a, b in zip(ours, theirs, strict=True)
    )
    return 0.0 if same else math.inf


def growth_here(count: int, folder: Path) -> dict[str, Any]:
    """Flag so many sentences as a stream, and return the seconds without those that inventing them took."""
    from annotate.baseline.scorer import Model

    model, made, spent = Model.load(folder / "model"), News().articles(count), 0.0

    def timed() -> Iterable[Any]:
        nonlocal spent
        while True:
            begin = time.process_time()
            article = next(made, None)
            spent += time.process_time() - begin
            if article is None:
                return
            yield article

    flagged = 0
    with measuring() as found:
        for _, flags in model.flags_of(timed()):
            flagged += sum(flag.flagged for flag in flags)
    found["cpu"] -= spent
    return found | {"flagged": flagged}


CHILDREN = {"ngrams": ngrams_here, "flags": flags_here, "growth": growth_here, "train": train_here}


def main() -> None:
    """Print a table of times and memory, and write it as JSON."""
    parser = arguments(__doc__)
    parser.add_argument("--child", choices=CHILDREN, help="measure this one here")
    parser.add_argument("--count", type=int, default=0, help="at this size")
    parser.add_argument("--folder", type=Path, help="with this folder")
    given = parser.parse_args()
    if given.child:
        print(json.dumps(CHILDREN[given.child](given.count, given.folder)))
        return
    rows: list[Row] = []
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory(prefix="annotate-") as scratch:
        folder = Path(scratch)
        for number, count in enumerate((20_000, 200_000) if given.full else (1_200,)):
            took = train(count, folder / str(number))
            rows.append(row(TRAINING, count, "ours", [took], clock=True, combinations=took["combinations"]))
        for measure, child, count, at in (
            (NGRAMS, "ngrams", 20_000 if given.full else 3_000, folder),
            (FLAGS, "flags", 12_000 if given.full else 1_200, folder / "0"),
        ):
            found = apart(__file__, "--child", child, "--count", count, "--folder", at, OMP_NUM_THREADS="1")
            for system, runs in found["runs"].items():
                kept = {"differs_from_scikit_learn": found["differ"].get(system)}
                rows.append(row(measure, count, system, runs, **kept))
            worst = max(found["differ"].values())
            claims.append(Claim(f"{measure}: greatest difference from scikit-learn", worst, SAME, least=False, unit=""))
        for count in (1_000, 10_000, 100_000, 1_000_000) if given.full else (1_000, 4_000):
            took = apart(__file__, "--child", "growth", "--count", count, "--folder", folder / "0")
            rows.append(row(GROWTH, count, "ours", [took], flagged=took["flagged"]))
    systems = {(one.measure, one.system) for one in rows}
    for measure, peer, ours, bar in (
        (NGRAMS, SKLEARN, "ours", 12.0),
        (NGRAMS, SKLEARN, WARM, 18.0),
        (NGRAMS, FASTTEXT, "ours", 2.0),
        (NGRAMS, FASTTEXT, WARM, 2.0),
        (FLAGS, SKLEARN, "ours", 10.0),
        (FLAGS, SKLEARN, WARM, 10.0),
    ):
        if {(measure, peer), (measure, ours)} <= systems:
            name = f"{measure} beside {peer}" + (", text seen before" if ours == WARM else "")
            claims.append(Claim(name, ratio(rows, measure, peer, system=ours), bar))
    if given.full:
        peaks = {one.size: one.peak_mb or 0 for one in rows if one.measure == GROWTH}
        over = peaks[1_000_000] / peaks[100_000]
        claims.append(Claim("Memory at a million sentences over that at 100,000", over, 1.1, least=False))
    for trained in (one for one in rows if one.measure == TRAINING and one.size >= 200_000):  # noqa: PLR2004 - what is claimed
        claims += [
            Claim("Training on 200,000 sentences: memory", trained.peak_mb or 0, 4_000, least=False, unit="MB"),
            Claim("Training on 200,000 sentences: time", trained.seconds / 60, 30, least=False, unit="minutes"),
        ]
    finish("scoring", rows, claims, given.output, vocabulary=VOCABULARY)


if __name__ == "__main__":
    main()
