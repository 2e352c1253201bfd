"""Rows for what an analysis found. Every function here runs inside its caller's transaction."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import PurePath

from sqlite_utils import Database

from sensing.core.events import Analysis, Hold, Hop, Rep, Set
from sensing.store.schema.schema_3 import OF_ONE_SET
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


def utc_text(moment: datetime) -> str:
    """A moment as it stands in the database: ``2026-03-01T17:05:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def insert(db: Database, table: str, row: Row) -> int:
    """Insert one row; gives its id."""
    key = db.table(table).insert(storable(row)).last_pk
    assert isinstance(key, int)  # noqa: S101 - these tables all have an integer key
    return key


def update(db: Database, table: str, key: int, row: Row) -> None:
    """Put these values into the row of this id."""
    db.table(table).update(key, storable(row))


def storable(row: Row) -> Row:
    """The row, with what is no valid text (bytes of a file name, say) written as escapes."""
    return {
        name: value.encode("utf-8", "backslashreplace").decode()
        if isinstance(value, str)
        else value
        for name, value in row.items()
    }


def recording_row(session_id: int, analysis: Analysis, info: RecordingInfo) -> Row:
    """Row of the recording, as this analysis read it."""
    return {
        "session_id": session_id,
        "name": PurePath(info.path).name,
        "path": info.path,
        "sha256": info.sha256,
        "format": info.format,
        "sensor": info.sensor,
        "sensor_name": info.sensor_name,
        "sensor_address": info.sensor_address,
        "range_g": info.range_g,
        "rate_hz": analysis.rate_hz,
        "duration_s": analysis.duration_s,
        "samples": analysis.samples,
        "lost_samples": analysis.lost_samples,
        "clipped_samples": analysis.clipped_samples,
    }


def insert_analysis(
    db: Database,
    recording_id: int,
    analysis: Analysis,
    run: AnalysisRun,
) -> int:
    """Insert an analysis with all it found, as the current one of its recording; gives its id."""
    db.execute("UPDATE analysis SET current = 0 WHERE recording_id = ?", [recording_id])
    analysis_id = insert(
        db,
        "analysis",
        {
            "recording_id": recording_id,
            "current": 1,
            "exercise": analysis.exercise,
            "placement": analysis.placement,
            "placement_found": int(analysis.placement_found),
            "engine": analysis.engine,
            "profile": analysis.profile,
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
    set_id = insert(
        db,
        "exercise_set",
        {
            "analysis_id": analysis_id,
            "n": n,
            "exercise": each.exercise,
            "guessed": int(each.guessed),
            "side": each.side,
            "start_s": each.start_s,
            "end_s": each.end_s,
            "steps": each.steps,
        },
    )
    for table, rows in (
        ("rep", [_rep_row(rep) for rep in each.reps]),
        ("hop", [_hop_row(hop) for hop in each.hops]),
        ("hold", [_hold_row(hold) for hold in each.holds]),
    ):
        db.table(table).insert_all(
            {"set_id": set_id, "n": i, **row} for i, row in enumerate(rows, 1)
        )
    _keep_figures(db, set_id)


def _keep_figures(db: Database, set_id: int) -> None:
    """Keep the figures of a set whose events have just been written."""
    db.execute(OF_ONE_SET, {"set_id": set_id})


def insert_added_set(
    db: Database,
    analysis_id: int,
    added: AddedSet,
    *,
    span_s: tuple[float, float],
    now_utc: datetime,
) -> int:
    """Insert a set the machine did not see; gives its id.

    Args:
        span_s: of the recording, which is where the set lies if its own time isn't known.
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
        _keep_figures(db, set_id)
    for item, count in added.counts.items():
        word = Count(set_n=last + 1, item=item, count=count)
        write_correction(db, set_id, word, now_utc=now_utc)
    return set_id


def _rep_row(rep: Rep) -> Row:
    return {
        "start_s": rep.start_s,
        "top_s": rep.top_s,
        "lower_s": rep.lower_s,
        "end_s": rep.end_s,
        "rise_m": rep.rise_m,
        "partial": int(rep.partial),
        "calibrated": int(rep.calibrated),
        "valid": int(rep.valid),
        "reason": rep.reason,
    }


def _hop_row(hop: Hop) -> Row:
    return {
        "contact_s": hop.contact_s,
        "takeoff_s": hop.takeoff_s,
        "contact_time_sd_s": hop.contact_time_sd_s,
        "flight_time_s": hop.flight_time_s,
        "calibrated": int(hop.calibrated),
        "valid": int(hop.valid),
        "reason": hop.reason,
    }


def _hold_row(hold: Hold) -> Row:
    steady = hold.steadiness
    return {
        "start_s": hold.start_s,
        "end_s": hold.end_s,
        "rms_mps2": steady and steady.rms_mps2,
        "jerk_rms_mps3": steady and steady.jerk_rms_mps3,
        "path_mps2_per_s": steady and steady.path_mps2_per_s,
        "ellipse95_m2ps4": steady and steady.ellipse95_m2ps4,
        "tremor_rms_mps2": steady and steady.tremor_rms_mps2,
        "tremor_peak_hz": steady and steady.tremor_peak_hz,
        "ap_rms_mps2": steady and steady.ap_rms_mps2,
        "ml_rms_mps2": steady and steady.ml_rms_mps2,
        "lean_deg": steady and steady.lean_deg,
        "side_lean_deg": steady and steady.side_lean_deg,
        "quiet_ratio": steady and steady.quiet_ratio,
        "valid": int(hold.valid),
        "reason": hold.reason,
    }


def write_correction(
    db: Database, set_id: int, correction: Correction, *, now_utc: datetime
) -> None:
    """Write down what a person said, in place of what they said of the same thing before."""
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
