"""Fitting a raise to velocity and lean: one movement up, a stay, one movement down.

Each rep has five unknowns: when it starts, how long the three phases last, and how high it goes.
Velocity is the height times the path's speed; lean the height times the path's own height (and,
where lean comes from an accelerometer, the ankle's acceleration forwards besides). Both less a
straight line each, because bias and drift add one. Squares of what is left, in units of noise, and
of how far the durations are from what is known of them, are made least by damped Gauss–Newton steps
(Marquardt 1963, J Soc Ind Appl Math 11:431), all reps of a set at once.

The inverse of the normal matrix is the covariance of the five, as far as the model holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.raise_path import SMOOTHEST, Paths, course
from sensing.core.units import Floats

SPREAD = 0.15
"""Spread of the log of a set's durations: 10 % from rep to rep, and fatigue."""
_STAY_SPREAD_S, _STAY_SPREAD = 0.15, 0.3
"""Spread of the hold at the top, s and as a share of it."""
_WHITE = 0.5
"""Weight of residuals, which correlate over about five points (tremor, sway)."""
_LONGEST_STEP_S = 0.4
"""s; longest step of one time in one iteration: the model is far from linear."""
_LEAST_MPS, _LEAST_RAD = 0.002, 0.001
"""m/s and rad; no sensor on a leg is quieter."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """n reps at p points: time (s) and velocity (m/s), shape (n, p), lean (rad) in k directions,
    shape (n, k, p); the last two less straight lines, which ``line`` (n, p, 2) spans."""

    time_s: Floats
    velocity_mps: Floats
    lean_rad: Floats
    line: Floats
    paths: Paths = SMOOTHEST

    def of(self, which: Floats) -> Windows:
        """The windows of some of the reps, by index or flag, shape (m,)."""
        return Windows(
            self.time_s[which],
            self.velocity_mps[which],
            self.lean_rad[which],
            self.line[which],
            self.paths,
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
    """What is known of a set's reps beside their own windows.

    Attributes:
        noise: of velocity (m/s) and each lean (rad) around the movement, shape (1 + k,).
        lean_per_m: lean that goes with height (rad/m) and with acceleration (rad·s²/m) in each
            direction, shape (2, k); None before it is known: then each rep has its own.
        usual_s: durations of the three phases, shape (3,), s; None before a first fit.
        spread: relative spread of the two movements' durations from rep to rep.
        landing_s: when the heel landed, shape (n,), s; NaN where it was not seen.
        landing_sd_s: uncertainty of it, shape (n,), s.
    """

    noise: Floats
    lean_per_m: Floats | None
    usual_s: Floats | None
    spread: tuple[float, float]
    landing_s: Floats
    landing_sd_s: Floats

    def of(self, which: Floats) -> Belief:
        """The same for some of the reps, by index or flag, shape (m,)."""
        return Belief(
            self.noise,
            self.lean_per_m,
            self.usual_s,
            self.spread,
            self.landing_s[which],
            self.landing_sd_s[which],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Fitted reps.

    Attributes:
        theta_s: start and durations of raise, hold and lowering, shape (n, 4), s.
        rise_m: height, shape (n,), m.
        cost: half-normalised squares left of each rep, shape (n,).
        covariance: of the five, shape (n, 5, 5).
    """

    theta_s: Floats
    rise_m: Floats
    cost: Floats
    covariance: Floats


def off_line(y: Floats, line: Floats) -> Floats:
    """Rows less their best straight line, shape (n, …, p)."""
    if y.ndim == 2:
        return off_line(y[:, None], line)[:, 0]
    return np.asarray(y - (y @ line) @ line.transpose(0, 2, 1), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Movement:
    """A raise of height 1 at the points of its window, less lines, and its derivatives by the
    four times: velocity (n, p) and lean (n, k, p), slopes (n, 4, p) and (n, k, 4, p)."""

    velocity: Floats
    lean: Floats
    velocity_by: Floats
    lean_by: Floats


def heights(theta_s: Floats, data: Windows) -> tuple[Floats, Floats, Floats]:
    """Velocity (1/s), height (0…1) and acceleration (1/s²) less their lines, each shape (n, p)."""
    start, rise, stay, lower = (theta_s[:, k : k + 1] for k in range(4))
    up = course((data.time_s - start) / rise, data.paths.up)
    down = course((data.time_s - start - rise - stay) / lower, data.paths.down)
    every = np.stack(
        [
            up.speed / rise - down.speed / lower,
            up.height - down.height,
            up.push / rise**2 - down.push / lower**2,
        ],
        axis=1,
    )
    every = off_line(every, data.line)
    return every[:, 0], every[:, 1], every[:, 2]


def _movement(theta_s: Floats, data: Windows, belief: Belief) -> _Movement:
    start, rise, stay, lower = (theta_s[:, k : k + 1] for k in range(4))
    u, w = (data.time_s - start) / rise, (data.time_s - start - rise - stay) / lower
    up, down = course(u, data.paths.up), course(w, data.paths.down)
    u, w = np.clip(u, 0.0, 1.0), np.clip(w, 0.0, 1.0)
    speed_up, speed_down = up.speed / rise, down.speed / lower
    push_up, push_down = up.push / rise**2, down.push / lower**2
    jerk_up, jerk_down = up.jerk / rise**3, down.jerk / lower**3
    acceleration = push_up - push_down
    every = np.stack(
        [
            speed_up - speed_down,
            up.height - down.height,
            acceleration,
            # velocity by start, rise, stay, lower
            -acceleration,
            push_down - (speed_up / rise + u * push_up),
            push_down,
            speed_down / lower + w * push_down,
            # height by the same
            speed_down - speed_up,
            speed_down - u * speed_up,
            speed_down,
            w * speed_down,
            # acceleration by the same
            jerk_down - jerk_up,
            jerk_down - (2 * push_up / rise + u * jerk_up),
            jerk_down,
            2 * push_down / lower + w * jerk_down,
        ],
        axis=1,
    )
    every = off_line(every, data.line)
    if belief.lean_per_m is None:
        size = np.maximum(_ratio(every[:, 0], data.velocity_mps), 1e-5)
        lean = _leans(every[:, 1:3], data.lean_rad) / size[:, None, None]
    else:
        lean = belief.lean_per_m[None]
    by_height, by_push = lean[:, 0, :, None], lean[:, 1, :, None]
    return _Movement(
        velocity=every[:, 0],
        lean=by_height * every[:, None, 1] + by_push * every[:, None, 2],
        velocity_by=every[:, 3:7],
        lean_by=by_height[..., None] * every[:, None, 7:11]
        + by_push[..., None] * every[:, None, 11:15],
    )


def _ratio(shape: Floats, data: Floats) -> Floats:
    """Least-squares size of each row's shape in the data, shape (n,)."""
    return np.asarray(
        (shape * data).sum(axis=1) / np.maximum((shape**2).sum(axis=1), 1e-12), dtype=np.float64
    )


def _leans(shapes: Floats, lean_rad: Floats) -> Floats:
    """Least-squares sizes of shapes (n, s, p) in each rep's leans (n, k, p), shape (n, s, k)."""
    normal = shapes @ shapes.transpose(0, 2, 1)
    # A little damping: a rep cut off at the window's edge may show only one of the two.
    trace = np.trace(normal, axis1=1, axis2=2)[:, None, None]
    normal += (1e-6 * trace + 1e-15) * np.eye(shapes.shape[1])
    return np.asarray(np.linalg.solve(normal, shapes @ lean_rad.transpose(0, 2, 1)))


def _size(move: _Movement, data: Windows, noise: Floats) -> Floats:
    """Least-squares height of each rep, shape (n,), m; nobody rises downwards."""
    weight = 1 / noise**2
    top = weight[0] * (move.velocity * data.velocity_mps).sum(axis=1)
    top += (move.lean * data.lean_rad).sum(axis=2) @ weight[1:]
    under = weight[0] * (move.velocity**2).sum(axis=1) + (move.lean**2).sum(axis=2) @ weight[1:]
    return np.asarray(np.maximum(top / np.maximum(under, 1e-12), 1e-5), dtype=np.float64)


def _known(theta_s: Floats, belief: Belief) -> tuple[Floats, Floats]:
    """Deviations of durations and end from what is known, in SDs, and their slopes.

    Returns:
        Shape (n, 4) and (n, 4, 4): deviation by time.
    """
    late = (theta_s.sum(axis=1) - belief.landing_s) / belief.landing_sd_s
    unseen = np.isnan(late)
    left = np.zeros((len(theta_s), 4))
    slopes = np.zeros((len(theta_s), 4, 4))
    left[:, 3] = np.where(unseen, 0.0, late)
    slopes[:, 3] = np.where(unseen, 0.0, 1 / belief.landing_sd_s)[:, None]
    usual = belief.usual_s
    if usual is not None:
        for row, k, spread in ((0, 1, belief.spread[0]), (2, 3, belief.spread[1])):
            left[:, row] = np.log(theta_s[:, k] / max(float(usual[k - 1]), 1e-3)) / spread
            slopes[:, row, k] = 1 / (theta_s[:, k] * spread)
        spread_s = _STAY_SPREAD_S + _STAY_SPREAD * float(usual[1])
        left[:, 1] = (theta_s[:, 2] - usual[1]) / spread_s
        slopes[:, 1, 2] = 1 / spread_s
    return left, slopes


def _cost(
    theta_s: Floats, rise_m: Floats, data: Windows, belief: Belief
) -> tuple[Floats, Floats, Floats]:
    """Squares left, shape (n,), gradient, shape (n, 5), and normal matrix, shape (n, 5, 5)."""
    noise = belief.noise / _WHITE
    move = _movement(theta_s, data, belief)
    size = rise_m[:, None, None]
    moved = np.concatenate([move.velocity[:, None], move.lean], axis=1) / noise[:, None]
    by = np.concatenate([move.velocity_by[:, None], move.lean_by], axis=1) / noise[:, None, None]
    by = np.concatenate([size[..., None] * by, moved[:, :, None]], axis=2)
    by = by.transpose(0, 2, 1, 3).reshape(len(by), 5, -1)
    seen = np.concatenate([data.velocity_mps[:, None], data.lean_rad], axis=1) / noise[:, None]
    left = (seen - size * moved).reshape(len(by), -1)
    known, known_by = _known(theta_s, belief)
    cost = (left**2).sum(axis=1) + (known**2).sum(axis=1)
    gradient = (by @ left[..., None])[..., 0]
    normal = by @ by.transpose(0, 2, 1)
    gradient[:, :4] -= (known_by.transpose(0, 2, 1) @ known[..., None])[..., 0]
    normal[:, :4, :4] += known_by.transpose(0, 2, 1) @ known_by
    return cost, gradient, normal


def sized(theta_s: Floats, data: Windows, belief: Belief) -> tuple[Floats, Floats]:
    """Best height for given times, shape (n,), m, and the squares left with it, shape (n,)."""
    move = _movement(theta_s, data, belief)
    noise = belief.noise / _WHITE
    rise_m = _size(move, data, noise)
    left_v = (data.velocity_mps - rise_m[:, None] * move.velocity) / noise[0]
    left_l = (data.lean_rad - rise_m[:, None, None] * move.lean) / noise[1:, None]
    known, _ = _known(theta_s, belief)
    cost = (left_v**2).sum(axis=1) + (left_l**2).sum(axis=(1, 2)) + (known**2).sum(axis=1)
    return rise_m, cost


def descend(
    data: Windows, theta_s: Floats, low: Floats, high: Floats, belief: Belief, steps: int = 8
) -> Fit:
    """Fit all reps from given times, within bounds, each shape (4,)."""
    theta_s = np.clip(theta_s, low, high)
    rise_m, _ = sized(theta_s, data, belief)
    damping = np.full(len(theta_s), 1e-2)
    cost, gradient, normal = _cost(theta_s, rise_m, data, belief)
    eye = np.eye(5)
    for _ in range(steps):
        scale = np.diagonal(normal, axis1=1, axis2=2) + 1e-6
        damped = normal + damping[:, None, None] * scale[:, :, None] * eye
        step = np.linalg.solve(damped, gradient[..., None])[..., 0]
        moved = np.clip(step[:, :4], -_LONGEST_STEP_S, _LONGEST_STEP_S)
        theta_there = np.clip(theta_s + moved, low, high)
        rise_there = np.maximum(rise_m + step[:, 4], 1e-5)
        there = _cost(theta_there, rise_there, data, belief)
        better = there[0] < cost
        theta_s = np.where(better[:, None], theta_there, theta_s)
        rise_m = np.where(better, rise_there, rise_m)
        cost = np.where(better, there[0], cost)
        gradient = np.where(better[:, None], there[1], gradient)
        normal = np.where(better[:, None, None], there[2], normal)
        damping = np.where(better, damping / 4, damping * 4)
    scale = np.diagonal(normal, axis1=1, axis2=2)
    covariance = np.linalg.inv(normal + (1e-9 * scale + 1e-9)[:, :, None] * eye)
    return Fit(
        theta_s=theta_s,
        rise_m=rise_m,
        cost=cost,
        covariance=np.asarray(covariance, dtype=np.float64),
    )


def weigh(data: Windows, fit: Fit, *, forwards: bool) -> tuple[Floats, Floats]:
    """The set's lean per metre, shape (2, k), and noise of velocity and leans, shape (1 + k,).

    Args:
        data: the windows.
        fit: its reps.
        forwards: whether the ankle's acceleration passes for lean, as without a gyro.
    """
    velocity, height, acceleration = heights(fit.theta_s, data)
    size = fit.rise_m[:, None]
    shapes = size[:, None] * np.stack([height, acceleration], axis=1)
    shapes = shapes if forwards else shapes[:, :1]
    by_rep = _leans(shapes, data.lean_rad)
    lean_per_m = np.zeros((2, data.lean_rad.shape[1]))
    lean_per_m[: shapes.shape[1]] = np.median(by_rep, axis=0)
    left_v = data.velocity_mps - size * velocity
    lean = np.stack([height, acceleration], axis=2) @ lean_per_m
    left_l = data.lean_rad - size[..., None] * lean.transpose(0, 2, 1)
    left = np.concatenate([left_v[:, None], left_l], axis=1)
    noise = np.median(np.sqrt((left**2).mean(axis=2)), axis=0)
    return lean_per_m, np.maximum(noise, [_LEAST_MPS, *[_LEAST_RAD] * lean.shape[2]])
