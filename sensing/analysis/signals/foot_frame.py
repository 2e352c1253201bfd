"""The foot's own axes, found from a sensor that sits on the shoe in any orientation.

On the floor the foot lies flat and still, so up where the shoe turns least is the foot's own up.
Every step swings the heel up much further (60–70°) than the toes (20–30°), so the mean of the
large tilts gives the direction in which the heel rises. The foot rolls heel-to-toe about the axis
across both, and tips from side to side about the heel's direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.signals.posture import Posture
from sensing.core.filters import zero_phase
from sensing.core.units import Floats

# Constants, chosen by hand on people's shoes (n = 6, 30 recordings); not fitted. What × 0.8 and
# × 1.25 do to the detected holds (0.95 found, 9 false) is measured by tests/sensitivity.py.

_STILL_SHARE = 0.15
"""Share of a window taken as turning least. Larger: steps tilt the flat attitude; smaller: one rest
decides. Measured: no change."""
_STILL_HZ = 1.0
"""Hz; low-pass of the rate of turn for that. Larger: still moments of a step count; smaller: rests
of less than a second are lost. Measured: 10 false at 1.25."""
_SWING_DEG = 30.0
"""°; only larger swings show which way the heel rises: toes are lifted by at most 30°. Larger:
fewer windows have one; smaller: lifted toes pass for a heel. Measured: no change."""
_SWING_SHARE = 0.03
"""Share of the largest tilts that are averaged. Larger: small tilts mix in; smaller: a single swing
decides. Measured: no change."""


@dataclass(frozen=True, slots=True, eq=False)
class FootFrame:
    """Unit vectors in the sensor's axes, each shape (3,).

    Attributes:
        flat: up, with the foot flat on the floor.
        heel: where up moves to when the heel rises; side-to-side tipping turns about it.
        across: axis of heel and toe rising.
        heel_angle_deg: angle of the heel above flat, shape (n,), degrees; negative with the toes
            up.
        sure: a swing beyond 30° showed which way the heel rises; without one the larger tilts of
            the window are taken for a raised heel.
    """

    flat: Floats
    heel: Floats
    across: Floats
    heel_angle_deg: Floats
    sure: bool


def foot_frame(p: Posture) -> FootFrame | None:
    """Axes of the foot, shape (3,) each, or None if the window is empty or never tilts."""
    if len(p) == 0:
        return None
    slow = zero_phase(p.turn_dps, p.rate_hz, _STILL_HZ)
    flat = np.median(p.up[slow <= np.quantile(slow, _STILL_SHARE)], axis=0)
    flat = flat / max(float(np.linalg.norm(flat)), 1e-9)
    tilt = p.up - (p.up @ flat)[:, None] * flat
    size = np.linalg.norm(tilt, axis=1)
    least = float(np.quantile(size, 1 - _SWING_SHARE))
    swing = float(np.sin(np.deg2rad(_SWING_DEG)))
    heel = tilt[size >= max(swing, least)].sum(axis=0)
    sure = bool(np.any(heel))
    if not sure:
        heel = tilt[size >= least].sum(axis=0)
    norm = float(np.linalg.norm(heel))
    if norm == 0:
        return None
    heel = heel / norm
    angle = np.rad2deg(np.arctan2(tilt @ heel, p.up @ flat))
    return FootFrame(flat, heel, np.cross(flat, heel), angle, sure)
