"""The table layouts of other programs, and how they are read.

A layout says which columns hold time, acceleration and angular rate, and in which units. Everything
else (separators, decimal commas, files cut off, bad cells) is the same for all and is done by
``sensing/files/tables/number_columns`` and ``sensing/sampling/columns``. Column names are compared
without case, blanks and quotes, and with ² written as ^2. If a program writes the gyro to a file of
its own, that file is looked for beside the recording (in its folder, or in the same zip) and
interpolated at the accelerometer's times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Floats
from sensing.files.tables.number_columns import Rows, Table, open_table, read_rows
from sensing.files.tables.text_lines import Lines
from sensing.sampling.columns import Columns
from sensing.sampling.resampling import gyro_at

_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.:,](\d{1,6}))?\s*$")
_DEGREES = re.compile(r"\([^a-z()]{1,3}/s\)")
_DAY_S = 86400.0

_OVERLAP_S = 0.25
"""Times that a program interpolated may overlap the next packet by this much, s."""

Beside = Callable[[str], BinaryIO | None]
"""Opens the file of this name beside the recording; None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The layout of one program's table.

    Attributes:
        name: value of ``--input-format``.
        program: its name as shown to the user.
        time: possible names of the time column; the first that exists is used (for a time of day,
            the first that has one).
        time_scale_s: its unit, s; 0 for a time of day (12:34:56.789).
        acc: possible names of each axis, x, y, z.
        acc_scale: factor to ``acc_unit``.
        acc_unit: "g" or "mps2".
        gyro: the same for the gyro, in this table or in its own file.
        gyro_scale: factor to °/s.
        gyro_beside: name of the gyro's own file, given the recording's, or None.
        batched: times may repeat, because they are rounded or shared by a packet, and run back a
            little where the program interpolated them.
        time_once_a_packet: only the first row of each packet has a time.
        nan_at_end: the last rows may be NaN, because one sensor stopped before the other.
    """

    name: str
    program: str
    time: tuple[str, ...]
    time_scale_s: float = 1.0
    acc: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    acc_scale: float = 1.0
    acc_unit: str = "g"
    gyro: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | None = None
    gyro_scale: float = 1.0
    gyro_beside: Callable[[str], str | None] = lambda _: None
    batched: bool = False
    time_once_a_packet: bool = False
    nan_at_end: bool = False

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header has this program's columns."""
        return _found(header, self.acc) is not None and bool(self._times_at(header))

    def _times_at(self, header: Sequence[str]) -> list[int]:
        names = [plain_name(each) for each in header]
        return [names.index(name) for name in self.time if name in names]

    def read(self, table: Table, beside: Beside, name: str) -> Columns:
        """The columns of a recording.

        Args:
            table: it is used up.
            beside: opens the files beside the recording.
            name: the recording's file name.

        Raises:
            RecordingError: a column is missing or a cell is wrong; names line and column.
        """
        table.loose = True
        table.nan_allowed = self.nan_at_end
        acc_at = _found(table.header, self.acc)
        times_at = self._times_at(table.header)
        if acc_at is None or not times_at:
            raise RecordingError(
                f"the columns are not those of {self.program}",
                where=table.where,
                remedy="leave out --input-format, or name the right program",
            )
        inside = None if self.gyro in (None, self.acc) else self.gyro
        gyro_in = (None if inside is None else _found(table.header, inside)) or []
        has_converter = self.time_scale_s == 0 or self.time_once_a_packet
        wanted = [*acc_at, *gyro_in, *([] if has_converter else times_at[:1])]
        reads = float_or_nan if self.time_once_a_packet else seconds_of_day
        rows = read_rows(
            table, wanted, converters=dict.fromkeys(times_at, reads) if has_converter else {}
        )
        n = _used(rows.numbers)
        if n == 0:
            raise RecordingError(
                "there are no rows below the header",
                where=table.where,
                remedy="record again, or export again",
            )
        numbers = rows.numbers[:n]
        if self.time_once_a_packet:
            raw_t = _of_packets(rows.converted[:n, 0], table)
        elif has_converter:
            raw_t = _of_days(rows.converted[:n], rows, table)
        else:
            raw_t = numbers[:, -1]
        t_s = raw_t if self.time_scale_s == 1 else (raw_t - raw_t[0]) * (self.time_scale_s or 1.0)
        gyro = numbers[:, 3:6] * self.gyro_scale if gyro_in else None
        notes = [*table.notes, f"read as a recording by {self.program}"]
        if gyro is None and self.gyro is not None:
            gyro, remark = self._gyro_beside(beside, name, t_s, float(raw_t[0]))
            notes += [remark] if remark else []
        return Columns(
            acc=numbers[:, :3] * self.acc_scale,
            acc_unit=self.acc_unit,
            t_s=_monotonic(t_s) if self.batched else t_s,
            gyro_dps=gyro,
            where=table.where,
            place=lambda row: f"{table.where}, line {rows.line_of(row)}",
            batched=self.batched,
            notes=tuple(notes),
        )

    def _gyro_beside(
        self, beside: Beside, recording: str, t_s: Floats, origin: float
    ) -> tuple[Floats | None, str]:
        """The gyro from its own file, if there is one, and a remark if it can't be used."""
        name = self.gyro_beside(recording)
        stream = None if name in (None, recording) else beside(str(name))
        if self.gyro is None or name is None or stream is None:
            return None, ""
        with stream:
            table = open_table(Lines(stream, name), is_header=self._is_gyro)
            table.loose = True
            table.nan_allowed = self.nan_at_end
            at = _found(table.header, self.gyro)
            times_at = self._times_at(table.header)
            if at is None or not times_at:
                return None, f"{name} has no gyro columns, so the gyro is left out"
            rows = read_rows(table, [times_at[0], *at]).numbers
        rows = rows[: _used(rows)]
        if len(rows) < 2:
            return None, f"{name} is empty, so the gyro is left out"
        gyro_t_s = t_s[0] + np.maximum.accumulate((rows[:, 0] - origin) * self.time_scale_s)
        return gyro_at(t_s, gyro_t_s, rows[:, 1:] * self.gyro_scale)

    def _is_gyro(self, header: list[str]) -> bool:
        return self.gyro is not None and _found(header, self.gyro) is not None


def plain_name(name: str) -> str:
    """A column's name in lower case, without blanks and quotes, with plain signs."""
    plain = "".join(name.lower().replace("²", "^2").split()).strip('"')
    return _DEGREES.sub("(deg/s)", plain)


def _found(header: Sequence[str], axes: Sequence[tuple[str, ...]]) -> list[int] | None:
    """Positions of x, y and z, or None if one is missing."""
    names = [plain_name(each) for each in header]
    out = []
    for axis in axes:
        here = next((names.index(name) for name in axis if name in names), None)
        if here is None:
            return None
        out.append(here)
    return out


def _used(numbers: Floats) -> int:
    """Number of rows up to the last that has no NaN."""
    whole = np.flatnonzero(np.isfinite(numbers).all(axis=1))
    return int(whole[-1]) + 1 if len(whole) else 0


def _monotonic(t_s: Floats) -> Floats:
    """Times that never run back: one that is ahead of a later one is set back to it."""
    steady = np.minimum.accumulate(t_s[::-1])[::-1]
    return steady if float(np.max(t_s - steady)) <= _OVERLAP_S else t_s


def float_or_nan(text: str) -> float:
    """A number, or NaN for anything else."""
    try:
        return float(text)
    except ValueError:
        return np.nan


def seconds_of_day(text: str) -> float:
    """12:34:56.789, with or without a date before it, in s; NaN for anything else."""
    match = _CLOCK.search(text)
    if match is None:
        return np.nan
    hours, minutes, seconds, fraction = match.groups()
    whole_s = 3600.0 * int(hours) + 60.0 * int(minutes) + int(seconds)
    return whole_s + (float(f"0.{fraction}") if fraction else 0.0)


def _of_packets(stamps: Floats, table: Table) -> Floats:
    """Times of packets spread over their samples, one median period apart, in the file's unit."""
    firsts = np.flatnonzero(np.isfinite(stamps))
    if len(firsts) < 2 or firsts[0] != 0:
        raise RecordingError(
            "fewer than two packets have a time",
            where=table.where,
            remedy="record for longer, or export again",
        )
    period = float(np.median(np.diff(stamps[firsts]) / np.diff(firsts)))
    row = np.arange(len(stamps))
    first = firsts[np.searchsorted(firsts, row, side="right") - 1]
    return np.asarray(stamps[first] + period * (row - first))


def _of_days(columns: Floats, rows: Rows, table: Table) -> Floats:
    """Times of day, s, from the first column that has one, continued past midnight."""
    said = np.isfinite(columns[0])
    times_s = columns[:, int(np.argmax(said))]
    known = np.isfinite(times_s)
    if not known.all():
        raise RecordingError(
            "there is no time of day in this row",
            where=f"{table.where}, line {rows.line_of(int(np.argmin(known)))}",
            remedy="write the time as 12:34:56.789, or in seconds",
        )
    nights = np.cumsum(np.diff(times_s, prepend=times_s[0]) < -_DAY_S / 2)
    return np.asarray(times_s + _DAY_S * nights)
