"""What an observer or an instrument says about recordings, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

EventKind = Literal["rep", "contact", "hold"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
OBSERVED = "observed"
"""In place of an event: a span that was watched. Outside it nobody knows what happened."""
COUNT_COLUMNS: Mapping[str, EventKind] = {"reps": "rep", "hops": "contact", "holds": "hold"}
"""Columns of a table of counts, and what each counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledEvent:
    """One labelled event, on the recording's own clock.

    Attributes:
        time_s: a rep's top, or its start if ``end_s`` is given; the initial contact; the hold's
            start.
        end_s: a rep's end, the toe-off, the hold's end; None if not labelled.
        place: file and line, for messages.
    """

    event: EventKind
    time_s: float
    end_s: float | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLabels:
    """All labels of one recording.

    Attributes:
        recording: its name, as labelled.
        counts: how many of each kind were counted; a kind that is missing was not.
        events: in order of time.
        spans: [start, end) of what was watched, s; none: all of it.
        person: who did it, if labelled.
        exercise: what was done, if labelled.
        place: file and line, for messages.
    """

    recording: str
    counts: Mapping[EventKind, int] = field(default_factory=dict, hash=False)
    events: tuple[LabelledEvent, ...] = ()
    spans: tuple[tuple[float, float], ...] = ()
    person: str | None = None
    exercise: str | None = None
    place: str = ""

    def of(self, kind: EventKind) -> tuple[LabelledEvent, ...]:
        """The labelled events of one kind."""
        return tuple(each for each in self.events if each.event == kind)

    def watched(self, at_s: float) -> bool:
        """Whether somebody watched at this time."""
        return not self.spans or any(start <= at_s < end for start, end in self.spans)
