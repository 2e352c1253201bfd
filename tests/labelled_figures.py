"""Figures on the labelled sets in ``tests/labelled``, one row an exercise.

The people are simulated (``tests/make_labelled_sets.py``): the figures say how well a simulation is
recovered, not how accurate Anklet is on people. ``tests/test_labelled.py`` bounds them and
``python -m tests.scoreboard`` prints them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from rich.table import Table

from sensing.analysis.analyse import analyse
from sensing.analysis.sets.bouts import kind_of
from sensing.core.events import Analysis, Hold, Set
from sensing.core.exercises import find_exercise
from sensing.core.samples import Recording
from sensing.files.read_recording import read_recording
from tests import scoring
from tests.make_labelled_sets import FOLDER, TRUTH

Truth = dict[str, Any]

HIGHER_IS_BETTER = {"exact", "within 1", "found", "covered", "lean covered", "stands", "auto"}
MEANING = {
    "exact": "share of sets with the exact count",
    "within 1": "share of sets with the count within one",
    "up s": "concentric time, 90th percentile of the error",
    "down s": "eccentric time, 90th percentile of the error",
    "height %": "heel-rise height, median relative error",
    "found": "share of hops, holds or drills that were found",
    "landing ms": "initial contact, standard deviation of the error",
    "landing bias": "initial contact, mean error without its sign, ms",
    "contact ms": "ground-contact time, root mean square error",
    "contact bias": "ground-contact time, mean error without its sign, ms",
    "covered": "share of contact times within two stated standard deviations",
    "hold s": "duration of a hold, 90th percentile of the error",
    "lean °": "angle of a lean, 90th percentile of the error",
    "lean covered": "share of angles of leans within two stated standard deviations",
    "steps %": "number of steps, largest relative error",
    "stands": "share of stands between jumps that were found",
    "excluded": "share of reps or hops that are not valid",
    "false": "sets, hops, holds or stands where there were none, all recordings together",
    "auto": "share of sets that `auto` calls the right kind",
    "auto false": "sets that `auto` finds where there were none",
}


@cache
def truths() -> dict[str, Truth]:
    """Ground truth of every recording, by name."""
    found: dict[str, Truth] = json.loads((FOLDER / TRUTH).read_text(encoding="utf-8"))
    return found


def rows() -> list[str]:
    """The rows of the table: exercises, those in the shoe apart."""
    return list(dict.fromkeys(name.rpartition("-")[0] for name in truths()))


def recordings(row: str) -> Iterator[tuple[Recording, Truth]]:
    """The recordings of a row, with their truth."""
    for name, truth in truths().items():
        if name.rpartition("-")[0] == row:
            yield read_recording(FOLDER / f"{name}.csv.gz"), truth


@dataclass
class _Tally:
    """What comes together over the recordings of a row."""

    reps: scoring.RepScore = field(default_factory=scoring.RepScore)
    hops: scoring.HopScore = field(default_factory=scoring.HopScore)
    height_error: list[float] = field(default_factory=list)
    events: int = 0
    excluded: int = 0
    wanted: int = 0
    found: int = 0
    false: int = 0
    duration_error_s: list[float] = field(default_factory=list)
    lean_error: list[tuple[float, float]] = field(default_factory=list)
    steps_error: list[float] = field(default_factory=list)
    stands: list[bool] = field(default_factory=list)
    right: int = 0
    sets: int = 0
    auto_false: int = 0


def figures(row: str) -> dict[str, float]:
    """All figures of one row."""
    tally = _Tally()
    exercise = ""
    for recording, truth in recordings(row):
        exercise = truth["exercise"]
        given = analyse(recording, exercise, truth["placement"])
        for done in truth["sets"]:
            _add_reps(tally, done, given)
            _add_holds(tally, done, given)
            _add_steps(tally, done, given)
        _add_hops(tally, truth, given, recording.rate_hz)
        _add_stands(tally, truth, given)
        tally.false += sum(not _fits(each, truth["sets"]) for each in given.sets)
        _add_auto(tally, truth, analyse(recording, placement=truth["placement"]))
    return _of(tally, find_exercise(exercise).kind)


def _during(done: Truth, start_s: float, end_s: float) -> bool:
    """True if the middle of something lies in a set, or within a second of it."""
    return bool(done["start_s"] - 1 <= (start_s + end_s) / 2 <= done["end_s"] + 1)


def _fits(each: Set, sets: list[Truth]) -> bool:
    return any(_during(done, each.start_s, each.end_s) for done in sets)


def _add_reps(tally: _Tally, done: Truth, given: Analysis) -> None:
    if "reps" not in done:
        return
    found = [r for r in scoring.reps_of(given) if _during(done, r.start_s, r.end_s)]
    tally.reps.add(done, found)
    tally.events += len(found)
    tally.excluded += sum(not rep.valid for rep in found)
    for rep in done["reps"]:
        match = [r for r in found if abs(r.top_s - rep["top_s"]) < 0.5 and r.rise_m]
        if match and match[0].rise_m is not None:
            tally.height_error.append(abs(match[0].rise_m / rep["rise_m"] - 1))


def _add_hops(tally: _Tally, truth: Truth, given: Analysis, rate_hz: float) -> None:
    """Hops of the whole recording; last landings and first push-offs neither count nor miss."""
    hops = scoring.hops_of(given)
    if not hops and not any("hops" in done for done in truth["sets"]):
        return
    true = [hop for done in truth["sets"] for hop in done["hops"]]
    lone = [at_s for done in truth["sets"] for at_s in done["final_landings_s"]]
    if truth["exercise"] == "hop-to-balance":  # there the landing is the hop
        true = [{"contact_s": at_s, "takeoff_s": float("nan")} for at_s in lone]
    else:
        hops = [h for h in hops if all(abs(h.contact_s - at_s) > 0.08 for at_s in lone)]
    tally.hops.add(true, hops, rate_hz)
    tally.events += len(hops)
    tally.excluded += sum(not hop.valid for hop in hops)


def _add_stands(tally: _Tally, truth: Truth, given: Analysis) -> None:
    """Stands of the whole recording: landing to 0.15 s and toe-off to 0.3 s."""
    left = [stand for each in given.sets for stand in each.stands]
    for true in (stand for done in truth["sets"] for stand in done.get("stands", ())):
        match = [
            stand
            for stand in left
            if abs(stand.start_s - true["start_s"]) < 0.15
            and abs(stand.end_s - true["end_s"]) < 0.3
        ]
        tally.stands.append(bool(match))
        if match:
            left.remove(match[0])
    tally.false += len(left)


def _add_holds(tally: _Tally, done: Truth, given: Analysis) -> None:
    if "holds" not in done:
        return
    left: list[Hold] = [hold for each in given.sets for hold in each.holds]
    left = [hold for hold in left if _during(done, hold.start_s, hold.end_s)]
    for true in done["holds"]:
        tally.wanted += 1
        middle = (true["start_s"] + true["end_s"]) / 2
        match = [hold for hold in left if hold.start_s <= middle <= hold.end_s]
        if match:
            left.remove(match[0])
            tally.found += 1
            lasted_s = true["end_s"] - true["start_s"]
            found_s = match[0].duration_s
            tally.duration_error_s.append(np.inf if found_s is None else abs(found_s - lasted_s))
            lean_deg, sd_deg = match[0].lean_deg, match[0].lean_sd_deg
            if lean_deg is not None and sd_deg is not None:
                tally.lean_error.append((lean_deg - true["lean_deg"], sd_deg))
    tally.false += len(left)


def _add_steps(tally: _Tally, done: Truth, given: Analysis) -> None:
    if "steps" not in done:
        return
    tally.wanted += 1
    match = [s for s in given.sets if _during(done, s.start_s, s.end_s) and s.steps]
    tally.found += bool(match)
    steps = sum(each.steps or 0 for each in match)
    tally.steps_error.append(abs(steps / done["steps"] - 1))


_KINDS = {
    "reps": "calf-raise",
    "hops": "hop",
    "hold": "hold",
    "lean": "hold",
    "walk": "walking",
}


def _add_auto(tally: _Tally, truth: Truth, auto: Analysis) -> None:
    """Found without being told what it is; balance after a hop may be called either."""
    kind = find_exercise(truth["exercise"]).kind
    for done in truth["sets"]:
        share: dict[str, float] = {}
        spans = [(kind_of(s), s.start_s, s.end_s) for s in auto.sets]
        if kind == "walk":
            spans = [(b.kind, b.start_s, b.end_s) for b in auto.bouts]
        for what, start_s, end_s in spans:
            overlap_s = min(end_s, done["end_s"]) - max(start_s, done["start_s"])
            share[what] = share.get(what, 0.0) + max(overlap_s, 0.0)
        best = max(share, key=lambda k: share[k], default="")
        wanted = {"hop", "hold"} if kind == "hops-and-hold" else {_KINDS[kind]}
        long = share.get(best, 0.0) > 0.4 * (done["end_s"] - done["start_s"])
        tally.right += bool(best in wanted and long)
        tally.sets += 1
    tally.auto_false += sum(not _fits(each, truth["sets"]) for each in auto.sets)


def _p90(errors: list[float]) -> float:
    return float(np.percentile(np.abs(errors), 90)) if errors else float("inf")


def _of(tally: _Tally, kind: str) -> dict[str, float]:
    out: dict[str, float] = {}
    if kind == "reps":
        out |= {
            "exact": tally.reps.within(0),
            "within 1": tally.reps.within(1),
            "up s": _p90(tally.reps.raise_error_s),
            "down s": _p90(tally.reps.lower_error_s + tally.reps.slow_lower_error_s),
            "height %": 100 * float(np.median(tally.height_error or [np.inf])),
        }
    if kind in ("hops", "hops-and-hold"):
        hops = tally.hops
        landing = np.array(hops.contact_error_s or [np.inf])
        out |= {
            "found": hops.found / hops.true,
            "landing ms": 1e3 * float(landing.std()),
            "landing bias": 1e3 * abs(float(landing.mean())),
        }
        tally.false += hops.false
    if kind == "hops":
        out |= {
            "contact ms": 1e3 * tally.hops.rmse_s(),
            "contact bias": 1e3 * abs(float(np.mean(tally.hops.contact_time_error_s))),
            "covered": tally.hops.covered(),
        }
        if tally.stands:
            out |= {"stands": float(np.mean(tally.stands))}
    if kind in ("hold", "lean"):
        out |= {"found": tally.found / tally.wanted}
    if kind == "lean":
        errors = np.array(tally.lean_error or [(np.inf, 1.0)])
        out |= {
            "lean °": _p90([float(each) for each in errors[:, 0]]),
            "lean covered": float(np.mean(np.abs(errors[:, 0]) <= 2 * errors[:, 1])),
        }
    if kind in ("hold", "lean", "hops-and-hold"):
        out |= {"hold s": _p90(tally.duration_error_s)}
    if kind == "walk":
        out |= {
            "found": tally.found / tally.wanted,
            "steps %": 100 * max(tally.steps_error),
        }
    if tally.events:
        out["excluded"] = tally.excluded / tally.events
    return out | {
        "false": tally.false,
        "auto": tally.right / tally.sets,
        "auto false": tally.auto_false,
    }


def tables(measured: dict[str, dict[str, float]]) -> Iterator[Table]:
    """One row an exercise; a table for each kind of exercise, for their figures differ."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for row, values in measured.items():
        kinds.setdefault(tuple(values), []).append(row)
    for names, kind in kinds.items():
        out = Table(title="Simulated people, exercise given, no calibration", title_justify="left")
        out.add_column("exercise")
        for name in names:
            out.add_column(name, justify="right")
        for row in kind:
            out.add_row(row, *(shown(measured[row][name]) for name in names))
        yield out


def shown(value: float) -> str:
    """A figure with three digits."""
    return f"{value:.3g}"
