"""When a raise begins, tops out, is lowered and ends: a movement fitted, no threshold crossed.

Thresholds on velocity fail where lowering is slow (3 s from 8 cm is 5 mg, a fifth of the tremor).
So each rep is fitted with a whole movement: up by a minimum-jerk curve (Flash & Hogan 1985, J
Neurosci 5:1688), a stay at the top, down by another. The fit sees two things at once:

* vertical velocity, the plain integral of vertical acceleration over the rep; the sensor's bias
  makes a straight line of it, which the fit is free to take away;
* the lean of the shank, which follows the height of the heel by a ratio that is the same in every
  rep of a set (1–2° standing, more with the knee bent), with its own constant and slope taken away.

Reps of a set take about the same time (10–15 % from one to the next), so where tremor hides the
ends of one, the others say where they should be: after a first look at each alone, the set's median
durations pull on every rep, as hard as that spread warrants.

Where the heel lands with a jolt well above the rep's own tremor, that is the end of the rep, and
pulls on the fit too.

How much each says is weighed by how well it is explained across the whole set. All reps of a set
are fitted together, by damped Gauss–Newton steps on arrays, from several first guesses each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.motion import Motion
from sensing.exercises import Look
from sensing.units import Floats, Ints

_POINTS = 56
"""Points a rep is fitted on: 3–8 s at 25 Hz is 75–200, and the movement itself is below 2 Hz."""
_SHORTEST_PHASE_S = 0.12
_STEP_S = 0.02
_LONGEST_REP = 1.3
_SPREAD = 0.15
"""Spread of the log of a set's durations; signals.md gives 10 % from rep to rep, fatigue adds."""
_STAY_SPREAD_S = 0.15
_JOLT_CONTRAST = 8.0
"""A landing stands out this many times over the rep's median; tremor bursts reach 5."""
_JOLT_REACH_S = (0.8, 0.6)
_JOLT_SD_S = 0.1
_WHITE = 0.5
"""Residuals hang together over about five points (tremor, sway); as if each counted a fifth."""
_REST_S = 0.35
"""Rest kept at both ends of a rep's window: it tells the straight line from the movement."""


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Phases of n reps in seconds from the window's first sample.

    Attributes:
        start_s, top_s, lower_s, end_s: shape (n,).
        rise_m: height risen, shape (n,), m.
        unexplained: part of the velocity's variance the movement does not explain, shape (n,).
    """

    start_s: Floats
    top_s: Floats
    lower_s: Floats
    end_s: Floats
    rise_m: Floats
    unexplained: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """Windows of n reps: times (n, p), velocity (n, p), tilt (n, p, 2), both freed of a line."""

    time_s: Floats
    velocity: Floats
    tilt: Floats
    line: Floats

    def off_line(self, y: Floats) -> Floats:
        """Rows of (n, p) with the best straight line taken away."""
        weight = np.einsum("npk,np->nk", self.line, y)
        return np.asarray(y - np.einsum("npk,nk->np", self.line, weight), dtype=np.float64)


def _height(u: Floats) -> Floats:
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(u**3 * (10.0 - 15.0 * u + 6.0 * u**2), dtype=np.float64)


def _speed(u: Floats) -> Floats:
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(30.0 * u**2 * (1.0 - u) ** 2, dtype=np.float64)


def _push(u: Floats) -> Floats:
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(60.0 * u * (1.0 - u) * (1.0 - 2.0 * u), dtype=np.float64)


def _movement(theta: Floats, time_s: Floats) -> tuple[Floats, Floats, Floats]:
    """Velocity (1/s), height (0…1), acceleration (1/s²); theta (n, 4): start, rise, stay, lower."""
    start, rise, stay, lower = (theta[:, k : k + 1] for k in range(4))
    up = (time_s - start) / rise
    down = (time_s - start - rise - stay) / lower
    return (
        _speed(up) / rise - _speed(down) / lower,
        _height(up) - _height(down),
        _push(up) / rise**2 - _push(down) / lower**2,
    )


def fit_phases(motion: Motion, at: Ints, look: Look) -> Phases:
    """Fit every rep of a set.

    Args:
        motion: slow signals of the window.
        at: grid positions of the upward velocity maxima, shape (n,), ascending, at least one.
        look: usual durations of the exercise, which bound the fit.
    """
    first, last = _extents(motion, at, look)
    data = _cut(motion, first, last)
    guesses = _guesses(motion, at, last, look)
    low = np.array([-np.inf, _SHORTEST_PHASE_S, 0.0, _SHORTEST_PHASE_S])
    high = np.array([np.inf, 1.6 * look.rise_s[1], 60.0, 1.6 * look.lower_s[1]])
    noise = np.array([0.012, 0.06, 0.06])
    ratio: Floats | None = None
    usual: Floats | None = None
    theta = guesses[0]
    landing = np.full(len(at), np.nan)
    for turn in range(4):
        starts = guesses if turn == 0 else [theta, *_as_usual(theta, usual)]
        theta = _best_of(data, starts, low, high, _Belief(noise, ratio, usual, landing))
        if turn:
            landing = _landings(motion, theta)
        usual = np.median(theta[:, 1:], axis=0) if len(at) > 2 else None
        first, last = _without_neighbours(theta, first, last, motion.rate_hz)
        data = _cut(motion, first, last)
        ratio, noise = _weigh(data, theta)
    model, _ = _shapes(data, theta)
    rise = _positive((model * data.velocity).sum(axis=1) / _floor((model**2).sum(axis=1)))
    left = ((data.velocity - rise[:, None] * model) ** 2).sum(axis=1)
    start, up, stay, down = theta.T
    return Phases(
        start_s=start,
        top_s=start + up,
        lower_s=start + up + stay,
        end_s=start + up + stay + down,
        rise_m=rise,
        unexplained=left / _floor((data.velocity**2).sum(axis=1)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Belief:
    """What the set as a whole says: channel noise (3,), tilt per metre (2, 2), durations (3,),
    and where the heel was heard to land (n,), NaN where it wasn't."""

    noise: Floats
    ratio: Floats | None
    usual: Floats | None
    landing_s: Floats


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
    """The same reps with the set's median durations, rises kept where they were in the middle."""
    if usual is None:
        return []
    middle = theta[:, 0] + theta[:, 1] / 2
    return [np.column_stack([middle - usual[0] / 2, np.tile(usual, (len(theta), 1))])]


def _pull(theta: Floats, belief: _Belief) -> Floats:
    """How far durations are from the set's and the end from the landing, in SDs, shape (n, 4)."""
    late = (theta.sum(axis=1) - belief.landing_s) / _JOLT_SD_S
    late = np.where(np.isnan(late), 0.0, late)
    usual = belief.usual
    if usual is None:
        return np.column_stack([np.zeros((len(theta), 3)), late])
    return np.column_stack(
        [
            np.log(theta[:, 1] / usual[0]) / _SPREAD,
            (theta[:, 2] - usual[1]) / (_STAY_SPREAD_S + 0.3 * usual[1]),
            np.log(theta[:, 3] / usual[2]) / _SPREAD,
            late,
        ]
    )


def _floor(x: Floats) -> Floats:
    return np.maximum(x, 1e-12)


def _positive(x: Floats) -> Floats:
    return np.maximum(x, 0.0)


def _extents(motion: Motion, at: Ints, look: Look) -> tuple[Floats, Floats]:
    """First and last grid position of each rep's window: neighbours out, both rests in."""
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
    """Windows that end where the next rep begins and begin where the last one ended.

    No window is much longer than the set's own reps: what a person does after the last one (a step,
    a shift of weight) is not its lowering.
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


def _cut(motion: Motion, first: Floats, last: Floats) -> _Data:
    grid = np.arange(len(motion), dtype=np.float64)
    share = np.linspace(0.0, 1.0, _POINTS)
    where = np.clip(first[:, None] + share * (last - first)[:, None], 0.0, len(motion) - 1.0)
    travelled = np.cumsum(motion.acc_mps2) / motion.rate_hz
    time_s = where / motion.rate_hz
    ones = np.ones_like(where)
    line, _ = np.linalg.qr(np.stack([ones, ones * (share - 0.5)], axis=-1))
    bare = _Data(time_s, time_s, time_s, line)
    velocity = bare.off_line(np.interp(where, grid, travelled))
    tilt = np.stack(
        [bare.off_line(np.interp(where, grid, axis)) for axis in motion.across_mps2.T], axis=-1
    )
    return _Data(time_s, velocity, tilt, line)


def _guesses(motion: Motion, at: Ints, last: Floats, look: Look) -> list[Floats]:
    """Several first guesses a rep: rise from the pulse's width, lowering of several lengths."""
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


def _shapes(data: _Data, theta: Floats) -> tuple[Floats, Floats]:
    """Velocity (n, p) and, for the tilt, height and acceleration (n, 2, p), off their lines."""
    velocity, height, push = _movement(theta, data.time_s)
    across = np.stack([data.off_line(height), data.off_line(push)], axis=1)
    return data.off_line(velocity), across


def _lean_by_rep(data: _Data, across: Floats) -> Floats:
    """Least-squares weights of height and acceleration in each tilt channel, shape (n, 2, 2)."""
    normal = np.einsum("nap,nbp->nab", across, across)
    # A little damping: a rep cut short at the window's edge may show only one of the two.
    normal += 1e-6 * np.einsum("naa->n", normal)[:, None, None] * np.eye(2) + 1e-12 * np.eye(2)
    return np.asarray(
        np.linalg.solve(normal, np.einsum("nap,npj->naj", across, data.tilt)), dtype=np.float64
    )


def _residual(data: _Data, theta: Floats, belief: _Belief) -> Floats:
    """What the movement leaves of velocity and tilt, in units of their noise, shape (n, 3p + 4)."""
    v, across = _shapes(data, theta)
    noise, ratio = belief.noise / _WHITE, belief.ratio
    if ratio is None:
        size = _positive((v * data.velocity).sum(axis=1) / _floor((v**2).sum(axis=1)))
        lean = np.einsum("naj,nap->npj", _lean_by_rep(data, across), across)
    else:
        shape = np.einsum("aj,nap->npj", ratio, across)
        weight = 1 / noise[1:] ** 2
        top = (v * data.velocity).sum(axis=1) / noise[0] ** 2
        top = top + np.einsum("npj,npj,j->n", shape, data.tilt, weight)
        under = (v**2).sum(axis=1) / noise[0] ** 2 + np.einsum("npj,j->n", shape**2, weight)
        size = _positive(top / _floor(under))
        lean = size[:, None, None] * shape
    left_v = (data.velocity - size[:, None] * v) / noise[0]
    left_t = (data.tilt - lean) / noise[1:]
    pull = _pull(theta, belief)
    return np.concatenate([left_v, left_t[:, :, 0], left_t[:, :, 1], pull], axis=1)


def _best_of(
    data: _Data, starts: list[Floats], low: Floats, high: Floats, belief: _Belief
) -> Floats:
    """Fit from every start, all in one batch (small arrays cost by the call), and keep the best."""
    times, reps = len(starts), len(starts[0])
    many = _Data(
        *(np.concatenate([x] * times) for x in (data.time_s, data.velocity, data.tilt, data.line))
    )
    landing_s = np.concatenate([belief.landing_s] * times)
    begin = np.clip(np.concatenate(starts), low, high)
    theta, cost = _descend(many, begin, low, high, replace(belief, landing_s=landing_s))
    best = np.argmin(cost.reshape(times, reps), axis=0)
    return np.asarray(theta.reshape(times, reps, 4)[best, np.arange(reps)], dtype=np.float64)


def _descend(
    data: _Data, theta: Floats, low: Floats, high: Floats, belief: _Belief
) -> tuple[Floats, Floats]:
    """Levenberg–Marquardt on all reps at once (Marquardt 1963), derivatives by differences."""
    damping = np.full(len(theta), 1e-2)
    left = _residual(data, theta, belief)
    cost = (left**2).sum(axis=1)
    eye = np.eye(4)
    for _ in range(10):
        slopes = np.stack(
            [
                (_residual(data, theta + _STEP_S * eye[k], belief) - left) / _STEP_S
                for k in range(4)
            ],
            axis=-1,
        )
        normal = np.einsum("nrk,nrl->nkl", slopes, slopes)
        push = np.einsum("nrk,nr->nk", slopes, left)
        scale = np.einsum("nkk->nk", normal) + 1e-6
        damped = normal + damping[:, None, None] * scale[:, :, None] * eye
        step = -np.linalg.solve(damped, push[..., None])[..., 0]
        trial = np.clip(theta + np.clip(step, -0.4, 0.4), low, high)
        left_there = _residual(data, trial, belief)
        cost_there = (left_there**2).sum(axis=1)
        better = cost_there < cost
        theta = np.where(better[:, None], trial, theta)
        left = np.where(better[:, None], left_there, left)
        cost = np.where(better, cost_there, cost)
        damping = np.where(better, damping / 3, damping * 4)
    return theta, cost


def _weigh(data: _Data, theta: Floats) -> tuple[Floats, Floats]:
    """Tilt per metre common to the set, shape (2, 2), and each channel's noise around it, (3,)."""
    v, across = _shapes(data, theta)
    size = _positive((v * data.velocity).sum(axis=1) / _floor((v**2).sum(axis=1)))
    by_rep = _lean_by_rep(data, across) / _floor(size)[:, None, None]
    ratio = np.median(by_rep, axis=0)
    left_v = data.velocity - size[:, None] * v
    left_t = data.tilt - size[:, None, None] * np.einsum("aj,nap->npj", ratio, across)
    noise = [
        max(float(np.median(np.sqrt((left**2).mean(axis=1)))), least)
        for left, least in ((left_v, 0.002), (left_t[:, :, 0], 0.01), (left_t[:, :, 1], 0.01))
    ]
    return np.asarray(ratio, dtype=np.float64), np.array(noise)
