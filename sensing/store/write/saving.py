"""Saving an analysis: to which session it goes, and what it replaces there.

A recording belongs to one session, and a session holds one or several: of both legs, or one a set.
Which belong together is told by a session's id or by the key that their headers share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from sensing.core.errors import UsageError
from sensing.core.events import Analysis
from sensing.core.samples import Side
from sensing.store.database.connection import check_told
from sensing.store.read.reading import rows
from sensing.store.values.rows import RecordingInfo, Saved
from sensing.store.write.athletes import ME
from sensing.store.write.carry_corrections import carry_corrections
from sensing.store.write.sessions import Sessions
from sensing.store.write.upkeep import (
    athlete_id,
    current,
    first,
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


class Saving(Sessions):
    """The part of a store that takes results in."""

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
        pain: int | None = None,
        note: str | None = None,
        target: Mapping[str, Any] | None = None,
        athlete: str | None = None,
        session_id: int | None = None,
        session_key: str | None = None,
        profile_id: int | None = None,
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
            side: leg the sensor was on. Like ``load_kg`` (kg), ``pain`` (0-10), ``note`` and
                ``target`` it replaces what an earlier save said of the recording, unless None.
            note: of a recording that is a session of its own it is the session's.
            target: what was planned (JSON values).
            athlete: who did it; None: whose session it is, :data:`ME` for a new one.
            session_id: session that a new recording joins; one that is stored stays where it is.
            session_key: what the recordings of one session share; a new recording joins the
                session that has this key.
            profile_id: row of the profile used, if the store holds it.
            parameters: what the analysis was done with (JSON values), calibration included.
            again: analyse anew beside an old result of the same question.

        Raises:
            UsageError: load or pain makes no sense, or the session is another athlete's.
            StoreError: there is no session of this id; see also the class.
        """
        if started_utc.tzinfo is None or now_utc.tzinfo is None:
            raise ValueError("a moment without a time zone is no moment")
        check_told(load_kg=load_kg, pain=pain)
        told: Row = {
            "side": side,
            "load_kg": load_kg,
            "pain": pain,
            "note": note,
            "target": None if target is None else json.dumps(target, allow_nan=False),
        }
        about = {name: value for name, value in told.items() if value is not None}
        kept = left = 0
        with self._writing() as db:
            known = first(
                db, "SELECT id, session_id FROM recording WHERE sha256 = ?", recording.sha256
            )
            session = known["session_id"] if known else _joined(db, session_id, session_key)
            if session_id is not None:
                self._must_exist(session_id)
            new_session = session is None
            if session is None:
                session = insert(
                    db,
                    "session",
                    {
                        "title": "",
                        "athlete_id": athlete_id(db, athlete or ME),
                        "day": (day or started_utc.date()).isoformat(),
                        "started_utc": utc_text(started_utc),
                        "session_key": session_key,
                    },
                )
            elif known is None:
                if session_id is not None:
                    _check_athlete(db, session_id, athlete)
                _begin_earlier(db, session, started_utc, day or started_utc.date())
            elif athlete is not None:
                update(db, "session", session, {"athlete_id": athlete_id(db, athlete)})
            row = recording_row(session, analysis, recording)
            if known is None:
                recording_id = insert(
                    db, "recording", {**row, "started_utc": utc_text(started_utc)}
                )
                db.execute("DELETE FROM deleted WHERE sha256 = ?", [recording.sha256])
                before = None
            else:
                recording_id = known["id"]
                before = same_question(db, recording_id, analysis, profile_id)
            if note is not None and _is_alone(db, session):
                update(db, "session", session, {"note": about.pop("note")})
            if about:
                update(db, "recording", recording_id, about)
            new = before is None or again
            if new:
                if known is not None:
                    update(db, "recording", recording_id, row)
                old = current(db, recording_id)
                made = insert_analysis(
                    db,
                    recording_id,
                    analysis,
                    parameters=parameters or {},
                    profile_id=profile_id,
                    now_utc=now_utc,
                )
                if old is not None:
                    kept, left = carry_corrections(db, old, made, now_utc=now_utc)
            elif before is not None:
                make_current(db, recording_id, before)
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


def _joined(db: Database, session_id: int | None, session_key: str | None) -> int | None:
    """The session a new recording joins, or None for one of its own."""
    if session_id is not None or session_key is None:
        return session_id
    row = first(db, "SELECT id FROM session WHERE session_key = ?", session_key)
    return None if row is None else row["id"]


def _check_athlete(db: Database, session_id: int, athlete: str | None) -> None:
    (whose,) = rows(
        db,
        "SELECT name FROM athlete JOIN session ON athlete_id = athlete.id WHERE session.id = ?",
        [session_id],
    )
    if athlete not in (None, whose["name"]):
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
