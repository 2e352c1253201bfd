"""One recording's results beside its labels: counts, matched events, and their durations.

The unit that is matched is the single event: a rep by its top (by its start, where the labels give
ends too), a ground contact by its initial contact, a hold by its start. Every event that an
analysis lists counts, as everywhere, unless it lies outside the spans that were watched; one of
which it is doubtful that it happened (``valid`` is false) has no duration to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sensing.core.errors import UsageError
from sensing.core.events import Analysis
from sensing.validation.labels import EventKind, LabelledEvent, RecordingLabels
from sensing.validation.matching import LARGEST_SHIFT_S, TOLERANCE_S, match, offset_s

FIGURES: dict[EventKind, str] = {
    "rep": "rep_time_s",
    "contact": "contact_time_s",
    "hold": "hold_time_s",
}
"""The duration that is compared, by the kind of its event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent:
    """One detected event.

    Attributes:
        top_s: of a rep the full height, else its start.
        length_s: its duration; None if the data do not support one.
        length_sd_s: the standard uncertainty stated for it; None if none is.
    """

    start_s: float
    top_s: float
    length_s: float | None
    length_sd_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A labelled and a detected event that are the same; one of them None where it has no match.

    Times are on the recording's clock; the label's as labelled, before any offset is removed.
    """

    label_time_s: float | None
    found_time_s: float | None
    label_length_s: float | None = None
    found_length_s: float | None = None
    found_sd_s: float | None = None

    @property
    def matched(self) -> bool:
        """Both are there."""
        return self.label_time_s is not None and self.found_time_s is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One kind of event of one recording.

    Attributes:
        exercise: as it was analysed, "auto" included.
        labelled, found: how many.
        pairs: in order of time; None where only a count was labelled.
        shift_s: how late the labels were, by which they were moved; None if they were not.
    """

    recording: str
    person: str | None
    exercise: str
    event: EventKind
    labelled: int
    found: int
    pairs: tuple[Pair, ...] | None = None
    shift_s: float | None = None

    @property
    def matched(self) -> tuple[Pair, ...]:
        """The pairs that have both."""
        return tuple(pair for pair in self.pairs or () if pair.matched)


def compare(
    labels: RecordingLabels,
    analysis: Analysis,
    begin_s: float,
    *,
    person: str | None,
    shift: bool = True,
    tolerance_s: float | None = None,
) -> list[Comparison]:
    """Compare one recording's results with its labels, kind by kind.

    Args:
        labels: of this recording.
        analysis: its results.
        begin_s: time of its first sample on its own clock.
        person: who did it, if known.
        shift: estimate a constant offset of the labels and remove it.
        tolerance_s: how far apart matching events may be; None for the usual of each kind.

    Raises:
        UsageError: a labelled time lies outside the recording.
    """
    out = []
    kinds = [kind for kind in TOLERANCE_S if kind in labels.counts or labels.of(kind)]
    for kind in kinds:
        events = labels.of(kind)
        _check_inside(events, labels, begin_s, begin_s + analysis.duration_s)
        found = found_events(analysis, kind)
        pairs, moved = None, None
        if events:
            tolerance = TOLERANCE_S[kind] if tolerance_s is None else tolerance_s
            pairs, moved = _paired(events, found, tolerance, shift=shift)
            pairs = tuple(each for each in pairs if _counts(each, labels, moved or 0.0))
            seen = sum(each.found_time_s is not None for each in pairs)
        else:
            seen = sum(labels.watched(each.top_s) for each in found)
        out.append(
            Comparison(
                recording=labels.recording,
                person=person,
                exercise=analysis.exercise,
                event=kind,
                labelled=labels.counts.get(kind, len(events)),
                found=seen,
                pairs=pairs,
                shift_s=moved,
            )
        )
    return out


def _counts(pair: Pair, labels: RecordingLabels, later_s: float) -> bool:
    """False for an event without a label that was detected where nobody watched."""
    if pair.label_time_s is not None or pair.found_time_s is None:
        return True
    return labels.watched(pair.found_time_s + later_s)


def found_events(analysis: Analysis, kind: EventKind) -> list[FoundEvent]:
    """The detected events of one kind, in order of time."""
    out = []
    for each in analysis.sets:
        if kind == "rep":
            for rep in each.reps:
                phases = (rep.raise_time_s, rep.lower_time_s)
                known = rep.valid and None not in phases
                length_s = rep.end_s - rep.start_s if known else None
                out.append(_found(rep.start_s, rep.top_s, length_s, None))
        elif kind == "contact":
            for hop in each.hops:
                length_s = hop.contact_time_s if hop.valid else None
                out.append(_found(hop.contact_s, hop.contact_s, length_s, hop.contact_time_sd_s))
        else:
            for hold in each.holds:
                length_s = hold.duration_s if hold.valid else None
                out.append(_found(hold.start_s, hold.start_s, length_s, hold.duration_sd_s))
    return sorted(out, key=lambda event: event.start_s)


def _found(start_s: float, top_s: float, length_s: float | None, sd_s: float | None) -> FoundEvent:
    return FoundEvent(
        start_s=start_s,
        top_s=top_s,
        length_s=length_s,
        length_sd_s=None if length_s is None else sd_s,
    )


def _paired(
    events: Sequence[LabelledEvent],
    found: Sequence[FoundEvent],
    tolerance_s: float,
    *,
    shift: bool,
) -> tuple[tuple[Pair, ...], float | None]:
    by_start = all(each.end_s is not None for each in events)
    label_s = np.array([each.time_s for each in events])
    found_s = np.array([each.start_s if by_start else each.top_s for each in found])
    moved = offset_s(label_s, found_s, tolerance_s) if shift else None
    partner = dict(match(label_s - (moved or 0.0), found_s, tolerance_s).tolist())
    pairs = []
    for i, label in enumerate(events):
        end = None if i not in partner else found[partner[i]]
        pairs.append(
            Pair(
                label_time_s=label.time_s,
                label_length_s=None if label.end_s is None else label.end_s - label.time_s,
                found_time_s=None if end is None else float(found_s[partner[i]]),
                found_length_s=None if end is None else end.length_s,
                found_sd_s=None if end is None else end.length_sd_s,
            )
        )
    taken = set(partner.values())
    pairs += [
        Pair(
            label_time_s=None,
            found_time_s=float(found_s[j]),
            found_length_s=each.length_s,
            found_sd_s=each.length_sd_s,
        )
        for j, each in enumerate(found)
        if j not in taken
    ]
    return tuple(sorted(pairs, key=_when)), moved


def _when(pair: Pair) -> float:
    if pair.found_time_s is not None:
        return pair.found_time_s
    return 0.0 if pair.label_time_s is None else pair.label_time_s


def _check_inside(
    events: Sequence[LabelledEvent], labels: RecordingLabels, begin_s: float, end_s: float
) -> None:
    for each in events:
        for at_s in (each.time_s, each.end_s):
            if at_s is not None and not (
                begin_s - LARGEST_SHIFT_S <= at_s <= end_s + LARGEST_SHIFT_S
            ):
                raise UsageError(
                    f"{at_s:g} s is not in {labels.recording} ({begin_s:.2f} to {end_s:.2f} s)",
                    where=each.place,
                    remedy="give times on the recording's own clock (its t_s)",
                )
        if not labels.watched(each.time_s):
            raise UsageError(
                f"the {each.event} at {each.time_s:g} s lies outside what was observed",
                where=each.place,
                remedy="extend the span, or delete the event",
            )
    for before, after in pairwise(events):
        if after.time_s < before.time_s:
            raise ValueError("labelled events are not in order of time")
