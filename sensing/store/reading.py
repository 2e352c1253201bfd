"""From rows back to values: the sets an analysis found, with what a person said beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from sensing.events import Bout, Hold, Hop, Rep, Set, Steadiness
from sensing.store.corrections import Corrections, Item, Mark
from sensing.store.rows import SessionDetail, SessionRow, StoredAnalysis, StoredRecording, StoredSet

_SESSIONS = """
SELECT session.id, session.day, started_utc, athlete.name AS athlete, session.side, session.load_kg,
       note, analysis.exercise AS asked,
       (SELECT json_group_array(exercise) FROM (
            SELECT exercise FROM exercise_set WHERE analysis_id = analysis.id ORDER BY n)) AS found,
       coalesce(sum(c.counted), 0) AS sets, coalesce(sum(c.reps), 0) AS reps,
       coalesce(sum(c.hops), 0) AS hops, coalesce(sum(c.hold_s), 0.0) AS hold_s,
       coalesce(max(c.corrected), 0) AS corrected
FROM session
JOIN athlete ON athlete.id = session.athlete_id
JOIN recording ON recording.session_id = session.id
JOIN analysis ON analysis.recording_id = recording.id AND analysis.current
LEFT JOIN set_count c ON c.session_id = session.id
WHERE (:since IS NULL OR session.day >= :since)
  AND (:exercise IS NULL OR analysis.exercise = :exercise OR EXISTS (
       SELECT 1 FROM exercise_set
       WHERE analysis_id = analysis.id AND exercise = :exercise))
GROUP BY session.id
ORDER BY started_utc DESC, session.id DESC
LIMIT :limit
"""


def rows(db: Database, sql: str, values: Sequence[object] | dict[str, object]) -> list[Any]:
    """Rows as dictionaries; their types are those the STRICT tables declare."""
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def read_sessions(
    db: Database, *, limit: int | None, since: date | None, exercise: str | None
) -> list[SessionRow]:
    """Sessions, newest first."""
    found = rows(
        db,
        _SESSIONS,
        {
            "since": since and since.isoformat(),
            "exercise": exercise,
            "limit": -1 if limit is None else limit,
        },
    )
    return [
        SessionRow(
            id=row["id"],
            day=date.fromisoformat(row["day"]),
            started_utc=datetime.fromisoformat(row["started_utc"]),
            athlete=row["athlete"],
            exercises=tuple(dict.fromkeys(json.loads(row["found"]))) or (row["asked"],),
            side=row["side"],
            load_kg=row["load_kg"],
            sets=row["sets"],
            reps=row["reps"],
            hops=row["hops"],
            hold_s=row["hold_s"],
            corrected=bool(row["corrected"]),
            note=row["note"],
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
    recording = _one(db, "SELECT * FROM recording WHERE session_id = ?", session_id)
    analyses = [
        _analysis(row)
        for row in rows(
            db, "SELECT * FROM analysis WHERE recording_id = ? ORDER BY id", [recording["id"]]
        )
    ]
    current = next(each for each in analyses if each.current)
    return SessionDetail(
        id=session["id"],
        title=session["title"],
        day=date.fromisoformat(session["day"]),
        started_utc=datetime.fromisoformat(session["started_utc"]),
        athlete=session["athlete"],
        side=session["side"],
        load_kg=session["load_kg"],
        note=session["note"],
        recording=StoredRecording(
            **{name: recording[name] for name in StoredRecording.__dataclass_fields__}
        ),
        analysis=current,
        others=tuple(each for each in analyses if not each.current),
        sets=read_sets(db, current.id),
        bouts=tuple(
            Bout(start_s=row["start_s"], end_s=row["end_s"], kind=row["kind"])
            for row in rows(db, "SELECT * FROM bout WHERE analysis_id = ? ORDER BY n", [current.id])
        ),
    )


def read_sets(db: Database, analysis_id: int) -> tuple[StoredSet, ...]:
    """Sets of one analysis, with what was said of each."""
    found = rows(db, "SELECT * FROM exercise_set WHERE analysis_id = ? ORDER BY n", [analysis_id])
    return tuple(
        StoredSet(n=row["n"], found=_set(db, row), said=read_corrections(db, row["id"]))
        for row in found
    )


def read_corrections(db: Database, set_id: int) -> Corrections:
    """All that a person said of one set."""
    counts: dict[Item, int] = {}
    marks: dict[tuple[Item, int], Mark] = {}
    missed: dict[Item, tuple[float | None, ...]] = {}
    false_set = False
    for row in rows(db, "SELECT * FROM correction WHERE set_id = ? ORDER BY id", [set_id]):
        item = row["item"]
        match row["what"]:
            case "count":
                counts[item] = row["count"]
            case "missed":
                missed[item] = (*missed.get(item, ()), row["at_s"])
            case "mark" if item == "set":
                false_set = row["mark"] == "false"
            case "mark":
                marks[item, row["n"]] = row["mark"]
    return Corrections(counts=counts, marks=marks, missed=missed, false_set=false_set)


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
        valid=bool(row["valid"]),
        reason=row["reason"],
    )


def _hop(row: Any) -> Hop:
    return Hop(
        contact_s=row["contact_s"],
        takeoff_s=row["takeoff_s"],
        contact_time_sd_s=row["contact_time_sd_s"],
        flight_time_s=row["flight_time_s"],
        valid=bool(row["valid"]),
        reason=row["reason"],
    )


def _hold(row: Any) -> Hold:
    names = set(Steadiness.__dataclass_fields__).intersection(row.keys())
    known = row["rms_mps2"] is not None
    return Hold(
        start_s=row["start_s"],
        end_s=row["end_s"],
        steadiness=Steadiness(**{name: row[name] for name in names}) if known else None,
        valid=bool(row["valid"]),
        reason=row["reason"],
    )
