"""A raise as velocity and lean show it: one movement up, a stay, one movement down.

Each rep has five unknowns: when it starts, how long the three phases last, and how high it goes.
Velocity is the height times the path's speed; lean the height times the path's own height (and,
where lean comes from an accelerometer, the ankle's acceleration forwards besides). Both less a
straight line each, because bias and drift add one.

Beside what was seen stands what is known: durations, and when the heel landed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.raise_path import SMOOTHEST, Course, Paths, course, jerk
from sensing.core.units import Bools, Floats, Ints

SPREAD = 0.15
"""Spread of the log of a set's durations: 10 % from rep to rep, and fatigue."""
_STAY_SPREAD_S, _STAY_SPREAD = 0.15, 0.3
"""Spread of the hold at the top, s and as a share of it."""
_WHITE = 0.5
"""Weight of residuals, which correlate over about five points (tremor, sway)."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """n reps at p points: time (s) and velocity (m/s), shape (n, p), lean (rad) in k directions,
    shape (n, k, p); the last two less straight lines, which ``line`` (n, p, 2) spans."""

    time_s: Floats
    velocity_mps: Floats
    lean_rad: Floats
    line: Floats
    paths: Paths = SMOOTHEST

    def of(self, which: Ints | Bools | slice) -> Windows:
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

    def of(self, which: Ints | slice) -> Belief:
        """The same for some of the reps, by index or flag, shape (m,)."""
        return Belief(
            self.noise,
            self.lean_per_m,
            self.usual_s,
            self.spread,
            self.landing_s[which],
            self.landing_sd_s[which],
        )


def off_line(y: Floats, line: Floats) -> Floats:
    """Rows less their best straight line, shape (n, …, p)."""
    if y.ndim == 2:
        return off_line(y[:, None], line)[:, 0]
    return np.asarray(y - (y @ line) @ line.transpose(0, 2, 1), dtype=np.float64)


def _moved(theta_s: Floats, data: Windows) -> tuple[Course, Course]:
    """Course of the movements up and down at the points of each window."""
    start, rise, stay, lower = (theta_s[:, k : k + 1] for k in range(4))
    up = course((data.time_s - start) / rise, data.paths.up)
    return up, course((data.time_s - start - rise - stay) / lower, data.paths.down)


def _shapes(theta_s: Floats, up: Course, down: Course, many: int = 3) -> Floats:
    """Velocity (1/s), height (0…1) and acceleration (1/s²) of a raise of 1 m, or the first of
    these, shape (n, many, p)."""
    rise, lower = theta_s[:, 1:2], theta_s[:, 3:4]
    out = np.empty((len(theta_s), many, up.height.shape[1]))
    out[:, 0] = up.speed / rise - down.speed / lower
    out[:, 1] = up.height - down.height
    if many > 2:
        out[:, 2] = up.push / rise**2 - down.push / lower**2
    return out


def heights(theta_s: Floats, data: Windows) -> tuple[Floats, Floats, Floats]:
    """Velocity (1/s), height (0…1) and acceleration (1/s²) less their lines, each shape (n, p)."""
    every = off_line(_shapes(theta_s, *_moved(theta_s, data)), data.line)
    return every[:, 0], every[:, 1], every[:, 2]


def _per_height(shapes: Floats, data: Windows, belief: Belief) -> Floats:
    """What a metre of height adds to each signal, in units of noise, by shape (n, 1 + k, s):
    velocity by velocity, lean by height and acceleration.

    Args:
        shapes: less their lines, shape (n, s, p).
        data: the windows.
        belief: what is known of lean; if nothing, each rep has its own.
    """
    if belief.lean_per_m is None:
        size = np.maximum(_ratio(shapes[:, 0], data.velocity_mps), 1e-5)
        lean = leans_by(shapes[:, 1:], data.lean_rad) / size[:, None, None]
    else:
        lean = belief.lean_per_m[None, : shapes.shape[1] - 1]
    out = np.zeros((len(shapes), len(belief.noise), shapes.shape[1]))
    out[:, 0, 0] = 1.0
    out[:, 1:, 1:] = lean.transpose(0, 2, 1)
    return np.asarray(out / (belief.noise / _WHITE)[:, None], dtype=np.float64)


def _ratio(shape: Floats, data: Floats) -> Floats:
    """Least-squares size of each row's shape in the data, shape (n,)."""
    return np.asarray(
        (shape * data).sum(axis=1) / np.maximum((shape**2).sum(axis=1), 1e-12), dtype=np.float64
    )


def leans_by(shapes: Floats, lean_rad: Floats) -> Floats:
    """Least-squares sizes of shapes (n, s, p) in each rep's leans (n, k, p), shape (n, s, k)."""
    normal = shapes @ shapes.transpose(0, 2, 1)
    # A little damping: a rep cut off at the window's edge may show only one of the two.
    trace = np.trace(normal, axis1=1, axis2=2)[:, None, None]
    normal += (1e-6 * trace + 1e-15) * np.eye(shapes.shape[1])
    return np.asarray(np.linalg.solve(normal, shapes @ lean_rad.transpose(0, 2, 1)))


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


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Reps of given times and heights beside what was seen, in units of noise.

    Attributes:
        up, down: course of the movements.
        per_m: what a metre adds to each signal by each shape, (n, 1 + k, s).
        moved: what a metre moves, shape (n, 1 + k, p).
        rise_m: height, shape (n,).
        left: what is left, less the lines, shape (n, 1 + k, p).
        known, known_by: deviation from what is known, and its slopes.
    """

    up: Course
    down: Course
    per_m: Floats
    moved: Floats
    rise_m: Floats
    left: Floats
    known: Floats
    known_by: Floats

    def of(self, which: Bools) -> Model:
        """The same for some of the reps, by flag, shape (n,)."""
        return Model(
            self.up.of(which),
            self.down.of(which),
            self.per_m[which],
            self.moved[which],
            self.rise_m[which],
            self.left[which],
            self.known[which],
            self.known_by[which],
        )

    def cost(self) -> Floats:
        """Squares left, shape (n,)."""
        return np.asarray((self.left**2).sum(axis=(1, 2)) + (self.known**2).sum(axis=1))


def model_of(theta_s: Floats, rise_m: Floats | None, data: Windows, belief: Belief) -> Model:
    """Reps of given times and heights, or of the best height for these times.

    Args:
        theta_s: start and durations, shape (n, 4), s.
        rise_m: heights, shape (n,), m; None: the best, of at least 0, as nobody rises downwards.
        data: what was seen.
        belief: what is known.
    """
    up, down = _moved(theta_s, data)
    # With a gyro acceleration does not pass for lean, and nothing depends on it.
    plain = belief.lean_per_m is not None and not belief.lean_per_m[1].any()
    shapes = off_line(_shapes(theta_s, up, down, 2 if plain else 3), data.line)
    per_m = _per_height(shapes, data, belief)
    moved = per_m @ shapes
    seen = np.concatenate([data.velocity_mps[:, None], data.lean_rad], axis=1)
    seen /= (belief.noise / _WHITE)[:, None]
    if rise_m is None:
        size = (moved * seen).sum(axis=(1, 2)) / np.maximum((moved**2).sum(axis=(1, 2)), 1e-12)
        rise_m = np.maximum(size, 1e-5)
    left = seen - rise_m[:, None, None] * moved
    return Model(up, down, per_m, moved, rise_m, left, *_known(theta_s, belief))


def descent_of(theta_s: Floats, model: Model, data: Windows) -> tuple[Floats, Floats]:
    """Gradient of the squares left by times and height, shape (n, 5), and normal matrix, shape
    (n, 5, 5)."""
    n, many, points = model.left.shape
    by: Floats = np.empty((n, 5, many, points))
    per_m = model.rise_m[:, None, None] * model.per_m
    shapes = per_m.shape[2]
    slopes = _slopes(theta_s, model.up, model.down, data.paths, shapes)
    slopes = slopes.reshape(n, shapes, 4 * points)
    by[:, :4] = (per_m @ slopes).reshape(n, many, 4, points).transpose(0, 2, 1, 3)
    by[:, 4] = model.moved
    # What is left is off the line, so only the normal matrix has to be told that the slopes are.
    on_line = (by.reshape(n, -1, points) @ data.line).reshape(n, 5, -1)
    by = by.reshape(n, 5, many * points)
    gradient = (by @ model.left.reshape(n, -1, 1))[..., 0]
    normal = by @ by.transpose(0, 2, 1) - on_line @ on_line.transpose(0, 2, 1)
    known_by = model.known_by.transpose(0, 2, 1)
    gradient[:, :4] -= (known_by @ model.known[..., None])[..., 0]
    normal[:, :4, :4] += known_by @ model.known_by
    return gradient, normal


def _slopes(theta_s: Floats, up: Course, down: Course, paths: Paths, many: int) -> Floats:
    """Slopes of the shapes by start, rise, stay and lowering, shape (n, many, 4, p)."""
    rise, lower = theta_s[:, 1:2], theta_s[:, 3:4]
    u, w = up.share, down.share
    speed_up, speed_down = up.speed / rise, down.speed / lower
    push_up, push_down = up.push / rise**2, down.push / lower**2
    out = np.empty((len(theta_s), many, 4, u.shape[1]))
    velocity, height = out[:, 0], out[:, 1]
    velocity[:, 0] = push_down - push_up
    velocity[:, 1] = push_down - (speed_up / rise + u * push_up)
    velocity[:, 2] = push_down
    velocity[:, 3] = speed_down / lower + w * push_down
    height[:, 0] = speed_down - speed_up
    height[:, 1] = speed_down - u * speed_up
    height[:, 2] = speed_down
    height[:, 3] = w * speed_down
    if many == 2:
        return out
    acceleration = out[:, 2]
    jerk_up, jerk_down = jerk(u, paths.up) / rise**3, jerk(w, paths.down) / lower**3
    acceleration[:, 0] = jerk_down - jerk_up
    acceleration[:, 1] = jerk_down - (2 * push_up / rise + u * jerk_up)
    acceleration[:, 2] = jerk_down
    acceleration[:, 3] = 2 * push_down / lower + w * jerk_down
    return out
