"""Whole sessions: any number of them with everything in them, in a handful of queries.

This is the one read model of what is stored. ``show``, ``plot``, ``report``, ``reanalyze``,
``correct`` and the protocols' results all read it. The medians of a set come from the table
``set_figure``, which the database itself keeps up to date (:mod:`~sensing.store.schema.schema_4`),
their uncertainties from ``set_sd`` (``sensing/store/write/set_sds.py``).
Figures followed over thousands of sessions (:mod:`~sensing.store.read.figures`,
:mod:`~sensing.store.read.completed`) and exports are plain rows of the same tables and views.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from string import Template
from typing import Any, TypeVar

from sqlite_utils import Database

from sensing.core.events import Bout, Hold, Hop, Rep, Set, Stand, Steadiness
from sensing.store.database.connection import rows
from sensing.store.database.recording_files import recording_file
from sensing.store.values.corrections import Corrections, Item, Mark
from sensing.store.values.sessions import (
    RecordingDetail,
    SessionDetail,
    StoredAnalysis,
    StoredRecording,
    StoredSet,
)

E = TypeVar("E", Rep, Hop)
_REP, _HOP = tuple(Rep.__dataclass_fields__), tuple(Hop.__dataclass_fields__)
_FLAGS = {"partial", "calibrated", "valid"}
_STEADINESS = tuple(Steadiness.__dataclass_fields__)
_ANALYSIS = [name for name in StoredAnalysis.__dataclass_fields__ if name != "profile_version"]

_TEMPLATES = {
    "session": """
SELECT session.id, title, day, started_utc, athlete.name, session_key, note
FROM session JOIN athlete ON athlete.id = athlete_id
WHERE session.id $among ORDER BY day DESC, started_utc DESC, session.id DESC""",
    "recording": """
SELECT session_id, $recording
FROM recording WHERE session_id $among ORDER BY started_utc, side, id""",
    "analysis": """
SELECT recording_id, $analysis,
       (SELECT version FROM profile WHERE profile.id = profile_id) AS profile_version
FROM analysis WHERE recording_id $among ORDER BY analysis.id""",
    "bout": """
SELECT analysis_id, start_s, end_s, kind FROM bout
WHERE analysis_id $among ORDER BY analysis_id, n""",
    "set": """
SELECT exercise_set.id, analysis_id, exercise_set.n, start_s, end_s, exercise_set.exercise,
       guessed, exercise_set.side, steps, added, at_s, valid_only,
       recording.side AS told_side, load_kg, pain
FROM exercise_set JOIN analysis ON analysis.id = analysis_id
JOIN recording ON recording.id = recording_id
WHERE analysis_id $among ORDER BY analysis_id, exercise_set.n""",
    "rep": """
SELECT set_id, $rep FROM rep WHERE set_id $among ORDER BY set_id, n""",
    "hop": """
SELECT set_id, $hop FROM hop WHERE set_id $among ORDER BY set_id, n""",
    "hold": """
SELECT set_id, start_s, end_s, valid, reason, reasons, duration_sd_s, shank_lean_deg,
       shank_lean_sd_deg, $steadiness
FROM hold WHERE set_id $among ORDER BY set_id, n""",
    "stand": """
SELECT set_id, start_s, end_s FROM stand WHERE set_id $among ORDER BY set_id, n""",
    "correction": """
SELECT set_id, what, item, n, mark, count, at_s, exercise
FROM correction WHERE set_id $among ORDER BY set_id, id""",
    "figure": "SELECT set_id, name, median FROM set_figure WHERE set_id $among",
    "sd": "SELECT set_id, name, sd FROM set_sd WHERE set_id $among",
}
QUERIES = {
    name: Template(sql).substitute(
        among="IN (SELECT value FROM json_each(:ids))",
        recording=", ".join(StoredRecording.__dataclass_fields__),
        analysis=", ".join(f"analysis.{name}" for name in _ANALYSIS),
        rep=", ".join(_REP),
        hop=", ".join(_HOP),
        steadiness=", ".join(_STEADINESS),
    )
    for name, sql in _TEMPLATES.items()
}
"""One query for each kind of row; ``:ids`` is a JSON array of the keys it is asked for."""


def read_whole_sessions(db: Database, ids: Iterable[int], place: Path) -> list[SessionDetail]:
    """Sessions with everything in them, newest first; ids that do not exist are left out.

    ``place`` is that of the database, from where the recordings' files are found.
    """
    sessions = list(_ask(db, "session", ids))
    recordings = list(_ask(db, "recording", (each[0] for each in sessions)))
    analyses: dict[int, list[StoredAnalysis]] = defaultdict(list)
    for recording_id, *row in _ask(db, "analysis", (each[1] for each in recordings)):
        analyses[recording_id].append(_analysis(row))
    current = [each.id for several in analyses.values() for each in several if each.current]
    sets = read_sets(db, current)
    bouts: dict[int, list[Bout]] = defaultdict(list)
    for analysis_id, start_s, end_s, kind in _ask(db, "bout", current):
        bouts[analysis_id].append(Bout(start_s=start_s, end_s=end_s, kind=kind))
    parts: dict[int, list[RecordingDetail]] = defaultdict(list)
    for session_id, *row in recordings:
        recording = _recording(row, place)
        analysis = next(each for each in analyses[recording.id] if each.current)
        parts[session_id].append(
            RecordingDetail(
                recording=recording,
                analysis=analysis,
                others=tuple(each for each in analyses[recording.id] if not each.current),
                sets=sets[analysis.id],
                bouts=tuple(bouts[analysis.id]),
            )
        )
    return [
        SessionDetail(
            id=session_id,
            title=title,
            day=date.fromisoformat(day),
            started_utc=datetime.fromisoformat(started),
            athlete=athlete,
            key=key,
            note=note,
            recordings=tuple(parts[session_id]),
        )
        for session_id, title, day, started, athlete, key, note in sessions
    ]


def read_sets(db: Database, analysis_ids: Sequence[int]) -> Mapping[int, tuple[StoredSet, ...]]:
    """Sets of these analyses, with events, corrections, medians and their uncertainties."""
    found = rows(db, QUERIES["set"], {"ids": json.dumps(analysis_ids)})
    ids = [row["id"] for row in found]
    reps, hops = _events(db, "rep", Rep, ids), _events(db, "hop", Hop, ids)
    holds: dict[int, list[Hold]] = defaultdict(list)
    for set_id, *row in _ask(db, "hold", ids):
        holds[set_id].append(_hold(*row))
    stands: dict[int, list[Stand]] = defaultdict(list)
    for set_id, start_s, end_s in _ask(db, "stand", ids):
        stands[set_id].append(Stand(start_s=start_s, end_s=end_s))
    medians: dict[int, dict[str, float]] = defaultdict(dict)
    for set_id, name, median in _ask(db, "figure", ids):
        medians[set_id][name] = median
    sds: dict[int, dict[str, float]] = defaultdict(dict)
    for set_id, name, sd in _ask(db, "sd", ids):
        sds[set_id][name] = sd
    corrections: dict[int, list[Any]] = defaultdict(list)
    for row in rows(db, QUERIES["correction"], {"ids": json.dumps(ids)}):
        corrections[row["set_id"]].append(row)
    sets: dict[int, tuple[StoredSet, ...]] = dict.fromkeys(analysis_ids, ())
    for row in found:
        key = row["id"]
        one = StoredSet(
            id=key,
            n=row["n"],
            detected=Set(
                start_s=row["start_s"],
                end_s=row["end_s"],
                exercise=row["exercise"],
                guessed=bool(row["guessed"]),
                side=row["side"],
                steps=row["steps"],
                reps=tuple(reps[key]),
                hops=tuple(hops[key]),
                holds=tuple(holds[key]),
                stands=tuple(stands[key]),
            ),
            corrections=_corrections(corrections[key], valid_only=bool(row["valid_only"])),
            medians=medians[key],
            sds=sds[key],
            side=row["side"] or row["told_side"],
            load_kg=row["load_kg"],
            pain=row["pain"],
            added=bool(row["added"]),
            at_s=row["at_s"],
        )
        sets[row["analysis_id"]] += (one,)
    return sets


def _ask(db: Database, what: str, ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    """Rows of one kind; their types are those that the STRICT tables declare."""
    answer: Iterable[tuple[Any, ...]] = db.execute(QUERIES[what], {"ids": json.dumps(list(ids))})
    return answer


def _recording(row: Sequence[Any], place: Path) -> StoredRecording:
    read = dict(zip(StoredRecording.__dataclass_fields__, row, strict=True))
    read["path"] = str(recording_file(read["path"], place))
    read["started_utc"] = datetime.fromisoformat(read["started_utc"])
    read["target"] = json.loads(read["target"])
    return StoredRecording(**read)


def _analysis(row: Sequence[Any]) -> StoredAnalysis:
    read = dict(zip(StoredAnalysis.__dataclass_fields__, row, strict=True))
    read["current"] = bool(read["current"])
    read["placement_found"] = bool(read["placement_found"])
    read["notes"] = tuple(json.loads(read["notes"]))
    read["created_utc"] = datetime.fromisoformat(read["created_utc"])
    return StoredAnalysis(**read)


def _corrections(correction_rows: Iterable[Any], *, valid_only: bool) -> Corrections:
    counts: dict[Item, int] = {}
    marks: dict[tuple[Item, int], Mark] = {}
    missed: dict[Item, tuple[float | None, ...]] = {}
    false_set = False
    exercise: str | None = None
    for row in correction_rows:
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
        counts=counts,
        marks=marks,
        missed=missed,
        false_set=false_set,
        exercise=exercise,
        valid_only=valid_only,
    )


def _events(db: Database, what: str, kind: type[E], ids: list[int]) -> Mapping[int, list[E]]:
    """Reps or hops of these sets, in order.

    A report of a year reads a hundred thousand. Their fields are therefore set one by one, which
    takes half the time of ``__init__`` with its keywords.
    """
    events: dict[int, list[E]] = defaultdict(list)
    names = list(kind.__dataclass_fields__)
    setters = [getattr(kind, name).__set__ for name in names]
    reasons = names.index("reasons")
    flags = [n for n, name in enumerate(names) if name in _FLAGS]
    for set_id, *row in _ask(db, what, ids):
        for n in flags:
            row[n] = bool(row[n])
        row[reasons] = {} if row[reasons] == "{}" else json.loads(row[reasons])
        event = object.__new__(kind)
        for set_field, value in zip(setters, row, strict=True):
            set_field(event, value)
        events[set_id].append(event)
    return events


def _hold(
    start_s: float,
    end_s: float,
    valid: int,
    reason: str | None,
    reasons: str,
    duration_sd_s: float | None,
    lean_deg: float | None,
    lean_sd_deg: float | None,
    *steadiness: float | None,
) -> Hold:
    known: Any = dict(zip(_STEADINESS, steadiness, strict=True))
    return Hold(
        start_s=start_s,
        end_s=end_s,
        steadiness=None if known["rms_mps2"] is None else Steadiness(**known),
        valid=bool(valid),
        reason=reason,
        reasons=json.loads(reasons),
        duration_sd_s=duration_sd_s,
        lean_deg=lean_deg,
        lean_sd_deg=lean_sd_deg,
    )
