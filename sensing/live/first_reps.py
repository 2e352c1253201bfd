"""The first raises of a set, before there are enough to be told by their likeness to each other.

With the exercise given, a single movement may be counted if it is a raise by all that can be seen
of one alone: it begins at rest (or with the recording, or after another such raise), rises as far
as this exercise does, does not swing the shank far, and velocity follows the rate of lean as in a
raise.
"""

from __future__ import annotations

import numpy as np

from sensing.analysis.reps.raise_chains import channels, find_pulses
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import RaiseSignals
from sensing.analysis.reps.remembered_reps import is_near
from sensing.core.exercises import Look
from sensing.core.units import Ints
from sensing.live.rep_end import RepEnds

# Constants, chosen by hand on simulated recordings and six of people; not fitted.

MOST = 2
"""Reps that are counted one by one; three are a set, or nothing."""
_RISE = (0.5, 1.5)
"""Height against the exercise's smallest and largest at the ankle. Wider: other movements pass;
narrower: small raises wait for the third."""
_REST_S, _REST = 0.4, 0.35
"""s before its beginning in which nothing may move at more than this share of its speed. Longer or
smaller: raises after a step wait for the third; shorter or larger: steps pass."""
_REST_MPS = 0.012
"""m/s that is rest in any case: what the leak of velocity leaves before a slow raise. Larger and
smaller likewise."""
_SWING_DEG = 60.0
"""Furthest swing of the shank; raises 9–25°. Larger: steps pass; smaller: brisk raises wait."""
_LEANS_DPS, _FOLLOWS = 25.0, 0.5
"""Rate of lean, °/s RMS, from which velocity has to follow it by a gyro, and how far (R²): raises
.88, steps .75 and less. Larger: fewer raises are counted at once; smaller: more steps are."""
_RECENT_S = 20.0
"""s in which a first raise is looked for. Larger: more work; smaller: slow ones are lost again."""


def first_raises(
    signals: RaiseSignals, look: Look, p: RaiseParams, counted: Ints, over: Ints
) -> list[int]:
    """Movements that may be a set's first raises; the last may still be under way.

    Args:
        signals: of the recent window.
        look: what the exercise looks like.
        p: parameters.
        counted: grid positions of those that were counted, shape (m,): they rose as far as a raise
            and were over, though drift may have it otherwise in the rest after them …
        over: … by these, shape (m,).

    Returns:
        grid positions of their fastest upward moments.
    """
    found: list[int] = []
    rate = signals.rate_hz
    pulses = find_pulses(channels(signals, p)[0], p)
    low_m, high_m = _RISE[0] * look.rise_m[0], _RISE[1] * look.rise_m[1]
    recent = pulses.at[pulses.at > len(signals) - int(_RECENT_S * rate)]
    for at, old in zip(recent.tolist(), is_near(recent, counted).tolist(), strict=True):
        ends = RepEnds(signals, np.array([at]))
        course = ends.follow(at)
        if not (old or low_m < course.rise_m < high_m):
            continue
        rest = signals.drive_mps[max(0, course.start - int(_REST_S * rate)) : course.start]
        most_mps = max(_REST * float(signals.drive_mps[at]), _REST_MPS)
        if not found and np.abs(rest).max(initial=0.0) > most_mps:
            continue
        if not _is_raise(signals, course.start):
            continue
        if found and not _is_over(found[-1], at, counted, over):
            before = RepEnds(signals, np.array(found[-1:])).follow(found[-1], at)
            if not low_m < before.rise_m < high_m:
                found.pop()
            elif not before.over:
                # One way up with two pulses, or what follows it while the heel is up.
                if signals.drive_mps[at] < signals.drive_mps[found[-1]]:
                    continue
                found.pop()
        found.append(at)
    return found


def _is_over(last: int, at: int, counted: Ints, over: Ints) -> bool:
    """Whether the last raise was counted and over before this moment."""
    return bool((is_near(counted, np.array([last])) & (over < at)).any())


def _is_raise(signals: RaiseSignals, start: int) -> bool:
    """Whether lean, where there is any, agrees with the movement from a grid position on."""
    velocity, turn, up = (x[start:] for x in (signals.velocity_mps, signals.turn, signals.up))
    if float(np.degrees(np.ptp(up, axis=0).max())) > _SWING_DEG:
        return False
    lean = float((turn**2).sum())
    if not signals.has_gyro or np.degrees(np.sqrt(lean / len(turn))) < _LEANS_DPS:
        return True
    about = velocity @ turn
    return float(about @ about) >= _FOLLOWS * lean * float(velocity @ velocity)
