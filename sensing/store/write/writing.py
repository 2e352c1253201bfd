"""Write the rows of an analysis and of corrections, inside the caller's transaction."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from sensing.core.events import Analysis, Hold, Hop, Rep, Set, Steadiness
from sensing.files.portable_path import portable_path
from sensing.store.schema.schema_4 import OF_ONE_SET
from sensing.store.values.corrections import (
    AddedSet,
    Correction,
    Count,
    FalseSet,
    Marked,
    Missed,
    Renamed,
)
from sensing.store.values.rows import AnalysisRun, RecordingInfo

Row = dict[str, object]

_OF_THE_FILE = (
    *("sha256", "size_bytes", "format", "sensor", "sensor_name", "sensor_address", "range_g"),
)
_OF_THE_SAMPLES = ("rate_hz", "duration_s", "samples", "lost_samples", "clipped_samples")
_OF_THE_ANALYSIS = ("exercise", "placement", "placement_found", "engine", "profile")
_OF_THE_SET = ("exercise", "guessed", "side", "start_s", "end_s", "steps")


def utc_text(moment: datetime) -> str:
    """A moment as the database keeps it: ``2026-03-01T17:05:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def insert(db: Database, table: str, row: Row) -> int:
    """Insert one row; returns its id."""
    key = db.table(table).insert(storable(row)).last_pk
    assert isinstance(key, int)  # noqa: S101 - these tables all have an integer key
    return key


def update(db: Database, table: str, key: int, row: Row) -> None:
    """Update the row of this id."""
    db.table(table).update(key, storable(row))


def storable(row: Row) -> Row:
    """The row, with invalid text (such as odd bytes of a file name) written as escapes."""
    return {
        name: value.encode("utf-8", "backslashreplace").decode()
        if isinstance(value, str)
        else value
        for name, value in row.items()
    }


def recording_row(session_id: int, analysis: Analysis, info: RecordingInfo, folder: Path) -> Row:
    """Row of the recording, as this analysis read it; ``folder`` is the database's."""
    row: Row = {"session_id": session_id, **file_row(Path(info.path), folder)}
    row |= {name: getattr(info, name) for name in _OF_THE_FILE}
    return row | {name: getattr(analysis, name) for name in _OF_THE_SAMPLES}


def file_row(file: Path, folder: Path) -> Row:
    """Where a recording's file is, seen from the database's folder."""
    return {"name": file.name, "path": portable_path(file, folder)}


def insert_analysis(
    db: Database,
    recording_id: int,
    analysis: Analysis,
    run: AnalysisRun,
) -> int:
    """Insert an analysis with all its sets, as the current one of its recording; returns its id."""
    db.execute("UPDATE analysis SET current = 0 WHERE recording_id = ?", [recording_id])
    analysis_id = insert(
        db,
        "analysis",
        {
            "recording_id": recording_id,
            "current": 1,
            **{name: getattr(analysis, name) for name in _OF_THE_ANALYSIS},
            "profile_id": run.profile_id,
            "parameters": json.dumps(run.parameters, allow_nan=False, sort_keys=True),
            "notes": json.dumps(analysis.notes, ensure_ascii=False),
            "created_utc": utc_text(run.now_utc),
        },
    )
    db.table("bout").insert_all(
        {"analysis_id": analysis_id, "n": n, **asdict(bout)}
        for n, bout in enumerate(analysis.bouts, 1)
    )
    for n, each in enumerate(analysis.sets, 1):
        _insert_set(db, analysis_id, n, each)
    return analysis_id


def _insert_set(db: Database, analysis_id: int, n: int, each: Set) -> None:
    row = {name: getattr(each, name) for name in _OF_THE_SET}
    set_id = insert(db, "exercise_set", {"analysis_id": analysis_id, "n": n, **row})
    for table, rows in (
        ("rep", map(_event_row, each.reps)),
        ("hop", map(_hop_row, each.hops)),
        ("hold", map(_hold_row, each.holds)),
        ("stand", map(asdict, each.stands)),
    ):
        db.table(table).insert_all(
            {"set_id": set_id, "n": i, **row} for i, row in enumerate(rows, 1)
        )
    db.execute(OF_ONE_SET, {"set_id": set_id})


def insert_added_set(
    db: Database,
    analysis_id: int,
    added: AddedSet,
    *,
    span_s: tuple[float, float],
    now_utc: datetime,
) -> int:
    """Insert a set that was not detected; returns its id.

    Args:
        span_s: of the recording, in which the set lies if its own time is not known.
    """
    start_s, end_s = span_s
    if added.at_s is not None:
        start_s, end_s = added.at_s, added.at_s + (added.hold_s or 0.0)
    (last,) = db.execute(
        "SELECT coalesce(max(n), 0) FROM exercise_set WHERE analysis_id = ?", [analysis_id]
    ).fetchone()
    set_id = insert(
        db,
        "exercise_set",
        {
            "analysis_id": analysis_id,
            "n": last + 1,
            "exercise": added.exercise,
            "guessed": 0,
            "side": added.side,
            "start_s": start_s,
            "end_s": end_s,
            "added": 1,
            "at_s": added.at_s,
        },
    )
    if added.hold_s is not None:
        hold = Hold(start_s=start_s, end_s=start_s + added.hold_s, steadiness=None)
        db.table("hold").insert({"set_id": set_id, "n": 1, **_hold_row(hold)})
        db.execute(OF_ONE_SET, {"set_id": set_id})
    for item, count in added.counts.items():
        correction = Count(set_n=last + 1, item=item, count=count)
        write_correction(db, set_id, correction, now_utc=now_utc)
    return set_id


def _event_row(event: Rep | Hop | Hold) -> Row:
    """Columns of an event."""
    return asdict(event) | {"reasons": json.dumps(dict(event.reasons), sort_keys=True)}


def _hop_row(hop: Hop) -> Row:
    """Columns of ``hop``: uncertainties that follow from others are stored, unlike their figures,
    for SQL has no formula of them."""
    return _event_row(hop) | {
        "height_sd_m": hop.height_sd_m,
        "rsi_height_sd_mps": hop.rsi_height_sd_mps,
    }


def _hold_row(hold: Hold) -> Row:
    """Columns of ``hold``; where there is no steadiness, each of its figures is NULL."""
    row = _event_row(hold)
    for name in ("steadiness", "lean_deg", "lean_sd_deg"):
        del row[name]
    row |= {"shank_lean_deg": hold.lean_deg, "shank_lean_sd_deg": hold.lean_sd_deg}
    unknown = dict.fromkeys(Steadiness.__dataclass_fields__)
    return row | (unknown if hold.steadiness is None else asdict(hold.steadiness))


def write_correction(
    db: Database, set_id: int, correction: Correction, *, now_utc: datetime
) -> None:
    """Store a correction, in place of an earlier one of the same thing."""
    row: Row = {"set_id": set_id, "made_utc": utc_text(now_utc)}
    match correction:
        case Count(item=item, count=count):
            row |= {"what": "count", "item": item, "count": count}
        case Marked(item=item, n=n, mark=mark):
            row |= {"what": "mark", "item": item, "n": n, "mark": mark}
        case Missed(item=item, at_s=at_s):
            row |= {"what": "missed", "item": item, "at_s": at_s}
        case FalseSet():
            row |= {"what": "mark", "item": "set", "n": 0, "mark": "false"}
        case Renamed(exercise=exercise):
            row |= {"what": "exercise", "item": "set", "exercise": exercise}
    if row["what"] != "missed":
        db.execute(
            "DELETE FROM correction WHERE set_id = ? AND what = ? AND item = ? AND n IS ?",
            [set_id, row["what"], row["item"], row.get("n")],
        )
    db.table("correction").insert(row)
