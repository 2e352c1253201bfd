"""One figure of one set, as read from the store: the input of every comparison."""

from __future__ import annotations

from typing import NamedTuple

from sensing.core.samples import Side


class Figure(NamedTuple):
    """A figure after corrections, in SI units. A tuple, since there are many over the years.

    Attributes:
        day_n: the day it was done, as a whole number (``date.toordinal()``).
        day: the same, YYYY-MM-DD.
        started_utc: start of its session; sorts sessions of one day.
        set_n: number of the set in its session.
        value: the median of its events, or the count.
        low, high: first and third quartile of its events; None for counts.
        least, most: of its events; None for counts.
        many: number of events the median is of; 1 for counts.
        basis: how it was measured: placement and calibration. Figures of another basis may differ
            for that reason alone.
        engine: algorithm version.
        sd: standard uncertainty of the value; None where it is not known.
    """

    day_n: int
    day: str
    started_utc: str
    session_id: int
    set_n: int
    exercise: str
    side: Side | None
    load_kg: float | None
    pain: int | None
    note: str
    value: float
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    many: int
    basis: str
    engine: str
    sd: float | None = None
