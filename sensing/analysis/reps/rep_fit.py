"""Fitting raises to velocity and lean.

Squares of what the model (``rep_model``) leaves, in units of noise, and of how far the durations
are from what is known of them, are made least by damped Gauss–Newton steps (Marquardt 1963, J Soc
Ind Appl Math 11:431), all reps of a set at once. Where a step makes a rep no better, it is tried
again, shorter; slopes are worked out only where one did.

The inverse of the normal matrix is the covariance of the five, as far as the model holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.rep_model import (
    Belief,
    Windows,
    descent_of,
    heights,
    leans_by,
    model_of,
)
from sensing.core.units import Floats, Ints

_LONGEST_STEP_S = 0.4
"""s; longest step of one time in one iteration: the model is far from linear."""
_AT_ONCE = 200
"""Reps fitted at once: so many that Python's share of the time is small, so few that they stay in
the processor's cache."""
_LEAST_MPS, _LEAST_RAD = 0.002, 0.001
"""m/s and rad; no sensor on a leg is quieter."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Fitted reps.

    Attributes:
        theta_s: start and durations of raise, hold and lowering, shape (n, 4), s.
        rise_m: height, shape (n,), m.
        cost: half-normalised squares left of each rep, shape (n,).
    """

    theta_s: Floats
    rise_m: Floats
    cost: Floats

    def of(self, which: Ints | slice) -> Fit:
        """The fits of some of the reps, by index, shape (m,)."""
        return Fit(self.theta_s[which], self.rise_m[which], self.cost[which])


def sized(theta_s: Floats, data: Windows, belief: Belief) -> Fit:
    """Reps at given times, shape (n, 4), with the height that fits best."""
    model = model_of(theta_s, None, data, belief)
    return Fit(theta_s, model.rise_m, model.cost())


def covariance(fit: Fit, data: Windows, belief: Belief) -> Floats:
    """Covariance of the four times and the height of each rep, shape (n, 5, 5)."""
    model = model_of(fit.theta_s, fit.rise_m, data, belief)
    _, normal = descent_of(fit.theta_s, model, data)
    scale = np.diagonal(normal, axis1=1, axis2=2)
    inverse = np.linalg.inv(normal + (1e-9 * scale + 1e-9)[:, :, None] * np.eye(5))
    return np.asarray(inverse, dtype=np.float64)


def descend(
    data: Windows, theta_s: Floats, low: Floats, high: Floats, belief: Belief, steps: int = 8
) -> Fit:
    """Fit all reps from given times, shape (n, 4), within bounds, each shape (4,)."""
    parts = [
        _descend(data.of(few), theta_s[few], low, high, belief.of(few), steps)
        for k in range(0, len(theta_s), _AT_ONCE)
        for few in [slice(k, k + _AT_ONCE)]
    ]
    return Fit(
        np.concatenate([part.theta_s for part in parts]),
        np.concatenate([part.rise_m for part in parts]),
        np.concatenate([part.cost for part in parts]),
    )


def descend_from(
    data: Windows, starts: list[Floats], low: Floats, high: Floats, belief: Belief, steps: int
) -> list[Fit]:
    """The same from several starts, each shape (n, 4); a fit of each."""
    n = len(starts[0])
    every = np.tile(np.arange(n), len(starts))
    fit = descend(data.of(every), np.concatenate(starts), low, high, belief.of(every), steps)
    return [fit.of(slice(k, k + n)) for k in range(0, len(every), n)]


def _descend(
    data: Windows, theta_s: Floats, low: Floats, high: Floats, belief: Belief, steps: int
) -> Fit:
    theta_s = np.clip(theta_s, low, high)
    model = model_of(theta_s, None, data, belief)
    rise_m, cost = model.rise_m, model.cost()
    gradient, normal = descent_of(theta_s, model, data)
    damping = np.full(len(theta_s), 1e-2)
    eye = np.eye(5)
    for left in range(steps - 1, -1, -1):
        scale = np.diagonal(normal, axis1=1, axis2=2) + 1e-6
        damped = normal + damping[:, None, None] * scale[:, :, None] * eye
        step = np.linalg.solve(damped, gradient[..., None])[..., 0]
        moved = np.clip(step[:, :4], -_LONGEST_STEP_S, _LONGEST_STEP_S)
        theta_there = np.clip(theta_s + moved, low, high)
        rise_there = np.maximum(rise_m + step[:, 4], 1e-5)
        there = model_of(theta_there, rise_there, data, belief)
        cost_there = there.cost()
        better = cost_there < cost
        theta_s = np.where(better[:, None], theta_there, theta_s)
        rise_m = np.where(better, rise_there, rise_m)
        cost = np.where(better, cost_there, cost)
        damping = np.where(better, damping / 4, damping * 4)
        if left and better.all():
            gradient, normal = descent_of(theta_s, there, data)
        elif left and better.any():
            new = descent_of(theta_s[better], there.of(better), data.of(better))
            gradient[better], normal[better] = new
    return Fit(theta_s, rise_m, cost)


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
    by_rep = leans_by(shapes, data.lean_rad)
    lean_per_m = np.zeros((2, data.lean_rad.shape[1]))
    lean_per_m[: shapes.shape[1]] = np.median(by_rep, axis=0)
    left_v = data.velocity_mps - size * velocity
    lean = np.stack([height, acceleration], axis=2) @ lean_per_m
    left_l = data.lean_rad - size[..., None] * lean.transpose(0, 2, 1)
    left = np.concatenate([left_v[:, None], left_l], axis=1)
    noise = np.median(np.sqrt((left**2).mean(axis=2)), axis=0)
    return lean_per_m, np.maximum(noise, [_LEAST_MPS, *[_LEAST_RAD] * lean.shape[2]])
