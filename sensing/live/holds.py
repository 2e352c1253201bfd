"""The provisional clock of holds: when a position is reached, and when it is left.

On the toes or on one leg the shank sways and trembles several times as much as on two flat feet.
Its jerk below 12 Hz shows this (as in ``sensing/analysis/holds``, but causally). A raise starts the
clock; lowering or the end of the sway stops it. A balance begins and ends with its sway; after a
hop it begins when the landing has been absorbed. The end is detected a moment late, and the clock
is then set back to it.
"""

from __future__ import annotations

from collections import deque
from typing import Literal

import numpy as np

from sensing.live.pulses import Pulse, PulseFinder

Begins = Literal["up", "sway", "landing"]
"""How a hold begins: with a raise, with sway (a foot is lifted), with the landing of a hop."""

JERK_HZ = 12.0
_LEVEL_S, _END_LEVEL_S = 0.5, 0.32
"""Averaging time of the sway; shorter for detecting its end."""
_REST_MPS3 = 0.7
_REST_RANGE_MPS3 = (0.2, 1.5)
_REST_SHARE = 20.0
_REST_MEMORY_S, _REST_LEAST_S = 60.0, 2.0
"""The level at rest is the 20th percentile of the last minute outside holds. Before two seconds are
known it is taken to be 0.7 m/s³, as in most people; nobody stands stiller than 0.2."""
_ABOVE = 1.6
_SUSTAINED_S, _UNSEEN_UP_S = 0.8, 1.5
_BACK = 1.35
_BACK_S = 0.4
"""A balance begins at 1.6 times the level at rest for 0.8 s; a raise whose way up was not detected
(a sensor on the shoe tilts with the foot) after 1.5 s. A hold is over after 0.4 s near rest."""
_MOVING_MPS3 = 60.0
"""Steps and landings; holds lie below 25."""
_ABSORBED = 3.0
"""A landing has been absorbed when the sway is below so many times the level at rest."""
_ABSORBED_LEAST_MPS3 = 8.0
_DOWN_WAY_S, _FOOT_DOWN_S = 0.7, 0.5
"""If no lowering is detected, the hold ended this long before the sway did; putting a foot down is
quicker than lowering the heel."""
_LEAST_UP_MPS, _MOST_LEAN_DEG, _MOST_SHAKE_MPS2 = 0.02, 9.0, 0.9
"""A raise is at least this fast; a step tilts and shakes the shank more."""
_TREMBLING = 1.3
"""Sway on the toes is at least so many times that at rest."""
_USUAL_UP_MPS = 0.08
_DOWN, _SLOW_DOWN = 0.4, 0.15
"""Speed of a lowering against the raise: by itself, and once the sway has ended."""
_REBOUND_S = 0.8
"""The kernel answers a quick raise with a false lowering behind it."""
_NEAR_S = 2.0
_AGAIN_S = 3.0
"""Nobody rises again sooner; an upward movement before that is the heel landing."""
_SHORTEST_S = 1.5
"""A shorter hold is withdrawn."""


class HoldCounter:
    """Runs a clock while a position is held.

    Args:
        begins: how a hold of this exercise begins.
        grid_hz: points a second.
    """

    def __init__(self, begins: Begins, grid_hz: float) -> None:
        self._begins = begins
        self._grid_hz = grid_hz
        self.from_s: float | None = None
        self.to_s: float | None = None
        self.first_s: float | None = None
        self._up_mps = _USUAL_UP_MPS
        self._unseen = False
        self._jerks: deque[float] = deque(maxlen=round(_LEVEL_S * grid_hz))
        self._end_n = round(_END_LEVEL_S * grid_hz)
        self._rests: deque[float] = deque(maxlen=round(_REST_MEMORY_S * grid_hz))
        self._rest_mps3 = _REST_MPS3
        self._held: deque[float] = deque(maxlen=round(20 * grid_hz))
        self._above_s: float | None = None
        self._back_s: float | None = None
        self._landed_s: float | None = None
        self._end_estimated = False
        self.count = 0
        self.withdrawn = 0

    @property
    def holding(self) -> bool:
        """The clock is running."""
        return self.from_s is not None and self.to_s is None

    def held_s(self, now_s: float) -> float:
        """Time held so far, s; after the end of the hold, its duration."""
        if self.from_s is None:
            return 0.0
        return max(0.0, (now_s if self.to_s is None else self.to_s) - self.from_s)

    def land(self, time_s: float) -> None:
        """A hop has landed."""
        if self.holding:
            self._leave(time_s)
        self._landed_s = time_s

    def point(self, jerk_mps3: float, time_s: float) -> None:
        """Take the jerk at one point."""
        self._jerks.append(jerk_mps3)
        level = self._level()
        if self.holding:
            self._watch_end(level, time_s)
            return
        self._rests.append(level)
        if len(self._rests) > _REST_LEAST_S * self._grid_hz and len(self._rests) % 5 == 0:
            low, high = _REST_RANGE_MPS3
            rest = float(np.percentile(np.asarray(self._rests), _REST_SHARE))
            self._rest_mps3 = min(max(rest, low), high)
        if self._begins == "landing":
            self._watch_landing(level, time_s)
        else:
            self._watch_start(level, time_s)

    def add(self, pulse: Pulse, finder: PulseFinder, now_s: float) -> None:
        """Take an upward or downward movement."""
        if self._begins != "up":
            return
        start_s = now_s - (finder.newest - pulse.start) / self._grid_hz
        if pulse.size_mps > 0:
            self._moved_up(pulse, start_s)
        else:
            self._moved_down(pulse, start_s)

    def _moved_up(self, pulse: Pulse, start_s: float) -> None:
        calm = pulse.lean_deg < _MOST_LEAN_DEG and pulse.shake_mps2 < _MOST_SHAKE_MPS2
        trembling = self._level() > _TREMBLING * self._rest_mps3
        # A clock that sway started began too soon if the raise comes only now.
        ready = self._rested(start_s) and (not self.holding or self._unseen)
        if pulse.size_mps >= _LEAST_UP_MPS and calm and trembling and ready:
            self.count -= self.holding
            self._up_mps, self._unseen = pulse.size_mps, False
            self._reach(start_s + 2 * (pulse.point - pulse.start) / self._grid_hz)

    def _moved_down(self, pulse: Pulse, start_s: float) -> None:
        if self.from_s is None or start_s < self.from_s + _REBOUND_S:
            return
        share = -pulse.size_mps / self._up_mps
        if self.holding and share > _DOWN:
            self._leave(start_s)
            return
        near = self.to_s is not None and abs(start_s - self.to_s) < _NEAR_S
        if self._end_estimated and near and share > _SLOW_DOWN:
            self.to_s = start_s
            self._end_estimated = False

    def _rested(self, time_s: float) -> bool:
        again_s = _AGAIN_S if self._begins == "up" else 0.0
        return self.to_s is None or time_s - self.to_s > again_s

    def _level(self) -> float:
        return sum(self._jerks) / max(1, len(self._jerks))

    def _watch_start(self, level: float, time_s: float) -> None:
        if not self._rest_mps3 * _ABOVE <= level < _MOVING_MPS3 or not self._rested(time_s):
            self._above_s = None
            return
        if self._above_s is None:
            self._above_s = time_s
        long_s = _SUSTAINED_S if self._begins == "sway" else _UNSEEN_UP_S
        if time_s - self._above_s >= long_s:
            self._up_mps, self._unseen = _USUAL_UP_MPS, self._begins == "up"
            self._reach(self._above_s)
            self._above_s = None

    def _watch_landing(self, level: float, time_s: float) -> None:
        if self._landed_s is None:
            return
        calm = max(_ABSORBED_LEAST_MPS3, _ABSORBED * self._rest_mps3)
        if level < calm and time_s - self._landed_s > _LEVEL_S:
            self._landed_s = None
            self._reach(time_s - _LEVEL_S / 2)

    def _watch_end(self, level: float, time_s: float) -> None:
        recent = list(self._jerks)[-self._end_n :]
        quick = sum(recent) / len(recent)
        if level > _MOVING_MPS3 and self._begins != "landing":
            self._leave(time_s - _LEVEL_S / 2)
            return
        self._held.append(level)
        usual = float(np.median(np.asarray(self._held))) if len(self._held) > self._grid_hz else 0.0
        limit = max(_BACK * self._rest_mps3, min(np.sqrt(self._rest_mps3 * usual), 0.5 * usual))
        if quick >= limit:
            self._back_s = None
            return
        if self._back_s is None:
            self._back_s = time_s
        if time_s - self._back_s < _BACK_S:
            return
        earlier_s = _DOWN_WAY_S if self._begins == "up" else _FOOT_DOWN_S
        self._leave(self._back_s - _END_LEVEL_S / 2 - earlier_s)
        self._end_estimated = True

    def _reach(self, time_s: float) -> None:
        self.count += 1
        self.from_s, self.to_s = time_s, None
        self.first_s = time_s if self.first_s is None else self.first_s
        self._held.clear()
        self._back_s = None
        self._end_estimated = False

    def _leave(self, time_s: float) -> None:
        self._above_s = self._back_s = None
        if self.from_s is None or time_s - self.from_s >= _SHORTEST_S:
            self.to_s = time_s
            return
        self.count -= 1
        self.withdrawn += 1
        self.first_s = None if self.first_s == self.from_s else self.first_s
        self.from_s = self.to_s = None
