"""Hops of a closed window: contact and flight times of every series, and which are valid.

A hop is the contact of one landing of a chain (``chains.py``) up to its toe-off (``toe_off.py``),
and the flight to the next landing. With a calibration toe-off comes from ``calibrated_toe_off.py``:
what a contact gains by it, the flight after it loses. A hop is kept but not valid if

* samples were lost between just before its landing and the next one ("gap");
* the sensor was at the end of its range where it matters ("clipped"). The peak of a landing may be
  clipped: its instant is the onset, and the integral loses little. Later in the contact, or for
  longer, clipping affects toe-off;
* its landing is only a foot put down for the first jump ("soft"), which can't be timed;
* its times are outside the exercise's limits, or the estimates of toe-off do not agree
  ("implausible").
"""

from __future__ import annotations

import math

import numpy as np

from sensing.analysis.hops.calibrated_toe_off import OwnTime, own_times
from sensing.analysis.hops.chains import Chain, hop_chains
from sensing.analysis.hops.hop_views import hop_views
from sensing.analysis.hops.toe_off import DISAGREE_S, TakeOff
from sensing.core.events import Hop
from sensing.core.exercises import Look
from sensing.core.samples import Samples, Worn
from sensing.profile.profile import UNCALIBRATED, Profile

_FULL_RATE_HZ, _SLOW = 100.0, 1.8
"""Below this rate the error of a contact time grows by this many sample periods."""
_RINGS_S, _APPROACH_S = 0.06, 0.02
"""s; ringing after a landing; approach before it."""
_CLIPPED_S = 0.03
"""s; most clipping of a valid hop."""
_LEAST_S = 0.005
"""s; shortest contact and flight by a calibration."""


def find_hops(
    window: Samples, look: Look, placement: Worn, profile: Profile = UNCALIBRATED
) -> list[tuple[Hop, ...]]:
    """Every series of hops in a closed window, in order of time.

    A series is landings joined by flights; its last hop has no flight. A pause or movement without
    flight ends it. A single landing from free fall is a series of one.

    Args:
        window: consecutive samples, any length.
        look: shortest and longest contact and flight to expect.
        placement: where the sensor is worn.
        profile: the athlete's calibration. Hops that don't fit it are timed as anybody's, with
            ``calibrated`` False.
    """
    chains = hop_chains(window, look, placement, told=True)
    return [_series(chain, look, profile) for chain in chains]


def _series(chain: Chain, look: Look, profile: Profile) -> tuple[Hop, ...]:
    ends = [*zip(chain.links, chain.contacts_s[1:], strict=True), (None, None)]
    own: list[OwnTime] | None = None
    if profile.contact is not None:
        own = own_times(hop_views(chain, look), profile.contact)
    return tuple(
        _hop(chain, k, end, next_s, look, None if own is None or end is None else own[k])
        for k, (end, next_s) in enumerate(ends)
    )


def _hop(
    chain: Chain,
    k: int,
    end: TakeOff | None,
    next_s: float | None,
    look: Look,
    own: OwnTime | None,
) -> Hop:
    start_s = chain.contacts_s[k]
    clipped_s = _clipped_s(chain.part, start_s, next_s)
    reason = _fault(chain.part, start_s, next_s, clipped_s)
    if end is None or next_s is None:
        return Hop(
            contact_s=start_s,
            takeoff_s=None,
            contact_time_sd_s=None,
            flight_time_s=None,
            valid=reason is None,
            reason=reason,
        )
    # The integral misses a clipped peak, and what lies between the samples of a slow sensor.
    unseen_s = _SLOW * max(0.0, 1 / chain.part.rate_hz - 1 / _FULL_RATE_HZ)
    sd_s = end.sd_s if own is None or own.sd_s is None else own.sd_s
    takeoff_s = chain.fine.time_s(end.at)
    if own is not None:
        latest_s = next_s - _LEAST_S
        takeoff_s = min(max(start_s + own.contact_time_s, start_s + _LEAST_S), latest_s)
    if reason is None and chain.stepped_in and k == 0:
        reason = "soft"
    if reason is None and not (
        (end.sd_s < DISAGREE_S if own is None else own.agreed)
        and look.contact_s[0] <= takeoff_s - start_s <= look.contact_s[1]
        and look.flight_s[0] <= next_s - takeoff_s <= look.flight_s[1]
    ):
        reason = "implausible"
    return Hop(
        contact_s=start_s,
        takeoff_s=takeoff_s,
        contact_time_sd_s=math.hypot(sd_s, clipped_s, unseen_s),
        flight_time_s=next_s - takeoff_s,
        valid=reason is None,
        reason=reason,
        calibrated=own is not None,
    )


def _clipped_s(part: Samples, start_s: float, next_s: float | None) -> float:
    """Time the sensor was at the end of its range between two landings, s."""
    stop_s = start_s + _RINGS_S if next_s is None else next_s - _APPROACH_S
    a, b = (max(round(part.position(t)), 0) for t in (start_s - _APPROACH_S, stop_s))
    return float(np.sum(part.clipped[a:b])) / part.rate_hz


def _fault(part: Samples, start_s: float, next_s: float | None, clipped_s: float) -> str | None:
    """What makes a hop not valid ("gap", "clipped"), or None."""
    stop_s = start_s + _RINGS_S if next_s is None else next_s
    if part.fault(start_s - _RINGS_S, stop_s) == "gap":
        return "gap"
    if next_s is None:
        return None
    late = part.fault(start_s + _RINGS_S, next_s - _APPROACH_S) == "clipped"
    return "clipped" if late or clipped_s > _CLIPPED_S else None
