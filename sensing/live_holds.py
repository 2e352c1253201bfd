"""The live guess at holds: a way up starts the clock, a way down as far stops it."""

from __future__ import annotations

from sensing.live_pulses import LAG_S, Pulse, PulseFinder
from sensing.live_reps import SMALLEST, RepGuess

_STIR_MPS2 = 0.5
_HALF_PULSE_S = 0.35
_AGAIN_S = 3.0
"""Nobody is back in position sooner after leaving it; what moves up before is the landing."""


class HoldGuess:
    """Runs a clock while a position is held.

    Args:
        reps: knows a way up.
    """

    def __init__(self, reps: RepGuess) -> None:
        self._reps = reps
        self.from_s: float | None = None
        self.to_s: float | None = None
        self._stirred_s: float | None = None
        self.first_s: float | None = None

    @property
    def holding(self) -> bool:
        """The clock runs."""
        if self.from_s is not None:
            return self.to_s is None
        return self._stirred_s is not None

    def held_s(self, now_s: float) -> float:
        """How long the position has been kept, s; after it was left, how long it was."""
        if self.from_s is not None:
            return max(0.0, (now_s if self.to_s is None else self.to_s) - self.from_s)
        return 0.0 if self._stirred_s is None else max(0.0, now_s - self._stirred_s)

    def point(self, shake_mps2: float, time_s: float) -> None:
        """Take note of how much shakes."""
        if shake_mps2 > _STIR_MPS2:
            self._stirred_s = time_s

    def hear(self, pulse: Pulse, finder: PulseFinder, now_s: float) -> None:
        """Take a movement up or down."""
        time_s = now_s - LAG_S
        up = self._reps.usual_mps
        left_s = float("-inf") if self.to_s is None else self.to_s
        if pulse.size_mps > 0 and time_s - left_s > _AGAIN_S and self._reps.hear(pulse, finder):
            if self.from_s is None or self.to_s is not None:
                self.from_s, self.to_s = time_s + _HALF_PULSE_S, None
                self.first_s = self.from_s if self.first_s is None else self.first_s
        elif up is not None and self.to_s is None and pulse.size_mps < -SMALLEST * up:
            self.to_s = time_s - _HALF_PULSE_S
