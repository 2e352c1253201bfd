"""The cells of a reference file: columns by name, numbers in the notation of any country.

The column separator is the one in the header (semicolon, tab or comma); a comma inside a number is
a decimal comma wherever it does not separate columns.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass

from sensing.core.errors import RecordingError

_LEAST_FPS, _MOST_FPS = 100.0, 5000.0
"""At 100 frames a second a contact time is known to ±4 ms (SD of two roundings)."""
_FPS = re.compile(r"fps\s*[=:]\s*([0-9.,]+)", re.IGNORECASE)
TEMPLATE = "`anklet calibrate contact --video-template` writes a file in the right form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells of a file below its header.

    Attributes:
        rows: (line number, cells by column name), one for each line that is not blank.
        fps: as given in a comment, or None.
    """

    where: str
    names: tuple[str, ...]
    header_line: int
    rows: tuple[tuple[int, dict[str, str]], ...]
    fps: float | None
    comma_is_decimal: bool

    def at(self, line: int) -> str:
        """Name of a line in a message."""
        return f"{self.where}, line {line}"

    def number(self, line: int, cells: dict[str, str], name: str) -> float | None:
        """A cell as a number, None if it is empty."""
        cell = cells[name].strip()
        if not cell:
            return None
        try:
            value = float(cell.replace(",", ".") if self.comma_is_decimal else cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise RecordingError(
                f"{name} {cell!r} is not a number",
                where=self.at(line),
                remedy="use plain numbers; the unit belongs in the header",
            )
        return value


def read_table(text: str, where: str) -> Table:
    """The table in a file's text; lines that start with ``#`` are comments.

    Raises:
        RecordingError: there is no table, or a line has more cells than the header.
    """
    lines = text.splitlines()
    fps: float | None = None
    header: list[str] | None = None
    header_line = 0
    delimiter = ","
    rows: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith("#"):
            if match := _FPS.search(line):
                fps = frames_per_second(match.group(1), f"{where}, line {number}")
            continue
        if not line.strip(" \t,;"):
            continue
        if header is None:
            delimiter = next((d for d in (";", "\t") if d in line), ",")
            header = [_name(cell) for cell in next(csv.reader([line], delimiter=delimiter))]
            header_line = number
            continue
        cells = next(csv.reader([line], delimiter=delimiter))
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            raise RecordingError(
                f"{len(cells)} columns, but the header names {len(header)}",
                where=f"{where}, line {number}",
                remedy="with decimal commas, use semicolons between the columns",
            )
        padded = [*cells, *[""] * (len(header) - len(cells))]
        rows.append((number, dict(zip(header, padded, strict=False))))
    if header is None:
        raise RecordingError("is empty", where=where, remedy=TEMPLATE)
    return Table(
        where=where,
        names=tuple(header),
        header_line=header_line,
        rows=tuple(rows),
        fps=fps,
        comma_is_decimal=delimiter != ",",
    )


def _name(cell: str) -> str:
    """A column's normalised name: lower case, ``contact [ms]`` is ``contact_ms``."""
    return "_".join(re.findall(r"[a-z0-9]+", cell.lower()))


def frames_per_second(text: str, where: str) -> float:
    """The frame rate of a video.

    Raises:
        RecordingError: not a number, or too slow to time a hop.
    """
    try:
        fps = float(text.replace(",", "."))
    except ValueError:
        fps = math.nan
    if not _LEAST_FPS <= fps <= _MOST_FPS:
        raise RecordingError(
            f"fps {text!r} is too low to time a hop",
            where=where,
            remedy=f"film at {_LEAST_FPS:g} frames a second or more, preferably 240",
        )
    return fps
