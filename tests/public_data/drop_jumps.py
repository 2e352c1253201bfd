"""jforsyth/ENGR315-sp2026-student at 8a915af1: drop jumps of one person beside a force plate.

Layout as seen in an earlier copy of the same course data: ``data/drop-jump/accel/AccelN.csv`` with
named columns (epoch in ms, axes in g, about 397 Hz) and ``data/drop-jump/force-plate/FPN.txt``,
comma-separated without a header, 1000 lines a second, vertical force (N) in the ninth column.
The two are not synchronised.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.public_data.labelled import (
    Array,
    Labelled,
    NotThisDataSetError,
    numbers,
    one_file,
    table,
    text_of,
)

JUMPS = (1, 2, 3, 4, 5)
COLUMNS = ["epoch (ms)", "x-axis (g)", "y-axis (g)", "z-axis (g)"]
PLATE_RATE_HZ = 1000
LOADED_N = 20
SHORTEST_CONTACT_S = 0.1


def recordings(clone: Path) -> Iterator[Labelled]:
    """The five jumps."""
    for jump in JUMPS:
        values = table(one_file(clone, f"data/drop-jump/accel*/Accel{jump}.csv"), COLUMNS)
        index = np.arange(len(values))
        # The epochs are whole milliseconds; the line through them is the sensor's own clock.
        step_s = float(np.polyfit(index, values[:, 0] - values[0, 0], 1)[0]) / 1000
        t_s = np.asarray(index * step_s, dtype=np.float64)
        contact_s, flight_s = contact_and_flight(plate_force(clone, jump))
        labels = {
            "kind": "jump",
            "exercise": "drop-jump",
            "contact_time_s": contact_s,
            "flight_time_s": flight_s,
            "placement": "not stated; gravity's direction says the foot",
        }
        yield Labelled("real-ankle", f"drop-jump-{jump:02d}", t_s, values[:, 1:], labels=labels)


def plate_force(clone: Path, jump: int) -> Array:
    """Vertical force (n,), N, with the plate's own offset in it."""
    path = one_file(clone, f"data/drop-jump/force-plate/FP{jump}.txt")
    rows = [line.split(",") for line in text_of(path).splitlines() if line.strip()]
    if any(len(row) < 9 for row in rows):
        raise NotThisDataSetError(f"'{path.name}' has fewer than nine columns")
    return numbers(path, ([row[8]] for row in rows))[:, 0]


def contact_and_flight(force_n: Array) -> tuple[float, float]:
    """(contact time, flight time), s, of the first contact in force_n (n,) at 1000 Hz."""
    unloaded = float(np.median(force_n[: PLATE_RATE_HZ // 2]))
    loaded = np.concatenate([[False], force_n > unloaded + LOADED_N, [False]])
    edges = np.flatnonzero(np.diff(loaded.astype(int)))
    starts, stops = edges[::2], edges[1::2]
    long = stops - starts >= SHORTEST_CONTACT_S * PLATE_RATE_HZ
    starts, stops = starts[long], stops[long]
    if len(starts) < 2:
        raise NotThisDataSetError("a force plate file shows no jump with a landing after it")
    contact, flight = stops[0] - starts[0], starts[1] - stops[0]
    return float(contact) / PLATE_RATE_HZ, float(flight) / PLATE_RATE_HZ
