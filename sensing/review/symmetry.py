"""One leg beside the other: the limb symmetry index, with its uncertainty.

The index is left as a percentage of right (or the leg asked about as a percentage of the other).
Ratios are worked with as logarithms, where a leg twice as good and one half as good are equally far
from equal.

Sessions that have both legs are compared within the session, for a day that is good for one leg is
good for the other too; each gives one log-ratio, and their mean has a Student interval. Sessions
with one leg only are left out as long as two have both. Where no session has both, the legs' means
are compared as two samples (Welch 1947, Biometrika 34:28). A single session is compared by its
sets.

Legs are compared as they were measured alike: sessions worn elsewhere than the newest, or
calibrated where it is not (or the other way round), are left out.

The error of wearing the sensor anew is part of the scatter between sessions, and shrinks with their
number. A habit of wearing it differently on one leg is not: nothing is known of its size, so half
of that error is kept for it however many the sessions. In a single session all of it counts.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sensing.core.samples import Side
from sensing.review.figure import Figure
from sensing.review.metrics import Metric

USUAL_PERCENT = 90.0
"""Least index usually asked for before a return to sport."""

_HABIT = 0.5
_MOST_ERROR = 0.5
"""Of a ratio of two figures that are hardly larger than their error nothing can be said."""

_SESSION = Figure._fields.index("session_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Symmetry:
    """How two legs compare; of a figure that is None where nothing is known.

    Attributes:
        side: the leg the index is of.
        value: its median over sessions, SI units.
        other: the other leg's.
        index_percent: the first as a percentage of the other.
        low_percent, high_percent: its 95 % interval; None where there is no scatter to judge by.
        sessions: that both legs were compared in, or how many of either there were if none.
        paired: the legs were compared within sessions.
        alike: both legs were measured in the same place, both calibrated or neither; where they
            never were, there is no interval.
        unequal: the interval leaves out 100 %.
        better: whether the side does better; None if nobody can say or they are not unequal.
    """

    side: Side
    value: float
    other: float
    index_percent: float
    low_percent: float | None
    high_percent: float | None
    sessions: int
    paired: bool
    alike: bool
    unequal: bool
    better: bool | None

    @property
    def below_usual(self) -> bool:
        """The worse leg is surely below 90 % of the better."""
        if not self.unequal or self.low_percent is None or self.high_percent is None:
            return False
        return self.high_percent < USUAL_PERCENT or self.low_percent > 100 / USUAL_PERCENT * 100


@dataclass(frozen=True, slots=True)
class _LogRatio:
    """Logarithm of one leg over the other: mean, standard error, and degrees of freedom."""

    mean: float
    error: float | None
    freedom: float
    sessions: int
    paired: bool


def symmetry(figures: Sequence[Figure], metric: Metric, *, of: Side = "left") -> Symmetry | None:
    """Compare the legs; None unless both have a value, and one larger than its error.

    Args:
        figures: of one exercise, those of a session together.
        metric: which they are of.
        of: the leg the index is of.
    """
    known = [each for each in figures if each.side is not None and each.value > 0]
    if len({each.side for each in known}) < 2:
        return None
    same = [each for each in known if _kind(each) == _kind(known[-1])]
    alike = len({each.side for each in same}) == 2
    known = same if alike else known
    own = [each for each in known if each.side == of]
    others = [each for each in known if each.side != of]
    value, other = _level(own), _level(others)
    level = (value + other) / 2
    strap = math.sqrt(2) * metric.error_of(level, known[0].exercise) / level
    if strap > _MOST_ERROR:
        return None
    ratio = _log_ratio(known, of)
    low, high = _interval_percent(ratio, strap) if alike else (None, None)
    unequal = low is not None and high is not None and not low <= 100 <= high
    better = None
    if unequal and metric.better != "neither":
        better = (ratio.mean > 0) == (metric.better == "higher")
    return Symmetry(
        side=of,
        value=value,
        other=other,
        index_percent=100 * math.exp(ratio.mean),
        low_percent=low,
        high_percent=high,
        sessions=ratio.sessions,
        paired=ratio.paired,
        alike=alike,
        unequal=unequal,
        better=better,
    )


def _log_ratio(known: Sequence[Figure], of: Side) -> _LogRatio:
    """One leg over the other, within sessions where any session has both."""
    both = [
        (own, others)
        for _, session in groupby(known, key=itemgetter(_SESSION))
        for own, others in [_legs(list(session), of)]
        if own and others
    ]
    if len(both) >= 2:
        ratios = [_mean(own) - _mean(others) for own, others in both]
        return _LogRatio(_mean(ratios), _error(ratios), len(ratios) - 1.0, len(both), paired=True)
    if both:
        return _LogRatio(*_welch(*both[0]), 1, paired=True)
    own = _logs_by_session([each for each in known if each.side == of])
    others = _logs_by_session([each for each in known if each.side != of])
    sessions = len({each.session_id for each in known})
    return _LogRatio(*_welch(own, others), sessions, paired=False)


def _interval_percent(ratio: _LogRatio, strap: float) -> tuple[float | None, float | None]:
    """95 % interval of the index; None without scatter to estimate it from.

    Args:
        ratio: of the legs.
        strap: SD of the logarithm that comes from wearing the sensor differently.
    """
    if ratio.error is None:
        return None, None
    if ratio.paired and ratio.sessions > 1:
        strap *= _HABIT
    reach = math.hypot(_student(ratio.freedom) * ratio.error, 1.96 * strap)
    return 100 * math.exp(ratio.mean - reach), 100 * math.exp(ratio.mean + reach)


def words(found: Symmetry, metric: Metric) -> str:
    """What to make of it, in a few words; ``no difference`` is none beyond error and scatter."""
    if not found.alike:
        return "the legs were measured otherwise"
    if found.low_percent is None or found.high_percent is None:
        return "too little to tell"
    if not found.unequal:
        return "no difference"
    other = "right" if found.side == "left" else "left"
    by = abs(found.index_percent - 100)
    way = "lower" if found.index_percent < 100 else "higher"
    verdict = {True: ", better", False: ", worse", None: ""}[found.better]
    below = "; below the usual 90 %" if found.below_usual and metric.better == "higher" else ""
    return f"{found.side} {by:.0f} % {way} than {other}{verdict}{below}"


def _kind(each: Figure) -> tuple[str, bool]:
    """Where it was measured and whether with a calibration; each leg's may be its own."""
    return each.basis.partition(",")[0], each.basis.endswith("not calibrated")


def _legs(session: list[Figure], of: Side) -> tuple[list[float], list[float]]:
    own = [math.log(each.value) for each in session if each.side == of]
    return own, [math.log(each.value) for each in session if each.side != of]


def _logs_by_session(figures: Sequence[Figure]) -> list[float]:
    return [
        _mean([math.log(each.value) for each in own])
        for _, own in groupby(figures, key=itemgetter(_SESSION))
    ]


def _welch(own: list[float], others: list[float]) -> tuple[float, float | None, float]:
    """Difference of means, its standard error (None if either has no scatter), and freedom."""
    mean = _mean(own) - _mean(others)
    if len(own) < 2 or len(others) < 2:
        return mean, None, 0.0
    parts = [statistics.variance(each) / len(each) for each in (own, others)]
    total = sum(parts)
    if total == 0:
        return mean, 0.0, 1.0
    freedom = total**2 / sum(
        part**2 / (len(each) - 1) for part, each in zip(parts, (own, others), strict=True)
    )
    return mean, math.sqrt(total), freedom


def _level(figures: Sequence[Figure]) -> float:
    return statistics.median(
        statistics.median(each.value for each in own)
        for _, own in groupby(figures, key=itemgetter(_SESSION))
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _error(values: Sequence[float]) -> float:
    return statistics.stdev(values) / math.sqrt(len(values))


def _student(freedom: float) -> float:
    """97.5 % point of Student's t."""
    from scipy.special import stdtrit  # 0.1 s to import, which a trend need not wait for

    return float(stdtrit(freedom, 0.975))
