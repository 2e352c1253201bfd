"""Slow movement of the shank: vertical velocity and tilt, whatever the mounting.

The norm of specific force less gravity is the vertical acceleration to first order. Integrated with
a leak it gives vertical velocity; leak and low-pass leave the band in which people raise and lower,
below tremor (4–9 Hz, Pozos 1982, J Appl Physiol 52). Tilt is the slow part of specific force across
the mean vertical: sine of the lean times g. Both look both ways in time, so they are for closed
windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.signals.vertical import across
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Floats

# Constants. The bands come from a simulation of raises (vertical velocity from 4 Hz with a 0.1 Hz
# leak) and were narrowed by hand on simulated raises; not fitted.

GRID_HZ = 25.0
"""Hz of the slow signals: six samples to a period at 4 Hz. Larger: slower fits; smaller: quick
raises are cut off."""
_LEAK_HZ = 0.1
"""Hz; high-pass of the velocity. Larger: slow lowerings are lost; smaller: bias drifts in."""
_FORCE_HZ = 2.5
"""Hz; low-pass of force for movements of half a second and more. Larger: tremor gets in; smaller:
phases are blurred."""
_VELOCITY_HZ = 1.8
"""Hz; low-pass of the velocity that reps are counted in. Larger: tremor makes peaks; smaller: quick
reps merge."""
_TILT_HZ = 1.5
"""Hz; low-pass of the tilt. Larger: acceleration passes for tilt; smaller: tilt lags quick
raises."""
_JOLT_HZ = (12.0, 30.0)
"""Hz; band in which a strap rings (15–25 Hz) when the heel lands; tremor ends below. Wider: tremor
or noise get in; a smaller band: some straps are missed."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Slow signals of one window on a common grid of about ``GRID_HZ``.

    Attributes:
        rate_hz: exact rate of the grid, Hz.
        stride: samples of the window per grid sample (in general not a whole number).
        velocity_mps: vertical velocity, leaky below 0.1 Hz, low-passed at 1.8 Hz, shape (m,), m/s.
        tilt_mps2: slow specific force across the vertical, two axes, shape (m, 2), m/s².
        jolt_mps2: largest |f| between 12 and 30 Hz around each point, shape (m,), m/s²: the strap
            rings there when the heel lands.
    """

    rate_hz: float
    stride: float
    velocity_mps: Floats
    tilt_mps2: Floats
    jolt_mps2: Floats

    def __len__(self) -> int:
        return len(self.velocity_mps)


def slow_motion(window: Samples) -> Motion:
    """Vertical velocity and tilt of a closed window of at least 1 s.

    The resting norm is the window's median, which also removes the sensor's gain and bias: in a
    window of mostly slow movement the median of |f| is gravity to within a few mg.

    Args:
        window: n samples.

    Returns:
        Signals of shape (m,) and (m, 2) on a grid of about 25 Hz.
    """
    rate_hz = window.rate_hz
    count = max(2, int(len(window) * GRID_HZ / rate_hz))
    stride = (len(window) - 1) / (count - 1)
    grid_hz = rate_hz / stride
    at: Floats = np.arange(count, dtype=np.float64) * stride
    base = np.arange(len(window), dtype=np.float64)
    # Low-passed before the norm: tremor across the vertical adds a²/2g to the norm (12 mm/s² for
    # 0.5 m/s²), as much as a slow lowering.
    filtered = zero_phase(window.acc_mps2, rate_hz, _FORCE_HZ)
    force = np.column_stack([np.interp(at, base, axis) for axis in filtered.T])
    norm = np.linalg.norm(force, axis=1)
    acc = norm - float(np.median(norm))
    velocity = zero_phase(np.cumsum(acc) / grid_hz, grid_hz, _LEAK_HZ, band="highpass")
    slow = zero_phase(force, grid_hz, _TILT_HZ)
    mean = np.mean(slow, axis=0)
    first, second = across(mean / max(float(np.linalg.norm(mean)), 1e-9))
    return Motion(
        rate_hz=grid_hz,
        stride=stride,
        velocity_mps=zero_phase(velocity, grid_hz, _VELOCITY_HZ),
        tilt_mps2=np.column_stack([slow @ first, slow @ second]),
        jolt_mps2=_jolts(window, at),
    )


def _jolts(window: Samples, at: Floats) -> Floats:
    if window.rate_hz < 2.5 * _JOLT_HZ[0]:
        return np.zeros(len(at))
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    ringing = np.abs(zero_phase(norm, window.rate_hz, _JOLT_HZ, band="bandpass"))
    return np.asarray(np.maximum.reduceat(ringing, np.rint(at).astype(np.int64)), dtype=np.float64)
