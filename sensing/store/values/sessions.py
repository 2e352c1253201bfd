"""What is read of sessions, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sensing.core.events import Bout, Set
from sensing.core.samples import Placement, Side
from sensing.results.set_summary import Summary
from sensing.store.values.corrections import (
    NO_CORRECTIONS,
    Corrections,
    corrected,
    summarise_corrected,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in a list, its recordings taken together; numbers are those after corrections.

    Attributes:
        exercises: names of the exercises found, in order, each once; what was asked for if none.
        side: ``left``, ``right`` or ``left + right``; None if not given.
        load_kg: the heaviest of its recordings, kg.
        pain: the highest of its recordings, 0–10.
        recordings: how many it holds.
        sets: sets not marked false.
        hold_s: time held, s.
        corrected: something in it was corrected.
        note: the session's own, else those of its recordings.
    """

    id: int
    day: date
    started_utc: datetime
    athlete: str
    exercises: tuple[str, ...]
    side: str | None
    load_kg: float | None
    pain: int | None
    recordings: int
    sets: int
    reps: int
    hops: int
    hold_s: float
    corrected: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """A recording, as the newest analysis read it, and what was noted about it.

    Attributes:
        path: where its file is now, absolute; where it should be, if it is gone.
        sensor: sensor family.
        side: leg the sensor was on, as given.
        pain: 0–10, as given.
        note: of this recording alone.
        target: what was planned.
    """

    id: int
    path: str
    sha256: str
    format: str
    sensor: str | None
    sensor_name: str | None
    sensor_address: str | None
    started_utc: datetime
    side: Side | None
    load_kg: float | None
    pain: int | None
    note: str
    target: Mapping[str, Any]
    range_g: float | None
    rate_hz: float
    duration_s: float
    samples: int
    lost_samples: int
    clipped_samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnalysis:
    """How a recording was analysed, and when; ``parameters`` is JSON.

    ``profile`` is the name of the calibration used, ``profile_id`` its row if the store holds it.
    """

    id: int
    current: bool
    exercise: str
    placement: Placement
    placement_found: bool
    engine: str
    profile: str | None
    profile_id: int | None
    parameters: str
    notes: tuple[str, ...]
    created_utc: datetime
    profile_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSet:
    """One set: what was detected, and its corrections.

    Attributes:
        id: of its row.
        n: number in the session, from 1, through all recordings.
        detected: what was detected; of a set that was added, the hold that was given.
        medians: of its events' figures after corrections, by name, as the database keeps them.
        sds: standard uncertainties of its medians and totals, likewise.
        side: the set's own, else its recording's.
        load_kg: its recording's.
        pain: its recording's.
        added: it was not detected; ``detected`` then bounds when it was.
        at_s: when an added one began, s on the recording's clock; None if not known.
    """

    id: int
    n: int
    detected: Set
    corrections: Corrections = NO_CORRECTIONS
    medians: Mapping[str, float] = field(default_factory=dict)
    sds: Mapping[str, float] = field(default_factory=dict)
    side: Side | None = None
    load_kg: float | None = None
    pain: int | None = None
    added: bool = False
    at_s: float | None = None

    @property
    def exercise(self) -> str:
        """The exercise as corrected, else as detected."""
        return self.corrections.exercise or self.detected.exercise

    @property
    def corrected(self) -> Set:
        """The set after corrections."""
        return corrected(self.detected, self.corrections)

    @property
    def summary(self) -> Summary:
        """What the set amounts to after corrections."""
        return summarise_corrected(self.detected, self.corrections, self.medians, self.sds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingDetail:
    """One recording of a session and what was found in it.

    Attributes:
        analysis: the current one, which ``sets`` and ``bouts`` come from.
        others: the other analyses of the same recording, oldest first.
    """

    recording: StoredRecording
    analysis: StoredAnalysis
    others: tuple[StoredAnalysis, ...]
    sets: tuple[StoredSet, ...]
    bouts: tuple[Bout, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetail:
    """Everything stored of one session.

    Attributes:
        key: what its recordings share in their headers; None if they were not made together.
        note: of the session as a whole; a recording may have one of its own.
        recordings: at least one, in order of their start, left before right.
    """

    id: int
    title: str
    day: date
    started_utc: datetime
    athlete: str
    key: str | None
    note: str
    recordings: tuple[RecordingDetail, ...]

    @property
    def sets(self) -> tuple[StoredSet, ...]:
        """Sets of all its recordings, by number."""
        every = (each for part in self.recordings for each in part.sets)
        return tuple(sorted(every, key=lambda each: each.n))

    @property
    def side(self) -> str | None:
        """``left``, ``right`` or ``left + right``, as given; None if not given."""
        sides = {part.recording.side for part in self.recordings} - {None}
        return " + ".join(sorted(str(side) for side in sides)) or None

    @property
    def load_kg(self) -> float | None:
        """The heaviest load of its recordings, kg; None if none was given."""
        loads = [part.recording.load_kg for part in self.recordings]
        return max((load for load in loads if load is not None), default=None)
