"""How well two ways of measuring the same thing agree: their differences, not their correlation.

Two measurements of the same quantity always correlate; what matters is how far apart they are.
Bland & Altman (1986, Lancet 327:307–310) describe the differences by their mean (bias) and the
range that holds 95 % of them (limits of agreement); both are estimates with confidence intervals of
their own (Bland & Altman 1999, Stat Methods Med Res 8:135–160, section 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sensing.core.units import Floats

_LIMIT = 1.96
"""95 % of normal differences lie within this many standard deviations of their mean."""
_CONFIDENCE = 0.95
LEAST = 3
"""With fewer differences nothing can be said about their spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Differences (measured minus reference) of one quantity, all in its unit.

    Attributes:
        n: how many.
        bias: their mean.
        bias_ci: its 95 % confidence interval.
        sd: their standard deviation.
        lower, upper: limits of agreement, bias ± 1.96 SD.
        lower_ci, upper_ci: their 95 % confidence intervals.
        rmse: root mean square of the differences, bias included.
    """

    n: int
    bias: float
    bias_ci: tuple[float, float]
    sd: float
    lower: float
    upper: float
    lower_ci: tuple[float, float]
    upper_ci: tuple[float, float]
    rmse: float


def agreement(measured: Floats, reference: Floats) -> Agreement:
    """Bland and Altman's statistics of two series of measurements.

    Args:
        measured: shape (n,).
        reference: of the same things, shape (n,), same unit.

    Raises:
        ValueError: fewer than three pairs, unequal lengths, or a value that is not finite.
    """
    if measured.shape != reference.shape or measured.ndim != 1 or len(measured) < LEAST:
        raise ValueError(f"at least {LEAST} pairs are needed")
    difference = measured - reference
    if not np.isfinite(difference).all():
        raise ValueError("a difference is not finite")
    n = len(difference)
    bias, sd = float(np.mean(difference)), float(np.std(difference, ddof=1))
    t = float(stats.t.ppf(0.5 + _CONFIDENCE / 2, n - 1))
    bias_half = t * sd / math.sqrt(n)
    # The limit's variance is that of the mean and that of 1.96 times the standard deviation.
    limit_half = t * sd * math.sqrt(1 / n + _LIMIT**2 / (2 * (n - 1)))
    lower, upper = bias - _LIMIT * sd, bias + _LIMIT * sd
    return Agreement(
        n=n,
        bias=bias,
        bias_ci=(bias - bias_half, bias + bias_half),
        sd=sd,
        lower=lower,
        upper=upper,
        lower_ci=(lower - limit_half, lower + limit_half),
        upper_ci=(upper - limit_half, upper + limit_half),
        rmse=float(np.sqrt(np.mean(difference**2))),
    )


def means_and_differences(measured: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """The points of a Bland–Altman plot: (mean of both, measured minus reference), (n,) each."""
    return (measured + reference) / 2, measured - reference
