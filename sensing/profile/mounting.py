"""How a sensor sits on the leg: where up and forward are in its own axes.

With it what happens across gravity has its two parts, front-back and side-side, and a lean has its
sign. The axes are those of the person standing upright: left is up × forward. A sensor is turned
with the shank or the foot, and in a sagittal movement (a raise, a lean) only about the left axis;
so that axis is the one that is trusted, and forward follows from it and from where up is just now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.core.samples import Placement, Side
from sensing.core.units import Floats
from sensing.profile.sensor_correction import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounting:
    """How a sensor sits, as found by a calibration.

    Attributes:
        up: unit vector up in the sensor's axes, standing upright.
        forward: unit vector forward, across ``up``.
        forward_sd_deg: how far forward may be off, 1 sd, degrees.
        placement: on the ankle or on the shoe.
        side: the leg, if it was said; the signal of one leg does not tell.
        loose: whether the strap lets the sensor ring; None if nothing knocked on it.
    """

    up: Vector
    forward: Vector
    forward_sd_deg: float
    placement: Placement
    side: Side | None = None
    loose: bool | None = None

    @property
    def left(self) -> Floats:
        """Unit vector to the person's left, shape (3,)."""
        return np.cross(self.up, self.forward)

    def axes(self, up: Floats) -> tuple[Floats, Floats]:
        """Unit vectors forward and left across another direction of up, each shape (3,).

        Args:
            up: unit vector up in the sensor's axes in the position looked at, not along left.
        """
        left = self.left - float(self.left @ up) * up
        left = left / max(float(np.linalg.norm(left)), 1e-9)
        return np.cross(left, up), left

    def lean_deg(self, up: Floats) -> tuple[float, float]:
        """How far the sensor leans forward and to the left against standing upright, degrees.

        Args:
            up: unit vector up in the sensor's axes in the position looked at.
        """
        # Leaning forward turns the sensor's forward down, so up moves backwards in its axes.
        rise = float(np.asarray(self.up) @ up)
        forward = np.arctan2(-float(np.asarray(self.forward) @ up), rise)
        left = np.arctan2(-float(self.left @ up), rise)
        return float(np.degrees(forward)), float(np.degrees(left))
