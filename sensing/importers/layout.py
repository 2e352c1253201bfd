"""How the programs people record with write their tables, and how any of them is read.

A layout says which columns hold time, acceleration and angular rate and in which units; everything
else (separators, decimal commas, torn ends, bad cells) is the same for all and is done by
``sensing/table`` and ``sensing/intake``. Names are compared without case, blanks and quotes, and
with ² written ^2. Where a program writes the gyro into a file of its own, that file is looked for
beside the recording and laid onto the accelerometer's times by straight lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sensing.errors import RecordingError
from sensing.intake import Columns, gyro_at
from sensing.table import Table, open_table, read_rows
from sensing.text import Lines, open_recording
from sensing.units import Floats

_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.:,](\d{1,6}))?\s*$")
_DAY_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One program's table.

    Attributes:
        name: what ``--format`` calls it.
        program: what people call it.
        time: names the time column may have; the first that is there counts.
        time_scale_s: its unit, s; 0 for a time of day in words (12:34:56.789).
        acc: names each axis may have, x, y, z.
        acc_scale: factor to ``acc_unit``.
        acc_unit: "g" or "mps2".
        gyro: the same for the gyro, in this table or in one beside it.
        gyro_scale: factor to °/s.
        gyro_beside: name of the gyro's own file from the recording's name, or None.
        batched: stamps may repeat, because they are rounded or shared by a packet.
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

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header is this program's."""
        return _found(header, self.acc) is not None and self._time_at(header) is not None

    def _time_at(self, header: Sequence[str]) -> int | None:
        names = [plain_name(each) for each in header]
        return next((names.index(name) for name in self.time if name in names), None)

    def read(self, table: Table, path: Path) -> Columns:
        """Columns of a recording whose header has been read.

        Raises:
            RecordingError: a column is missing or a cell is wrong; names line and column.
        """
        table.loose = True
        acc_at = _found(table.header, self.acc)
        time_at = self._time_at(table.header)
        if acc_at is None or time_at is None:
            raise RecordingError(
                f"the columns are not those of {self.program}",
                where=table.where,
                remedy="leave --format away, or name the right one",
            )
        inside = None if self.gyro in (None, self.acc) else self.gyro
        gyro_at_columns = None if inside is None else _found(table.header, inside)
        clock = self.time_scale_s == 0
        wanted = [*([] if clock else [time_at]), *acc_at, *(gyro_at_columns or [])]
        rows = read_rows(table, wanted, texts=[time_at] if clock else [])
        numbers = rows.numbers
        if len(numbers) == 0:
            raise RecordingError("no row of numbers follows the header", where=table.where)
        raw_t = _of_day(rows.texts[0], table.where) if clock else numbers[:, 0]
        scale_s = self.time_scale_s or 1.0
        first = 0 if clock else 1
        t_s = (raw_t - raw_t[0]) * scale_s
        gyro = numbers[:, first + 3 :] * self.gyro_scale if gyro_at_columns else None
        notes = [*table.notes, f"read as a recording of {self.program}"]
        if gyro is None and self.gyro is not None:
            gyro, remark = self._gyro_beside(path, t_s, float(raw_t[0]))
            notes += [remark] if remark else []
        return Columns(
            acc=numbers[:, first : first + 3] * self.acc_scale,
            acc_unit=self.acc_unit,
            t_s=t_s,
            gyro_dps=gyro,
            where=table.where,
            place=lambda row: f"{table.where}, line {rows.line_of(row)}",
            batched=self.batched,
            notes=tuple(notes),
        )

    def _gyro_beside(self, path: Path, t_s: Floats, origin: float) -> tuple[Floats | None, str]:
        """The gyro out of its own file, if it lies there."""
        name = self.gyro_beside(path.name)
        if self.gyro is None or name is None or not (path.parent / name).is_file():
            return None, ""
        with open_recording(path.parent / name) as stream:
            table = open_table(Lines(stream, name), is_header=self._is_gyro)
            table.loose = True
            at = _found(table.header, self.gyro)
            time_at = self._time_at(table.header)
            if at is None or time_at is None:
                return None, f"{name} holds no gyro: it is left out"
            rows = read_rows(table, [time_at, *at])
        if len(rows.numbers) < 2:
            return None, f"{name} is empty: the gyro is left out"
        gyro_t_s = (rows.numbers[:, 0] - origin) * self.time_scale_s
        return gyro_at(t_s, gyro_t_s, rows.numbers[:, 1:] * self.gyro_scale)

    def _is_gyro(self, header: list[str]) -> bool:
        return self.gyro is not None and _found(header, self.gyro) is not None


def plain_name(name: str) -> str:
    """A column's name without case, blanks, quotes and typography."""
    return "".join(name.lower().replace("²", "^2").replace("°", "deg").split()).strip('"')


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


def _of_day(texts: list[str], where: str) -> Floats:
    """Times of day as seconds; past midnight they go on."""
    out = np.empty(len(texts))
    added = 0.0
    for i, text in enumerate(texts):
        match = _CLOCK.search(text.strip())
        if match is None:
            raise RecordingError(
                f"{text!r} is no time of day",
                where=where,
                remedy="write the time as 12:34:56.789, or in seconds",
            )
        hours, minutes, seconds, fraction = match.groups()
        day_s = 3600.0 * int(hours) + 60.0 * int(minutes) + int(seconds)
        out[i] = day_s + added + (float(f"0.{fraction}") if fraction else 0.0)
        if i and out[i] < out[i - 1] - _DAY_S / 2:
            added += _DAY_S
            out[i] += _DAY_S
    return out
