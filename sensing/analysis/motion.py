"""Slow movement of the shank: vertical velocity and tilt, however the sensor is mounted.

The norm of specific force less gravity is the vertical acceleration to first order, whatever the
mounting. Integrated with a leak it gives the vertical velocity; the leak and the low-pass leave the
band in which a person raises and lowers, below the tremor (4–9 Hz, Pozos 1982, J Appl Physiol 52).
Tilt is the slow part of specific force across the mean vertical: sine of the lean times g. Both look
both ways in time, so they are for closed windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.filters import zero_phase
from sensing.samples import Samples
from sensing.units import Floats

GRID_HZ = 25.0
"""Rate of the slow signals: six samples to a period at the 4 Hz where they end."""
_LEAK_HZ = 0.1
_VELOCITY_HZ = 1.8
_TREMOR_HZ = (3.0, 8.0)


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Slow signals of one window on a common grid of about ``GRID_HZ``.

    Attributes:
        rate_hz: exact rate of the grid, Hz.
        stride: samples of the window to one of the grid (not a whole number in general).
        acc_mps2: vertical acceleration below 4 Hz, shape (m,), m/s².
        velocity_mps: vertical velocity, leaky below 0.1 Hz, low-passed at 1.8 Hz, shape (m,), m/s.
        tilt_mps2: slow specific force across the vertical, two axes, shape (m, 2), m/s².
        shake_mps2: RMS over 1 s of |f| between 3 and 8 Hz, shape (m,), m/s².
    """

    rate_hz: float
    stride: float
    acc_mps2: Floats
    velocity_mps: Floats
    tilt_mps2: Floats
    shake_mps2: Floats

    def __len__(self) -> int:
        return len(self.acc_mps2)


def across(vertical: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors across a unit vector, each shape (3,); which way they point is arbitrary."""
    helper = np.eye(3)[int(np.argmin(np.abs(vertical)))]
    first = np.cross(vertical, helper)
    first /= np.linalg.norm(first)
    return first, np.cross(vertical, first)


def slow_motion(window: Samples) -> Motion:
    """Vertical velocity and tilt of a closed window of at least 1 s.

    The resting norm is the window's median, which also takes out the sensor's own gain and bias:
    in a window that is mostly slow movement the median of |f| is gravity within a few mg.
    """
    rate_hz = window.rate_hz
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    deviation = norm - float(np.median(norm))
    count = max(2, int(len(window) * GRID_HZ / rate_hz))
    stride = (len(window) - 1) / (count - 1)
    at = np.arange(count) * stride
    base = np.arange(len(window), dtype=np.float64)

    def onto_grid(x: Floats) -> Floats:
        return np.asarray(np.interp(at, base, x), dtype=np.float64)

    # Everything slow is worked out on the grid: an hour then costs what ten minutes did.
    grid_hz = rate_hz / stride
    smooth = onto_grid(zero_phase(deviation, rate_hz, 4.0))
    velocity = np.cumsum(smooth) / grid_hz
    velocity = zero_phase(velocity, grid_hz, _LEAK_HZ, band="highpass")
    velocity = zero_phase(velocity, grid_hz, _VELOCITY_HZ)
    force = zero_phase(window.acc_mps2, rate_hz, 4.0)
    slow = zero_phase(np.column_stack([onto_grid(axis) for axis in force.T]), grid_hz, 1.5)
    mean = np.mean(slow, axis=0)
    first, second = across(mean / max(float(np.linalg.norm(mean)), 1e-9))
    shake = zero_phase(deviation, rate_hz, _TREMOR_HZ, band="bandpass")
    power = zero_phase(onto_grid(shake**2), grid_hz, 0.5)
    return Motion(
        rate_hz=grid_hz,
        stride=stride,
        acc_mps2=smooth,
        velocity_mps=velocity,
        tilt_mps2=np.column_stack([slow @ first, slow @ second]),
        shake_mps2=np.sqrt(np.maximum(power, 0.0)),
    )
