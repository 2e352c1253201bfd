"""Find the reference reps of a trial, given how many were done.

In most trials the set's own template finds them. Where reps are so slow or so small that it does
not, templates of a plain raise are used instead (``rep_prior``): with the durations of the beat if
there was one, otherwise several. The known number tells which template is right: the one that finds
exactly that many reps, most alike. If none does, the trial is refused and the number found is
reported, since a profile of the wrong movements would spoil every later count.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.raise_path import speed
from sensing.analysis.reps.rep_candidates import Candidates, find_candidates
from sensing.analysis.reps.rep_prior import PriorParams, find_known
from sensing.analysis.signals.motion import GRID_HZ, Motion, slow_motion
from sensing.core.errors import RecordingError
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples
from sensing.core.units import Floats, Ints
from sensing.profile.rep_template import RepShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Durations of a beat: seconds up, at the top, down."""

    raise_s: float
    top_s: float
    lower_s: float

    def __str__(self) -> str:
        return f"{self.raise_s:g}-{self.top_s:g}-{self.lower_s:g}"


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The reference reps of a trial.

    Attributes:
        piece: the samples that contain them.
        motion: its slow signals.
        at: grid positions of their fastest upward movement, shape (n,).
    """

    piece: Samples
    motion: Motion
    at: Ints


_MARGIN_S = 0.25
_PLAIN = PriorParams(size=(0.0, np.inf), doubt=2.0)
_PAUSE_S = 15.0
"""Reference reps follow each other within this time."""


def find_reference(
    pieces: list[Samples], exercise: Exercise, reps: int, pace: Pace | None
) -> Reference:
    """Find the reference reps.

    Args:
        pieces: calm stretches of the trial.
        exercise: which exercise was done.
        reps: how many were done.
        pace: durations of the beat, if there was one.

    Raises:
        RecordingError: a different number was found.
    """
    counted: int | None = None
    best: tuple[float, Reference] | None = None
    for piece in pieces:
        motion = slow_motion(piece)
        for found in _ways(motion, exercise, pace):
            groups = _together(found.at, motion.rate_hz)
            most = max(group.stop - group.start for group in groups)
            # The trial's own template comes first: its count is the one athletes expect.
            counted = most if counted is None else counted
            for group in groups:
                count = group.stop - group.start
                likeness = float(np.median(found.alike[group]))
                if count == reps and (best is None or likeness > best[0]):
                    best = (likeness, Reference(piece, motion, found.at[group]))
    if best is not None:
        return best[1]
    raise RecordingError(
        f"{reps} reps were expected, but {_in_words(counted or 0)} alike",
        remedy="stand still before and after, do all reps alike, and repeat; or set --reps",
    )


def _in_words(count: int) -> str:
    return {0: "no movements are", 1: "only one movement is"}.get(count, f"{count} movements are")


def _ways(motion: Motion, exercise: Exercise, pace: Pace | None) -> list[Candidates]:
    """What different templates find: the trial's own, and plain ones."""
    own = find_candidates(motion, exercise.look)
    found = [own] if len(own.at) else []
    for plain in _plain_shapes(exercise, pace):
        known = find_known(motion, plain, _PLAIN)
        if known is not None:
            found.append(known.found)
    return found


def _plain_shapes(exercise: Exercise, pace: Pace | None) -> list[RepShape]:
    if pace is not None:
        return [plain_shape(exercise, pace)]
    up_s, down_s = exercise.look.rise_s, exercise.look.lower_s
    paces = [
        Pace(raise_s=float(up), top_s=0.2, lower_s=float(np.clip(up * ratio, *down_s)))
        for up in np.geomspace(max(0.5, up_s[0]), up_s[1], 4)
        for ratio in (1.0, 2.5)
    ]
    return [plain_shape(exercise, each) for each in paces]


def plain_shape(exercise: Exercise, pace: Pace) -> RepShape:
    """The smoothest raise of a given pace, without lean."""
    whole_s = pace.raise_s + pace.top_s + pace.lower_s
    time_s: Floats = np.arange(-_MARGIN_S, whole_s + _MARGIN_S, 1 / GRID_HZ)
    up = speed(time_s / pace.raise_s) / pace.raise_s
    down = speed((time_s - pace.raise_s - pace.top_s) / pace.lower_s) / pace.lower_s
    rise_m = float(np.mean(exercise.look.rise_m))
    none = (0.0,) * len(time_s)
    return RepShape(
        exercise=exercise.name,
        placement="ankle",
        reps=1,
        raise_s=pace.raise_s,
        top_s=pace.top_s,
        lower_s=pace.lower_s,
        seen_s=(pace.raise_s, pace.top_s, pace.lower_s),
        raise_spread=0.15,
        lower_spread=0.15,
        top_spread_s=0.2,
        rise_m=rise_m,
        rise_spread=0.2,
        step_s=1 / GRID_HZ,
        before_s=_MARGIN_S + pace.raise_s / 2,
        velocity_mps=tuple((rise_m * (up - down)).tolist()),
        lean_mps2=none,
        aside_mps2=none,
        say=(1.0, 0.0),
        alike=(0.5, 0.8),
    )


def _together(at: Ints, rate_hz: float) -> list[slice]:
    cuts = [0, *(np.flatnonzero(np.diff(at) > _PAUSE_S * rate_hz) + 1).tolist(), len(at)]
    return [slice(a, b) for a, b in itertools.pairwise(cuts) if b > a]
