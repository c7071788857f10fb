"""Our way of finding hedge cues beside what people write and beside libraries for many phrases; the spans are compared.

The phrases are the codebook's own, without the conditions that only our notation knows (a figure behind, a gap inside, a
capital): whole words, leftmost first, the longest where several begin together. Ours joins them into one expression that
shares their beginnings. Each system gets the same invented sentences, in turn, in a process of its own, and its spans must
be those of the plain alternation, else it is marked. flashtext2 cuts words by rules of its own: its share is told.

    python bench/cues.py                                     # a minute: the plain alternation is slow
    python bench/cues.py --full -o bench/results/cues.json
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

from invented import sentences
from measures import OURS, Claim, apart, arguments, finish, measuring, ratio, row

MEASURE = "hedge cues in sentences"
SIZES, FULL_SIZES = (1_000, 20_000), (1_000, 10_000, 100_000)
SLOW = 1_000
"""Most sentences that the alternations get."""
ROUNDS, FULL_ROUNDS = 3, 5
BAR = 20
"""Times the speed of the plain alternation that ours has to reach."""
PLAIN, LOWERED, WHOLE = "re, plain alternation", "re, alternation, lowered", "ours, with all conditions"
Spans = list[tuple[int, int]]
Finder = Callable[[str], Spans]


def phrases() -> list[str]:
    """Return the codebook's hedge phrases, in words."""
    from annotate.language.patterns import load_patterns

    return sorted(load_patterns().hedge.phrases)


def ours() -> Finder:
    """Return the expression that the matcher stands on, on the lowered text."""
    from annotate.language.matcher import lowered
    from annotate.language.trie import bounded

    search = bounded(phrases()).finditer
    return lambda text: [match.span() for match in search(lowered(text))]


def ours_whole() -> Finder:
    """Return the matcher itself, with conditions, names and priors."""
    from annotate.language.patterns import load_patterns

    find = load_patterns().hedge.find
    return lambda text: [(hit.start, hit.end) for hit in find(text)]


def _alternation() -> str:
    longest = sorted(phrases(), key=lambda phrase: (-len(phrase), phrase))
    joined = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest)
    return rf"(?<!\w)(?<!\w-)(?:{joined})(?!\w|-\w)"


def plain() -> Finder:
    """Return what people write: all phrases, escaped, joined by bars, without regard to case."""
    search = re.compile(_alternation(), re.IGNORECASE).finditer
    return lambda text: [match.span() for match in search(text)]


def plain_lowered() -> Finder:
    """Return the same on lowered text."""
    from annotate.language.matcher import lowered

    search = re.compile(_alternation()).finditer
    return lambda text: [match.span() for match in search(lowered(text))]


def pyahocorasick() -> Finder:
    """Return an automaton over all phrases; word borders and the longest are chosen here, as it knows neither."""
    import ahocorasick

    from annotate.language.matcher import lowered

    made = ahocorasick.Automaton()
    for phrase in phrases():
        made.add_word(phrase, len(phrase))
    made.make_automaton()

    def find(text: str) -> Spans:
        low = lowered(text)
        return longest(low, ((end + 1 - length, end + 1) for end, length in made.iter(low)))

    return find


def ahocorasick_rs() -> Finder:
    """Return the same from Rust."""
    import ahocorasick_rs as library

    from annotate.language.matcher import lowered

    made = library.AhoCorasick(phrases())

    def find(text: str) -> Spans:
        low = lowered(text)
        return longest(low, ((start, end) for _, start, end in made.find_matches_as_indexes(low, overlapping=True)))

    return find


def flashtext2() -> Finder:
    """Return flashtext2's processor, which cuts words itself."""
    from flashtext2 import KeywordProcessor

    made = KeywordProcessor(case_sensitive=False)
    for phrase in phrases():
        made.add_keyword(phrase)
    return lambda text: [(start, end) for _, start, end in made.extract_keywords_with_span(text)]


def longest(text: str, found: Iterable[tuple[int, int]]) -> Spans:
    """Return the matches that are whole words, leftmost first, the longest where several begin together, disjoint."""
    kept: Spans = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1][1]:
            continue
        if _word(text, start - 1) or (text[start - 1 : start] == "-" and _word(text, start - 2)):
            continue
        if _word(text, end) or (text[end : end + 1] == "-" and _word(text, end + 1)):
            continue
        kept.append((start, end))
    return kept


def _word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and (text[place].isalnum() or text[place] == "_")


SYSTEMS: dict[str, tuple[Callable[[], Finder], str | None]] = {
    OURS: (ours, None),
    WHOLE: (ours_whole, None),
    PLAIN: (plain, None),
    LOWERED: (plain_lowered, None),
    "pyahocorasick": (pyahocorasick, "ahocorasick"),
    "ahocorasick_rs": (ahocorasick_rs, "ahocorasick_rs"),
    "flashtext2": (flashtext2, "flashtext2"),
}


def child(name: str, count: int) -> None:
    """Print one measurement as JSON."""
    texts = list(sentences(count))
    find = SYSTEMS[name][0]()
    find(texts[0])  # what is compiled late is compiled
    with measuring() as found:
        made = [find(text) for text in texts]
    found["matches"] = sum(map(len, made))
    reference = plain_lowered() if count <= SLOW else ours()
    found["equal"] = sum(spans == reference(text) for text, spans in zip(texts, made, strict=True)) / count
    print(json.dumps(found))


def main() -> None:
    """Measure what is installed."""
    parser = arguments(__doc__)
    parser.add_argument("--child", nargs=2, metavar=("SYSTEM", "SENTENCES"), help="measure one, once")
    given = parser.parse_args()
    if given.child:
        child(given.child[0], int(given.child[1]))
        return
    names = [name for name, (_, module) in SYSTEMS.items() if module is None or importlib.util.find_spec(module)]
    for name in SYSTEMS.keys() - set(names):
        print(f"{name} is not installed, so it is left out", file=sys.stderr)
    rows = []
    for count in FULL_SIZES if given.full else SIZES:
        taken = [name for name in names if name not in {PLAIN, LOWERED} or count <= SLOW]
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in taken}
        for _ in range(FULL_ROUNDS if given.full else ROUNDS):
            for name in taken:
                runs[name].append(apart(__file__, "--child", name, count))
        for name, each in runs.items():
            facts = {"equal_spans": round(each[0]["equal"], 4), "matches": each[0]["matches"]}
            rows.append(row(MEASURE, count, name, each, **facts))
            print(f"{name:28} {count:8,}: {count / rows[-1].seconds:11,.0f} a second, {facts}", flush=True)
        if runs[OURS][0]["equal"] != 1:
            sys.exit("our spans are not those of the plain alternation")
    claims = [Claim("Hedge cues beside a plain alternation, same spans", ratio(rows, MEASURE, PLAIN), BAR)]
    peers = [name for name in names if SYSTEMS[name][1]]
    finish("cues", rows, claims, given.output, phrases=len(phrases()), versions={name: version(name) for name in peers})


if __name__ == "__main__":
    main()
