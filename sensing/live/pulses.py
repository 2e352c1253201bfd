"""Upward and downward movements as they happen, for the provisional clock of holds.

Vertical acceleration (the norm of force less its slow mean) is run through one short kernel that
integrates it and leaves only what lasts 0.2–2 s. Its output is a velocity that needs no baseline
and is final a second later; a maximum is an upward movement. Every output is one dot product over
the last points, so it is the same however the samples arrive.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.special import ndtr

from sensing.core.units import Floats

_NARROW_S, _WIDE_S = 0.12, 0.5
"""Widths (standard deviations) of the kernel's two Gaussians, s. Larger: slower movements only;
smaller: quicker ones."""
_LAG_S = 1.0
"""Delay of its output, s: two of the wide part."""
_BEFORE_S = 1.0
_PAST_S = 12.0
"""Longer than the slowest raise and the lag together, s."""
_FOOT = 0.1
"""A movement begins where it is a tenth as fast as at its fastest …"""
_BEYOND_FOOT = 0.1
"""… and this share of the way there further out (a minimum-jerk one: 0.09)."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One upward (``size_mps`` > 0) or downward movement.

    Attributes:
        point: number of the grid point at its fastest.
        size_mps: how fast, within the kernel's band.
        lean_deg: how far the sensor tilted during it.
        shake_mps2: mean size of acceleration above 3 Hz during it.
        start: number of the grid point it began at.
    """

    point: int
    size_mps: float
    lean_deg: float
    shake_mps2: float
    start: int = 0


class PulseFinder:
    """Finds upward and downward movements in points of smoothed force, one at a time.

    The time before the first point is taken to be like it, so there is no delay at the start.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._half = round(_LAG_S * rate_hz)
        lag_s = np.arange(-self._half, self._half + 1) / rate_hz
        # Integrating and band-passing in one: the difference of two Gaussians, integrated.
        kernel = ndtr(lag_s / _NARROW_S) - ndtr(lag_s / _WIDE_S)
        self._kernel = np.ascontiguousarray((kernel - kernel.mean())[::-1] / rate_hz)
        self._width = 2 * self._half + 1
        self._force: deque[Floats] = deque(maxlen=self._width + round(_BEFORE_S * rate_hz))
        self._norm: deque[float] = deque(maxlen=self._width)
        self._speeds: deque[float] = deque(maxlen=round(_PAST_S * rate_hz))
        self._shake: deque[float] = deque(maxlen=self._width)
        self._points = 0

    @property
    def newest(self) -> int:
        """Number of the newest grid point."""
        return self._points - 1

    def push(self, force_mps2: Floats, shake_mps2: float) -> Pulse | None:
        """Take the next point; returns a movement once its fastest moment is final."""
        norm = float(np.sqrt((force_mps2**2).sum()))
        if self._points == 0:
            self._norm.extend([norm] * (self._width - 1))
            self._force.extend([force_mps2] * (self._width - 1))
        self._force.append(force_mps2)
        self._norm.append(norm)
        self._shake.append(shake_mps2)
        self._points += 1
        self._speeds.append(float(self._kernel @ np.asarray(self._norm)))
        if len(self._speeds) < 3:
            return None
        before, here, after = islice(self._speeds, len(self._speeds) - 3, None)
        highest = here > 0 and before < here >= after
        lowest = here < 0 and before > here <= after
        if not (highest or lowest):
            return None
        point = self._points - self._half - 2
        return Pulse(point, here, self._lean_deg(), self._mean_shake(), point - self._rising(here))

    def _rising(self, top_mps: float) -> int:
        """Points from where the movement began to its fastest, which is the last but one speed."""
        way = 0
        for speed_mps in islice(reversed(self._speeds), 2, None):
            if speed_mps / top_mps <= _FOOT:
                break
            way += 1
        return way + 1 + round(_BEYOND_FOOT * way)

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
