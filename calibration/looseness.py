"""Whether the strap is loose: a sensor that hangs loosely goes on ringing after every knock.

What a knock leaves behind is a sum of dying oscillations, and each sample of that is the same
weighted sum of the few before it. The weights are fitted to what follows all knocks of a take
together (Prony's method, as linear prediction: Kumaresan & Tufts 1982, IEEE ASSP 30:833); their
roots are frequencies and times of decay. A strap that holds rings at 18–50 Hz and a heel at
13–26 Hz, both gone to a third within 20–80 ms. Measured on people, slowest of the decays: walking
with a sensor at the ankle 32–39 ms, running with one clipped to the shoe 23–76 ms (one of 67
stretches 155), walking and heel raises in the shoe up to 67 ms. Made-up straps of 7–14 Hz with
5–8 % of damping ring for 120–500 ms. That a real strap hangs loose like those is an assumption.

Tremor (6–10 Hz) lasts as well, so only real knocks are asked: steps, or heels that are let fall.
In hops the next movement begins before the ringing is over; they are no use here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.filters import zero_phase
from sensing.samples import Samples
from sensing.units import Bools, Floats

LOOSE_S = 0.12
"""Ringing that takes longer to die to a third is not that of a strap that holds."""

_KNOCK_MPS2 = 4.0
"""Size of a knock (above 8 Hz) that drowns tremor, which stays below 1.5 m/s²."""

_LEAST_KNOCKS = 2
_MOST_KNOCKS = 10
_KNOCK_SHARE = 0.17
"""Knocks smaller than this share of the largest are left out."""

_GRID_HZ = 100.0
_SLOWEST_HZ = 80.0
"""At 50 Hz straps that hold and straps that don't look alike (75–147 against 154 ms)."""

_BAND_HZ = (8.0, 40.0)
_ORDER = 4
"""Two oscillations: the strap's and the heel's."""

_SKIPPED_S = 0.03
_HEARD_S = 0.3
"""What is heard of a knock: after the push itself is over, before the next movement."""

_APART_S = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """How a sensor rings after knocks.

    Attributes:
        decay_s: time in which its slowest oscillation dies to 1/e, s.
        frequency_hz: of that oscillation, Hz.
        knock_mps2: size of the largest knock, m/s².
        knocks: how many there were.
    """

    decay_s: float
    frequency_hz: float
    knock_mps2: float
    knocks: int


def is_loose(moved: Samples) -> bool | None:
    """Whether the strap is loose; None if there was no knock to hear it by.

    Args:
        moved: steps, or raises whose heels were let fall; a few seconds or more.
    """
    heard = ringing(moved)
    return None if heard is None else heard.decay_s > LOOSE_S


def ringing(moved: Samples) -> Ringing | None:
    """How the sensor rings after the knocks in these samples; None if there are too few."""
    step = max(1, round(moved.rate_hz / _GRID_HZ))
    rate_hz = moved.rate_hz / step
    if len(moved) < moved.rate_hz or moved.rate_hz < _SLOWEST_HZ:
        return None
    top_hz = min(0.4 * rate_hz, _BAND_HZ[1])
    force = zero_phase(moved.acc_mps2, moved.rate_hz, top_hz, order=4)[::step]
    shaken = zero_phase(force, rate_hz, _BAND_HZ[0], band="highpass", order=4)
    bad = (moved.clipped | moved.lost)[::step]
    knocks, size = _knocks(shaken, bad, rate_hz)
    if len(knocks) < _LEAST_KNOCKS:
        return None
    before, here = [], []
    for k in knocks:
        after = shaken[k + round(_SKIPPED_S * rate_hz) : k + round(_HEARD_S * rate_hz)]
        after = after / max(float(np.sqrt(np.mean(after**2))), 1e-9)
        for axis in after.T:
            windows = np.lib.stride_tricks.sliding_window_view(axis, _ORDER + 1)
            before.append(windows[:, _ORDER - 1 :: -1])
            here.append(windows[:, _ORDER])
    weights = np.linalg.lstsq(np.concatenate(before), np.concatenate(here), rcond=None)[0]
    roots = np.roots(np.concatenate([[1.0], -weights])).astype(np.complex128)
    swings = [root for root in roots if root.imag > 1e-6 and abs(root) > 1e-6]
    if not swings:
        return None
    slowest = max(swings, key=abs)
    # A root on or outside the circle never dies; a second stands for that.
    decay_s = min(1.0, 1 / (rate_hz * max(-float(np.log(abs(slowest))), 1e-3)))
    return Ringing(
        decay_s=decay_s,
        frequency_hz=float(np.angle(slowest)) * rate_hz / (2 * np.pi),
        knock_mps2=size,
        knocks=len(knocks),
    )


def _knocks(shaken: Floats, bad: Bools, rate_hz: float) -> tuple[list[int], float]:
    """Positions of the largest knocks that have a quiet stretch of good samples after them."""
    power = np.sum(shaken**2, axis=1)
    width = max(1, round(0.05 * rate_hz))
    power = np.convolve(power, np.ones(width) / width, "same")
    apart, heard = round(_APART_S * rate_hz), round(_HEARD_S * rate_hz)
    left = power.copy()
    left[max(0, len(left) - heard) :] = 0.0
    found: list[int] = []
    largest = float(np.max(left, initial=0.0))
    while len(found) < _MOST_KNOCKS:
        k = int(np.argmax(left))
        if left[k] < max(_KNOCK_MPS2**2, _KNOCK_SHARE**2 * largest):
            break
        left[max(0, k - apart) : k + apart] = 0.0
        if not bad[k : k + heard].any():
            found.append(k)
    return found, float(np.sqrt(largest))
