"""One figure of one set, as the store hands it over: where every look back starts."""

from __future__ import annotations

from typing import NamedTuple

from sensing.core.samples import Side


class Figure(NamedTuple):
    """A figure after corrections, in SI units. A tuple, for over the years there are many.

    Attributes:
        day_n: the day where it was done, as a whole number (``date.toordinal()``).
        day: the same, YYYY-MM-DD.
        started_utc: when its session began; sorts sessions of one day.
        set_n: number of the set in its session.
        value: the median of its events, or what was counted.
        low, high: first and third quartile of its events; None of what was counted.
        least, most: of its events; None of what was counted.
        many: events it is a median of; 1 of what was counted.
        basis: how it was measured: where the sensor was worn and with which calibration. Figures
            of another basis may differ by that alone.
        engine: version of the analysis.
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
