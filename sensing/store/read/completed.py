"""Work done from one day to another: measured and logged, after corrections."""

from __future__ import annotations

import json
from datetime import date

from sensing.core.exercises import CATALOGUE
from sensing.store.database.connection import Connection
from sensing.training.completed import Done

_MEASURED = """
SELECT CAST(julianday(s.day) - 1721424.5 AS INTEGER), s.exercise, s.side,
       max(s.reps, s.hops), s.hold_s, s.hops, s.load_kg, s.pain,
       (SELECT target FROM recording WHERE id = s.recording_id), s.set_id,
       (SELECT round(end_s - start_s, 3) FROM exercise_set WHERE id = s.set_id), s.holds, s.steps
FROM set_count s
WHERE s.counted AND s.athlete = :athlete AND s.day >= :since AND s.day <= :until
ORDER BY s.day, s.session_id, s.n
"""
_LOGGED = """
SELECT CAST(julianday(day) - 1721424.5 AS INTEGER), exercise, side, sets, reps, hold_s, load_kg,
       pain
FROM logged
WHERE athlete_id = (SELECT id FROM athlete WHERE name = :athlete)
  AND day >= :since AND day <= :until
ORDER BY day, id
"""
_REPS = """
SELECT r.set_id, r.raise_time_s, r.hold_time_s, r.lower_time_s
FROM rep_corrected r WHERE r.set_id IN (SELECT value FROM json_each(:sets)) AND r.in_figures
  AND r.raise_time_s IS NOT NULL AND r.hold_time_s IS NOT NULL AND r.lower_time_s IS NOT NULL
"""
_LEANS = {row.name for row in CATALOGUE if row.kind == "lean"}
"""Exercises whose holds are counted like reps."""
_LAST = """
SELECT max(day) FROM session
WHERE athlete_id = (SELECT id FROM athlete WHERE name = :athlete) AND day <= :until
"""


class Doing(Connection):
    """The part of a store that answers what was done when."""

    def done(self, *, athlete: str, since: date, until: date) -> list[Done]:
        """Every set counted from the first day to the last, and what was logged; by day."""
        asked = {"athlete": athlete, "since": since.isoformat(), "until": until.isoformat()}
        with self._reading() as db:
            measured = [_measured(*row) for row in db.execute(_MEASURED, asked)]
            logged = [
                Done(day_n, name, side, sets, reps, hold_s, load, pain, None, None)
                for day_n, name, side, sets, reps, hold_s, load, pain in db.execute(_LOGGED, asked)
            ]
        return sorted([*measured, *logged], key=lambda each: each.day_n)

    def rep_times(self, set_ids: list[int]) -> dict[int, list[tuple[float, float, float]]]:
        """Seconds up, at the top and down of the valid reps of each set of which all are known."""
        times: dict[int, list[tuple[float, float, float]]] = {each: [] for each in set_ids}
        with self._reading() as db:
            for set_id, *phases in db.execute(_REPS, {"sets": json.dumps(set_ids)}):
                times[set_id].append((phases[0], phases[1], phases[2]))
        return times

    def last_day(self, *, athlete: str, until: date) -> date | None:
        """The day of this person's newest session up to a day; None if there is none."""
        with self._reading() as db:
            (day,) = db.execute(_LAST, {"athlete": athlete, "until": until.isoformat()}).fetchone()
        return None if day is None else date.fromisoformat(day)


def _measured(
    day_n: int,
    exercise: str,
    side: str | None,
    reps: int,
    hold_s: float,
    hops: int,
    load_kg: float | None,
    pain: int | None,
    target: str,
    set_id: int,
    span_s: float,
    holds: int,
    steps: int | None,
) -> Done:
    timed = hold_s if holds else span_s if hops or steps is not None else None
    counted = steps if steps is not None else reps
    if exercise in _LEANS:
        counted = holds
    return Done(
        day_n,
        exercise,
        side,  # type: ignore[arg-type]
        1,
        counted if counted or not holds else None,
        timed,
        load_kg,
        pain,
        json.loads(target).get("tempo"),
        set_id,
    )
