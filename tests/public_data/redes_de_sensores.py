"""Starkx12/Redes_de_sensores at 9a6d4c2d: double-leg calf raises, sensor taped to the ankle.

Layout as seen: ``Trabajo de asignatura/Extracción_de_datos/Datasets/N/Puntillas.ID.csv`` with the
columns timestamp (ms), accX … accZ (g), gyrX … gyrZ (°/s); 50 Hz. Each recording is 30 raises, as
the authors state. Recordings 01, 03, 05, 08 and 09 are not used here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import signal

from tests.public_data.labelled import Array, Labelled, one_file, table

TAKES = (2, 4, 6, 7, 10)
RAISES = 30
COLUMNS = ["timestamp", "accX", "accY", "accZ", "gyrX", "gyrY", "gyrZ"]


def recordings(clone: Path) -> Iterator[Labelled]:
    """The five recordings."""
    for take in TAKES:
        values = table(one_file(clone, f"**/Datasets/{take}/Puntillas.*.csv"), COLUMNS)
        t_s = (values[:, 0] - values[0, 0]) / 1000
        gyro_dps = values[:, 4:]
        labels = {
            "kind": "reps",
            "exercise": "double-leg-calf-raise",
            "reps_n": RAISES,
            "tops_s": [round(float(top), 4) for top in tops(t_s, gyro_dps)],
            "placement": "ankle",
        }
        name = f"raises-{take:02d}"
        yield Labelled("real-ankle", name, t_s, values[:, 1:4], gyro_dps, labels)


def tops(t_s: Array, gyro_dps: Array) -> Array:
    """Instants (k,) at which the shank's own angle turns, from t_s (n,) and gyro_dps (n, 3).

    The angle is the gyro's main axis integrated and kept between 0.15 and 3 Hz. In every recording
    the sensor's z axis turns positively on the way up, which settles the angle's sign.
    """
    rate_hz = 1 / float(np.median(np.diff(t_s)))
    rates = gyro_dps - np.median(gyro_dps, axis=0)
    main = np.linalg.svd(rates - rates.mean(axis=0), full_matrices=False)[2][0]
    main *= np.sign(main[2]) or 1
    band = signal.butter(2, [0.15, 3], "bandpass", fs=rate_hz, output="sos")
    angle = signal.sosfiltfilt(band, np.cumsum(rates @ main) / rate_hz)
    least = 0.4 * float(np.percentile(np.abs(angle), 95))
    peaks, _ = signal.find_peaks(angle, prominence=least, distance=round(0.6 * rate_hz))
    turning: Array = t_s[peaks]
    return turning
