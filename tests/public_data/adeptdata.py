"""``acc_running`` of the R package adeptdata 1.1 (GPL-3): one adult running, sensor on the shoe.

The package stores R's own binary format, so R exports it first (``docs/validation.md`` has the
line). Layout as documented: ``acc_running.csv`` with the columns loc_id, date_time, x, y and z (g),
100 Hz; 150,000 rows a sensor. The first 12.5 minutes of ``left_ankle`` are used; that it is the
first half is inferred from the recording, which begins at rest and ends in mid-run.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.public_data.labelled import Labelled, NotThisDataSetError, numbers, one_file, text_of

RATE_HZ = 100
DURATION_S = 750
COLUMNS = ("loc_id", "x", "y", "z")


def recordings(clone: Path) -> Iterator[Labelled]:
    """The one recording."""
    path = one_file(clone, "acc_running.csv")
    lines = csv.DictReader(text_of(path).splitlines())
    missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise NotThisDataSetError(f"'{path.name}' has no column '{missing[0]}'")
    ankle = ([line[axis] for axis in "xyz"] for line in lines if line["loc_id"] == "left_ankle")
    acc_g = numbers(path, ankle)
    samples = RATE_HZ * DURATION_S
    if len(acc_g) < samples:
        raise NotThisDataSetError(f"'{path.name}' has fewer than {samples} rows of left_ankle")
    yield Labelled("real", "ankle-running", np.arange(samples) / RATE_HZ, acc_g[:samples])
