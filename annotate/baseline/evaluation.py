"""The record of an evaluation: the content of ``evaluation.json``."""

from __future__ import annotations

import msgspec

from annotate.records import CodebookRef, Extent, FlagHedge, Record


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "article"), counted(1200, "article")
    ('1 article', '1,200 articles')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class Estimate(Record, frozen=True, kw_only=True):
    """A number with its interval.

    Attributes:
        value: on the split as it is; none where undefined.
        low: 2.5th percentile over resamples of articles; `high`: 97.5th. None where there is one article.
        resamples: how many resamples the interval stands on: those in which the number is defined.
        undefined: why there is no value.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    resamples: int = 0
    undefined: str | None = None


class LabelScores(Record, frozen=True, kw_only=True):
    """How well one label is told from all others.

    Attributes:
        support: items that have the label.
        predicted: items that are given it.
        average_precision: over the label's probability, one against the rest; its chance level is the label's share.
        brier: mean squared distance of the label's probability from what is so, one against the rest, in [0, 1].
        calibration_error: expected calibration error of the label's probability, one against the rest, in [0, 1].
    """

    support: int
    predicted: int
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    brier: Estimate
    calibration_error: Estimate


class Scores(Record, frozen=True, kw_only=True):
    """All metrics of one system on one target.

    Attributes:
        accuracy: share of items whose label is right.
        macro_f1: mean F1 over the labels that occur in the gold of this split.
        brier: half the sum of the labels' Brier scores, so that for two labels it is the usual one, in [0, 1].
        calibration_error: mean of the labels' expected calibration errors.
        labels: label → its scores.
    """

    accuracy: Estimate
    macro_f1: Estimate
    brier: Estimate
    calibration_error: Estimate
    labels: dict[str, LabelScores]


class Control(Record, frozen=True, kw_only=True):
    """A system that the model is compared with, and how far the model is ahead of it.

    Attributes:
        definition: what it predicts.
        scores: its own metrics.
        difference: model minus control, on the same resamples.
    """

    definition: str
    scores: Scores
    difference: Scores


class VoteScores(Record, frozen=True, kw_only=True):
    """How well labels meet single votes, each item counting once.

    Attributes:
        agreement: mean share of the votes that say the same.
        macro_f1: mean F1 over the labels that somebody voted for.
        f1: label → F1.
    """

    agreement: Estimate
    macro_f1: Estimate
    f1: dict[str, Estimate]


class Ceiling(Record, frozen=True, kw_only=True):
    """The model and the annotators, measured alike: each against the votes of single annotators.

    Attributes:
        items: those with two votes or more, contested ones too.
        model: the model's label against every vote.
        human: every vote against every other vote of the item.
        difference: model minus human, on the same resamples.
    """

    items: int
    model: VoteScores
    human: VoteScores
    difference: VoteScores


class Slice(Record, frozen=True, kw_only=True):
    """The model on some of the items.

    Attributes:
        by: what the items are told apart by: outlet, topic, segment, length, agreement.
        name: which of them these are.
        items: how many; `used`: those with a majority label, which F1 and accuracy stand on.
        f1: of the positive label; of more than two labels, macro F1.
        agreement: the model's label against every single vote, contested items too.
        human: every vote against every other one.
    """

    by: str
    name: str
    items: int
    used: int
    articles: int
    f1: Estimate
    accuracy: Estimate
    agreement: Estimate
    human: Estimate


class Bin(Record, frozen=True, kw_only=True):
    """Items with about the same probability of a label.

    Attributes:
        probability: mean; `share`: how many of them have the label.
    """

    items: int
    probability: float
    share: float


class Risk(Record, frozen=True, kw_only=True):
    """What is wrong among the items that the model is surest of.

    Attributes:
        coverage: share of all items that are kept; `risk`: share of errors among these.
    """

    coverage: float
    risk: float


class Abstention(Record, frozen=True, kw_only=True):
    """What is left when the model abstains where it is not sure.

    Attributes:
        kept: the precision that it was made to keep, on out-of-fold scores of what it was trained on.
        decided: items that it does not abstain from.
        coverage: their share of all items.
        accuracy: share of them whose label is right.
    """

    kept: float
    decided: int
    coverage: Estimate
    accuracy: Estimate


class AtThreshold(Record, frozen=True, kw_only=True):
    """What another threshold of the positive label would have given on this split; none where undefined."""

    threshold: float
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


class Stage(Record, frozen=True, kw_only=True):
    """One point of a learning curve: the TF-IDF reference, trained on some articles of the train split.

    Attributes:
        articles: how many; `items`: that they have.
        scores: on the split that is evaluated.
    """

    articles: int
    items: int
    scores: Scores


class Alarm(Record, frozen=True, kw_only=True):
    """Something that makes good figures doubtful.

    Attributes:
        target: whose figures; none where it concerns all.
        message: what is too good, or what leaks.
        suspects: likely reasons that were found.
        cleared: what was looked for and not found.
    """

    target: str | None
    message: str
    suspects: tuple[str, ...]
    cleared: tuple[str, ...]


class Point(Record, frozen=True, kw_only=True):
    """One point of a precision-recall curve: what a threshold of this probability would give."""

    threshold: float
    precision: float
    recall: float


class WorstError(Extent, frozen=True, kw_only=True):
    """An item whose label the model got wrong.

    Attributes:
        gold: majority label; `predicted`: the model's.
        votes: label → number of annotators.
        probabilities: label → the model's probability.
        hedges: cue spans; offsets count in the article.
    """

    article_id: str
    text: str
    gold: str
    predicted: str
    votes: dict[str, int]
    probabilities: dict[str, float]
    hedges: tuple[FlagHedge, ...] = ()


class TargetEvaluation(Record, frozen=True, kw_only=True):
    """One target.

    Attributes:
        labels: in the release's order.
        positive: the label that flags or thresholds are about, of two.
        threshold: from which probability on it is predicted; none where the label follows otherwise.
        derived: predicted by the codebook's rules from other targets and cues.
        used: items that the metrics stand on.
        contested: items left out because their annotators are split evenly.
        confusion: gold (rows) by predicted (columns), in the order of `labels`.
        scores: the model's.
        controls: name → control.
        curves: label → points of its precision-recall curve, thinned; nothing where no item has the label.
        errors: the items most wrongly judged: least probability of the right label first.
        against: another model, if one was given that says this target too, on the same items and resamples.
        ceiling: beside the annotators' own agreement; none where no item has two votes.
        slices: on parts of the split.
        reliability: label → bins of its probability.
        risks: coverage ascending, thinned: the surest items first. A two-label target is the surer, the farther the
            probability is from the threshold on its way to 0 or 1; others, the higher the given label's probability.
        abstention: what it decides when it may abstain.
        thresholds: of the positive label; none for other targets.
        learning: the TF-IDF reference on parts of the train split, fewest articles first.
    """

    labels: tuple[str, ...]
    positive: str | None
    threshold: float | None
    derived: bool
    used: int
    contested: int
    confusion: tuple[tuple[int, ...], ...]
    scores: Scores
    controls: dict[str, Control]
    curves: dict[str, tuple[Point, ...]]
    errors: tuple[WorstError, ...]
    against: Control | None = None
    ceiling: Ceiling | None = None
    slices: tuple[Slice, ...] = ()
    reliability: dict[str, tuple[Bin, ...]] = msgspec.field(default_factory=dict)
    risks: tuple[Risk, ...] = ()
    abstention: Abstention | None = None
    thresholds: tuple[AtThreshold, ...] = ()
    learning: tuple[Stage, ...] = ()

    def headline(self, scores: Scores) -> Estimate:
        """Return the figure that a target is headed by: F1 of the positive label, or macro F1."""
        return scores.labels[self.positive].f1 if self.positive is not None else scores.macro_f1


class Rate(Record, frozen=True, kw_only=True):
    """How many of some pairs pass.

    Attributes:
        pairs: how many there are.
        passed: those with every label of both texts right.
        rate: share in [0, 1].
        low: lower end of the 95 % interval (Wilson 1927, doi:10.2307/2276774).
        high: its upper end.
        sides: texts, each judged by itself.
        sides_right: texts with every label right.
    """

    pairs: int
    passed: int
    rate: float
    low: float
    high: float
    sides: int
    sides_right: int


class Miss(Record, frozen=True, kw_only=True):
    """A text that got another label than it should."""

    pair: str
    phenomenon: str
    text: str
    target: str
    expected: str
    given: str


class PairsResult(Record, frozen=True, kw_only=True):
    """What a system does on a suite of pairs.

    Attributes:
        system: its name.
        whole: over all pairs.
        phenomena: phenomenon → its pairs.
        targets: target → texts whose label of it is right, as a share.
        misses: every wrong label.
        unsaid: targets that were not judged.
        left_out: pairs that say nothing of the other targets, or whose texts differ in the unsaid ones alone.
    """

    system: str
    whole: Rate
    phenomena: dict[str, Rate]
    targets: dict[str, float]
    misses: tuple[Miss, ...]
    unsaid: tuple[str, ...] = ()
    left_out: int = 0


class Evaluation(Record, frozen=True, kw_only=True):
    """A model on a split of a release.

    Attributes:
        model: the model's name.
        manifest: SHA-256 of the release's MANIFEST.json.
        trained_on: the same of the release that the model was trained on.
        resamples: bootstrap resamples of articles.
        against: name of the other model that it was compared with.
        alarms: what makes good figures doubtful.
        notes: what to keep in mind when reading the numbers.
        pairs: minimal pairs, if any were given: the model, then the systems it stands beside.
    """

    model: str
    codebook: CodebookRef
    manifest: str
    trained_on: str
    split: str
    items: int
    articles: int
    seed: int
    resamples: int
    targets: dict[str, TargetEvaluation]
    against: str | None = None
    alarms: tuple[Alarm, ...] = ()
    notes: tuple[str, ...] = ()
    pairs: tuple[PairsResult, ...] = ()
