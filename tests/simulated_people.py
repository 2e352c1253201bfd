"""People nobody tuned anything on: simulated, seeded, at the rates sensors have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sensing.core.samples import Recording
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.make import simulate
from sensing.simulation.options import Options

RATES_HZ = (52.0, 104.0, 208.0, 104.0, 208.0, 416.0, 100.0, 208.0)


def cohort(
    exercise: str, n: int, *, seed: int = 100, idealised: bool = False
) -> Iterator[tuple[Recording, dict[str, Any]]]:
    """Recordings of ``n`` people doing an exercise, accelerometer only, with their truth."""
    for each in range(seed, seed + n):
        rate_hz = RATES_HZ[each % len(RATES_HZ)]
        options = Options(
            exercise=exercise, seed=each, rate_hz=rate_hz, gyro=False, idealised=idealised
        )
        made = simulate(options)
        yield recording_of(Columns(acc=made.acc_g, t_s=made.samples_t_s)), dict(made.truth)
