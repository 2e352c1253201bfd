"""Stored sessions: listed, chosen, and read whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sensing.core.errors import StoreError
from sensing.core.samples import Placement, Side
from sensing.store.database.connection import Connection, first, rows
from sensing.store.read.whole_sessions import read_whole_sessions
from sensing.store.values.sessions import SessionDetail, SessionRow

_SESSIONS = """
WITH chosen AS MATERIALIZED (
    SELECT session.id FROM session
    WHERE (:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)
      AND (:athlete IS NULL
           OR athlete_id = (SELECT id FROM athlete WHERE name = :athlete))
      AND ((:exercise IS NULL AND :side IS NULL) OR EXISTS (
           SELECT 1 FROM current_set c WHERE c.session_id = session.id
             AND (:exercise IS NULL OR c.exercise = :exercise)
             AND (:side IS NULL OR c.side = :side))
           OR EXISTS (
           SELECT 1 FROM recording JOIN analysis ON recording_id = recording.id AND current
           WHERE recording.session_id = session.id
             AND (:exercise IS NULL OR analysis.exercise = :exercise)
             AND (:side IS NULL OR recording.side = :side)))
    ORDER BY started_utc DESC, id DESC
    LIMIT :limit
)
SELECT session.id, day, session.started_utc, athlete.name AS athlete, session.note, told.*, done.*
FROM chosen
JOIN session USING (id)
JOIN athlete ON athlete.id = athlete_id
JOIN (SELECT session_id, count(*) AS recordings, max(load_kg) AS load_kg, max(pain) AS pain,
             json_group_array(DISTINCT recording.note) AS notes,
             json_group_array(analysis.exercise) AS asked
      FROM recording JOIN analysis ON recording_id = recording.id AND current
      WHERE session_id IN chosen
      GROUP BY session_id) told ON told.session_id = session.id
LEFT JOIN (SELECT session_id AS done_in, json_group_array(exercise) AS found,
             group_concat(DISTINCT side) AS sides, sum(counted) AS sets, sum(reps) AS reps,
             sum(hops) AS hops, sum(hold_s) AS hold_s, max(corrected) AS corrected
      FROM (SELECT * FROM set_count WHERE session_id IN chosen ORDER BY session_id, n)
      GROUP BY session_id) done ON done_in = session.id
ORDER BY session.started_utc DESC, session.id DESC
"""


_CHOSEN = """
SELECT session.id FROM session
WHERE athlete_id = (SELECT id FROM athlete WHERE name = :athlete)
  AND (:since IS NULL OR day >= :since) AND (:until IS NULL OR day <= :until)
"""


_LAST_PLACEMENT = """
SELECT analysis.placement FROM analysis
JOIN recording ON recording.id = recording_id JOIN session ON session.id = session_id
WHERE current AND analysis.placement <> 'unknown'
  AND athlete_id = (SELECT id FROM athlete WHERE name = :athlete)
ORDER BY session.started_utc DESC, session.id DESC, recording.id DESC
LIMIT 1
"""


class Reading(Connection):
    """The part of a store that reads sessions."""

    def last_placement(self, athlete: str) -> Placement | None:
        """Where this athlete's sensor was worn the last time that it was known; None if never."""
        with self._reading() as db:
            found = rows(db, _LAST_PLACEMENT, {"athlete": athlete})
        return found[0]["placement"] if found else None

    def stored_in(self, sha256: str) -> int | None:
        """Id of the session that holds the recording with this SHA-256, or None."""
        with self._reading() as db:
            row = first(db, "SELECT session_id AS id FROM recording WHERE sha256 = ?", sha256)
            return None if row is None else row["id"]

    def session_of_key(self, session_key: str) -> int | None:
        """Id of the session whose recordings share this key in their headers, or None."""
        with self._reading() as db:
            row = first(db, "SELECT id FROM session WHERE session_key = ?", session_key)
            return None if row is None else row["id"]

    def recording_names(self) -> set[str]:
        """Names of the files of all recordings."""
        with self._reading() as db:
            return {name for (name,) in db.execute("SELECT name FROM recording")}

    def was_deleted(self, sha256: str) -> bool:
        """True if the session this recording was in was deleted."""
        with self._reading() as db:
            return first(db, "SELECT 1 AS id FROM deleted WHERE sha256 = ?", sha256) is not None

    def sessions(
        self,
        *,
        limit: int | None = None,
        since: date | None = None,
        until: date | None = None,
        exercise: str | None = None,
        side: str | None = None,
        athlete: str | None = None,
    ) -> list[SessionRow]:
        """Sessions, newest first.

        Args:
            limit: at most so many.
            since: done on this day or later.
            until: done on this day or earlier.
            exercise: only those in which it was detected or asked for.
            side: only those of this leg; with an exercise, of both together.
            athlete: only those of this athlete.
        """
        with self._reading() as db:
            found = rows(
                db,
                _SESSIONS,
                {
                    "since": since and since.isoformat(),
                    "until": until and until.isoformat(),
                    "exercise": exercise,
                    "side": side,
                    "athlete": athlete,
                    "limit": -1 if limit is None else limit,
                },
            )
        return [_listed(row) for row in found]

    def sessions_of_protocol(
        self, protocol: str | None = None, *, athlete: str | None = None, day: date | None = None
    ) -> list[int]:
        """Ids of the sessions recorded as a guided test, oldest first.

        Args:
            protocol: only this one; None: any.
            athlete: only those of this person.
            day: only those of this day.
        """
        with self._reading() as db:
            found = rows(
                db,
                "SELECT session.id FROM session JOIN athlete ON athlete.id = athlete_id"
                " WHERE EXISTS (SELECT 1 FROM recording WHERE session_id = session.id"
                "  AND json_extract(target, '$.protocol') = coalesce(:protocol,"
                "   json_extract(target, '$.protocol')))"
                " AND athlete.name = coalesce(:athlete, athlete.name)"
                " AND day = coalesce(:day, day) ORDER BY session.started_utc, session.id",
                {"protocol": protocol, "athlete": athlete, "day": day and day.isoformat()},
            )
            return [row["id"] for row in found]

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

    def session(self, session_id: int) -> SessionDetail:
        """Everything of one session.

        Raises:
            StoreError: there is none of this id; the message says which there are.
        """
        with self._reading() as db:
            for found in read_whole_sessions(db, [session_id], self.place):
                return found
            raise self._no_session(session_id)

    def whole_sessions(self, ids: Iterable[int]) -> list[SessionDetail]:
        """Everything of these sessions, newest first; ids that do not exist are left out."""
        with self._reading() as db:
            return read_whole_sessions(db, ids, self.place)

    def _must_exist(self, session_id: int) -> None:
        if first(self._db, "SELECT id FROM session WHERE id = ?", session_id) is None:
            raise self._no_session(session_id)

    def _no_session(self, session_id: int) -> StoreError:
        ids = [row["id"] for row in rows(self._db, "SELECT id FROM session ORDER BY id", [])]
        if not ids:
            there = "the database is empty: `anklet replay RECORDING` stores the first"
        elif len(ids) == 1:
            there = f"there is only session {ids[0]}"
        else:
            there = (
                f"there are {len(ids)}, from {ids[0]} to {ids[-1]}: `anklet sessions` lists them"
            )
        return StoreError(f"there is no session {session_id}", remedy=there)


def _listed(row: Any) -> SessionRow:
    return SessionRow(
        id=row["id"],
        day=date.fromisoformat(row["day"]),
        started_utc=datetime.fromisoformat(row["started_utc"]),
        athlete=row["athlete"],
        exercises=tuple(dict.fromkeys(json.loads(row["found"] or row["asked"]))),
        side=" + ".join(sorted(row["sides"].split(","))) if row["sides"] else None,
        load_kg=row["load_kg"],
        pain=row["pain"],
        recordings=row["recordings"],
        sets=row["sets"] or 0,
        reps=row["reps"] or 0,
        hops=row["hops"] or 0,
        hold_s=row["hold_s"] or 0.0,
        corrected=bool(row["corrected"]),
        note=row["note"] or "; ".join(note for note in json.loads(row["notes"]) if note),
    )
