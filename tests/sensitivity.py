"""What happens to the figures when a constant changes: ``python -m tests.sensitivity [FOLDER]``.

FOLDER holds ``simulated``, ``real``, ``real-shoe`` and ``real-ankle``, each recording with its
labels beside it (``tests/scoring.py``); by default ``../shared/recordings``. ``--only TEXT`` keeps
the constants whose name contains TEXT, ``--factors 0.8 1.25`` says by how much each is changed. A
constant that is a logarithm is changed by the logarithm of the factor. Each constant's own table
quotes what was measured.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sensing.analysis.gait.rhythm import Stretch, walking_and_running
from sensing.analysis.gait.walking_drills import find_walks
from sensing.analysis.holds import find_holds as holds_room
from sensing.analysis.sets.find_sets import hold_set
from sensing.analysis.sets.placement import find_placement
from sensing.analysis.signals.posture import posture
from sensing.core.exercises import find_exercise
from sensing.core.samples import Recording
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from tests import scoring

Figures = Mapping[str, float]

HOLDS, GAIT, SETS, SIGNALS = (
    f"sensing.analysis.{room}" for room in ("holds", "gait", "sets", "signals")
)
CONSTANTS: dict[str, tuple[str, ...]] = {
    "holds": (
        *(f"{HOLDS}.find_holds.{n}" for n in (
            "SHORTEST_HOLD_S", "SHORTEST_DETECTED_S", "_ANKLE_BENDS_DEG", "_FREE_SHAKE_MPS2",
            "_HOPPING_SHAKE_MPS2", "_BRISK_DPS", "_STANCE_SCORE", "_STANCE_YAW_DPS",
            "_STANCE_TIPS_DEG")),
        *(f"{HOLDS}.foot_holds.{n}" for n in (
            "LEAST_ANGLE_DEG", "_KEPT_SHARE", "_EDGE_SHARE", "_CALM_S", "_CALM_TURN_DPS",
            "_CORE_S", "_STILL_TURN_DPS", "_RESTLESS_TURN_DPS", "_LONGEST_CHANGE_S",
            "_SWINGS_UP_DEG", "_SMOOTH_HZ")),
        *(f"{HOLDS}.foot_stance.{n}" for n in (
            "_WOBBLE_HZ", "_FLOOR_DPS", "_AVERAGE_S", "_STANDS_SCORE", "_FLAT_DEG", "_MOVES_DPS",
            "_KNOCK_S", "_LULL_S")),
        *(f"{HOLDS}.shank_holds.{n}" for n in (
            "_VERTICAL_HZ", "_LEAST_SPEED_MPS", "_LEAST_RISE_M", "_FOOT", "_BEYOND_FOOT",
            "_STEADY", "_RISING_S", "_LIFTING_S", "_LANDING_S", "_OUTSIDE_S", "_INSIDE_S",
            "_AWAY_PER_S", "_WALKING", "_STANDING", "_DETECTED_STEADY", "_DETECTED_S",
            "_DETECTED_STEP")),
        *(f"{HOLDS}.shank_sway.{n}" for n in (
            "_BAND_HZ", "_AVERAGE_S", "_LEAST_STEP", "_MOVING", "_LULL_S", "_BURST", "_SEARCH_S")),
        *(f"{SIGNALS}.foot_frame.{n}" for n in (
            "_STILL_SHARE", "_STILL_HZ", "_SWING_DEG", "_SWING_SHARE")),
    ),
    "placement": tuple(f"{SETS}.placement.{n}" for n in (
        "_SMOOTH_HZ", "_REST_S", "_FOOT_TURNS", "_SHANK_TURNS", "_CALM", "_FOOT_RESTS",
        "_SHANK_RESTS", "_LEAST_STRIDES", "_LEAST_CALM_STRIDES", "_STRIDE_S")),
    "gait": (
        f"{SIGNALS}.slow_motion.KEPT_HZ",
        *(f"{GAIT}.rhythm.{n}" for n in (
            "_SHAPE_HZ", "_FRAME_S", "_STRIDE_S", "_WALK_S", "_LEAST_SIMILARITY",
            "_NEARLY_BEST", "_LEAST_MPS2", "_NO_FALL_G", "_STEPS_BY_GYRO", "_STEPS_BY_FORCE",
            "_RAISE_LEANS_DEG", "_RAISE_PUSHES_DEG_S2", "_SLOWEST_BY_FORCE_S", "_BEAT",
            "_LEAST_STEPS_S", "_STEP_G")),
        *(f"{GAIT}.swing.{n}" for n in ("_SLOW_HZ", "_FORCE_ALONE_HZ", "_GRAVITY_HZ")),
    ),
    "drills": tuple(f"{GAIT}.walking_drills.{n}" for n in (
        "_SWING_MPS2", "_OWN_SIZE", "_QUICKEST_STRIDE_S", "_PAUSE_S", "_HALF_STRIDE")),
}  # fmt: skip
SEEDS = 12
"""People of each simulated walking drill."""
KEPT = {
    "standing on tiptoes": holds_room.RAISE,
    "balancing on the left leg": holds_room.BALANCE,
    "balancing on the right leg": holds_room.BALANCE,
}
LOGARITHMS = {"_WALKING", "_STANDING", "_LEAST_STEP", "_MOVING", "_BURST"}


@cache
def _labelled(folder: Path) -> tuple[tuple[Path, Recording, scoring.Truth], ...]:
    return tuple((path, *scoring.load(path)) for path in scoring.recordings(folder))


def placement(folder: Path) -> Figures:
    """Of each kind of recording: share whose placement is found, and of which it is wrong."""
    right: dict[str, list[bool]] = {}
    wrong: dict[str, int] = {}
    for group in ("real", "real-shoe", "real-ankle"):
        for path, recording, truth in _labelled(folder / group):
            worn = str(truth.get("placement", "ankle")).split()[0]
            kind = path.name.split("-")[0] if group == "real-ankle" else group
            if worn not in ("ankle", "shoe") or kind == "raises":
                continue
            for gyro in (True, False):
                each = recording if gyro else scoring.without_gyro(recording)
                found = find_placement(max(each.blocks, key=len))
                name = f"{kind}{'' if gyro else ', no gyro'}"
                right.setdefault(name, []).append(found == worn)
                wrong[name] = wrong.get(name, 0) + (found not in (worn, "unknown"))
    figures: dict[str, float] = {f"{name}: found": float(np.mean(x)) for name, x in right.items()}
    return figures | {f"{name}: wrong": count for name, count in wrong.items()}


def holds(folder: Path) -> Figures:
    """Holds detected on people's shoes; holds of a given exercise at the simulated ankle."""
    found: list[bool] = []
    errors: list[float] = []
    right: list[bool] = []
    false = 0
    for path, recording, truth in _labelled(folder / "real-shoe"):
        spans = scoring.kept_spans(truth, scoring.other_foot(path))
        named = [x for b in recording.blocks for x in holds_room.detect_holds(b, "shoe")]
        for what, a, b in spans:
            near = [x for x in named if min(x[0].end_s, b) - max(x[0].start_s, a) > 0.5 * (b - a)]
            found.append(bool(near))
            errors += [abs(hold.end_s - hold.start_s - (b - a)) for hold, _ in near[:1]]
            right += [name == KEPT[what] for _, name in near[:1]]
        false += sum(scoring.is_false(hold_set(hold, name), truth) for hold, name in named)
    ankle: list[float] = []
    missed = false_ankle = 0
    for _, recording, truth in _labelled(folder / "simulated"):
        bare = scoring.without_gyro(recording)
        detected = [x for b in bare.blocks for x in holds_room.detect_holds(b, "ankle")]
        if truth["kind"] != "hold":
            false_ankle += len(detected)
            continue
        exercise = find_exercise(truth["exercise"])
        given = [h for b in bare.blocks for h in holds_room.find_holds(b, exercise, "ankle")]
        for hold in truth["holds"]:
            middle = (hold["start_s"] + hold["end_s"]) / 2
            match = [h for h in given if h.start_s <= middle <= h.end_s]
            missed += not match
            missed += not any(h.start_s <= middle <= h.end_s for h, _ in detected)
            ankle += [match[0].duration_s - (hold["end_s"] - hold["start_s"])] if match else []
    for _, recording, _ in _labelled(folder / "real"):
        false_ankle += sum(len(holds_room.detect_holds(b, "ankle")) for b in recording.blocks)
    return {
        "shoe found": float(np.mean(found)),
        "within 0.7 s": float(np.mean(np.array(errors) <= 0.7)),
        "right name": float(np.mean(right)),
        "false": false,
        "ankle missed": missed,
        "p95 error, s": float(np.percentile(np.abs(ankle), 95)),
        "false, ankle": false_ankle,
    }


def gait(folder: Path) -> Figures:
    """Walking named in walks; walking or running named within sets of exercises."""
    walked: dict[bool, list[bool]] = {True: [], False: []}
    within = {True: 0, False: 0}
    running_s = 0.0
    for path, recording, truth in _labelled(folder / "real-ankle"):
        for gyro in (True, False):
            found = _steps(recording, gyro=gyro)
            if path.name.startswith("walk-"):
                walked[gyro].append(any(s.kind == "walking" for s in found))
            elif truth.get("kind") == "reps":
                within[gyro] += len(found)
    for _, recording, truth in _labelled(folder / "simulated"):
        span = _span(truth)
        for gyro in (True, False):
            within[gyro] += sum(
                s.start_s < span["end_s"] and span["start_s"] < s.end_s
                for s in _steps(recording, gyro=gyro)
            )
    for path, recording, _ in _labelled(folder / "real"):
        if "running" in path.name:
            spans = _steps(recording, gyro=True)
            running_s += sum(s.end_s - s.start_s for s in spans if s.kind == "running")
    return {
        "walks named": float(np.mean(walked[True])),
        "without a gyro": float(np.mean(walked[False])),
        "within exercise": within[True],
        "without": within[False],
        "running, s (about 650)": running_s,
    }


def _steps(recording: Recording, *, gyro: bool) -> list[Stretch]:
    each = recording if gyro else scoring.without_gyro(recording)
    return [s for block in each.blocks for s in walking_and_running(block)]


def _span(truth: scoring.Truth) -> Mapping[str, float]:
    """From the first to the last thing done in a simulated recording."""
    if truth["kind"] == "reps":
        return dict(zip(("start_s", "end_s"), truth["set"], strict=True))
    if truth["kind"] == "hops":
        return {"start_s": truth["hops"][0]["contact_s"], "end_s": truth["hops"][-1]["takeoff_s"]}
    return {"start_s": truth["holds"][0]["start_s"], "end_s": truth["holds"][-1]["end_s"]}


@cache
def _drills(seeds: int) -> tuple[tuple[Any, int], ...]:
    made = [
        simulate(Options(exercise=exercise, seed=seed))
        for exercise in ("heel-walk", "heel-toe-walk")
        for seed in range(seeds)
    ]
    return tuple(
        (
            recording_of(Columns(acc=each.acc_g, t_s=each.samples_t_s)).blocks[0],
            each.truth["sets"][0]["steps"],
        )
        for each in made
    )


def drills(_folder: Path) -> Figures:
    """Steps counted in simulated walking drills."""
    errors = [abs(sum(w.steps for w in find_walks(samples)) - n) for samples, n in _drills(SEEDS)]
    return {
        "steps, mean error": float(np.mean(errors)),
        "steps, worst": float(np.max(errors)),
    }


QUESTIONS: dict[str, Callable[[Path], Figures]] = {
    "holds": holds,
    "placement": placement,
    "gait": gait,
    "drills": drills,
}


@contextmanager
def changed(constant: str, factor: float) -> Iterator[None]:
    """The constant of this dotted name multiplied by a factor for a while."""
    module_name, _, name = constant.rpartition(".")
    module = importlib.import_module(module_name)
    usual = getattr(module, name)
    setattr(module, name, _scaled(usual, factor, log=name in LOGARITHMS))
    try:
        yield
    finally:
        setattr(module, name, usual)


def _scaled(value: Any, factor: float, *, log: bool) -> Any:
    if isinstance(value, tuple):
        return tuple(_scaled(each, factor, log=log) for each in value)
    if isinstance(value, dict):
        return {name: _scaled(each, factor, log=log) for name, each in value.items()}
    return value + np.log(factor) if log else value * factor


def report(folder: Path, only: str, factors: list[float]) -> Iterator[str]:
    """A line for every constant and factor: the figures that change, before and after."""
    for name, question in QUESTIONS.items():
        constants = [c for c in CONSTANTS[name] if only in f"{name}.{c}"]
        if not constants:
            continue
        usual = question(folder)
        yield f"{name}: " + "; ".join(f"{k} {v:.3g}" for k, v in usual.items())
        for constant in constants:
            for factor in factors:
                with changed(constant, factor):
                    got = question(folder)
                moved = [
                    f"{k} {usual[k]:.3g} → {v:.3g}"
                    for k, v in got.items()
                    if f"{v:.3g}" != f"{usual[k]:.3g}"
                ]
                what = constant.removeprefix("sensing.analysis.")
                yield f"  {what} × {factor:g}: {'; '.join(moved) or 'nothing changes'}"


def main() -> None:
    """Vary every constant and print what it does."""
    # No constant here changes the attitude, and it is what takes the time.
    setattr(holds_room, "posture", lru_cache(maxsize=512)(posture))  # noqa: B010
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "recordings"
    parser.add_argument("folder", nargs="?", type=Path, default=beside)
    parser.add_argument("--only", default="")
    parser.add_argument("--factors", nargs="+", type=float, default=[0.8, 1.25])
    asked = parser.parse_args()
    for line in report(asked.folder, asked.only, asked.factors):
        print(line, flush=True)


if __name__ == "__main__":
    main()
