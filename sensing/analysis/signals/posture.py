"""The signals of hold detection, on a coarse grid: which way is up, and how fast it turns.

Positions are held for seconds and reached in a third of one, so 45–90 samples a second are enough:
a window is low-passed and thinned to that once. What follows does not depend on the sensor's rate.

Up, in the sensor's axes, comes from a 6-axis orientation filter where there is a gyro (VQF, Laidig
& Seel 2023, Information Fusion 91:187, run both ways), else from the low-passed accelerometer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vqf import offlineVQF

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Bools, Floats

# Constants, chosen by hand; not fitted.

_COARSEST_HZ = 45.0
"""Hz; grid rates lie between this and twice it, so that tremor up to 12 Hz stays well inside.
Larger: slower; smaller: tremor is cut off."""
_KEPT_HZ = 18.0
"""Hz; low-pass before thinning. Larger: aliasing; smaller: tremor is cut off."""
_GRAVITY_HZ = 1.0
"""Hz; low-pass that makes gravity of the accelerometer alone, slower than a step. Larger: steps
tilt it; smaller: changes of position are blurred."""
_TURN_HZ = 6.0
"""Hz; low-pass before the accelerometer alone gives the rate of turn. Larger: jolts pass for turns;
smaller: quick turns look slow."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the grid, [first, last) in grid positions, fractions allowed.

    Attributes:
        cut_first: it was in progress when the window began.
        cut_last: it was still in progress when the window ended.
    """

    first: float
    last: float
    cut_first: bool = False
    cut_last: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """A window on the coarse grid.

    Attributes:
        t0_s: time of the first grid sample on the recording's clock, s.
        rate_hz: grid rate, Hz.
        acc_mps2: specific force, low-passed, shape (n, 3), m/s².
        up: up in the sensor's axes, unit vectors, shape (n, 3).
        rate_dps: angular rate in the sensor's axes, shape (n, 3), °/s: the gyro's with its bias
            removed, or that of ``up`` without a gyro, which cannot see turns about the vertical.
        has_gyro: whether a gyro was used.
        lost: where samples were lost and straight lines replace them, shape (n,).
    """

    t0_s: float
    rate_hz: float
    acc_mps2: Floats
    up: Floats
    rate_dps: Floats
    has_gyro: bool
    lost: Bools

    def __len__(self) -> int:
        return len(self.acc_mps2)

    @property
    def turn_dps(self) -> Floats:
        """Magnitude of the angular rate, °/s, shape (n,)."""
        return np.asarray(np.linalg.norm(self.rate_dps, axis=1), dtype=np.float64)

    def time_s(self, k: float) -> float:
        """Time of grid position ``k``, s."""
        return self.t0_s + k / self.rate_hz


def posture(window: Samples) -> Posture:
    """Put a window of any length on the coarse grid, shapes as in :class:`Posture`."""
    step = max(1, int(window.rate_hz / _COARSEST_HZ))
    rate_hz = window.rate_hz / step
    acc = _thin(window.acc_mps2, window.rate_hz, step)
    t0_s = window.time_s(0)
    cells = np.arange(0, len(window), step)
    lost = np.logical_or.reduceat(window.lost, cells) if len(cells) else window.lost
    if len(acc) < 2:
        none = np.zeros_like(acc)
        return Posture(t0_s, rate_hz, acc, _direction(acc), none, has_gyro=False, lost=lost)
    if window.gyro_dps is None:
        up = _direction(zero_phase(acc, rate_hz, _GRAVITY_HZ))
        fast = _direction(zero_phase(acc, rate_hz, _TURN_HZ))
        turn = np.cross(np.gradient(fast, axis=0) * rate_hz, fast)
        return Posture(t0_s, rate_hz, acc, up, np.rad2deg(turn), has_gyro=False, lost=lost)
    gyro = np.deg2rad(_thin(window.gyro_dps, window.rate_hz, step))
    found = offlineVQF(gyro, np.ascontiguousarray(acc), None, 1 / rate_hz, None)
    up = _up_of(found["quat6D"])
    turn = np.rad2deg(gyro - found["bias"])
    return Posture(t0_s, rate_hz, acc, up, turn, has_gyro=True, lost=lost)


def runs(mask: Bools) -> list[tuple[int, int]]:
    """Stretches [first, last) where ``mask``, shape (n,), is true, in order."""
    padded = np.concatenate([[False], mask, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _thin(x: Floats, rate_hz: float, step: int) -> Floats:
    """Every ``step``-th sample after a low-pass for the coarser grid."""
    if step == 1:
        return np.ascontiguousarray(x)
    return np.ascontiguousarray(zero_phase(np.ascontiguousarray(x), rate_hz, _KEPT_HZ)[::step])


def _direction(x: Floats) -> Floats:
    size = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.where(size > 0, size, 1.0), dtype=np.float64)


def _up_of(quaternion: Floats) -> Floats:
    """Third row of the rotation matrix: the world's up seen from the sensor."""
    w, x, y, z = quaternion.T
    return np.stack(
        [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z], axis=1
    )
