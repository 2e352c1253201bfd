"""Is the sensor on the ankle or on the shoe? The foot comes to rest in every step, the shank never.

Two things tell them apart, whatever the mounting:

* the foot turns by 25–35° in a raise and more in a step (motion capture, signals.md); the shank by
  1–8° in any of the exercises. Only walking and running swing the shank as far;
* in walking the foot lies still on the floor for a third of every stride; the shank rolls over it.

So: a lean that seldom changes by more than a few degrees within half a second is a shank; where it
changes much, the share of stillness within the movement decides. Measured on thirty recordings from
shoes and two from ankles, people, and the simulated ones: swing 20–26° and stillness .30–.45 on the
shoe; stillness .11 walking and .02 running on the ankle; swing 1–8° in ankle exercise.
"""

from __future__ import annotations

import numpy as np

from sensing.core.filters import zero_phase
from sensing.core.samples import Placement, Samples
from sensing.core.units import G_MPS2, Floats

_SWING_DEG = 12.0
_STILL_SHARE = 0.25
_ACTIVE_MPS2 = 1.2
_LEAST_ACTIVE_S = 3.0
_WORK_HZ = 50.0
_LONGEST_S = 600.0
"""Ten minutes tell as much as an hour."""


def find_placement(window: Samples) -> Placement:
    """How the sensor seems to be worn; "ankle" where nothing speaks for the shoe."""
    part = window.part(0, round(_LONGEST_S * window.rate_hz))
    if len(part) < 2 * part.rate_hz:
        return "ankle"
    stride = max(1, round(part.rate_hz / _WORK_HZ))
    rate_hz = part.rate_hz / stride
    acc = zero_phase(part.acc_mps2, part.rate_hz, min(15.0, 0.4 * rate_hz))[::stride]
    if _swing_deg(acc, rate_hz) < _SWING_DEG:
        return "ankle"
    norm = np.linalg.norm(acc, axis=1)
    dynamic = zero_phase(norm - G_MPS2, rate_hz, (0.5, 15.0), band="bandpass", order=1)
    active = zero_phase(dynamic**2, rate_hz, 0.4) > _ACTIVE_MPS2**2
    if active.sum() < _LEAST_ACTIVE_S * rate_hz:
        return "shoe"
    calm = np.abs(norm - G_MPS2) < 0.8
    still = calm & (_range(norm, max(2, round(0.12 * rate_hz))) < 0.8)
    return "shoe" if float(still[active].mean()) > _STILL_SHARE else "ankle"


def _swing_deg(acc: Floats, rate_hz: float) -> float:
    """95th percentile of the change of lean within half a second, where force is near gravity."""
    slow = zero_phase(acc, rate_hz, 2.5)
    size = np.linalg.norm(slow, axis=1)
    up = slow / np.maximum(size, 1e-9)[:, None]
    calm = np.abs(size - G_MPS2) < 2.0
    step = round(0.5 * rate_hz)
    both = calm[step:] & calm[:-step]
    if not both.any():
        return 0.0
    cosine = np.clip((up[step:] * up[:-step]).sum(axis=1)[both], -1.0, 1.0)
    return float(np.degrees(np.percentile(np.arccos(cosine), 95)))


def _range(x: Floats, width: int) -> Floats:
    """Largest less smallest value in a window around each sample."""
    edge = np.pad(x, (width // 2, width - 1 - width // 2), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(edge, width)
    return np.asarray(windows.max(axis=1) - windows.min(axis=1), dtype=np.float64)
