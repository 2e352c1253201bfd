"""Slow movement of the shank: vertical velocity and tilt, however the sensor is mounted.

The norm of specific force less gravity is the vertical acceleration to first order, whatever the
mounting. Integrated with a leak it gives the vertical velocity; the leak and the low-pass leave
the band in which a person raises and lowers, below the tremor (4–9 Hz, Pozos 1982, J Appl
Physiol 52). Tilt is the slow part of specific force across the mean vertical: sine of the lean
times g. Both look both ways in time, so they are for closed windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Floats

GRID_HZ = 25.0
"""Rate of the slow signals: six samples to a period at the 4 Hz where they end."""
_LEAK_HZ = 0.1
FORCE_HZ = 2.5
"""Where force ends for movements of half a second and more: below the tremor."""
QUICK_FORCE_HZ = 6.0
"""The same for quick, self-paced raises (0.26–0.54 s up), which tower over the tremor."""
_VELOCITY_HZ = 1.8
_TILT_HZ = 1.5
_JOLT_HZ = (12.0, 30.0)


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Slow signals of one window on a common grid of about ``GRID_HZ``.

    Attributes:
        rate_hz: exact rate of the grid, Hz.
        stride: samples of the window to one of the grid (not a whole number in general).
        acc_mps2: vertical acceleration below ``force_hz``, shape (m,), m/s².
        velocity_mps: vertical velocity, leaky below 0.1 Hz, low-passed at 1.8 Hz, shape (m,), m/s.
        tilt_mps2: slow specific force across the vertical, two axes, shape (m, 2), m/s².
        across_mps2: specific force across the vertical below ``force_hz``, same axes, shape (m, 2),
            m/s²: the lean and, at the ends of a movement, the ankle's own forward acceleration.
        jolt_mps2: largest |f| between 12 and 30 Hz around each point, shape (m,), m/s²: where the
            heel lands, the strap rings at 15–25 Hz; tremor ends below.
    """

    rate_hz: float
    stride: float
    acc_mps2: Floats
    velocity_mps: Floats
    tilt_mps2: Floats
    across_mps2: Floats
    jolt_mps2: Floats

    def __len__(self) -> int:
        return len(self.acc_mps2)


def across(vertical: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors across a unit vector, each shape (3,); which way they point is arbitrary."""
    helper = np.eye(3)[int(np.argmin(np.abs(vertical)))]
    first = np.cross(vertical, helper)
    first /= max(float(np.linalg.norm(first)), 1e-9)
    return first, np.cross(vertical, first)


def slow_motion(window: Samples, force_hz: float = FORCE_HZ) -> Motion:
    """Vertical velocity and tilt of a closed window of at least 1 s.

    Args:
        window: samples.
        force_hz: where the force that the phases are fitted to is cut off, Hz.

    The resting norm is the window's median, which also takes out the sensor's own gain and bias:
    in a window that is mostly slow movement the median of |f| is gravity within a few mg.
    """
    rate_hz = window.rate_hz
    count = max(2, int(len(window) * GRID_HZ / rate_hz))
    stride = (len(window) - 1) / (count - 1)
    grid_hz = rate_hz / stride
    at: Floats = np.arange(count, dtype=np.float64) * stride
    base = np.arange(len(window), dtype=np.float64)
    # Low-passed before the norm is taken: the norm makes a constant push of tremor across the
    # vertical (a²/2g, 12 mm/s² from 0.5 m/s²), as large as a slow lowering.
    filtered = zero_phase(window.acc_mps2, rate_hz, force_hz)
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
        acc_mps2=acc,
        velocity_mps=zero_phase(velocity, grid_hz, _VELOCITY_HZ),
        tilt_mps2=np.column_stack([slow @ first, slow @ second]),
        across_mps2=np.column_stack([force @ first, force @ second]),
        jolt_mps2=_jolts(window, at),
    )


def _jolts(window: Samples, at: Floats) -> Floats:
    if window.rate_hz < 2.5 * _JOLT_HZ[0]:
        return np.zeros(len(at))
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    ringing = np.abs(zero_phase(norm, window.rate_hz, _JOLT_HZ, band="bandpass"))
    return np.asarray(np.maximum.reduceat(ringing, np.rint(at).astype(np.int64)), dtype=np.float64)
