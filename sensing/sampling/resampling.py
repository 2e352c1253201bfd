"""Samples on their grid: gaps bridged by straight lines and flagged, drift interpolated away.

:mod:`sensing.sampling.clock_fit` says where on the grid every sample belongs.
"""

from __future__ import annotations

import numpy as np

from sensing.core.samples import Samples
from sensing.core.units import Bools, Floats
from sensing.sampling.clock_fit import GAP_PERIODS, Grid

# Constants, chosen by hand; not fitted.

UNEVEN_GAP_PERIODS = 3.0
"""Periods between samples of an uneven stream from which data were lost: steps of over 1.5 are
usual where a program reads the sensor when it finds time. Larger: loss is interpolated; smaller:
usual steps are flagged as lost."""
_GYRO_EDGE_S = 0.25
"""s by which the gyro may start later, or end sooner, than the accelerometer. Larger: its ends are
made of one value; smaller: it is left out more often."""
_GYRO_COVERS = 0.98
"""Share of the samples the gyro must cover. Larger: left out more often; smaller: its values are
interpolated over gaps."""


def to_grid(
    grid: Grid, acc: Floats, gyro: Floats | None, clipped: Bools, outlier: Bools
) -> Samples:
    """One block's samples on its grid, gaps bridged by straight lines and flagged.

    Args:
        grid: of the block.
        acc: acceleration of the whole recording, shape (n, 3), m/s².
        gyro: angular rate, shape (n, 3), °/s, or None.
        clipped: shape (n,).
        outlier: shape (n,); ``acc`` and ``gyro`` have straight lines in their place.
    """
    part = slice(grid.first, grid.last)
    n = len(grid)
    lost: Bools = np.ones(n, dtype=np.bool_)
    lost[grid.index] = False
    hit: Bools = np.zeros(n, dtype=np.bool_)
    hit[grid.index[clipped[part]]] = True
    absurd: Bools = np.zeros(n, dtype=np.bool_)
    absurd[grid.index[outlier[part]]] = True
    even = None if grid.place is None else _even_places(grid.place, n)

    def on_grid(x: Floats) -> Floats:
        x = x[part]
        if even is not None:
            return _straight(x, even) if grid.uneven else _cubic(x, even)
        if len(x) == n:
            return np.ascontiguousarray(x)
        out = np.empty((n, x.shape[1]))
        out[grid.index] = x
        gaps = np.flatnonzero(lost)
        for axis in range(x.shape[1]):
            out[gaps, axis] = np.interp(gaps, grid.index, x[:, axis])
        return out

    if even is not None:
        longest = UNEVEN_GAP_PERIODS if grid.uneven else GAP_PERIODS
        lost = _far_from_samples(grid.place, n, longest) if grid.place is not None else lost
    return Samples(
        start=0,
        t0_s=grid.t0_s,
        rate_hz=grid.rate_hz,
        acc_mps2=on_grid(acc),
        gyro_dps=None if gyro is None else on_grid(gyro),
        lost=lost | absurd,
        clipped=hit & ~absurd,
        outlier=absurd if absurd.any() else None,
    )


def _even_places(place: Floats, n: int) -> Floats:
    """Positions of the grid points 0 … n-1 in the sequence of samples, shape (n,)."""
    return np.interp(np.arange(n), place, np.arange(len(place)))


def _far_from_samples(place: Floats, n: int, longest: float) -> Bools:
    """Grid points in a gap of over ``longest`` periods, without a sample within half of one."""
    grid = np.arange(n)
    right = np.searchsorted(place, grid).clip(1, len(place) - 1)
    gap = place[right] - place[right - 1]
    near = np.minimum(np.abs(place[right] - grid), np.abs(grid - place[right - 1]))
    return np.asarray((gap > longest) & (near > 0.5), dtype=np.bool_)


def _straight(x: Floats, at: Floats) -> Floats:
    """Straight lines between rows of ``x``, at fractional rows ``at``."""
    rows = np.arange(len(x))
    return np.column_stack([np.interp(at, rows, x[:, axis]) for axis in range(x.shape[1])])


def _cubic(x: Floats, at: Floats) -> Floats:
    """Catmull–Rom interpolation of rows of ``x`` (Catmull & Rom 1974) at fractional rows ``at``."""
    i = np.clip(at.astype(np.int64), 0, max(0, len(x) - 2))
    u = (at - i)[:, None]
    p0, p1 = x[np.maximum(i - 1, 0)], x[i]
    p2, p3 = x[np.minimum(i + 1, len(x) - 1)], x[np.minimum(i + 2, len(x) - 1)]
    return np.asarray(
        p1
        + 0.5 * u * (p2 - p0 + u * (2 * p0 - 5 * p1 + 4 * p2 - p3 + u * (3 * (p1 - p2) + p3 - p0))),
        dtype=np.float64,
    )


def gyro_at(t_s: Floats, gyro_t_s: Floats, gyro_dps: Floats) -> tuple[Floats | None, str]:
    """Angular rate at the times of the acceleration, interpolated linearly.

    Args:
        t_s: shape (n,), times of the acceleration, s, never decreasing.
        gyro_t_s: shape (m,), times of the gyro on the same clock, s, never decreasing.
        gyro_dps: shape (m, 3), °/s.

    Returns:
        Shape (n, 3), °/s, or None with a note if the gyro covers too little of the recording.
    """
    inside = (t_s >= gyro_t_s[0] - _GYRO_EDGE_S) & (t_s <= gyro_t_s[-1] + _GYRO_EDGE_S)
    if len(gyro_t_s) < 2 or np.mean(inside) < _GYRO_COVERS:
        return None, "the gyro covers only part of the recording and is not used"
    return np.column_stack([np.interp(t_s, gyro_t_s, gyro_dps[:, i]) for i in range(3)]), ""
