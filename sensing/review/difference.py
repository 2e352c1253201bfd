"""Compare two sessions: is the difference larger than measurement error?

Two sessions differ by chance (their sets scatter, and so do the reps of a set) and because the
strap sits slightly differently each time. Both are combined into the smallest detectable change, as
in :mod:`~sensing.review.trend`; a smaller difference is reported as none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sensing.review.figure import Figure
from sensing.review.metrics import Metric
from sensing.review.points import MEDIAN_COST, points_of
from sensing.review.trend import DETECTABLE, set_to_set

Judged = Literal["not comparable", "within error", "up", "down", "counted"]

_QUARTILES_APART = 1.349  # of normal scatter, in standard deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two sessions' values of one metric.

    Attributes:
        first, second: the values, SI units.
        change: from the first to the second.
        smallest: smallest detectable change; None for counts.
        judged: ``not comparable`` if they were measured in different ways; ``counted`` if there is
            no measurement error.
        better: whether the second is better, beyond measurement error; None if unknown.
        first_sd, second_sd: standard uncertainties of the values; None where not known.
    """

    first: float
    second: float
    change: float
    smallest: float | None
    judged: Judged
    better: bool | None
    first_sd: float | None = None
    second_sd: float | None = None


def difference(
    first: Sequence[Figure], second: Sequence[Figure], metric: Metric
) -> Difference | None:
    """Compare two sessions of one exercise and leg; None unless both have the metric.

    Args:
        first: figures of the sets of one session.
        second: figures of the other.
        metric: which metric they are of.
    """
    if not first or not second:
        return None
    a, b = points_of(first, metric)[0], points_of(second, metric)[0]
    change = b.value - a.value
    smallest = None
    if metric.of != "figure":
        judged: Judged = "counted"
    else:
        own = metric.error_of((abs(a.value) + abs(b.value)) / 2, first[0].exercise)
        smallest = DETECTABLE * math.hypot(own, _chance([*first, *second], metric))
        if a.basis != b.basis:
            judged = "not comparable"
        elif abs(change) <= smallest:
            judged = "within error"
        else:
            judged = "up" if change > 0 else "down"
    better = None
    if judged in ("up", "down") and metric.better != "neither":
        better = (judged == "up") == (metric.better == "higher")
    return Difference(
        first=a.value,
        second=b.value,
        change=change,
        smallest=smallest,
        judged=judged,
        better=better,
        first_sd=a.sd,
        second_sd=b.sd,
    )


def words(found: Difference) -> str:
    """A few words on it; ``no difference`` means none beyond error and scatter."""
    match found.judged:
        case "not comparable":
            return "measured differently"
        case "within error":
            return "no difference"
        case "counted":
            return ""
        case _:
            way = "higher" if found.change > 0 else "lower"
            return f"{way}{_SENSE[found.better]}"


_SENSE = {True: ", better", False: ", worse", None: ""}


def _chance(figures: Sequence[Figure], metric: Metric) -> float:
    """Standard deviation of a session's value by chance."""
    between = set_to_set(figures, metric)
    within = [
        MEDIAN_COST * (each.high - each.low) / _QUARTILES_APART / math.sqrt(each.many)
        for each in figures
        if each.low is not None and each.high is not None
    ]
    # With one set in each session, only its own reps show how much it may vary.
    mean = math.sqrt(math.fsum(error**2 for error in within) / len(within)) if within else 0.0
    return max(between, mean / math.sqrt(len(figures) / 2))
