"""The store itself: what one may ask of it, each question one transaction.

Writing takes the write lock at its beginning (BEGIN IMMEDIATE), because a transaction that reads
first and writes later can find that another program wrote in between, and SQLite then gives up at
once instead of waiting. Whatever stops a write half-way (an error, a kill, the power) leaves the
database as it was before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from sensing.errors import StoreError, UsageError
from sensing.events import Analysis
from sensing.samples import Side
from sensing.store.carrying import carry_corrections
from sensing.store.corrections import Correction, Item, check
from sensing.store.failures import explained
from sensing.store.opening import open_database
from sensing.store.place import database_path
from sensing.store.reading import read_session, read_sessions, rows
from sensing.store.rows import RecordingInfo, Saved, SessionDetail, SessionRow, StoredSet
from sensing.store.upkeep import (
    athlete_id,
    current,
    first,
    make_current,
    retitle,
    same_question,
)
from sensing.store.writing import (
    Row,
    insert,
    insert_analysis,
    recording_row,
    update,
    utc_text,
    write_correction,
)

ME = "me"
"""Name of the athlete a session belongs to unless another is given."""


def open_store(path: Path | None = None, *, create: bool = True) -> Store:
    """Open the database, made if there is none and brought up to date if it is an older Anklet's.

    Args:
        path: where it is; None: as ``ANKLET_DB`` says, else in the person's own data directory.
        create: False to read a missing database as an empty one, without making it.

    Raises:
        StoreError: it can't be opened, is damaged, is not ours or is of a newer Anklet.
    """
    place = database_path(path)
    return Store(place, open_database(place, create=create))


class Store:
    """An open database of sessions. Use :func:`open_store`, and close it (or use ``with``).

    Every method raises StoreError, in one clear line, when the database is locked, read-only or
    damaged or the disk is full; what was being written is then not there at all.
    """

    def __init__(self, place: Path, db: Database) -> None:
        self.place = place
        self._db = db

    def close(self) -> None:
        """Close it; the store can't be used after."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with explained(self.place):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise

    def save(
        self,
        analysis: Analysis,
        *,
        recording: RecordingInfo,
        started_utc: datetime,
        now_utc: datetime,
        day: date | None = None,
        side: Side | None = None,
        load_kg: float | None = None,
        note: str | None = None,
        athlete: str = ME,
        parameters: Mapping[str, object] | None = None,
        again: bool = False,
    ) -> Saved:
        """Store an analysis of a recording.

        A recording is known by its SHA-256 and has one session. The same question asked of it
        again (same exercise, profile and placement) adds nothing unless ``again``; another
        question adds an analysis beside the earlier ones. The analysis last asked for is the
        current one, which summaries use; a person's corrections of the one before are carried
        over to a new one where they fit.

        Args:
            analysis: what was found.
            recording: the file it was found in.
            started_utc: when the recording began, aware.
            now_utc: when the analysis was made, aware.
            day: calendar day where it was done; that of ``started_utc`` in its own zone if None.
            side: leg the sensor was on. Like ``load_kg`` (kg) and ``note`` it replaces what an
                earlier save said, unless None.
            parameters: what the analysis was done with (JSON values), calibration included.
            again: analyse anew beside an old result of the same question.

        Raises:
            UsageError: the load is negative or not a number.
            StoreError: see the class.
        """
        if started_utc.tzinfo is None or now_utc.tzinfo is None:
            raise ValueError("a moment without a time zone is no moment")
        if load_kg is not None and not (math.isfinite(load_kg) and load_kg >= 0):
            raise UsageError(f"a load of {load_kg:g} kg makes no sense", remedy="give 0 or more")
        told: Row = {"side": side, "load_kg": load_kg, "note": note}
        about = {name: value for name, value in told.items() if value is not None}
        kept = left = 0
        with self._writing() as db:
            known = first(
                db, "SELECT id, session_id FROM recording WHERE sha256 = ?", recording.sha256
            )
            if known is None:
                session_id = insert(
                    db,
                    "session",
                    {
                        "title": "",
                        "athlete_id": athlete_id(db, athlete),
                        "day": (day or started_utc.date()).isoformat(),
                        "started_utc": utc_text(started_utc),
                        **about,
                    },
                )
                recording_id = insert(
                    db, "recording", recording_row(session_id, analysis, recording)
                )
                before = None
            else:
                recording_id, session_id = known["id"], known["session_id"]
                if about:
                    update(db, "session", session_id, about)
                before = same_question(db, recording_id, analysis)
            new = before is None or again
            if new:
                if known is not None:
                    row = recording_row(session_id, analysis, recording)
                    update(db, "recording", recording_id, row)
                old = current(db, recording_id)
                made = insert_analysis(
                    db, recording_id, analysis, parameters=parameters or {}, now_utc=now_utc
                )
                if old is not None:
                    kept, left = carry_corrections(db, old, made, now_utc=now_utc)
            elif before is not None:
                make_current(db, recording_id, before)
            retitle(db, session_id)
        return Saved(
            session_id=session_id,
            new=new,
            new_session=known is None,
            corrections_kept=kept,
            corrections_left=left,
        )

    def sessions(
        self,
        *,
        limit: int | None = None,
        since: date | None = None,
        exercise: str | None = None,
    ) -> list[SessionRow]:
        """Sessions, newest first.

        Args:
            limit: at most so many.
            since: done on this day or later.
            exercise: only those in which it was found or asked for.
        """
        with explained(self.place):
            return read_sessions(self._db, limit=limit, since=since, exercise=exercise)

    def session(self, session_id: int) -> SessionDetail:
        """Everything of one session.

        Raises:
            StoreError: there is none of this id; the message says which there are.
        """
        with explained(self.place):
            found = read_session(self._db, session_id)
            if found is None:
                raise self._no_session(session_id)
            return found

    def delete(self, session_id: int) -> None:
        """Delete a session and all that hangs on it; the recording's file is not touched.

        Raises:
            StoreError: there is none of this id.
        """
        with self._writing() as db:
            self._must_exist(session_id)
            db.table("session").delete(session_id)

    def note(self, session_id: int, text: str) -> None:
        """Put a note on a session, in place of the one before; an empty one takes it away.

        Raises:
            StoreError: there is none of this id.
        """
        with self._writing() as db:
            self._must_exist(session_id)
            update(db, "session", session_id, {"note": text})

    def correct(self, session_id: int, correction: Correction, *, now_utc: datetime) -> StoredSet:
        """Write down a person's word on a set, beside what the machine found; gives the set after.

        Raises:
            UsageError: there is no such set, rep, hop or hold in the session, or the correction
                makes no sense for it.
            StoreError: there is no such session.
        """
        with self._writing() as db:
            before = self._set(session_id, correction.set_n)
            check(correction, before.found)
            set_id = self._set_id(session_id, correction.set_n)
            write_correction(db, set_id, correction, now_utc=now_utc)
            return self._set(session_id, correction.set_n)

    def take_back(
        self, session_id: int, set_n: int, *, item: Item | None = None, n: int | None = None
    ) -> int:
        """Take a person's word back, so that the machine's stands; gives how many were taken back.

        Args:
            item: only what was said of reps, hops or holds; None: all that was said of the set.
            n: only the mark on this one.

        Raises:
            UsageError: there is no such set.
            StoreError: there is no such session.
        """
        with self._writing() as db:
            self._set(session_id, set_n)
            cursor = db.execute(
                "DELETE FROM correction WHERE set_id = :set_id"
                " AND (:item IS NULL OR item = :item) AND (:n IS NULL OR n = :n)",
                {"set_id": self._set_id(session_id, set_n), "item": item, "n": n},
            )
            return cursor.rowcount

    def _set(self, session_id: int, set_n: int) -> StoredSet:
        detail = read_session(self._db, session_id)
        if detail is None:
            raise self._no_session(session_id)
        for each in detail.sets:
            if each.n == set_n:
                return each
        raise UsageError(
            f"session {session_id} has no set {set_n}", remedy=f"it has {_sets(len(detail.sets))}"
        )

    def _set_id(self, session_id: int, set_n: int) -> int:
        row = first(
            self._db,
            "SELECT set_id AS id FROM current_set WHERE session_id = ? AND n = ?",
            session_id,
            set_n,
        )
        assert row is not None  # noqa: S101 - looked up by _set just before
        return row["id"]

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


def _sets(count: int) -> str:
    return {0: "none", 1: "only set 1"}.get(count, f"sets 1 to {count}")
