"""From columns of numbers to a checked :class:`~sensing.core.samples.Recording`.

Every reader ends here, so that every file is checked for the same things in the same order: valid
numbers, increasing time, length, outliers, axes that respond, the stated unit, gaps, clipping. What
makes a recording unusable is refused with one line that says what and where; the rest becomes a
note.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.samples import Recording
from sensing.core.units import G_MPS2, Bools, Floats
from sensing.sampling.clipping import find_clipped
from sensing.sampling.clock_fit import Grid, fit_even, fit_stamps
from sensing.sampling.columns import Columns
from sensing.sampling.outliers import find_outliers, without
from sensing.sampling.plausibility import check_alive, check_rest
from sensing.sampling.resampling import to_grid

# Constants: limits of what is read; judgement, not fitted.
SHORTEST_S = 1.0
"""s; no exercise fits into less. Larger: short sets are refused; smaller: nothing can be found."""
LONGEST_S = 12 * 3600.0
"""s; longer than any session: nearly always a wrong unit of time. Larger: such a file is
analysed, with nonsense as the result; smaller: a long day is refused."""
SLOWEST_HZ, FASTEST_HZ = 10.0, 4000.0
"""Hz; slower can't show a raise; faster is no wearable sensor. Wider: wrong units of time pass;
smaller: real sensors are refused."""
_MOST_LOST = 0.9
"""Share of lost samples beyond which nothing is left to analyse; judgement. Larger: scraps are
analysed; smaller: recordings with one long gap are refused."""
_RATE_DIFFERS = 0.02
"""A rate that was given and differs by more from the measured one is worth a note; cheap sensors
are within 1 %. Larger: a mistyped rate goes unnoticed; smaller: ordinary sensors get a note."""


def recording_of(columns: Columns) -> Recording:
    """Check what a reader found and put it on the grid.

    Raises:
        RecordingError: it is unusable; the message says what is wrong, where, and what to do.
    """
    notes = list(columns.notes)
    n = len(columns.acc)
    if n < 2:
        raise RecordingError(
            "no samples" if n == 0 else "only one sample",
            where=columns.where,
            remedy="record for longer",
        )
    _check_finite(columns)
    grids = _grids(columns, notes)
    scale = 1.0 if columns.acc_unit == "g" else 1 / G_MPS2
    outlier = find_outliers(columns.acc * scale, columns.gyro_dps, columns.range_g)
    columns = _without(columns, outlier, notes)
    rate_hz = _overall_rate(grids)
    _check_loss(grids, columns)
    check_alive(columns, rate_hz)
    check_rest(columns, rate_hz, notes)
    clipped, range_g = find_clipped(columns.acc * scale, columns.range_g)
    gyro = _working_gyro(columns, notes)
    factor = G_MPS2 if columns.acc_unit == "g" else 1.0
    blocks = tuple(to_grid(g, columns.acc * factor, gyro, clipped, outlier) for g in grids)
    first, last = blocks[0], blocks[-1]
    duration_s = last.time_s(len(last)) - first.time_s(0)
    between = [after.t0_s - before.time_s(len(before)) for before, after in pairwise(blocks)]
    bridged = sum(int(np.sum(b.lost)) for b in blocks)
    lost = bridged + sum(max(0, round(gap_s * rate_hz)) for gap_s in between)
    return Recording(
        blocks=blocks,
        rate_hz=rate_hz,
        duration_s=duration_s,
        samples=n,
        lost_samples=lost,
        clipped_samples=int(np.sum(clipped)),
        range_g=range_g,
        notes=tuple(notes),
    )


def _without(columns: Columns, outlier: Bools, notes: list[str]) -> Columns:
    """The columns with straight lines in place of outliers."""
    count = int(np.sum(outlier))
    if count == 0:
        return columns
    what = "sample is an outlier and is" if count == 1 else "samples are outliers and are"
    notes.append(f"{count} {what} treated as lost")
    gyro = columns.gyro_dps
    return replace(
        columns,
        acc=without(columns.acc, outlier),
        gyro_dps=None if gyro is None else without(gyro, outlier),
    )


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
                remedy="leave the row out: a gap in time is treated as lost data",
            )


def _grids(columns: Columns, notes: list[str]) -> list[Grid]:
    n = len(columns.acc)
    if columns.t_s is None:
        if columns.rate_hz is None:
            raise RecordingError(
                "there is no time column",
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
    _check_rate(measured, columns.where, "check the time column")
    given = columns.rate_hz
    if given is not None and abs(given / measured - 1) > _RATE_DIFFERS:
        notes.append(
            f"the given rate of {given:g} Hz is not used: the time stamps show {measured:.2f} Hz"
        )
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
    """Unit, and how many of it make a second, in which this step would be a usual period."""
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
            f"{span_s / 3600:.1f} hours long; the longest allowed is {LONGEST_S / 3600:.0f}",
            where=columns.where,
            remedy="cut it down to the session",
        )
    if span_s < SHORTEST_S:
        raise RecordingError(
            f"only {len(columns.acc)} samples in {span_s:.3g} s",
            where=columns.where,
            remedy=f"record for at least {SHORTEST_S:g} s",
        )


def _check_loss(grids: list[Grid], columns: Columns) -> None:
    """Refuse what would be mostly interpolated."""
    on_grid, arrived = sum(len(g) for g in grids), len(columns.acc)
    if on_grid > arrived / (1 - _MOST_LOST):
        raise RecordingError(
            f"{on_grid - arrived} of {on_grid} samples are missing",
            where=columns.where,
            remedy="record again closer to the sensor, or check the time column",
        )


def _overall_rate(grids: list[Grid]) -> float:
    """Rate of the whole recording, Hz: that of its blocks, weighted by length."""
    samples = sum(len(g) for g in grids)
    return samples / sum(len(g) / g.rate_hz for g in grids)


def _working_gyro(columns: Columns, notes: list[str]) -> Floats | None:
    gyro = columns.gyro_dps
    if gyro is not None and (np.ptp(gyro, axis=0) == 0).any():
        notes.append("an axis of the gyro never changes; the gyro is not used")
        return None
    return gyro
