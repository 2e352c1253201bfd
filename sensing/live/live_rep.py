"""A rep as the looks of the provisional count see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class LiveRep:
    """A rep as the looks see it.

    Attributes:
        at: sample number of its fastest upward moment.
        start: sample number at which it began.
        over: whether its movement is over.
        rise_m: height so far, m.
        looks: looks in a row that found it.
        alike: those of them that found it in a set, among others like it.
        since: looks since it was over: its height is known at the next, when the heel rests.
    """

    at: float
    start: float
    over: bool
    rise_m: float
    looks: int = 1
    alike: int = 0
    since: int = 0


def nearest(at: float, places: list[float], near: float) -> int | None:
    """Index of the place nearest to ``at``; None if it is not near."""
    if not places:
        return None
    off = np.abs(np.array(places) - at)
    best = int(off.argmin())
    return best if off[best] < near else None
