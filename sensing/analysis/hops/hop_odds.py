"""How much the evidence speaks for a landing and for a hop: log-odds, one sum each.

Evidence is put on scales on which people differ little and clipped, so that nothing outweighs all
else; ``hop_weights.py`` holds what each is worth. Three sums are used:

* a *hop*: two landings joined by a contact and a flight;
* a *jump*: the same where the first contact need not be a landing (the foot put down for the
  first jump);
* a *landing*: out of a flight, whatever came before it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sensing.analysis.hops.flight_evidence import Flights
from sensing.analysis.hops.hop_candidates import Candidates, Links
from sensing.analysis.hops.hop_weights import Row, View
from sensing.analysis.signals.vertical import Fine
from sensing.core.exercises import Look
from sensing.core.units import Floats

# Scales and limits of the evidence, chosen by hand on people's shoes (n = 8); not fitted. Each
# limit only keeps the rare from outweighing all else.

_STRENGTH_GPS, _STRENGTH_LIMITS = 180.0, (-2.0, 1.5)
"""g/s and limits of the logarithm; a usual landing. Larger and smaller: absorbed by the weights."""
_CALM_GPS, _CALM_LIMITS = 15.0, (-2.5, 2.0)
"""g/s and limits of the logarithm; between standing and hopping. Likewise."""
_CONTACT_S, _CONTACT_LIMITS = 0.32, (-1.5, 1.2)
"""s and limits of the logarithm; the usual contact of people in shoes. Likewise."""
_FLIGHT_S, _FLIGHT_LIMITS = 0.17, (-1.6, 1.5)
"""s and limits of the logarithm; the usual time from the highest velocity to the landing."""
_AIR_LIMITS_G = (-0.4, 1.2)
"""g; force in the air. Lower is a leg that is pulled, higher no flight."""
_FALL_S, _FALL_LIMITS = 0.2, (-0.2, 1.6)
"""s and limits of the ratio; a usual flight's fall."""
_FORCE_LIMITS_G = (1.0, 3.5)
"""g; force of a contact."""
_ODDS_LIMITS = (-12.0, 6.0)
"""Limits of a sum. Larger: one hop decides a series; smaller: no evidence is conclusive."""
JUMP_S = 1.0
"""s; exercises with longer contacts consist of jumps, of any height and after any pause. Fixed by
the catalogue: 0.6 s for hops, 2.5 s and more for jumps."""


def view_of(fine: Fine) -> View:
    """Which weights a window gets: by where the sensor is worn and what its vertical is from."""
    if fine.placement == "ankle":
        return "shank"
    return "foot by gyro" if fine.oriented else "foot"


def hop_evidence(some: Candidates, links: Links, look: Look) -> dict[str, Floats]:
    """Evidence of each link, by the names of the table, each of shape (m,)."""
    contact = _log(links.contact_s, _CONTACT_S, _CONTACT_LIMITS)
    if look.contact_s[1] > JUMP_S:
        contact = np.minimum(contact, 0.0)
    return {
        "strength": _strength(some.strength_gps[links.second]),
        "first low": some.low[links.first],
        "quiet": some.quiet[links.second],
        "contact": contact,
        "contact²": contact**2,
        **_air(links.air, look),
        "calm": _log(links.calm_gps, _CALM_GPS, _CALM_LIMITS),
        "all calm": _log(links.all_calm_gps, _CALM_GPS, _CALM_LIMITS),
        "force": np.clip(links.force_g, *_FORCE_LIMITS_G),
        "alike": np.maximum(links.alike, 0.0),
    }


def landing_evidence(some: Candidates, look: Look) -> dict[str, Floats]:
    """Evidence of each candidate alone, by the names of the table, each of shape (k,)."""
    return {
        "strength": _strength(some.strength_gps),
        "low": some.low,
        **_air(some.before, look),
        "moves": _log(some.moves_gps, _CALM_GPS, _CALM_LIMITS),
    }


def log_odds(table: tuple[Row, ...], evidence: Mapping[str, Floats], view: View) -> Floats:
    """Sum of what each piece of evidence of shape (m,) is worth by a table, shape (m,)."""
    size = len(next(iter(evidence.values())))
    total = np.zeros(size)
    for row in table:
        total += row.weight[view] * evidence.get(row.name, 1.0)
    return np.clip(total, *_ODDS_LIMITS)


def _air(air: Flights, look: Look) -> dict[str, Floats]:
    flight = _log(air.flight_s, _FLIGHT_S, _FLIGHT_LIMITS)
    if look.contact_s[1] > JUMP_S:
        flight = np.minimum(flight, 0.0)
    return {
        "flight": flight,
        "flight²": flight**2,
        "air": np.clip(air.air_g, *_AIR_LIMITS_G),
        "fall": np.clip(air.fall_s / _FALL_S, *_FALL_LIMITS),
    }


def _strength(gps: Floats) -> Floats:
    return _log(gps, _STRENGTH_GPS, _STRENGTH_LIMITS)


def _log(x: Floats, usual: float, limits: tuple[float, float]) -> Floats:
    """Logarithm of a ratio, within limits."""
    return np.asarray(np.clip(np.log(np.maximum(x, 1e-3) / usual), *limits), dtype=np.float64)
