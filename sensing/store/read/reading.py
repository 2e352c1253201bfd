"""From rows back to values: sessions, their recordings, and what was found and said of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from sensing.core.events import Bout, Hold, Hop, Rep, Set, Steadiness
from sensing.store.values.corrections import Corrections, Item, Mark
from sensing.store.values.rows import (
    RecordingDetail,
    SessionDetail,
    SessionRow,
    StoredAnalysis,
    StoredRecording,
    StoredSet,
)

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


def rows(db: Database, sql: str, values: Sequence[object] | dict[str, object]) -> list[Any]:
    """Rows as dictionaries; their types are those the STRICT tables declare."""
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def read_sessions(
    db: Database,
    *,
    limit: int | None,
    since: date | None,
    until: date | None,
    exercise: str | None,
    side: str | None,
    athlete: str | None,
) -> list[SessionRow]:
    """Sessions, newest first."""
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
    return [
        SessionRow(
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
        for row in found
    ]


def read_session(db: Database, session_id: int) -> SessionDetail | None:
    """Everything of one session, or None if there is none of this id."""
    session = _one(
        db,
        "SELECT session.*, athlete.name AS athlete FROM session"
        " JOIN athlete ON athlete.id = athlete_id WHERE session.id = ?",
        session_id,
    )
    if session is None:
        return None
    return SessionDetail(
        id=session["id"],
        title=session["title"],
        day=date.fromisoformat(session["day"]),
        started_utc=datetime.fromisoformat(session["started_utc"]),
        athlete=session["athlete"],
        key=session["session_key"],
        note=session["note"],
        recordings=tuple(
            _recording(db, row)
            for row in rows(
                db,
                "SELECT * FROM recording WHERE session_id = ? ORDER BY started_utc, side, id",
                [session_id],
            )
        ),
    )


def _recording(db: Database, row: Any) -> RecordingDetail:
    analyses = [
        _analysis(each)
        for each in rows(
            db, "SELECT * FROM analysis WHERE recording_id = ? ORDER BY id", [row["id"]]
        )
    ]
    current = next(each for each in analyses if each.current)
    read = {name: row[name] for name in StoredRecording.__dataclass_fields__}
    read["started_utc"] = datetime.fromisoformat(row["started_utc"])
    read["target"] = json.loads(row["target"])
    return RecordingDetail(
        recording=StoredRecording(**read),
        analysis=current,
        others=tuple(each for each in analyses if not each.current),
        sets=read_sets(db, current.id),
        bouts=tuple(
            Bout(start_s=each["start_s"], end_s=each["end_s"], kind=each["kind"])
            for each in rows(
                db, "SELECT * FROM bout WHERE analysis_id = ? ORDER BY n", [current.id]
            )
        ),
    )


def read_sets(db: Database, analysis_id: int) -> tuple[StoredSet, ...]:
    """Sets of one analysis, with what was said of each."""
    found = rows(
        db,
        "SELECT exercise_set.*, recording.side AS told_side, load_kg, pain FROM exercise_set"
        " JOIN analysis ON analysis.id = analysis_id JOIN recording ON recording.id = recording_id"
        " WHERE analysis_id = ? ORDER BY exercise_set.n",
        [analysis_id],
    )
    return tuple(
        StoredSet(
            id=row["id"],
            n=row["n"],
            found=_set(db, row),
            said=read_corrections(db, row["id"]),
            side=row["side"] or row["told_side"],
            load_kg=row["load_kg"],
            pain=row["pain"],
            added=bool(row["added"]),
            at_s=row["at_s"],
        )
        for row in found
    )


def read_corrections(db: Database, set_id: int) -> Corrections:
    """All that a person said of one set."""
    counts: dict[Item, int] = {}
    marks: dict[tuple[Item, int], Mark] = {}
    missed: dict[Item, tuple[float | None, ...]] = {}
    false_set = False
    exercise: str | None = None
    for row in rows(db, "SELECT * FROM correction WHERE set_id = ? ORDER BY id", [set_id]):
        item = row["item"]
        match row["what"]:
            case "count":
                counts[item] = row["count"]
            case "missed":
                missed[item] = (*missed.get(item, ()), row["at_s"])
            case "exercise":
                exercise = row["exercise"]
            case "mark" if item == "set":
                false_set = row["mark"] == "false"
            case "mark":
                marks[item, row["n"]] = row["mark"]
    return Corrections(
        counts=counts, marks=marks, missed=missed, false_set=false_set, exercise=exercise
    )


def _one(db: Database, sql: str, value: object) -> Any:
    return next(iter(rows(db, sql, [value])), None)


def _analysis(row: Any) -> StoredAnalysis:
    return StoredAnalysis(
        id=row["id"],
        current=bool(row["current"]),
        exercise=row["exercise"],
        placement=row["placement"],
        placement_found=bool(row["placement_found"]),
        engine=row["engine"],
        profile=row["profile"],
        profile_id=row["profile_id"],
        parameters=row["parameters"],
        notes=tuple(json.loads(row["notes"])),
        created_utc=datetime.fromisoformat(row["created_utc"]),
    )


def _set(db: Database, row: Any) -> Set:
    def of(table: str) -> list[Any]:
        return rows(db, f"SELECT * FROM {table} WHERE set_id = ? ORDER BY n", [row["id"]])  # noqa: S608

    return Set(
        start_s=row["start_s"],
        end_s=row["end_s"],
        exercise=row["exercise"],
        guessed=bool(row["guessed"]),
        side=row["side"],
        steps=row["steps"],
        reps=tuple(_rep(each) for each in of("rep")),
        hops=tuple(_hop(each) for each in of("hop")),
        holds=tuple(_hold(each) for each in of("hold")),
    )


def _rep(row: Any) -> Rep:
    return Rep(
        start_s=row["start_s"],
        top_s=row["top_s"],
        lower_s=row["lower_s"],
        end_s=row["end_s"],
        rise_m=row["rise_m"],
        partial=bool(row["partial"]),
        calibrated=bool(row["calibrated"]),
        valid=bool(row["valid"]),
        reason=row["reason"],
    )


def _hop(row: Any) -> Hop:
    return Hop(
        contact_s=row["contact_s"],
        takeoff_s=row["takeoff_s"],
        contact_time_sd_s=row["contact_time_sd_s"],
        flight_time_s=row["flight_time_s"],
        calibrated=bool(row["calibrated"]),
        valid=bool(row["valid"]),
        reason=row["reason"],
    )


def _hold(row: Any) -> Hold:
    names = Steadiness.__dataclass_fields__
    known = row["rms_mps2"] is not None
    return Hold(
        start_s=row["start_s"],
        end_s=row["end_s"],
        steadiness=Steadiness(**{name: row[name] for name in names}) if known else None,
        valid=bool(row["valid"]),
        reason=row["reason"],
    )
