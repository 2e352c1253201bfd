"""Marpino/Walking-dataset at 4458e4a9: 18 people walking, a sensor on each shank, 100 Hz.

Layout as documented in its ``Documentation.txt``; the workbooks are binary and were not seen when
this was written: ``Dataset/GROUP/NAME.xlsx``, one table with named columns. Sensor 2 is the right
shank, sensor 5 the left; ``Acc_read_x_2`` … in 1/10,000 g, ``Gyro_read_x_2`` … in 1/100 °/s.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.public_data.labelled import Labelled, NotThisDataSetError, one_file
from tests.public_data.workbook import rows_of

RATE_HZ = 100
ACC_PER_G = 10_000
GYRO_PER_DPS = 100
SENSORS = {"left": 5, "right": 2}
FOLDERS = {"additional": "Additional/Disability", "elderly": "Elderly", "young": "Young"}
PEOPLE = (
    "additional_Disability1",
    *(f"elderly_20180403_{n}" for n in (10, 3, 8, 9)),
    *(f"elderly_20180417_{n}" for n in (2, 3, 4, 5)),
    *(f"young_20180518_{n}" for n in (1, 2, 3, 4, 5, 6, 8)),
    *(f"young_20180621_{n}" for n in (1, 2)),
)


def recordings(clone: Path) -> Iterator[Labelled]:
    """Both shanks of each person."""
    for person in PEOPLE:
        group, _, name = person.partition("_")
        path = one_file(clone, f"Dataset/{FOLDERS[group]}/{name}.xlsx")
        rows = rows_of(path)
        for side, sensor in SENSORS.items():
            values = _columns(path, rows, sensor)
            labels = {
                "kind": "none",
                "what": "walking with turns and stands",
                "placement": "ankle (shank)",
            }
            yield Labelled(
                "real-ankle",
                f"walk-{person.lower()}-{side}",
                np.arange(len(values)) / RATE_HZ,
                values[:, :3] / ACC_PER_G,
                values[:, 3:] / GYRO_PER_DPS,
                labels,
            )


def _columns(path: Path, rows: list[dict[int, str]], sensor: int) -> np.ndarray[tuple[int, int]]:
    """Acceleration and gyro (n, 6) of one sensor, in the workbook's own units, to its last row."""
    names = [f"{what}_read_{axis}_{sensor}" for what in ("Acc", "Gyro") for axis in "xyz"]
    remaining = iter(rows)
    for row in remaining:
        places = {text.strip(): column for column, text in row.items()}
        if all(name in places for name in names):
            break
    else:
        raise NotThisDataSetError(f"'{path.name}' has no column '{names[0]}'")
    values = []
    for row in remaining:
        cells = [row.get(places[name], "") for name in names]
        if not all(cells):
            break  # a sensor that stopped before the others
        values.append(cells)
    try:
        return np.array(values, dtype=float).reshape(len(values), len(names))
    except ValueError:
        raise NotThisDataSetError(f"'{path.name}' holds something other than numbers") from None
