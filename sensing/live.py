"""The live guess: what the screen shows while a set is under way. Provisional, never stored.

The bout decides (``sensing/session.py``); this only guesses, a moment after the movement. A raise
is counted from its movement up, settled 1.2 s later, and shown as uncertain until the movement down
is seen too. What leans far, shakes like walking or is of another size than the set's own reps is
not counted. Hops are counted at the landing. A hold's clock runs from the end of the way up; when
the way down is seen, it is set back to where that began.

Everything happens at fixed sample numbers, so the guess too is the same however samples come.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.exercises import Exercise, Look
from sensing.filters import Causal
from sensing.live_pulses import LAG_S, Pulse, PulseFinder
from sensing.samples import Samples
from sensing.units import G_MPS2, Floats

Phase = Literal["waiting", "up", "top", "down", "rest", "contact", "flight", "hold", "moving"]

_GRID_HZ = 25.0
_FORCE_HZ = 4.0
_SWAY_S = 3.0
_LANDING_G = 2.0
_LIGHT_G = 0.85
_LIGHT_S = 0.045
"""|f| is below 0.85 g for at least 45 ms before a landing, which peaks at 2 g and more."""
_CALM_HZ = 20.0
_SHORTEST_CONTACT_S = 0.08
_CLOSEST_S = 0.25
_RISE_S = 0.06
_STIR_MPS2 = 0.5
_SMALLEST, _LARGEST = 0.4, 2.3
"""Size of a rep's pulse against the set's own median; partial reps are 0.4–0.7."""
_FIRST_MPS, _FIRST_LOW_MPS = 0.03, 0.006
"""Least size of the first: ankles rise at 0.05–0.15 m/s, at 0.01–0.02 in a tibialis raise."""
_LEAN_DEG = 9.0
"""A shank leans 1–8° in a raise and much more in a step."""
_SHAKE_MPS2 = 0.9
_DOWN = 0.3
_SLOW_DOWN_S = 2.5
_HALF_PULSE_S = 0.35
_AGAIN_S = 3.0
"""Nobody is back in position sooner after leaving it; what moves up before is the landing."""
_REBOUND_S, _REBOUND = 1.4, 0.55
"""The kernel answers a quick movement down with one up behind it, up to half its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """What the screen may show now.

    Attributes:
        time_s: time of the newest sample, s, on the recording's clock.
        count: reps or hops so far.
        uncertain: the last one counted isn't over yet, or may not have been one.
        phase: what seems to be going on.
        contacts_s: the last ground contacts, roughly, newest last, s.
        hold_s: how long the position has been kept, s; after it was left, how long it was.
        sway_mps2: RMS of specific force across the vertical over the last seconds, m/s².
        first_s: when the first rep, hop or hold of the set began, None before.
        last_s: when the last rep, hop or hold began, None before the first.
        holding: ``hold_s`` is running.
        best_contact_s: the shortest ground contact so far, roughly, s.
    """

    time_s: float
    count: int
    uncertain: bool
    phase: Phase
    contacts_s: tuple[float, ...]
    hold_s: float
    sway_mps2: float | None
    first_s: float | None
    last_s: float | None = None
    holding: bool = False
    best_contact_s: float | None = None

    @property
    def certain(self) -> int:
        """Reps or hops that won't be taken back."""
        return self.count - self.uncertain


class LiveCounter:
    """Guesses along with the samples; ``view`` is what to show.

    Args:
        rate_hz: sample rate, Hz.
        exercise: what is being done; None counts nothing and only shows movement.
    """

    def __init__(self, rate_hz: float, exercise: Exercise | None) -> None:
        self._exercise = exercise
        self._kind = "none" if exercise is None else exercise.kind
        self._stride = max(1, round(rate_hz / _GRID_HZ))
        self._grid_hz = rate_hz / self._stride
        self._smooth = Causal(rate_hz, min(_FORCE_HZ, 0.4 * self._grid_hz))
        self._calm = Causal(rate_hz, min(_CALM_HZ, 0.4 * rate_hz), order=1)
        self._pulses = PulseFinder(self._grid_hz)
        self._reps = _RepGuess(Look() if exercise is None else exercise.look, self._grid_hz)
        self._hops = _HopGuess()
        self._recent: deque[Floats] = deque(maxlen=round(_SWAY_S * self._grid_hz))
        self._shaken: list[float] = []
        self._seen = 0
        self._time_s = 0.0
        self._point_s: deque[float] = deque(maxlen=round(2 * LAG_S * self._grid_hz) + 4)
        self._held_from_s: float | None = None
        self._held_to_s: float | None = None
        self._stirred_s: float | None = None
        self._first_s: float | None = None
        self._last_s: float | None = None

    @property
    def view(self) -> LiveView:
        """The guess as it stands."""
        has_hops = self._exercise is not None and self._exercise.has_hops
        return LiveView(
            time_s=self._time_s,
            count=self._hops.count if has_hops else self._reps.count,
            uncertain=self._kind == "reps" and self._reps.uncertain,
            phase=self._phase(),
            contacts_s=tuple(self._hops.contacts_s),
            hold_s=self._hold_s(),
            sway_mps2=self._sway_mps2(),
            first_s=self._hops.first_s if has_hops else self._first_s,
            last_s=self._hops.last_s if has_hops else self._last_s,
            holding=self._is_holding(),
            best_contact_s=self._hops.best_contact_s,
        )

    def push(self, samples: Samples) -> LiveView:
        """Take the next samples, of any number."""
        if len(samples) == 0:
            return self.view
        smooth = self._smooth.push(samples.acc_mps2)
        norm = np.sqrt((samples.acc_mps2**2).sum(axis=1))
        shaken = np.abs(norm - np.sqrt((smooth**2).sum(axis=1)))
        if self._exercise is not None and self._exercise.has_hops:
            norm_g = norm / G_MPS2
            pairs = zip(norm_g.tolist(), self._calm.push(norm_g).tolist(), strict=True)
            for i, (here_g, calm_g) in enumerate(pairs):
                self._hops.step(here_g, calm_g, samples.time_s(i))
        for i, shake in enumerate(shaken.tolist()):
            self._shaken.append(shake)
            if (self._seen + i) % self._stride == 0:
                self._point(smooth[i], samples.time_s(i))
        self._seen += len(samples)
        self._time_s = samples.time_s(len(samples) - 1)
        return self.view

    def _point(self, force_mps2: Floats, time_s: float) -> None:
        """One point of the coarse grid."""
        shake = sum(self._shaken) / len(self._shaken)
        self._shaken.clear()
        self._recent.append(force_mps2)
        self._point_s.append(time_s)
        if shake > _STIR_MPS2:
            self._stirred_s = time_s
        pulse = self._pulses.push(force_mps2, shake)
        if pulse is None:
            return
        if self._kind == "reps":
            before = self._reps.count
            self._reps.hear(pulse)
            if self._reps.count > before:
                self._last_s = time_s - LAG_S - _HALF_PULSE_S
                self._first_s = self._last_s if self._first_s is None else self._first_s
        elif self._exercise is not None and self._exercise.has_holds:
            self._hold(pulse, time_s - LAG_S)

    def _hold(self, pulse: Pulse, time_s: float) -> None:
        """A way up starts the clock, a way down as far stops it."""
        up = self._reps.usual_mps
        left_s = -np.inf if self._held_to_s is None else self._held_to_s
        if pulse.size_mps > 0 and time_s - left_s > _AGAIN_S and self._reps.hear(pulse):
            if self._held_from_s is None or self._held_to_s is not None:
                self._held_from_s, self._held_to_s = time_s + _HALF_PULSE_S, None
                self._last_s = self._held_from_s
                self._first_s = self._last_s if self._first_s is None else self._first_s
        elif up is not None and self._held_to_s is None and pulse.size_mps < -_SMALLEST * up:
            self._held_to_s = time_s - _HALF_PULSE_S

    def _hold_s(self) -> float:
        if self._exercise is None or not self._exercise.has_holds:
            return 0.0
        if self._held_from_s is not None:
            end_s = self._time_s if self._held_to_s is None else self._held_to_s
            return max(0.0, end_s - self._held_from_s)
        if self._stirred_s is None:
            return 0.0
        return max(0.0, self._time_s - self._stirred_s)

    def _is_holding(self) -> bool:
        if self._exercise is None or not self._exercise.has_holds:
            return False
        if self._held_from_s is not None:
            return self._held_to_s is None
        return self._stirred_s is not None

    def _phase(self) -> Phase:
        if self._exercise is None:
            return "moving" if self._stirred_s == self._time_s else "rest"
        if self._exercise.has_hops:
            return self._hops.phase
        if self._kind == "reps":
            return self._reps.phase(self._pulses.speed_mps)
        if self._held_from_s is not None:
            return "hold" if self._held_to_s is None else "rest"
        return "waiting" if self._stirred_s is None else "hold"

    def _sway_mps2(self) -> float | None:
        if len(self._recent) < self._grid_hz:
            return None
        force = np.asarray(self._recent)
        mean = force.mean(axis=0)
        up = mean / max(float(np.sqrt((mean**2).sum())), 1e-9)
        off = force - mean
        aside = (off**2).sum(axis=1) - (off @ up) ** 2
        return float(np.sqrt(max(0.0, float(aside.mean()))))


class _RepGuess:
    """Counts movements up that are of the set's own kind."""

    def __init__(self, look: Look, grid_hz: float) -> None:
        self._first_mps = _FIRST_LOW_MPS if look.rise_m[0] < 0.01 else _FIRST_MPS
        self._slow_n = _SLOW_DOWN_S * grid_hz
        self._sizes: deque[float] = deque(maxlen=9)
        self._leans: deque[float] = deque(maxlen=9)
        self._came_down = True
        self._last = -(10**9)
        self._refused: deque[Pulse] = deque(maxlen=3)
        self._rebound_n = _REBOUND_S * grid_hz
        self._down = Pulse(-(10**9), 0.0, 0.0, 0.0)
        self.count = 0

    @property
    def usual_mps(self) -> float | None:
        """Median size of the movements counted."""
        return float(np.median(self._sizes)) if self._sizes else None

    @property
    def uncertain(self) -> bool:
        """The last movement up has not come down yet."""
        return self.count > 0 and not self._came_down

    def hear(self, pulse: Pulse) -> bool:
        """Take a movement; True if it was counted."""
        usual = self.usual_mps
        least = self._first_mps if usual is None else max(_SMALLEST * usual, self._first_mps / 2)
        if pulse.size_mps < 0:
            self._down = pulse
            if usual is not None and -pulse.size_mps > _DOWN * usual:
                self._came_down = True
            return False
        rebound = pulse.point - self._down.point < self._rebound_n
        if rebound and pulse.size_mps < -_REBOUND * self._down.size_mps:
            return False
        if pulse.size_mps < least or not self._is_like(pulse, usual):
            return self._reconsider(pulse)
        if not self._came_down and pulse.point - self._last < self._slow_n:
            return False
        self.count += 1
        self._last = pulse.point
        self._came_down = False
        self._sizes.append(pulse.size_mps)
        self._leans.append(pulse.lean_deg)
        self._refused.clear()
        return True

    def _reconsider(self, pulse: Pulse) -> bool:
        """Three refused in a row that are like each other were the set; what was counted wasn't."""
        self._refused.append(pulse)
        sizes = [each.size_mps for each in self._refused]
        leans = [each.lean_deg for each in self._refused]
        calm = max(each.shake_mps2 for each in self._refused) < _SHAKE_MPS2
        alike = max(sizes) < 1.8 * min(sizes) and max(leans) < _LEAN_DEG
        if len(sizes) < 3 or not (alike and calm) or min(sizes) < self._first_mps / 2:
            return False
        self._sizes.clear()
        self._sizes.extend(sizes)
        self._leans.clear()
        self._leans.extend(leans)
        self._refused.clear()
        self.count += 3
        self._last = pulse.point
        self._came_down = False
        return True

    def _is_like(self, pulse: Pulse, usual: float | None) -> bool:
        if pulse.shake_mps2 > _SHAKE_MPS2:
            return False
        if usual is not None and pulse.size_mps > _LARGEST * usual and len(self._sizes) > 1:
            return False
        lean_deg = float(np.median(self._leans)) if self._leans else 0.0
        return pulse.lean_deg < max(_LEAN_DEG, 1.8 * lean_deg)

    def phase(self, speed_mps: float) -> Phase:
        """Where in a rep the person seems to be."""
        usual = self.usual_mps
        if usual is None:
            return "waiting"
        if speed_mps > _DOWN * usual:
            return "up"
        if speed_mps < -_DOWN * usual:
            return "down"
        return "rest" if self._came_down else "top"


class _HopGuess:
    """Counts landings: light for long enough, then a blow."""

    def __init__(self) -> None:
        self.count = 0
        self.phase: Phase = "waiting"
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
