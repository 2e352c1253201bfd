"""Many sessions with all their sets and events, in a handful of questions.

:meth:`~sensing.store.write.sessions.Sessions.session` asks a dozen questions for each session; for
a report of a year that is too many. Here each table is asked once for all the sessions chosen. What
is given is what the views say, after corrections, one plain row each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sensing.core.samples import Side
from sensing.store.database.connection import Connection

_CHOSEN = """
SELECT session.id FROM session
WHERE athlete_id = (SELECT id FROM athlete WHERE name = :athlete)
  AND (:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)
"""
_SESSIONS = """
SELECT session.id, day, started_utc, athlete.name, note
FROM session JOIN athlete ON athlete.id = athlete_id
WHERE session.id IN (SELECT value FROM json_each(:ids))
ORDER BY day DESC, started_utc DESC, session.id DESC
"""
_RECORDINGS = """
SELECT recording.session_id, recording.id, recording.name, recording.rate_hz, recording.duration_s,
       recording.lost_samples, recording.clipped_samples, analysis.placement, analysis.engine,
       analysis.profile, (SELECT version FROM profile WHERE id = analysis.profile_id),
       analysis.notes, recording.note
FROM recording JOIN analysis ON analysis.recording_id = recording.id AND analysis.current
WHERE recording.session_id IN (SELECT value FROM json_each(:ids))
ORDER BY recording.started_utc, recording.side, recording.id
"""
_SETS = """
SELECT s.session_id, s.set_id, s.recording_id, s.n, s.exercise, s.machine_exercise, s.side,
       s.load_kg, s.pain, s.corrected, s.added, s.machine_reps, s.reps, s.partial_reps,
       s.machine_hops, s.hops, s.holds, s.hold_s, s.time_under_tension_s, s.steps
FROM set_count s
WHERE s.counted AND s.session_id IN (SELECT value FROM json_each(:ids))
ORDER BY s.session_id, s.n
"""
_EVENTS = {
    "rep": "r.set_id, r.rise_m, r.raise_time_s, r.hold_time_s, r.lower_time_s, r.partial,"
    " r.in_figures, r.counted, r.reason FROM rep_corrected r",
    "hop": "r.set_id, r.contact_time_s, r.contact_time_sd_s, r.flight_time_s, r.in_figures,"
    " r.counted, r.reason FROM hop_corrected r",
    "hold": "r.set_id, r.duration_s, r.rms_mps2, r.in_figures, r.counted, r.reason"
    " FROM hold_corrected r",
}


class RepRow(NamedTuple):
    """One rep after corrections; SI units."""

    rise_m: float | None
    raise_time_s: float
    hold_time_s: float
    lower_time_s: float
    partial: int
    in_figures: int
    counted: int
    reason: str | None


class HopRow(NamedTuple):
    """One ground contact after corrections; SI units."""

    contact_time_s: float | None
    contact_time_sd_s: float | None
    flight_time_s: float | None
    in_figures: int
    counted: int
    reason: str | None


class HoldRow(NamedTuple):
    """One hold after corrections; SI units."""

    duration_s: float
    rms_mps2: float | None
    in_figures: int
    counted: int
    reason: str | None


class SetRow(NamedTuple):
    """One set as the view ``set_count`` has it."""

    set_id: int
    recording_id: int
    n: int
    exercise: str
    machine_exercise: str | None
    side: Side | None
    load_kg: float | None
    pain: int | None
    corrected: int
    added: int
    machine_reps: int
    reps: int
    partial_reps: int
    machine_hops: int
    hops: int
    holds: int
    hold_s: float
    time_under_tension_s: float
    steps: int | None


class RecordingRow(NamedTuple):
    """One recording and its current analysis; ``notes`` is a JSON array."""

    id: int
    name: str
    rate_hz: float
    duration_s: float
    lost_samples: int
    clipped_samples: int
    placement: str
    engine: str
    profile: str | None
    profile_version: int | None
    notes: str
    note: str


@dataclass(slots=True, kw_only=True)
class GatheredSet:
    """A set with its medians by name, and its events in order."""

    row: SetRow
    medians: dict[str, float] = field(default_factory=dict)
    reps: list[RepRow] = field(default_factory=list)
    hops: list[HopRow] = field(default_factory=list)
    holds: list[HoldRow] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class GatheredSession:
    """A session with its recordings by id and its counted sets by number."""

    id: int
    day: str
    started_utc: str
    athlete: str
    note: str
    recordings: dict[int, RecordingRow] = field(default_factory=dict)
    sets: list[GatheredSet] = field(default_factory=list)


class Gathering(Connection):
    """The part of a store that hands over many sessions at once."""

    def session_ids(
        self,
        *,
        athlete: str,
        since: date | None = None,
        until: date | None = None,
        exercise: str | None = None,
        side: Side | None = None,
    ) -> list[int]:
        """Ids of a person's sessions from one day to another.

        Args:
            exercise: only those with a set of it.
            side: only those with a set of this leg.
        """
        asked = {
            "athlete": athlete,
            "since": since and since.isoformat(),
            "until": until and until.isoformat(),
            "exercise": exercise,
            "side": side,
        }
        narrowed = ""
        if exercise is not None or side is not None:
            narrowed = (
                " AND EXISTS (SELECT 1 FROM current_set c WHERE c.session_id = session.id AND"
                " c.counted AND (:exercise IS NULL OR c.exercise = :exercise)"
                " AND (:side IS NULL OR c.side = :side))"
            )
        with self._reading() as db:
            return [key for (key,) in db.execute(_CHOSEN + narrowed, asked)]

    def gather(
        self, ids: Sequence[int], *, exercise: str | None = None, side: Side | None = None
    ) -> list[GatheredSession]:
        """Sessions with everything in them, newest first; ids that aren't there are left out.

        Args:
            ids: which.
            exercise: only sets of it.
            side: only sets of this leg.
        """
        asked = {"ids": json.dumps(list(ids))}
        with self._reading() as db:
            sessions = {
                row[0]: GatheredSession(
                    id=row[0], day=row[1], started_utc=row[2], athlete=row[3], note=row[4]
                )
                for row in db.execute(_SESSIONS, asked)
            }
            for session_id, *rest in db.execute(_RECORDINGS, asked):
                recording = RecordingRow._make(rest)
                sessions[session_id].recordings[recording.id] = recording
            sets: dict[int, GatheredSet] = {}
            for session_id, *rest in db.execute(_SETS, asked):
                row = SetRow._make(rest)
                if exercise in (None, row.exercise) and side in (None, row.side):
                    sets[row.set_id] = GatheredSet(row=row)
                    sessions[session_id].sets.append(sets[row.set_id])
            self._fill(sets)
        return list(sessions.values())

    def _fill(self, sets: dict[int, GatheredSet]) -> None:
        db, asked = self._db, {"ids": json.dumps(list(sets))}
        wanted = "WHERE r.set_id IN (SELECT value FROM json_each(:ids)) ORDER BY r.set_id, r.n"
        for set_id, name, median in db.execute(
            "SELECT set_id, name, median FROM set_figure"
            " WHERE set_id IN (SELECT value FROM json_each(:ids))",
            asked,
        ):
            sets[set_id].medians[name] = median
        for set_id, *rest in _rows(db.execute(f"SELECT {_EVENTS['rep']} {wanted}", asked)):
            sets[set_id].reps.append(RepRow._make(rest))
        for set_id, *rest in _rows(db.execute(f"SELECT {_EVENTS['hop']} {wanted}", asked)):
            sets[set_id].hops.append(HopRow._make(rest))
        for set_id, *rest in _rows(db.execute(f"SELECT {_EVENTS['hold']} {wanted}", asked)):
            sets[set_id].holds.append(HoldRow._make(rest))


def _rows(cursor: Iterable[tuple[object, ...]]) -> Iterable[tuple]:  # type: ignore[type-arg]
    return cursor
