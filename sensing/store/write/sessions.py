"""Sessions: listed, looked at, annotated and deleted."""

from __future__ import annotations

from datetime import date

from sensing.core.errors import StoreError
from sensing.store.database.connection import Connection
from sensing.store.read.reading import read_session, read_sessions, rows
from sensing.store.values.rows import SessionDetail, SessionRow
from sensing.store.write.upkeep import first
from sensing.store.write.writing import update


class Sessions(Connection):
    """The part of a store that knows sessions."""

    def stored_in(self, sha256: str) -> int | None:
        """Id of the session that holds the recording with this SHA-256, or None."""
        with self._reading() as db:
            row = first(db, "SELECT session_id AS id FROM recording WHERE sha256 = ?", sha256)
            return None if row is None else row["id"]

    def recording_names(self) -> set[str]:
        """Names of the files of all recordings."""
        with self._reading() as db:
            return {name for (name,) in db.execute("SELECT name FROM recording")}

    def was_deleted(self, sha256: str) -> bool:
        """True if a person deleted the session this recording was in."""
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
            exercise: only those in which it was found or asked for.
            side: only those of this leg; with an exercise, of both together.
            athlete: only those of this athlete.
        """
        with self._reading() as db:
            return read_sessions(
                db,
                limit=limit,
                since=since,
                until=until,
                exercise=exercise,
                side=side,
                athlete=athlete,
            )

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

    def session(self, session_id: int) -> SessionDetail:
        """Everything of one session.

        Raises:
            StoreError: there is none of this id; the message says which there are.
        """
        with self._reading() as db:
            found = read_session(db, session_id)
            if found is None:
                raise self._no_session(session_id)
            return found

    def delete(self, session_id: int) -> None:
        """Delete a session and all that hangs on it; the recordings' files are not touched.

        Their SHA-256 is remembered, so that nothing takes them in again unasked.

        Raises:
            StoreError: there is none of this id.
        """
        with self._writing() as db:
            self._must_exist(session_id)
            db.execute(
                "INSERT OR IGNORE INTO deleted SELECT sha256 FROM recording WHERE session_id = ?",
                [session_id],
            )
            db.table("session").delete(session_id)

    def note(self, session_id: int, text: str) -> None:
        """Put a note on a session, in place of the one before; an empty one takes it away.

        Raises:
            StoreError: there is none of this id.
        """
        with self._writing() as db:
            self._must_exist(session_id)
            update(db, "session", session_id, {"note": text})

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
