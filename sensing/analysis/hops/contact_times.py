"""Hops of a closed window: contact and flight times of every series, and which of them to trust.

A hop is the contact of one landing of a chain (``chains.py``) up to the take-off found after it
(``takeoff.py``), and the flight to the next landing. Where a profile knows how this person takes
off, that is asked instead (``own_takeoff.py``): what a contact gains by it, the flight after it
loses. A hop is kept but not valid if

* samples were lost between just before its landing and the next one ("gap");
* the sensor was at the end of its range where it matters ("clipped"). The peak of a landing may
  leave the range without harm: its instant is the onset, and what the integral loses there is
  little. Later in the contact, or for longer, clipping moves what take-off is told from;
* its landing is only a foot put down for the first jump ("soft"): it can't be timed;
* its times are outside what the exercise allows, or the views of its take-off do not agree at all
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
from sensing.core.samples import Placement, Samples
from sensing.profile.profile import UNCALIBRATED, Profile

_FULL_RATE_HZ = 100.0
_SLOW = 1.8
"""Below 100 Hz the error of a contact time grows by about this part of the sample period."""
_RINGS_S = 0.06
_APPROACH_S = 0.02
_CLIPPED_S = 0.03
_LEAST_S = 0.005
"""Whatever a profile says, a foot that lands is down for a moment, and up for one before the next
landing."""


def find_hops(
    window: Samples, look: Look, placement: Placement, profile: Profile = UNCALIBRATED
) -> list[tuple[Hop, ...]]:
    """Every series of hops in a closed window, in order of time.

    A series is landings joined by flights; its last hop has no flight. A pause, or movement without
    flight, ends it. A single landing out of free fall is a series of one.

    Args:
        window: consecutive samples, any length.
        look: shortest and longest contact and flight to expect.
        placement: where the sensor is worn.
        profile: how this person's contacts are timed, if known. Hops that don't look like this
            person's are timed as anybody's, and their ``calibrated`` is False.
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
    # What was cut off the peak is missing in the integral; what lies between the samples of a slow
    # sensor is missing everywhere.
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
    """Why a hop can't be trusted ("gap", "clipped"), or None."""
    stop_s = start_s + _RINGS_S if next_s is None else next_s
    if part.fault(start_s - _RINGS_S, stop_s) == "gap":
        return "gap"
    if next_s is None:
        return None
    late = part.fault(start_s + _RINGS_S, next_s - _APPROACH_S) == "clipped"
    return "clipped" if late or clipped_s > _CLIPPED_S else None
