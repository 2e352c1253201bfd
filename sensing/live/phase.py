"""The phase of a raise or a hop. It is shown, and not used for counting.

A leaky integral of vertical acceleration is enough to tell which way the ankle moves, and it is
available at once, whereas the movements of ``pulses.py`` are a second late. Its size is judged
against the largest of the last seconds.
"""

from __future__ import annotations

import math
from typing import Literal

from sensing.core.exercises import Look
from sensing.core.units import Floats

RepPhase = Literal["waiting", "up", "top", "down", "rest"]
HopPhase = Literal["waiting", "contact", "flight"]

_LEAK_S, _BASE_S, _LATELY_S = 3.0, 6.0, 8.0
_BEGIN, _GO_ON = 0.25, 0.15
_LEAST_MPS, _LEAST_LOW_MPS = 0.015, 0.004
"""Movement begins at a quarter of the fastest speed lately and ends at less (the leak leaves an
opposite offset); below the least speed nothing moves. Toe raises are slower."""
_MOST_MPS = 0.3
"""Steps are quicker; they must not raise the thresholds."""


_LIGHT_G, _LIGHT_S = 0.85, 0.045
"""A flight is where |f| has been below this, g, for so long, s. Larger: steps are flights, or it is
shown later; smaller: flights with the legs tucked are contacts, or a shaky stand is a flight."""


class FlightTracker:
    """Tells contact from flight.

    Args:
        rate_hz: samples a second.
    """

    def __init__(self, rate_hz: float) -> None:
        self._least = _LIGHT_S * rate_hz
        self._light = 0
        self.now: HopPhase = "waiting"

    def push(self, calm_g: Floats) -> None:
        """Take |f| of the next samples, low-pass filtered at 20 Hz, shape (n,), g."""
        for light in (calm_g < _LIGHT_G).tolist():
            self._light = self._light + 1 if light else 0
            if self._light >= self._least:
                self.now = "flight"
            elif self.now == "flight" and not light:
                self.now = "contact"


class PhaseTracker:
    """Follows one raise after the other.

    Args:
        look: what to expect of the exercise.
        grid_hz: points a second.
    """

    def __init__(self, look: Look, grid_hz: float) -> None:
        self._period_s = 1 / grid_hz
        self._least_mps = _LEAST_LOW_MPS if look.rise_m[0] < 0.01 else _LEAST_MPS
        self._leak, self._slow, self._fade = (
            math.exp(-1 / (each_s * grid_hz)) for each_s in (_LEAK_S, _BASE_S, _LATELY_S)
        )
        self._base_mps2: float | None = None
        self._speed_mps = 0.0
        self._fastest_mps = 0.0
        self.now: RepPhase = "waiting"

    def push(self, norm_mps2: float) -> None:
        """Take the size of smoothed force at the next point."""
        base = norm_mps2 if self._base_mps2 is None else self._base_mps2
        self._base_mps2 = self._slow * base + (1 - self._slow) * norm_mps2
        self._speed_mps *= self._leak
        self._speed_mps += (norm_mps2 - self._base_mps2) * self._period_s
        size_mps = min(abs(self._speed_mps), _MOST_MPS)
        self._fastest_mps = max(self._fade * self._fastest_mps, size_mps)
        going: RepPhase = "up" if self._speed_mps > 0 else "down"
        share = _GO_ON if going == self.now else _BEGIN
        if abs(self._speed_mps) > max(self._least_mps, share * self._fastest_mps):
            self.now = going
        elif self.now in ("up", "down"):
            self.now = "top" if self.now == "up" else "rest"
