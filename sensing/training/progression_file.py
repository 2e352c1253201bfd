"""Read an entry's ``progress``, and refuse a rule that contradicts itself or its entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from sensing.core.errors import UsageError
from sensing.core.exercises import CATALOGUE, Kind
from sensing.training.ladder import MAX_PAIN, SESSIONS, STEP_S, Progression, What

BOUNDS = {
    "progress.reps": (1, 1000),
    "progress.time_s": (1, 3600),
    "progress.step_reps": (1, 100),
    "progress.step_s": (1, 600),
    "progress.then_load_kg": (0.1, 100),
    "progress.max_load_kg": (0, 1000),
    "progress.sessions": (1, 20),
    "progress.max_pain": (0, 10),
}
"""Smallest and largest value of each key: what is possible, to catch a slip of the pen."""

_UNSEEN: dict[Kind, What] = {"reps": "time_s", "timer": "time_s", "hold": "reps"}
"""What the sets of a kind of exercise don't have, so that a rule about it could never apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenProgress:
    """A rule as it is in the file."""

    reps: tuple[int, int] | None = None
    time_s: tuple[float, float] | None = None
    step_reps: int | None = None
    step_s: float | None = None
    then_load_kg: float | None = None
    max_load_kg: float | None = None
    sessions: int = SESSIONS
    max_pain: int = MAX_PAIN
    keep_tempo: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the entry around a rule says."""

    exercise: str
    by_hand: bool
    reps: int | None
    time_s: float | None
    load_kg: float | None
    has_tempo: bool


def progression_of(written: WrittenProgress, start: Start, place: str) -> Progression:
    """The rule.

    Args:
        written: as in the file, each value within its bounds.
        start: the entry.
        place: of the entry, for messages.

    Raises:
        UsageError: it contradicts itself, or its entry.
    """
    what = _what(written, start, place)
    steps = _steps(written, what, place)
    begin = start.reps if what == "reps" else start.time_s
    if begin is not None and begin not in steps:
        shown = ", ".join(f"{each:g}" for each in steps[:2])
        _refuse(
            f"{what} = {begin:g} is not a step of progress.{what}",
            place,
            f"begin with one of its steps: {shown} … {steps[-1]:g}",
        )
    _check_load(written, start, place)
    if written.keep_tempo and not start.has_tempo:
        _refuse("progress.keep_tempo = true, but there is no tempo", place, 'add tempo = "1-0-3"')
    return Progression(
        what=what,
        steps=steps,
        then_load_kg=written.then_load_kg,
        max_load_kg=written.max_load_kg,
        sessions=written.sessions,
        max_pain=written.max_pain,
        keep_tempo=start.has_tempo and written.keep_tempo is not False,
    )


def _what(written: WrittenProgress, start: Start, place: str) -> What:
    if (written.reps is None) == (written.time_s is None):
        both = "both given" if written.reps else "both missing"
        _refuse(
            f"progress.reps and progress.time_s are {both}",
            place,
            "write progress = { reps = [12, 16] } or progress = { time_s = [30, 60] }",
        )
    what: What = "reps" if written.reps else "time_s"
    other: What = "time_s" if what == "reps" else "reps"
    if getattr(start, other) is not None:
        _refuse(f"progress.{what} and {other} are both given", place, f"remove {other}")
    kind = next((row.kind for row in CATALOGUE if row.name == start.exercise), None)
    if kind is not None and not start.by_hand and _UNSEEN.get(kind) == what:
        _refuse(
            f"progress.{what}: sets of {start.exercise} have no {_NAMES[what]}",
            place,
            f"use progress.{other}",
        )
    step = "step_s" if what == "reps" else "step_reps"
    if getattr(written, step) is not None:
        _refuse(f"progress.{step} and progress.{what} are both given", place, f"remove {step}")
    return what


_NAMES = {"reps": "reps", "time_s": "time"}


def _steps(written: WrittenProgress, what: What, place: str) -> tuple[float, ...]:
    low, high = (written.reps if what == "reps" else written.time_s) or (0, 0)
    if low > high:
        _refuse(
            f"progress.{what} = [{low:g}, {high:g}] goes down", place, "write the smaller one first"
        )
    if low == high and written.then_load_kg is None:
        _refuse(
            f"progress.{what} = [{low:g}, {high:g}] is no progress",
            place,
            "widen the range, or add then_load_kg",
        )
    step = written.step_reps or 1 if what == "reps" else written.step_s or STEP_S
    steps: list[float] = []
    while low + len(steps) * step < high:
        steps.append(float(low + len(steps) * step))
    return (*steps, float(high))


def _check_load(written: WrittenProgress, start: Start, place: str) -> None:
    if written.max_load_kg is None:
        return
    if written.then_load_kg is None:
        _refuse(
            "progress.max_load_kg is given, but no load is ever added",
            place,
            "add then_load_kg, or remove max_load_kg",
        )
    if written.max_load_kg <= (start.load_kg or 0):
        _refuse(
            f"progress.max_load_kg = {written.max_load_kg:g} is not above"
            f" load_kg = {start.load_kg or 0:g}",
            place,
            "raise it, or remove then_load_kg",
        )


def _refuse(what: str, place: str, remedy: str) -> NoReturn:
    raise UsageError(what, where=place, remedy=remedy)
