"""The sets of a session as rows, and every rep, hop and hold with the athlete's mark.

``NAMES`` is what programs get of each table, ``COLUMNS`` what people see of it; the names are those
of the JSON of ``analyze``, in the same units. Counts without ``machine_`` before them are those
after corrections. What doesn't apply, or is unknown, is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.common.tables import Column, Row, columns, table_of
from cli.sets.set_figures import ShownSet, of_stored, reason_words
from sensing.core.events import Hold, Hop, Rep, Steadiness
from sensing.results.quantities import QUANTITIES, sd_name
from sensing.results.set_summary import HOLD_FIGURES, HOP_FIGURES, REP_FIGURES

if TYPE_CHECKING:
    from rich.table import Table

    from sensing.results.set_summary import Summary
    from sensing.store.values.corrections import Item
    from sensing.store.values.sessions import SessionDetail, StoredSet


def _shown(name: str, *, places: int | None = None, optional: bool = False) -> Column:
    quantity = QUANTITIES[name]
    shown = quantity.places if places is None else places
    return Column(name, quantity.heading, quantity.scale, shown, optional, sd_name(name))


_REMARKS = (Column("remark", "remark", optional=True), Column("mark", "your mark", optional=True))
COLUMNS: dict[str, tuple[Column, ...]] = {
    "sets": columns(
        *("set", "exercise", "side", "load_kg", "pain", _shown("start_s"), _shown("end_s")),
        Column("machine_reps", "reps detected", optional=True),
        Column("reps", "reps", optional=True),
        Column("machine_hops", "contacts detected", optional=True),
        Column("hops", "contacts", optional=True),
        _shown("hold_s", optional=True),
        Column("steps", "steps", optional=True),
    ),
    "reps": (Column("n", "rep"), _shown("start_s", places=2), *map(_shown, REP_FIGURES), *_REMARKS),
    "hops": (
        Column("n", "hop"),
        _shown("contact_s"),
        *map(_shown, ("contact_time_s", "flight_time_s", "rsi", "rsi_height_mps")),
        *_REMARKS,
    ),
    "holds": (
        Column("n", "hold"),
        *map(_shown, ("start_s", "end_s", "duration_s")),
        _shown("shank_lean_deg", optional=True),
        *map(_shown, ("rms_mps2", "path_mps2_per_s", "tremor_rms_mps2")),
        _shown("tremor_peak_hz", optional=True),
        *_REMARKS,
    ),
    "stands": (Column("n", "stand"), *map(_shown, ("start_s", "end_s"))),
}
ITEMS: dict[str, Item] = {"reps": "rep", "hops": "hop", "holds": "hold"}
_EVENT = ("session", "set", "exercise", "side", "n")
_JUDGED = ("valid", "reason", "reasons", "mark", "counted")
_STEADY = HOLD_FIGURES[1:-1]


def _beside(figures: Sequence[str]) -> tuple[str, ...]:
    """Figures, each with its standard uncertainty behind it."""
    return tuple(name for figure in figures for name in (figure, sd_name(figure)))


NAMES: dict[str, tuple[str, ...]] = {
    "sets": (
        *("session", "set", "exercise", "guessed", "side", "start_s", "end_s", "false_set"),
        *("machine_reps", "reps", "partial_reps", "invalid_reps"),
        *_beside((*REP_FIGURES, "time_under_tension_s")),
        *("machine_hops", "hops", "invalid_hops"),
        *_beside(("contact_time_s", "contact_time_spread_s")),
        *_beside(("flight_time_s", "flight_time_spread_s")),
        *_beside(("height_m", "rsi", "rsi_height_mps", "cadence_hz")),
        *("holds", "invalid_holds"),
        *_beside(("hold_s", "longest_hold_s", *_STEADY, "tremor_peak_hz", "shank_lean_deg")),
        *("machine_steps", "steps", "steps_sd", "recording", "load_kg", "pain", "added"),
        "machine_exercise",
    ),
    "reps": (
        *(*_EVENT, "start_s", "top_s", "lower_s", "end_s"),
        *_beside(REP_FIGURES),
        *("partial", "calibrated", *_JUDGED),
    ),
    "hops": (
        *(*_EVENT, "contact_s", "takeoff_s"),
        *_beside(("contact_time_s", "flight_time_s", "height_m", "rsi", "rsi_height_mps")),
        *("calibrated", *_JUDGED),
    ),
    "holds": (
        *(*_EVENT, "start_s", "end_s"),
        *_beside(("duration_s", *_STEADY, "tremor_peak_hz", "ap_rms_mps2", "ml_rms_mps2")),
        *_beside(("lean_deg", "side_lean_deg", "quiet_ratio", "shank_lean_deg")),
        *_JUDGED,
    ),
    "stands": (*_EVENT, "start_s", "end_s"),
}


def rows_of(detail: SessionDetail, table: str) -> list[Row]:
    """The sets of a session, or every rep, hop, hold or stand in them."""
    if table == "sets":
        return [_set_row(detail, each) for each in detail.sets]
    if table == "stands":
        return [row for each in detail.sets for row in _stand_rows(detail, each)]
    return [
        {"session": detail.id, **row}
        for each in detail.sets
        for row in event_rows(of_stored(each), ITEMS[table])
    ]


def _stand_rows(detail: SessionDetail, each: StoredSet) -> list[Row]:
    about = {"session": detail.id, "set": each.n, "exercise": each.exercise, "side": each.side}
    return [{**about, "n": n, **asdict(stand)} for n, stand in enumerate(each.detected.stands, 1)]


def _set_row(detail: SessionDetail, each: StoredSet) -> Row:
    """One set: counts as detected and after corrections, medians of its figures."""
    from sensing.store.values.corrections import machine_count

    found, shown = each.detected, of_stored(each)
    summary = shown.summary
    row: dict[str, object] = dict.fromkeys(NAMES["sets"])
    row |= {name: value for name, value in shown.medians.items() if name in row}
    row |= _sds(shown)
    row |= {
        "session": detail.id,
        "set": each.n,
        "exercise": each.exercise,
        "guessed": shown.events.guessed,
        "side": each.side,
        "start_s": each.at_s if each.added else found.start_s,
        "end_s": None if each.added else found.end_s,
        "false_set": each.corrections.false_set,
        "recording": _recording_n(detail, each),
        "load_kg": each.load_kg,
        "pain": each.pain,
        "added": each.added,
        "machine_exercise": None if each.added else found.exercise,
    }
    if found.reps or summary.reps:
        row["machine_reps"], row["reps"] = machine_count(found, each.corrections, "rep"), 0
    if found.hops or summary.hops:
        row["machine_hops"], row["hops"] = machine_count(found, each.corrections, "hop"), 0
    if found.steps is not None or summary.steps is not None:
        row["machine_steps"], row["steps"] = found.steps, summary.steps or 0
    return row | _amounts(summary)


def _sds(each: ShownSet) -> dict[str, object]:
    """The set's uncertainties by their own names, as far as its row has them."""
    sds = {sd_name(name): each.sds.get(name) for name in NAMES["sets"]}
    return {name: sd for name, sd in sds.items() if name in NAMES["sets"]}


def _amounts(summary: Summary) -> dict[str, object]:
    """Counts and totals, and the figures that are no medians of single events."""
    row: dict[str, object] = {}
    if (reps := summary.reps) is not None:
        row |= {
            "reps": reps.count,
            "partial_reps": reps.partial,
            "invalid_reps": reps.invalid,
            "time_under_tension_s": reps.time_under_tension_s,
        }
    if (hops := summary.hops) is not None:
        row |= {
            "hops": hops.count,
            "invalid_hops": hops.invalid,
            "contact_time_spread_s": hops.contact_time_spread_s,
            "flight_time_spread_s": hops.flight_time_spread_s,
            "cadence_hz": hops.cadence_hz,
        }
    if (holds := summary.holds) is not None:
        row |= {
            "holds": holds.count,
            "invalid_holds": holds.invalid,
            "hold_s": holds.total_s,
            "longest_hold_s": holds.longest_s,
            "tremor_peak_hz": getattr(holds.steadiness, "tremor_peak_hz", None),
        }
    return row


def _recording_n(detail: SessionDetail, each: StoredSet) -> int:
    """Which of the session's recordings a set is in, from 1."""
    return next(
        n for n, part in enumerate(detail.recordings, 1) if any(each.id == s.id for s in part.sets)
    )


_OF_HOP = (*HOP_FIGURES, "height_sd_m", "rsi_height_sd_mps")


def _event_row(event: Rep | Hop | Hold) -> dict[str, object]:
    """Everything known of a rep, hop or hold, what is worked out from it included."""
    names = {Rep: REP_FIGURES, Hop: _OF_HOP, Hold: ("duration_s",)}[type(event)]
    row = {**asdict(event), **{name: getattr(event, name) for name in names}}
    steadiness = row.pop("steadiness", None) or {}
    if not isinstance(event, Hold):
        return row
    row |= {"shank_lean_deg": event.lean_deg, "shank_lean_sd_deg": event.lean_sd_deg}
    return row | dict.fromkeys(Steadiness.__dataclass_fields__) | steadiness


def event_rows(each: ShownSet, item: Item) -> list[Row]:
    """Rows of one kind of event in a set, those reported as missed after the detected ones."""
    from sensing.store.values.corrections import NO_CORRECTIONS, is_counted, items_of, span_s

    stored = each.stored
    found, said = (
        (each.events, NO_CORRECTIONS) if stored is None else (stored.detected, stored.corrections)
    )
    about = {"set": each.n, "exercise": each.events.exercise, "side": each.side}
    missed = {**about, "mark": "missed", "counted": True}
    if stored is not None and stored.added:  # when each was is unknown, only how long a hold was
        spans = map(span_s, items_of(found, item))
        return [{**missed, "duration_s": end_s - start_s} for start_s, end_s in spans]
    rows: list[Row] = []
    for n, event in enumerate(items_of(found, item), 1):
        mark = said.marks.get((item, n))
        counted = is_counted(event, mark, said)
        judged = {"mark": mark, "counted": counted, "remark": _remark(event) or None}
        rows.append({**about, "n": n, **_event_row(event), **judged})
    moment = "contact_s" if item == "hop" else "start_s"
    return rows + [{**missed, moment: at_s} for at_s in said.missed.get(item, ())]


def event_table(each: ShownSet, item: Item) -> Table | None:
    """Every rep, hop or hold of a set, medians below; None where there is none."""
    rows = event_rows(each, item)
    if not rows:
        return None
    sds = {sd_name(name): sd for name, sd in each.sds.items()}
    medians = {"n": "median", **each.medians, **sds}
    several = sum(bool(row["counted"]) for row in rows) > 1
    return table_of(COLUMNS[f"{item}s"], rows, footer=medians if several else None)


def _remark(event: Rep | Hop | Hold) -> str:
    words = ["partial"] if isinstance(event, Rep) and event.partial else []
    if not event.valid:
        words.append(f"doubtful: {reason_words(event.reason)}")
    words += sorted({reason_words(why) for why in event.reasons.values()})
    return ", ".join(words)
