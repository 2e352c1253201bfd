"""What raises look like to a sensor at the ankle: people beside the simulation.

``python -m tests.raise_shapes [FOLDER]`` measures the recordings of people in FOLDER/real-ankle (by
default ``../shared/recordings``) and as many simulated people, by the same rules, and prints the
quantities in which a simulation could be easier than people are. Only the tops of the raises are
taken from labels; everything else comes from the signal, so that what is compared is comparable.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.signal import butter, find_peaks, sosfiltfilt

from sensing.core.units import G_MPS2, Floats
from sensing.simulation.make import simulate
from sensing.simulation.options import Options
from tests import scoring

GRID_HZ = 100.0
SEEDS = range(60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A recording of raises in figures; medians over its reps unless told otherwise.

    Attributes:
        lean_deg: swing of the shank by the gyro.
        one_axis: share of the shank's rotation that is about one axis.
        by_gravity: rate of lean by gravity over that by the gyro; above 1, lean and the ankle's
            acceleration forwards add up.
        rise_m: rise by |f| − g.
        rise_per_lean: vertical velocity over rate of lean, m/rad.
        follows: R² of that.
        up_s, down_s: from 10 to 90 % of the lean, and back.
        top_s: above 90 % of it.
        period_s, period_cv: from top to top, and its variation.
        landing_g, landing_p90_g: largest |f| from a top to the next raise.
        shake_up_mg, shake_down_mg: |f| above 3 Hz while raising and lowering, RMS.
        first_rep: lean of the first rep against the median.
    """

    lean_deg: float
    one_axis: float
    by_gravity: float
    rise_m: float
    rise_per_lean: float
    follows: float
    up_s: float
    down_s: float
    top_s: float
    period_s: float
    period_cv: float
    landing_g: float
    landing_p90_g: float
    shake_up_mg: float
    shake_down_mg: float
    first_rep: float


def measure(t_s: Floats, acc_g: Floats, gyro_dps: Floats, tops_s: list[float]) -> Shape:
    """A set of raises in figures.

    Args:
        t_s: time of each sample, shape (n,).
        acc_g: specific force, shape (n, 3).
        gyro_dps: angular rate, shape (n, 3).
        tops_s: tops of the raises; none: by the peaks of the lean.
    """
    grid = np.arange(t_s[0], t_s[-1], 1 / GRID_HZ)
    acc, gyro = (
        np.column_stack([np.interp(grid, t_s, x[:, k]) for k in range(3)])
        for x in (acc_g, gyro_dps)
    )
    inside = slice(None)
    if tops_s:
        a, b = np.searchsorted(grid, [tops_s[0] - 1, tops_s[-1] + 1])
        inside = slice(int(a), int(b))
    band = _filtered(np.radians(gyro), (0.15, 5.0), "bandpass")
    values, axes = np.linalg.eigh(np.cov(band[inside].T))
    rate = band @ axes[:, -1]
    lean = _filtered(np.cumsum(rate) / GRID_HZ, 0.15, "highpass")
    slow = _filtered(acc, 4.0, "lowpass")
    force = np.linalg.norm(slow, axis=1)
    force = (force - np.median(force)) * G_MPS2
    speed = _filtered(np.cumsum(_filtered(force, 0.12, "highpass")) / GRID_HZ, 0.12, "highpass")
    if (rate[inside] * speed[inside]).sum() < 0:
        rate, lean = -rate, -lean
    k = (rate[inside] * speed[inside]).sum() / (rate[inside] ** 2).sum()
    together = np.corrcoef(rate[inside], speed[inside])[0, 1]

    if tops_s:
        tops = np.searchsorted(grid, tops_s)
    else:
        tops, _ = find_peaks(lean, prominence=np.percentile(lean, 95) * 0.6, distance=50)
    tops = np.clip(tops, 1, len(grid) - 2)
    beat = int(np.median(np.diff(tops)))
    reach = min(beat // 4, int(0.6 * GRID_HZ))
    tops = np.array([_best(lean, t - reach, t + reach) for t in tops])
    edges = [max(0, tops[0] - beat), *tops, min(len(grid) - 1, tops[-1] + beat)]
    low = [_best(-lean, a, b) for a, b in pairwise(edges)]

    up = slow / np.linalg.norm(slow, axis=1)[:, None]
    by_gravity = _filtered(np.gradient(up, axis=0) * GRID_HZ, (0.15, 5.0), "bandpass")
    by_gyro = np.cross(up, band)
    ratio = np.sqrt((by_gravity[inside] ** 2).sum() / (by_gyro[inside] ** 2).sum())
    norm = np.linalg.norm(acc, axis=1)
    quick = _filtered(norm, 3.0, "highpass") * 1000
    height = np.cumsum(speed) / GRID_HZ

    swing, rise, ups, downs, stays, landing, shake_up, shake_down = ([] for _ in range(8))
    for before, top, after in zip(low[:-1], tops, low[1:], strict=True):
        if top - before < 5 or after - top < 5:
            continue
        swing.append(lean[top] - (lean[before] + lean[after]) / 2)
        rise.append(height[before : after + 1].max() - height[[before, after]].min())
        ups.append(_crossing(lean, before, top))
        downs.append(_crossing(lean[::-1], len(lean) - 1 - after, len(lean) - 1 - top))
        level = lean[top] - 0.1 * swing[-1]
        stays.append((lean[before:after] > level).sum() / GRID_HZ)
        landing.append(norm[top : after + int(0.3 * GRID_HZ)].max())
        shake_up.append(quick[before:top].std())
        shake_down.append(quick[top:after].std())
    return Shape(
        lean_deg=float(np.degrees(np.median(swing))),
        one_axis=float(values[-1] / values.sum()),
        by_gravity=float(ratio),
        rise_m=float(np.median(rise)),
        rise_per_lean=float(k),
        follows=float(together**2),
        up_s=float(np.median(ups)),
        down_s=float(np.median(downs)),
        top_s=float(np.median(stays)),
        period_s=float(np.median(np.diff(tops))) / GRID_HZ,
        period_cv=float(np.std(np.diff(tops)) / np.mean(np.diff(tops))),
        landing_g=float(np.median(landing)),
        landing_p90_g=float(np.percentile(landing, 90)),
        shake_up_mg=float(np.median(shake_up)),
        shake_down_mg=float(np.median(shake_down)),
        first_rep=float(swing[0] / np.median(swing)),
    )


def _filtered(
    x: Floats, hz: float | tuple[float, float], kind: Literal["bandpass", "highpass", "lowpass"]
) -> Floats:
    sos = butter(2, hz, kind, fs=GRID_HZ, output="sos")
    return np.asarray(sosfiltfilt(sos, x, axis=0), dtype=np.float64)


def _best(x: Floats, a: int, b: int) -> int:
    a = max(0, a)
    return a + int(np.argmax(x[a : b + 1]))


def _crossing(lean: Floats, low: int, high: int) -> float:
    """Time from 10 to 90 % of the way, s: the last stay below, then the first arrival above."""
    way = (lean[low : high + 1] - lean[low]) / (lean[high] - lean[low])
    arrives = int(np.argmax(way > 0.9))
    below = np.flatnonzero(way[: arrives + 1] < 0.1)
    return (arrives - (int(below[-1]) if len(below) else 0)) / GRID_HZ


def people(folder: Path) -> Iterator[tuple[str, Shape]]:
    """The labelled recordings of people."""
    for path in scoring.recordings(folder, "raises-*"):
        recording, truth = scoring.load(path)
        whole = recording.blocks[0]
        assert whole.gyro_dps is not None
        t_s = whole.t0_s + (whole.start + np.arange(len(whole))) / whole.rate_hz
        yield (
            path.name.removesuffix(".csv.gz"),
            measure(t_s, whole.acc_mps2 / G_MPS2, whole.gyro_dps, truth.get("tops_s", [])),
        )


def simulated(*, idealised: bool = False) -> Iterator[tuple[str, Shape]]:
    """As many simulated people as there are seeds."""
    for seed in SEEDS:
        options = Options(
            exercise="double-leg-calf-raise",
            seed=seed,
            rate_hz=100.0,
            fidgets=0,
            idealised=idealised,
        )
        made = simulate(options)
        assert made.gyro_dps is not None
        tops_s = [(rep["top_s"] + rep["lower_s"]) / 2 for rep in made.truth["reps"]]
        yield f"{seed}", measure(made.samples_t_s, made.acc_g, made.gyro_dps, tops_s)


QUANTITIES = {
    "lean_deg": "lean of the shank, °",
    "one_axis": "share of its rotation about one axis",
    "by_gravity": "rate of lean by gravity over that by the gyro",
    "rise_m": "rise by force, m",
    "rise_per_lean": "rise per lean, m/rad",
    "follows": "R² of that",
    "up_s": "up, 10–90 %, s",
    "down_s": "down, 90–10 %, s",
    "top_s": "above 90 %, s",
    "period_s": "period, s",
    "period_cv": "its variation",
    "landing_g": "landing, largest force, g",
    "landing_p90_g": "the hardest tenth, g",
    "shake_up_mg": "force above 3 Hz, raising, mg",
    "shake_down_mg": "force above 3 Hz, lowering, mg",
    "first_rep": "lean of the first rep against the median",
}


def comparison(folder: Path) -> Iterator[str]:
    """People beside the simulation, as in ``docs/validation.md``, line by line."""
    real = [shape for _, shape in people(folder / "real-ankle")]
    made = [shape for _, shape in simulated()]
    model = [shape for _, shape in simulated(idealised=True)]
    cells = "sixty simulated: least · interquartile range · most | idealised, median"
    yield f"| quantity | six people | {cells} |"
    yield "|---|---|---|---|"
    for name, words in QUANTITIES.items():
        own, simulated_, ideal = (
            np.array([getattr(shape, name) for shape in shapes]) for shapes in (real, made, model)
        )
        least, low, high, most = map(_shown, np.percentile(simulated_, [0, 25, 75, 100]))
        yield (
            f"| {words} | {_shown(own.min())}–{_shown(own.max())} "
            f"| {least} · {low}–{high} · {most} | {_shown(float(np.median(ideal)))} |"
        )


def _shown(value: float) -> str:
    digits = 0 if value >= 20 else 1 if value >= 3 else 2 if value >= 0.2 else 3
    return f"{value:.{digits}f}"


def main(folder: Path) -> None:
    """Print each recording of people, and the comparison."""
    table = Table(title="Raises at the ankle, people by recording", title_justify="left")
    table.add_column("")
    real = list(people(folder / "real-ankle"))
    for name, _ in real:
        table.add_column(name, justify="right")
    for name, words in QUANTITIES.items():
        table.add_row(words, *(_shown(getattr(shape, name)) for _, shape in real))
    Console(width=140).print(table)
    print("\n".join(comparison(folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/recordings"))
