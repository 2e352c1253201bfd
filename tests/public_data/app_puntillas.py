"""chesusar/app-puntillas at fd5b1726: slow calf raises, sensor in an ankle band.

Layout as seen: ``…/Datos_finales/medida1_ace.csv`` (g) and ``medida1_gyro.csv`` (°/s), columns x, y
and z, one line for each time the board was asked. It was asked more often than the sensor measures,
so a line that repeats the one before in both files is the same sample. There is no clock: 95 Hz is
assumed, the rate at which the gyro's angle fits the tilt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.public_data.labelled import Labelled, NotThisDataSetError, one_file, table

RATE_HZ = 95
RAISES = 28


def recordings(clone: Path) -> Iterator[Labelled]:
    """The one recording used."""
    acc_g = table(one_file(clone, "**/Datos_finales/medida1_ace.csv"), ["x", "y", "z"])
    gyro_dps = table(one_file(clone, "**/Datos_finales/medida1_gyro.csv"), ["x", "y", "z"])
    if len(acc_g) != len(gyro_dps):
        raise NotThisDataSetError("'medida1_ace.csv' and 'medida1_gyro.csv' differ in length")
    both = np.hstack([acc_g, gyro_dps])
    both = both[np.concatenate([[True], np.any(np.diff(both, axis=0) != 0, axis=1)])]
    labels = {
        "kind": "reps",
        "exercise": "double-leg-calf-raise",
        "reps_n": RAISES,
        "placement": "ankle",
        "note": "rate assumed (92-96 Hz fits gyro and tilt)",
    }
    t_s = np.arange(len(both)) / RATE_HZ
    yield Labelled("real-ankle", "raises-band-1", t_s, both[:, :3], both[:, 3:], labels)
