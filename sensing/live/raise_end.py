"""Is a raise over? Tested at every point after the movement up.

If the heel is down now, the ankle is at rest now as it was before the raise, and as high. So the
vertical acceleration since then is integrated twice as if the velocity were zero at both ends (one
constant is taken off: gravity, bias and what lean does to them), and if that brings the height back
to where it began, the raise is over. Half-way down it does not: a velocity that is wrongly taken
for zero bends the whole path up, so a slow lowering is not taken for its end.
"""

from __future__ import annotations

import numpy as np

_BACK = 0.2
"""Share of the rise left at which it is over, …"""
_NEARLY_BACK = 0.5
"""… or at which it is if nothing moves any more: drift adds up over a long raise."""
_PARTLY_BACK = 0.7
"""Half-way down a slow lowering it is 0.8 and more."""
_QUIET_S = 0.2
_QUIET = 0.1
"""Acceleration at rest, as a share of the largest in the raise."""
_SOONEST_S = 0.3
"""After its fastest moment."""
_LONGEST_S = 14.0


class RaiseEnd:
    """Follows one raise from its beginning.

    Args:
        rate_hz: points a second.
        rising: points from the beginning to the fastest moment of the way up.
        least_rise_m: smallest height of a raise, m.
    """

    def __init__(self, rate_hz: float, rising: int, least_rise_m: float) -> None:
        self._least = least_rise_m * rate_hz**2
        self._rate_hz = rate_hz
        most = round(_LONGEST_S * rate_hz)
        self._acc = np.zeros(most)
        self._height = np.zeros(most)
        count = np.arange(1.0, most + 1)
        self._bend = count * (count + 1) / 2
        self._n = 0
        self._speed = self._way = self._origin = 0.0
        self._quiet = round(_QUIET_S * rate_hz)
        self._first = rising + max(1, round(_SOONEST_S * rate_hz))
        self._left = 1.0
        self.over = False

    def push(self, norm_mps2: float) -> bool:
        """Take the size of force at the next point; True once the raise is over."""
        if self.over or self._n >= len(self._acc):
            return self.over
        if self._n == 0:
            self._origin = norm_mps2
        n = self._n
        self._acc[n] = norm_mps2 - self._origin
        self._speed += float(self._acc[n])
        self._way += self._speed
        self._height[n] = self._way
        self._n += 1
        if self._n > self._first:
            self.over = self._is_back()
        return self.over

    @property
    def left(self) -> float:
        """Share of the height that is left, if the ankle is at rest now."""
        return self._left

    @property
    def rise_m(self) -> float:
        """Greatest height so far, if the ankle is at rest now, m."""
        n = self._n
        path = self._height[:n] - self._speed / max(1, n) * self._bend[:n]
        return float(path.max(initial=0.0)) / self._rate_hz**2

    @property
    def nearly_over(self) -> bool:
        """Nothing moves, well below the top: over if a lowering has been detected as well."""
        return self._left < _PARTLY_BACK and self._is_quiet()

    def _is_back(self) -> bool:
        n = self._n
        path = self._height[:n] - self._speed / n * self._bend[:n]
        top = int(path.argmax())
        if path[top] <= self._least:
            return False
        self._left = float(path[-1] / path[top])
        if self._left < _BACK:
            return True
        return self._left < _NEARLY_BACK and top < n - self._quiet and self._is_quiet()

    def _is_quiet(self) -> bool:
        n = self._n
        if n <= self._quiet:
            return False
        push = np.abs(self._acc[:n] - self._speed / n)
        return float(push[-self._quiet :].max()) < _QUIET * float(push.max())
