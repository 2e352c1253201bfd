"""A database of many sessions of simulated people, to measure speed and to look at.

``python -m tests.years FILE [SESSIONS] [ATHLETES]`` writes one. Each athlete is a person of the
simulator (:func:`sensing.simulation.raise_habits.draw_person`): rise, tempo, contact and flight
times, their scatter from rep to rep and how they tire are that person's. From session to session a
person is a little better or worse than usual, and over the months stronger; neither is measured on
people. No signal is made: rows go straight into the tables, as the store would have written them.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from sensing.core.algorithm_version import ALGORITHM_VERSION
from sensing.simulation.person import Person
from sensing.simulation.raise_habits import draw_person
from sensing.store.schema.schema_4 import FILLED, HOLD_FIGURES
from sensing.store.store import open_store

LAST_DAY = date(2026, 3, 1)
"""On which the newest session lies."""

_RAISES = ("single-leg-calf-raise", "eccentric-calf-raise", "seated-calf-raise")
_DAY_SCATTER = 0.03  # of a session's level, relative
_GAIN = 0.25  # of range, flight and time held, from the first session to the last, relative


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What the rows of one session need."""

    key: int
    athlete: int
    day: date
    person: Person
    level: float
    exercise: str
    rng: np.random.Generator

    @property
    def started_utc(self) -> str:
        return datetime(self.day.year, self.day.month, self.day.day, 17, tzinfo=UTC).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )


def write_years(
    path: Path,
    *,
    sessions: int,
    athletes: int = 1,
    years: float = 5.0,
    seed: int = 1,
    last_day: date = LAST_DAY,
) -> None:
    """Write a database of so many sessions, shared evenly among athletes.

    Args:
        path: where; made, or added to if it is empty.
        sessions: of all athletes together.
        athletes: how many; the first is ``me``.
        years: from the oldest session to the newest.
        seed: the same gives the same database.
        last_day: of the newest session.
    """
    with open_store(path):
        pass  # makes the tables
    db = sqlite3.connect(path)
    with db:
        people = _people(db, athletes, seed)
        each = _sessions(people, sessions, years=years, seed=seed, last_day=last_day)
        for session in each:
            _write(db, session)
        db.execute(FILLED)
        db.execute(_TITLES)
    db.execute("ANALYZE")
    db.close()
    with open_store(path):
        pass  # writes the uncertainties


def _people(db: sqlite3.Connection, athletes: int, seed: int) -> list[Person]:
    people = []
    for n in range(athletes):
        person = draw_person(np.random.default_rng([seed, n]))
        name = "me" if n == 0 else f"athlete {n + 1}"
        db.execute(
            "INSERT INTO athlete (id, name, body_mass_kg) VALUES (?, ?, ?)",
            [n + 1, name, round(person.mass_kg, 1)],
        )
        people.append(person)
    return people


def _sessions(
    people: list[Person], sessions: int, *, years: float, seed: int, last_day: date
) -> Iterator[_Session]:
    own = [sessions // len(people) + (n < sessions % len(people)) for n in range(len(people))]
    turns = [(k, n) for n, many in enumerate(own) for k in range(many)]
    # Oldest first, as a person would have stored them: ids then rise with the days.
    turns.sort(key=lambda turn: (-(own[turn[1]] - turn[0]), turn[1]))
    for key, (k, n) in enumerate(turns, 1):
        rng = np.random.default_rng([seed, n, k])
        ago = round(365.25 * years * (1 - k / max(1, own[n] - 1)))
        yield _Session(
            key=key,
            athlete=n + 1,
            day=last_day - timedelta(days=ago),
            person=people[n],
            level=(1 + _GAIN * k / max(1, own[n] - 1)) * (1 + _DAY_SCATTER * rng.normal()),
            exercise=_RAISES[(k // 6) % len(_RAISES)],
            rng=rng,
        )


def _write(db: sqlite3.Connection, session: _Session) -> None:
    db.execute(
        "INSERT INTO session (id, title, athlete_id, day, started_utc, session_key, note)"
        " VALUES (?, '', ?, ?, ?, ?, ?)",
        [
            session.key,
            session.athlete,
            session.day.isoformat(),
            session.started_utc,
            f"made-up-{session.key}",
            "a long day before" if session.key % 17 == 0 else "",
        ],
    )
    pain = int(np.clip(round(3 * (2 - session.level) + session.rng.normal()), 0, 10))
    for leg, side in enumerate(("left", "right")):
        recording = 2 * session.key - 1 + leg
        db.execute(
            "INSERT INTO recording (id, session_id, name, path, sha256, format, rate_hz,"
            " duration_s, samples, lost_samples, clipped_samples, started_utc, side, load_kg, pain)"
            " VALUES (?, ?, ?, ?, ?, 'anklet', 208.0, 240.0, 49920, 0, 0, ?, ?, ?, ?)",
            [
                recording,
                session.key,
                f"{side}.anklet",
                f"/simulated/{session.key}-{side}.anklet",
                hashlib.sha256(f"{session.key} {side}".encode()).hexdigest(),
                session.started_utc,
                side,
                2.5 * round(8 * (session.level - 1)) if session.level > 1 else 0.0,
                pain,
            ],
        )
        db.execute(
            "INSERT INTO analysis (id, recording_id, current, exercise, placement, placement_found,"
            " engine, created_utc) VALUES (?, ?, 1, 'auto', 'ankle', 0, ?, ?)",
            [recording, recording, ALGORITHM_VERSION, session.started_utc],
        )
        weaker = 0.94 if side == "left" else 1.0
        _write_sets(db, session, recording, first_n=3 * leg + 1, level=weaker * session.level)


def _write_sets(
    db: sqlite3.Connection, session: _Session, recording: int, *, first_n: int, level: float
) -> None:
    sets = (
        (session.exercise, 10.0, 70.0, "rep", _reps(session, level)),
        ("single-leg-hop", 100.0, 115.0, "hop", _hops(session, level)),
        ("calf-raise-hold", 150.0, 200.0, "hold", _holds(session, level)),
    )
    for at, (exercise, start_s, end_s, table, rows) in enumerate(sets):
        set_id = 3 * (recording - 1) + at + 1
        db.execute(
            "INSERT INTO exercise_set (id, analysis_id, n, exercise, guessed, start_s, end_s)"
            " VALUES (?, ?, ?, ?, 0, ?, ?)",
            [set_id, recording, first_n + at, exercise, start_s, end_s],
        )
        names, values = _COLUMNS[table]
        db.executemany(
            f"INSERT INTO {table} (set_id, n, valid, {names}) VALUES (?, ?, 1, {values})",  # noqa: S608
            [(set_id, n, *row) for n, row in enumerate(rows, 1)],
        )


_COLUMNS = {
    "rep": ("start_s, top_s, lower_s, end_s, rise_m, partial", "?, ?, ?, ?, ?, ?"),
    "hop": ("contact_s, takeoff_s, contact_time_sd_s, flight_time_s", "?, ?, ?, ?"),
    "hold": (
        ", ".join(("start_s", "end_s", *HOLD_FIGURES[1:-1], "tremor_peak_hz")),
        "?, ?, ?, ?, ?, ?, ?, ?",
    ),
}


def _reps(session: _Session, level: float) -> list[tuple[object, ...]]:
    person, rng = session.person, session.rng
    count = int(rng.integers(10, 16))
    lower_s = 3.0 if session.exercise.startswith("eccentric") else person.lower_s
    rise_m = person.pivot_m * np.sin(np.radians(person.foot_angle_deg)) * 0.9
    vary = np.exp(person.variation * rng.standard_normal((count, 4)))
    rows: list[tuple[object, ...]] = []
    start_s = 10.0
    for k in range(count):
        tired = k / (count - 1)
        top_s = start_s + person.raise_s * vary[k, 0] * (1 + person.slowing * tired)
        low_s = top_s + person.top_s * vary[k, 1]
        end_s = low_s + lower_s * vary[k, 2]
        rise = rise_m * level * (1 - person.fatigue * tired) * np.sqrt(vary[k, 3])
        rows.append((*(round(float(t), 4) for t in (start_s, top_s, low_s, end_s, rise)), 0))
        start_s = end_s + person.pause_s
    return rows


def _hops(session: _Session, level: float) -> list[tuple[object, ...]]:
    person, rng = session.person, session.rng
    count = 20
    rows: list[tuple[object, ...]] = []
    at_s = 100.0
    for k in range(count):
        contact_s = person.hop_contact_s / level**0.3 * float(np.exp(0.05 * rng.normal()))
        flight_s = person.hop_flight_s * level * float(np.exp(0.06 * rng.normal()))
        flight = round(flight_s, 4) if k < count - 1 else None
        rows.append((round(at_s, 4), round(at_s + contact_s, 4), 0.015, flight))
        at_s += contact_s + flight_s
    return rows


def _holds(session: _Session, level: float) -> list[tuple[object, ...]]:
    person, rng = session.person, session.rng
    held_s = 30.0 * level * float(np.exp(0.08 * rng.normal()))
    tremor = person.hold_tremor_mg * 0.00980665 / level
    rms = float(np.hypot(tremor, 0.05 * person.sway_deg)) * float(np.exp(0.1 * rng.normal()))
    steady = (rms, 40 * tremor, 25 * rms, 6 * np.pi * rms**2, tremor, person.hold_tremor_hz)
    return [(150.0, round(150 + held_s, 3), *(round(float(value), 5) for value in steady))]


_TITLES = """
UPDATE session SET title = day || ' ' || (
    SELECT group_concat(exercise, ', ') FROM (
        SELECT exercise FROM current_set WHERE session_id = session.id
        GROUP BY exercise ORDER BY min(n)))
"""

if __name__ == "__main__":
    file, *numbers = sys.argv[1:]
    many, athletes_n = [*map(int, numbers), *(10_000, 1)[len(numbers) :]]
    write_years(Path(file), sessions=many, athletes=athletes_n)
