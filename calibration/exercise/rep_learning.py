"""Fit an athlete's own raise to reference reps: template, tempo, range and similarity.

* Each rep is timed as in any analysis (``rep_phases``). With a beat, the durations of the beat are
  used: they replace what the signal alone can't show, where a slow movement creeps in and out.
* The template is the mean of the reps, aligned at their fastest upward movement.
* With a beat, the athlete's own speed profile is fitted too. Since the durations are known, only
  the distribution of speed is left to fit (two exponents each way, ``raise_path``). Without a beat
  it is unknown: a lowering that starts late and one that starts slowly look the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from calibration.exercise.reference_reps import Pace, Reference
from sensing.analysis.reps.raise_path import Paths
from sensing.analysis.reps.rep_fit import descend, weigh
from sensing.analysis.reps.rep_model import Tempo
from sensing.analysis.reps.rep_phases import Phases, first_belief, fit_phases, rows_of
from sensing.analysis.sets.segment import movement_level
from sensing.analysis.signals.vertical import across
from sensing.core.exercises import Exercise
from sensing.core.filters import zero_phase
from sensing.core.samples import Worn
from sensing.core.units import G_MPS2, Floats
from sensing.profile.rep_template import MINIMUM_JERK, RepShape

STEP_S = 0.04
_FINE_S = 0.01
"""s; reps are aligned to this."""
_MARGIN_S = 0.25
"""Rest included at each end of the template."""

_SHIFT = 0.4
"""Reps are shifted by at most this share of the time to their fastest moment."""

_PACE_SPREAD = 0.05
"""How well people keep to a beat, from rep to rep: 3–6 % (Repp 2005, Psychon Bull Rev 12:969)."""

_BELOW = 2.0
"""Band of the template, in movements of the quicker phase: 2 Hz for one of a second, since tremor
begins at 4 Hz (Pozos 1982)."""

_EXPONENT_SPREAD = 0.5
"""SD of the logarithm of an exponent between people: half to twice that of the smoothest path."""

_EXPONENTS = (0.5, 6.0)
"""Widest plausible speed profile: from nearly constant to nearly all in the middle third."""
_MOST_TRIALS = 120
_STEPS = 4
"""The times are known to 5 %, so there is little left to fit in them."""

LEAST_SPREAD, MOST_SPREAD = 0.05, 0.2
"""Five reps show little about variation; nobody repeats a movement more closely than 5 %."""


def time_reference(reference: Reference, exercise: Exercise, pace: Pace | None) -> Phases:
    """The phases of each reference rep."""
    if pace is None:
        return fit_phases(reference.signals, reference.at, exercise.look)
    known = Tempo(_durations_of(pace), (_PACE_SPREAD, _PACE_SPREAD), np.inf)
    return fit_phases(reference.signals, reference.at, exercise.look, known)


def near_the_beat(reference: Reference, exercise: Exercise, pace: Pace) -> Phases:
    """The phases of each rep, where the beat counts for one rep more: a way that starts and ends
    slowly is found again, and another tempo is not taken for the beat's."""
    known = Tempo(_durations_of(pace), reps=1.0)
    return fit_phases(reference.signals, reference.at, exercise.look, known)


def own_course(reference: Reference, phases: Phases, pace: Pace) -> Paths:
    """The athlete's own speed profile on the way up and down, given the durations."""
    signals, rate = reference.signals, reference.signals.rate_hz
    known_s = _durations_of(pace)
    middle = (phases.top_s + phases.lower_s) / 2
    start = middle - known_s[1] / 2 - known_s[0]
    begin = np.column_stack([start, np.tile(known_s, (len(start), 1))])
    end = begin.sum(axis=1)
    first, last = (start - 0.6) * rate, (end + 0.6) * rate
    first[1:] = np.maximum(first[1:], (end[:-1] + 0.1) * rate)
    last[:-1] = np.minimum(last[:-1], (start[1:] - 0.05) * rate)
    rows = rows_of(signals, reference.at, pace.raise_s)
    data = rows.cut(np.maximum(first, 0.0), np.minimum(last, len(signals) - 1.0))
    unseen = first_belief(rows, len(start), known_s, (_PACE_SPREAD, _PACE_SPREAD))
    low = np.array([-np.inf, 0.12, 0.0, 0.12])
    high = np.array([np.inf, *(2 * known_s + 1.0)])
    beaten = descend(data, begin, low, high, unseen, steps=0)
    lean_per_m, noise = weigh(data, beaten, forwards=not signals.has_gyro)
    belief = replace(unseen, lean_per_m=lean_per_m, noise=noise)

    def misfit(logs: Floats) -> float:
        own = replace(data, paths=_paths(logs))
        cost = descend(own, begin, low, high, belief, _STEPS).cost
        return float(cost.sum() + ((logs / _EXPONENT_SPREAD) ** 2).sum())

    found = optimize.minimize(
        misfit,
        np.zeros(4),
        method="Powell",
        options={"maxfev": _MOST_TRIALS, "xtol": 0.05, "ftol": 1e-3},
    )
    return _paths(found.x)


def _paths(logs: Floats) -> Paths:
    p, q, r, s = (float(x) for x in np.clip(MINIMUM_JERK[0] * np.exp(logs), *_EXPONENTS))
    return Paths((p, q), (r, s))


def shape_of(
    reference: Reference,
    phases: Phases,
    freely: Phases,
    exercise: Exercise,
    placement: Worn,
    pace: Pace | None,
    paths: Paths,
) -> RepShape:
    """The athlete's own raise.

    Args:
        reference: the reps.
        phases: their times.
        freely: their times without the beat, which show how much they vary.
        exercise: which exercise was done.
        placement: where the sensor was worn.
        pace: durations of the beat, if there was one.
        paths: the athlete's own speed profile.
    """
    up, stay, down = durations(freely)
    moving = _Moving.of(reference, _BELOW / min(float(np.median(up)), float(np.median(down))))
    at_s = moving.fastest_s(reference, float(np.median(up)) / 2)
    before_s = float(np.median(at_s - phases.start_s)) + _MARGIN_S
    after_s = float(np.median(phases.end_s - at_s)) + _MARGIN_S
    windows = moving.aligned(at_s, before_s, after_s)
    mean = windows.mean(axis=0)
    lean = mean[:, 1] + 1j * mean[:, 2]
    # Along its own main direction, so that the numbers do not depend on the mounting.
    turn = np.exp(-0.5j * np.angle((lean**2).sum()))
    lean = lean * turn
    seen = (float(np.median(up)), float(np.median(stay)), float(np.median(down)))
    usual = seen if pace is None else (pace.raise_s, pace.top_s, pace.lower_s)
    return RepShape(
        exercise=exercise.name,
        placement=placement,
        reps=len(up),
        raise_s=usual[0],
        top_s=usual[1],
        lower_s=usual[2],
        seen_s=seen,
        raise_spread=_spread(np.log(up)),
        lower_spread=_spread(np.log(down)),
        top_spread_s=float(np.std(stay, ddof=1)) if len(stay) > 1 else 0.0,
        rise_m=float(np.median(phases.rise_m)),
        rise_spread=_spread(np.log(np.maximum(phases.rise_m, 1e-6))),
        up=paths.up,
        down=paths.down,
        paced=pace is not None,
        step_s=STEP_S,
        before_s=before_s,
        velocity_mps=_numbers(mean[:, 0]),
        lean_mps2=_numbers(lean.real),
        aside_mps2=_numbers(lean.imag),
        alike=_alike(windows),
        stir_mps2=_stir(reference, phases),
    )


def durations(phases: Phases) -> tuple[Floats, Floats, Floats]:
    """Durations of the way up, the hold at the top and the way down, shape (n,) each, s."""
    return (
        phases.top_s - phases.start_s,
        phases.lower_s - phases.top_s,
        phases.end_s - phases.lower_s,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Moving:
    """Velocity and lean across the vertical without tremor, shape (n, 3), m/s and m/s²."""

    channels: Floats
    rate_hz: float

    @classmethod
    def of(cls, reference: Reference, below_hz: float) -> _Moving:
        """Of the trial, below a frequency; lean as rad × g."""
        signals, at = reference.signals, reference.at
        mean = signals.up[at[0] : at[-1] + 1].mean(axis=0)
        first, second = across(mean / float(np.linalg.norm(mean)))
        lean = G_MPS2 * np.column_stack([signals.up @ first, signals.up @ second])
        channels = np.column_stack([signals.velocity_mps, lean])
        below_hz = min(below_hz, 0.4 * signals.rate_hz)
        return cls(zero_phase(channels, signals.rate_hz, below_hz), signals.rate_hz)

    def fastest_s(self, reference: Reference, reach_s: float) -> Floats:
        """Where the reps together rise fastest, near their pulses, shape (n,), s."""
        at_s = reference.at / self.rate_hz
        late_s = np.arange(-reach_s, reach_s, _FINE_S)
        speeds = self._at(at_s[:, None] + late_s)[..., 0]
        return np.asarray(at_s + late_s[int(np.argmax(speeds.mean(axis=0)))], dtype=np.float64)

    def aligned(self, at_s: Floats, before_s: float, after_s: float) -> Floats:
        """Each rep around its fastest moment, aligned by the best shift, shape (n, w, 3).

        That moment of a slow or shaky way up may be early in one rep and late in the next.
        """
        offset_s = np.arange(-before_s, after_s, STEP_S)
        most = round(_SHIFT * before_s / _FINE_S)
        shifts_s = _FINE_S * np.arange(-most, most + 1)
        every = self._at(at_s[:, None, None] + shifts_s[None, :, None] + offset_s)
        every -= every.mean(axis=2, keepdims=True)
        rows = np.arange(len(every))
        chosen = np.full(len(every), len(shifts_s) // 2)
        weight = 1 / np.sqrt(np.maximum((every[rows, chosen] ** 2).sum(axis=(0, 1)), 1e-12))
        weight[1:] = weight[1:].min()
        scaled = every * weight
        for _ in range(5):
            mean = scaled[rows, chosen].mean(axis=0)
            product = np.einsum("nswc,wc->ns", scaled, mean)
            best = np.argmax(product / np.sqrt((scaled**2).sum(axis=(2, 3))), axis=1)
            if (best == chosen).all():
                break
            chosen = best
        chosen = np.clip(
            chosen - round(float(np.median(chosen - len(shifts_s) // 2))), 0, len(shifts_s) - 1
        )
        return np.asarray(every[rows, chosen], dtype=np.float64)

    def _at(self, time_s: Floats) -> Floats:
        """The channels at times of any shape (…,), shape (…, 3)."""
        grid_s = np.arange(len(self.channels)) / self.rate_hz
        every = [np.interp(time_s, grid_s, axis) for axis in self.channels.T]
        return np.stack(every, axis=-1)


def _explained(windows: Floats) -> tuple[float, float]:
    """Share of velocity and of lean that the mean rep explains."""
    mean = windows.mean(axis=0)
    # The mean of n reps is fitted to them, which leaves n − 1 degrees of freedom.
    count = len(windows)
    left = ((windows - mean) ** 2).sum(axis=(0, 1)) / max(1, count - 1)
    whole = (windows**2).sum(axis=(0, 1)) / count
    velocity = 1 - left[0] / max(whole[0], 1e-12)
    lean = 1 - left[1:].sum() / max(whole[1:].sum(), 1e-12)
    return float(np.clip(velocity, 0.05, 1.0)), float(np.clip(lean, 0.05, 1.0))


def _alike(windows: Floats) -> tuple[float, float]:
    """Least and median correlation of each rep with the mean of the others."""
    share = np.sqrt(np.asarray(_explained(windows)))
    size = np.sqrt((windows**2).mean(axis=(0, 1)))
    weight = np.array([share[0] / size[0], *(2 * [share[1] / float(np.hypot(size[1], size[2]))])])
    out = []
    for k in range(len(windows)):
        one = windows[k] * weight
        rest = np.delete(windows, k, axis=0).mean(axis=0) * weight
        out.append(float((one * rest).sum() / np.sqrt((one**2).sum() * (rest**2).sum())))
    return min(out), float(np.median(out))


def _stir(reference: Reference, phases: Phases) -> float:
    """Largest movement level of the leg in the calmest rep, m/s²; it appears a second late."""
    piece = reference.piece
    level = movement_level(piece)
    ends_s = np.append(phases.start_s[1:], phases.end_s[-1] + 1.0)
    most = [
        float(level[round(a * piece.rate_hz) : round(b * piece.rate_hz)].max(initial=0.0))
        for a, b in zip(np.maximum(phases.start_s, 0.0), ends_s, strict=True)
    ]
    return min(most)


def _spread(x: Floats) -> float:
    if len(x) < 2:
        return MOST_SPREAD
    return float(np.clip(np.std(x, ddof=1), LEAST_SPREAD, MOST_SPREAD))


def _durations_of(pace: Pace) -> Floats:
    return np.array([pace.raise_s, pace.top_s, pace.lower_s])


def _numbers(x: Floats) -> tuple[float, ...]:
    return tuple(round(float(v), 6) for v in x)
