"""The live guess at hops: a landing counts when it comes, its contact when the foot has left."""

from __future__ import annotations

from collections import deque
from typing import Literal

_LANDING_G = 2.0
_LIGHT_G = 0.85
_LIGHT_S = 0.045
"""|f| is below 0.85 g for at least 45 ms before a landing, which peaks at 2 g and more."""
_SHORTEST_CONTACT_S = 0.08
_CLOSEST_S = 0.25
_RISE_S = 0.06

HopPhase = Literal["waiting", "contact", "flight"]


class HopGuess:
    """Counts landings: light for long enough, then a blow."""

    def __init__(self) -> None:
        self.count = 0
        self.phase: HopPhase = "waiting"
        self.contacts_s: deque[float] = deque(maxlen=5)
        self.best_contact_s: float | None = None
        self.first_s: float | None = None
        self._light_since_s: float | None = None
        self._light_till_s = 0.0
        self._landed_s: float | None = None
        self.last_s: float | None = None

    def step(self, norm_g: float, calm_g: float, time_s: float) -> None:
        """Take one sample: |f| as it is and without what rings above 20 Hz."""
        if calm_g < _LIGHT_G:
            if self._light_since_s is None:
                self._light_since_s = time_s
            self._light_till_s = time_s
            long_enough = time_s - self._light_since_s >= _LIGHT_S
            if long_enough and self._landed_s is not None:
                contact_s = self._light_since_s - self._landed_s
                if contact_s > _SHORTEST_CONTACT_S:
                    self.contacts_s.append(contact_s)
                    self.best_contact_s = min(contact_s, self.best_contact_s or contact_s)
                    self._landed_s = None
                    self.phase = "flight"
            return
        if self._light_since_s is None:
            return
        if norm_g > _LANDING_G:
            apart = self.last_s is None or time_s - self.last_s > _CLOSEST_S
            if self._light_till_s - self._light_since_s >= _LIGHT_S and apart:
                self.count += 1
                self._landed_s = self.last_s = time_s
                self.phase = "contact"
                self.first_s = time_s if self.first_s is None else self.first_s
            self._light_since_s = None
        elif time_s - self._light_till_s > _RISE_S:
            # Rose out of lightness without a blow: a step, not a flight.
            self._light_since_s = None
