"""What lies below 12 Hz: strides and raises both live there, so a window is filtered only once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Floats

# Constants, chosen by hand; not fitted.

KEPT_HZ = 12.0
"""Hz; low-pass before thinning to about 50 Hz: half that rate and less. Larger: aliasing, and
impacts outweigh the swing of a step; smaller: contacts are blurred."""


@lru_cache(maxsize=1)
def slow_motion(window: Samples) -> tuple[Floats, Floats | None]:
    """Specific force (m/s²) and angular rate (°/s, None without a gyro) below 12 Hz, shape (n, 3).

    The newest window's are remembered and read-only: one analysis after the other asks for them.
    """
    acc, gyro = window.acc_mps2, window.gyro_dps
    rows = acc if gyro is None else np.column_stack([acc, gyro])
    slow = zero_phase(rows, window.rate_hz, KEPT_HZ)
    slow.setflags(write=False)
    return slow[:, :3], None if gyro is None else slow[:, 3:]
