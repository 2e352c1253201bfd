"""Movements up and down, as they come: the live counter's ear for raises.

Vertical acceleration (the norm of force less its slow mean) is run through one short kernel that
integrates it and leaves only what lasts 0.2–2 s. Its output is a velocity that needs no baseline
and is settled ``LAG_S`` after the moment; a maximum in it is a movement up. Every output is one dot
product over the last points, so it is the same however the samples arrive.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sensing.units import Floats

LAG_S = 1.2
_NARROW_S, _WIDE_S = 0.12, 0.5
_BEFORE_S = 1.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """One movement up (``size_mps`` above 0) or down.

    Attributes:
        point: number of the grid point at its fastest.
        size_mps: how fast, within the kernel's band.
        lean_deg: how far the sensor's lean moved around it.
        shake_mps2: mean size of what shook above 3 Hz around it.
    """

    point: int
    size_mps: float
    lean_deg: float
    shake_mps2: float


class PulseFinder:
    """Finds movements up and down in points of smoothed force, one at a time."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._half = round(LAG_S * rate_hz)
        lag_s = np.arange(-self._half, self._half + 1) / rate_hz
        # Integrating and band-passing in one: the difference of two Gaussians, integrated.
        kernel = ndtr(lag_s / _NARROW_S) - ndtr(lag_s / _WIDE_S)
        self._kernel = np.ascontiguousarray((kernel - kernel.mean())[::-1] / rate_hz)
        width = 2 * self._half + 1
        self._force: deque[Floats] = deque(maxlen=width + round(_BEFORE_S * rate_hz))
        self._norm: deque[float] = deque(maxlen=width)
        self._shake: deque[float] = deque(maxlen=width)
        self._three: deque[float] = deque(maxlen=3)
        self._points = 0

    @property
    def speed_mps(self) -> float:
        """Velocity ``LAG_S`` ago, m/s."""
        return self._three[-1] if self._three else 0.0

    def push(self, force_mps2: Floats, shake_mps2: float) -> Pulse | None:
        """Take the next point; a movement whose fastest moment is now settled comes back."""
        self._force.append(force_mps2)
        self._norm.append(float(np.sqrt((force_mps2**2).sum())))
        self._shake.append(shake_mps2)
        self._points += 1
        if len(self._norm) < 2 * self._half + 1:
            return None
        self._three.append(float(self._kernel @ np.asarray(self._norm)))
        if len(self._three) < 3:
            return None
        before, here, after = self._three
        highest = here > 0 and before < here >= after
        lowest = here < 0 and before > here <= after
        if not (highest or lowest):
            return None
        return Pulse(self._points - self._half - 2, here, self._lean_deg(), self._mean_shake())

    def _mean_shake(self) -> float:
        return float(np.median(np.asarray(self._shake)))

    def _lean_deg(self) -> float:
        """Largest angle between the mean direction of force and its half-second means."""
        force = np.asarray(self._force)
        step = max(1, round(0.4 * self._rate_hz))
        means = force[: len(force) // step * step].reshape(-1, step, 3).mean(axis=1)
        means /= np.maximum(np.linalg.norm(means, axis=1), 1e-9)[:, None]
        middle = means.mean(axis=0)
        middle /= max(float(np.linalg.norm(middle)), 1e-9)
        return float(np.degrees(np.arccos(np.clip((means @ middle).min(), -1.0, 1.0))))
