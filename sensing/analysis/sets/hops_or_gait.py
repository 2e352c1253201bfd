"""Hops, running and walking, distinguished where the exercise is not given.

Stretches with a stride rhythm are walking or running. The rest is searched for hops, and a series
counts only if it can be nothing else: at least three contacts at an even beat, and flights in which
the leg falls. A foot that swings forward (jogging, side-steps, stairs) is supported throughout: the
mean vertical force in its swing is 0.3–0.7 g, in hops below 0.2 g.
"""

from __future__ import annotations

import numpy as np

from sensing.analysis.gait.rhythm import Stretch, walking_and_running
from sensing.analysis.hops.chains import Chain, hop_chains
from sensing.core.exercises import Look
from sensing.core.samples import Samples, Worn

# Constants, chosen by hand on people's shoes (n = 6) and ankles (n = 2); not fitted. The first
# value of a pair is for a vertical from the gyro, the second for one from the mean vector.

_LEAST_CONTACTS = 3
"""Contacts of a series. Larger: short series are missed; smaller: two steps pass."""
_FLIGHT_G = {True: 0.2, False: 0.4}
"""g; largest median force in flight. Larger: steps pass; smaller: hops with a moving leg are
missed."""
_SLOW_FLIGHT_G = {True: 0.12, False: 0.25}
"""g; the same at a beat as slow as a running stride, where flights are long and clear. Larger and
smaller likewise."""
_STRIDE_S = 0.57
"""s; such a beat. Larger: fewer series get the stricter limit; smaller: more."""
_FEW = 5
"""Contacts below which every flight has to be clear. Larger: longer series are rejected for one
flight; smaller: short chance series pass."""
_SURE_G = 0.35
"""g; a clear flight. Larger: steps pass; smaller: short series are missed."""
_UNEVEN = {True: 0.2, False: 0.35}
"""Largest SD of the periods as a share of their mean, of few and of many contacts. Larger:
side-steps pass; smaller: uneven hops are missed."""
_SHORT_WALK_S = 8.0
"""s; longer stretches are gait by rhythm alone; shorter ones may be the last, slower hops. Larger:
runs are searched for hops; smaller: hops end as walking."""
_SHARED = 0.6
"""Share of such a stretch that hops must cover. Larger: hops end as walking; smaller: runs as
hops."""


def stretches_of_steps(window: Samples, placement: Worn) -> list[Stretch]:
    """Stretches of hopping, running and walking in a closed window, in order, none overlapping.

    Args:
        window: consecutive samples, any length.
        placement: where the sensor is worn.
    """
    found: list[Stretch] = []
    begin_s = window.time_s(0)
    seen = walking_and_running(window)
    steps = [s for s in seen if not _is_hopping(window, s, placement)]
    for stretch in [*steps, None]:
        stop_s = window.time_s(len(window)) if stretch is None else stretch.start_s
        part = window.part(round(window.position(begin_s)), round(window.position(stop_s)))
        found += [
            Stretch(
                start_s=chain.contacts_s[0],
                end_s=chain.contacts_s[-1],
                kind="hop",
                contacts_s=chain.contacts_s,
            )
            for chain in hop_chains(part, Look(), placement, steps=None if steps else seen)
            if _surely_hops(chain)
        ]
        if stretch is not None:
            found.append(stretch)
            begin_s = stretch.end_s
    return found


def _is_hopping(window: Samples, stretch: Stretch, placement: Worn) -> bool:
    """True where a short stretch of gait is really the end of a series of hops."""
    if stretch.end_s - stretch.start_s > _SHORT_WALK_S:
        return False
    first, last = (round(window.position(t)) for t in (stretch.start_s - 1, stretch.end_s + 1))
    for chain in hop_chains(window.part(first, last), Look(), placement):
        begin_s, stop_s = chain.contacts_s[0], chain.contacts_s[-1]
        shared_s = min(stop_s, stretch.end_s) - max(begin_s, stretch.start_s)
        if _surely_hops(chain) and shared_s > _SHARED * (stretch.end_s - stretch.start_s):
            return True
    return False


def _surely_hops(chain: Chain) -> bool:
    """True for a series that steps, stairs and other movements do not make."""
    if len(chain.contacts_s) < _LEAST_CONTACTS:
        return False
    # A foot put down for the first jump belongs to the set but not to its beat.
    contacts_s = chain.contacts_s[chain.stepped_in :]
    flights = [link.flight_g for link in chain.links[chain.stepped_in :]]
    periods_s = np.diff(contacts_s)
    slow = float(np.median(periods_s)) >= _STRIDE_S
    most = (_SLOW_FLIGHT_G if slow else _FLIGHT_G)[chain.fine.oriented]
    if float(np.median(flights)) > most:
        return False
    few = len(contacts_s) < _FEW
    if few and max(flights) > _SURE_G:
        return False
    return float(np.std(periods_s)) <= _UNEVEN[few] * float(np.mean(periods_s))
