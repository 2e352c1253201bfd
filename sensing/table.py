"""Columns of numbers out of lines of text, fast, and exact about what is wrong.

Each batch of lines goes to numpy's own C reader, and only when that stumbles are its lines looked
at one by one, to name the line and the column. Separator (comma, semicolon, tab) and decimal comma
are told from the header and the first row.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from sensing.errors import RecordingError
from sensing.text import Lines
from sensing.units import Floats

MOST_ROWS = 200_000_000
"""Twelve hours at the fastest rate there is."""


@dataclass(slots=True)
class Table:
    """A header and the lines below it, not read yet.

    Attributes:
        header: names of the columns, stripped of blanks and quotes.
        separator: between the columns.
        decimal_comma: numbers are written 0,98.
        first_line: number of the first line below the header, from 1.
        notes: what was noticed on the way.
    """

    source: Lines
    batches: Iterator[list[str]]
    header: list[str]
    separator: str
    first_line: int
    decimal_comma: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The file's name."""
        return self.source.where


def open_table(source: Lines, *, is_header: Callable[[list[str]], bool] | None = None) -> Table:
    """Read up to the header.

    Args:
        source: the file.
        is_header: tells the line that names the columns among the first fifty; without it the
            first line that is not blank is it.

    Raises:
        RecordingError: the file is empty or has no such line.
    """
    batches = iter(source)
    lines = next(batches, [])
    for number, line in enumerate(lines[:50]):
        if not line.strip():
            continue
        separator = _separator(line)
        names = split_row(line.lstrip("# "), separator)
        if is_header is None or is_header(names):
            return _with_header(source, batches, lines, number, names, separator)
        if is_header is None:
            break
    raise RecordingError(
        "no line names the columns", where=source.where, remedy="the first line must name them"
    )


def _with_header(
    source: Lines,
    batches: Iterator[list[str]],
    lines: list[str],
    number: int,
    names: list[str],
    separator: str,
) -> Table:
    rest = lines[number + 1 :]
    first = next((line for line in rest if line.strip()), "")

    def all_batches() -> Iterator[list[str]]:
        yield rest
        yield from batches

    return Table(
        source=source,
        batches=all_batches(),
        header=names,
        separator=separator,
        first_line=number + 2,
        decimal_comma=separator != "," and "," in first and "." not in first,
    )


def _separator(line: str) -> str:
    for separator in ("\t", ";", ","):
        if separator in line:
            return separator
    return ","


def split_row(line: str, separator: str) -> list[str]:
    """Cells of one line, stripped of blanks and quotes."""
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
        except (csv.Error, StopIteration):
            pass
    return [cell.strip().strip('"') for cell in line.split(separator)]


def read_numbers(
    table: Table, wanted: Sequence[int], *, check: Callable[[Floats], None] | None = None
) -> tuple[Floats, Callable[[int], int]]:
    """Read the wanted columns of a table.

    Args:
        table: from :func:`open_table`; it is used up.
        wanted: positions of the columns.
        check: called with each batch of rows as it comes, to stop a hopeless file early.

    Returns:
        Numbers of shape (rows, len(wanted)), finite, and a function from row to line number.

    Raises:
        RecordingError: a cell is missing, no number or not finite, or a row has too many or too
            few cells; names line and column.
    """
    parts: list[Floats] = []
    starts: list[tuple[int, int]] = []
    blanks: dict[int, list[int]] = {}
    line_number = table.first_line
    rows = 0
    pending: list[str] = []
    for lines in _one_behind(table.batches):
        batch, last = lines
        if last:
            batch = _without_torn_line(table, batch, wanted, line_number)
        numbers = _fast(table, batch, wanted)
        if numbers is None:
            numbers = _exact(table, batch, wanted, line_number)
        empty = [i for i, line in enumerate(batch) if not line.strip()]
        if empty:
            blanks[len(starts)] = empty
        starts.append((rows, line_number))
        parts.append(numbers)
        rows += len(numbers)
        line_number += len(batch)
        if check is not None and len(numbers):
            check(numbers)
        if rows > MOST_ROWS:
            raise RecordingError(
                f"more than {MOST_ROWS} rows", where=table.where, remedy="cut out the session"
            )
    del pending
    if table.source.torn:
        table.notes.append(
            f"the compressed file ends too early: {rows} rows up to the tear are used"
        )

    def line_of(row: int) -> int:
        j = max(i for i, (first, _) in enumerate(starts) if first <= row)
        first, line = starts[j]
        offset = row - first
        for blank in blanks.get(j, []):
            if blank <= offset:
                offset += 1
        return line + offset

    whole = np.concatenate(parts) if parts else np.empty((0, len(wanted)))
    return whole, line_of


def _one_behind(batches: Iterator[list[str]]) -> Iterator[tuple[list[str], bool]]:
    """Each batch with whether it is the last."""
    previous: list[str] | None = None
    for batch in batches:
        if previous is not None:
            yield previous, False
        previous = batch
    if previous is not None:
        yield previous, True


def _without_torn_line(
    table: Table, batch: list[str], wanted: Sequence[int], line_number: int
) -> list[str]:
    """Drop a last line that was being written when the recording stopped."""
    if not (table.source.unended and batch):
        return batch
    cells = split_row(batch[-1], table.separator)
    whole = len(cells) == len(table.header) and all(
        _number(cells[i], table) is not None for i in wanted
    )
    if whole:
        return batch
    if len(batch) == 1 and line_number == table.first_line:
        return batch
    table.notes.append(f"line {line_number + len(batch) - 1} is cut off and was dropped")
    return batch[:-1]


def _fast(table: Table, lines: list[str], wanted: Sequence[int]) -> Floats | None:
    """The numbers of these lines, or None if anything at all is odd."""
    if not lines:
        return np.empty((0, len(wanted)))
    separators = {line.count(table.separator) for line in lines}
    if separators != {len(table.header) - 1}:
        if separators - {0, len(table.header) - 1} or any(
            line.strip() for line in lines if table.separator not in line
        ):
            return None
        lines = [line for line in lines if line.strip()]
        if not lines:
            return np.empty((0, len(wanted)))
    if table.decimal_comma:
        lines = [line.replace(",", ".") for line in lines]
    try:
        numbers = np.loadtxt(
            lines,
            dtype=np.float64,
            delimiter=table.separator,
            comments=None,
            usecols=list(wanted),
            ndmin=2,
        )
    except (ValueError, IndexError, OverflowError):
        return None
    if len(numbers) != len(lines) or not np.isfinite(numbers).all():
        return None
    return np.asarray(numbers, dtype=np.float64)


def _exact(table: Table, lines: list[str], wanted: Sequence[int], line_number: int) -> Floats:
    """The same line by line, raising at the first thing wrong."""
    rows: list[list[float]] = []
    for offset, line in enumerate(lines):
        if not line.strip():
            continue
        place = f"{table.where}, line {line_number + offset}"
        cells = split_row(line, table.separator)
        if len(cells) != len(table.header):
            raise RecordingError(
                f"{len(cells)} cells where the header names {len(table.header)} columns",
                where=place,
                remedy="every row needs all columns",
            )
        row: list[float] = []
        for i in wanted:
            value = _number(cells[i], table)
            if value is None or not math.isfinite(value):
                raise _bad_cell(cells[i], table.header[i], place)
            row.append(value)
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(wanted))


def _number(cell: str, table: Table) -> float | None:
    text = cell.replace(",", ".") if table.decimal_comma else cell
    try:
        return float(text) if "_" not in text else None
    except ValueError:
        return None


def _bad_cell(cell: str, column: str, place: str) -> RecordingError:
    where = f"{place}, column {column}"
    short = cell if len(cell) <= 40 else cell[:37] + "..."
    if not cell:
        return RecordingError(
            "the value is missing", where=where, remedy="leave the whole row out: that is a hole"
        )
    return RecordingError(
        f"{short!r} is not a finite number",
        where=where,
        remedy="leave the row out: a hole in time is understood as lost data",
    )
