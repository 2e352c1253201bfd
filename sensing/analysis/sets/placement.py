"""Is the sensor on the ankle or on the shoe? The foot rests in every step, the shank does not.

Two things tell them apart at any mounting:

* the foot turns by 25–35° in a raise and more in a step (motion capture, n = 10); the shank by
  1–8° in the exercises of the simulation. Only walking and running swing it as far;
* in walking the foot lies still on the floor for a third of every stride; the shank rolls over it.

So a lean that seldom changes by more than a few degrees within half a second is a shank's; where it
changes more, the share of stillness within the movement decides. Swing and stillness on 30
recordings from shoes: 20–26° and 0.30–0.45; at the ankle, stillness 0.11 walking and 0.02 running
(n = 2), swing 1–8° in simulated exercise. Fails for calf raises of people whose shank tilts 13–25°.
"""

from __future__ import annotations

import numpy as np

from sensing.core.filters import zero_phase
from sensing.core.samples import Placement, Samples
from sensing.core.units import G_MPS2, Floats

# Constants, chosen by hand on the recordings above; not fitted. Measured by tests/sensitivity.py:
# all right on simulated ankles (n = 44), shoes (30 recordings of 6 people) and two ankles of
# people; 70 % right on 46 further recordings of people's shanks (raises, walking).

_SWING_DEG = 12.0
"""°; 95th percentile of the change of lean on a shank. Larger: quiet shoes are called ankles;
smaller: raises at the ankle are called shoes (simulated ankles 96 % right at 0.8; shanks 74 % at
1.25)."""
_STILL_SHARE = 0.25
"""Share of the movement in which a foot is still. Larger: shoes are called ankles (87 % right at
1.25, shanks 83 %); smaller: the reverse (shanks 43 % at 0.8)."""
_ACTIVE_MPS2 = 1.2
"""m/s²; RMS of |f| − g, 0.5–15 Hz, of movement. Larger: gentle steps do not count (shanks 78 % at
1.25); smaller: standing does (61 % at 0.8)."""
_LEAST_ACTIVE_S = 3.0
"""s of movement needed to judge stillness. Larger: more shanks are called shoes; smaller:
chance."""
_STILL_MPS2 = 0.8
"""m/s²; a still foot is this near to g and changes by less within …"""
_STILL_S = 0.12
"""… this many s. Both larger: shanks are still, too; smaller: feet never are."""
_ACTIVE_HZ = (0.5, 15.0)
"""Hz; band of movement. Wider: drift and noise count; a smaller band: gentle steps do not."""
_LEVEL_HZ = 0.4
"""Hz; low-pass of its power. Larger: pauses within a stride count as rest; smaller: rests are
lost."""
_LEAN_HZ = 2.5
"""Hz; low-pass of the lean. Larger: impacts pass for lean; smaller: quick swings are lost."""
_LEAN_STEP_S = 0.5
"""s within which the lean changes. Larger: slow leaning counts; smaller: raises do not."""
_NEAR_G_MPS2 = 2.0
"""m/s²; lean is measured where |f| is this near to g. Larger: acceleration passes for lean;
smaller: little is left to measure."""
_WORK_HZ = 50.0
"""Hz of the signal. Larger: slower; smaller: stillness is blurred."""
_LONGEST_S = 600.0
"""s looked at: ten minutes tell as much as an hour. Larger: slower; smaller: less to go by."""


def find_placement(window: Samples) -> Placement:
    """Where the sensor seems to be worn; "ankle" unless something points to the shoe."""
    part = window.part(0, round(_LONGEST_S * window.rate_hz))
    if len(part) < 2 * part.rate_hz:
        return "ankle"
    stride = max(1, round(part.rate_hz / _WORK_HZ))
    rate_hz = part.rate_hz / stride
    acc = zero_phase(part.acc_mps2, part.rate_hz, min(_ACTIVE_HZ[1], 0.4 * rate_hz))[::stride]
    if _swing_deg(acc, rate_hz) < _SWING_DEG:
        return "ankle"
    norm = np.linalg.norm(acc, axis=1)
    dynamic = zero_phase(norm - G_MPS2, rate_hz, _ACTIVE_HZ, band="bandpass", order=1)
    active = zero_phase(dynamic**2, rate_hz, _LEVEL_HZ) > _ACTIVE_MPS2**2
    if active.sum() < _LEAST_ACTIVE_S * rate_hz:
        return "shoe"
    still = np.abs(norm - G_MPS2) < _STILL_MPS2
    still &= _range(norm, max(2, round(_STILL_S * rate_hz))) < _STILL_MPS2
    return "shoe" if float(still[active].mean()) > _STILL_SHARE else "ankle"


def _swing_deg(acc: Floats, rate_hz: float) -> float:
    """95th percentile of the change of lean within half a second, where force is near gravity."""
    slow = zero_phase(acc, rate_hz, _LEAN_HZ)
    size = np.linalg.norm(slow, axis=1)
    up = slow / np.maximum(size, 1e-9)[:, None]
    near = np.abs(size - G_MPS2) < _NEAR_G_MPS2
    step = round(_LEAN_STEP_S * rate_hz)
    both = near[step:] & near[:-step]
    if not both.any():
        return 0.0
    cosine = np.clip((up[step:] * up[:-step]).sum(axis=1)[both], -1.0, 1.0)
    return float(np.degrees(np.percentile(np.arccos(cosine), 95)))


def _range(x: Floats, width: int) -> Floats:
    """Range of the values in a window around each sample."""
    edge = np.pad(x, (width // 2, width - 1 - width // 2), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(edge, width)
    return np.asarray(windows.max(axis=1) - windows.min(axis=1), dtype=np.float64)
