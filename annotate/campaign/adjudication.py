"""Contested articles → an adjudicator's project → rulings.

Each annotator's work stands on the task as a prediction of its own, told apart by the pseudonym; the last one holds only
what all marked alike, so that the adjudicator, whose page is filled from it, starts from nobody's view. The screen is
the codebook's with a cause and a reason: once for the whole article, and for each selected region where another holds.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from annotate.campaign.disagreement import Case, agreed, connected, votes
from annotate.codebook import Choice, Codebook, Decision
from annotate.errors import CodebookError, DataError, NotThere, UsageError
from annotate.guidelines import instructions_html
from annotate.quality.clusters import Tokens
from annotate.quality.labelled import Labelled
from annotate.quality.rulings import CAUSES, Ruling
from annotate.records import Annotation, Extent, SetAside, Span, Status, Suggestion, Task
from annotate.studio import push
from annotate.studio.client import Client, Json, Project
from annotate.studio.entries import moment
from annotate.studio.interface import TEXT, config_hash, label_config
from annotate.studio.payload import items, to_label_studio
from annotate.studio.results import task_annotations

AGREED = "all agreed"
"""Name of the prediction that holds only what all marked alike."""
CAUSE, REASON = "cause", "reason"
PLACE_CAUSE, PLACE_REASON = "place_cause", "place_reason"
"""Controls of the screen: for the article, and for the selected region alone."""
MEANINGS = {
    "guideline_gap": "The guidelines do not say",
    "slip": "Somebody overlooked something",
    "ambiguity": "The text allows both",
    "missing_context": "The text says too little",
}
TASK, REGION = "Why they differ", "Why they differ here"

Answers = Mapping[str, str]
"""``cause`` and ``reason``, as far as they were given."""


def adjudicators(codebook: Codebook) -> Codebook:
    """Return a codebook with two more decisions: why annotators differed, and the sentence that overrules."""
    choices = tuple(Choice(name=cause, definition=MEANINGS[cause]) for cause in CAUSES)
    asked = (
        Decision(name=CAUSE, title=TASK, choices=choices, single=True),
        Decision(name=REASON, title="Reason", text=True),
    )
    taken = {decision.name for decision in codebook.decision} | {layer.name for layer in codebook.layer}
    if clash := taken & {CAUSE, REASON, PLACE_CAUSE, PLACE_REASON}:
        message = (
            f"codebook {codebook.name!r} has a layer or decision called {min(clash)!r}, as adjudication asks for it"
        )
        raise CodebookError(message, hint="give it another name")
    return replace(codebook, decision=(*asked, *codebook.decision))


def screen(codebook: Codebook) -> str:
    """Return the adjudicator's label config, the same bytes every time."""
    root = ET.fromstring(label_config(adjudicators(codebook)))  # noqa: S314 - made by ourselves a moment ago
    tools = root.find("./View[@className='annotate-tools']")
    if tools is None:
        raise CodebookError("the labelling screen has no column of labels to add a cause to")
    shown = {"visibleWhen": "region-selected"}
    box = ET.Element("View", {"className": "annotate-layer", **shown})
    ET.SubElement(box, "Header", value=REGION, size="5", style="margin: 0")
    control = ET.SubElement(
        box, "Choices", {"name": PLACE_CAUSE, "toName": TEXT, "perRegion": "true", "choice": "single-radio", **shown}
    )
    for cause in CAUSES:
        ET.SubElement(control, "Choice", value=cause, hint=MEANINGS[cause], html=cause.replace("_", " "))
    said = {"name": PLACE_REASON, "toName": TEXT, "perRegion": "true", "rows": "1", "editable": "true", **shown}
    ET.SubElement(box, "TextArea", said)
    first = next((n for n, child in enumerate(tools) if child.get("className") == "annotate-decision"), len(tools))
    tools.insert(first, box)
    for child in list(tools)[first + 1 : first + 3][::-1]:  # the article's cause and reason come first, always in sight
        tools.remove(child)
        tools.insert(0, child)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def payload(case: Case, codebook: Codebook) -> Json:
    """Return a contested article as Label Studio imports it: a prediction an annotator, and last what all agreed on."""
    article = case.article
    where = f"article {article.id}"
    task = to_label_studio(Task(article_id=article.id, article=article, codebook=codebook.ref), codebook)
    predictions = [
        {
            "model_version": one.annotator,
            "result": _items(one.spans, one.links, one.decisions, article.text, codebook, where),
        }
        for one in case.found.annotations
    ]
    spans, links = agreed(case.found)
    last = {"model_version": AGREED, "result": _items(spans, links, {}, article.text, codebook, where)}
    return {**task, "predictions": [*predictions, last]}


def _items(
    spans: Sequence[Span],
    links: Sequence[Any],
    decisions: Mapping[str, Sequence[str]],
    text: str,
    codebook: Codebook,
    where: str,
) -> list[Json]:
    bare = tuple(replace(span, score=None) for span in spans)
    found = items(Suggestion(model="", spans=bare, links=tuple(links)), text, codebook, where)
    free = {decision.name: decision.text for decision in codebook.decision}
    for name, values in decisions.items():
        kind, key = ("textarea", "text") if free.get(name) else ("choices", "choices")
        found.append(
            {"id": f"d-{name}", "from_name": name, "to_name": TEXT, "type": kind, "value": {key: list(values)}}
        )
    return found


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What a push would do.

    Attributes:
        plan: as `annotate.studio.push` carries it out.
        outdated: articles there whose annotators are others than when they were pushed; they stay as they are.
    """

    plan: push.Plan
    outdated: int


def prepared(client: Client, title: str, found: Sequence[Case], codebook: Codebook) -> Prepared:
    """Return what a push of these cases would do; the server is only read.

    Raises:
        UsageError: the title is too short or too long, or the codebook shows single sentences.
        CodebookError: the project there has another screen.
    """
    if len(title) not in push.TITLE:
        raise UsageError(f"a project's title has 3 to 50 characters, {title!r} has {len(title)}")
    if codebook.unit != "article":
        message = f"codebook {codebook.name!r} shows single sentences; adjudication shows articles with their spans"
        raise UsageError(message, hint="`annotate gold` keeps the votes of contested sentences, with their shares")
    project = client.find_project(title)
    if project is not None:
        _check_screen(client, project, codebook)
    there = {state.key: state for state in client.states(project.id)} if project else {}
    expected = {case.article.id: {AGREED, *(one.annotator for one in case.found.annotations)} for case in found}
    new = [payload(case, codebook) for case in found if case.article.id not in there]
    present = [key for key in expected if key in there]
    return Prepared(
        plan=push.Plan(
            title=title,
            project=project,
            new=tuple(new),
            renewed=(),
            doubled=(),
            present=len(present),
            set_config=False,
        ),
        outdated=sum(there[key].models != expected[key] for key in present),
    )


def _check_screen(client: Client, project: Project, codebook: Codebook) -> None:
    try:
        same = config_hash(project.config) == config_hash(screen(codebook))
    except DataError:  # a screen that this toolkit cannot have made
        same = False
    if not same:
        message = f"the screen of project {project.title!r} is not the one that adjudication under this codebook makes"
        raise CodebookError(message, where=f"{client.url}/projects/{project.id}", hint="choose another --project")


def open_project(
    client: Client, found: Prepared, codebook: Codebook, *, tell: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Make the project and add the cases that are missing; return counts.

    Raises:
        OutsideError: the server does not answer, or says no; a new push goes on there.
    """
    project = found.plan.project or client.create_project(
        found.plan.title,
        label_config=screen(codebook),
        expert_instruction=instructions_html(codebook),
        show_collab_predictions=True,
        maximum_annotations=1,
    )
    counts = push.carry_out(client, replace(found.plan, project=project), codebook, annotators=1, tell=tell)
    if found.plan.new:
        client.set_project(project.id, model_version=AGREED)
    return {"new": counts["new"], "already_there": counts["already_there"], "outdated": found.outdated}


def adjudicated(
    client: Client, title: str, codebook: Codebook, found: Mapping[str, Labelled], pseudonym: Callable[[str], str]
) -> Iterator[Ruling | SetAside]:
    """Yield the rulings that an adjudicator's project holds, by article.

    What an adjudicator skipped or only began is set aside, and stays contested.

    Args:
        client: the server.
        title: of the project.
        codebook: that of the annotations.
        found: what was adjudicated, by article id; votes are read from it.
        pseudonym: makes a pseudonym of an e-mail address.

    Raises:
        NotThere: there is no such project.
        CodebookError: it has another screen.
    """
    project = client.find_project(title)
    if project is None:
        message = f"there is no project {title!r}"
        raise NotThere(message, where=client.url, hint="make it with `annotate adjudicate push`")
    _check_screen(client, project, codebook)
    book, emails = adjudicators(codebook), client.emails()
    states = sorted(client.states(project.id), key=lambda state: state.id)
    for task in client.export(project.id, [state.id for state in states if state.worked_on]):
        told, bare = _told(task)
        records = list(task_annotations(bare, None, book, pseudonym, emails=emails, project=title))
        yield from (one for one in records if isinstance(one, SetAside))
        made = [one for one in records if isinstance(one, Annotation)]
        newest = max(made, key=_rank, default=None)
        for one in made:
            if one is not newest:
                detail = f"{one.annotator}'s word is older than {newest.annotator if newest else ''}'s, which counts"
                yield SetAside(reason="superseded", where=f"article {one.article_id}", detail=detail)
        if newest is not None:
            yield from _ruled(newest, told, found.get(newest.article_id), codebook)


def _rank(annotation: Annotation) -> tuple[bool, float]:
    stamp = moment(annotation.updated) or moment(annotation.created)
    return annotation.status is not Status.DRAFT, stamp.timestamp() if stamp else 0.0


def _told(task: Json) -> tuple[dict[int | None, dict[str, dict[str, str]]], Json]:
    """Return what was said of single regions (annotation → region → answers), and the task without it."""
    told: dict[int | None, dict[str, dict[str, str]]] = {}
    bare = dict(task)
    for key in ("annotations", "drafts"):
        bare[key] = []
        for given in task.get(key) or []:
            kept = []
            for item in given.get("result") or []:
                name = item.get("from_name") if isinstance(item, dict) else None
                if name in {PLACE_CAUSE, PLACE_REASON}:
                    regions = told.setdefault(given.get("id"), {})
                    answers = regions.setdefault(str(item.get("id")), {})
                    answers[CAUSE if name == PLACE_CAUSE else REASON] = _said(item.get("value"))
                else:
                    kept.append(item)
            bare[key].append({**given, "result": kept})
    return told, bare


def _said(value: Any) -> str:
    given = value.get("choices") or value.get("text") if isinstance(value, dict) else None
    return " ".join(map(str, given if isinstance(given, list) else [given or ""])).strip()


def _ruled(
    word: Annotation,
    told: Mapping[int | None, Mapping[str, Answers]],
    found: Labelled | None,
    codebook: Codebook,
) -> Iterator[Ruling | SetAside]:
    where = f"article {word.article_id}"
    if found is None:
        detail = "no annotation of it is among those given"
        yield SetAside(reason="unknown_article", where=where, detail=detail)
    elif word.status is not Status.SUBMITTED:
        detail = (
            f"the adjudicator {'skipped' if word.status is Status.SKIPPED else 'only began'} it: it stays contested"
        )
        yield SetAside(reason=word.status.value, where=where, detail=detail)
    elif word.text_sha256 != found.article.sha256:
        yield SetAside(reason="text_changed", where=where, detail="it was adjudicated on another text")
    else:
        regions = told.get(word.origin.annotation if word.origin else None, {})
        whole = {name: " ".join(values).strip() for name, values in word.decisions.items() if name in {CAUSE, REASON}}
        yield from rulings(word, found, codebook, whole=whole, regions=regions)


def rulings(
    word: Annotation, found: Labelled, codebook: Codebook, *, whole: Answers, regions: Mapping[str, Answers]
) -> Iterator[Ruling | SetAside]:
    """Yield a ruling for each place where the adjudicator's word is not what every annotator said.

    A place where more than half say what stands needs neither cause nor reason: without them it is no ruling, and stays
    so by the votes. Any other place without a cause or a reason is set aside: it stays as the votes leave it.

    Args:
        word: what the adjudicator marked.
        found: what the annotators marked.
        codebook: theirs.
        whole: cause and reason for the article.
        regions: span id → cause and reason for this place, which go before the article's.
    """
    tokens = Tokens(found.article.text)
    for layer in codebook.layer:
        own = [span for span in word.spans if span.layer == layer.name]
        marked = [span for one in found.annotations for span in one.spans if span.layer == layer.name]
        gone = [span for span in marked if not any(span.overlaps(other) for other in own)]
        stands: list[tuple[Extent, str | None, Answers]] = [
            (span, span.label, {**whole, **_given(regions.get(span.id.partition(".")[0]))}) for span in own
        ]
        stands += [(extent, None, whole) for extent in connected(gone, tokens)]
        for extent, label, answers in sorted(stands, key=lambda one: (one[0].start, one[0].end)):
            given = votes(found.annotations, layer.name, extent)
            confirmed = not answers and most(given, label)
            if any(vote != label for vote in given.values()) and not confirmed:
                yield _ruling(found, layer.name, extent, label, given, answers)


def most(given: Mapping[str, str | None], label: str | None) -> bool:
    """Return whether more than half of the votes are this label.

    >>> most({"a": "verified", "b": "verified", "c": None}, "verified"), most({"a": "verified", "b": None}, None)
    (True, False)
    """
    return 2 * sum(vote == label for vote in given.values()) > len(given)


def _given(answers: Answers | None) -> Answers:
    return {name: said for name, said in (answers or {}).items() if said}


def _ruling(
    found: Labelled, layer: str, extent: Extent, label: str | None, given: dict[str, str | None], answers: Answers
) -> Ruling | SetAside:
    text = extent.of(found.article.text)
    for name in (CAUSE, REASON):
        if not answers.get(name):
            where = f"article {found.article.id}, {layer} at [{extent.start}, {extent.end})"
            detail = f"the adjudicator overrules {text[:40]!r} without a {name}: it stays as the votes leave it"
            return SetAside(reason=f"no_{name}", where=where, detail=detail)
    return Ruling(
        article_id=found.article.id,
        layer=layer,
        start=extent.start,
        end=extent.end,
        text=text,
        label=label,
        votes=given,
        cause=answers[CAUSE],
        reason=answers[REASON],
    )


def causes(found: Iterable[Ruling]) -> dict[str, int]:
    """Return how many rulings have each cause."""
    counts = Counter(ruling.cause for ruling in found)
    return {cause: counts[cause] for cause in CAUSES if counts[cause]}
