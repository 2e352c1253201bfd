"""Take-off: the end of a ground contact, seen in several ways and fused.

(first version: one view per placement)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.vertical import FINE_HZ, Fine
from sensing.exercises import Look
from sensing.units import G_MPS2


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff:
    """End of one contact.

    Attributes:
        at: position on the fine grid.
        sd_s: standard uncertainty of the contact time that follows from it, s.
        flight_g: mean vertical specific force between it and the next landing, g: near 0 in free
            flight, 1 for a foot that only swings.
    """

    at: float
    sd_s: float
    flight_g: float


def find_takeoff(fine: Fine, contact: float, landing: float, look: Look) -> TakeOff | None:
    """Take-off between an initial contact and the next landing; None if there is no room."""
    first = int(contact + look.contact_s[0] * FINE_HZ)
    last = int(landing - 0.03 * FINE_HZ)
    if last - first < 3:
        return None
    c, n = int(contact), int(landing)
    up = fine.up_mps2[c - 2 : n + 1]
    mean = float(np.mean(up[2:]))
    speed = np.cumsum(up - mean) / FINE_HZ
    top = first - c + 2 + int(np.argmax(speed[first - c + 2 : last - c + 2]))
    change = float(np.max(speed[: top + 1]) - np.min(speed[: int(0.03 * FINE_HZ) + 2]))
    if fine.oriented:
        at, sd_s = c + top - 2 + 0.013 * FINE_HZ, 0.019
    else:
        at, sd_s = landing - change / G_MPS2 * FINE_HZ - 0.007 * FINE_HZ, 0.018
    at = min(max(at, contact + look.contact_s[0] * FINE_HZ), last)
    air = fine.up_mps2[c + top - 2 : max(c + top, n - 1)]
    return TakeOff(at=at, sd_s=sd_s, flight_g=float(np.mean(air)) / G_MPS2)
