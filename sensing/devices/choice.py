"""Which rate and range to ask a sensor for, by exercise."""

from __future__ import annotations

from sensing.core.exercises import Exercise
from sensing.core.samples import Placement
from sensing.devices.base import StreamRequest

_HOP_REQUEST = StreamRequest(rate_hz=200.0, range_g=16.0)
"""Landings reach 17 g at the ankle; a contact is timed to 2 ms at 200 Hz, to 6 ms at 50 Hz."""
_SLOW_REQUEST = StreamRequest(rate_hz=100.0, range_g=8.0)
"""Raises and holds are below 4 Hz, tremor below 12; heel strikes ring to 25 Hz, below 8 g. Twice
the rate would cost battery and air time and show nothing more."""


def request_for(
    exercise: Exercise | None,
    placement: Placement | None = None,
    *,
    rate_hz: float | None = None,
    range_g: float | None = None,
) -> StreamRequest:
    """What to ask for.

    Args:
        exercise: None: any, hops included.
        placement: on the shoe the sensor turns with the foot, which needs a gyro.
        rate_hz: instead of the default, Hz.
        range_g: likewise, ± g.
    """
    slow = exercise is not None and not exercise.has_hops
    request = _SLOW_REQUEST if slow else _HOP_REQUEST
    return StreamRequest(
        rate_hz=request.rate_hz if rate_hz is None else rate_hz,
        range_g=request.range_g if range_g is None else range_g,
        gyro=placement == "shoe",
    )
