"""Start, top and end of a raise, from a fitted movement instead of thresholds.

Thresholds on velocity fail for slow lowering (3 s from 8 cm is 5 mg, a fifth of the tremor). So
each rep is fitted with a whole movement: up by a minimum-jerk curve (Flash & Hogan 1985, J Neurosci
5:1688), a hold at the top, down by another. The fit uses two signals at once:

* vertical velocity, the integral of vertical acceleration over the rep; the sensor's bias adds a
  straight line, which the fit removes;
* the lean of the shank, which follows the height of the heel by the same ratio in every rep of a
  set (1–2° standing, more with the knee bent), with its own constant and slope removed.

Reps of a set take about the same time (10–15 % from one to the next), so where tremor hides the
ends of one, the others help: after a first fit of each alone, the set's median durations pull on
every rep as hard as that spread warrants. Where the heel lands with a jolt well above the rep's own
tremor, that is the end of the rep and pulls on the fit, too.

Each signal is weighted by how well it is explained across the set. All reps of a set are fitted
together, by damped Gauss–Newton steps on arrays, from several starts each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.raise_path import SMOOTHEST
from sensing.analysis.reps.rep_fit import (
    SPREAD,
    Belief,
    Tempo,
    best_of,
    cut,
    floored,
    positive,
    shapes,
    weigh,
)
from sensing.analysis.signals.motion import Motion
from sensing.core.exercises import Look
from sensing.core.units import Floats, Ints

_SHORTEST_PHASE_S = 0.12
"""s; lower bound of the fit."""
_LONGEST_REP = 1.3
"""Longest window, in the set's median rep."""
_JOLT_CONTRAST = 8.0
"""A landing is this many times the rep's median jolt; tremor bursts reach 5."""
_JOLT_REACH_S = (0.8, 0.6)
"""s before and after a rep's end within which its landing is sought."""
_REST_S = 0.35
"""s of rest at both ends of a rep's window, which separates the straight line from the movement."""


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Phases of n reps in seconds from the window's first sample.

    Attributes:
        start_s, top_s, lower_s, end_s: shape (n,).
        rise_m: height, shape (n,), m.
        unexplained: share of the velocity's variance the movement does not explain, shape (n,).
    """

    start_s: Floats
    top_s: Floats
    lower_s: Floats
    end_s: Floats
    rise_m: Floats
    unexplained: Floats


def fit_phases(motion: Motion, at: Ints, look: Look, tempo: Tempo | None = None) -> Phases:
    """Fit every rep of a set.

    Args:
        motion: slow signals of the window.
        at: grid positions of the upward velocity maxima, shape (n,), ascending, at least one.
        look: usual durations of the exercise, which bound the fit.
        tempo: the athlete's own tempo, if known.
    """
    paths = SMOOTHEST if tempo is None else tempo.paths
    spread = (SPREAD, SPREAD) if tempo is None else tempo.spread
    first, last = (
        _extents(motion, at, look) if tempo is None else _expected(motion, at, tempo.usual_s)
    )
    data = cut(motion, first, last, paths)
    guesses = _guesses(motion, at, last, look)
    low = np.array([-np.inf, _SHORTEST_PHASE_S, 0.0, _SHORTEST_PHASE_S])
    high = np.array([np.inf, 1.6 * look.rise_s[1], 60.0, 1.6 * look.lower_s[1]])
    noise = np.array([0.012, 0.06, 0.06])
    ratio: Floats | None = None
    usual: Floats | None = None
    if tempo is not None:
        usual = tempo.usual_s
        guesses += _as_usual(guesses[0], usual)
    theta = guesses[0]
    landing = np.full(len(at), np.nan)
    for turn in range(4):
        starts = guesses if turn == 0 else [theta, *_as_usual(theta, usual)]
        theta = best_of(data, starts, low, high, Belief(noise, ratio, usual, landing, spread))
        if turn:
            landing = _landings(motion, theta)
        usual = _usual(theta, tempo)
        first, last = _without_neighbours(theta, first, last, motion.rate_hz)
        data = cut(motion, first, last, paths)
        ratio, noise = weigh(data, theta)
    model, _ = shapes(data, theta)
    rise = positive((model * data.velocity).sum(axis=1) / floored((model**2).sum(axis=1)))
    left = ((data.velocity - rise[:, None] * model) ** 2).sum(axis=1)
    start, up, stay, down = theta.T
    return Phases(
        start_s=start,
        top_s=start + up,
        lower_s=start + up + stay,
        end_s=start + up + stay + down,
        rise_m=rise,
        unexplained=left / floored((data.velocity**2).sum(axis=1)),
    )


def _landings(motion: Motion, theta: Floats) -> Floats:
    """Time of a clear heel landing near each rep's end, s, or NaN, shape (n,)."""
    rate = motion.rate_hz
    found = np.full(len(theta), np.nan)
    ends = theta.sum(axis=1)
    following = np.append(theta[1:, 0], np.inf)
    for i, (end, begin) in enumerate(zip(ends, theta[:, 0], strict=True)):
        lower_s = end - theta[i, 3]
        first = int(rate * max(end - _JOLT_REACH_S[0], lower_s + 0.5 * theta[i, 3]))
        last = int(rate * min(end + _JOLT_REACH_S[1], following[i], len(motion) / rate))
        own = motion.jolt_mps2[max(0, int(rate * begin)) : max(1, int(rate * end))]
        reach = motion.jolt_mps2[max(0, first) : last]
        if len(reach) and len(own) and reach.max() > _JOLT_CONTRAST * float(np.median(own)) > 0:
            found[i] = (max(0, first) + int(np.argmax(reach))) / rate
    return found


def _as_usual(theta: Floats, usual: Floats | None) -> list[Floats]:
    """The same reps with the set's median durations, centred on the same raises."""
    if usual is None:
        return []
    middle = theta[:, 0] + theta[:, 1] / 2
    return [np.column_stack([middle - usual[0] / 2, np.tile(usual, (len(theta), 1))])]


def _usual(theta: Floats, tempo: Tempo | None) -> Floats | None:
    """Median durations of the set, averaged with the known ones, shape (3,), s."""
    own = np.median(theta[:, 1:], axis=0) if len(theta) > 2 else None
    if tempo is None:
        return own
    if own is None or np.isinf(tempo.reps):
        return tempo.usual_s
    return np.asarray(own + tempo.reps / (tempo.reps + len(theta)) * (tempo.usual_s - own))


def _expected(motion: Motion, at: Ints, usual_s: Floats) -> tuple[Floats, Floats]:
    """First and last grid position of each rep's window, if the reps last as expected."""
    rate = motion.rate_hz
    start = at - 0.5 * usual_s[0] * rate
    end = start + usual_s.sum() * rate
    room = 0.2 * usual_s.sum() * rate + _REST_S * rate
    first, last = start - _REST_S * rate, end + room
    last[:-1] = np.minimum(last[:-1], np.maximum(start[1:] + 0.15 * rate, at[:-1] + 0.5 * rate))
    first[1:] = np.maximum(first[1:], np.minimum(end[:-1], start[1:] - 0.1 * rate))
    return np.maximum(first, 0.0), np.minimum(last, len(motion) - 1.0)


def _extents(motion: Motion, at: Ints, look: Look) -> tuple[Floats, Floats]:
    """First and last grid position of each rep's window, with both rests, without neighbours."""
    rate = motion.rate_hz
    v = motion.velocity_mps
    onset = np.empty(len(at))
    for i, k in enumerate(at):
        back = int(max(0, k - 1.2 * look.rise_s[1] * rate))
        quiet = np.flatnonzero(v[back : k + 1] < 0.05 * v[k])
        onset[i] = back + quiet[-1] if len(quiet) else back
    whole_s = look.rise_s[1] + look.lower_s[1] + 3.0
    usual = np.median(np.diff(onset)) if len(at) > 2 else whole_s * rate
    longest = min(whole_s * rate, max(1.6 * float(usual), float(usual) + 1.5 * rate))
    following = np.append(onset[1:], len(motion) - 1.0)
    last = np.minimum(following + 0.15 * rate, onset + longest)
    first = np.maximum(onset - 0.7 * rate, 0.0)
    first[1:] = np.maximum(first[1:], onset[:-1] + 0.3 * (onset[1:] - onset[:-1]))
    return first, np.maximum(last, at + 0.5 * rate)


def _without_neighbours(
    theta: Floats, first: Floats, last: Floats, rate_hz: float
) -> tuple[Floats, Floats]:
    """Windows from the end of the last rep to the start of the next.

    No window is much longer than the set's own reps: what follows the last one (a step, a shift of
    weight) is not its lowering.
    """
    start = theta[:, 0] * rate_hz
    whole = theta[:, 1:].sum(axis=1) * rate_hz
    end = start + np.minimum(whole, _LONGEST_REP * float(np.median(whole)))
    rest = _REST_S * rate_hz
    first = np.maximum(np.minimum(first, start - rest), start - 3 * rest)
    first[1:] = np.maximum(first[1:], np.minimum(end[:-1], start[1:] - 0.1 * rate_hz))
    last = np.minimum(np.maximum(last, end + rest), end + 2 * rest)
    last[:-1] = np.minimum(last[:-1], np.maximum(start[1:], end[:-1] + 0.1 * rate_hz))
    return np.maximum(first, 0.0), last


def _guesses(motion: Motion, at: Ints, last: Floats, look: Look) -> list[Floats]:
    """Several starts for each rep: raise from the pulse's width, lowering of several lengths."""
    rate = motion.rate_hz
    v = motion.velocity_mps
    rises = np.empty(len(at))
    for i, k in enumerate(at):
        half = 0.5 * v[k]
        left = k - np.argmax(v[k::-1] < half) if (v[k::-1] < half).any() else 0
        right = k + np.argmax(v[k:] < half) if (v[k:] < half).any() else len(v) - 1
        # A minimum-jerk pulse is 0.54 of its length wide at half its height.
        rises[i] = np.clip((right - left) / rate / 0.54, 0.2, 1.5 * look.rise_s[1])
    start = at / rate - rises / 2
    room = np.maximum(last / rate - start - rises, 0.4)
    out = []
    for share, stay in ((0.35, 0.05), (0.6, 0.05), (0.9, 0.05), (0.4, 0.5), (0.65, 0.3)):
        lower = np.clip(share * room, 0.3, 1.3 * look.lower_s[1])
        out.append(np.column_stack([start, rises, stay * room, lower]))
    return out
