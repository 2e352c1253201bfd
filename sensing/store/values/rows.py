"""What goes into the store, and small things that come out of it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sensing.core.samples import Side, Worn


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInfo:
    """What is known of a recording's file beside its analysis.

    Attributes:
        path: where the file lies, absolute.
        sha256: of the file's bytes, 64 hexadecimal digits;
            :func:`sensing.files.read_recording.sha256_of`.
        format: name of the importer that read it.
        sensor: sensor family, if known.
        range_g: the sensor's range, g, if known or evident from clipping.
        sensor_name: what the sensor calls itself, if known.
        sensor_address: by which it was connected, if it was.
        started_utc: when it began, aware.
        day: calendar day where it was done; None: that of ``started_utc`` in its own zone.
        session_key: what the recordings of one session share, if they were made together.
        size_bytes: of the file, if known; it makes a file that was moved quick to find.
    """

    path: str
    sha256: str
    format: str
    started_utc: datetime
    day: date | None = None
    session_key: str | None = None
    sensor: str | None = None
    range_g: float | None = None
    sensor_name: str | None = None
    sensor_address: str | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingNotes:
    """What the athlete notes about a recording; None leaves an earlier value as it is.

    Attributes:
        side: leg the sensor was on.
        load_kg: weight carried besides one's own, kg.
        pain: 0-10.
        note: of a recording that is a session of its own it is the session's.
        target: what was planned (JSON values).
        athlete: who did it.
    """

    side: Side | None = None
    load_kg: float | None = None
    pain: int | None = None
    note: str | None = None
    target: Mapping[str, Any] | None = None
    athlete: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRun:
    """How an analysis was made.

    Attributes:
        now_utc: when, aware.
        profile_id: row of the profile used, if the store holds it.
        parameters: what it was done with (JSON values), calibration included.
        again: keep it beside an earlier result of the same question.
    """

    now_utc: datetime
    profile_id: int | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The outcome of saving an analysis.

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
class Athlete:
    """An athlete.

    Attributes:
        body_mass_kg: None if not given.
        sessions: how many are stored.
        logged: how many entries of `anklet log`.
        last_day: of the newest session or entry; None if there is none.
        is_default: meant where nobody is named.
        spellings: other names that mean this athlete.
    """

    name: str
    body_mass_kg: float | None
    sessions: int
    logged: int = 0
    last_day: date | None = None
    is_default: bool = False
    spellings: tuple[str, ...] = ()


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
    placement: Worn | None
    sensor: str | None
    is_default: bool
    toml: str
    sha256: str
    created_utc: datetime
    retired_utc: datetime | None
    analyses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work the sensor did not record; ``reps`` and ``hold_s`` are those of each set."""

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
class StoredPlan:
    """A training plan as it was taken.

    Attributes:
        athlete: whose; None: the default, for those without their own.
        from_day: the first day it holds; None: always.
        toml: the whole of it, as in its file; None: from that day on there is none.
    """

    id: int
    athlete: str | None
    name: str
    from_day: date | None
    toml: str | None
    taken_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSensor:
    """A sensor used for recordings."""

    name: str
    address: str
    family: str
    last_used_utc: datetime
    last_side: Side | None
