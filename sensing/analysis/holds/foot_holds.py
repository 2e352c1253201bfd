"""Positions of the foot, seen by a sensor on the shoe: heel up, or the whole foot lifted.

The angle of the heel against the flat foot has plateaus: 12–45° on the toes, 25–115° for a foot
held in the air. A plateau counts if the shoe hardly turns on it; in walking, hopping and on the
free leg of someone hopping it never stays. It ends where the heel leaves the floor and comes back:
the angle is followed down from the plateau to a small share of it, or to where the next step swings
it up again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.signals.foot_frame import FootFrame
from sensing.analysis.signals.posture import Posture, Span, runs
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats

# Constants, chosen by hand on people's shoes; not fitted. Measured by tests/sensitivity.py as in
# ``find_holds`` (0.95 found, 0.86 within 0.7 s, 9 false).

LEAST_ANGLE_DEG = 10.0
"""°; a heel lifted by 2 cm turns a lever of 12 cm by 10°. Larger: low holds are missed (0.85 within
0.7 s); smaller: 10 false."""
_KEPT_SHARE = 0.6
"""A plateau keeps this share of its median angle. Larger: sagging heels are cut short (10 false);
smaller: a way up counts as plateau (no change)."""
_EDGE_SHARE = 0.3
"""A position is reached and left at this share of its angle: the heel is clear of the floor.
Larger: shorter holds (10 false); smaller: longer ones (no change)."""
_CALM_S = 0.5
"""s over which the rate of turn is averaged for the next. Larger: 0.94 found, 0.82 within 0.7 s;
smaller: single jerks end a hold (no change)."""
_CALM_TURN_DPS = 90.0
"""°/s; a higher rate ends a position: a movement has begun. Larger: no change; smaller: 0.94 found,
0.82 within 0.7 s, 10 false."""
_CORE_S = 1.0
"""s; least calm core of a position; a foot swung in walking has none of 0.4 s. Larger: 0.94 found;
smaller: 10 false."""
_STILL_TURN_DPS = 30.0
"""°/s; median rate of turn above which the foot is moving. On the toes and in the air 5–25, the
free foot of someone hopping 50 and more. Larger: moving feet count; smaller: unsteady holds are
missed. Measured: no change."""
_RESTLESS_TURN_DPS = 80.0
"""°/s; nine tenths of a plateau turn slower; steps on tiptoe reach 130. Larger: tiptoe walking
counts; smaller: unsteady holds are missed. Measured: no change."""
_MOST_RESTLESS = 0.9
"""Quantile compared with _RESTLESS_TURN_DPS. Larger: one jerk rejects a hold; smaller: steps
pass."""
_SETTLED_S = 0.3
"""s left off at either end before a plateau is measured. Larger: less to measure; smaller:
transitions count."""
_LONGEST_CHANGE_S = 1.5
"""s; a longer change of position is a position of its own. Larger: ends reach into other movement;
smaller: slow ways down are cut off. Measured: no change."""
_SWINGS_UP_DEG = 4.0
"""°; on the way down, the angle turning up again by this much is the next step. Larger: holds last
into the next step (no change); smaller: 0.94 found, 0.83 within 0.7 s."""
_SMOOTH_HZ = 5.0
"""Hz; low-pass of the angle. Larger: tremor ends holds (0.85 within 0.7 s, 10 false); smaller: ends
are blurred (0.94 found)."""
_BEFORE_S, _WITHIN_S = 0.5, 0.8
"""s outside and inside an end within which its fastest rate is taken. Larger: other movement
counts; smaller: slow ways up and down are missed."""


@dataclass(frozen=True, slots=True)
class Plateau:
    """A position held by the foot.

    Attributes:
        span: from reached to left, grid positions.
        angle_deg: median angle of the heel above flat, degrees.
        shake_mps2: median size of the acceleration, gravity removed, on the plateau, m/s².
        brisk_dps: fastest rate into the position plus fastest rate out of it, °/s.
    """

    span: Span
    angle_deg: float
    shake_mps2: float
    brisk_dps: float


def foot_plateaus(p: Posture, foot: FootFrame, *, shortest_s: float) -> list[Plateau]:
    """Positions with the heel up, held for at least ``shortest_s``, in order."""
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
            or np.quantile(turn[inner], _MOST_RESTLESS) > _RESTLESS_TURN_DPS
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
    """Fastest speed around an end of a plateau; ``rate_hz`` < 0 for its second end."""
    ends = sorted((edge - round(_BEFORE_S * rate_hz), edge + round(_WITHIN_S * rate_hz)))
    return float(speed[max(0, ends[0]) : max(0, ends[1])].max(initial=0.0))


def _shake(free_mps2: Floats) -> float:
    """Median distance from the median: one knock does not put a foot in the air."""
    middle = np.median(free_mps2, axis=0)
    return float(np.median(np.linalg.norm(free_mps2 - middle, axis=1)))
