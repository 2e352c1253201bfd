"""The provisional count: what the screen shows while a set is under way. Never stored.

Results come from the whole recording (``sensing/analysis/analyse.py``). A raise is counted by the
same detector as in the result when the heel is down again, and shown as uncertain while it is under
way (``reps.py``); if the exercise is unknown, once three alike have been done. A hop is counted by
the same decoder as in the result soon after it lands, and its contact time follows after the next
landing (``hops.py``). The clock of a hold starts at the end of the way up; when the way down is
detected, the clock is set back to where that began (``holds.py``); so it is with a forward lean
(``leans.py``).

Everything happens at fixed sample numbers, so the count does not depend on how samples arrive.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.analysis.holds.find_holds import BALANCE
from sensing.core.exercises import Exercise, Look
from sensing.core.filters import Causal
from sensing.core.samples import Placement, Samples, rules_for
from sensing.core.units import G_MPS2, Floats
from sensing.live.holds import JERK_HZ, Begins, HoldCounter
from sensing.live.hops import HopCounter
from sensing.live.leans import LeanCounter
from sensing.live.phase import FlightTracker, PhaseTracker
from sensing.live.pulses import PulseFinder
from sensing.live.reps import RepCounter
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.profile.sensor_correction import corrected

Phase = Literal["waiting", "up", "top", "down", "rest", "contact", "flight", "hold", "moving"]

_GRID_HZ = 25.0
_FORCE_HZ = 4.0
_SWAY_S = 3.0
_CALM_HZ = 20.0
_STIR_MPS2, _STIRRED_S = 0.5, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """The provisional results at one moment.

    Attributes:
        time_s: time of the newest sample, s, on the recording's clock.
        count: reps, hops or holds so far.
        uncertain: the last one counted is not over yet, or may be withdrawn.
        phase: phase of the movement.
        contacts_s: the last ground-contact times, newest last, s.
        hold_s: time held so far, s; after the end of the hold, its duration.
        sway_mps2: RMS of horizontal specific force over the last seconds, m/s².
        first_s: when the first rep, hop or hold of the set began, None before.
        last_s: when the last rep, hop or hold began, None before the first.
        holding: a hold is under way.
        holds: holds so far, this one included.
        withdrawn: holds that were counted for a moment and turned out to be too short.
        best_contact_s: the shortest contact time so far, s.
        risen: raises that are over and whose height is known.
        rise_m: heel-rise height of the last of them, m; less accurate than the final one.
        lean_deg: angle of the last forward lean, °.
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
    holds: int = 0
    withdrawn: int = 0
    best_contact_s: float | None = None
    risen: int = 0
    rise_m: float | None = None
    lean_deg: float | None = None

    @property
    def certain(self) -> int:
        """Reps or hops that will not be withdrawn."""
        return self.count - self.uncertain


class LiveCounter:
    """Counts as samples arrive; ``view`` is what to show.

    Args:
        rate_hz: sample rate, Hz.
        exercise: what is being done; None counts raises of any kind and shows movement.
        placement: how the sensor is worn.
        profile: the calibration that the recording will be analysed with.
    """

    def __init__(
        self,
        rate_hz: float,
        exercise: Exercise | None,
        placement: Placement,
        profile: Profile = UNCALIBRATED,
    ) -> None:
        self._exercise = exercise
        self._sensor_fit = profile.sensor
        self._kind = "none" if exercise is None else exercise.kind
        self._has_holds = exercise is not None and exercise.has_holds
        self._stride = max(1, round(rate_hz / _GRID_HZ))
        self._grid_hz = rate_hz / self._stride
        self._smooth = Causal(rate_hz, min(_FORCE_HZ, 0.4 * self._grid_hz))
        self._calm = Causal(rate_hz, min(_CALM_HZ, 0.4 * rate_hz), order=1)
        self._pulses = PulseFinder(self._grid_hz)
        look = Look() if exercise is None else exercise.look
        self._reps: RepCounter | None = None
        if exercise is None or exercise.kind == "reps":
            name = None if exercise is None else exercise.name
            own = profile.rep_of(name, rules_for(placement))
            self._reps = RepCounter(rate_hz, None if exercise is None else exercise.look, own)
        self._rep_phase = PhaseTracker(look, self._grid_hz)
        self._leans: LeanCounter | None = None
        if self._kind == "lean":
            self._leans = LeanCounter(self._grid_hz, profile.mounting)
        self._holds = self._leans or HoldCounter(_begins(exercise), self._grid_hz)
        self._fast = Causal(rate_hz, min(JERK_HZ, 0.4 * rate_hz))
        self._fast_mps2: Floats | None = None
        self._hops: HopCounter | None = None
        if exercise is not None and exercise.has_hops:
            self._hops = HopCounter(rate_hz, exercise, placement, profile)
        self._flight = FlightTracker(rate_hz)
        self._recent: deque[Floats] = deque(maxlen=round(_SWAY_S * self._grid_hz))
        self._shaken: list[float] = []
        self._seen = 0
        self._time_s = 0.0
        self._stirred_s: float | None = None

    @property
    def view(self) -> LiveView:
        """The provisional results so far."""
        reps = self._reps
        first_s, last_s = (None, None) if reps is None else (reps.first_s, reps.last_s)
        if self._hops is not None:
            first_s, last_s = self._hops.first_s, self._hops.last_s
        elif self._has_holds:
            first_s, last_s = self._holds.first_s, self._holds.from_s
        return LiveView(
            time_s=self._time_s,
            count=self._count(),
            uncertain=self._uncertain(),
            phase=self._phase(),
            contacts_s=() if self._hops is None else self._hops.contacts_s,
            hold_s=self._holds.held_s(self._time_s) if self._has_holds else 0.0,
            sway_mps2=self._sway_mps2(),
            first_s=first_s,
            last_s=last_s,
            holding=self._has_holds and self._holds.holding,
            holds=self._holds.count if self._has_holds else 0,
            withdrawn=self._holds.withdrawn if self._has_holds else 0,
            best_contact_s=None if self._hops is None else self._hops.best_s,
            risen=0 if reps is None else reps.risen,
            rise_m=None if reps is None else reps.rise_m,
            lean_deg=None if self._leans is None else self._leans.lean_deg,
        )

    def begin_set(self) -> None:
        """A set begins: raises so far stay counted, and the detector starts anew."""
        if self._reps is not None:
            self._reps.settle()

    def _uncertain(self) -> bool:
        """A raise may be withdrawn until the heel is down, a lean until the way back is seen."""
        if self._leans is not None:
            return self._leans.holding
        return self._reps is not None and self._reps.under_way

    def _count(self) -> int:
        if self._hops is not None:
            return self._hops.count
        if self._has_holds:
            return self._holds.count
        return 0 if self._reps is None else self._reps.count + self._reps.under_way

    def push(self, samples: Samples) -> LiveView:
        """Take the next samples, of any number."""
        if len(samples) == 0:
            return self.view
        samples = corrected(samples, self._sensor_fit)
        smooth = self._smooth.push(samples.acc_mps2)
        norm = np.sqrt((samples.acc_mps2**2).sum(axis=1))
        shaken = np.abs(norm - np.sqrt((smooth**2).sum(axis=1)))
        landings: dict[int, float] = {}
        if self._hops is not None:
            self._flight.push(self._calm.push(norm / G_MPS2))
            landings = self._hops.push(samples)
        if self._reps is not None:
            self._reps.push(samples)
        fast = self._fast.push(samples.acc_mps2) if self._has_holds else smooth
        for i, shake in enumerate(shaken.tolist()):
            self._shaken.append(shake)
            if i in landings and isinstance(self._holds, HoldCounter):
                self._holds.land(landings[i])
            if (self._seen + i) % self._stride == 0:
                unseen = bool(samples.lost[i])
                self._point(smooth[i], fast[i], samples.time_s(i), unseen=unseen)
        self._seen += len(samples)
        self._time_s = samples.time_s(len(samples) - 1)
        return self.view

    def _jerk_mps3(self, force_mps2: Floats) -> float:
        """Rate of change of specific force since the point before, m/s³."""
        before, self._fast_mps2 = self._fast_mps2, force_mps2
        change = force_mps2 - (force_mps2 if before is None else before)
        return float(np.sqrt((change**2).sum())) * self._grid_hz

    def _point(self, force_mps2: Floats, fast_mps2: Floats, time_s: float, *, unseen: bool) -> None:
        """One point of the coarse grid; an ``unseen`` one lies in a data gap."""
        shake = sum(self._shaken) / len(self._shaken)
        self._shaken.clear()
        self._recent.append(force_mps2)
        if shake > _STIR_MPS2:
            self._stirred_s = time_s
        if self._leans is not None:
            self._leans.point(force_mps2, shake, time_s)
        elif isinstance(self._holds, HoldCounter) and self._has_holds:
            pulse = self._pulses.push(force_mps2, shake)
            jerk_mps3 = self._jerk_mps3(fast_mps2)
            if unseen:
                return  # interpolated samples look still, the athlete may not be
            self._holds.point(jerk_mps3, time_s)
            if pulse is not None:
                self._holds.add(pulse, self._pulses, time_s)
        elif self._kind == "reps":
            self._rep_phase.push(float(np.sqrt((force_mps2**2).sum())))

    def _phase(self) -> Phase:
        if self._exercise is None:
            stirred = self._stirred_s is not None and self._time_s - self._stirred_s < _STIRRED_S
            return "moving" if stirred else "rest"
        if self._hops is not None:
            return self._flight.now if self._hops.count else "waiting"
        if self._kind == "reps":
            return self._rep_phase.now
        if self._holds.holding:
            return "hold"
        return "waiting" if self._holds.from_s is None else "rest"

    def _sway_mps2(self) -> float | None:
        if len(self._recent) < self._grid_hz:
            return None
        force = np.asarray(self._recent)
        mean = force.mean(axis=0)
        up = mean / max(float(np.sqrt((mean**2).sum())), 1e-9)
        off = force - mean
        aside = (off**2).sum(axis=1) - (off @ up) ** 2
        return float(np.sqrt(max(0.0, float(aside.mean()))))


def _begins(exercise: Exercise | None) -> Begins:
    """How a hold of this exercise begins."""
    if exercise is not None and exercise.has_hops:
        return "landing"
    return "sway" if exercise is not None and exercise.name == BALANCE else "up"
