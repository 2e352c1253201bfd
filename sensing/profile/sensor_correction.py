"""A sensor's errors, and samples corrected for them.

A reading is f = (1 + S)·a + b: each axis has a bias, a gain and a little of the other two.
:class:`SensorFit` holds what was measured of that at rest; ``corrected`` removes it. The product is
written out by axis, so that a sample's result does not depend on its chunk (the last bits of a BLAS
product do). Clipped and lost samples stay flagged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.samples import Samples
from sensing.core.units import Floats

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFit:
    """One sensor's errors, measured at rest.

    Attributes:
        bias_mps2: its reading without any force, m/s².
        matrix: symmetric, nearly the unit matrix; true = matrix · (read − bias).
        gyro_bias_dps: the gyro's reading at rest, °/s; None without a gyro.
        positions: number of rest positions used.
        residual_before_mg: RMS of |read| − 1 g over them, mg.
        residual_after_mg: the same corrected; always small with only six positions.
        checked_mg: RMS over positions predicted from the others, mg; None without spare ones.
        expected_mg: expected RMS error of the norm over all orientations (1 SD), mg.
    """

    bias_mps2: Vector
    matrix: Matrix
    gyro_bias_dps: Vector | None
    positions: int
    residual_before_mg: float
    residual_after_mg: float
    checked_mg: float | None
    expected_mg: float


def corrected(samples: Samples, fit: SensorFit | None) -> Samples:
    """The samples without the sensor's errors; the same object if none are known."""
    if fit is None:
        return samples
    gyro = samples.gyro_dps
    if gyro is not None and fit.gyro_bias_dps is not None:
        gyro = gyro - np.asarray(fit.gyro_bias_dps)
    return replace(samples, acc_mps2=_undone(samples.acc_mps2, fit), gyro_dps=gyro)


def _undone(acc_mps2: Floats, fit: SensorFit) -> Floats:
    x, y, z = (acc_mps2[:, i] - fit.bias_mps2[i] for i in range(3))
    out = np.empty_like(acc_mps2)
    for i, (a, b, c) in enumerate(fit.matrix):
        out[:, i] = a * x + b * y + c * z
    return out
