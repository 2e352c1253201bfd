"""The JSON object that ``anklet analyze --json`` prints, made from an analysis.

It is a public contract (docs/interface.md): fields are only ever added; one removed or renamed is a
new ``SCHEMA``. Times are seconds on the recording's own clock. What can't be known is null; a NaN
or an infinity can't be known either, so neither ever reaches the outside. Numbers are rounded to a
millionth of their unit: far below what any sensor here can tell, and it keeps the text short.

``sets[].reps`` (and ``hops``, ``holds``) and the counts of the summaries count every event listed.
A figure that the data do not support is null, and the event's ``reasons`` says why; each figure has
its standard uncertainty beside it (``*_sd_s``, ``*_sd_m``, …), null where it is not known. That of
a summary is of the median or total itself (``uncertainty.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sensing.core.events import Analysis, Set, Steadiness
from sensing.results.set_summary import summarise

SCHEMA = 2
"""Number of the contract. 2: ``valid`` says whether an event happened, no longer whether its
figures can be used; that is in ``reasons``, and every event counts."""

_DECIMALS = 6

REP_FIELDS = (
    *("start_s", "top_s", "lower_s", "end_s"),
    *("raise_time_s", "raise_time_sd_s", "hold_time_s", "hold_time_sd_s"),
    *("lower_time_s", "lower_time_sd_s", "rise_m", "rise_sd_m"),
    *("partial", "calibrated", "valid", "reason", "reasons"),
)
HOP_FIELDS = (
    *("contact_s", "takeoff_s", "contact_time_s", "contact_time_sd_s"),
    *("flight_time_s", "flight_time_sd_s", "rsi", "rsi_sd"),
    *("height_m", "height_sd_m", "rsi_height_mps", "rsi_height_sd_mps"),
    *("calibrated", "valid", "reason", "reasons"),
)
HOLD_FIELDS = (
    *("start_s", "end_s", "duration_s", "duration_sd_s", "lean_deg", "lean_sd_deg"),
    *("steadiness", "valid", "reason", "reasons"),
)

_STAND = ("start_s", "end_s")

Json = dict[str, "Json"] | list["Json"] | str | float | int | bool | None


def document(analysis: Analysis) -> dict[str, Json]:
    """The whole of an analysis as dictionaries, lists, text, finite numbers, booleans and None."""
    whole = {
        "schema": SCHEMA,
        "recording": {
            "duration_s": analysis.duration_s,
            "rate_hz": analysis.rate_hz,
            "placement": analysis.placement,
            "placement_found": analysis.placement_found,
            "samples": analysis.samples,
            "lost_samples": analysis.lost_samples,
            "clipped_samples": analysis.clipped_samples,
        },
        "exercise": analysis.exercise,
        "sets": [_set(each) for each in analysis.sets],
        "reps": _events(analysis, "reps", REP_FIELDS),
        "hops": _events(analysis, "hops", HOP_FIELDS),
        "holds": _events(analysis, "holds", HOLD_FIELDS),
        "stands": _events(analysis, "stands", _STAND),
        "summary": summarise(analysis.sets).as_dict(),
        "bouts": [asdict(bout) for bout in analysis.bouts],
        "engine": analysis.engine,
        "profile": analysis.profile,
        "notes": list(analysis.notes),
    }
    return {key: _clean(value) for key, value in whole.items()}


def _set(each: Set) -> dict[str, object]:
    summary = summarise(each)
    return {
        "start_s": each.start_s,
        "end_s": each.end_s,
        "exercise": each.exercise,
        "reps": len(each.reps),
        "hops": len(each.hops),
        "holds": len(each.holds),
        "stands": len(each.stands),
        "steps": each.steps,
        "steps_sd": summary.steps_sd,
        "guessed": each.guessed,
        "side": each.side,
        "summary": summary.as_dict(),
    }


def _events(analysis: Analysis, kind: str, fields: Sequence[str]) -> list[dict[str, object]]:
    """The reps, hops, holds or stands of all sets, each with the number of its set."""
    return [
        {"set": number} | {name: getattr(event, name) for name in fields}
        for number, each in enumerate(analysis.sets, start=1)
        for event in getattr(each, kind)
    ]


def _clean(value: object) -> Json:
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return round(float(value), _DECIMALS) if math.isfinite(value) else None
        case Steadiness():
            return _clean(asdict(value))
        case Mapping():
            return {str(key): _clean(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_clean(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no place in the document")
