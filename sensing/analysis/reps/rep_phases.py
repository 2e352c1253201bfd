"""Start, top and end of a raise, from a fitted movement instead of thresholds.

Thresholds on velocity fail for slow lowering (3 s from 8 cm is 5 mg, a fifth of the tremor). So
each rep is fitted with a whole movement: up by a minimum-jerk curve (Flash & Hogan 1985, J Neurosci
5:1688), a hold at the top, down by another. The fit uses two signals at once:

* vertical velocity, the integral of vertical acceleration over the rep;
* the lean of the shank about the set's own axis, which follows the height of the heel by the same
  ratio in every rep of a set. It shows a slow lowering that vanishes in acceleration.

Reps of a set take about the same time (10–15 % from one to the next), so where tremor hides the
ends of one, the others help: after a first fit of each alone, the set's median durations pull on
every rep as hard as that spread warrants. Where the heel lands with a jolt well above the rep's own
tremor, that is the end of the rep: the harder, the more surely.

Each signal is weighted by how well it is explained across the set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.reps.raise_path import SMOOTHEST, Paths
from sensing.analysis.reps.raise_signals import RaiseSignals, leans, speed_below
from sensing.analysis.reps.rep_extents import (
    expected,
    extents,
    fastest_of,
    guesses_of,
    rises_of,
    without_neighbours,
)
from sensing.analysis.reps.rep_fit import Fit, covariance, descend_from, sized, weigh
from sensing.analysis.reps.rep_model import Belief, Tempo, Windows, off_line
from sensing.core.exercises import Look
from sensing.core.filters import median_of, zero_phase
from sensing.core.units import Floats, Ints

_POINTS = 40
"""Points a rep is fitted on: two to a period at the top of the band, in the slowest reps."""
_CUT_OFF = 1.5
"""Cut-off of the fitted velocity, in movements per usual duration of the quicker phase …"""
_CUT_OFF_HZ = (2.0, 8.0)
"""… Hz, least and most: tremor begins at 4 Hz (Pozos 1982), and a heel strike is above."""
_SLOW_HZ = 1.8
"""Hz; velocity in which a rep's extent is looked up: tremor makes no peaks below."""
_SHORTEST_PHASE_S = 0.12
"""s; lower bound of the fit."""
_LONGER, _LONGER_S = 2.0, np.array([0.3, 1.0, 0.3])
"""Longest raise, hold and lowering, in the set's median and s: what takes longer after the last rep
is a step or a shift of weight."""
_JOLT_CONTRAST = 8.0
"""A landing is this many times the rep's median jolt; tremor bursts reach 5."""
_JOLT_REACH_S = (0.8, 0.6)
"""s before and after a rep's end within which its landing is sought."""
_JOLT_SD_S, _STRIKE_SD_S = 0.1, 0.025
"""s; uncertainty of a jolt just above tremor as the end of a rep, and of a heel that bangs."""
_STRIKE_MPS2 = 5.0
"""m/s²; jolt of a heel that bangs: half a g between 12 and 30 Hz."""
_AROUND_S = 30.0
"""s before the first and after the last rep that are filtered for the fit: longer than any rep, and
than filters remember. Larger: slower where a window holds many sets."""
_BEGIN_NOISE = np.array([0.012, 0.006, 0.006])
"""m/s and rad; noise before anything has been fitted."""
_TURNS, _STEPS = 4, 5
"""Fits: of each rep alone, then with what the set shows of durations, landings and noise; steps
before and after the two best starts are chosen."""


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Phases of n reps in seconds from the window's first sample.

    Attributes:
        start_s, top_s, lower_s, end_s: shape (n,).
        rise_m: height, shape (n,), m.
        sd: uncertainty of the start (s), the durations of raise, hold and lowering (s) and the
            height (m) as far as the model holds, shape (n, 5).
    """

    start_s: Floats
    top_s: Floats
    lower_s: Floats
    end_s: Floats
    rise_m: Floats
    sd: Floats

    def later(self, by_s: float) -> Phases:
        """The same, counted from an earlier moment."""
        return replace(
            self,
            start_s=self.start_s + by_s,
            top_s=self.top_s + by_s,
            lower_s=self.lower_s + by_s,
            end_s=self.end_s + by_s,
        )


def fit_phases(signals: RaiseSignals, at: Ints, look: Look, tempo: Tempo | None = None) -> Phases:
    """Fit every rep of a set.

    Args:
        signals: of the window.
        at: grid positions of the upward velocity maxima, shape (n,), ascending, at least one.
        look: usual durations of the exercise, which bound the fit.
        tempo: the athlete's own tempo, if known.
    """
    margin = int(_AROUND_S * signals.rate_hz)
    first, last = max(0, int(at[0]) - margin), int(at[-1]) + margin
    return _fit_all(signals.part(first, last), at - first, look, tempo).later(
        first / signals.rate_hz
    )


def _fit_all(signals: RaiseSignals, at: Ints, look: Look, tempo: Tempo | None) -> Phases:
    """The same, of signals that hold nothing but the set and what is around it."""
    tempo = tempo or Tempo(usual_s=np.zeros(3))
    known = tempo.usual_s if tempo.reps > 0 else None
    slow = zero_phase(signals.velocity_mps, signals.rate_hz, _SLOW_HZ)
    fastest = fastest_of(slow, at)
    first, last = (
        extents(slow, signals.rate_hz, fastest, look)
        if known is None
        else expected(signals, at, known)
    )
    rises_s = rises_of(slow, signals.rate_hz, fastest)
    guesses = guesses_of(fastest / signals.rate_hz, rises_s, last / signals.rate_hz, look)
    low = np.array([-np.inf, _SHORTEST_PHASE_S, 0.0, _SHORTEST_PHASE_S])
    high = np.array([np.inf, 1.6 * look.rise_s[1], 60.0, 1.6 * look.lower_s[1]])
    if known is not None:
        guesses += _as_usual(guesses[0], known)
    rows = rows_of(signals, at, float(np.median(rises_s)), tempo.paths)
    belief = first_belief(rows, len(at), known, tempo.spread)
    data = rows.cut(first, last)
    fit = _best_of(data, guesses, low, high, belief)
    quicker_s = float(min(np.median(fit.theta_s[:, 1]), np.median(fit.theta_s[:, 3])))
    rows = rows_of(signals, at, quicker_s, tempo.paths)
    for _ in range(1, _TURNS):
        landing_s, landing_sd_s = _landings(signals, fit.theta_s)
        first, last = without_neighbours(fit.theta_s, first, last, signals.rate_hz)
        data = rows.cut(first, last)
        fit = sized(_apart(fit.theta_s), data, belief)
        lean_per_m, noise = weigh(data, fit, forwards=not signals.has_gyro)
        usual = _usual(fit.theta_s, tempo)
        if usual is not None:
            high[1:] = np.minimum(high[1:], _LONGER * usual + _LONGER_S)
        belief = Belief(noise, lean_per_m, usual, tempo.spread, landing_s, landing_sd_s)
        starts = [fit.theta_s, *(_as_usual(fit.theta_s, usual) if usual is not None else [])]
        fit = _best(descend_from(data, starts, low, high, belief, _STEPS), 1)[0]
    spread = covariance(fit, data, belief)
    start, up, stay, down = fit.theta_s.T
    return Phases(
        start_s=start,
        top_s=start + up,
        lower_s=start + up + stay,
        end_s=start + up + stay + down,
        rise_m=fit.rise_m,
        sd=np.sqrt(np.maximum(np.diagonal(spread, axis1=1, axis2=2), 0.0)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What is fitted: velocity, shape (m,), and leans, shape (k, m), and with which paths."""

    rate_hz: float
    speed_mps: Floats
    lean_rad: Floats
    paths: Paths

    def cut(self, first: Floats, last: Floats) -> Windows:
        """Windows between grid positions, each shape (n,), less their straight lines."""
        grid = np.arange(len(self.speed_mps), dtype=np.float64)
        share = np.linspace(0.0, 1.0, _POINTS)
        where = np.clip(first[:, None] + share * (last - first)[:, None], 0.0, len(grid) - 1.0)
        ones = np.ones_like(where)
        line, _ = np.linalg.qr(np.stack([ones, ones * (share - 0.5)], axis=-1))
        return Windows(
            time_s=where / self.rate_hz,
            velocity_mps=off_line(np.interp(where, grid, self.speed_mps), line),
            lean_rad=off_line(
                np.stack([np.interp(where, grid, lean) for lean in self.lean_rad], axis=1), line
            ),
            line=line,
            paths=self.paths,
        )


def rows_of(signals: RaiseSignals, at: Ints, raise_s: float, paths: Paths = SMOOTHEST) -> Rows:
    """What is fitted to a set.

    Args:
        signals: of the window.
        at: grid positions of the set's upward pulses, shape (n,).
        raise_s: usual duration of the way up, which sets what counts as tremor.
        paths: course of height in both phases.
    """
    cut_off_hz = float(np.clip(_CUT_OFF / raise_s, *_CUT_OFF_HZ))
    return Rows(signals.rate_hz, speed_below(signals, cut_off_hz), leans(signals, at), paths)


def first_belief(
    rows: Rows, reps: int, usual_s: Floats | None, spread: tuple[float, float]
) -> Belief:
    """What is known of a set's reps before they were fitted: durations, shape (3,), if that."""
    return Belief(
        noise=_BEGIN_NOISE[: 1 + len(rows.lean_rad)],
        lean_per_m=None,
        usual_s=usual_s,
        spread=spread,
        landing_s=np.full(reps, np.nan),
        landing_sd_s=np.ones(reps),
    )


def _best_of(data: Windows, starts: list[Floats], low: Floats, high: Floats, belief: Belief) -> Fit:
    """Best fit of each rep from several starts, each shape (n, 4): all are tried for a few steps,
    and the two best go on."""
    two = [fit.theta_s for fit in _best(descend_from(data, starts, low, high, belief, _STEPS), 2)]
    return _best(descend_from(data, two, low, high, belief, _STEPS), 1)[0]


def _best(fits: list[Fit], many: int) -> list[Fit]:
    """The best fits of each rep, best first."""
    order = np.argsort([fit.cost for fit in fits], axis=0, kind="stable")[:many]
    n = np.arange(len(fits[0].cost))
    every = [
        np.stack([getattr(fit, name) for fit in fits]) for name in ("theta_s", "rise_m", "cost")
    ]
    return [Fit(*(x[k, n] for x in every)) for k in order]


def _apart(theta_s: Floats) -> Floats:
    """The same times with no heel still coming down when it is raised again."""
    out = theta_s.copy()
    room = theta_s[1:, 0] - theta_s[:-1, :3].sum(axis=1)
    out[:-1, 3] = np.minimum(out[:-1, 3], np.maximum(room, _SHORTEST_PHASE_S))
    return out


def _landings(signals: RaiseSignals, theta_s: Floats) -> tuple[Floats, Floats]:
    """Time of a clear heel landing near each rep's end and its uncertainty, s, NaN: none, (n,)."""
    rate = signals.rate_hz
    jolts = signals.jolt_mps2
    found = np.full(len(theta_s), np.nan)
    sd = np.full(len(theta_s), _JOLT_SD_S)
    ends = theta_s.sum(axis=1)
    following = np.append(theta_s[1:, 0], np.inf)
    times = np.column_stack([theta_s[:, 0], theta_s[:, 3], ends, following]).tolist()
    for i, (begin, lower, end, after) in enumerate(times):
        first = int(rate * max(end - _JOLT_REACH_S[0], end - 0.5 * lower, 0.0))
        last = int(rate * min(end + _JOLT_REACH_S[1], after, len(signals) / rate))
        own = jolts[max(0, int(rate * begin)) : max(1, int(rate * end))]
        reach = jolts[first:last]
        if len(reach) and len(own) and reach.max() > _JOLT_CONTRAST * median_of(own) > 0:
            found[i] = (first + int(np.argmax(reach))) / rate
            share = min(float(reach.max()) / _STRIKE_MPS2, 1.0)
            sd[i] = _JOLT_SD_S + share * (_STRIKE_SD_S - _JOLT_SD_S)
    return found, sd


def _as_usual(theta_s: Floats, usual_s: Floats) -> list[Floats]:
    """The same reps with the set's median durations, centred on the same raises."""
    middle = theta_s[:, 0] + theta_s[:, 1] / 2
    return [np.column_stack([middle - usual_s[0] / 2, np.tile(usual_s, (len(theta_s), 1))])]


def _usual(theta_s: Floats, tempo: Tempo) -> Floats | None:
    """Median durations of the set, averaged with the known ones, shape (3,), s."""
    own = np.median(theta_s[:, 1:], axis=0) if len(theta_s) > 2 else None
    if tempo.reps == 0:
        return own
    if own is None or np.isinf(tempo.reps):
        return tempo.usual_s
    return np.asarray(own + tempo.reps / (tempo.reps + len(theta_s)) * (tempo.usual_s - own))
