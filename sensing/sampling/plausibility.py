"""Whether valid numbers can be what a sensor on a leg measured.

A working sensor never repeats itself on all axes, and at rest it feels gravity and nothing else:
the norm of the quietest seconds shows a wrong unit, a wrong column, or gravity taken out.
"""

from __future__ import annotations

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import G_MPS2, Floats
from sensing.sampling.columns import Columns

# Constants, chosen by hand; not fitted. Error limits are wide so that no working sensor is refused.

_STUCK_S = 5.0
"""s; an axis frozen this long while the others move is broken. Larger: short faults pass; smaller:
a coarse converter at rest is refused."""
_MOVING_G = 0.1
"""g, SD of the other axes that is movement. Larger and smaller as above."""
_REST_OK = (0.7, 1.4)
"""g; norm at rest of a sensor that may need calibration but is not wrong. Wider: wrong units pass;
a smaller span: badly trimmed sensors are refused."""
_REST_NOTE = (0.93, 1.07)
"""g; outside there is a note, as heights are off in proportion. A smaller span: more notes; a
larger one: errors of 7 % and more go unnoticed."""
_UNIT_SHARE = (0.85, 1.15)
"""Norm at rest, in units of gravity in another unit, that is this unit …"""
_UNIT_SHARE_MOVING = (0.7, 2.2)
"""… and the median norm of a recording without rest. Larger spans: plausible recordings are
refused; smaller ones: wrong units pass."""
_MOVING_OK = 2.5
"""Largest median norm, in gravity, of a recording without rest. Larger and smaller likewise."""
_NO_GRAVITY = 0.3
"""Norm at rest below which gravity has been taken out. Larger: poor sensors are refused with the
wrong reason; smaller: noise passes for gravity."""
_QUIETEST = 0.1
"""Share of the seconds taken as the quietest. Larger: movement mixed in; smaller: one second
decides."""
_QUIET = 0.05
"""SD of the norm, in gravity, of a quiet second. Larger: slow movement counts as rest; smaller:
noisy sensors never rest."""


def check_alive(columns: Columns, rate_hz: float) -> None:
    """Refuse zeros, a frozen sensor, and an axis that is stuck throughout or while others move.

    Raises:
        RecordingError: with the axis and where it begins.
    """
    acc = columns.acc
    if not acc.any():
        raise RecordingError(
            "acceleration is zero throughout",
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
            f"{columns.acc_names[axis]} is {acc[0, axis] + 0.0:g} throughout: the axis is stuck",
            where=columns.where,
            remedy="record again; two axes are not enough",
        )
    for axis in range(3):
        _check_stretches(columns, axis, rate_hz)


def _check_stretches(columns: Columns, axis: int, rate_hz: float) -> None:
    """Refuse an axis that freezes for seconds while the other two move."""
    acc = columns.acc
    scale = 1.0 if columns.acc_unit == "g" else 1 / G_MPS2
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
                remedy="record again; two axes are not enough",
            )


def check_rest(columns: Columns, rate_hz: float, notes: list[str]) -> None:
    """Compare the norm at rest with the stated unit; a small error becomes a note.

    Raises:
        RecordingError: another unit, no gravity, or far off.
    """
    in_g = columns.acc_unit == "g"
    one = 1.0 if in_g else G_MPS2
    rest, quiet = _norm_at_rest(columns.acc, rate_hz, one)
    names = ", ".join(columns.acc_names)
    unit = "g" if in_g else "m/s²"
    seen = f"{names} have a norm of {rest:.4g} at rest"
    for name, value, cure in _UNITS:
        low, high = _UNIT_SHARE if quiet else _UNIT_SHARE_MOVING
        most = _REST_OK[1] if quiet else _MOVING_OK
        if low * value <= rest <= high * value and not _REST_OK[0] <= rest / one <= most:
            raise RecordingError(
                f"{seen}, which is {name}, not {unit}", where=columns.where, remedy=cure
            )
    if not quiet:
        return
    if rest < _NO_GRAVITY * one:
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
            f"the norm at rest is {rest / one:.3f} g instead of 1: heights are off in proportion"
        )


_UNITS: tuple[tuple[str, float, str], ...] = (
    ("g", 1.0, "name the columns ax_g, ay_g, az_g"),
    ("m/s²", G_MPS2, "name the columns ax_mps2, ay_mps2, az_mps2"),
    ("milli-g", 1000.0, "divide by 1000 and name the columns ax_g, ay_g, az_g"),
)
"""Fixed: unit, gravity in it, and remedy."""


def _norm_at_rest(acc: Floats, rate_hz: float, one: float) -> tuple[float, bool]:
    """Norm in the quietest seconds and True if they are quiet; else the median norm and False."""
    norm = np.sqrt(acc[:, 0] ** 2 + acc[:, 1] ** 2 + acc[:, 2] ** 2)
    width = max(4, int(rate_hz))
    rows = norm[: len(norm) // width * width].reshape(-1, width)
    if len(rows) == 0:
        return float(np.median(norm)), False
    mean, spread = np.mean(rows, axis=1), np.std(rows, axis=1)
    still = spread <= np.quantile(spread, _QUIETEST)
    rest = float(np.median(mean[still]))
    if float(np.max(spread[still])) <= _QUIET * max(rest, one):
        return rest, True
    return float(np.median(norm)), False
