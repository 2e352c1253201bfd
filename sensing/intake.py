"""From columns of numbers to a checked :class:`~sensing.samples.Take`.

Every reader ends here, so that every file is asked the same questions, in this order: are there
numbers, does time run, is it long enough, do the axes live, is the unit what the name says, was
anything lost or clipped. What can't be trusted is refused with one line that says what and where;
what can be, but is worth knowing, becomes a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sensing.clipping import find_clipped
from sensing.clock import Grid, fit_even, fit_stamps
from sensing.errors import RecordingError
from sensing.samples import Samples, Take
from sensing.units import G_MPS2, Bools, Floats

SHORTEST_S = 1.0
"""Nothing Anklet looks for fits into less."""

LONGEST_S = 12 * 3600.0
"""Longer than any session; what claims to be longer is nearly always a wrong unit of time."""

SLOWEST_HZ, FASTEST_HZ = 10.0, 4000.0
"""Rates below can't show a raise; rates above are not those of a wearable sensor."""

_STUCK_S = 5.0
"""An axis frozen for so long while the others move by …"""

_MOVING_G = 0.1
"""… this much (standard deviation, g) is broken, not still."""

_REST_OK = (0.7, 1.4)
"""Norm at rest, in g, of a sensor that may want calibration but is not wrong."""

_REST_NOTE = (0.93, 1.07)
"""Outside of this the person is told: heights follow it in proportion."""

_GYRO_EDGE_S = 0.25
"""A gyro may start so much later, or end so much sooner, than the accelerometer, …"""

_GYRO_COVERS = 0.98
"""… and must be there for this share of the samples."""

_MOST_LOST = 0.9
"""Beyond this share of lost samples nothing is left to analyse."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """What a reader found in a file.

    Attributes:
        acc: shape (n, 3), in ``acc_unit``.
        acc_unit: "g" or "mps2".
        t_s: shape (n,), stamps in seconds, or None if the file has none.
        gyro_dps: shape (n, 3), °/s, or None.
        rate_hz: rate to take if there are no stamps, Hz.
        range_g: the sensor's range if the file states it, g.
        where: the file, for messages.
        place: names row ``i`` of the data for messages ("file.csv, line 12").
        acc_names: the acceleration columns as the file calls them.
        batched: equal stamps are a batch written together rather than an error.
        notes: remarks so far.
    """

    acc: Floats
    acc_unit: str = "g"
    t_s: Floats | None = None
    gyro_dps: Floats | None = None
    rate_hz: float | None = None
    range_g: float | None = None
    where: str = ""
    place: Callable[[int], str] | None = None
    acc_names: tuple[str, str, str] = ("ax", "ay", "az")
    batched: bool = False
    notes: tuple[str, ...] = ()

    def at(self, row: int) -> str:
        """Where row ``row`` stands in the file."""
        return self.place(row) if self.place else f"{self.where}, sample {row + 1}"


def take_of(columns: Columns) -> Take:
    """Check what a reader found and lay it on the grid.

    Raises:
        RecordingError: it can't be trusted; the message says what is wrong, where, and what to do.
    """
    notes = list(columns.notes)
    n = len(columns.acc)
    if n < 2:
        raise RecordingError(
            "no samples at all" if n == 0 else "one sample only",
            where=columns.where,
            remedy="record for longer",
        )
    _check_finite(columns)
    grids = _grids(columns, notes)
    scale = 1.0 if columns.acc_unit == "g" else 1 / G_MPS2
    rate_hz = _overall_rate(grids)
    _check_loss(grids, columns)
    _check_alive(columns, scale, rate_hz)
    _check_rest(columns, rate_hz, notes)
    clipped, range_g = find_clipped(columns.acc * scale, columns.range_g)
    gyro = _living_gyro(columns, notes)
    factor = G_MPS2 if columns.acc_unit == "g" else 1.0
    blocks = tuple(_lay(g, columns.acc * factor, gyro, clipped) for g in grids)
    first, last = blocks[0], blocks[-1]
    duration_s = last.time_s(len(last)) - first.time_s(0)
    between = [after.t0_s - before.time_s(len(before)) for before, after in pairwise(blocks)]
    bridged = sum(int(np.sum(b.lost)) for b in blocks)
    lost = bridged + sum(max(0, round(hole_s * rate_hz)) for hole_s in between)
    return Take(
        blocks=blocks,
        rate_hz=rate_hz,
        duration_s=duration_s,
        samples=n,
        lost_samples=lost,
        clipped_samples=int(np.sum(clipped)),
        range_g=range_g,
        notes=tuple(notes),
    )


def gyro_at(t_s: Floats, gyro_t_s: Floats, gyro_dps: Floats) -> tuple[Floats | None, str]:
    """Angular rate at the samples of acceleration, by straight lines between its own.

    Args:
        t_s: shape (n,), times wanted, s, never falling.
        gyro_t_s: shape (m,), times of the gyro on the same clock, s, never falling.
        gyro_dps: shape (m, 3), °/s.

    Returns:
        Shape (n, 3), or None with a remark if the gyro covers too little of the recording.
    """
    inside = (t_s >= gyro_t_s[0] - _GYRO_EDGE_S) & (t_s <= gyro_t_s[-1] + _GYRO_EDGE_S)
    if len(gyro_t_s) < 2 or np.mean(inside) < _GYRO_COVERS:
        return None, "the gyro covers only part of the recording: it is left out"
    return np.column_stack([np.interp(t_s, gyro_t_s, gyro_dps[:, i]) for i in range(3)]), ""


def _check_finite(columns: Columns) -> None:
    named: list[tuple[str, Floats]] = [
        (name, columns.acc[:, i]) for i, name in enumerate(columns.acc_names)
    ]
    if columns.t_s is not None:
        named.insert(0, ("time", columns.t_s))
    if columns.gyro_dps is not None:
        named += [(f"gyro {axis}", columns.gyro_dps[:, i]) for i, axis in enumerate("xyz")]
    for name, values in named:
        good = np.isfinite(values)
        if not good.all():
            row = int(np.argmin(good))
            raise RecordingError(
                f"{name} is {values[row]}",
                where=columns.at(row),
                remedy="leave the row out: a hole in time is understood as lost data",
            )


def _grids(columns: Columns, notes: list[str]) -> list[Grid]:
    n = len(columns.acc)
    if columns.t_s is None:
        if columns.rate_hz is None:
            raise RecordingError(
                "there is no column of time",
                where=columns.where,
                remedy="add a column t_s in seconds, or give --rate HZ",
            )
        _check_rate(columns.rate_hz, columns.where, "give --rate in samples per second")
        _check_length(n / columns.rate_hz, columns)
        return fit_even(n, columns.rate_hz)
    t = columns.t_s
    _check_order(t, columns)
    span = float(t[-1] - t[0])
    typical = span / (n - 1)
    unit = _unit_of_time(float(np.median(np.diff(t))) or typical)
    if unit is not None and (span > LONGEST_S or typical > 1 / SLOWEST_HZ):
        raise RecordingError(
            f"time steps by {typical:.6g}, which looks like {unit[0]}, not seconds",
            where=columns.where,
            remedy=f"divide it by {unit[1]:.0f}",
        )
    _check_length(span, columns)
    grids = fit_stamps(t, where=columns.where)
    measured = _overall_rate(grids)
    _check_rate(measured, columns.where, "check the column of time")
    given = columns.rate_hz
    if given is not None and abs(given / measured - 1) > 0.02:
        notes.append(f"the rate given, {given:g} Hz, is not used: the stamps say {measured:.2f} Hz")
    return grids


def _check_order(t: Floats, columns: Columns) -> None:
    steps = np.diff(t)
    bad = steps < 0 if columns.batched else steps <= 0
    if not bad.any():
        return
    row = int(np.argmax(bad)) + 1
    if t[row] == t[row - 1]:
        raise RecordingError(
            f"time repeats ({t[row]:.6f} s twice)",
            where=columns.at(row),
            remedy="t_s must increase from row to row; write it with more decimals",
        )
    raise RecordingError(
        f"time runs backwards (from {t[row - 1]:.6f} to {t[row]:.6f} s)",
        where=columns.at(row),
        remedy="sort the rows, or cut the recording there if two were joined",
    )


def _unit_of_time(step: float) -> tuple[str, float] | None:
    """Unit, and how many make a second, in which this step would be a sensible period."""
    if SLOWEST_HZ <= 1 / step <= FASTEST_HZ:
        return None
    for name, per_second in (("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)):
        if 20 <= per_second / step <= 600:
            return name, per_second
    return None


def _check_rate(rate_hz: float, where: str, remedy: str) -> None:
    if not SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        raise RecordingError(
            f"{rate_hz:.4g} samples per second is not between {SLOWEST_HZ:g} and {FASTEST_HZ:g} Hz",
            where=where,
            remedy=remedy,
        )


def _check_length(span_s: float, columns: Columns) -> None:
    if span_s > LONGEST_S:
        raise RecordingError(
            f"{span_s / 3600:.1f} hours long, and {LONGEST_S / 3600:.0f} is the most",
            where=columns.where,
            remedy="cut out the session itself",
        )
    if span_s < SHORTEST_S:
        raise RecordingError(
            f"only {len(columns.acc)} samples over {span_s:.3g} s",
            where=columns.where,
            remedy=f"record for at least {SHORTEST_S:g} s",
        )


def _check_loss(grids: list[Grid], columns: Columns) -> None:
    """Refuse what would be mostly made up, before it is."""
    on_grid, arrived = sum(len(g) for g in grids), len(columns.acc)
    if on_grid > arrived / (1 - _MOST_LOST):
        raise RecordingError(
            f"{on_grid - arrived} of {on_grid} samples are missing",
            where=columns.where,
            remedy="record again, closer to the sensor, or check the column of time",
        )


def _overall_rate(grids: list[Grid]) -> float:
    """Rate of the whole recording, Hz: that of its blocks, weighed by their length."""
    samples = sum(len(g) for g in grids)
    return samples / sum(len(g) / g.rate_hz for g in grids)


def _check_alive(columns: Columns, scale: float, rate_hz: float) -> None:
    acc = columns.acc
    if not acc.any():
        raise RecordingError(
            "acceleration is zero all along",
            where=columns.where,
            remedy="the sensor was off, or these are the wrong columns",
        )
    frozen = np.ptp(acc, axis=0) == 0
    if frozen.all():
        raise RecordingError(
            "acceleration never changes, not even by noise",
            where=columns.where,
            remedy="the sensor was stuck; record again",
        )
    if frozen.any():
        axis = int(np.argmax(frozen))
        raise RecordingError(
            f"{columns.acc_names[axis]} is {acc[0, axis] + 0.0:g} all along: the axis is stuck",
            where=columns.where,
            remedy="record again; a figure from two axes of three could not be trusted",
        )
    for axis in range(3):
        _check_stretches(columns, axis, scale, rate_hz)


def _check_stretches(columns: Columns, axis: int, scale: float, rate_hz: float) -> None:
    """Refuse an axis that freezes for seconds while the other two move."""
    acc = columns.acc
    same = np.flatnonzero(np.diff(acc[:, axis]) != 0)
    edges = np.concatenate([[-1], same, [len(acc) - 1]])
    runs = np.diff(edges)
    for j in np.flatnonzero(runs >= _STUCK_S * rate_hz).tolist():
        a, b = int(edges[j]) + 1, int(edges[j + 1]) + 1
        others = np.delete(acc[a:b], axis, axis=1) * scale
        if np.min(np.std(others, axis=0)) > _MOVING_G:
            raise RecordingError(
                f"{columns.acc_names[axis]} is stuck at {acc[a, axis]:g} for "
                f"{(b - a) / rate_hz:.0f} s while the other axes move",
                where=columns.at(a),
                remedy="record again; a figure from two axes of three could not be trusted",
            )


def _check_rest(columns: Columns, rate_hz: float, notes: list[str]) -> None:
    """Compare the norm at rest with what the unit promises."""
    in_g = columns.acc_unit == "g"
    one = 1.0 if in_g else G_MPS2
    rest, quiet = _norm_at_rest(columns.acc, rate_hz, one)
    names = ", ".join(columns.acc_names)
    unit = "g" if in_g else "m/s²"
    seen = f"{names} have a norm of {rest:.4g} at rest"
    for name, value, cure in _UNITS:
        low, high = (0.85 * value, 1.15 * value) if quiet else (0.7 * value, 2.2 * value)
        if low <= rest <= high and not _REST_OK[0] <= rest / one <= (2.5, 1.4)[quiet]:
            raise RecordingError(
                f"{seen}, which is {name}, not {unit}", where=columns.where, remedy=cure
            )
    if not quiet:
        return
    if rest < 0.3 * one:
        raise RecordingError(
            f"{seen}: gravity has been taken out",
            where=columns.where,
            remedy="export acceleration with gravity (raw, or total acceleration)",
        )
    if not _REST_OK[0] <= rest / one <= _REST_OK[1]:
        raise RecordingError(
            f"{seen}, and {one:.4g} {unit} is expected",
            where=columns.where,
            remedy="check the columns and their unit, or calibrate the sensor",
        )
    if not _REST_NOTE[0] <= rest / one <= _REST_NOTE[1]:
        notes.append(
            f"the norm at rest is {rest / one:.3f} g instead of 1: heights are off by as much"
        )


_UNITS: Iterable[tuple[str, float, str]] = (
    ("g", 1.0, "name the columns ax_g, ay_g, az_g"),
    ("m/s²", G_MPS2, "name the columns ax_mps2, ay_mps2, az_mps2"),
    ("milli-g", 1000.0, "divide by 1000 and name the columns ax_g, ay_g, az_g"),
)


def _norm_at_rest(acc: Floats, rate_hz: float, one: float) -> tuple[float, bool]:
    """Norm in the quietest seconds, and whether those are really quiet (else: the median norm)."""
    norm = np.sqrt(acc[:, 0] ** 2 + acc[:, 1] ** 2 + acc[:, 2] ** 2)
    width = max(4, int(rate_hz))
    rows = norm[: len(norm) // width * width].reshape(-1, width)
    if len(rows) == 0:
        return float(np.median(norm)), False
    mean, spread = np.mean(rows, axis=1), np.std(rows, axis=1)
    still = spread <= np.quantile(spread, 0.1)
    rest = float(np.median(mean[still]))
    if float(np.max(spread[still])) <= 0.05 * max(rest, one):
        return rest, True
    return float(np.median(norm)), False


def _living_gyro(columns: Columns, notes: list[str]) -> Floats | None:
    gyro = columns.gyro_dps
    if gyro is not None and (np.ptp(gyro, axis=0) == 0).any():
        notes.append("an axis of the gyro never changes: the gyro is left out")
        return None
    return gyro


def _lay(grid: Grid, acc: Floats, gyro: Floats | None, clipped: Bools) -> Samples:
    """One block's samples on its grid, holes filled by straight lines and flagged."""
    part = slice(grid.first, grid.last)
    n = len(grid)
    lost: Bools = np.ones(n, dtype=np.bool_)
    lost[grid.index] = False
    hit: Bools = np.zeros(n, dtype=np.bool_)
    hit[grid.index[clipped[part]]] = True
    even = None if grid.place is None else _even_places(grid.place, n)

    def laid(x: Floats) -> Floats:
        x = x[part]
        if even is not None:
            return _straight(x, even) if grid.uneven else _cubic(x, even)
        if len(x) == n:
            return np.ascontiguousarray(x)
        out = np.empty((n, x.shape[1]))
        out[grid.index] = x
        holes = np.flatnonzero(lost)
        for axis in range(x.shape[1]):
            out[holes, axis] = np.interp(holes, grid.index, x[:, axis])
        return out

    if even is not None:
        lost = _far_from_samples(grid.place, n) if grid.place is not None else lost
    return Samples(
        start=0,
        t0_s=grid.t0_s,
        rate_hz=grid.rate_hz,
        acc_mps2=laid(acc),
        gyro_dps=None if gyro is None else laid(gyro),
        lost=lost,
        clipped=hit,
    )


def _even_places(place: Floats, n: int) -> Floats:
    """Where on the row of samples (0, 1, 2, …) the grid's points 0 … n-1 fall."""
    return np.interp(np.arange(n), place, np.arange(len(place)))


def _far_from_samples(place: Floats, n: int) -> Bools:
    """Grid points with no sample within 0.75 of a period on one side and a hole on the other."""
    grid = np.arange(n)
    right = np.searchsorted(place, grid).clip(1, len(place) - 1)
    gap = place[right] - place[right - 1]
    near = np.minimum(np.abs(place[right] - grid), np.abs(grid - place[right - 1]))
    return np.asarray((gap > 1.5) & (near > 0.5), dtype=np.bool_)


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
