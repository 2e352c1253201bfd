"""Mounting of a sensor: where up and forward are in its own axes.

With it, sway across gravity has front-back and side-to-side parts and a lean has a sign. The axes
are those of the athlete standing upright: left is up × forward. In a sagittal movement (a raise, a
lean) the sensor turns about the left axis only; so that axis is used, and forward follows from it
and from the current direction of up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.core.samples import Side, Worn
from sensing.core.units import Floats
from sensing.profile.sensor_correction import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounting:
    """How a sensor sits, as found by a calibration.

    Attributes:
        up: unit vector up in the sensor's axes, standing upright.
        forward: unit vector forward, across ``up``.
        forward_sd_deg: uncertainty of forward, 1 SD, degrees.
        placement: on the ankle or on the shoe.
        side: the leg, if given; the signal of one leg does not show it.
        loose: the strap lets the sensor ring; None if no impact showed it.
    """

    up: Vector
    forward: Vector
    forward_sd_deg: float
    placement: Worn
    side: Side | None = None
    loose: bool | None = None

    @property
    def left(self) -> Floats:
        """Unit vector to the athlete's left, shape (3,)."""
        return np.cross(self.up, self.forward)

    def axes(self, up: Floats) -> tuple[Floats, Floats]:
        """Unit vectors forward and left across the current up, each shape (3,).

        Args:
            up: unit vector up in the sensor's axes, shape (3,), not along left.
        """
        left = self.left - float(self.left @ up) * up
        left = left / max(float(np.linalg.norm(left)), 1e-9)
        return np.cross(left, up), left

    def lean_deg(self, up: Floats) -> tuple[float, float]:
        """Lean of the sensor forward and to the left against standing upright, degrees.

        Args:
            up: unit vector up in the sensor's axes, shape (3,).
        """
        # Leaning forward turns the sensor's forward down, so up moves backwards in its axes.
        rise = float(np.asarray(self.up) @ up)
        forward = np.arctan2(-float(np.asarray(self.forward) @ up), rise)
        left = np.arctan2(-float(self.left @ up), rise)
        return float(np.degrees(forward)), float(np.degrees(left))
