"""Is the last raise of a recent window over, when did it begin, and how high did it go?

The heel is down when the shank is back where it began, in height and in lean. Height is vertical
acceleration since the beginning integrated twice as if the ankle were at rest at both ends: a
velocity wrongly taken for zero bends the whole path up, so half-way down a slow lowering this is
still far from back. Lean does not drift, but an ankle that hardly leans says nothing by it, so it
has the more to say the further the shank swung. Where drift leaves height in doubt, a raise is over
once its way down has clearly slowed, or has taken longer than those before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.raise_signals import RaiseSignals, leans, speed_below
from sensing.core.units import Floats, Ints

# Constants, chosen by hand on simulated recordings and six of people; not fitted.

_FORCE_HZ = 4.0
"""Hz; low-pass of force. Larger: tremor gets in; smaller: the newest points say less."""
_FOOT = 0.1
"""Share of the fastest moment at which a movement begins …"""
_BEYOND_FOOT = 0.1
"""… and share of the way there further out (a minimum-jerk one: 0.09). Larger: it begins sooner."""
_BACK = 0.2
"""Share of the way left at which a raise is over. Larger: half-way down may pass for the end;
smaller: what people leave out of a lowering keeps it open."""
_PARTLY_BACK = 0.6
"""The same where nothing moves any more: drift adds up over a slow raise. Larger and smaller
likewise."""
_LEANS_DEG = (4.0, 10.0)
"""Swing from which lean has a say, and its whole say. Larger: height, which drifts, decides more;
smaller: sway does."""
_LEAN_SAYS = 0.7
"""The whole say of lean. Larger and smaller likewise."""
_SOONEST_S = 0.3
"""s after its fastest moment; people left to themselves are down again after 0.4. Larger: quick
raises are late; smaller: the quick way up and overshoot pass for a raise."""
_BEYOND_TOP = 1.3
"""The same in times of the way from its beginning to there, as the top is about as far again."""
_LOOKED_BACK_S = 0.4
"""s before the newest point in which the end may lie: a look and some. Larger: slower."""
_CALM_S, _CALM, _WENT_DOWN = 0.4, 0.12, 0.25
"""A raise is over, too, after so long at this share of its speed or less, if it went down at that
share. Longer or smaller: later; shorter or larger: a pause half-way down is an end."""
_TURNED_S, _TURNED = 0.1, 0.2
"""So it is if it has slowed down for this long to this share of its fastest way down. Longer or
smaller: later; shorter or larger: tremor half-way down is an end."""
_USUAL_S = 0.2
"""s beyond the usual duration at which a raise that went down is over wherever height and lean
seem to be. Larger: drift keeps small raises open."""


@dataclass(frozen=True, slots=True)
class Course:
    """A raise as far as it went.

    Attributes:
        start: grid position at which it began.
        over: whether the heel is down.
        rise_m: greatest height if the ankle is at rest at the newest point, m.
    """

    start: int
    over: bool
    rise_m: float


class RepEnds:
    """Follows the raises of one set.

    Args:
        signals: of the recent window.
        at: grid positions of the set's fastest upward moments.
    """

    def __init__(self, signals: RaiseSignals, at: Ints) -> None:
        self._rate_hz = signals.rate_hz
        self._drive = signals.drive_mps
        self._speed = speed_below(signals, _FORCE_HZ)
        self._lean = leans(signals, at)[0]

    def start(self, at: int) -> int:
        """Grid position at which the raise with its fastest moment ``at`` began."""
        slow = np.flatnonzero(self._drive[:at] < _FOOT * self._drive[at])
        foot = int(slow[-1]) if len(slow) else 0
        return max(0, foot - 1 - int(_BEYOND_FOOT * (at - foot)))

    def follow(self, at: int, following: int | None = None, usual_s: float | None = None) -> Course:
        """The raise with its fastest moment ``at``, up to the newest point or the following one.

        Args:
            at: grid position.
            following: that of the next raise.
            usual_s: from there to the end in the raises before it; None if it isn't known.
        """
        start, rate = self.start(at), self._rate_hz
        stop = len(self._speed) if following is None else max(at + 1, self.start(following))
        push = np.diff(self._speed[start:stop])
        if len(push) == 0:
            return Course(start, over=False, rise_m=0.0)
        lean = self._lean[start + 1 : stop] - self._lean[start]
        swing_deg = float(np.degrees(lean.max(initial=0.0)))
        say = _LEAN_SAYS * float(np.interp(swing_deg, _LEANS_DEG, (0.0, 1.0)))
        soonest = at - start + max(_SOONEST_S * rate, _BEYOND_TOP * (at - start))
        first = max(int(soonest), len(push) - int(_LOOKED_BACK_S * rate))
        left = [
            say * _left(lean[: last + 1]) + (1 - say) * _left(_path(push[: last + 1]))
            for last in range(first, len(push))
        ]
        since = self._drive[at:stop] / self._drive[at]
        calmed = bool(left) and _calmed(since, rate, left[-1], usual_s)
        over = calmed or min(left, default=1.0) < _BACK
        # What the ankle does after the heel is down would bend the path.
        down = first + int(np.argmin(left)) + 1 if over and left else len(push)
        return Course(start, over=over, rise_m=float(_path(push[:down]).max(initial=0.0)) / rate)


def _left(way: Floats) -> float:
    """Share of the furthest way that is left at the end; all of it if it went nowhere."""
    furthest = float(way.max())
    return float(way[-1]) / furthest if furthest > 0 else 1.0


def _path(push: Floats) -> Floats:
    """Way from changes of velocity between two rests, shape (n,), in grid points × m/s."""
    speed = np.cumsum(push)
    speed -= speed[-1] / len(push) * np.arange(1, len(push) + 1)
    return np.asarray(np.cumsum(speed), dtype=np.float64)


def _calmed(since: Floats, rate_hz: float, left: float, usual_s: float | None) -> bool:
    """Went down and has clearly slowed, or has taken as long as those before it."""
    lowest = int(since.argmin())
    if since[lowest] > -_WENT_DOWN:
        return False
    if usual_s is not None and len(since) > (usual_s + _USUAL_S) * rate_hz:
        return True
    if left > _PARTLY_BACK:
        return False
    if usual_s is not None and len(since) > usual_s * rate_hz:
        return True
    if len(since) - lowest > _TURNED_S * rate_hz and since[-1] > _TURNED * since[lowest]:
        return True
    lately = since[-max(1, int(_CALM_S * rate_hz)) :]
    return bool(len(since) > 2 * len(lately) and np.abs(lately).max() < _CALM)
