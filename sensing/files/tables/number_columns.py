"""Columns of numbers out of lines of text, fast, and exact about what is wrong.

Each batch of lines goes to numpy's own C reader, and only when that stumbles are its lines looked
at one by one, to name the line and the column. Separator (comma, semicolon, tab) and decimal comma
are told from the header and the first row.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Floats
from sensing.files.tables.text_lines import Lines

MOST_ROWS = 200_000_000
"""Twelve hours at the fastest rate there is."""


@dataclass(slots=True)
class Table:
    """A header and the lines below it, not read yet.

    Attributes:
        header: names of the columns, stripped of blanks and quotes.
        separator: between the columns.
        first_line: number of the first line below the header, from 1.
        decimal_comma: numbers are written 0,98.
        loose: rows may be longer or shorter than the header as long as they hold what is wanted,
            and the header may come again.
        nan_allowed: cells may say NaN.
        notes: what was noticed on the way.
    """

    source: Lines
    batches: Iterator[list[str]]
    header: list[str]
    separator: str
    first_line: int
    decimal_comma: bool = False
    loose: bool = False
    nan_allowed: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The file's name."""
        return self.source.where


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What was read of a table.

    Attributes:
        numbers: shape (rows, wanted columns).
        worded: shape (rows, worded columns), what was made of cells that are no plain numbers.
        line_of: from row to line number.
    """

    numbers: Floats
    worded: Floats
    line_of: Callable[[int], int]


def open_table(source: Lines, *, is_header: Callable[[list[str]], bool] | None = None) -> Table:
    """Read up to the header.

    Args:
        source: the file.
        is_header: tells the line that names the columns among the first fifty. Without it, or if
            none will do, the first line that is not blank is it.

    Raises:
        RecordingError: the file is empty or blank.
    """
    batches = iter(source)
    lines = next(batches, [])
    first: tuple[int, list[str], str] | None = None
    for number, line in enumerate(lines[:50]):
        if not line.strip():
            continue
        separator = _separator(line)
        names = split_row(line.lstrip("# "), separator)
        first = first or (number, names, separator)
        if is_header is None or is_header(names):
            first = (number, names, separator)
            break
    if first is None and source.torn:
        raise _nothing_before_the_tear(source.where)
    if first is None:
        raise RecordingError(
            "no line names the columns",
            where=source.where,
            remedy="the first line must name them",
        )
    return _with_header(source, batches, lines, *first)


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


def read_rows(
    table: Table,
    wanted: Sequence[int],
    *,
    worded: Mapping[int, Callable[[str], float]] | None = None,
    check: Callable[[Floats], None] | None = None,
) -> Rows:
    """Read the wanted columns of a table.

    Args:
        table: from :func:`open_table`; it is used up.
        wanted: positions of columns of numbers.
        worded: positions of columns that are no plain numbers, and what makes numbers of them.
        check: called with each batch of rows as it comes, to stop a hopeless file early.

    Raises:
        RecordingError: a cell is missing, no number or not finite, or a row has too many or too
            few cells; names line and column.
    """
    parts: list[Floats] = []
    worded = worded or {}
    made: list[Floats] = []
    lines_before: list[tuple[int, int, list[int]]] = []
    line_number, rows = table.first_line, 0
    for lines, is_last in _one_behind(table.batches):
        batch = _without_torn_line(table, lines, [*wanted, *worded], line_number, last=is_last)
        skipped = [i for i, line in enumerate(batch) if _is_no_row(line, table)]
        data = batch if not skipped else [x for x in batch if not _is_no_row(x, table)]
        numbers = _fast(table, data, wanted)
        if numbers is None or not _plausible(numbers, table):
            numbers = _exact(table, batch, [*wanted, *worded], len(wanted), line_number)
        if worded:
            cells = [split_row(line, table.separator) for line in data]
            made.append(
                np.array([[read(row[i]) for i, read in worded.items()] for row in cells]).reshape(
                    len(cells), len(worded)
                )
            )
        lines_before.append((rows, line_number, skipped))
        parts.append(numbers)
        rows += len(numbers)
        line_number += len(batch)
        if check is not None and len(numbers):
            check(numbers)
        if rows > MOST_ROWS:
            raise RecordingError(
                f"more than {MOST_ROWS} rows", where=table.where, remedy="cut out the session"
            )
    if table.source.torn and rows == 0:
        raise _nothing_before_the_tear(table.where)
    if table.source.torn:
        table.notes.append(
            f"the compressed file ends too early: {rows} rows up to the tear are used"
        )

    def line_of(row: int) -> int:
        first, line, skipped = max(entry for entry in lines_before if entry[0] <= row)
        offset = row - first
        for gap in skipped:
            offset += gap <= offset
        return line + offset

    whole = np.concatenate(parts) if parts else np.empty((0, len(wanted)))
    return Rows(whole, np.concatenate(made) if made else np.empty((len(whole), 0)), line_of)


def _nothing_before_the_tear(where: str) -> RecordingError:
    return RecordingError(
        "the compressed file ends too early, before its first row",
        where=where,
        remedy="copy it again from where it was recorded",
    )


def _is_no_row(line: str, table: Table) -> bool:
    """Blank, or in a loose table the header once more."""
    if not line.strip():
        return True
    return (
        table.loose
        and line[:1] not in "0123456789-+"
        and split_row(line, table.separator)[: len(table.header)] == table.header
    )


def _plausible(numbers: Floats, table: Table) -> bool:
    return bool(np.isfinite(numbers).all()) or (
        table.nan_allowed and not bool(np.isinf(numbers).any())
    )


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
    table: Table, batch: list[str], needed: Sequence[int], line_number: int, *, last: bool
) -> list[str]:
    """Drop a last line that was being written when the recording stopped."""
    only = len(batch) <= 1 and line_number == table.first_line
    if not (last and table.source.unended and batch) or only:
        return batch
    try:
        _exact(table, batch[-1:], needed, 0, line_number)
        _exact(table, batch[-1:], needed, len(needed), line_number)
    except RecordingError:
        table.notes.append(f"line {line_number + len(batch) - 1} is cut off and was dropped")
        return batch[:-1]
    return batch


def _fast(table: Table, lines: list[str], wanted: Sequence[int]) -> Floats | None:
    """The numbers of these lines, or None if anything at all is odd."""
    if not lines:
        return np.empty((0, len(wanted)))
    separators = {line.count(table.separator) for line in lines}
    if separators != {len(table.header) - 1} and not (
        table.loose and min(separators) >= max(wanted)
    ):
        return None
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
    return np.asarray(numbers, dtype=np.float64) if len(numbers) == len(lines) else None


def _exact(
    table: Table, lines: list[str], needed: Sequence[int], numeric: int, line_number: int
) -> Floats:
    """The same line by line, raising at the first thing wrong; ``numeric`` cells are numbers."""
    rows: list[list[float]] = []
    for offset, line in enumerate(lines):
        if _is_no_row(line, table):
            continue
        place = f"{table.where}, line {line_number + offset}"
        cells = split_row(line, table.separator)
        enough = len(cells) > max(needed) if table.loose else len(cells) == len(table.header)
        if not enough:
            raise RecordingError(
                f"{len(cells)} cells where the header names {len(table.header)} columns",
                where=place,
                remedy="every row needs all columns",
            )
        row: list[float] = []
        for i in needed[:numeric]:
            value = _number(cells[i], table)
            if value is None or not (
                math.isfinite(value) or (table.nan_allowed and value != value)
            ):
                raise _bad_cell(cells[i], table.header[i], place)
            row.append(value)
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(len(rows), numeric)


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
