"""Fit an athlete's own raise to reference reps: template, tempo, range and similarity.

* Each rep is timed as in any analysis (``rep_phases``). With a beat, the durations of the beat are
  used: they replace what the signal alone can't show, where a slow movement creeps in and out.
* The template is the mean of the reps, aligned at their fastest upward movement.
* With a beat, the athlete's own speed profile is fitted too. Since the durations are known, only
  the distribution of speed is left to fit (two exponents each way, ``raise_path``). Without a beat
  it is unknown: a lowering that starts late and one that starts slowly look the same.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

from calibration.exercise.reference_reps import Pace, Reference
from sensing.analysis.reps.calm import shaking
from sensing.analysis.reps.raise_path import Paths
from sensing.analysis.reps.rep_fit import Belief, Tempo, Windows, cut, descend, weigh
from sensing.analysis.reps.rep_phases import Phases, fit_phases
from sensing.analysis.sets.segment import movement_level
from sensing.core.exercises import Exercise
from sensing.core.samples import Worn
from sensing.core.units import Floats
from sensing.profile.rep_template import MINIMUM_JERK, RepShape

STEP_S = 0.04
_MARGIN_S = 0.25
"""Rest included at each end of the template."""

_SHIFT = 0.4
"""Reps are shifted by at most this share of the time to their fastest moment."""

_PACE_SPREAD = 0.05
"""How well people keep to a beat, from rep to rep: 3–6 % (Repp 2005, Psychon Bull Rev 12:969)."""

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
        return fit_phases(reference.motion, reference.at, exercise.look)
    known_s = Tempo(_durations_of(pace), (_PACE_SPREAD, _PACE_SPREAD), np.inf)
    return fit_phases(reference.motion, reference.at, exercise.look, known_s)


def own_course(reference: Reference, phases: Phases, pace: Pace) -> Paths:
    """The athlete's own speed profile on the way up and down, given the durations."""
    motion, rate = reference.motion, reference.motion.rate_hz
    known_s = _durations_of(pace)
    middle = (phases.top_s + phases.lower_s) / 2
    start = middle - known_s[1] / 2 - known_s[0]
    begin = np.column_stack([start, np.tile(known_s, (len(start), 1))])
    end = begin.sum(axis=1)
    first, last = (start - 0.6) * rate, (end + 0.6) * rate
    first[1:] = np.maximum(first[1:], (end[:-1] + 0.1) * rate)
    last[:-1] = np.minimum(last[:-1], (start[1:] - 0.05) * rate)
    data = cut(motion, np.maximum(first, 0.0), last, Paths())
    ratio, noise = weigh(data, begin)
    unheard = np.full(len(start), np.nan)
    belief = Belief(noise, ratio, known_s, unheard, (_PACE_SPREAD, _PACE_SPREAD))
    low = np.array([-np.inf, 0.12, 0.0, 0.12])
    high = np.array([np.inf, *(2 * known_s + 1.0)])

    def misfit(logs: Floats) -> float:
        own = Windows(data.time_s, data.velocity, data.tilt, data.line, _paths(logs))
        _, cost = descend(own, begin, low, high, belief, _STEPS)
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
    motion = reference.motion
    up, stay, down = durations(freely)
    risen = reference.at / motion.rate_hz
    before_s = float(np.median(risen - phases.start_s)) + _MARGIN_S
    after_s = float(np.median(phases.end_s - risen)) + _MARGIN_S
    windows = aligned(reference, before_s, after_s)
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
        say=_explained(windows),
        alike=_alike(windows),
        shake_mps2=_shake(reference, phases),
        stir_mps2=_stir(reference, phases),
    )


def durations(phases: Phases) -> tuple[Floats, Floats, Floats]:
    """Durations of the way up, the hold at the top and the way down, shape (n,) each, s."""
    return (
        phases.top_s - phases.start_s,
        phases.lower_s - phases.top_s,
        phases.end_s - phases.lower_s,
    )


def aligned(reference: Reference, before_s: float, after_s: float) -> Floats:
    """Velocity and lean of each rep, aligned by the best shift, shape (n, w, 3).

    The fastest moment of a slow or shaky way up may be early in one rep and late in the next.
    """
    motion = reference.motion
    channels = np.column_stack([motion.velocity_mps, motion.tilt_mps2])
    offset = np.arange(-before_s, after_s, STEP_S) * motion.rate_hz
    shifts = np.arange(-_SHIFT * before_s, _SHIFT * before_s + STEP_S, STEP_S) * motion.rate_hz
    where = reference.at[:, None, None] + shifts[None, :, None] + offset[None, None, :]
    grid = np.arange(len(motion), dtype=np.float64)
    every = np.stack([np.interp(where, grid, axis) for axis in channels.T], axis=-1)
    every -= every.mean(axis=2, keepdims=True)
    rows = np.arange(len(every))
    chosen = np.full(len(every), len(shifts) // 2)
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
        chosen - round(float(np.median(chosen - len(shifts) // 2))), 0, len(shifts) - 1
    )
    return np.asarray(every[rows, chosen], dtype=np.float64)


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


def _shake(reference: Reference, phases: Phases) -> float:
    """Strongest shaking of the leg in the reps, m/s²."""
    level = shaking(reference.piece)
    grid_s = np.linspace(0.0, len(reference.piece) / reference.piece.rate_hz, len(level))
    inside = np.zeros(len(level), dtype=np.bool_)
    for start, end in zip(phases.start_s, phases.end_s, strict=True):
        inside |= (grid_s > start) & (grid_s < end)
    return float(np.quantile(level[inside], 0.95)) if inside.any() else 0.0


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
