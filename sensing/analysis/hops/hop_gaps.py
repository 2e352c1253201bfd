"""What missing samples do to the figures of one hop.

Missing samples are bridged by straight lines, and each figure loses as much as it depends on the
place: a gap at initial contact or toe-off hides the instant itself; elsewhere in a hop the foot
loses next to nothing, while at the shank, where toe-off comes from an integral over the whole hop,
no place is without effect. All shares were measured by deleting samples (``python -m
tests.contact_gaps FOLDER``): on the foot of people, at the shank of simulated people.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.core.gaps import CLIPPED, Gap, gaps
from sensing.core.samples import Samples, Worn

Place = Literal["contact", "stance", "toe-off", "flight", "landing"]
"""Where in a hop a gap lies; ``landing`` is the next one."""

_NEAR_S = 0.03
"""s beyond a gap to which it hides an instant. Larger: gaps that do no harm take figures; smaller:
figures are given that are spoilt by the bridge's ends."""
PER_GAP: dict[Worn, dict[Place, float]] = {
    "shoe": {"contact": 0.4, "stance": 0.03, "toe-off": 0.2, "flight": 0.03, "landing": 0.06},
    "ankle": {"contact": 0.25, "stance": 0.15, "toe-off": 0.22, "flight": 0.15, "landing": 0.6},
}
"""Uncertainty of a contact time per length of a gap, by its place. Larger: contact times count for
less; smaller: they are given too exactly."""
PER_GAP_OF_FLIGHT: dict[Worn, dict[Place, float]] = {
    "shoe": PER_GAP["shoe"] | {"contact": 0.2, "landing": 0.7},
    "ankle": PER_GAP["ankle"] | {"contact": 0.3, "landing": 0.75},
}
"""The same of a flight time, which ends with the next landing. Larger and smaller likewise."""
_LONGEST_S: dict[Place, float] = {
    "contact": 0.055, "stance": 0.105, "toe-off": 0.065, "flight": 0.105, "landing": 0.055,
}  # fmt: skip
"""s; a longer gap takes the figures that depend on the place. Larger: times are given that are off
by more than their uncertainty covers; smaller: fewer are given."""
_HARMLESS = 0.1
"""Share per length of a gap below which even a long one takes no figure: the foot's landing is no
part of the contact before it."""
_SPOILS_S = 0.015
"""s; a longer gap is to blame for times that are not plausible: more than one sample at 100 Hz.
Larger: hops seem doubtful that lost samples; smaller: one lost sample excuses everything."""
_RINGS_S, _APPROACH_S = 0.06, 0.02
"""s; ringing after a landing; approach before it."""
_CLIPPED_S = 0.03
"""s; most clipping of a contact time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapEffect:
    """What missing samples do to one hop.

    Attributes:
        contact: why its contact time is unknown, or None.
        flight: why its flight time is unknown, or None.
        contact_sd_s: uncertainty added to the contact time, s.
        flight_sd_s: uncertainty added to the flight time, s.
        spoils: why samples of the hop are missing, if they are enough to spoil its times, or None.
    """

    contact: str | None
    flight: str | None
    contact_sd_s: float
    flight_sd_s: float
    spoils: str | None


def effect_of_gaps(
    part: Samples, start_s: float, takeoff_s: float, next_s: float, placement: Worn
) -> GapEffect:
    """What gaps and clipping do to a hop from one initial contact to the next.

    Args:
        part: samples the hop lies in.
        start_s: initial contact.
        takeoff_s: toe-off.
        next_s: next initial contact.
        placement: where the sensor is worn.
    """
    contact: str | None = None
    flight: str | None = None
    spoils: str | None = None
    clipped_s = _clipped_s(part, start_s, next_s)
    contact_s, flight_s = [clipped_s], [clipped_s]
    for gap in gaps(part, start_s - _NEAR_S - _RINGS_S, next_s + _NEAR_S):
        if gap.why == CLIPPED:
            # The peak of a landing may be clipped: its onset tells the instant.
            if gap.end_s > start_s + _RINGS_S and gap.start_s < next_s - _APPROACH_S:
                contact, flight = contact or CLIPPED, flight or CLIPPED
            continue
        place = place_of(gap, start_s, takeoff_s, next_s)
        if place is None:
            continue
        if gap.length_s > _SPOILS_S:
            spoils = spoils or gap.why
        for share, added_s, figure in (
            (PER_GAP[placement][place], contact_s, "contact"),
            (PER_GAP_OF_FLIGHT[placement][place], flight_s, "flight"),
        ):
            added_s.append(share * gap.length_s)
            instant = place in ("contact", "toe-off", "landing")
            if gap.length_s > _LONGEST_S[place] and not (instant and share < _HARMLESS):
                if figure == "contact":
                    contact = contact or gap.why
                else:
                    flight = flight or gap.why
    if clipped_s > _CLIPPED_S:
        contact, flight = contact or CLIPPED, flight or CLIPPED
    return GapEffect(
        contact=contact,
        flight=flight,
        contact_sd_s=math.hypot(*contact_s),
        flight_sd_s=math.hypot(*flight_s),
        spoils=spoils,
    )


def place_of(gap: Gap, start_s: float, takeoff_s: float, next_s: float) -> Place | None:
    """Where in a hop a gap lies: at the instant it hides, else between; None beside the hop."""
    a, b = gap.start_s - _NEAR_S, gap.end_s + _NEAR_S
    if a < start_s < b:
        return "contact"
    if a < takeoff_s < b:
        return "toe-off"
    if a < next_s < b:
        return "landing"
    if b <= start_s or a >= next_s:
        return None
    return "stance" if gap.start_s < takeoff_s else "flight"


def _clipped_s(part: Samples, start_s: float, next_s: float) -> float:
    """Time the sensor was at the end of its range between two landings, s."""
    a, b = (max(round(part.position(t)), 0) for t in (start_s - _APPROACH_S, next_s - _APPROACH_S))
    return float(np.sum(part.clipped[a:b])) / part.rate_hz
