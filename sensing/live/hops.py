"""The provisional count of hops: each landing is counted when it happens.

A landing is recognised in one of two ways. A clear one: |f| is small for a while, then there is an
impact. A soft or running one has no phase of small |f|, but it is sharp: a burst of jerk without
another one just before, while the leg moves down (as in ``sensing/analysis/hops``, but causally).
Toe-off is sharp too, but by then the leg moves up. Jumps from standing have sharp pushes on the way
down as well; of these only clear landings count, unless the legs are tucked in the air, because
then |f| is never small.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from sensing.core.exercises import Look
from sensing.core.units import G_MPS2, Floats

_LANDING_G = 2.0
_LIGHT_G = 0.85
_LIGHT_S = 0.045
"""|f| is below 0.85 g for at least 45 ms before a clear landing, which peaks at 2 g and more."""
_SHORTEST_CONTACT_S = 0.08
_RISE_S = 0.06
_CLOSEST_S = 0.22
_CLOSEST_CLEAR_S = 0.25
_CLOSEST_BEAT = 0.5
"""Landings of one foot are no closer than this, nor than half their usual interval."""
_SAME_SERIES_S = 1.5
_BEATS = 4

_JERK_S = 0.01
_WEAK_GPS = 40.0
_STRONG_GPS = 90.0
_VERY_STRONG_GPS = 250.0
"""Bursts begin at the first; landings score above the second (100–1500) if |f| was small for a
moment before, and above the third in any case."""
_LITTLE_LIGHT_S = 0.025
_BURST_S = 0.03
_QUIET_S = (0.065, 0.015)
_LIGHT_BEFORE_S = 0.12
_LEAK_S = 0.3
_FALL_WITHIN_S = 0.6
_LEAST_FALL_MPS = 0.6
"""Jerk is a change over 10 ms. The leg moves down where the leaky integral of |f| − 1 g falls."""
_STANDING_S, _TUCKED_S = 1.0, 1.0
"""Contacts this long are stands; flights this long are those of tucked jumps."""

HopPhase = Literal["waiting", "contact", "flight"]


class JerkMeter:
    """Rate of change of specific force, sample by sample, however they arrive."""

    def __init__(self, rate_hz: float) -> None:
        self._apart = max(1, round(_JERK_S * rate_hz))
        self._per_s = rate_hz / self._apart / G_MPS2
        self._before: Floats | None = None

    def push(self, acc_mps2: Floats) -> Floats:
        """Size of the change at each of the samples of shape (n, 3), shape (n,), g/s."""
        if self._before is None:
            self._before = np.repeat(acc_mps2[:1], self._apart, axis=0)
        whole = np.concatenate([self._before, acc_mps2])
        self._before = whole[-self._apart :]
        change = whole[self._apart :] - whole[: -self._apart]
        return np.asarray(np.sqrt((change**2).sum(axis=1)) * self._per_s, dtype=np.float64)


class HopCounter:
    """Counts landings.

    Args:
        rate_hz: samples a second.
        look: what to expect of the exercise.
    """

    def __init__(self, rate_hz: float, look: Look) -> None:
        standing = look.contact_s[1] > _STANDING_S
        self._soft_too = not standing or look.flight_s[1] > _TUCKED_S
        self.count = 0
        self.phase: HopPhase = "waiting"
        self.first_s: float | None = None
        self.last_s: float | None = None
        self._light_since_s: float | None = None
        self._light_till_s = 0.0
        self._landed_s: float | None = None
        self._beats_s: deque[float] = deque(maxlen=_BEATS)
        self._period_s = 1 / rate_hz
        self._leak = math.exp(-1 / (_LEAK_S * rate_hz))
        self._speed_mps = 0.0
        self._speeds: deque[float] = deque(maxlen=max(2, round(_FALL_WITHIN_S * rate_hz)))
        self._jerks: deque[float] = deque(maxlen=max(2, round(_QUIET_S[0] * rate_hz)))
        self._near = round(_QUIET_S[1] * rate_hz)
        self._lights: deque[bool] = deque(maxlen=max(1, round(_LIGHT_BEFORE_S * rate_hz)))
        self._burst: _Burst | None = None

    def step(self, norm_g: float, calm_g: float, jerk_gps: float, time_s: float) -> None:
        """Take one sample.

        Args:
            norm_g: |f|, g.
            calm_g: the same low-pass filtered at 20 Hz, g.
            jerk_gps: how fast force changes, g/s.
            time_s: when it was taken.
        """
        self._watch_jerk(jerk_gps, time_s)
        self._speed_mps = self._leak * self._speed_mps + (norm_g - 1) * G_MPS2 * self._period_s
        self._speeds.append(self._speed_mps)
        self._jerks.append(jerk_gps)
        self._lights.append(calm_g < _LIGHT_G)
        self._watch_lightness(norm_g, calm_g, time_s)

    def _watch_lightness(self, norm_g: float, calm_g: float, time_s: float) -> None:
        if calm_g < _LIGHT_G:
            if self._light_since_s is None:
                self._light_since_s = time_s
            self._light_till_s = time_s
            if time_s - self._light_since_s >= _LIGHT_S and self._landed_s is not None:
                self._take_off(self._light_since_s - self._landed_s)
            return
        if self._light_since_s is None:
            return
        if norm_g > _LANDING_G:
            if self._light_till_s - self._light_since_s >= _LIGHT_S:
                begun_s = time_s if self._burst is None else self._burst.begun_s
                self._land(begun_s, _CLOSEST_CLEAR_S)
            self._light_since_s = None
        elif time_s - self._light_till_s > _RISE_S:
            # |f| rose again without an impact: a step, not a flight.
            self._light_since_s = None

    def _watch_jerk(self, jerk_gps: float, time_s: float) -> None:
        burst = self._burst
        if burst is not None and time_s - burst.begun_s > _BURST_S:
            self._burst = None
            if self._soft_too and burst.is_landing():
                usual_s = float(np.median(self._beats_s)) if len(self._beats_s) > 1 else 0.0
                self._land(burst.begun_s, max(_CLOSEST_S, _CLOSEST_BEAT * usual_s))
        elif burst is not None:
            burst.peak_gps = max(burst.peak_gps, jerk_gps)
        elif jerk_gps >= _WEAK_GPS and self._speeds:
            before = islice(self._jerks, max(0, len(self._jerks) - self._near))
            high, low = max(self._speeds), min(self._speeds)
            self._burst = _Burst(
                begun_s=time_s,
                peak_gps=jerk_gps,
                before_gps=max(before, default=0.0),
                falling=(high - self._speed_mps) / max(high - low, _LEAST_FALL_MPS),
                light_s=sum(self._lights) * self._period_s,
            )

    def _land(self, time_s: float, closest_s: float) -> None:
        if self.last_s is not None:
            apart_s = time_s - self.last_s
            if apart_s <= closest_s:
                return
            if apart_s < _SAME_SERIES_S:
                self._beats_s.append(apart_s)
        self.count += 1
        self._landed_s = self.last_s = time_s
        self.phase = "contact"
        self.first_s = time_s if self.first_s is None else self.first_s

    def _take_off(self, contact_s: float) -> None:
        if contact_s > _SHORTEST_CONTACT_S:
            self._landed_s = None
            self.phase = "flight"


@dataclass(slots=True, kw_only=True)
class _Burst:
    """A burst of jerk, and what came before it.

    Attributes:
        begun_s: when it began.
        peak_gps: its sharpest so far.
        before_gps: the sharpest just before it.
        falling: 1 where the leg moves down as fast as lately, near 0 where it moves up.
        light_s: how long |f| was small just before.
    """

    begun_s: float
    peak_gps: float
    before_gps: float
    falling: float
    light_s: float

    def is_landing(self) -> bool:
        """True if it is sharp, nothing came just before, and the leg moves down."""
        quiet = max(0.1, 1 - self.before_gps / self.peak_gps)
        score_gps = self.peak_gps * quiet * max(0.0, self.falling) ** 2
        sharp = self.peak_gps >= _VERY_STRONG_GPS or self.light_s >= _LITTLE_LIGHT_S
        return sharp and score_gps >= _STRONG_GPS
