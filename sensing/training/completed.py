"""What was done, one row for each set: measured by the sensor, or logged by hand."""

from __future__ import annotations

from typing import NamedTuple

from sensing.core.samples import Side


class Done(NamedTuple):
    """One measured set, or several equal sets that were logged.

    Attributes:
        day_n: the day, as a whole number (``date.toordinal()``).
        exercise: a name from the catalogue, or any text if it was logged.
        sets: 1 if measured.
        reps: raises, hops or jumps of each set, after corrections; None if there are none.
        seconds: time held in each set; for hops, from the first contact to the last toe-off; None
            if nothing was timed.
        load_kg, pain: as given by the athlete.
        tempo: the pace that was set, ``1-0-3``; None without one.
        set_id: row of the set; None if it was logged.
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
