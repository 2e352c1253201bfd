"""Landings chained by the flights between them.

Two landings belong together if the leg fell in between: the mean vertical force from the velocity's
maximum to the second landing is far below g. A single flight may look otherwise, since the leg
moves in the air; along an even beat the median of five decides. Where the vertical is unreliable
(no gyro, on a leg that swings: running, hopping about) an even beat, quicker than walking,
indicates flights, too.

A chain may start and end with a contact too soft to count on its own: the foot put down for the
first jump, and coming to a stand after the last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.gait.rhythm import StepKind, Stretch, walking_and_running
from sensing.analysis.hops.initial_contacts import (
    STRONG_GPS,
    Landings,
    find_landings,
    stretches_with_impacts,
)
from sensing.analysis.hops.push_off import Push, push_signals
from sensing.analysis.hops.series import ContactKind, Series
from sensing.analysis.hops.toe_off import REBOUND_S, TakeOff, find_takeoff
from sensing.analysis.signals.vertical import FINE_HZ, Fine, fine_motion
from sensing.core.exercises import Look
from sensing.core.filters import running_median
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Bools, Floats

_PAD_S, _APART_S = 1.5, 3.5
"""s around impacts; s between impacts of separate parts: longer than any exercise's period."""
_FLIGHT_G = 0.55
"""g; higher in the air is a swinging leg; a foot tapped on the floor has 0.5–0.9."""
_SURE_FLIGHT_G = 0.35
"""g; lower is certainly a flight."""
_EVEN, _LEAST_BEATS = 0.2, 4
"""Relative deviation of a period in an even beat, and its fewest periods."""
_BEATS_AROUND, _FLIGHTS_AROUND, _HOPS_AROUND = 9, 5, 4
"""Periods, flights and hops around that are compared or averaged."""
_BEAT_S = (0.28, 0.88)
"""s; same-foot periods from the fastest hopping to the slowest running."""
_STEPS_MARGIN_S = 1.0
"""s beyond the first and the last stride counted."""
_SERIES_STRENGTH = 0.35
"""Strength of a landing in a series, against the strongest around."""
_LEAST_STRONG_GPS = STRONG_GPS / 3
"""g/s; least strength of any."""
_FALL_S, _FALL_G = (0.08, 0.01), 0.6
"""s before a landing in which the leg falls, and largest mean force in it, g."""
_LONE_FALL_S, _LONE_FALL_G = (0.12, 0.01), 0.35
"""The same for a landing without others near: taps have no clear fall."""
_BURST_NEAR_S = 0.12
"""s; a burst of the push-off is this near to toe-off."""
_BURSTS = 6
"""Most bursts tried."""
_MISSED = (1.6, 2.5)
"""A period this many times the usual is two, with a landing missed."""
_BEAT_REACH = 0.25
"""Periods from the middle within which that landing is sought."""
_STEP_IN_S = 0.15
"""s; least time on a foot put down for a jump; a nearer burst is the push-off's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Landings of one window joined by flights.

    Attributes:
        part: the samples it was found in.
        fine: the same on the fine grid.
        contacts_s: initial contacts, s; at least one.
        links: toe-off between each two of them, one fewer.
        stepped_in: the first contact is a foot put down for the first jump, not a landing.
    """

    part: Samples
    fine: Fine
    contacts_s: tuple[float, ...]
    links: tuple[TakeOff, ...]
    stepped_in: bool


def hop_chains(window: Samples, look: Look, placement: Worn, *, told: bool = False) -> list[Chain]:
    """Landings of a closed window joined by flights, in order of time.

    Args:
        window: consecutive samples, any length.
        look: shortest and longest contact and flight to expect.
        placement: where the sensor is worn.
        told: the exercise is given as hops: then an even beat of clear landings counts even where
            the leg's own movement hides the fall (quick hops fly for a tenth of a second).
    """
    found: list[Chain] = []
    steps: list[Stretch] | None = None
    for part in stretches_with_impacts(window, pad_s=_PAD_S, apart_s=_APART_S):
        fine = fine_motion(part, placement)
        if steps is None:
            steps = [] if fine.oriented else walking_and_running(window)
        walks, runs = _during(fine, steps, "walking"), _during(fine, steps, "running")
        landings = find_landings(fine, runs)
        strong = landings.strength >= _least_strength(landings)
        if strong.any():
            push = push_signals(fine)
            at, strength = landings.at[strong], landings.strength[strong]
            at, strength = _filled(push, landings, at, strength, look)
            at, strength, links = _joined(push, at, strength, look)
            sure = told & (strength >= STRONG_GPS)
            flown = _flown(fine, at, links, sure, (walks, runs))
            found += _chains(part, push, landings, (at, strength), flown, (walks, runs), look)
    return found


def hop_series(window: Samples, look: Look, placement: Worn, *, told: bool = False) -> list[Series]:
    """The same as series of hops; arguments as in :func:`hop_chains`."""
    return [_as_series(chain) for chain in hop_chains(window, look, placement, told=told)]


def _as_series(chain: Chain) -> Series:
    kinds: list[ContactKind] = ["rebound"] * len(chain.links)
    if chain.stepped_in:
        kinds[0] = "step-in"
    return Series(
        part=chain.part,
        fine=chain.fine,
        contacts_s=chain.contacts_s,
        kinds=(*kinds, "last"),
    )


def _during(fine: Fine, steps: list[Stretch], kind: StepKind) -> Bools:
    """Positions of a window within stretches of one kind of steps, shape (n,)."""
    inside: Bools = np.zeros(len(fine), dtype=np.bool_)
    margin = int(_STEPS_MARGIN_S * FINE_HZ)
    for stretch in steps:
        if stretch.kind == kind:
            a, b = (int((t - fine.t0_s) * FINE_HZ) for t in (stretch.start_s, stretch.end_s))
            inside[max(a - margin, 0) : max(b + margin, 0)] = True
    return inside


def _least_strength(landings: Landings) -> float:
    """Least strength of landings that may be hops: strong, or as strong as others around."""
    if len(landings) == 0:
        return STRONG_GPS
    usual = float(np.percentile(landings.strength, 90))
    return min(STRONG_GPS, max(_SERIES_STRENGTH * usual, _LEAST_STRONG_GPS))


def _link(push: Push, contact: float, landing: float, look: Look) -> TakeOff | None:
    """Toe-off between two landings near enough to be of one series."""
    if landing - contact > (look.contact_s[1] + look.flight_s[1]) * FINE_HZ:
        return None
    return find_takeoff(push, contact, landing, look)


def _is_plausible(link: TakeOff | None, contact: float, landing: float, look: Look) -> bool:
    """True for a contact and a flight within the exercise's limits, and a leg that fell."""
    return (
        link is not None
        and link.flight_g < _SURE_FLIGHT_G
        and look.contact_s[0] <= (link.at - contact) / FINE_HZ <= look.contact_s[1]
        and look.flight_s[0] <= (landing - link.at) / FINE_HZ <= look.flight_s[1]
    )


def _filled(
    push: Push, landings: Landings, at: Floats, strength: Floats, look: Look
) -> tuple[Floats, Floats]:
    """Landings and strengths with missed ones added where a burst fits the beat."""
    period = np.diff(at)
    if len(period) < _LEAST_BEATS:
        return at, strength
    usual = running_median(period, _BEATS_AROUND)
    missed = np.flatnonzero((period > _MISSED[0] * usual) & (period < _MISSED[1] * usual))
    more_at, more_strength = [], []
    for k in missed.tolist():
        begin, end, beat = float(at[k]), float(at[k + 1]), float(usual[k])
        middle = (begin + end) / 2
        near = np.flatnonzero(np.abs(landings.bursts_at - middle) < _BEAT_REACH * beat)
        for burst in near[np.argsort(-landings.bursts_gps[near])][:_BURSTS].tolist():
            put = float(landings.bursts_at[burst])
            first, second = _link(push, begin, put, look), _link(push, put, end, look)
            if _is_plausible(first, begin, put, look) and _is_plausible(second, put, end, look):
                more_at.append(put)
                more_strength.append(float(landings.bursts_gps[burst]))
                break
    order = np.argsort([*at, *more_at], kind="stable")
    return np.array([*at, *more_at])[order], np.array([*strength, *more_strength])[order]


def _joined(
    push: Push, at: Floats, strength: Floats, look: Look
) -> tuple[Floats, Floats, list[TakeOff | None]]:
    """Links between landings, without bursts of the push-off that hide a flight.

    Returns:
        Landings kept, their strengths, and the toe-off between each two.
    """
    kept = [0]
    links: list[TakeOff | None] = []
    k = 1
    while k < len(at):
        begin = float(at[kept[-1]])
        link = _link(push, begin, float(at[k]), look)
        if k + 1 < len(at) and (link is None or link.flight_g > _FLIGHT_G):
            past = _link(push, begin, float(at[k + 1]), look)
            # Standing between jumps, a burst may be anything; in a rebound, only its push-off.
            stands = look.contact_s[1] > REBOUND_S
            after_s = np.inf if stands else _BURST_NEAR_S
            near = past is not None and -_BURST_NEAR_S < (past.at - at[k]) / FINE_HZ < after_s
            if near and _is_plausible(past, begin, float(at[k + 1]), look):
                link, k = past, k + 1
        links.append(link)
        kept.append(k)
        k += 1
    return at[kept], strength[kept], links


def _flown(
    fine: Fine,
    at: Floats,
    links: list[TakeOff | None],
    sure: Bools,
    steps: tuple[Bools, Bools],
) -> list[TakeOff | None]:
    """Links in which the leg flew, else None. ``sure`` landings need an even beat."""
    if not links:
        return []
    walks, runs = steps
    flight_g = np.array([np.inf if link is None else link.flight_g for link in links])
    even = _even_beat(at)
    usual_g = running_median(flight_g, _FLIGHTS_AROUND)
    flew = np.where(even, usual_g, flight_g) < _FLIGHT_G
    flew |= even & sure[:-1] & sure[1:]
    if not fine.oriented:
        a, b = at[:-1].astype(np.int64), at[1:].astype(np.int64)
        # On the shank, a foot tapped on the floor at an even beat looks like landings.
        flew |= even & (runs[a] & runs[b] if fine.placement == "ankle" else ~(walks[a] & walks[b]))
    return [link if fly else None for link, fly in zip(links, flew, strict=True)]


def _even_beat(at: Floats) -> Bools:
    """For each two landings: part of an even beat that could be hops or running."""
    period_s = np.diff(at) / FINE_HZ
    usual_s = running_median(period_s, _BEATS_AROUND)
    quick = (period_s >= _BEAT_S[0]) & (period_s <= _BEAT_S[1])
    even: Bools = quick & (np.abs(period_s - usual_s) <= _EVEN * usual_s)
    share = ndimage.uniform_filter1d(even.astype(np.float64), _BEATS_AROUND, mode="nearest")
    return even & (share > 0.5) & (len(period_s) >= _LEAST_BEATS)


def _chains(
    part: Samples,
    push: Push,
    landings: Landings,
    strong: tuple[Floats, Floats],
    links: list[TakeOff | None],
    steps: tuple[Bools, Bools],
    look: Look,
) -> list[Chain]:
    """Cut landings, given with their strengths, into chains where no flight joins them."""
    at, strength = strong
    walks, runs = steps
    chains: list[Chain] = []
    first = 0
    for i, link in enumerate([*links, None]):
        if link is not None:
            continue
        contacts = at[first : i + 1].tolist()
        inner = [each for each in links[first:i] if each is not None]
        earliest = float(at[first - 1]) if first else 0.0
        latest = float(at[i + 1]) if i + 1 < len(at) else float(len(push.fine))
        sharp = float(np.max(strength[first : i + 1])) >= STRONG_GPS
        first = i + 1
        if not sharp and len(inner) < _LEAST_BEATS:
            continue
        if inner and _is_push_off(push.fine, contacts[0], inner[0], runs):
            contacts, inner = contacts[1:], inner[1:]
        if not inner and (
            walks[int(contacts[0])]
            or not _falls(push.fine, contacts[0], _LONE_FALL_S, _LONE_FALL_G)
        ):
            continue
        inner = _with_common_rest(push, contacts, inner, look)
        _add_soft_end(push, contacts, inner, landings, latest, look)
        stepped_in = _add_step_in(push, contacts, inner, landings, earliest, look)
        chains.append(
            Chain(
                part=part,
                fine=push.fine,
                contacts_s=tuple(push.fine.time_s(k) for k in contacts),
                links=tuple(inner),
                stepped_in=stepped_in,
            )
        )
    return chains


def _with_common_rest(
    push: Push, contacts: list[float], links: list[TakeOff], look: Look
) -> list[TakeOff]:
    """Toe-offs with velocities relative to the mean of several hops."""
    if push.fine.oriented:
        return links
    total = np.concatenate([[0.0], np.cumsum(push.fine.up_mps2)])
    out = []
    for k, link in enumerate(links):
        a = int(contacts[max(0, k - _HOPS_AROUND)])
        b = int(contacts[min(len(contacts) - 1, k + 1 + _HOPS_AROUND)])
        rest_mps2 = float(total[b] - total[a]) / (b - a)
        again = find_takeoff(push, contacts[k], contacts[k + 1], look, rest_mps2)
        out.append(link if again is None else again)
    return out


def _is_push_off(fine: Fine, contact: float, link: TakeOff, runs: Bools) -> bool:
    """True if the first of a chain is a burst of the push-off to the first jump."""
    if _falls(fine, contact, _FALL_S, _FALL_G):
        return False
    if fine.placement == "ankle":
        return not runs[int(contact)]
    # A foot is slowed before it lands, so not the lack of a fall but the time to the flight counts.
    return fine.oriented and link.at - contact < _STEP_IN_S * FINE_HZ


def _falls(fine: Fine, contact: float, during_s: tuple[float, float], most_g: float) -> bool:
    """True if the leg fell freely just before a landing."""
    a, b = (int(contact - s * FINE_HZ) for s in during_s)
    return a > 0 and float(np.mean(fine.up_mps2[a:b])) < most_g * G_MPS2


def _add_soft_end(
    push: Push,
    contacts: list[float],
    links: list[TakeOff],
    landings: Landings,
    latest: float,
    look: Look,
) -> None:
    """Append the soft landing after the last one, where a flight joins them."""
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
    """Prepend the contact of the foot put down for the first jump, if detected.

    Only on the foot with a gyro: it does not show at the shank.
    """
    if not push.fine.oriented:
        return False
    reach = (look.contact_s[1] + look.flight_s[1]) * FINE_HZ
    begin = max(earliest, contacts[0] - reach)
    near = (landings.bursts_at > begin) & (landings.bursts_at < contacts[0])
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
