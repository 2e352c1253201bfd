"""The foot's own axes, found from a sensor that sits on the shoe in any way.

On the floor the foot lies flat and still, so up where the shoe turns least is the foot's own up.
Every step swings the heel up much further (60–70°) than the toes (20–30°), so the mean of the
large tilts tells in which direction the heel rises; the axis across both is the one the foot rolls
heel-to-toe about, and the heel's direction itself is the one it tips from side to side about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.signals.posture import Posture
from sensing.core.filters import zero_phase
from sensing.core.units import Floats

_STILL_SHARE = 0.15
"""Share of a window taken as "turns least", to find the flat attitude from."""

_STILL_HZ = 1.0

_SWING_DEG = 30.0
"""Only swings beyond this tell which way the heel rises: the toes are lifted by at most 30°."""

_SWING_SHARE = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class FootFrame:
    """Unit vectors in the sensor's axes, each shape (3,).

    Attributes:
        flat: up, with the foot flat on the floor.
        heel: where up moves to when the heel rises; side-to-side tipping turns about it.
        across: axis of heel and toe rising.
        heel_angle_deg: how far the heel is up against flat, shape (n,), degrees; negative with
            the toes up.
        sure: a swing beyond 30° said which way the heel rises; without one the larger tilts of
            the window are taken for a risen heel.
    """

    flat: Floats
    heel: Floats
    across: Floats
    heel_angle_deg: Floats
    sure: bool


def foot_frame(p: Posture) -> FootFrame | None:
    """Axes of the foot in a window, or None if it holds no sample or never tilts."""
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
