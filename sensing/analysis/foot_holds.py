"""Positions of the foot kept, seen by a sensor on the shoe: heel up, or the whole foot lifted.

On the floor the foot lies still and flat, and that attitude is found from the window itself: where
the shoe turns least. Every step swings the heel up much further than the toes, which tells in which
direction of tilt the heel rises, whatever way the sensor sits. Angle in that direction against time
is then a curve with plateaus: 15–45° while standing on the toes, 25–115° for a foot held in the
air. A plateau counts if the shoe hardly turns on it; in walking and hopping it never stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.posture import Posture, Span, runs
from sensing.filters import zero_phase
from sensing.units import G_MPS2, Floats

STILL_SHARE = 0.15
"""Share of a window taken as "turns least", to find the flat attitude from."""

LEAST_ANGLE_DEG = 10.0
"""A heel lifted by 2 cm turns a 12 cm lever by 10°."""

_SWING_DEG = 30.0
"""Only swings beyond this tell which way the heel rises: the toes are lifted by at most 30°."""

_KEPT_SHARE = 0.6
"""A plateau holds at least this share of its own median angle."""

_EDGE_SHARE = 0.5
"""A position is reached, and left, when this share of its angle is."""

_STILL_TURN_DPS = 30.0
"""Median rate of turn above which the foot is moving, not held; standing on the toes and a foot
held in the air turn at 5–25 °/s, the free foot of someone hopping at 50 °/s and more."""

_RESTLESS_TURN_DPS = 80.0
"""Nine tenths of a plateau turn slower than this; steps on tiptoe reach 130 °/s and more."""

_SMOOTH_HZ = 5.0


@dataclass(frozen=True, slots=True)
class Plateau:
    """A position of the foot kept.

    Attributes:
        span: from reached to left, grid positions.
        angle_deg: how far the heel is up, median, degrees; negative with the toes up.
        turn_dps: median rate of turn on the plateau, °/s.
        shake_mps2: median size of the acceleration, gravity removed, on the plateau, m/s².
    """

    span: Span
    angle_deg: float
    turn_dps: float
    shake_mps2: float


def heel_angle_deg(p: Posture) -> Floats:
    """How far the heel is up against the flat foot, degrees, shape (n,); toes up is negative.

    Without a single swing beyond 30° in the window the sign is taken so that the larger tilts
    are positive.
    """
    flat = _flat(p)
    across = p.up - (p.up @ flat)[:, None] * flat
    size = np.linalg.norm(across, axis=1)
    far = size >= max(np.sin(np.deg2rad(_SWING_DEG)), float(np.quantile(size, 0.97)))
    if not far.any():
        far = size >= float(np.quantile(size, 0.97))
    heel = across[far].mean(axis=0)
    norm = float(np.linalg.norm(heel))
    if norm == 0:
        return np.zeros(len(p))
    return np.asarray(np.rad2deg(np.arctan2(across @ (heel / norm), p.up @ flat)), dtype=np.float64)


def foot_plateaus(p: Posture, *, shortest_s: float) -> list[Plateau]:
    """Positions away from flat that were kept at least ``shortest_s``, in order."""
    if len(p) < shortest_s * p.rate_hz:
        return []
    angle = zero_phase(heel_angle_deg(p), p.rate_hz, _SMOOTH_HZ)
    free = p.acc_mps2 - G_MPS2 * p.up
    found = []
    for first, last in runs(angle > LEAST_ANGLE_DEG):
        if last - first < shortest_s * p.rate_hz:
            continue
        level = float(np.median(angle[first:last]))
        core = runs(angle[first:last] > _KEPT_SHARE * level)
        a, b = max(core, key=lambda run: run[1] - run[0])
        if b - a < shortest_s * p.rate_hz:
            continue
        a, b = first + a, first + b
        margin = min(int(0.3 * p.rate_hz), (b - a) // 4)
        inner = slice(a + margin, b - margin)
        turn = p.turn_dps[inner]
        if np.median(turn) > _STILL_TURN_DPS or np.quantile(turn, 0.9) > _RESTLESS_TURN_DPS:
            continue
        level = float(np.median(angle[inner]))
        while a > first and angle[a - 1] > _EDGE_SHARE * level:
            a -= 1
        while b < last and angle[b] > _EDGE_SHARE * level:
            b += 1
        found.append(
            Plateau(
                Span(a, b, cut_first=a == 0, cut_last=b == len(p)),
                level,
                float(np.median(turn)),
                _shake(free[inner]),
            )
        )
    return found


def _flat(p: Posture) -> Floats:
    """Up in the sensor's axes with the foot flat on the floor, where it turns least."""
    slow = zero_phase(p.turn_dps, p.rate_hz, 1.0)
    still = slow <= np.quantile(slow, STILL_SHARE)
    middle = np.median(p.up[still], axis=0)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), dtype=np.float64)


def _shake(free_mps2: Floats) -> float:
    """Median distance from the middle: a single knock must not make a foot "in the air"."""
    middle = np.median(free_mps2, axis=0)
    return float(np.median(np.linalg.norm(free_mps2 - middle, axis=1)))
