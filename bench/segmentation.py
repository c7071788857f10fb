"""Our sentence segmenter beside pysbd, nupunkt and sentencex: speed, whether all of the text is in the sentences, how many agree.

All get the same invented paragraphs, whose sentences are known, in turn, each in a process of its own. A system passes
when its sentences hold every character of the text that is no white space, in order. The share of the known sentences
that it finds says that they do comparable work, and no more: the text is
ours.

    python bench/segmentation.py                                          # seconds
    python bench/segmentation.py --full -o bench/results/segmentation.json  # minutes
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from importlib.metadata import version

from invented import paragraphs
from measures import OURS, Claim, apart, arguments, finish, measuring, ratio, row

MEASURE = "sentences of paragraphs"
ARTICLES, FULL_ARTICLES = (400,), (100, 1_000, 10_000)
SLOW = 1_000
"""Most articles that pysbd gets: it needs minutes for ten times as many."""
ROUNDS, FULL_ROUNDS = 3, 5
BAR = 20
"""Times pysbd's speed that ours has to reach."""
Segmenter = Callable[[str], list[tuple[int, int]]]


def ours() -> Segmenter:
    """Return our segmenter."""
    from annotate.corpus.sentences import sentences

    return lambda text: [(extent.start, extent.end) for extent in sentences(text)]


def pysbd() -> Segmenter:
    """Return pysbd's, with offsets."""
    import pysbd as library

    made = library.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(span.start, span.end) for span in made.segment(text)]


def nupunkt() -> Segmenter:
    """Return nupunkt's."""
    from nupunkt import sent_spans

    return sent_spans  # type: ignore[no-any-return]  # where it is not installed nothing is known of it


def sentencex() -> Segmenter:
    """Return sentencex's."""
    from sentencex import get_sentence_boundaries

    return lambda text: [(one["start_index"], one["end_index"]) for one in get_sentence_boundaries("en", text)]


SYSTEMS: dict[str, Callable[[], Segmenter]] = {OURS: ours, "pysbd": pysbd, "nupunkt": nupunkt, "sentencex": sentencex}


def child(name: str, count: int) -> None:
    """Print one measurement as JSON."""
    known = [each for number in range(count) for each in paragraphs(number)]
    texts = [" ".join(each) for each in known]
    segment = SYSTEMS[name]()
    segment(texts[0])  # what is loaded late is loaded
    with measuring() as found:
        made = [segment(text) for text in texts]
    right = whole = 0
    for text, spans, wanted in zip(texts, made, known, strict=True):
        pieces = [text[start:end].strip() for start, end in spans]
        whole += "".join("".join(pieces).split()) == "".join(text.split())
        right += len(set(pieces) & set(wanted))
    found |= {"characters": sum(map(len, texts)), "sentences": sum(map(len, known)), "right": right}
    print(json.dumps(found | {"text_kept": whole == len(texts)}))


def main() -> None:
    """Measure what is installed."""
    parser = arguments(__doc__)
    parser.add_argument("--child", nargs=2, metavar=("SYSTEM", "ARTICLES"), help="measure one, once")
    given = parser.parse_args()
    if given.child:
        child(given.child[0], int(given.child[1]))
        return
    names = [name for name in SYSTEMS if name == OURS or importlib.util.find_spec(name)]
    for name in SYSTEMS.keys() - set(names):
        print(f"{name} is not installed, so it is left out", file=sys.stderr)
    rows, claims = [], []
    for count in FULL_ARTICLES if given.full else ARTICLES:
        taken = [name for name in names if name != "pysbd" or count <= SLOW]
        runs: dict[str, list[dict[str, object]]] = {name: [] for name in taken}
        for _ in range(FULL_ROUNDS if given.full else ROUNDS):
            for name in taken:
                runs[name].append(apart(__file__, "--child", name, count))
        for name, each in runs.items():
            first = each[0]
            facts = {"text_kept": first["text_kept"], "known_found": round(first["right"] / first["sentences"], 4)}  # type: ignore[operator]  # numbers
            rows.append(row(MEASURE, int(first["sentences"]), name, each, characters=first["characters"], **facts))  # type: ignore[call-overload]  # a number
            rate = rows[-1].size / rows[-1].seconds
            print(f"{name:10} {rows[-1].size:9,} sentences: {rate:11,.0f} a second, {facts}", flush=True)
        if not runs[OURS][0]["text_kept"]:
            sys.exit("our sentences do not hold the text")
    if "pysbd" in names:
        claims.append(Claim("Sentences with offsets beside pysbd", ratio(rows, MEASURE, "pysbd"), BAR))
    finish("segmentation", rows, claims, given.output, versions={name: version(name) for name in names if name != OURS})


if __name__ == "__main__":
    main()
