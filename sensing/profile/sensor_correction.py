"""A sensor's own errors, and samples with them taken out.

What is read is f = (1 + S)·a + b: each axis has a bias and a gain of its own and hears a little of
the other two. What was found of that at rest is a :class:`SensorFit`; ``corrected`` undoes it. The
product is written out axis by axis, so that a sample's result never depends on which other samples
stood in the same chunk (a BLAS product does, in its last bits).

A sample that was at the end of its range stays flagged, corrected or not: what it should have been
is not known. So does one that was lost.
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
    """One sensor's errors, found at rest.

    Attributes:
        bias_mps2: what it reads without any force, m/s².
        matrix: symmetric, nearly the unit matrix; true = matrix · (read − bias).
        gyro_bias_dps: what the gyro reads without turning, °/s; None without a gyro.
        positions: rest positions it was found from.
        residual_before_mg: RMS of |read| − 1 g over them, mg.
        residual_after_mg: the same corrected. From six positions it is small whatever the truth;
            the next two are the ones to trust.
        checked_mg: RMS over those positions that could be foretold from the others, mg; None if
            there were none to spare.
        expected_mg: RMS of the norm's error to be expected over all orientations (1 sd), mg.
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
    """The same samples without the sensor's errors; the very same object if none are known."""
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
