"""Fitting a raise to slow signals: one movement up, a hold, one movement down.

The reps of a set are windows on one array and are fitted together by damped Gauss–Newton steps
(Marquardt 1963, J Soc Ind Appl Math 11:431). The start and the three durations of each rep are
fitted; height and lean follow by least squares. What the set as a whole shows of durations and
noise is used as a prior.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.reps.raise_path import SMOOTHEST, Paths, height, push, speed
from sensing.analysis.signals.motion import Motion
from sensing.core.units import Floats

_POINTS = 40
"""Points a rep is fitted on: 3–8 s at 25 Hz is 75–200, and the movement itself is below 2 Hz."""
_STEP_S = 0.02
"""s; step of the numerical derivatives."""
SPREAD = 0.15
"""Spread of the log of a set's durations: 10 % from rep to rep, and fatigue."""
_STAY_SPREAD_S, _STAY_SPREAD = 0.15, 0.3
"""Spread of the hold at the top, s and as a share of it."""
_JOLT_SD_S = 0.1
"""s; uncertainty of a landing's jolt as the end of a rep."""
_WHITE = 0.5
"""Weight of residuals, which correlate over about five points (tremor, sway)."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """n reps: times (n, p), velocity (n, p) and tilt (n, p, 2), both less a straight line."""

    time_s: Floats
    velocity: Floats
    tilt: Floats
    line: Floats
    paths: Paths

    def off_line(self, y: Floats) -> Floats:
        """Rows of (n, p) with the best straight line taken away."""
        weight = y[:, None, :] @ self.line
        return np.asarray(y - (weight @ self.line.transpose(0, 2, 1))[:, 0], dtype=np.float64)


def movement(theta: Floats, time_s: Floats, paths: Paths) -> tuple[Floats, Floats, Floats]:
    """Velocity (1/s), height (0…1) and acceleration (1/s²), each shape (n, p).

    Args:
        theta: start and durations of raise, hold and lowering, shape (n, 4), s.
        time_s: shape (n, p), s.
        paths: course of each phase.
    """
    start, rise, stay, lower = (theta[:, k : k + 1] for k in range(4))
    up = (time_s - start) / rise
    down = (time_s - start - rise - stay) / lower
    return (
        speed(up, paths.up) / rise - speed(down, paths.down) / lower,
        height(up, paths.up) - height(down, paths.down),
        push(up, paths.up) / rise**2 - push(down, paths.down) / lower**2,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Tempo:
    """An athlete's known tempo.

    Attributes:
        usual_s: durations of concentric phase, hold and eccentric phase, shape (3,), s.
        spread: relative spread of the two phases from rep to rep.
        reps: number of reps it counts for beside the set's own; inf: the set does not count.
        paths: course of height in both phases.
    """

    usual_s: Floats
    spread: tuple[float, float] = (SPREAD, SPREAD)
    reps: float = 0.0
    paths: Paths = SMOOTHEST


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """Prior from the set as a whole: channel noise (3,), tilt per metre (2, 2), durations (3,),
    time of the heel's landing (n,), NaN if unknown, and relative spread of the durations (2,)."""

    noise: Floats
    ratio: Floats | None
    usual: Floats | None
    landing_s: Floats
    spread: tuple[float, float] = (SPREAD, SPREAD)


def cut(motion: Motion, first: Floats, last: Floats, paths: Paths) -> Windows:
    """Windows between grid positions, each shape (n,), less their straight lines."""
    grid = np.arange(len(motion), dtype=np.float64)
    share = np.linspace(0.0, 1.0, _POINTS)
    where = np.clip(first[:, None] + share * (last - first)[:, None], 0.0, len(motion) - 1.0)
    travelled = np.cumsum(motion.acc_mps2) / motion.rate_hz
    time_s = where / motion.rate_hz
    ones = np.ones_like(where)
    line, _ = np.linalg.qr(np.stack([ones, ones * (share - 0.5)], axis=-1))
    bare = Windows(time_s, time_s, time_s, line, paths)
    velocity = bare.off_line(np.interp(where, grid, travelled))
    tilt = np.stack(
        [bare.off_line(np.interp(where, grid, axis)) for axis in motion.across_mps2.T], axis=-1
    )
    return Windows(time_s, velocity, tilt, line, paths)


def floored(x: Floats) -> Floats:
    """At least slightly above zero, to divide by, shape (…,)."""
    return np.maximum(x, 1e-12)


def positive(x: Floats) -> Floats:
    """Negative numbers set to zero, shape (…,)."""
    return np.maximum(x, 0.0)


def _pull(theta: Floats, belief: Belief) -> Floats:
    """Deviations of the durations from the set's and of the end from the landing, SDs, (n, 4)."""
    late = (theta.sum(axis=1) - belief.landing_s) / _JOLT_SD_S
    late = np.where(np.isnan(late), 0.0, late)
    usual = belief.usual
    if usual is None:
        return np.column_stack([np.zeros((len(theta), 3)), late])
    return np.column_stack(
        [
            np.log(theta[:, 1] / usual[0]) / belief.spread[0],
            (theta[:, 2] - usual[1]) / (_STAY_SPREAD_S + _STAY_SPREAD * usual[1]),
            np.log(theta[:, 3] / usual[2]) / belief.spread[1],
            late,
        ]
    )


def shapes(data: Windows, theta: Floats) -> tuple[Floats, Floats]:
    """Velocity, shape (n, p), and height and acceleration, shape (n, 2, p), less their lines."""
    velocity, tall, pushed = movement(theta, data.time_s, data.paths)
    across = np.stack([data.off_line(tall), data.off_line(pushed)], axis=1)
    return data.off_line(velocity), across


def _lean_by_rep(data: Windows, across: Floats) -> Floats:
    """Least-squares weights of height and acceleration in each tilt channel, shape (n, 2, 2)."""
    normal = across @ across.transpose(0, 2, 1)
    # A little damping: a rep cut short at the window's edge may show only one of the two.
    normal += 1e-6 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(2)
    return np.asarray(np.linalg.solve(normal + 1e-12 * np.eye(2), across @ data.tilt))


def _residual(data: Windows, theta: Floats, belief: Belief) -> Floats:
    """Unexplained velocity and tilt in units of their noise, shape (n, 3p + 4)."""
    v, across = shapes(data, theta)
    noise, ratio = belief.noise / _WHITE, belief.ratio
    if ratio is None:
        size = positive((v * data.velocity).sum(axis=1) / floored((v**2).sum(axis=1)))
        lean = across.transpose(0, 2, 1) @ _lean_by_rep(data, across)
    else:
        shape = across.transpose(0, 2, 1) @ ratio
        weight = 1 / noise[1:] ** 2
        top = (v * data.velocity).sum(axis=1) / noise[0] ** 2
        top = top + (shape * data.tilt).sum(axis=1) @ weight
        under = (v**2).sum(axis=1) / noise[0] ** 2 + (shape**2).sum(axis=1) @ weight
        size = positive(top / floored(under))
        lean = size[:, None, None] * shape
    left_v = (data.velocity - size[:, None] * v) / noise[0]
    left_t = (data.tilt - lean) / noise[1:]
    pull = _pull(theta, belief)
    return np.concatenate([left_v, left_t[:, :, 0], left_t[:, :, 1], pull], axis=1)


def best_of(
    data: Windows, starts: list[Floats], low: Floats, high: Floats, belief: Belief
) -> Floats:
    """Best fit from several starts, shape (n, 4) each, in one batch; shape (n, 4)."""
    times, reps = len(starts), len(starts[0])
    many = Windows(
        time_s=np.concatenate([data.time_s] * times),
        velocity=np.concatenate([data.velocity] * times),
        tilt=np.concatenate([data.tilt] * times),
        line=np.concatenate([data.line] * times),
        paths=data.paths,
    )
    landing_s = np.concatenate([belief.landing_s] * times)
    begin = np.clip(np.concatenate(starts), low, high)
    theta, cost = descend(many, begin, low, high, replace(belief, landing_s=landing_s))
    best = np.argmin(cost.reshape(times, reps), axis=0)
    return np.asarray(theta.reshape(times, reps, 4)[best, np.arange(reps)], dtype=np.float64)


def descend(
    data: Windows, theta: Floats, low: Floats, high: Floats, belief: Belief, steps: int = 10
) -> tuple[Floats, Floats]:
    """Levenberg–Marquardt on all reps at once (Marquardt 1963), derivatives by differences.

    Returns:
        Times, shape (n, 4), and the unexplained part of each rep, shape (n,).
    """
    damping = np.full(len(theta), 1e-2)
    left = _residual(data, theta, belief)
    cost = (left**2).sum(axis=1)
    eye = np.eye(4)
    for _ in range(steps):
        slopes = np.stack(
            [
                (_residual(data, theta + _STEP_S * eye[k], belief) - left) / _STEP_S
                for k in range(4)
            ],
            axis=-1,
        )
        normal = slopes.transpose(0, 2, 1) @ slopes
        push = (left[:, None, :] @ slopes)[:, 0]
        scale = np.diagonal(normal, axis1=1, axis2=2) + 1e-6
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


def weigh(data: Windows, theta: Floats) -> tuple[Floats, Floats]:
    """The set's tilt per metre, shape (2, 2), and each channel's noise around it, shape (3,)."""
    v, across = shapes(data, theta)
    size = positive((v * data.velocity).sum(axis=1) / floored((v**2).sum(axis=1)))
    by_rep = _lean_by_rep(data, across) / floored(size)[:, None, None]
    ratio = np.median(by_rep, axis=0)
    left_v = data.velocity - size[:, None] * v
    left_t = data.tilt - size[:, None, None] * (across.transpose(0, 2, 1) @ ratio)
    noise = [
        max(float(np.median(np.sqrt((left**2).mean(axis=1)))), least)
        for left, least in ((left_v, 0.002), (left_t[:, :, 0], 0.01), (left_t[:, :, 1], 0.01))
    ]
    return np.asarray(ratio, dtype=np.float64), np.array(noise)
