"""Did a figure change over the sessions, by more than measurement error?

Each session of one exercise and leg gives one value (the median over its sets, or their sum). A
robust line (:mod:`~sensing.review.robust_line`) is fitted to them. The change is the line's from
the first session to the last, with its interval, which is as wide as the athlete's days scatter.
Two things can look like a change:

* *Chance.* If the interval includes zero, no change is claimed.
* *Measurement error.* The strap sits slightly differently in every session. A change must exceed
  the smallest detectable change: the difference that two such sessions stay below in 95 of 100
  cases although nothing changed, 1.96·√2 times the measurement's own standard deviation between
  sessions (Beckerman 2001, Qual Life Res 10:571),
  :meth:`~sensing.review.metrics.Metric.error_of`. It does not shrink with the number of sessions,
  because a habit of wearing the sensor is not chance.

Sessions measured differently from the newest (:mod:`~sensing.review.points`) are left out.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from sensing.review.figure import Figure
from sensing.review.metrics import Metric
from sensing.review.points import MEDIAN_COST, SESSION, Point, points_of
from sensing.review.robust_line import FEWEST_POINTS, Line, theil_sen

Verdict = Literal["too few", "unclear", "within error", "up", "down"]

DETECTABLE = 1.96 * math.sqrt(2.0)
"""Standard deviations by which two equal sessions differ at most, 95 times in 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The course of a metric.

    Attributes:
        points: every session, oldest first.
        line: through the comparable sessions; None if there are too few.
        days: from the first to the last comparable session.
        change: of the line over these days; None without a line.
        change_low, change_high: its 95 % interval.
        error: standard deviation of one session's value from measurement and set-to-set scatter;
            None for counts.
        smallest: smallest detectable change between two single sessions; None for counts.
        verdict: ``up`` and ``down`` only beyond chance and measurement error.
        better: whether that change is for the better; None if unknown.
        left_out: sessions measured differently, which the line leaves out.
        engines: algorithm versions of the comparable sessions.
    """

    points: tuple[Point, ...]
    line: Line | None
    days: int
    change: float | None
    change_low: float | None
    change_high: float | None
    error: float | None
    smallest: float | None
    verdict: Verdict
    better: bool | None
    left_out: int
    engines: tuple[str, ...]

    @property
    def per_week(self) -> float | None:
        """Change per seven days."""
        return None if self.line is None else 7 * self.line.slope


def trend(figures: Sequence[Figure], metric: Metric) -> Trend:
    """The course of a metric.

    Args:
        figures: of one exercise and leg, grouped by session, oldest first; at least one.
        metric: which metric they are of.
    """
    points = points_of(figures, metric)
    used = [point for point in points if point.comparable]
    line = theil_sen([point.day_n for point in used], [point.value for point in used])
    days = used[-1].day_n - used[0].day_n
    level = statistics.median(point.value for point in used)
    own, smallest, error = metric.error_of(abs(level), figures[0].exercise), None, None
    if metric.of == "figure":
        error = math.hypot(own, set_to_set(figures, metric))
        smallest = DETECTABLE * error
    change = low = high = None
    if line is not None:
        change, low, high = (days * slope for slope in (line.slope, line.low, line.high))
    verdict = _verdict(change, low, high, metric, DETECTABLE * own)
    better = None
    if verdict in ("up", "down") and metric.better != "neither":
        better = (verdict == "up") == (metric.better == "higher")
    return Trend(
        points=tuple(points),
        line=line,
        days=days,
        change=change,
        change_low=low,
        change_high=high,
        error=error,
        smallest=smallest,
        verdict=verdict,
        better=better,
        left_out=len(points) - len(used),
        engines=tuple(sorted({point.engine for point in used})),
    )


def words(found: Trend, metric: Metric) -> str:
    """The trend in one sentence."""
    if found.change is None or found.change_low is None or found.change_high is None:
        used = len(found.points) - found.left_out
        sessions = "1 session" if used == 1 else f"{used} sessions"
        return f"too few to say: {sessions} measured alike, {FEWEST_POINTS} on two days are needed"
    size = (
        f"{metric.text(found.change, sign=True)} in {found.days} days "
        f"({_bound(found.change_low, metric)} to {_bound(found.change_high, metric)})"
    )
    match found.verdict:
        case "unclear" if metric.of == "figure":
            return f"no change beyond measurement error and day-to-day scatter: {size}"
        case "unclear":
            return f"no clear change: {size}"
        case "within error":
            return f"no change beyond measurement error: {size}"
        case _:
            beyond = ", beyond measurement error" if metric.of == "figure" else ""
            sense = {True: "better", False: "worse", None: found.verdict}[found.better]
            return f"{sense}{beyond}: {size}"


def _bound(value: float, metric: Metric) -> str:
    return "unknown" if math.isinf(value) else metric.text(value, sign=True, unit=False)


def _verdict(
    change: float | None,
    low: float | None,
    high: float | None,
    metric: Metric,
    detectable: float,
) -> Verdict:
    if change is None or low is None or high is None:
        return "too few"
    if low <= 0 <= high:
        return "unclear"
    if metric.of == "figure" and abs(change) <= detectable:
        return "within error"
    return "up" if change > 0 else "down"


def set_to_set(figures: Sequence[Figure], metric: Metric) -> float:
    """Standard deviation of a session's value from set-to-set scatter.

    Sets of one session are repeats of one measurement, so their scatter, pooled over all sessions
    with more than one (typical error; Hopkins 2000, Sports Med 30:1), is the chance in one set.
    """
    squares = freedom = counted = sessions = 0.0
    for _, own in groupby(figures, key=itemgetter(SESSION)):
        values = [each.value for each in own]
        sessions += 1
        counted += len(values)
        if len(values) > 1:
            mean = math.fsum(values) / len(values)
            squares += math.fsum((value - mean) ** 2 for value in values)
            freedom += len(values) - 1
    if not freedom:
        return 0.0
    sets = counted / sessions
    cost = MEDIAN_COST if sets >= 3 and metric.of == "figure" else 1.0
    return cost * math.sqrt(squares / freedom / sets)
