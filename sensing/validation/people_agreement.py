"""Bland–Altman limits where each person contributes several differences, with their intervals.

Hop after hop of one person is not new evidence about other people: a person's own error repeats.
So the variance of one more difference of one more person is put together from the variance between
people and that within a person, as Bland & Altman (2007, J Biopharm Stat 17:571–582, "the true
value varies") do, and the intervals count people, not hops. Here

* the bias is the mean of the people's means, so that nobody counts more for having hopped longer;
* the total variance is ``Sb² + (1 − 1/m) Sw²``: Sb² the variance of the people's means, Sw² the
  pooled variance within people, m the harmonic mean of the numbers of differences;
* the limits are bias ± 1.96 × the total standard deviation;
* the interval of the bias is Student's t over people; those of the limits come from the intervals
  of mean and variance (Zou 2013, Stat Methods Med Res 22:630–642).

With one difference a person this is Bland & Altman (1986). With one person there is no variance
between people: bias and limits then describe that person alone, and there is no interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sensing.core.units import Floats
from sensing.validation.agreement import LEAST, LIMIT

_COVER = 0.95
"""Share of samplings in which an interval holds the true value. Larger: wider intervals."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAgreement:
    """Differences (measured minus reference) of one quantity, person by person, in its unit.

    Attributes:
        n: how many differences.
        people: of how many people.
        bias: mean of the people's means.
        sd: total standard deviation of one difference of one person.
        lower, upper: limits of agreement, bias ± 1.96 SD.
        bias_interval, lower_interval, upper_interval: 95 % intervals; None with one person.
    """

    n: int
    people: int
    bias: float
    sd: float
    lower: float
    upper: float
    bias_interval: Interval | None = None
    lower_interval: Interval | None = None
    upper_interval: Interval | None = None


def people_agreement(differences: Sequence[Floats]) -> PeopleAgreement | None:
    """Bias and limits of agreement over people.

    Args:
        differences: measured minus reference, one array a person, each of shape (m,).

    Returns:
        None if there are fewer than three differences in all.

    Raises:
        ValueError: a difference is not finite.
    """
    people = [np.asarray(each, dtype=np.float64) for each in differences if len(each)]
    n, k = sum(map(len, people)), len(people)
    if not all(np.isfinite(each).all() for each in people):
        raise ValueError("a difference is not finite")
    if n < LEAST:
        return None
    if k == 1:
        bias, sd = float(np.mean(people[0])), float(np.std(people[0], ddof=1))
        return PeopleAgreement(
            n=n, people=1, bias=bias, sd=sd, lower=bias - LIMIT * sd, upper=bias + LIMIT * sd
        )
    means = np.array([each.mean() for each in people])
    bias, between = float(means.mean()), float(means.var(ddof=1))
    squares = sum(float(np.sum((each - each.mean()) ** 2)) for each in people)
    within = squares / (n - k) if n > k else 0.0
    harmonic = k / sum(1 / len(each) for each in people)
    share = (1 - 1 / harmonic) * within
    sd = math.sqrt(between + share)
    low, high = _variance_interval(between, k - 1, share, n - k)
    less, more = LIMIT * (sd - math.sqrt(low)), LIMIT * (math.sqrt(high) - sd)
    half = _t(k - 1) * math.sqrt(between / k)
    inner, outer = math.hypot(half, less), math.hypot(half, more)
    lower, upper = bias - LIMIT * sd, bias + LIMIT * sd
    return PeopleAgreement(
        n=n,
        people=k,
        bias=bias,
        sd=sd,
        lower=lower,
        upper=upper,
        bias_interval=(bias - half, bias + half),
        lower_interval=(lower - outer, lower + inner),
        upper_interval=(upper - inner, upper + outer),
    )


def _variance_interval(between: float, people: int, within: float, others: int) -> Interval:
    """Interval of the sum of two variances with these degrees of freedom (Zou 2013)."""
    total = between + within
    below = above = 0.0
    for variance, freedom in ((between, people), (within, others)):
        if freedom > 0:
            low, high = _chi2(freedom)
            below += (variance * (1 - freedom / high)) ** 2
            above += (variance * (freedom / low - 1)) ** 2
    return max(0.0, total - math.sqrt(below)), total + math.sqrt(above)


def _t(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + _COVER) / 2))


def _chi2(freedom: int) -> Interval:
    """Quantiles of χ² that leave 2.5 % at either side."""
    from scipy.special import chdtri

    return float(chdtri(freedom, (1 + _COVER) / 2)), float(chdtri(freedom, (1 - _COVER) / 2))
