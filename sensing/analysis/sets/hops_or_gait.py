"""Hops, running and walking, distinguished where the exercise is not given.

Stretches with a stride rhythm are walking or running (``gait/rhythm.py``). What is between the long
ones is decoded for hops at the price of nobody having said that there are any. Where a series of
hops and a short stretch of gait overlap, the one that covers the other wins.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sensing.analysis.gait.rhythm import Stretch, walking_and_running
from sensing.analysis.hops.find_series import find_contacts
from sensing.core.samples import Samples, Worn

# Constants, chosen by hand on people's shoes (n = 8) and ankles (n = 2); not fitted.

_SHORT_WALK_S = 8.0
"""s; longer stretches are gait by rhythm alone; shorter ones may be hops with a rhythm. Larger:
runs are searched for hops; smaller: hops end as walking."""
_SHARED = 0.6
"""Share of such a stretch that hops must cover. Larger: hops end as walking; smaller: runs as
hops."""

_SAME_STRIDE, _NEXT_STRIDES = 0.1, 1.5
"""Largest difference of a period from a stride, as a share, and strides between a run and what goes
on like it. Larger: hops after a run are running; smaller: its first strides are hops."""


def stretches_of_steps(
    window: Samples, placement: Worn, gait: Sequence[Stretch] | None = None
) -> list[Stretch]:
    """Stretches of hopping, running and walking in a closed window, in order, none overlapping.

    Args:
        window: consecutive samples, any length.
        placement: where the sensor is worn.
        gait: its stretches of walking and running by their rhythm, if they are known.
    """
    gait = walking_and_running(window) if gait is None else gait
    hops: list[Stretch] = []
    begin_s = window.time_s(0)
    for stretch in [*(each for each in gait if _lasts_s(each) > _SHORT_WALK_S), None]:
        stop_s = window.time_s(len(window)) if stretch is None else stretch.start_s
        part = window.part(round(window.position(begin_s)), round(window.position(stop_s)))
        hops += [
            Stretch(start_s=at_s[0], end_s=at_s[-1], kind="hop", contacts_s=at_s)
            for at_s in find_contacts(part, placement)
        ]
        if stretch is not None:
            begin_s = stretch.end_s
    runs = [each for each in gait if _lasts_s(each) > _SHORT_WALK_S]
    hops = [hop for hop in hops if not any(_goes_on(run, hop) for run in runs)]
    gait = [
        each
        for each in gait
        if max((_shared_s(each, hop) for hop in hops), default=0.0) <= _SHARED * _lasts_s(each)
    ]
    hops = [hop for hop in hops if not any(_shared_s(each, hop) > 0.0 for each in gait)]
    return sorted([*gait, *hops], key=lambda each: each.start_s)


def _goes_on(gait: Stretch, hop: Stretch) -> bool:
    """True if a series is the beginning or the end of a run: next to it, at its stride."""
    if gait.kind != "running":
        return False
    stride_s, period_s = (float(np.median(np.diff(each.contacts_s))) for each in (gait, hop))
    even = abs(period_s - stride_s) <= _SAME_STRIDE * stride_s
    return even and -_shared_s(gait, hop) < _NEXT_STRIDES * stride_s


def _lasts_s(stretch: Stretch) -> float:
    return stretch.end_s - stretch.start_s


def _shared_s(one: Stretch, other: Stretch) -> float:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
