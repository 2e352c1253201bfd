"""Fatigue within a set: the change of a figure from its first rep to its last.

A robust line (:mod:`~sensing.review.robust_line`) is fitted over the rep number, for reps that are
valid and not marked as false detections. The change is that of the line from the first rep to the
last, as a share of its value at the first. One odd rep at either end, which would dominate a plain
first-against-last comparison, moves it little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sensing.core.events import Set
from sensing.review.robust_line import theil_sen

FATIGUE_METRICS = ("rise_m", "raise_time_s", "lower_time_s", "contact_time_s", "rsi")
"""Figures that change with fatigue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fatigue:
    """Change within one set.

    Attributes:
        first, last: the line at the first and the last event, SI units.
        change: from first to last, as a share of the first.
        low, high: its 95 % interval; infinite if so few events can't bound it.
        events: number of events used.
    """

    first: float
    last: float
    change: float
    low: float
    high: float
    events: int

    @property
    def certain(self) -> bool:
        """The interval excludes no change."""
        return not self.low <= 0 <= self.high


def fatigue(found: Set, name: str) -> Fatigue | None:
    """The change of one figure within a set; None with fewer than six valid events that have it.

    Args:
        found: the set, with corrections applied.
        name: of a property of its reps or hops, such as ``rise_m``.
    """
    events: Sequence[object] = found.reps or found.hops
    numbered = [
        (n, getattr(event, name))
        for n, event in enumerate(events, 1)
        if getattr(event, "valid", False) and getattr(event, name, None) is not None
    ]
    line = theil_sen([n for n, _ in numbered], [value for _, value in numbered])
    if line is None:
        return None
    first, last = line.at(numbered[0][0]), line.at(numbered[-1][0])
    if first <= 0:
        return None
    reps = numbered[-1][0] - numbered[0][0]
    return Fatigue(
        first=first,
        last=last,
        change=(last - first) / first,
        low=reps * line.low / first if math.isfinite(line.low) else -math.inf,
        high=reps * line.high / first if math.isfinite(line.high) else math.inf,
        events=len(numbered),
    )
