"""The provisional count of raises: which upward movements are reps, and which of those are over.

An upward movement is a rep if its size is usual for the set, the shank tilts little, and nothing
shakes as in walking. It is counted at once and certain when the heel is down again
(:mod:`sensing.live.raise_end`) or, if that cannot be seen, when the movement down is long past.
Until then nothing else is a rep: the kernel answers every quick movement with smaller false ones
around it. Raises of about three seconds lie below the usual band; a slow band finds them, and there
a double integral has to confirm that something rose.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from sensing.core.exercises import Look
from sensing.live.pulses import Pulse, PulseFinder
from sensing.live.raise_end import RaiseEnd

SMALLEST, _LARGEST = 0.4, 2.3
"""Size of a rep's pulse against the set's own median; partial reps are 0.4–0.7."""
_FIRST_MPS, _FIRST_LOW_MPS = 0.03, 0.006
_FIRST_MOST_MPS = 0.25
"""Size of the first: ankles rise at 0.05–0.2 m/s, at 0.01–0.02 in a tibialis raise; steps are
quicker."""
_LEAN_DEG = 9.0
"""A shank leans 1–8° in a raise and much more in a step."""
_SHAKE_MPS2 = 0.9
_LOWERED, _CAME_DOWN = 0.5, 0.6
"""A movement down of this size, against the usual one up, may be a lowering, or is one for itself;
the kernel answers a movement up with smaller ones (0.3–0.5) before and behind it."""
_CYCLE_S, _STILL_UP_S, _STILL_UP = 2.5, 4.0, 0.8
"""An open rep is left behind by the next movement up after 2.5 s, or 4 s if the heel still seems to
be up."""
_REBOUND_S, _REBOUND = 1.1, 0.55
"""The kernel answers a quick movement down with one up behind it, up to half its size, when its
wide part (0.5 s) has the movement behind it."""
_LEAST_SLOW_MPS, _LEAST_SLOW_RISE_M = 0.006, 0.015
"""3 cm in 3 s are 0.008 m/s in the slow band. Drift makes up a centimetre: toe raises, which rise
less, are left to the usual band."""
_SLOW_REBOUND_S = 2.6
_SLOW_LEAN_DEG, _SLOW_SHAKE_MPS2 = 6.0, 0.45
_ONE_TEMPO_S, _SAME_S = 8.0, 0.5
"""A set that had quick raises lately has no slow ones; a slow movement that began half a second
after one that was counted is the same."""
_RISE_SHARE = 0.4
"""A rep rises at least so much of what the reps before did, or of the least there is."""
_LONG_PAST = 0.5
"""A movement down whose fastest moment is this share of the slowest lowering ago is over."""


class RepCounter:
    """Counts movements up that are of the set's own kind.

    Args:
        look: what to expect of the exercise.
        grid_hz: points a second.

    Attributes:
        count: movements that are reps.
        risen: those of them that are over and whose height is known.
        rise_m: height of the last of these, assuming the ankle at rest at its end, m.
    """

    def __init__(self, look: Look, grid_hz: float) -> None:
        self._grid_hz = grid_hz
        self._first_mps = _FIRST_LOW_MPS if look.rise_m[0] < 0.01 else _FIRST_MPS
        self._cycle_n, self._still_up_n = _CYCLE_S * grid_hz, _STILL_UP_S * grid_hz
        self._least_rise_m = look.rise_m[0]
        self._past_n = _LONG_PAST * look.lower_s[1] * grid_hz
        self._sizes: deque[float] = deque(maxlen=9)
        self._leans: deque[float] = deque(maxlen=9)
        self._rises_m: deque[float] = deque(maxlen=9)
        self._went_down = self._lowered = True
        self._raise_end: RaiseEnd | None = None
        self._last = self._over = self._last_quick = -(10**9)
        self._rejected: deque[Pulse] = deque(maxlen=3)
        self._rebound_n = _REBOUND_S * grid_hz
        self._down = Pulse(-(10**9), 0.0, 0.0, 0.0)
        self._slow_down = self._down
        self.count = 0
        self.risen = 0
        self.rise_m: float | None = None

    @property
    def usual_mps(self) -> float | None:
        """Median size of the movements counted."""
        return float(np.median(self._sizes)) if self._sizes else None

    @property
    def uncertain(self) -> bool:
        """The last movement up is not known to be over."""
        return self._raise_end is not None

    def point(self, finder: PulseFinder) -> None:
        """Take note of the newest point."""
        if self._raise_end is None:
            return
        landed = self._raise_end.push(finder.norms_since(finder.newest)[0])
        long_ago = finder.newest - self._down.point > self._past_n
        past = (self._went_down and long_ago) or (self._lowered and self._raise_end.nearly_over)
        if landed or past:
            self._close(finder.newest if landed else self._down.point)

    def add(self, pulse: Pulse, finder: PulseFinder) -> bool:
        """Take a movement; True if it was counted."""
        usual = self.usual_mps
        least = self._first_mps if usual is None else max(SMALLEST * usual, self._first_mps / 2)
        if pulse.size_mps < 0:
            self._down = pulse
            if usual is not None:
                self._lowered = self._lowered or -pulse.size_mps > _LOWERED * usual
                self._went_down = self._went_down or -pulse.size_mps > _CAME_DOWN * usual
            return False
        rebound = pulse.point - self._down.point < self._rebound_n
        if rebound and pulse.size_mps < -_REBOUND * self._down.size_mps:
            return False
        if pulse.size_mps < least or not self._is_like(pulse, usual):
            return self._reconsider(pulse, finder)
        if self._is_open(pulse.point):
            return False
        self._sizes.append(pulse.size_mps)
        self._leans.append(pulse.lean_deg)
        self._last_quick = pulse.point
        self._count(1, pulse, finder)
        return True

    def add_slow(self, pulse: Pulse, finder: PulseFinder) -> bool:
        """Take a movement of the slow band; True if it was a raise that had not been counted."""
        if pulse.size_mps < 0:
            self._slow_down = pulse
            self._lowered = self._lowered or not self._sizes
            return False
        calm = pulse.lean_deg < _SLOW_LEAN_DEG and pulse.shake_mps2 < _SLOW_SHAKE_MPS2
        if pulse.size_mps < _LEAST_SLOW_MPS or not (calm and self._rises_clearly):
            return False
        apart_s = (pulse.point - self._slow_down.point) / self._grid_hz
        rebound = apart_s < _SLOW_REBOUND_S
        if rebound and pulse.size_mps < -_REBOUND * self._slow_down.size_mps:
            return False
        quick_s = (pulse.start - self._last_quick) / self._grid_hz
        counted_s = (pulse.start - self._last) / self._grid_hz
        if quick_s < _ONE_TEMPO_S or counted_s < _SAME_S or self._is_open(pulse.point):
            return False
        rising = RaiseEnd(self._grid_hz, pulse.point - pulse.start, 0.0)
        for norm_mps2 in finder.norms_since(pulse.start):
            rising.push(norm_mps2)
        if rising.rise_m < self._least_rise_m:
            return False
        self._count(1, pulse, finder)
        return True

    @property
    def _rises_clearly(self) -> bool:
        """The height is larger than what drift adds up to during a raise."""
        return self._least_rise_m >= _LEAST_SLOW_RISE_M

    def _is_open(self, point: int) -> bool:
        """The rep before is still under way, so this point cannot belong to another."""
        if point < self._over:
            return True
        if self._went_down:
            return False
        up = (
            self._raise_end is not None and self._raise_end.left > _STILL_UP and self._rises_clearly
        )
        return point - self._last < (self._still_up_n if up else self._cycle_n)

    def _count(self, more: int, pulse: Pulse, finder: PulseFinder) -> None:
        self.count += more
        self._last = pulse.point
        self._went_down = self._lowered = False
        self._rejected.clear()
        least_m = _RISE_SHARE * self._least_rise_m
        if self._rises_m:
            least_m = max(least_m, _RISE_SHARE * float(np.median(self._rises_m)))
        self._raise_end = RaiseEnd(self._grid_hz, pulse.point - pulse.start, least_m)
        # It may be over by the time its way up is settled.
        for point, norm_mps2 in enumerate(finder.norms_since(pulse.start), start=pulse.start):
            if self._raise_end.push(norm_mps2):
                self._close(point)
                return

    def _close(self, point: int) -> None:
        """The rep was over at this point."""
        if self._raise_end is not None:
            self.rise_m = self._raise_end.rise_m
            self.risen += 1
            self._rises_m.append(self.rise_m)
        self._raise_end = None
        self._went_down = True
        self._over = point

    def _reconsider(self, pulse: Pulse, finder: PulseFinder) -> bool:
        """Three similar rejected movements in a row are the set; what came before was not."""
        if not self._first_mps <= pulse.size_mps <= _FIRST_MOST_MPS:
            return False
        self._rejected.append(pulse)
        sizes = [each.size_mps for each in self._rejected]
        leans = [each.lean_deg for each in self._rejected]
        calm = max(each.shake_mps2 for each in self._rejected) < _SHAKE_MPS2
        alike = max(sizes) < 1.8 * min(sizes) and max(leans) < _LEAN_DEG
        if len(sizes) < 3 or not (alike and calm):
            return False
        self._sizes.clear()
        self._sizes.extend(sizes)
        self._leans.clear()
        self._leans.extend(leans)
        self._count(3, pulse, finder)
        return True

    def _is_like(self, pulse: Pulse, usual: float | None) -> bool:
        if pulse.shake_mps2 > _SHAKE_MPS2:
            return False
        if usual is None and pulse.size_mps > _FIRST_MOST_MPS:
            return False
        if usual is not None and pulse.size_mps > _LARGEST * usual and len(self._sizes) > 1:
            return False
        lean_deg = float(np.median(self._leans)) if self._leans else 0.0
        return pulse.lean_deg < max(_LEAN_DEG, 1.8 * lean_deg)
