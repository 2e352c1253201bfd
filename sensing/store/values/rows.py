"""What goes into the store and what comes out of it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sensing.core.events import Bout, Set
from sensing.core.samples import Placement, Side
from sensing.results.set_summary import Summary
from sensing.store.values.corrections import (
    NOTHING_SAID,
    Corrections,
    corrected,
    summarise_corrected,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInfo:
    """What the analysis doesn't know of the file it was made from.

    Attributes:
        path: where the file lies.
        sha256: of the file's bytes, 64 hexadecimal digits;
        :func:`sensing.files.read_recording.sha256_of`. format: name of the importer that read it.
        sensor: family of what measured it, if known.
        range_g: the sensor's range, g, if known or evident from clipping.
        sensor_name: what the sensor calls itself, if known.
        sensor_address: by which it was connected, if it was.
    """

    path: str
    sha256: str
    format: str
    sensor: str | None = None
    range_g: float | None = None
    sensor_name: str | None = None
    sensor_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving an analysis came to.

    Attributes:
        session_id: the session the recording belongs to.
        new: False if this recording was already stored with the same question asked of it, and
            nothing was added.
        recording_id: its row.
        new_recording: True if the recording had not been stored before.
        new_session: True if a session was made for it.
        corrections_kept: corrections of an earlier analysis that hold for the new one too.
        corrections_left: those that fit nothing in the new one; they stay with the earlier.
    """

    session_id: int
    recording_id: int
    new: bool
    new_recording: bool
    new_session: bool
    corrections_kept: int = 0
    corrections_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in a list, its recordings taken together; numbers are those after corrections.

    Attributes:
        exercises: names of the exercises found, in order, each once; what was asked for if none.
        side: ``left``, ``right`` or ``left + right``; None if not told.
        load_kg: the heaviest of its recordings, kg.
        pain: the worst of its recordings, 0–10.
        recordings: how many it holds.
        sets: sets not marked false.
        hold_s: time held, s.
        corrected: a person has corrected something in it.
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
    """A recording, as the newest analysis read it, and what was told of it.

    Attributes:
        sensor: family of what measured it.
        side: leg it was on, as told.
        pain: 0–10, as told.
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
    """With what a recording was analysed, and when; ``parameters`` is JSON.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSet:
    """One set: what the machine found, and what a person said of it.

    Attributes:
        id: of its row.
        n: number in the session, from 1, through all recordings.
        found: what the machine found; of a set that was added, the hold the person tells of.
        side: the set's own, else its recording's.
        load_kg: its recording's.
        pain: its recording's.
        added: the machine did not see it; ``found`` then bounds when it was.
        at_s: when an added one began, s on the recording's clock; None if not known.
    """

    id: int
    n: int
    found: Set
    said: Corrections = NOTHING_SAID
    side: Side | None = None
    load_kg: float | None = None
    pain: int | None = None
    added: bool = False
    at_s: float | None = None

    @property
    def exercise(self) -> str:
        """What it was: as the person says, else as the machine found."""
        return self.said.exercise or self.found.exercise

    @property
    def corrected(self) -> Set:
        """The set with the person's word obeyed."""
        return corrected(self.found, self.said)

    @property
    def summary(self) -> Summary:
        """What the set amounts to after corrections."""
        return summarise_corrected([(self.found, self.said)])


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
        """``left``, ``right`` or ``left + right``, as told of its recordings; None if not told."""
        sides = {part.recording.side for part in self.recordings} - {None}
        return " + ".join(sorted(str(side) for side in sides)) or None

    @property
    def load_kg(self) -> float | None:
        """The heaviest load of its recordings, kg; None if none was told."""
        loads = [part.recording.load_kg for part in self.recordings]
        return max((load for load in loads if load is not None), default=None)

    @property
    def summary(self) -> Summary:
        """What the session amounts to after corrections."""
        return summarise_corrected((each.found, each.said) for each in self.sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Athlete:
    """Whose sessions they are; ``body_mass_kg`` is None if not told."""

    name: str
    body_mass_kg: float | None
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """One version of a calibration. Of athlete to sensor, None fits all.

    Attributes:
        toml: the whole of it, as in its file.
        sha256: of that text.
        analyses: how many stored results used it.
    """

    id: int
    name: str
    version: int
    athlete: str | None
    exercise: str | None
    side: Side | None
    placement: Placement | None
    sensor: str | None
    is_default: bool
    toml: str
    sha256: str
    created_utc: datetime
    retired_utc: datetime | None
    analyses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a person did and the sensor can't see; ``reps`` and ``hold_s`` are those of each set."""

    exercise: str
    side: Side | None = None
    sets: int = 1
    reps: int | None = None
    hold_s: float | None = None
    load_kg: float | None = None
    pain: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedWork:
    """Work as it was logged."""

    id: int
    day: date
    athlete: str
    work: Work
    made_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSensor:
    """A sensor that was recorded with."""

    name: str
    address: str
    family: str
    last_used_utc: datetime
    last_side: Side | None
