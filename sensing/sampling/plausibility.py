"""Whether numbers that are fine as numbers can be what a sensor on a leg measured.

A sensor that lives never repeats itself in all axes, and at rest it feels gravity and nothing else:
the norm of the quietest seconds tells a wrong unit, a wrong column, or gravity taken out.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import G_MPS2, Floats

_STUCK_S = 5.0
"""An axis frozen for so long while the others move by …"""

_MOVING_G = 0.1
"""… this much (standard deviation, g) is broken, not still."""

_REST_OK = (0.7, 1.4)
"""Norm at rest, in g, of a sensor that may want calibration but is not wrong."""

_REST_NOTE = (0.93, 1.07)
"""Outside of this the person is told: heights follow it in proportion."""


class Measured(Protocol):
    """What is asked about: :class:`sensing.sampling.columns.Columns` is one."""

    @property
    def acc(self) -> Floats:
        """Acceleration, shape (n, 3)."""

    @property
    def acc_unit(self) -> str:
        """Its unit, "g" or "mps2"."""

    @property
    def acc_names(self) -> tuple[str, str, str]:
        """The columns as the file calls them."""

    @property
    def where(self) -> str:
        """The file."""

    def at(self, row: int) -> str:
        """Where row ``row`` stands in the file."""


def check_alive(what: Measured, rate_hz: float) -> None:
    """Refuse zeros, a frozen sensor, and an axis that is stuck all along or while others move.

    Raises:
        RecordingError: with the axis and where it begins.
    """
    acc = what.acc
    if not acc.any():
        raise RecordingError(
            "acceleration is zero all along",
            where=what.where,
            remedy="the sensor was off, or these are the wrong columns",
        )
    frozen = np.ptp(acc, axis=0) == 0
    if frozen.all():
        raise RecordingError(
            "acceleration never changes, not even by noise",
            where=what.where,
            remedy="the sensor was stuck; record again",
        )
    if frozen.any():
        axis = int(np.argmax(frozen))
        raise RecordingError(
            f"{what.acc_names[axis]} is {acc[0, axis] + 0.0:g} all along: the axis is stuck",
            where=what.where,
            remedy="record again; a figure from two axes of three could not be trusted",
        )
    for axis in range(3):
        _check_stretches(what, axis, rate_hz)


def _check_stretches(what: Measured, axis: int, rate_hz: float) -> None:
    """Refuse an axis that freezes for seconds while the other two move."""
    acc = what.acc
    scale = 1.0 if what.acc_unit == "g" else 1 / G_MPS2
    same = np.flatnonzero(np.diff(acc[:, axis]) != 0)
    edges = np.concatenate([[-1], same, [len(acc) - 1]])
    runs = np.diff(edges)
    for j in np.flatnonzero(runs >= _STUCK_S * rate_hz).tolist():
        a, b = int(edges[j]) + 1, int(edges[j + 1]) + 1
        others = np.delete(acc[a:b], axis, axis=1) * scale
        if np.min(np.std(others, axis=0)) > _MOVING_G:
            raise RecordingError(
                f"{what.acc_names[axis]} is stuck at {acc[a, axis]:g} for "
                f"{(b - a) / rate_hz:.0f} s while the other axes move",
                where=what.at(a),
                remedy="record again; a figure from two axes of three could not be trusted",
            )


def check_rest(what: Measured, rate_hz: float, notes: list[str]) -> None:
    """Compare the norm at rest with what the unit promises; what is a little off is noted.

    Raises:
        RecordingError: it is another unit, has no gravity in it, or is far off.
    """
    in_g = what.acc_unit == "g"
    one = 1.0 if in_g else G_MPS2
    rest, quiet = _norm_at_rest(what.acc, rate_hz, one)
    names = ", ".join(what.acc_names)
    unit = "g" if in_g else "m/s²"
    seen = f"{names} have a norm of {rest:.4g} at rest"
    for name, value, cure in _UNITS:
        low, high = (0.85 * value, 1.15 * value) if quiet else (0.7 * value, 2.2 * value)
        if low <= rest <= high and not _REST_OK[0] <= rest / one <= (2.5, 1.4)[quiet]:
            raise RecordingError(
                f"{seen}, which is {name}, not {unit}", where=what.where, remedy=cure
            )
    if not quiet:
        return
    if rest < 0.3 * one:
        raise RecordingError(
            f"{seen}: gravity has been taken out",
            where=what.where,
            remedy="export acceleration with gravity (raw, or total acceleration)",
        )
    if not _REST_OK[0] <= rest / one <= _REST_OK[1]:
        raise RecordingError(
            f"{seen}, and {one:.4g} {unit} is expected",
            where=what.where,
            remedy="check the columns and their unit, or calibrate the sensor",
        )
    if not _REST_NOTE[0] <= rest / one <= _REST_NOTE[1]:
        notes.append(
            f"the norm at rest is {rest / one:.3f} g instead of 1: heights are off by as much"
        )


_UNITS: tuple[tuple[str, float, str], ...] = (
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
