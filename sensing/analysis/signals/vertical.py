"""Fast movement on a fine grid, and its vertical.

Impacts are timed to a few milliseconds at any sensor rate, so a window is first put on a grid of
``FINE_HZ`` by a cubic spline (foot-worn jumps at 100 Hz: landing off by 1.5 ms; with straight lines
2.3 ms). The vertical comes from one of two places. Over whole hops the mean of specific force is
gravity, so on the shank, which keeps its direction, the slow mean vector points up. A foot turns by
45° in every step and its mean vector does not; there a 6-axis orientation filter is used if there
is a gyro (VQF, Laidig & Seel 2023, Information Fusion 91, the offline variant).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import vqf
from scipy import ndimage

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples, Worn
from sensing.core.units import G_MPS2, Floats

# Constants, chosen by hand; not fitted.

FINE_HZ = 200.0
"""Hz of the grid: ten points to the rise of an impact, sharper than any strap. Larger: slower;
smaller: impacts are blurred."""
_ALIAS_HZ = 80.0
"""Hz; low-pass before the grid. Larger: aliasing; smaller: impacts are blurred."""
_MEAN_HZ = 0.4
"""Hz; low-pass of the mean vector, a few hops long. Larger: a hop's own force tilts it; smaller: it
lags when the leg turns."""


@dataclass(frozen=True, slots=True, eq=False)
class Fine:
    """One window on the fine grid; position 0 is the window's first sample.

    Attributes:
        t0_s: time of position 0, s.
        acc_mps2: specific force in the sensor's axes, shape (n, 3), m/s².
        up_mps2: specific force along the vertical, shape (n,), m/s²; g at rest.
        gyro_dps: angular rate, shape (n, 3), °/s; None where it is not used for the vertical.
        jerk_gps: norm of the change of specific force, shape (n,), g/s.
        oriented: True if the vertical came from the gyro.
        placement: where the sensor is worn.
        rate_hz: the window's own rate, Hz.
    """

    t0_s: float
    acc_mps2: Floats
    up_mps2: Floats
    gyro_dps: Floats | None
    jerk_gps: Floats
    oriented: bool
    placement: Worn
    rate_hz: float

    def __len__(self) -> int:
        return len(self.up_mps2)

    def time_s(self, k: float) -> float:
        """Time of position ``k``, s."""
        return float(self.t0_s + k / FINE_HZ)


def fine_motion(window: Samples, placement: Worn) -> Fine:
    """Put a closed window of at least 4 samples on the fine grid; shapes as in :class:`Fine`."""
    oriented = placement == "shoe" and window.gyro_dps is not None
    acc = _spline(window, window.acc_mps2)
    gyro = _spline(window, window.gyro_dps) if oriented and window.gyro_dps is not None else None
    up = along_mean(acc) if gyro is None else _along(acc, _up_of_gyro(acc, gyro))
    return Fine(
        t0_s=window.time_s(0),
        acc_mps2=acc,
        up_mps2=up,
        gyro_dps=gyro,
        jerk_gps=jerk_gps(acc, FINE_HZ),
        oriented=oriented,
        placement=placement,
        rate_hz=window.rate_hz,
    )


def jerk_gps(acc_mps2: Floats, rate_hz: float) -> Floats:
    """Norm of the change of specific force by central differences, shape (n,), g/s.

    Independent of mounting and of the sensor's orientation in flight.

    Args:
        acc_mps2: shape (n, 3), m/s².
        rate_hz: sample rate, Hz.
    """
    change = np.gradient(acc_mps2, axis=0) if len(acc_mps2) > 1 else np.zeros_like(acc_mps2)
    return np.asarray(np.linalg.norm(change, axis=1) * (rate_hz / G_MPS2), dtype=np.float64)


def along_mean(acc: Floats) -> Floats:
    """Component of specific force on the fine grid, shape (n, 3), along its slow mean."""
    return _along(acc, zero_phase(acc, FINE_HZ, _MEAN_HZ, order=1))


def _spline(window: Samples, x: Floats) -> Floats:
    """Values on the fine grid, low-passed first so that the sensor's rate does not matter."""
    if window.rate_hz > 2.5 * _ALIAS_HZ:
        x = zero_phase(x, window.rate_hz, _ALIAS_HZ, order=4)
    at = np.arange(int((len(x) - 1) / window.rate_hz * FINE_HZ) + 1) * (window.rate_hz / FINE_HZ)
    weights = ndimage.spline_filter1d(x, 3, axis=0, mode="mirror")
    # The same curve as scipy's CubicSpline away from the ends, ten times as fast.
    axes = [
        ndimage.map_coordinates(axis, at[None], order=3, mode="mirror", prefilter=False)
        for axis in np.ascontiguousarray(weights.T)
    ]
    return np.column_stack(axes)


def _along(acc: Floats, direction: Floats) -> Floats:
    """Component of every row along a direction that need not have unit length."""
    norm = np.maximum(np.linalg.norm(direction, axis=1), 1e-9)
    return np.asarray(np.sum(acc * direction, axis=1) / norm, dtype=np.float64)


def _up_of_gyro(acc: Floats, gyro_dps: Floats) -> Floats:
    """Unit vector up in the sensor's axes at every sample, shape (n, 3), from both sensors."""
    found = vqf.offlineVQF(
        np.ascontiguousarray(np.radians(gyro_dps)), np.ascontiguousarray(acc), None, 1 / FINE_HZ
    )
    w, x, y, z = np.asarray(found["quat6D"], dtype=np.float64).T
    return np.column_stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])


def across(vertical: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors across a unit vector, each shape (3,), in an arbitrary direction."""
    helper = np.eye(3)[int(np.argmin(np.abs(vertical)))]
    first = np.cross(vertical, helper)
    first /= max(float(np.linalg.norm(first)), 1e-9)
    return first, np.cross(vertical, first)
