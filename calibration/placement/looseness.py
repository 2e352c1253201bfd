"""Detect a loose strap: a sensor that hangs loosely continues to ring after every knock.

A knock makes the strap and the soft heel ring, and both decay: at 18–50 Hz and 13–26 Hz with usual
damping they are down to a third within 20–80 ms. A loose strap rings at a lower frequency and for
longer. So the power at 8–40 Hz from 100 to 250 ms after a knock is compared with that of the first
100 ms; a ring that decays to 1/e in 50, 100, 150 or 250 ms leaves 2, 15, 31 or 52 %. New movement
can only add to it, so the lower quartile over the knocks of a trial is used.

Measured on people: walking with a sensor at the ankle 1–2 %, running with one clipped to the shoe
2–10 %, walking and heel raises in the shoe 1–8 %, jogging there 1–23 %. Simulated firm straps stay
below 5 %, loose ones of 7–14 Hz with 5–8 % of damping reach 28–90 %. That a real loose strap
behaves like those is an assumption: no recording of one is known.

Tremor (6–10 Hz) also lasts, so only real knocks are used: steps, or heels that are dropped. Hops
can't be used because the next movement starts before the ringing is over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Bools, Floats

LOOSE = 0.18
"""A larger share of ringing is that of a loose strap: a decay of 110 ms."""

_SLOWEST_HZ = 80.0
"""At 50 Hz half the band is missing, and firm and loose straps overlap."""

_KNOCK_MPS2 = 4.0
"""Size of a knock (above 8 Hz) that exceeds tremor, which stays below 1.5 m/s²."""

_LEAST_KNOCKS = 2
_MOST_KNOCKS = 10
_KNOCK_SHARE = 0.17
"""Knocks smaller than this share of the largest are ignored."""

_GRID_HZ = 100.0
_BAND_HZ = (8.0, 40.0)
_EARLY_S = 0.1
_AFTER_S = 0.25
_APART_S = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """How a sensor rings after knocks.

    Attributes:
        share: power left from 100 to 250 ms after a knock, relative to the first 100 ms.
        knocks: how many there were.
    """

    share: float
    knocks: int


def is_loose(moved: Samples) -> bool | None:
    """Whether the strap is loose; None if there was no knock to judge by.

    Args:
        moved: steps, or raises with dropped heels; a few seconds or more.
    """
    found = ringing(moved)
    return None if found is None else found.share > LOOSE


def ringing(moved: Samples) -> Ringing | None:
    """How the sensor rings after the knocks in these samples; None if there are too few."""
    if len(moved) < moved.rate_hz or moved.rate_hz < _SLOWEST_HZ:
        return None
    step = max(1, round(moved.rate_hz / _GRID_HZ))
    rate_hz = moved.rate_hz / step
    top_hz = min(0.4 * rate_hz, _BAND_HZ[1])
    force = zero_phase(moved.acc_mps2, moved.rate_hz, top_hz, order=4)[::step]
    shaken = zero_phase(force, rate_hz, _BAND_HZ[0], band="highpass", order=4)
    power = np.sum(shaken**2, axis=1)
    knocks = _knocks(power, (moved.clipped | moved.lost)[::step], rate_hz)
    if len(knocks) < _LEAST_KNOCKS:
        return None
    early, late = round(_EARLY_S * rate_hz), round(_AFTER_S * rate_hz)
    shares = [
        float(power[k + early : k + late].sum() / max(float(power[k : k + early].sum()), 1e-9))
        for k in knocks
    ]
    return Ringing(share=float(np.quantile(shares, 0.25)), knocks=len(knocks))


def _knocks(power: Floats, bad: Bools, rate_hz: float) -> list[int]:
    """Positions of the largest knocks that only good samples follow."""
    width = max(1, round(0.05 * rate_hz))
    left = np.convolve(power, np.ones(width) / width, "same")
    apart, after = round(_APART_S * rate_hz), round(_AFTER_S * rate_hz)
    left[max(0, len(left) - after) :] = 0.0
    largest = float(np.max(left, initial=0.0))
    found: list[int] = []
    while len(found) < _MOST_KNOCKS:
        k = int(np.argmax(left))
        if left[k] < max(_KNOCK_MPS2**2, _KNOCK_SHARE**2 * largest):
            break
        left[max(0, k - apart) : k + apart] = 0.0
        if not bad[k : k + after].any():
            found.append(k)
    return found
