"""Series of hops in a closed window: from samples to initial contacts and their kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.gait.rhythm import Stretch, walking_and_running
from sensing.analysis.hops.contact_kinds import kind_between
from sensing.analysis.hops.flight_evidence import signals_of
from sensing.analysis.hops.hop_candidates import Candidates, Links, find_candidates, find_links
from sensing.analysis.hops.hop_decoder import Evidence, Found, Prices, decode
from sensing.analysis.hops.hop_odds import (
    JUMP_S,
    hop_evidence,
    landing_evidence,
    log_odds,
    view_of,
)
from sensing.analysis.hops.hop_weights import WEIGHTS, Weights
from sensing.analysis.hops.initial_contacts import (
    Bursts,
    find_bursts,
    initial_contacts,
    stretches_with_impacts,
)
from sensing.analysis.hops.series import ContactKind, Series
from sensing.analysis.signals.vertical import FINE_HZ, Fine, fine_motion
from sensing.core.exercises import Look
from sensing.core.samples import Samples, Worn
from sensing.core.units import Floats

_PAD_S, _APART_S = 1.5, 3.5
"""s around impacts; s between impacts of separate parts: longer than any exercise's period. Larger:
slower; smaller: jumps are cut from each other."""
_LONGEST_REBOUND_S = 1.0
"""s; a longer contact can only be a stand. Larger: slower; smaller: slow rebounds are stands."""
_SHORTEST_STAND_S = 0.4
"""s from a landing to the next with a stand between. Larger: quick jumps are cut from each other;
smaller: a landing that rings is two."""
_LEAST_QUIET = 0.1
"""Least share that noise before a burst leaves of its score as a landing. Larger: push-offs time
landings; smaller: nothing changes."""
_TOP_TO_TOE_OFF_S = 0.02
"""s from the highest velocity to toe-off on people's shoes, enough to tell a rebound from a stand.
Larger and smaller: absorbed by that rule."""

_STRIDE, _STRIDE_ODDS = 0.15, 8.0
"""Largest deviation of a period from the stride of a stretch of running, as a share, and the
log-odds that such a pair of contacts gains there: a running leg swings, it does not fall. Larger:
bursts of the swing are contacts; smaller: contacts of runners are missed. By hand, on one person
running."""

TOLD = Prices(start=4.5, hop=4.0, lone=0.0, step=1.0, stand=None, rhythm=0.5)
"""Where the exercise is given as hops. Of 254 hops of people in shoes (n = 8, each left out) 242
are found; 241–243 with a start of 3.5–5.5."""
_ALONE = replace(TOLD, start=1.0, lone=0.0)
"""Where it is given as jumps that are each done alone. By hand, on simulated landings."""
_JUMPS = replace(TOLD, start=2.0, hop=4.5, lone=2.0, step=4.0, stand=0.0)
"""Where it is given as jumps with a stand between: they are few, and unlike each other. By hand, on
one person's drop jumps and on simulated jumps; there a bonus of 5.5 gives six times the false
contacts in jumping calf raises, and one of 4 misses some drop jumps."""
_UNTOLD = replace(TOLD, start=5.0, hop=3.6, lone=np.inf)
"""Where it is not given. Of 254 hops of people (n = 8) 241 are found, with 2 of 7 series of one or
two and 17 false sets in 38 recordings. A start of 4.5 with 4.0 a hop finds 243 with 4 of 7, but
26 false sets: jogging and side-steps of four people are hops. With 3.7 and 3.2 it is 239 with 3,
and 17; without a gyro 231 hops in place of 239."""
_LEAST_LANDINGS = 2
"""Landings of a series where it is not given. Fixed by the price of a lone one."""
_AT_SHANK = {
    TOLD: replace(TOLD, hop=4.75),
    _ALONE: replace(_ALONE, lone=-1.0),
    _JUMPS: replace(_JUMPS, hop=3.6),
}
"""The same at the shank, from simulations alone. Told: of people who hop three times a second 425
of 435 hops are found. Jumps: 4 contacts are false in jumping calf raises and 15 in box jumps; by
the foot's price 10 and 51. Alone: 8 of 8 landings, by the foot's price 6. Untold it is the foot's
price."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One part of a window with what was decided on it."""

    fine: Fine
    some: Candidates
    links: Links
    evidence: Evidence


def find_series(
    window: Samples, look: Look, placement: Worn, gait: Sequence[Stretch] | None = None
) -> list[Series]:
    """Every series of hops in a closed window whose exercise is given as hops, in order of time.

    Args:
        window: consecutive samples, any length.
        look: shortest and longest contact and flight of the exercise.
        placement: where the sensor is worn.
        gait: stretches of walking and running of the window, if they are known.
    """
    found = _decoded(window, look, placement, told=True, gait=gait)
    return [_series(part, of, each) for part, of, each in found]


def find_contacts(window: Samples, placement: Worn) -> list[tuple[float, ...]]:
    """Initial contacts of every series where nobody said that there are hops, s."""
    found = _decoded(window, Look(), placement, told=False)
    return [_contacts_s(of, each) for _, of, each in found]


def _decoded(
    window: Samples,
    look: Look,
    placement: Worn,
    *,
    told: bool,
    gait: Sequence[Stretch] | None = None,
) -> Iterator[tuple[Samples, Decoded, Found]]:
    """Every series, with the part of the window that it was found in."""
    for part in stretches_with_impacts(window, pad_s=_PAD_S, apart_s=_APART_S):
        fine = fine_motion(part, placement)
        bursts = find_bursts(fine)
        if not told and len(bursts) < _LEAST_LANDINGS:
            continue
        of = measured(fine, bursts, look)
        if told and placement == "ankle":
            gait = walking_and_running(window) if gait is None else gait
            of.evidence.hop[:] += _strides(of, [each for each in gait if each.kind == "running"])
        for each in decode(of.evidence, prices(look, placement, told=told)):
            yield part, of, each


def _strides(of: Decoded, runs: list[Stretch]) -> Floats:
    """What each hop gains as a stride of a stretch of running, shape (m,)."""
    begin_s, end_s = (of.evidence.time_s[each] for each in (of.links.first, of.links.second))
    gain = np.zeros(len(of.links))
    for run in runs:
        stride_s = float(np.median(np.diff(run.contacts_s)))
        inside = (begin_s > run.start_s - stride_s) & (end_s < run.end_s + stride_s)
        even = np.abs(of.links.period_s / stride_s - 1) < _STRIDE
        gain[inside & even] = _STRIDE_ODDS
    return gain


def prices(look: Look, placement: Worn, *, told: bool) -> Prices:
    """What a series has to be worth."""
    if not told:
        found = _UNTOLD
    elif look.contact_s[1] > JUMP_S:
        found = _JUMPS
    else:
        found = _ALONE if look.alone else TOLD
    return _AT_SHANK.get(found, found) if placement == "ankle" else found


def measured(fine: Fine, bursts: Bursts, look: Look, weights: Weights = WEIGHTS) -> Decoded:
    """Candidates of a window on the fine grid, and their log-odds."""
    signals = signals_of(fine)
    some = find_candidates(signals, bursts)
    rebound_s = min(look.contact_s[1], _LONGEST_REBOUND_S)
    links = find_links(signals, some, replace(look, contact_s=(look.contact_s[0], rebound_s)))
    hop, view = hop_evidence(some, links, look), view_of(fine)
    evidence = Evidence(
        time_s=fine.t0_s + some.at / FINE_HZ,
        landing=log_odds(weights.landing, landing_evidence(some, look), view),
        first=links.first,
        second=links.second,
        hop=log_odds(weights.hop, hop, view),
        take_off=log_odds(weights.take_off, hop, view),
        stand_s=(_SHORTEST_STAND_S, look.contact_s[1] + look.flight_s[1]),
    )
    return Decoded(fine=fine, some=some, links=links, evidence=evidence)


def _contacts_s(of: Decoded, found: Found) -> tuple[float, ...]:
    some = of.some
    score = some.bursts.peak_gps * some.low**2 * np.maximum(some.quiet, _LEAST_QUIET)
    at = initial_contacts(of.fine, some.at, score, np.array(found.candidates))
    return tuple(of.fine.time_s(k) for k in at.tolist())


def _series(part: Samples, of: Decoded, found: Found) -> Series:
    contacts_s = _contacts_s(of, found)
    kinds: list[ContactKind] = []
    for k, link in enumerate(found.links):
        if k == 0 and found.begins == "step-in":
            kinds.append("step-in")
            continue
        if link is None:
            flight_s = of.some.before.flight_s[found.candidates[k + 1]]
        else:
            flight_s = of.links.air.flight_s[link]
        toe_off_s = contacts_s[k + 1] - float(flight_s) + _TOP_TO_TOE_OFF_S
        kinds.append(kind_between(of.fine, contacts_s[k], toe_off_s))
    return Series(part=part, fine=of.fine, contacts_s=contacts_s, kinds=(*kinds, "last"))
