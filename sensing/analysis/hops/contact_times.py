"""Hops of a closed window: contact and flight times of every series, with their uncertainties.

A hop is the contact of one landing of a chain (``chains.py``) up to its toe-off (``toe_off.py``),
and the flight to the next landing. With a calibration toe-off comes from ``calibrated_toe_off.py``:
what a contact gains by it, the flight after it loses.

A hop that was seen is counted. Missing samples widen the uncertainty of its contact time; where
they hide initial contact or toe-off it is unknown, and so is the flight next to it. The peak of a
landing may be clipped: its instant is the onset, and the integral loses little. Clipped later in
the contact, or for longer, toe-off is unknown. A hop is kept but not valid if

* its landing is only a foot put down for the first jump ("soft"), which can't be timed;
* its times are outside the exercise's limits, or the estimates of toe-off do not agree
  ("implausible").
"""

from __future__ import annotations

import math

import numpy as np

from sensing.analysis.hops.calibrated_toe_off import OwnTime, is_own, own_times
from sensing.analysis.hops.chains import Chain, hop_chains
from sensing.analysis.hops.contact_kinds import told_apart
from sensing.analysis.hops.hop_views import hop_views
from sensing.analysis.hops.toe_off import DISAGREE_S, TakeOff
from sensing.core.events import Hop
from sensing.core.exercises import Look
from sensing.core.gaps import CLIPPED, gaps
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
_HIDES_S = 0.015
"""s; a longer gap hides the instant it lies on: more than one sample at 100 Hz. Larger: instants
are given that nobody saw; smaller: every lost sample takes a contact time."""
_HIDES_TOE_OFF_S = 0.06
"""s; a longer gap anywhere in a hop takes too much of the integral that toe-off comes from. Larger:
times are given that are off by a tenth of a second; smaller: fewer are given."""
_TOE_OFF_S = 0.03
"""s around toe-off from which it is told. Larger and smaller likewise."""
_PER_GAP = 0.7
"""Uncertainty of a contact time per length of a gap anywhere in its hop, for toe-off comes from an
integral over all of it (141 hops of simulated people: 0.6 at 25 ms, 0.9 at 40 ms). Larger:
contact times count for less; smaller: they are given too exactly."""
_WITH_CONTACT = ("contact_time_s", "rsi", "rsi_height_mps")
_WITH_FLIGHT = ("flight_time_s", "height_m", "rsi", "rsi_height_mps")


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
    fit = profile.contact
    if fit is None:
        return [_series(chain, look) for chain in chains]
    # Athlete and strap are those of the whole window; a short series alone may fit by chance.
    views = [hop_views(chain, look) for chain in chains]
    if not is_own([hop for series in views for hop in series], fit):
        return [_series(chain, look) for chain in chains]
    return [
        _series(chain, look, own_times(series, fit))
        for chain, series in zip(chains, views, strict=True)
    ]


def _series(chain: Chain, look: Look, own: list[OwnTime] | None = None) -> tuple[Hop, ...]:
    ends = [*zip(chain.links, chain.contacts_s[1:], strict=True), (None, None)]
    hops = [
        _hop(chain, k, end, next_s, look, None if own is None or end is None else own[k])
        for k, (end, next_s) in enumerate(ends)
    ]
    return told_apart(chain.fine, hops, look)


def _hop(
    chain: Chain,
    k: int,
    end: TakeOff | None,
    next_s: float | None,
    look: Look,
    own: OwnTime | None,
) -> Hop:
    start_s = chain.contacts_s[k]
    if end is None or next_s is None:
        return Hop(contact_s=start_s, takeoff_s=None, contact_time_sd_s=None, flight_time_s=None)
    # The integral misses a clipped peak, and what lies between the samples of a slow sensor.
    unseen_s = _SLOW * max(0.0, 1 / chain.part.rate_hz - 1 / _FULL_RATE_HZ)
    sd_s = end.sd_s if own is None or own.sd_s is None else own.sd_s
    takeoff_s = chain.fine.time_s(end.at)
    if own is not None:
        latest_s = next_s - _LEAST_S
        takeoff_s = min(max(start_s + own.contact_time_s, start_s + _LEAST_S), latest_s)
    reason = "soft" if chain.stepped_in and k == 0 else None
    implausible = not (
        (end.sd_s < DISAGREE_S if own is None else own.agreed)
        and look.contact_s[0] <= takeoff_s - start_s <= look.contact_s[1]
        and look.flight_s[0] <= next_s - takeoff_s <= look.flight_s[1]
    )
    gaps_s = [
        _PER_GAP * gap.length_s
        for gap in gaps(chain.part, start_s - _APPROACH_S, next_s)
        if gap.why != CLIPPED
    ]
    clipped_s = _clipped_s(chain.part, start_s, next_s)
    sd_s = math.hypot(sd_s, clipped_s, unseen_s, *gaps_s)
    # What is implausible because samples are missing is a time that was not seen.
    least_s = _HIDES_S if implausible else _HIDES_TOE_OFF_S
    lost = _gap(chain.part, start_s - _APPROACH_S, next_s, least_s)
    reasons = _hidden(chain.part, start_s, takeoff_s, next_s, lost, clipped_s)
    if reason is None and implausible and not reasons:
        reason = "implausible"
    timed, flew = "contact_time_s" not in reasons, "flight_time_s" not in reasons
    contact_s, flight_s = takeoff_s - start_s, next_s - takeoff_s
    return Hop(
        contact_s=start_s,
        takeoff_s=takeoff_s,
        contact_time_sd_s=sd_s if timed else None,
        flight_time_s=flight_s if flew else None,
        # From contact to contact is known well: what the contact gains, the flight loses.
        flight_time_sd_s=sd_s if flew else None,
        rsi_sd=sd_s * (contact_s + flight_s) / contact_s**2 if timed and flew else None,
        valid=reason is None,
        reason=reason,
        calibrated=own is not None,
        reasons=reasons,
    )


def _clipped_s(part: Samples, start_s: float, next_s: float) -> float:
    """Time the sensor was at the end of its range between two landings, s."""
    a, b = (max(round(part.position(t)), 0) for t in (start_s - _APPROACH_S, next_s - _APPROACH_S))
    return float(np.sum(part.clipped[a:b])) / part.rate_hz


def _hidden(
    part: Samples,
    start_s: float,
    takeoff_s: float,
    next_s: float,
    toe_off: str | None,
    clipped_s: float,
) -> dict[str, str]:
    """Why each figure that missing samples hide is unknown; ``toe_off``: if that is known to be."""
    landing = _gap(part, start_s - _APPROACH_S, start_s + _RINGS_S)
    toe_off = toe_off or _gap(part, takeoff_s - _TOE_OFF_S, takeoff_s + _TOE_OFF_S)
    following = _gap(part, next_s - _APPROACH_S, next_s + _RINGS_S)
    if toe_off is None and (
        clipped_s > _CLIPPED_S
        or any(
            gap.why == CLIPPED and gap.end_s > start_s + _RINGS_S
            for gap in gaps(part, start_s, next_s - _APPROACH_S)
        )
    ):
        toe_off = CLIPPED
    contact, flight = landing or toe_off, toe_off or following
    reasons = dict.fromkeys(_WITH_CONTACT, contact) | dict.fromkeys(_WITH_FLIGHT, flight)
    reasons |= dict.fromkeys(("rsi", "rsi_height_mps"), contact or flight)
    return {name: why for name, why in reasons.items() if why is not None}


def _gap(part: Samples, first_s: float, last_s: float, least_s: float = _HIDES_S) -> str | None:
    """Why an instant that shows between two times is hidden, or None."""
    for gap in gaps(part, first_s, last_s):
        if gap.why != CLIPPED and gap.length_s > least_s:
            return gap.why
    return None
