"""The live guess: what the screen shows while a set is under way. Provisional, never stored.

The bout decides (``sensing/session.py``); this only guesses, a moment after the movement. Reps are
counted by looking back over the last seconds four times a second: a window looked back on finds
.95–.99 of them where a purely causal integrator finds .90–.95 and ten false ones a session
(simulated, facts in docs/signals.md). A raise shows as uncertain from its top until it has come
down. Hops are counted at the landing. A hold's clock runs from the last real movement.

Looks happen at fixed sample numbers, so the guess too is the same however samples are chunked.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.signal import find_peaks

from sensing.exercises import Exercise
from sensing.filters import Causal, zero_phase
from sensing.samples import Samples
from sensing.units import G_MPS2, Floats

Phase = Literal["waiting", "up", "top", "down", "rest", "contact", "flight", "hold", "moving"]

_LOOK_HZ = 25.0
_LOOK_EVERY = 6
_MEMORY_S = 10.0
_SETTLE_S = 0.35
_LANDING_G = 2.5
_LIGHT_G = 0.85
_LIGHT_S = 0.045
_CONTACT_BIAS_S = 0.02
_STIR_MPS2 = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """What the screen may show now.

    Attributes:
        time_s: time of the newest sample, s, on the recording's clock.
        count: reps or hops so far.
        uncertain: the last one counted isn't over yet, or may not have been one.
        phase: what seems to be going on.
        contacts_s: the last ground contacts, roughly, newest last, s.
        hold_s: how long the position has been kept, s; 0 outside a hold.
        sway_mps2: RMS of specific force across the vertical over the last seconds, m/s².
        first_s: when the first rep, hop or hold of the set began, None before.
    """

    time_s: float
    count: int
    uncertain: bool
    phase: Phase
    contacts_s: tuple[float, ...]
    hold_s: float
    sway_mps2: float | None
    first_s: float | None


class LiveCounter:
    """Guesses along with the samples; ``view`` is what to show.

    Args:
        rate_hz: sample rate, Hz.
        exercise: what is being done; None counts nothing and only shows movement.
    """

    def __init__(self, rate_hz: float, exercise: Exercise | None) -> None:
        self._rate_hz = rate_hz
        self._exercise = exercise
        self._stride = max(1, round(rate_hz / _LOOK_HZ))
        self._grid_hz = rate_hz / self._stride
        self._smooth = Causal(rate_hz, min(4.0, 0.4 * self._grid_hz))
        self._memory: deque[Floats] = deque(maxlen=round(_MEMORY_S * self._grid_hz))
        self._seen = 0
        self._points = 0
        self._time_s = 0.0
        self._count = 0
        self._uncertain = False
        self._phase: Phase = "waiting"
        self._heights: deque[float] = deque(maxlen=12)
        self._last_peak = -1
        self._contacts: deque[float] = deque(maxlen=5)
        self._first_s: float | None = None
        self._light_since: float | None = None
        self._landed_s: float | None = None
        self._stirred_s: float | None = None
        self._sway: float | None = None

    @property
    def view(self) -> LiveView:
        """The guess as it stands."""
        hold_s = 0.0
        if self._exercise and self._exercise.has_holds and self._stirred_s is not None:
            hold_s = max(0.0, self._time_s - self._stirred_s)
        return LiveView(
            time_s=self._time_s,
            count=self._count,
            uncertain=self._uncertain,
            phase=self._phase,
            contacts_s=tuple(self._contacts),
            hold_s=hold_s,
            sway_mps2=self._sway,
            first_s=self._first_s,
        )

    def push(self, samples: Samples) -> LiveView:
        """Take the next samples, of any number."""
        smooth = self._smooth.push(samples.acc_mps2)
        if self._exercise is not None and self._exercise.has_hops:
            norms = np.linalg.norm(samples.acc_mps2, axis=1) / G_MPS2
            for i, norm_g in enumerate(norms.tolist()):
                self._step(norm_g, samples.time_s(i))
        first = -self._seen % self._stride
        for i in range(first, len(samples), self._stride):
            self._memory.append(smooth[i])
            self._points += 1
            self._time_s = samples.time_s(i)
            if self._points % _LOOK_EVERY == 0:
                self._look_back()
        self._seen += len(samples)
        if len(samples):
            self._time_s = samples.time_s(len(samples) - 1)
        return self.view

    def _step(self, norm_g: float, time_s: float) -> None:
        """One sample of hopping: light long enough, then a blow, is a landing."""
        if norm_g < _LIGHT_G:
            if self._light_since is None:
                self._light_since = time_s
                if self._landed_s is not None and time_s - self._landed_s > 0.06:
                    self._contacts.append(time_s - self._landed_s + _CONTACT_BIAS_S)
                    self._landed_s = None
                    self._phase = "flight"
        elif norm_g > _LANDING_G and self._light_since is not None:
            if time_s - self._light_since >= _LIGHT_S:
                self._count += 1
                self._landed_s = time_s
                self._phase = "contact"
                self._first_s = time_s if self._first_s is None else self._first_s
            self._light_since = None
        elif norm_g > 1.0 and self._light_since is not None:
            # Risen slowly out of a short lightness: the end of a step, not of a flight.
            short = time_s - self._light_since < _LIGHT_S
            self._light_since = None if short else self._light_since

    def _look_back(self) -> None:
        """Look at the last seconds as a whole, four times a second."""
        force = np.asarray(self._memory, dtype=np.float64)
        if len(force) < 2 * self._grid_hz:
            return
        norm = np.linalg.norm(force, axis=1)
        recent = force[-round(3 * self._grid_hz) :]
        mean = recent.mean(axis=0)
        up = mean / max(float(np.linalg.norm(mean)), 1e-9)
        off = recent - mean
        aside = off - np.outer(off @ up, up)
        self._sway = float(np.sqrt((aside**2).sum(axis=1).mean()))
        push = norm - float(np.median(norm))
        if float(np.abs(push[-_LOOK_EVERY:]).max()) > _STIR_MPS2:
            self._stirred_s = self._time_s
        if self._exercise is None:
            self._phase = "moving" if self._stirred_s == self._time_s else "rest"
        elif self._exercise.kind == "reps":
            self._count_reps(push)
        elif self._exercise.has_holds and not self._exercise.has_hops:
            self._phase = "moving" if self._stirred_s == self._time_s else "hold"
            if self._first_s is None and self._stirred_s is not None:
                self._first_s = self._stirred_s

    def _count_reps(self, push: Floats) -> None:
        assert self._exercise is not None  # noqa: S101 - narrowed by the caller
        look = self._exercise.look
        velocity = zero_phase(np.cumsum(push) / self._grid_hz, self._grid_hz, 0.12, band="highpass")
        velocity = zero_phase(velocity, self._grid_hz, 1.8)
        floor = max(0.007, 0.5 * 1.875 * look.rise_m[0] / look.rise_s[1])
        usual = float(np.median(self._heights)) if self._heights else floor / 0.35
        peaks, _ = find_peaks(velocity, height=max(floor, 0.35 * usual), prominence=floor)
        settled = len(velocity) - _SETTLE_S * self._grid_hz
        offset = self._points - len(velocity)
        apart = 0.6 * self._grid_hz
        for peak in peaks.tolist():
            at = offset + peak
            size = float(velocity[peak])
            if peak > settled or at < self._last_peak + apart:
                continue
            if len(self._heights) >= 3 and size > 2.5 * usual:
                continue
            self._count += 1
            self._last_peak = at
            self._heights.append(size)
            if self._first_s is None:
                self._first_s = self._time_s - (len(velocity) - peak) / self._grid_hz
        now = float(velocity[-1])
        since_peak = velocity[max(0, self._last_peak - offset) :]
        came_down = self._last_peak >= 0 and float(np.min(since_peak)) < -0.3 * usual
        self._uncertain = self._count > 0 and not came_down
        if now > 0.3 * usual:
            self._phase = "up"
        elif now < -0.3 * usual:
            self._phase = "down"
        elif self._count == 0:
            self._phase = "waiting"
        else:
            self._phase = "rest" if came_down else "top"
