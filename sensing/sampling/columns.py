"""Columns of numbers: what every reader of a file, and the decoder of packets, ends with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sensing.core.units import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Columns that a reader found in a file, or that packets were decoded into.

    Attributes:
        acc: shape (n, 3), in ``acc_unit``.
        acc_unit: "g" or "mps2".
        t_s: shape (n,), stamps in seconds, or None if the file has none.
        gyro_dps: shape (n, 3), °/s, or None.
        rate_hz: rate to use if there are no stamps, Hz.
        range_g: the sensor's range if the file states it, g.
        where: the file, for messages.
        place: names row ``i`` for messages ("file.csv, line 12").
        acc_names: names of the acceleration columns in the file.
        batched: equal stamps are a batch written together rather than an error.
        notes: notes so far.
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
        """Position of row ``row`` in the file."""
        return self.place(row) if self.place else f"{self.where}, sample {row + 1}"
