"""What was done, one row a set: measured by the sensor, or logged by hand."""

from __future__ import annotations

from typing import NamedTuple

from sensing.core.samples import Side


class Done(NamedTuple):
    """One set that was measured, or some alike that were logged.

    Attributes:
        day_n: the day, as a whole number (``date.toordinal()``).
        exercise: of the catalogue, or any words if it was logged.
        sets: 1 of what was measured.
        reps: raises, hops or jumps of each set, after corrections; None where none are counted.
        seconds: time held in each set; of hops, from the first contact to the last take-off; None
            where there is nothing to time.
        load_kg, pain: as told.
        tempo: what it was paced to, ``1-0-3``; None if it was not.
        set_id: row of the set; None of what was logged.
    """

    day_n: int
    exercise: str
    side: Side | None
    sets: int
    reps: int | None
    seconds: float | None
    load_kg: float | None
    pain: int | None
    tempo: str | None
    set_id: int | None
