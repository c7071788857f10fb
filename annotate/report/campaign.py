"""The sections on what was labelled: the corpus, the campaign's progress, and gold, as plain data for the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from statistics import median

from annotate.codebook import Codebook, TargetRules
from annotate.records import Annotation, Article, Extent, Gold, Status, Task, task_key
from annotate.report.texts import colours, paragraphs, pieces

OUTLETS_SHOWN = 12
DISAGREEMENTS_SHOWN = 10
TONES = {"submitted": "#009E73", "skipped": "#5a5f6b", "draft": "#E69F00", "untouched": "#c9c6bf"}
"""Colours of the states of a task."""

Data = dict[str, object]


def corpus(articles: Iterable[Article], codebook: Codebook) -> Data:
    """Return the corpus section: counts of articles, words, sentences, segments by kind, and outlets."""
    count = words = sentences = read = quoted = length = 0
    segments: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    outlets: Counter[str] = Counter()
    for article in articles:
        count += 1
        words += len(article.text.split())
        sentences += len(article.sentences)
        outlets[article.outlet or "not named"] += 1
        for segment in article.segments:
            segments[segment.kind] += 1
            characters[segment.kind] += segment.end - segment.start
        for sentence in article.read_sentences(codebook.read):
            read += 1
            length += sentence.end - sentence.start
            inside = (
                min(sentence.end, q.end) - max(sentence.start, q.start) for q in article.quotes if sentence.overlaps(q)
            )
            quoted += min(sum(inside), sentence.end - sentence.start)
    most = max(characters.values(), default=1)
    rows = [
        {
            "kind": kind,
            "count": f"{segments[kind]:,}",
            "characters": f"{n:,}",
            "share": round(n / most, 4),
            "read": kind in codebook.read,
        }
        for kind, n in characters.most_common()
    ]
    named = outlets.most_common(OUTLETS_SHOWN)
    more = outlets.total() - sum(n for _, n in named)
    return {
        "articles": f"{count:,}",
        "words": f"{words:,}",
        "sentences": f"{sentences:,}",
        "read": f"{read:,}",
        "quoted": f"{quoted / length:.0%}" if quoted else "",
        "segments": rows,
        "outlets": [
            {"name": name, "count": n, "share": round(n / named[0][1], 4)}
            for name, n in [*named, ("others", more)]
            if n
        ],
    }


def progress(annotations: Sequence[Annotation], tasks: Sequence[Task], articles: int, codebook: Codebook) -> Data:
    """Return the campaign section: how far each annotator came, and how many suggestions were kept as they were."""
    by_annotator: dict[str, list[Annotation]] = defaultdict(list)
    for annotation in annotations:
        by_annotator[annotation.annotator].append(annotation)
    submitted = [a for a in annotations if a.status == Status.SUBMITTED]
    votes = Counter(a.article_id for a in submitted)
    suggested = {
        (task.article_id, span.start, span.end, span.label)
        for task in tasks
        if task.suggestion
        for span in task.suggestion.spans
    }
    spans = [(a.article_id, s.start, s.end, s.label) for a in submitted for s in a.spans]
    return {
        "annotators": len(by_annotator),
        "submitted": f"{len(submitted):,}",
        "articles": f"{len(votes):,}",
        "complete": f"{sum(1 for n in votes.values() if n > 1):,}",
        "suggested": bool(suggested),
        "kept": f"{sum(1 for span in spans if span in suggested):,}",
        "spans": f"{len(spans):,}",
        "key": [{"name": name, "color": color} for name, color in TONES.items()],
        "layers": [layer.title for layer in codebook.layer],
        "rows": [_row(name, made, len(tasks) or articles, codebook) for name, made in sorted(by_annotator.items())],
    }


def _row(name: str, made: Sequence[Annotation], tasks: int, codebook: Codebook) -> Data:
    states = Counter(annotation.status.value for annotation in made)
    states["untouched"] = max(0, tasks - len({task_key(a.article_id, a.item) for a in made}))
    layers = Counter(span.layer for annotation in made for span in annotation.spans)
    times = [annotation.lead_time for annotation in made if annotation.lead_time]
    return {
        "annotator": name,
        "parts": [{"name": state, "count": states[state], "color": color} for state, color in TONES.items()],
        "done": f"{states['submitted']} of {max(tasks, states.total())}",
        "layers": [layers[layer.name] for layer in codebook.layer],
        "links": sum(len(annotation.links) for annotation in made),
        "minutes": f"{median(times) / 60:.1f}" if times else "not measured",
    }


def gold(golds: Sequence[Gold], codebook: Codebook) -> Data:
    """Return the gold section: the share of each label by target, and one article as labelled."""
    items = [item for record in golds for item in record.sentences]
    colour = colours(codebook)
    targets = []
    for target in codebook.target:
        labels = Counter(
            item.targets[target.name].label or "contested" for item in items if target.name in item.targets
        )
        parts = [
            {
                "name": label,
                "count": labels[label],
                "color": colour.get(label, ""),
                "share": f"{labels[label] / labels.total():.0%}",
            }
            for label in (*target.labels, "contested")
            if labels[label]
        ]
        targets.append({"title": target.title, "parts": parts})
    shorter = sorted(golds, key=lambda record: len(record.article.text))[: len(golds) // 2 + 1]
    best = max(shorter, key=lambda record: len(record.spans), default=None)
    sample = [{"kind": k, "pieces": p} for k, p in paragraphs(best.article, best.spans, codebook)] if best else []
    return {
        "sentences": f"{len(items):,}",
        "articles": f"{len(golds):,}",
        "spans": f"{sum(len(record.spans) for record in golds):,}",
        "links": f"{sum(len(record.links) for record in golds):,}",
        "targets": targets,
        "sample": sample,
        "key": [
            {"name": label.name, "style": f"--under:{label.color}"}
            for layer in codebook.layer[:1]
            for label in layer.label
        ]
        + [{"name": layer.name, "style": f"--fill:{layer.label[0].color}"} for layer in codebook.layer[1:]],
    }


def disagreements(golds: Sequence[Gold], codebook: Codebook, target: TargetRules) -> list[Data]:
    """Return the sentences whose votes on a target differ most: no majority first, then the smallest majority."""
    split = []
    for record in golds:
        for item in record.sentences:
            found = item.targets.get(target.name)
            if found and len(set(found.votes.values())) > 1:
                split.append((max(found.soft.values()), record, item, found))
    split.sort(key=lambda row: (row[0], row[1].article.id, row[2].start))
    colour = colours(codebook)
    return [
        {
            "pieces": pieces(record.article.text, Extent(start=item.start, end=item.end), record.spans, codebook),
            "votes": [
                {"annotator": name, "label": label, "color": colour.get(label, "")}
                for name, label in sorted(found.votes.items())
            ],
        }
        for _, record, item, found in islice(split, DISAGREEMENTS_SHOWN)
    ]
