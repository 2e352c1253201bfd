"""A labelled recording, how it is written, and how a data set's own files are read."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STANDARD_GRAVITY_MPS2 = 9.80665


class NotThisDataSetError(Exception):
    """The folder lacks a file of the data set, or a file of it has another layout."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One recording of one sensor with what is known about it.

    ``t_s`` (n,) seconds; ``acc_g`` (n, 3) specific force, g; ``gyro_dps`` (n, 3) °/s or None.
    ``folder`` is where the scoreboard looks for it; without ``labels`` no JSON is written.
    """

    folder: str
    name: str
    t_s: Array
    acc_g: Array
    gyro_dps: Array | None = None
    labels: dict[str, Any] = field(default_factory=dict)
    time_decimals: int = 4


def save(recording: Labelled, output: Path) -> None:
    """Write ``FOLDER/NAME.csv.gz`` and ``FOLDER/NAME.json`` below ``output``."""
    folder = output / recording.folder
    folder.mkdir(parents=True, exist_ok=True)
    names = ["t_s", "ax_g", "ay_g", "az_g"]
    formats = [f"%.{recording.time_decimals}f", *["%.4f"] * 3]
    columns = [recording.t_s[:, None], recording.acc_g]
    if recording.gyro_dps is not None:
        names += ["gx_dps", "gy_dps", "gz_dps"]
        formats += ["%.2f"] * 3
        columns.append(recording.gyro_dps)
    with gzip.open(folder / f"{recording.name}.csv.gz", "wt", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        np.savetxt(file, np.hstack(columns), fmt=",".join(formats))
    if recording.labels:
        text = json.dumps({"name": recording.name, **recording.labels}, ensure_ascii=False)
        (folder / f"{recording.name}.json").write_text(text + "\n", encoding="utf-8")


def one_file(clone: Path, pattern: str) -> Path:
    """The one file of the clone that matches the pattern."""
    found = sorted(clone.glob(pattern))
    if not found:
        raise NotThisDataSetError(f"'{pattern}' is missing")
    return found[0]


def text_of(path: Path) -> str:
    """A text file's content."""
    if path.read_bytes()[:24] == b"version https://git-lfs.":
        raise NotThisDataSetError(f"'{path.name}' is only a pointer; run 'git lfs pull' in it")
    return path.read_text(encoding="utf-8-sig", errors="replace")


def table(path: Path, columns: list[str], delimiter: str = ",") -> Array:
    """The named columns (n, len(columns)) of a delimited file whose first line is its header."""
    lines = csv.reader(text_of(path).splitlines(), delimiter=delimiter)
    header = [name.strip() for name in next(lines, [])]
    missing = [name for name in columns if name not in header]
    if missing:
        raise NotThisDataSetError(f"'{path.name}' has no column '{missing[0]}'")
    places = [header.index(name) for name in columns]
    return numbers(path, ([line[i] for i in places] for line in lines if len(line) == len(header)))


def numbers(path: Path, rows: Iterator[list[str]]) -> Array:
    """Rows of text as numbers (n, columns); none at all is not the data set's file."""
    try:
        values = np.array([[float(value) for value in row] for row in rows])
    except (TypeError, ValueError):  # a cell that is missing, or no number
        raise NotThisDataSetError(f"'{path.name}' holds something other than numbers") from None
    if len(values) < 2:
        raise NotThisDataSetError(f"'{path.name}' holds no samples")
    return values
