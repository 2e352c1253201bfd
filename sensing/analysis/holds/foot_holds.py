"""Positions of the foot kept, seen by a sensor on the shoe: heel up, or the whole foot lifted.

The angle of the heel against the flat foot is a curve with plateaus: 12–45° while standing on the
toes, 25–115° for a foot held in the air. A plateau counts if the shoe hardly turns on it; in
walking, hopping and on the free leg of someone hopping it never stays. Its ends are where the heel
leaves the floor and comes back: the angle is followed down from the plateau to a small share of it,
or to where the next step swings it up again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.signals.foot_frame import FootFrame
from sensing.analysis.signals.posture import Posture, Span, runs
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats

LEAST_ANGLE_DEG = 10.0
"""A heel lifted by 2 cm turns a 12 cm lever by 10°."""

_KEPT_SHARE = 0.6
"""A plateau holds at least this share of its own median angle."""

_EDGE_SHARE = 0.3
"""A position is reached, and left, when this share of its angle is: the heel is clear of the
floor."""

_CALM_S = 0.5
_CALM_TURN_DPS = 90.0
"""Rate of turn, averaged over half a second, that ends a position: a movement has begun."""

_CORE_S = 1.0
"""A position has a calm core at least this long; a foot swung in walking has none of 0.4 s."""

_STILL_TURN_DPS = 30.0
"""Median rate of turn above which the foot is moving, not held; standing on the toes and a foot
held in the air turn at 5–25 °/s, the free foot of someone hopping at 50 °/s and more."""

_RESTLESS_TURN_DPS = 80.0
"""Nine tenths of a plateau turn slower than this; steps on tiptoe reach 130 °/s and more."""

_SETTLED_S = 0.3
"""Left off at either end of a plateau before it is measured."""

_LONGEST_CHANGE_S = 1.5
"""A change of position that takes longer is a position of its own."""

_SWINGS_UP_DEG = 4.0
"""On the way down the angle turning up again by this much is the next step's swing."""

_SMOOTH_HZ = 5.0


@dataclass(frozen=True, slots=True)
class Plateau:
    """A position of the foot kept.

    Attributes:
        span: from reached to left, grid positions.
        angle_deg: how far the heel is up, median, degrees.
        shake_mps2: median size of the acceleration, gravity removed, on the plateau, m/s².
        brisk_dps: fastest rate into the position plus fastest rate out of it, °/s.
    """

    span: Span
    angle_deg: float
    shake_mps2: float
    brisk_dps: float


def foot_plateaus(p: Posture, foot: FootFrame, *, shortest_s: float) -> list[Plateau]:
    """Positions with the heel up that were kept at least ``shortest_s``, in order."""
    angle = zero_phase(foot.heel_angle_deg, p.rate_hz, _SMOOTH_HZ)
    speed = np.gradient(angle) * p.rate_hz if len(angle) > 1 else np.zeros_like(angle)
    free = p.acc_mps2 - G_MPS2 * p.up
    turn = p.turn_dps
    calm = ndimage.uniform_filter1d(turn, max(1, round(_CALM_S * p.rate_hz)), mode="nearest")
    reach = round(_LONGEST_CHANGE_S * p.rate_hz)
    found: list[Plateau] = []
    for first, last in runs((angle > LEAST_ANGLE_DEG) & (calm < _CALM_TURN_DPS)):
        level = float(np.median(angle[first:last]))
        core = runs(angle[first:last] > _KEPT_SHARE * level)
        a, b = max(core, key=lambda run: run[1] - run[0])
        if b - a < _CORE_S * p.rate_hz:
            continue
        a, b = first + a, first + b
        margin = min(round(_SETTLED_S * p.rate_hz), (b - a) // 4)
        inner = slice(a + margin, b - margin)
        if (
            np.median(turn[inner]) > _STILL_TURN_DPS
            or np.quantile(turn[inner], 0.9) > _RESTLESS_TURN_DPS
        ):
            continue
        level = float(np.median(angle[inner]))
        floor = _EDGE_SHARE * level
        before = a - _way_down(angle[max(0, a - reach) : a][::-1], floor)
        after = b + _way_down(angle[b : b + reach], floor)
        if after - before < shortest_s * p.rate_hz:
            continue
        span = Span(before, after, cut_first=before == 0, cut_last=after == len(p))
        brisk = _fastest(speed, before, p.rate_hz) + _fastest(-speed, after, -p.rate_hz)
        found.append(Plateau(span, level, _shake(free[inner]), brisk))
    return found


def _way_down(angle: Floats, floor: float) -> int:
    """Samples from a plateau's end until the angle is below ``floor``, or swings up again."""
    if len(angle) == 0:
        return 0
    lowest = np.minimum.accumulate(angle)
    over = np.flatnonzero((angle < floor) | (angle > lowest + _SWINGS_UP_DEG))
    if len(over) == 0:
        return len(angle)
    k = int(over[0])
    return k if angle[k] < floor else int(np.argmin(angle[:k]))


def _fastest(speed: Floats, edge: int, rate_hz: float) -> float:
    """Fastest speed from 0.5 s outside an edge to 0.8 s inside; ``rate_hz`` < 0 at the far edge."""
    ends = sorted((edge - round(0.5 * rate_hz), edge + round(0.8 * rate_hz)))
    return float(speed[max(0, ends[0]) : max(0, ends[1])].max(initial=0.0))


def _shake(free_mps2: Floats) -> float:
    """Median distance from the middle: a single knock must not make a foot "in the air"."""
    middle = np.median(free_mps2, axis=0)
    return float(np.median(np.linalg.norm(free_mps2 - middle, axis=1)))
