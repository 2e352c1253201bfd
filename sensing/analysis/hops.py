"""Hops of a closed window: landings, chained by the flights between them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.contacts import find_landings, stretches_with_impacts
from sensing.analysis.takeoff import TakeOff, find_takeoff
from sensing.analysis.vertical import FINE_HZ, Fine, fine_motion
from sensing.events import Hop
from sensing.exercises import Look
from sensing.profile import UNCALIBRATED, Profile
from sensing.samples import Placement, Samples
from sensing.units import G_MPS2, Floats

_FLIGHT_G = 0.55
_PAD_S = 1.5
_APART_S = 3.5
_CONTACT_LAG_S = {"ankle": 0.006, "shoe": 0.0}


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Landings of one window joined by flights.

    Attributes:
        part: the samples it was found in.
        fine: the same on the fine grid.
        contacts_s: initial contacts, s; at least one.
        links: what lies between each two of them, one fewer.
    """

    part: Samples
    fine: Fine
    contacts_s: tuple[float, ...]
    links: tuple[TakeOff, ...]


def find_hops(
    window: Samples, look: Look, placement: Placement, profile: Profile = UNCALIBRATED
) -> list[tuple[Hop, ...]]:
    """Every series of hops in a closed window, in order of time.

    A series is landings joined by flights; its last hop has no flight. A pause, or movement without
    flight, ends it.

    Args:
        window: consecutive samples.
        look: shortest and longest contact and flight to expect.
        placement: where the sensor is worn.
        profile: a person's own offset and uncertainty of contact time, if known.
    """
    return [_series(chain, look, profile) for chain in hop_chains(window, look, placement)]


def hop_chains(window: Samples, look: Look, placement: Placement) -> list[Chain]:
    """Landings of a closed window that flights join, in order of time, with what joins them."""
    found: list[Chain] = []
    for part in stretches_with_impacts(window, pad_s=_PAD_S, apart_s=_APART_S):
        fine = fine_motion(part, placement)
        landings = find_landings(fine)
        if len(landings):
            found += _chains(part, fine, landings.at, look, placement)
    return found


def _chains(part: Samples, fine: Fine, at: Floats, look: Look, placement: Placement) -> list[Chain]:
    longest = (look.contact_s[1] + look.flight_s[1]) * FINE_HZ
    links: list[TakeOff | None] = []
    for contact, landing in itertools.pairwise(at):
        end = find_takeoff(fine, contact, landing, look) if landing - contact < longest else None
        links.append(end if end is not None and end.flight_g < _FLIGHT_G else None)
    chains: list[Chain] = []
    first = 0
    lag_s = _CONTACT_LAG_S[placement]
    for i, link in enumerate([*links, None]):
        if link is None:
            if i > first or _falls_before(fine, at[i]):
                chains.append(
                    Chain(
                        part=part,
                        fine=fine,
                        contacts_s=tuple(fine.time_s(k) - lag_s for k in at[first : i + 1]),
                        links=tuple(each for each in links[first:i] if each is not None),
                    )
                )
            first = i + 1
    return chains


def _series(chain: Chain, look: Look, profile: Profile) -> tuple[Hop, ...]:
    ends = [*zip(chain.links, chain.contacts_s[1:], strict=True), (None, None)]
    return tuple(
        _hop(chain, start_s, end, next_s, look, profile)
        for start_s, (end, next_s) in zip(chain.contacts_s, ends, strict=True)
    )


def _falls_before(fine: Fine, contact: float) -> bool:
    """True if the foot was in free fall for the last 0.1 s before a landing."""
    a, b = int(contact - 0.1 * FINE_HZ), int(contact - 0.01 * FINE_HZ)
    return a > 0 and float(np.mean(fine.up_mps2[a:b])) < 0.4 * G_MPS2


def _hop(
    chain: Chain,
    start_s: float,
    end: TakeOff | None,
    next_s: float | None,
    look: Look,
    profile: Profile,
) -> Hop:
    if end is None or next_s is None:
        hop = Hop(contact_s=start_s, takeoff_s=None, contact_time_sd_s=None, flight_time_s=None)
        stop_s = start_s + 0.1
    else:
        takeoff_s = chain.fine.time_s(end.at) + (profile.contact_offset_s or 0.0)
        sd_s = end.sd_s if profile.contact_sd_s is None else profile.contact_sd_s
        hop = Hop(
            contact_s=start_s,
            takeoff_s=takeoff_s,
            contact_time_sd_s=sd_s,
            flight_time_s=next_s - takeoff_s,
        )
        stop_s = next_s
        if not (
            look.contact_s[0] <= takeoff_s - start_s <= look.contact_s[1]
            and look.flight_s[0] <= next_s - takeoff_s <= look.flight_s[1]
        ):
            hop = replace(hop, valid=False, reason="implausible")
    fault = chain.part.fault(start_s - 0.05, stop_s)
    return hop if fault != "gap" else replace(hop, valid=False, reason="gap")
