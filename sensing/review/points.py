"""The sessions of one exercise and leg, one point each.

A session's value is the median over its sets; for counts, their sum; for the load, the heaviest.
Its uncertainty is the median of theirs; of a sum, theirs added up: what makes one set of a session
err makes all of them err, for the person and the strap are the same.
Sessions that were measured differently from the newest (another placement, another calibration) may
differ for that reason alone and are marked as not comparable.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

from sensing.core.samples import Side
from sensing.review.figure import Figure
from sensing.review.metrics import Metric

Number = TypeVar("Number", int, float)
Group = tuple[str, Side | None]
"""Exercise and leg: what may be compared."""

MEDIAN_COST = 1.2533
"""The median of three or more scatters this much more than a mean (√(π/2), normal scatter)."""

SESSION = Figure._fields.index("session_id")


class Point(NamedTuple):
    """One session. A tuple, since there are many over the years.

    Attributes:
        day_n, day: the day, as a number and as text.
        value: median over the sets; the sum for sums; the heaviest for the load.
        low, high: median over the sets of their quartiles; None for counts.
        best: best of all events by the metric's direction; None if it has none.
        sets: number of sets.
        load_kg: the heaviest.
        pain: the highest.
        note: of the session, otherwise of its recordings.
        comparable: measured as the newest session was.
        sd: standard uncertainty of the value; None where it is not known.
    """

    day_n: int
    day: str
    session_id: int
    value: float
    low: float | None
    high: float | None
    best: float | None
    sets: int
    load_kg: float | None
    pain: int | None
    note: str
    basis: str
    engine: str
    comparable: bool = True
    sd: float | None = None


def groups_of(figures: Iterable[Figure]) -> dict[Group, list[Figure]]:
    """The figures of each exercise and leg, in their order."""
    groups: dict[Group, list[Figure]] = {}
    for each in figures:
        groups.setdefault((each.exercise, each.side), []).append(each)
    return groups


def points_of(figures: Sequence[Figure], metric: Metric) -> list[Point]:
    """One point for each session.

    Args:
        figures: of one exercise and leg, grouped by session, oldest first.
        metric: which metric they are of.
    """
    measured = metric.of == "figure"
    newest = figures[-1].basis if figures else ""
    points = []
    for session_id, own in groupby(figures, key=itemgetter(SESSION)):
        sets = list(own)
        first = sets[0]
        alike = not measured or first.basis == newest
        if len(sets) > 1:
            points.append(_point(session_id, sets, metric, comparable=alike))
            continue
        # Most sessions have a single set; over years it matters that this is fast.
        best = _of_best(first, metric) if measured else first.value
        points.append(
            Point(
                first.day_n,
                first.day,
                session_id,
                first.value,
                first.low,
                first.high,
                best,
                1,
                first.load_kg,
                first.pain,
                first.note,
                first.basis,
                first.engine,
                alike,
                first.sd,
            )
        )
    return points


def _point(session_id: int, sets: list[Figure], metric: Metric, *, comparable: bool) -> Point:
    bests = [each.value for each in sets]
    if metric.of == "figure":
        bests = [best for best in (_of_best(each, metric) for each in sets) if best is not None]
    first = sets[0]
    return Point(
        day_n=first.day_n,
        day=first.day,
        session_id=session_id,
        value=_together([each.value for each in sets], metric),
        low=_median([each.low for each in sets]),
        high=_median([each.high for each in sets]),
        best=(min if metric.better == "lower" else max)(bests, default=None),
        sets=len(sets),
        load_kg=_most([each.load_kg for each in sets]),
        pain=_most([each.pain for each in sets]),
        note=next((each.note for each in sets if each.note), ""),
        basis=first.basis,
        engine=first.engine,
        comparable=comparable,
        sd=_sd_together([each.sd for each in sets], metric),
    )


def _together(values: list[float], metric: Metric) -> float:
    if metric.of == "sum":
        return math.fsum(values)
    return max(values) if metric.of == "told" else statistics.median(values)


def _sd_together(sds: list[float | None], metric: Metric) -> float | None:
    known = [sd for sd in sds if sd is not None]
    if metric.of == "sum" and len(known) == len(sds):
        return math.fsum(known)
    return statistics.median(known) if known and metric.of == "figure" else None


def _of_best(each: Figure, metric: Metric) -> float | None:
    """The best of a set's events; None if the metric has no better direction."""
    match metric.better:
        case "higher":
            return each.most
        case "lower":
            return each.least
        case _:
            return None


def _most(values: list[Number | None]) -> Number | None:
    return max((value for value in values if value is not None), default=None)


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
