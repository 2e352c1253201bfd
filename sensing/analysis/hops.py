"""Hops of a closed window: landings, chained by the flights between them.

Two landings belong together if the leg fell in between: the mean vertical force from the velocity's
maximum to the second landing is far below g. Where the vertical is not to be trusted (a sensor
without a gyro on a leg that swings: running, hopping about) an even beat of landings, quicker than
walking, speaks for flights too. A chain may begin and end with a landing too soft to be one on its
own: stepping into the first hop, and coming to stand after the last.

Clipping. The peak of a landing may leave the range without harm: its instant is the onset, and what
the integral loses there is little. Clipping later in a contact, or for longer, moves the
integral or the peaks that take-off is told from, so it makes the hop invalid, as a gap does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.contacts import (
    STRONG_GPS,
    Landings,
    find_landings,
    stretches_with_impacts,
)
from sensing.analysis.rhythm import walking_and_running
from sensing.analysis.takeoff import Push, TakeOff, find_takeoff, push_signals
from sensing.analysis.vertical import FINE_HZ, Fine, fine_motion
from sensing.events import Hop
from sensing.exercises import Look
from sensing.profile import UNCALIBRATED, Profile
from sensing.samples import Placement, Samples
from sensing.units import G_MPS2, Bools, Floats

_PAD_S = 1.5
_APART_S = 3.5
"""Longer than a period of any exercise in the catalogue but one slow box jump after another."""

_FLIGHT_G = 0.55
"""More than this is a leg that swings."""
_SURE_FLIGHT_G = 0.35
_EVEN = 0.15
_LEAST_BEATS = 4
_BEAT_S = (0.28, 0.88)
"""Same-foot periods from the fastest hopping to the slowest running."""
_FALL_S = (0.10, 0.01)
_FALL_G = 0.4
_SERIES_STRENGTH = 0.35

_BURSTS = 6
_STEP_IN_S = 0.15
"""Nobody sets the foot down and jumps off it sooner; a burst nearer is the push-off's own."""
_DISAGREE_S = 0.06
"""Views this far apart did not see the same thing."""
_RINGS_S = 0.06
_APPROACH_S = 0.02
_CLIPPED_S = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Landings of one window joined by flights.

    Attributes:
        part: the samples it was found in.
        fine: the same on the fine grid.
        contacts_s: initial contacts, s; at least one.
        links: what lies between each two of them, one fewer.
        stepped_in: the first contact is a foot put down for the first jump, not a landing.
    """

    part: Samples
    fine: Fine
    contacts_s: tuple[float, ...]
    links: tuple[TakeOff, ...]
    stepped_in: bool


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
            found += _chains(part, fine, landings, look)
    return found


def _chains(part: Samples, fine: Fine, landings: Landings, look: Look) -> list[Chain]:
    push = push_signals(fine)
    strong = _strong(landings)
    if not strong.any():
        return []
    at, strength, links = _joined(push, landings.at[strong], landings.strength[strong], look)
    even = _even_beats(part, fine, at)
    kept = [
        link if link is not None and (link.flight_g < _FLIGHT_G or beat) else None
        for link, beat in zip(links, even, strict=True)
    ]
    chains: list[Chain] = []
    first = 0
    for i, link in enumerate([*kept, None]):
        if link is not None:
            continue
        contacts = at[first : i + 1].tolist()
        inner = [each for each in kept[first:i] if each is not None]
        earliest = float(at[first - 1]) if first else 0.0
        latest = float(at[i + 1]) if i + 1 < len(at) else float(len(fine))
        sharp = float(np.max(strength[first : i + 1]))
        first = i + 1
        if not inner and not (sharp > STRONG_GPS and _falls_before(fine, contacts[0])):
            continue
        _add_soft_end(push, contacts, inner, landings, latest, look)
        stepped_in = _add_step_in(push, contacts, inner, landings, earliest, look)
        chains.append(
            Chain(
                part=part,
                fine=fine,
                contacts_s=tuple(fine.time_s(k) for k in contacts),
                links=tuple(inner),
                stepped_in=stepped_in,
            )
        )
    return chains


def _joined(
    push: Push, at: Floats, strength: Floats, look: Look
) -> tuple[Floats, Floats, list[TakeOff | None]]:
    """Links between landings; a burst of the push-off that hides a flight is left out.

    Returns:
        Landings kept, their strengths, and what lies between each two.
    """
    kept = [0]
    links: list[TakeOff | None] = []
    k = 1
    while k < len(at):
        link = _link(push, at[kept[-1]], at[k], look)
        if (link is None or link.flight_g > _FLIGHT_G) and k + 1 < len(at):
            past = _link(push, at[kept[-1]], at[k + 1], look)
            hidden = past is not None and _is_plausible(past, at[kept[-1]], at[k + 1], look)
            if hidden and past is not None and past.at > at[k] - _RINGS_S * FINE_HZ:
                link, k = past, k + 1
        links.append(link)
        kept.append(k)
        k += 1
    return at[kept], strength[kept], links


def _strong(landings: Landings) -> Bools:
    """Landings that may be hops on their own: strong, or as strong as the others around."""
    usual = float(np.percentile(landings.strength, 90))
    least = min(STRONG_GPS, max(_SERIES_STRENGTH * usual, STRONG_GPS / 2))
    strong: Bools = landings.strength >= least
    return strong


def _link(push: Push, contact: float, landing: float, look: Look) -> TakeOff | None:
    """What lies between two landings, if they are near enough to be of one series."""
    if landing - contact > (look.contact_s[1] + look.flight_s[1]) * FINE_HZ:
        return None
    return find_takeoff(push, contact, landing, look)


def _even_beats(part: Samples, fine: Fine, at: Floats) -> list[bool]:
    """For each two landings: are they part of an even beat that could be hops or running?"""
    if fine.oriented or len(at) <= _LEAST_BEATS:
        return [False] * (len(at) - 1)
    period_s = np.diff(at) / FINE_HZ
    quick = (period_s >= _BEAT_S[0]) & (period_s <= _BEAT_S[1])
    same = np.abs(np.diff(period_s)) <= _EVEN * period_s[1:]
    runs = np.lib.stride_tricks.sliding_window_view(same, _LEAST_BEATS - 1).all(axis=1)
    even = np.zeros(len(period_s), dtype=np.bool_)
    for k in np.flatnonzero(runs):
        even[k : k + _LEAST_BEATS] = True
    even &= quick
    for stretch in walking_and_running(part):
        if stretch.kind == "walking":
            begin = (stretch.start_s - fine.t0_s) * FINE_HZ
            stop = (stretch.end_s - fine.t0_s) * FINE_HZ
            even &= ~((at[:-1] > begin) & (at[1:] < stop))
    return [bool(each) for each in even]


def _add_soft_end(
    push: Push,
    contacts: list[float],
    links: list[TakeOff],
    landings: Landings,
    latest: float,
    look: Look,
) -> None:
    """Put the soft landing after the last one behind it, where a flight joins them."""
    for landing in landings.at[(landings.at > contacts[-1]) & (landings.at < latest)].tolist():
        link = _link(push, contacts[-1], landing, look)
        if link is not None and _is_plausible(link, contacts[-1], landing, look):
            contacts.append(landing)
            links.append(link)
            return


def _add_step_in(
    push: Push,
    contacts: list[float],
    links: list[TakeOff],
    landings: Landings,
    earliest: float,
    look: Look,
) -> bool:
    """Put the foot's being set down for the first jump before the first landing, if it was seen.

    Only on the foot with a gyro: a strap on the shank does not feel it.
    """
    if not push.fine.oriented:
        return False
    reach = (look.contact_s[1] + look.flight_s[1]) * FINE_HZ
    near = (landings.bursts_at > max(earliest, contacts[0] - reach)) & (
        landings.bursts_at < contacts[0]
    )
    bursts = landings.bursts_at[near]
    for contact in bursts[np.argsort(-landings.bursts_gps[near])][:_BURSTS].tolist():
        link = _link(push, contact, contacts[0], look)
        if (
            link is not None
            and _is_plausible(link, contact, contacts[0], look)
            and link.at - contact > _STEP_IN_S * FINE_HZ
        ):
            contacts.insert(0, contact)
            links.insert(0, link)
            return True
    return False


def _is_plausible(link: TakeOff, contact: float, landing: float, look: Look) -> bool:
    """True for a contact and a flight within the exercise's limits, and a leg that fell."""
    return (
        link.flight_g < _SURE_FLIGHT_G
        and look.contact_s[0] <= (link.at - contact) / FINE_HZ <= look.contact_s[1]
        and look.flight_s[0] <= (landing - link.at) / FINE_HZ <= look.flight_s[1]
    )


def _falls_before(fine: Fine, contact: float) -> bool:
    """True if the leg was in free fall just before a landing."""
    a, b = (int(contact - s * FINE_HZ) for s in _FALL_S)
    return a > 0 and float(np.mean(fine.up_mps2[a:b])) < _FALL_G * G_MPS2


def _series(chain: Chain, look: Look, profile: Profile) -> tuple[Hop, ...]:
    ends = [*zip(chain.links, chain.contacts_s[1:], strict=True), (None, None)]
    return tuple(_hop(chain, k, end, next_s, look, profile) for k, (end, next_s) in enumerate(ends))


def _hop(
    chain: Chain,
    k: int,
    end: TakeOff | None,
    next_s: float | None,
    look: Look,
    profile: Profile,
) -> Hop:
    start_s = chain.contacts_s[k]
    if end is None or next_s is None:
        reason = _fault(chain.part, start_s, None)
        return Hop(
            contact_s=start_s,
            takeoff_s=None,
            contact_time_sd_s=None,
            flight_time_s=None,
            valid=reason is None,
            reason=reason,
        )
    takeoff_s = chain.fine.time_s(end.at) + (profile.contact_offset_s or 0.0)
    contact_time_s, flight_time_s = takeoff_s - start_s, next_s - takeoff_s
    reason = _fault(chain.part, start_s, next_s)
    if reason is None and chain.stepped_in and k == 0:
        reason = "soft"
    if reason is None and not (
        end.sd_s < _DISAGREE_S
        and look.contact_s[0] <= contact_time_s <= look.contact_s[1]
        and look.flight_s[0] <= flight_time_s <= look.flight_s[1]
    ):
        reason = "implausible"
    return Hop(
        contact_s=start_s,
        takeoff_s=takeoff_s,
        contact_time_sd_s=end.sd_s if profile.contact_sd_s is None else profile.contact_sd_s,
        flight_time_s=flight_time_s,
        valid=reason is None,
        reason=reason,
    )


def _fault(part: Samples, start_s: float, next_s: float | None) -> str | None:
    """Why a hop can't be trusted ("gap", "clipped"), or None."""
    stop_s = start_s + _RINGS_S if next_s is None else next_s
    if part.fault(start_s - _RINGS_S, stop_s) == "gap":
        return "gap"
    if next_s is None:
        return None
    if part.fault(start_s + _RINGS_S, next_s - _APPROACH_S) == "clipped":
        return "clipped"
    a, b = (round(part.position(t)) for t in (start_s - _APPROACH_S, next_s - _APPROACH_S))
    clipped_s = int(part.clipped[max(a, 0) : max(b, 0)].sum()) / part.rate_hz
    return "clipped" if clipped_s > _CLIPPED_S else None
