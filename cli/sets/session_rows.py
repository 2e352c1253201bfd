"""A stored session as rows: its sets, and every rep, hop and hold with the person's mark.

``NAMES`` is what programs get of each table, ``COLUMNS`` what people see of it; the names are those
of the JSON of ``analyze``, in the same units. Counts without ``machine_`` before them are those
after corrections. What doesn't apply, or can't be known, is None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.common.tables import Column, Row

if TYPE_CHECKING:
    from sensing.core.events import Hold, Hop, Rep
    from sensing.store.values.corrections import Item
    from sensing.store.values.rows import SessionDetail, StoredSet

_VERDICT = (
    Column(name="machine", heading="machine", optional=True),
    Column(name="mark", heading="you", optional=True),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "sets": (
        Column(name="set", heading="set"),
        Column(name="exercise", heading="exercise"),
        Column(name="side", heading="side", optional=True),
        Column(name="load_kg", heading="load (kg)", places=1, optional=True),
        Column(name="pain", heading="pain (0–10)", optional=True),
        Column(name="start_s", heading="from (s)", places=1),
        Column(name="end_s", heading="to (s)", places=1),
        Column(name="machine_reps", heading="reps, machine", optional=True),
        Column(name="reps", heading="reps, you", optional=True),
        Column(name="machine_hops", heading="hops, machine", optional=True),
        Column(name="hops", heading="hops, you", optional=True),
        Column(name="hold_s", heading="held (s)", places=1, optional=True),
        Column(name="steps", heading="steps", optional=True),
    ),
    "reps": (
        Column(name="n", heading="rep"),
        Column(name="start_s", heading="from (s)", places=2),
        Column(name="raise_time_s", heading="raise (s)", places=2),
        Column(name="hold_time_s", heading="top (s)", places=2),
        Column(name="lower_time_s", heading="lowering (s)", places=2),
        Column(name="rise_m", heading="rise (cm)", scale=100, places=1),
        *_VERDICT,
    ),
    "hops": (
        Column(name="n", heading="hop"),
        Column(name="contact_s", heading="contact at (s)", places=3),
        Column(name="contact_time_s", heading="contact (ms)", scale=1000),
        Column(name="contact_time_sd_s", heading="± (ms)", scale=1000),
        Column(name="flight_time_s", heading="flight (ms)", scale=1000),
        Column(name="rsi", heading="RSI\nflight/\ncontact", places=2),
        Column(name="rsi_height_mps", heading="RSI\nheight/\ncontact\n(m/s)", places=2),
        *_VERDICT,
    ),
    "holds": (
        Column(name="n", heading="hold"),
        Column(name="start_s", heading="from (s)", places=1),
        Column(name="end_s", heading="to (s)", places=1),
        Column(name="duration_s", heading="held (s)", places=1),
        Column(name="rms_mps2", heading="sway RMS (m/s²)", places=3),
        Column(name="path_mps2_per_s", heading="path (m/s² per s)", places=2),
        Column(name="tremor_rms_mps2", heading="tremor RMS (m/s²)", places=3),
        Column(name="tremor_peak_hz", heading="tremor (Hz)", places=1, optional=True),
        *_VERDICT,
    ),
}
_COUNTS: Row = {"counted": True}
_EVENT = ("session", "set", "exercise", "side", "n")
_JUDGED = ("valid", "reason", "mark", "counted")
NAMES: dict[str, tuple[str, ...]] = {
    "sets": (
        *("session", "set", "exercise", "guessed", "side", "start_s", "end_s", "false_set"),
        *("machine_reps", "reps", "partial_reps", "invalid_reps", "raise_time_s", "hold_time_s"),
        *("lower_time_s", "rise_m", "time_under_tension_s", "machine_hops", "hops"),
        *("invalid_hops", "contact_time_s", "contact_time_spread_s", "flight_time_s"),
        *("flight_time_spread_s", "rsi", "rsi_height_mps", "cadence_hz", "holds"),
        *("invalid_holds", "hold_s", "longest_hold_s", "rms_mps2", "jerk_rms_mps3"),
        *("path_mps2_per_s", "ellipse95_m2ps4", "tremor_rms_mps2", "tremor_peak_hz"),
        *("machine_steps", "steps", "recording", "load_kg", "pain", "added", "machine_exercise"),
    ),
    "reps": (
        *(*_EVENT, "start_s", "top_s", "lower_s", "end_s", "raise_time_s", "hold_time_s"),
        *("lower_time_s", "rise_m", "partial", "calibrated", *_JUDGED),
    ),
    "hops": (
        *(*_EVENT, "contact_s", "takeoff_s", "contact_time_s", "contact_time_sd_s"),
        *("flight_time_s", "height_m", "rsi", "rsi_height_mps", "calibrated", *_JUDGED),
    ),
    "holds": (
        *(*_EVENT, "start_s", "end_s", "duration_s", "rms_mps2", "jerk_rms_mps3"),
        *("path_mps2_per_s", "ellipse95_m2ps4", "tremor_rms_mps2", "tremor_peak_hz"),
        *("ap_rms_mps2", "ml_rms_mps2", "lean_deg", "side_lean_deg", "quiet_ratio", *_JUDGED),
    ),
}


def _set_rows(detail: SessionDetail) -> list[Row]:
    return [set_row(detail, each) for each in detail.sets]


def set_row(detail: SessionDetail, each: StoredSet) -> Row:
    """One set: counts by the machine and after corrections, medians of its figures."""
    from sensing.store.values.corrections import machine_count

    found, summary = each.found, each.summary
    row: dict[str, object] = dict.fromkeys(NAMES["sets"])
    row |= {
        "session": detail.id,
        "set": each.n,
        "exercise": each.exercise,
        "guessed": each.corrected.guessed,
        "side": each.side,
        "start_s": each.at_s if each.added else found.start_s,
        "end_s": None if each.added else found.end_s,
        "false_set": each.said.false_set,
        "recording": _recording_n(detail, each),
        "load_kg": each.load_kg,
        "pain": each.pain,
        "added": each.added,
        "machine_exercise": None if each.added else found.exercise,
    }
    if found.reps or summary.reps:
        row["machine_reps"], row["reps"] = machine_count(found, "rep"), 0
    if found.hops or summary.hops:
        row["machine_hops"], row["hops"] = machine_count(found, "hop"), 0
    if found.steps is not None or summary.steps is not None:
        row["machine_steps"], row["steps"] = found.steps, summary.steps or 0
    if (reps := summary.reps) is not None:
        row |= {
            "reps": reps.count,
            "partial_reps": reps.partial,
            "invalid_reps": reps.invalid,
            "raise_time_s": reps.raise_time_s,
            "hold_time_s": reps.hold_time_s,
            "lower_time_s": reps.lower_time_s,
            "rise_m": reps.rise_m,
            "time_under_tension_s": reps.time_under_tension_s,
        }
    if (hops := summary.hops) is not None:
        row |= {
            "hops": hops.count,
            "invalid_hops": hops.invalid,
            "contact_time_s": hops.contact_time_s,
            "contact_time_spread_s": hops.contact_time_spread_s,
            "flight_time_s": hops.flight_time_s,
            "flight_time_spread_s": hops.flight_time_spread_s,
            "rsi": hops.rsi,
            "rsi_height_mps": hops.rsi_height_mps,
            "cadence_hz": hops.cadence_hz,
        }
    if (holds := summary.holds) is not None:
        row |= {
            "holds": holds.count,
            "invalid_holds": holds.invalid,
            "hold_s": holds.total_s,
            "longest_hold_s": holds.longest_s,
        }
        if holds.steadiness is not None:
            row |= asdict(holds.steadiness)
    return row


def _recording_n(detail: SessionDetail, each: StoredSet) -> int:
    """Which of the session's recordings a set is in, from 1."""
    return next(
        n for n, part in enumerate(detail.recordings, 1) if any(each.id == s.id for s in part.sets)
    )


def _rep_row(rep: Rep) -> Row:
    return {
        **asdict(rep),
        "raise_time_s": rep.raise_time_s,
        "hold_time_s": rep.hold_time_s,
        "lower_time_s": rep.lower_time_s,
    }


def _hop_row(hop: Hop) -> Row:
    return {
        **asdict(hop),
        "contact_time_s": hop.contact_time_s,
        "height_m": hop.height_m,
        "rsi": hop.rsi,
        "rsi_height_mps": hop.rsi_height_mps,
    }


def _hold_row(hold: Hold) -> Row:
    from sensing.core.events import Steadiness

    steady = dict.fromkeys(Steadiness.__dataclass_fields__)
    row = {**asdict(hold), "duration_s": hold.duration_s}
    return steady | (row.pop("steadiness") or {}) | row


def event_rows(detail: SessionDetail, each: StoredSet, item: Item) -> list[Row]:
    """Rows of one kind of event in a set, the missed ones after those the machine saw."""
    from sensing.store.values.corrections import items_of, span_s

    about = {
        "session": detail.id,
        "set": each.n,
        "exercise": each.exercise,
        "side": each.side,
    }
    if each.added:  # when each was isn't known, only how long what was held was held
        return [
            {
                **about,
                "duration_s": span_s(event)[1] - span_s(event)[0],
                "mark": "missed",
                **_COUNTS,
            }
            for event in items_of(each.found, item)
        ]
    rows: list[Row] = []
    for n, event in enumerate(items_of(each.found, item), 1):
        values = _OF[type(event).__name__](event)
        mark = each.said.marks.get((item, n))
        rows.append(
            {
                **about,
                "n": n,
                **values,
                "mark": mark,
                "counted": event.valid if mark is None else mark != "false",
                "machine": _machine_word(values) or None,
            }
        )
    moment = "contact_s" if item == "hop" else "start_s"
    rows += [
        {**about, moment: at_s, "mark": "missed", **_COUNTS}
        for at_s in each.said.missed.get(item, ())
    ]
    return rows


def _machine_word(values: Row) -> str:
    if not values["valid"]:
        return f"not trusted: {values['reason'] or 'unknown'}"
    return "partial" if values.get("partial") else ""


def _all_events(item: Item) -> Callable[[SessionDetail], list[Row]]:
    def rows(detail: SessionDetail) -> list[Row]:
        return [row for each in detail.sets for row in event_rows(detail, each, item)]

    return rows


_OF: dict[str, Callable[..., Row]] = {"Rep": _rep_row, "Hop": _hop_row, "Hold": _hold_row}
ROWS: dict[str, Callable[[SessionDetail], list[Row]]] = {
    "sets": _set_rows,
    "reps": _all_events("rep"),
    "hops": _all_events("hop"),
    "holds": _all_events("hold"),
}
