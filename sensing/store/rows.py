"""What goes into the store and what comes out of it, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sensing.events import Bout, Set
from sensing.samples import Placement, Side
from sensing.store.corrections import NOTHING_SAID, Corrections, corrected, summarise_corrected
from sensing.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInfo:
    """What the analysis doesn't know of the file it was made from.

    Attributes:
        path: where the file lies.
        sha256: of the file's bytes, 64 hexadecimal digits; :func:`sensing.reading.sha256_of`.
        format: name of the importer that read it.
        sensor: what measured it, if known.
        range_g: the sensor's range, g, if known or evident from clipping.
    """

    path: str
    sha256: str
    format: str
    sensor: str | None = None
    range_g: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving an analysis came to.

    Attributes:
        session_id: the session the recording belongs to.
        new: False if this recording was already stored with the same question asked of it, and
            nothing was added.
        new_session: True if the recording had not been seen before.
        corrections_kept: corrections of an earlier analysis that hold for the new one too.
        corrections_left: those that fit nothing in the new one; they stay with the earlier.
    """

    session_id: int
    new: bool
    new_session: bool
    corrections_kept: int = 0
    corrections_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in a list; the numbers are those after corrections.

    Attributes:
        exercises: names of the exercises found, in order, each once; what was asked for if none.
        sets: sets not marked false.
        hold_s: time held, s.
        corrected: a person has corrected something in it.
    """

    id: int
    day: date
    started_utc: datetime
    athlete: str
    exercises: tuple[str, ...]
    side: Side | None
    load_kg: float | None
    sets: int
    reps: int
    hops: int
    hold_s: float
    corrected: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """The recording of a session, as the newest analysis read it."""

    path: str
    sha256: str
    format: str
    sensor: str | None
    range_g: float | None
    rate_hz: float
    duration_s: float
    samples: int
    lost_samples: int
    clipped_samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnalysis:
    """With what a recording was analysed, and when; ``parameters`` is JSON."""

    id: int
    current: bool
    exercise: str
    placement: Placement
    placement_found: bool
    engine: str
    profile: str | None
    parameters: str
    notes: tuple[str, ...]
    created_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSet:
    """One set: what the machine found, and what a person said of it."""

    n: int
    found: Set
    said: Corrections = NOTHING_SAID

    @property
    def corrected(self) -> Set:
        """The set with the person's marks obeyed."""
        return corrected(self.found, self.said)

    @property
    def summary(self) -> Summary:
        """What the set amounts to after corrections."""
        return summarise_corrected([(self.found, self.said)])


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetail:
    """Everything stored of one session.

    Attributes:
        side: as the person said; a set's own side, where the analysis knows it, is in the set.
        analysis: the current one, which ``sets`` and ``bouts`` come from.
        others: the other analyses of the same recording, oldest first.
    """

    id: int
    title: str
    day: date
    started_utc: datetime
    athlete: str
    side: Side | None
    load_kg: float | None
    note: str
    recording: StoredRecording
    analysis: StoredAnalysis
    others: tuple[StoredAnalysis, ...]
    sets: tuple[StoredSet, ...]
    bouts: tuple[Bout, ...]

    @property
    def summary(self) -> Summary:
        """What the session amounts to after corrections."""
        return summarise_corrected((each.found, each.said) for each in self.sets)
