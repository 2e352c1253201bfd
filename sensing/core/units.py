"""Constants and types that all rooms share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

G_MPS2 = 9.80665
"""Standard gravity, m/s² (CGPM 1901)."""
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
