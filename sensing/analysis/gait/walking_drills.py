"""Walking drills: how long, and how many steps, when walking is what was asked for.

Heel walking and heel-to-toe walking are slow (strides of 1–3 s) and careful; the rhythm by which
ordinary walking is known (``gait``) is often not there. But each stride the leg swings once, and a
swing pulls the specific force away from where it rests more than anything in stance does. So swings
are counted: maxima of that pull, low-passed, of the drill's own size.

The sensor sees one leg; the other takes as many steps, so steps are twice the swings.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples

_WORK_HZ = 25.0
_SWING_MPS2 = 1.2
_OWN_SIZE = 0.35
_QUICKEST_STRIDE_S = 0.6
_PAUSE_S = 6.0
_LEAST_SWINGS = 4
_HALF_STRIDE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One stretch of a walking drill: [start, end) and the steps of both legs in it."""

    start_s: float
    end_s: float
    steps: int


def find_walks(window: Samples) -> list[Walk]:
    """Stretches of at least four strides in a closed window, in order.

    A pause of more than 6 s (turning round takes less) begins a new one.
    """
    stride = max(1, round(window.rate_hz / _WORK_HZ))
    rate_hz = window.rate_hz / stride
    if len(window) < 4 * window.rate_hz:
        return []
    force = zero_phase(window.acc_mps2, window.rate_hz, 3.0)[::stride]
    rest = zero_phase(force, rate_hz, 0.1, order=1)
    pull = zero_phase(np.linalg.norm(force - rest, axis=1), rate_hz, 1.0)
    peaks, _ = find_peaks(
        pull, height=_SWING_MPS2, distance=max(1, round(_QUICKEST_STRIDE_S * rate_hz))
    )
    if len(peaks) < _LEAST_SWINGS:
        return []
    usual = float(np.percentile(pull[peaks], 75))
    peaks = peaks[pull[peaks] > _OWN_SIZE * usual]
    cuts = [0, *(np.flatnonzero(np.diff(peaks) > _PAUSE_S * rate_hz) + 1).tolist(), len(peaks)]
    walks = []
    for a, b in itertools.pairwise(cuts):
        if b - a < _LEAST_SWINGS:
            continue
        half = _HALF_STRIDE * float(np.median(np.diff(peaks[a:b])))
        first = max(0.0, float(peaks[a]) - half) * stride
        last = min(len(pull) - 1.0, float(peaks[b - 1]) + half) * stride
        walks.append(
            Walk(start_s=window.time_s(first), end_s=window.time_s(last), steps=2 * int(b - a))
        )
    return walks
