"""RSI by both definitions and the leg stiffness of a hop, from contact and flight time.

Contact to contact is known to a few milliseconds, when the toes leave the floor is not. So the
uncertainty of all of these comes from the contact time with the *period held fixed*: what contact
gains, flight loses. Derivatives and differences below are taken along that line.

Two definitions of the reactive strength index are in use and give unlike numbers: flight / contact
(no unit; Southey 2023 for one) and jump height / contact (m/s; after Young 1995).
Height is g·t²/8 (Bosco 1983). Both are given, by their names.

Stiffness is Dalleau 2004 (Int J Sports Med 25:170): with a force that is half a sine over the
contact, k = m·π·(tf + tc) / (tc²·((tf + tc)/π − tc/4)). It is of whatever stands on the ground: of
one leg in single-leg hops, of both together in double-leg ones.
"""

from __future__ import annotations

import math

from sensing.core.errors import UsageError
from sensing.core.units import G_MPS2


def rsi(contact_time_s: float, flight_time_s: float) -> float:
    """Flight time / contact time (no unit)."""
    _check(contact_time_s, flight_time_s)
    return flight_time_s / contact_time_s


def rsi_sd(contact_time_s: float, flight_time_s: float, contact_sd_s: float) -> float:
    """Standard uncertainty of :func:`rsi`: −dRSI/dtc = (tc + tf) / tc²."""
    _check(contact_time_s, flight_time_s)
    return contact_sd_s * (contact_time_s + flight_time_s) / contact_time_s**2


def height_m(flight_time_s: float) -> float:
    """Jump height from flight time, g·t²/8, m."""
    return G_MPS2 * flight_time_s**2 / 8


def height_sd_m(flight_time_s: float, contact_sd_s: float) -> float:
    """Standard uncertainty of :func:`height_m`: flight errs as much as contact, m."""
    return G_MPS2 * flight_time_s * contact_sd_s / 4


def rsi_height_mps(contact_time_s: float, flight_time_s: float) -> float:
    """Jump height / contact time, m/s."""
    _check(contact_time_s, flight_time_s)
    return height_m(flight_time_s) / contact_time_s


def rsi_height_sd_mps(contact_time_s: float, flight_time_s: float, contact_sd_s: float) -> float:
    """Standard uncertainty of :func:`rsi_height_mps`: −d/dtc = (h/tc)·(1/tc + 2/tf), m/s."""
    _check(contact_time_s, flight_time_s)
    tc, tf = contact_time_s, flight_time_s
    return G_MPS2 * tf / (8 * tc) * (tf / tc + 2) * contact_sd_s


def rsi_height_sd_from_rsi_sd(
    contact_time_s: float, flight_time_s: float, rsi_uncertainty: float
) -> float | None:
    """Standard uncertainty of :func:`rsi_height_mps`, m/s, that goes with one of :func:`rsi`; None
    for times that make no hop."""
    if not (0 < contact_time_s < math.inf and 0 <= flight_time_s < math.inf):
        return None
    contact_sd_s = rsi_uncertainty / rsi_sd(contact_time_s, flight_time_s, 1.0)
    return rsi_height_sd_mps(contact_time_s, flight_time_s, contact_sd_s)


def leg_stiffness(mass_kg: float, contact_time_s: float, flight_time_s: float) -> float:
    """Leg stiffness of Dalleau 2004, N/m; with a mass of 1 it is that per kilogram.

    Args:
        mass_kg: of body and load together.
        contact_time_s: ground-contact time, s.
        flight_time_s: flight time, s.

    Raises:
        UsageError: a mass or a time that nobody has.
    """
    _check(contact_time_s, flight_time_s)
    if not 0 < mass_kg < math.inf:
        raise UsageError(f"a mass of {mass_kg:g} kg makes no sense")
    tc, period_s = contact_time_s, contact_time_s + flight_time_s
    return mass_kg * math.pi * period_s / (tc**2 * (period_s / math.pi - tc / 4))


def leg_stiffness_sd(
    mass_kg: float,
    contact_time_s: float,
    flight_time_s: float,
    contact_sd_s: float,
    mass_sd_kg: float = 0.0,
) -> float:
    """Standard uncertainty of :func:`leg_stiffness`, N/m.

    The larger of the changes that one standard uncertainty of the contact makes either way, the
    period fixed: where contact fills some 85 % of it k has a minimum, and a slope would say that it
    is known exactly. An uncertain mass adds in squares.
    """
    k = leg_stiffness(mass_kg, contact_time_s, flight_time_s)
    most_s = min(contact_sd_s, flight_time_s)
    least_s = min(contact_sd_s, 0.9 * contact_time_s)
    moved = [
        leg_stiffness(mass_kg, contact_time_s + e_s, flight_time_s - e_s)
        for e_s in (most_s, -least_s)
    ]
    return math.hypot(max(abs(other - k) for other in moved), k * mass_sd_kg / mass_kg)


def _check(contact_time_s: float, flight_time_s: float) -> None:
    if not (0 < contact_time_s < math.inf and 0 <= flight_time_s < math.inf):
        raise UsageError(
            f"a contact of {contact_time_s:g} s and a flight of {flight_time_s:g} s make no hop"
        )
