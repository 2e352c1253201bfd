"""How well two ways of measuring the same thing agree: their differences, not their correlation.

Two measurements of the same quantity always correlate; what matters is how far apart they are.
Bland & Altman (1986, Lancet 327:307–310) describe the differences by their mean (bias) and the
range that holds 95 % of them (limits of agreement).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.core.units import Floats

LIMIT = 1.96
"""95 % of normal differences lie within this many standard deviations of their mean."""
LEAST = 3
"""With fewer differences nothing can be said about their spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Differences (measured minus reference) of one quantity, all in its unit.

    Attributes:
        n: how many.
        bias: their mean.
        sd: their standard deviation.
        lower, upper: limits of agreement, bias ± 1.96 SD.
        rmse: root mean square of the differences, bias included.
    """

    n: int
    bias: float
    sd: float
    lower: float
    upper: float
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
    bias, sd = float(np.mean(difference)), float(np.std(difference, ddof=1))
    return Agreement(
        n=len(difference),
        bias=bias,
        sd=sd,
        lower=bias - LIMIT * sd,
        upper=bias + LIMIT * sd,
        rmse=float(np.sqrt(np.mean(difference**2))),
    )


def means_and_differences(measured: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """The points of a Bland–Altman plot: (mean of both, measured minus reference), (n,) each."""
    return (measured + reference) / 2, measured - reference
