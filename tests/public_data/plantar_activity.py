"""louizoom/DataChallenge-Plantar-Activity: eight people, insoles in both shoes, 100 Hz.

Layout as seen: ``DataChallenge_donneesGlobales/Plantar_activity_trie/Snn/Sequence_nn/insoles.csv``
with named columns for each foot (16 pressures in N/cm², axes in g and °/s, total force in N), and
``…/Events/Snn/Sequence_nn/classif.csv`` with the activities; both separated by semicolons.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.public_data.labelled import (
    Array,
    Labelled,
    NotThisDataSetError,
    one_file,
    table,
    text_of,
)

SEQUENCES = {
    "real-shoe": {
        "S03": (5,),
        "S04": (1, 2, 3, 4, 10),
        "S11": (1, 2, 6, 8),
        "S16": (4, 7, 9),
        "S20": (9,),
        "S28": (2,),
    },
    "real-shoe-more": {"S21": (4, 5, 6), "S23": (3,)},
}
ON_N, OFF_N = 40.0, 25.0
# A heel is off the ground where the foot bears more than this and the four rearmost cells together
# no more than that. Worked out from one sequence (S03-05, both feet), whose spans it reproduces.
FOOT_LOADED_N = 50.0
HEEL_UNLOADED_N_PER_CM2 = 1.0
HEEL_CELLS = (1, 2, 3, 4)


def recordings(clone: Path) -> Iterator[Labelled]:
    """Both feet of every sequence."""
    for folder, people in SEQUENCES.items():
        for person, numbers in people.items():
            for number in numbers:
                where = f"{person}/Sequence_{number:02d}"
                insoles = one_file(clone, f"*/Plantar_activity*/{where}/insoles.csv")
                activities = _activities(one_file(clone, f"*/Events/{where}/classif.csv"))
                for side in ("left", "right"):
                    yield _foot(insoles, folder, f"{person}-{number:02d}", side, activities)


def _foot(
    insoles: Path, folder: str, sequence: str, side: str, activities: list[dict[str, Any]]
) -> Labelled:
    columns = ["Time"]
    columns += [f"{side} acceleration {axis}[g]" for axis in "XYZ"]
    columns += [f"{side} angular {axis}[dps]" for axis in "XYZ"]
    columns += [f"{side} total force[N]"]
    columns += [f"{side} pressure {cell}[N/cm²]" for cell in HEEL_CELLS]
    values = table(insoles, columns, ";")
    t_s, force_n, heel = values[:, 0], values[:, 7], values[:, 8:].sum(axis=1)
    labels = {
        "person": sequence[:3],
        "side": side,
        "placement": "shoe",
        "nominal_rate_hz": 100,
        "activities": activities,
        "contacts": contacts(t_s, force_n),
        "heel_off": heel_off(t_s, force_n, heel, activities),
    }
    name = f"{sequence}-{side}"
    return Labelled(folder, name, t_s, values[:, 1:4], values[:, 4:7], labels, time_decimals=3)


def _activities(path: Path) -> list[dict[str, Any]]:
    """Spans of the activities, named in lower case."""
    # The header names five columns and the lines hold six values: the class number comes twice.
    lines = list(csv.reader(text_of(path).splitlines(), delimiter=";"))
    try:
        return [
            {
                "start_s": round(float(line[-3]), 3),
                "end_s": round(float(line[-1]), 3),
                "what": line[0].strip().lower(),
            }
            for line in lines[1:]
            if line
        ]
    except (ValueError, IndexError):
        raise NotThisDataSetError(f"'{path.name}' does not hold spans of activities") from None


def contacts(t_s: Array, force_n: Array) -> list[dict[str, float]]:
    """Loaded phases: on through 40 N, off through 25 N, from t_s (n,) and force_n (n,).

    Both instants are interpolated between samples. A phase that has begun before the recording, or
    that outlasts it, is left out.
    """
    found = []
    start_s: float | None = None
    loaded = bool(force_n[0] >= ON_N)
    for i in range(1, len(force_n)):
        if not loaded and force_n[i] >= ON_N:
            loaded, start_s = True, _crossing(t_s, force_n, i, ON_N)
        elif loaded and force_n[i] < OFF_N:
            loaded = False
            if start_s is not None:
                end_s = _crossing(t_s, force_n, i, OFF_N)
                found.append({"contact_s": start_s, "takeoff_s": end_s})
    return found


def _crossing(t_s: Array, force_n: Array, i: int, level_n: float) -> float:
    part = (level_n - force_n[i - 1]) / (force_n[i] - force_n[i - 1])
    return round(float(t_s[i - 1] + part * (t_s[i] - t_s[i - 1])), 4)


def heel_off(
    t_s: Array, force_n: Array, heel: Array, activities: list[dict[str, Any]]
) -> list[dict[str, float]]:
    """The longest stretch with an unloaded heel in each spell of standing on tiptoes."""
    up = (force_n > FOOT_LOADED_N) & (heel <= HEEL_UNLOADED_N_PER_CM2)
    spans = _runs(t_s, up)
    found = []
    for activity in activities:
        if activity["what"] != "standing on tiptoes":
            continue
        near = [(a, b) for a, b in spans if a < activity["end_s"] and b > activity["start_s"]]
        if near:
            start_s, end_s = max(near, key=lambda span: span[1] - span[0])
            found.append({"start_s": round(start_s, 3), "end_s": round(end_s, 3)})
    return found


def _runs(t_s: Array, true: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """[start, end) of the stretches that are true, s."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(int)))
    last = len(t_s) - 1
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(float(t_s[a]), float(t_s[min(b, last)])) for a, b in pairs]
