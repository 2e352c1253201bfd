"""Saving an analysis: to which session it goes, and what it replaces there.

A recording belongs to one session, and a session holds one or several: of both legs, or one a set.
Which belong together is known from a session's id, or from the key that their headers share.
"""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlite_utils import Database

from sensing.core.errors import UsageError
from sensing.core.events import Analysis
from sensing.store.database.connection import check_load_and_pain, first, rows
from sensing.store.database.place import home
from sensing.store.database.recording_files import is_file, recording_file
from sensing.store.read.athletes import find_athlete
from sensing.store.read.sessions import Reading
from sensing.store.values.rows import AnalysisRun, RecordingInfo, RecordingNotes, Saved
from sensing.store.write.athletes import ME
from sensing.store.write.carry_corrections import carry_corrections
from sensing.store.write.set_sds import settle
from sensing.store.write.upkeep import (
    athlete_id,
    current,
    make_current,
    renumber,
    retitle,
    same_question,
)
from sensing.store.write.writing import (
    Row,
    insert,
    insert_analysis,
    recording_row,
    update,
    utc_text,
)

NOTHING_NOTED = RecordingNotes()


class Saving(Reading):
    """The part of a store that saves results."""

    def save(
        self,
        analysis: Analysis,
        recording: RecordingInfo,
        run: AnalysisRun,
        notes: RecordingNotes = NOTHING_NOTED,
        *,
        session_id: int | None = None,
    ) -> Saved:
        """Store an analysis of a recording.

        A recording is known by its SHA-256 and has one session. The same question asked of it
        again (same exercise, profile and placement) adds nothing unless ``run.again``; another
        question adds an analysis beside the earlier ones. The analysis last asked for is the
        current one, which summaries use; corrections of the one before are carried over to a new
        one where they fit.

        Args:
            analysis: the results.
            recording: the file they come from. A new one joins the session of its key, if it has
                one.
            run: how the analysis was made.
            notes: what the athlete notes about the recording.
            session_id: session that a new recording joins; one that is stored stays where it is.

        Raises:
            UsageError: load or pain is not possible, or the session is another athlete's.
            StoreError: there is no session of this id; see also the class.
        """
        if recording.started_utc.tzinfo is None or run.now_utc.tzinfo is None:
            raise ValueError("a moment without a time zone is no moment")
        check_load_and_pain(load_kg=notes.load_kg, pain=notes.pain)
        with self._writing() as db:
            known = first(
                db, "SELECT id, session_id FROM recording WHERE sha256 = ?", recording.sha256
            )
            if session_id is not None:
                self._must_exist(session_id)
            if known:
                session, new_session = known["session_id"], False
                if notes.athlete is not None:
                    whose = athlete_id(db, notes.athlete)
                    update(db, "session", session, {"athlete_id": whose})
            else:
                session, new_session = _session_for(db, recording, notes, session_id)
            row = recording_row(session, analysis, recording, home(self.place))
            if known is None:
                started = utc_text(recording.started_utc)
                recording_id = insert(db, "recording", {**row, "started_utc": started})
                db.execute("DELETE FROM deleted WHERE sha256 = ?", [recording.sha256])
            else:
                recording_id = known["id"]
            _write_notes(db, session, recording_id, notes)
            before = same_question(db, recording_id, analysis, run.profile_id)
            new = before is None or run.again
            kept = left = 0
            if before is not None and not run.again:
                make_current(db, recording_id, before)
                self._find_again(recording_id, row)
            else:
                update(db, "recording", recording_id, row)
                kept, left = _add_analysis(db, recording_id, analysis, run)
                settle(db)
            renumber(db, session)
            retitle(db, session)
        return Saved(
            session_id=session,
            recording_id=recording_id,
            new=new,
            new_recording=known is None,
            new_session=new_session,
            corrections_kept=kept,
            corrections_left=left,
        )

    def _find_again(self, recording_id: int, row: Row) -> None:
        """If the file that was known is gone, the recording is from now on where it was read."""
        (known,) = rows(self._db, "SELECT path FROM recording WHERE id = ?", [recording_id])
        if not is_file(recording_file(known["path"], self.place)):
            there = {name: row[name] for name in ("name", "path", "size_bytes")}
            update(self._db, "recording", recording_id, there)


def _add_analysis(
    db: Database, recording_id: int, analysis: Analysis, run: AnalysisRun
) -> tuple[int, int]:
    """Make an analysis the current one; gives how many corrections of the old fit it, and not."""
    old = current(db, recording_id)
    made = insert_analysis(db, recording_id, analysis, run)
    return (0, 0) if old is None else carry_corrections(db, old, made, now_utc=run.now_utc)


def _session_for(
    db: Database, recording: RecordingInfo, notes: RecordingNotes, session_id: int | None
) -> tuple[int, bool]:
    """The session that a new recording goes to, and whether it was made for it."""
    session = _joined(db, session_id, recording.session_key)
    day = recording.day or recording.started_utc.date()
    if session is not None:
        if session_id is not None:
            _check_athlete(db, session_id, notes.athlete)
        _begin_earlier(db, session, recording.started_utc, day)
        return session, False
    row: Row = {
        "title": "",
        "athlete_id": athlete_id(db, notes.athlete or ME),
        "day": day.isoformat(),
        "started_utc": utc_text(recording.started_utc),
        "session_key": recording.session_key,
    }
    return insert(db, "session", row), True


def _write_notes(db: Database, session: int, recording_id: int, notes: RecordingNotes) -> None:
    """Replace the notes on a recording by those given."""
    target = notes.target
    row: Row = {
        "side": notes.side,
        "load_kg": notes.load_kg,
        "pain": notes.pain,
        "note": notes.note,
        "target": None if target is None else json.dumps(target, allow_nan=False),
    }
    row = {name: value for name, value in row.items() if value is not None}
    if notes.note is not None and _is_alone(db, session):
        update(db, "session", session, {"note": row.pop("note")})
    if row:
        update(db, "recording", recording_id, row)


def _joined(db: Database, session_id: int | None, session_key: str | None) -> int | None:
    """The session a new recording joins, or None for one of its own."""
    if session_id is not None or session_key is None:
        return session_id
    row = first(db, "SELECT id FROM session WHERE session_key = ?", session_key)
    return None if row is None else row["id"]


def _check_athlete(db: Database, session_id: int, athlete: str | None) -> None:
    (whose,) = rows(
        db,
        "SELECT athlete_id, name FROM athlete JOIN session ON athlete_id = athlete.id"
        " WHERE session.id = ?",
        [session_id],
    )
    if athlete is not None and find_athlete(db, athlete) != whose["athlete_id"]:
        raise UsageError(
            f"session {session_id} is {whose['name']}'s, not {athlete}'s",
            remedy="a session has one athlete",
        )


def _begin_earlier(db: Database, session_id: int, started_utc: datetime, day: date) -> None:
    """Let a session begin with its first recording, in whatever order they came."""
    db.execute(
        "UPDATE session SET started_utc = :began, day = :day"
        " WHERE id = :id AND started_utc > :began",
        {"began": utc_text(started_utc), "day": day.isoformat(), "id": session_id},
    )


def _is_alone(db: Database, session_id: int) -> bool:
    """True if the session is but one recording that was not made as a part of several."""
    (row,) = rows(
        db,
        "SELECT session_key, (SELECT count(*) FROM recording WHERE session_id = session.id) AS many"
        " FROM session WHERE id = ?",
        [session_id],
    )
    return row["session_key"] is None and row["many"] <= 1
