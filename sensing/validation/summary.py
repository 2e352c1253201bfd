"""Many compared recordings summed up, for each person and for all: counts, events, durations.

Share and precision say how well Anklet counts and finds; bias and limits how far a duration may be
off; the ICC whether it tells people apart; coverage whether the stated uncertainty can be believed.
For all people together, intervals are between people (:mod:`.people_agreement`,
:mod:`.reliability`). For one person they take that person's events as independent and say nothing
about anyone else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sensing.core.units import Floats
from sensing.validation.comparison import FIGURES, Comparison
from sensing.validation.labels import EVENT_KINDS, EventKind
from sensing.validation.people_agreement import PeopleAgreement, people_agreement
from sensing.validation.reliability import Reliability, reliability

ALL = None
"""The person of a row for all people together."""
COVERED_SDS = 2.0
"""A stated uncertainty should hold the true value within ± 2 SD about 95 times in 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How well events of one kind were counted, recording by recording.

    Attributes:
        person: None for all.
        exact, within_one: share of recordings.
        mape: mean of |counted − labelled| / labelled, over recordings with at least one; None if
            none has.
    """

    person: str | None
    event: EventKind
    recordings: int
    people: int
    labelled: int
    found: int
    exact: float
    within_one: float
    mape: float | None
    agreement: PeopleAgreement | None
    reliability: Reliability | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How well events of one kind were found; a share is None if there was nothing to find.

    Attributes:
        shift_s: median over recordings of how late the labels were; None if none was moved.
    """

    person: str | None
    event: EventKind
    recordings: int
    labelled: int
    found: int
    matched: int
    precision: float | None
    recall: float | None
    f1: float | None
    shift_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How well a duration was measured.

    Attributes:
        name: of the figure, in seconds.
        n: pairs with a duration on both sides.
        unsupported: matched pairs whose duration was labelled, but the data support none.
        covered: share of the stated uncertainties of which ± 2 SD hold the labelled duration.
        stated: how many durations state their uncertainty.
    """

    person: str | None
    name: str
    n: int
    people: int
    unsupported: int
    agreement: PeopleAgreement | None
    reliability: Reliability | None
    covered: float | None
    stated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """All of it; the row for all people comes last within its kind."""

    counts: tuple[Counts, ...]
    detections: tuple[Detection, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]


def sum_up(comparisons: Sequence[Comparison]) -> Validation:
    """Sum up compared recordings."""
    counts, detections, figures = [], [], []
    for kind in EVENT_KINDS:
        of_kind = [each for each in comparisons if each.event == kind]
        for person, theirs in _by_person(of_kind):
            counts.append(_counts(person, kind, theirs))
            timed = [each for each in theirs if each.pairs is not None]
            if timed:
                detections.append(_detection(person, kind, timed))
            figure = _figure(person, kind, timed)
            if figure is not None:
                figures.append(figure)
    return Validation(
        counts=tuple(counts),
        detections=tuple(detections),
        figures=tuple(figures),
        notes=tuple(_notes(comparisons)),
    )


def people_of(comparisons: Iterable[Comparison]) -> list[str]:
    """The names of the people, each once; recordings of nobody known are left out."""
    return sorted({each.person for each in comparisons if each.person is not None})


def _by_person(of_kind: Sequence[Comparison]) -> Iterable[tuple[str | None, list[Comparison]]]:
    """The recordings of each person, then all."""
    people = people_of(of_kind)
    if len(people) > 1:
        for person in people:
            yield person, [each for each in of_kind if each.person == person]
    if of_kind:
        yield ALL, list(of_kind)


def _groups(theirs: Sequence[Comparison]) -> list[list[Comparison]]:
    """Recordings by person; those of nobody known count as one person's."""
    out: dict[str | None, list[Comparison]] = {}
    for each in theirs:
        out.setdefault(each.person, []).append(each)
    return list(out.values())


def _agreement(
    person: str | None, measured: Sequence[Floats], reference: Sequence[Floats]
) -> tuple[PeopleAgreement | None, Reliability | None]:
    """Limits and ICC; for one person the events are taken as independent."""
    differences = [a - b for a, b in zip(measured, reference, strict=True)]
    alone = person is not None
    if alone:
        differences = [np.array([d]) for each in differences for d in each]
    return people_agreement(differences), reliability(measured, reference, one_person=alone)


def _counts(person: str | None, kind: EventKind, theirs: Sequence[Comparison]) -> Counts:
    off = np.array([each.found - each.labelled for each in theirs])
    labelled = np.array([each.labelled for each in theirs])
    some = labelled > 0
    groups = _groups(theirs)
    agreement, icc = _agreement(
        person,
        [np.array([float(each.found) for each in group]) for group in groups],
        [np.array([float(each.labelled) for each in group]) for group in groups],
    )
    return Counts(
        person=person,
        event=kind,
        recordings=len(theirs),
        people=len(people_of(theirs)),
        labelled=int(labelled.sum()),
        found=int(sum(each.found for each in theirs)),
        exact=float(np.mean(off == 0)),
        within_one=float(np.mean(np.abs(off) <= 1)),
        mape=float(np.mean(np.abs(off[some]) / labelled[some])) if some.any() else None,
        agreement=agreement,
        reliability=icc,
    )


def _detection(person: str | None, kind: EventKind, theirs: Sequence[Comparison]) -> Detection:
    pairs = [pair for each in theirs for pair in each.pairs or ()]
    labelled = sum(pair.label_time_s is not None for pair in pairs)
    found = sum(pair.found_time_s is not None for pair in pairs)
    matched = sum(pair.matched for pair in pairs)
    shifts = [each.shift_s for each in theirs if each.shift_s is not None]
    return Detection(
        person=person,
        event=kind,
        recordings=len(theirs),
        labelled=labelled,
        found=found,
        matched=matched,
        precision=matched / found if found else None,
        recall=matched / labelled if labelled else None,
        f1=2 * matched / (labelled + found) if labelled + found else None,
        shift_s=float(np.median(shifts)) if shifts else None,
    )


def _figure(person: str | None, kind: EventKind, theirs: Sequence[Comparison]) -> Figure | None:
    """The duration of one kind of event; None if no label has one."""
    groups = [
        [
            (pair.found_length_s, pair.label_length_s, pair.found_sd_s)
            for each in group
            for pair in each.matched
            if pair.label_length_s is not None
        ]
        for group in _groups(theirs)
    ]
    groups = [group for group in groups if group]
    if not groups:
        return None
    known = [[each for each in group if each[0] is not None] for group in groups]
    known = [group for group in known if group]
    n = sum(map(len, known))
    measured = [np.array([each[0] for each in group], dtype=np.float64) for group in known]
    reference = [np.array([each[1] for each in group], dtype=np.float64) for group in known]
    agreement, icc = _agreement(person, measured, reference)
    held = [
        abs(found - label) <= COVERED_SDS * sd
        for group in known
        for found, label, sd in group
        if found is not None and label is not None and sd is not None
    ]
    return Figure(
        person=person,
        name=FIGURES[kind],
        n=n,
        people=len(people_of(theirs)),
        unsupported=sum(map(len, groups)) - n,
        agreement=agreement,
        reliability=icc,
        covered=float(np.mean(held)) if held else None,
        stated=len(held),
    )


def _notes(comparisons: Sequence[Comparison]) -> Iterable[str]:
    """What to know before relying on the figures."""
    people = people_of(comparisons)
    nameless = sum(each.person is None for each in comparisons)
    if not people:
        yield (
            "It is not known who did what, so no interval between people can be given;"
            " name people in a column `person` or with --athlete-from."
        )
    elif len(people) == 1 and not nameless:
        yield "All of one person, so no interval between people can be given."
    elif nameless:
        yield "Recordings of people who are not named count as one person's."
    shifted = [each for each in comparisons if each.shift_s is not None]
    if shifted:
        yield (
            "Labelled times were moved by a constant for each recording, their median delay:"
            " that removes a reaction time, and any constant error of the detected instants"
            " with it. Durations are not affected. --no-shift compares times as they are."
        )
    timed_reps = [each for each in comparisons if each.event == "rep"]
    if any(pair.label_length_s is not None for each in timed_reps for pair in each.matched):
        yield "The duration of a whole rep has no stated uncertainty, so its coverage is unknown."
