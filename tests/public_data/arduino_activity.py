"""DavideSalvetti/arduino_activity_classification at c07394d7 (MIT): walking and running.

Layout as seen: ``misure/Misure_22_12/NAME.csv`` without a header, nine values a sample: axes (g),
axes of the gyro (°/s), two clock values that are not used, and milliseconds. The sensor was polled
at 45–94 Hz; the samples are laid on 100 Hz by linear interpolation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.public_data.labelled import Labelled, NotThisDataSetError, numbers, one_file, text_of

RATE_HZ = 100
FILES = {
    "Camminata_rotazione_dx_1": "walking",
    "Camminata_rotazione_dx_2": "walking",
    "Camminata_rotazione_dx_3": "walking",
    "Corsa_1": "running",
}
# Samples are recognised by their form, so that it does not matter how lines end or whether they do.
SAMPLE = re.compile(
    r"(-?\d\.\d+),(-?\d\.\d+),(-?\d\.\d+),(-?\d+\.\d+),(-?\d+\.\d+),(-?\d+\.\d+),"
    r"\d+,\d+,(\d+?)(?=-?\d\.\d|\s|$)"
)


def recordings(clone: Path) -> Iterator[Labelled]:
    """The four recordings."""
    for name, what in FILES.items():
        path = one_file(clone, f"misure/**/{name}.csv")
        values = numbers(path, ([*found.groups()] for found in SAMPLE.finditer(text_of(path))))
        since_s = (values[:, 6] - values[0, 6]) / 1000
        if np.any(np.diff(since_s) < 0):
            raise NotThisDataSetError(f"the clock of '{path.name}' runs backwards")
        t_s = np.arange(round(float(since_s[-1]) * 1000) * RATE_HZ // 1000 + 1) / RATE_HZ
        columns = np.stack([np.interp(t_s, since_s, values[:, i]) for i in range(6)], axis=1)
        labels = {"kind": "none", "what": what, "placement": "ankle"}
        yield Labelled(
            "real-ankle", f"move-{name.lower()}", t_s, columns[:, :3], columns[:, 3:], labels
        )
