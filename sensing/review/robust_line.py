"""A robust line through points, with its interval: Theil–Sen, which one bad day can't bend.

The slope is the median of the slopes between all pairs of points (Theil 1950; Sen 1968, J Am Stat
Assoc 63:1379). Its interval comes from the ranks of those slopes and the variance of Kendall's S,
with Sen's correction for ties in time. Neighbouring sessions resemble each other (a good week, a
sore one), which would make that interval too narrow; so the variance is increased by the lag-1
autocorrelation of the residuals where that is positive (Yue & Wang 2004, Water Resour Manag
18:201).

The number of pairs grows with the square of the points, so more than :data:`MOST_POINTS` points are
first reduced to medians of neighbours, which does not affect a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sensing.core.units import Floats

MOST_POINTS = 300
"""Forty-five thousand pairs: a few milliseconds."""

FEWEST_POINTS = 6
"""With five, the interval of Sen's normal approximation is infinite."""

LEVEL = 0.95
_NOTHING = 1e-9  # of the values: rounding error of points that lie on a line
_MOST_ALIKE = 0.9  # a series closer to its neighbours than this is not scatter about a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A robust line; the interval contains the true slope 95 times in 100.

    Attributes:
        slope: change of y per unit of x.
        low, high: its interval; infinite on a side that so few points can't bound.
        level: y in the middle of the points, at ``x_mid``.
        x_mid: median of x.
        points: number of points.
    """

    slope: float
    low: float
    high: float
    level: float
    x_mid: float
    points: int

    def at(self, x: float) -> float:
        """The line's y at this x."""
        return self.level + self.slope * (x - self.x_mid)


def theil_sen(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """Robust line through points; None with fewer than six, or if all have the same x.

    Args:
        x: in any order, ties allowed, shape (n,).
        y: shape (n,).
    """
    if len(x) != len(y):
        raise ValueError(f"{len(x)} x and {len(y)} y")
    if len(x) < FEWEST_POINTS:
        return None
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    order = np.lexsort((ys, xs))
    xs, ys = _drawn_together(xs[order], ys[order])
    rise, run = _pairs(ys), _pairs(xs)
    apart = run > 0
    slopes = np.sort(rise[apart] / run[apart])
    if not len(slopes):
        return None
    slope = float(np.median(slopes))
    x_mid = float(np.median(xs))
    residual = ys - slope * (xs - x_mid)
    level = float(np.median(residual))
    residual = residual - level
    low, high = _interval(slopes, _kendall_variance(xs) * _clustering(residual, ys))
    return Line(
        slope=slope,
        low=low,
        high=high,
        level=level,
        x_mid=x_mid,
        points=len(x),
    )


def _drawn_together(xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    if len(xs) <= MOST_POINTS:
        return xs, ys
    of = math.ceil(len(xs) / MOST_POINTS)
    whole = len(xs) - len(xs) % of
    return _medians(xs, whole, of), _medians(ys, whole, of)


def _medians(values: Floats, whole: int, of: int) -> Floats:
    drawn = np.median(values[:whole].reshape(-1, of), axis=1)
    return np.append(drawn, np.median(values[whole:])) if whole < len(values) else drawn


def _pairs(values: Floats) -> Floats:
    first, second = np.triu_indices(len(values), k=1)
    return np.asarray(values[second] - values[first], dtype=np.float64)


def _kendall_variance(xs: Floats) -> float:
    def share(n: Floats | int) -> float:
        return float(np.sum(n * (n - 1) * (2 * n + 5)))

    _, ties = np.unique(xs, return_counts=True)
    return (share(len(xs)) - share(ties.astype(np.float64))) / 18


def _clustering(residual: Floats, ys: Floats) -> float:
    """Factor by which the variance exceeds that of independent points."""
    if np.max(np.abs(residual)) <= _NOTHING * np.max(np.abs(ys)):
        return 1.0
    power = float(np.dot(residual, residual))
    n = len(residual)
    alike = float(np.dot(residual[1:], residual[:-1])) / power
    # With few points the coefficient is biased low (Kendall 1954, Biometrika 41:403).
    alike = min(_MOST_ALIKE, alike + (1 + 4 * alike) / n)
    # Chance alone reaches this one time in five; smaller values are ignored.
    if alike <= NormalDist().inv_cdf(0.8) / math.sqrt(n):
        return 1.0
    steps = np.arange(1, n)
    return 1 + 2 * float(np.sum((1 - steps / n) * alike**steps))


def _interval(slopes: Floats, variance: float) -> tuple[float, float]:
    many = len(slopes)
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * math.sqrt(variance)
    low = math.floor((many - reach) / 2)
    high = math.ceil((many + reach) / 2)
    return (
        float(slopes[low - 1]) if low >= 1 else -math.inf,
        float(slopes[high]) if high < many else math.inf,
    )
