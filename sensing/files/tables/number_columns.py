"""The one reader of columns of numbers: fast, and exact about what is wrong.

Each batch of lines goes to numpy's C reader. Only if that fails is the batch read line by line, to
name the line and the column at fault. The separator (comma, semicolon or tab) and the decimal comma
are recognised from the header and the first row.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import methodcaller

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Floats
from sensing.files.tables.text_lines import Lines

MOST_ROWS = 200_000_000
"""Twelve hours at the fastest rate there is."""

_HEADER_WITHIN = 50
"""Lines that are searched for the header of another program."""

_LONGEST_CELL = 40
"""Characters of a bad cell that an error repeats."""


@dataclass(slots=True)
class Table:
    """A header and the lines below it, not read yet.

    Attributes:
        header: names of the columns, stripped of blanks and quotes.
        separator: between the columns.
        first_line: number of the first line below the header, counted from 1.
        decimal_comma: numbers are written 0,98.
        loose: rows may be longer or shorter than the header if they hold the wanted columns, and
            the header may be repeated.
        nan_allowed: cells may say NaN.
        typed: written by hand: lines that begin with ``#`` are comments, an empty cell is NaN, rows
            may end early, and the last one counts even without a line end.
        notes: remarks for the user.
        comments: number and text of each comment read so far.
    """

    source: Lines
    batches: Iterator[list[str]]
    header: list[str]
    separator: str
    first_line: int
    decimal_comma: bool = False
    loose: bool = False
    nan_allowed: bool = False
    typed: bool = False
    notes: list[str] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The file's name."""
        return self.source.where

    def is_row(self, line: str) -> bool:
        """False for a blank line, a comment of a typed table, a header repeated in a loose one."""
        if self.typed:
            return bool(line.strip(" \t,;")) and not _is_comment(line)
        if not line.strip():
            return False
        return not (
            self.loose
            and line[:1] not in "0123456789-+"
            and split_row(line, self.separator)[: len(self.header)] == self.header
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What was read of a table.

    Attributes:
        numbers: the wanted columns, shape (rows, wanted columns).
        converted: the columns that had converters, shape (rows, converters).
        lines: line number of each row, shape (rows,).
    """

    numbers: Floats
    converted: Floats
    lines: np.ndarray[tuple[int], np.dtype[np.int32]]

    def line_of(self, row: int) -> int:
        """Line number of a row."""
        return int(self.lines[row])


def open_table(
    source: Lines, *, is_header: Callable[[list[str]], bool] | None = None, typed: bool = False
) -> Table:
    """Read up to the header.

    Args:
        source: the file.
        is_header: recognises the line that names the columns, among the first fifty. Without it, or
            if there is no such line, the first line that is not blank is the header.
        typed: see :class:`Table`.

    Raises:
        RecordingError: the file is empty or blank.
    """
    batches = iter(source)
    lines = next(batches, [])
    comments: list[tuple[int, str]] = []
    found: tuple[int, list[str], str] | None = None
    for number, line in enumerate(lines, start=1):
        if typed and _is_comment(line):
            comments.append((number, line))
            continue
        if not line.strip():
            continue
        separator = next((each for each in ("\t", ";", ",") if each in line), ",")
        names = split_row(line.lstrip("# "), separator)
        matches = is_header is None or is_header(names)
        if found is None or matches:
            found = number, names, separator
        if matches or number >= _HEADER_WITHIN:
            break
    if found is None:
        raise (
            _torn_before_first_row(source.where)
            if source.torn
            else RecordingError(
                "no line names the columns",
                where=source.where,
                remedy="the first line must name them",
            )
        )
    number, names, separator = found
    below = lines[number:]
    first_row = next((line for line in below if line.strip()), "")
    return Table(
        source=source,
        batches=chain([below], batches),
        header=names,
        separator=separator,
        first_line=number + 1,
        decimal_comma=separator != "," and (typed or ("," in first_row and "." not in first_row)),
        typed=typed,
        comments=comments,
    )


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
    converters: Mapping[int, Callable[[str], float]] | None = None,
    check: Callable[[Floats], None] | None = None,
) -> Rows:
    """Read the wanted columns of a table.

    Args:
        table: from :func:`open_table`; it is used up.
        wanted: positions of columns of numbers.
        converters: positions of columns that are not plain numbers, and what converts their cells.
        check: called with each batch of rows as it is read, to stop a hopeless file early.

    Raises:
        RecordingError: a cell is missing, not a number or not finite, or a row has too many or too
            few cells; names line and column.
    """
    converters = converters or {}
    needed = [*wanted, *converters]
    numbers, converted = [np.empty((0, len(wanted)))], [np.empty((0, len(converters)))]
    line_numbers = [np.empty(0, np.int32)]
    first_line, count = table.first_line, 0
    for batch in table.batches:
        at, data = _rows_of(table, batch, first_line)
        if table.typed:
            table.comments += [
                (n, line) for n, line in enumerate(batch, first_line) if _is_comment(line)
            ]
        first_line += len(batch)
        # The last line without an end is a batch of its own.
        if table.source.unended and count and _is_cut_off(table, data, needed):
            table.notes.append(f"line {first_line - 1} is cut off and was left out")
            continue
        read = _fast(table, data, wanted)
        if read is None:
            read = _exact(table, data, at, needed, len(wanted))
        numbers.append(read)
        line_numbers.append(np.array(at, np.int32))
        if converters and data:
            cells = [split_row(line, table.separator) for line in data]
            converted.append(
                np.array([[f(row[i]) for i, f in converters.items()] for row in cells])
            )
        count += len(data)
        if check is not None and len(data):
            check(read)
        if count > MOST_ROWS:
            raise RecordingError(
                f"more than {MOST_ROWS} rows", where=table.where, remedy="cut out the session"
            )
    if table.source.torn:
        if count == 0:
            raise _torn_before_first_row(table.where)
        table.notes.append(
            f"the compressed file ends too early: the {count} rows before its end are used"
        )
    return Rows(np.concatenate(numbers), np.concatenate(converted), np.concatenate(line_numbers))


def _rows_of(table: Table, batch: list[str], first_line: int) -> tuple[Sequence[int], list[str]]:
    """Line numbers of the rows among these lines, and the rows."""
    if not table.typed and not table.loose and all(map(str.strip, batch)):
        return range(first_line, first_line + len(batch)), batch
    at = [n for n, line in enumerate(batch, first_line) if table.is_row(line)]
    return at, batch if len(at) == len(batch) else [batch[n - first_line] for n in at]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _torn_before_first_row(where: str) -> RecordingError:
    return RecordingError(
        "the compressed file ends too early, before its first row",
        where=where,
        remedy="copy it again from where it was recorded",
    )


def _is_cut_off(table: Table, lines: list[str], needed: Sequence[int]) -> bool:
    """Whether the last line was being written when the recording stopped."""
    if table.typed:
        return False
    try:
        _exact(table, lines, [0] * len(lines), needed, len(needed))
    except RecordingError:
        return True
    return False


def _fast(table: Table, lines: list[str], wanted: Sequence[int]) -> Floats | None:
    """The numbers of these lines, or None if anything at all is unusual."""
    if not lines:
        return np.empty((0, len(wanted)))
    separators = set(map(methodcaller("count", table.separator), lines))
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
    usable = np.isfinite(numbers) | (np.isnan(numbers) & table.nan_allowed)
    return numbers if len(numbers) == len(lines) and bool(usable.all()) else None


def _exact(
    table: Table, lines: list[str], at: Sequence[int], needed: Sequence[int], numeric: int
) -> Floats:
    """The same line by line, raising at the first error.

    Args:
        table: which they are of.
        lines: rows of it.
        at: their line numbers.
        needed: positions of the columns that must be there.
        numeric: how many of these must be numbers.
    """
    rows: list[list[float]] = []
    names = table.header
    for number, line in zip(at, lines, strict=True):
        place = f"{table.where}, line {number}"
        cells = split_row(line, table.separator)
        if table.typed:
            while len(cells) > len(names) and not cells[-1]:
                cells.pop()
            cells += [""] * (len(names) - len(cells))
        if len(cells) != len(names) and not (table.loose and len(cells) > max(needed)):
            commas = len(cells) > len(names) and table.separator == ","
            raise RecordingError(
                f"{len(cells)} cells, but the header names {len(names)} columns",
                where=place,
                remedy="every row needs all columns"
                + ("; with decimal commas, separate them with semicolons" if commas else ""),
            )
        rows.append([_number(table, cells[i], names[i], place) for i in needed[:numeric]])
    return np.array(rows, dtype=np.float64).reshape(len(rows), numeric)


def _number(table: Table, cell: str, column: str, place: str) -> float:
    if table.typed and not cell:
        return math.nan
    text = cell.replace(",", ".") if table.decimal_comma else cell
    try:
        value = float(text) if "_" not in text else math.inf
    except ValueError:
        value = math.inf
    if math.isfinite(value) or (table.nan_allowed and math.isnan(value)):
        return value
    short = cell if len(cell) <= _LONGEST_CELL else cell[: _LONGEST_CELL - 3] + "..."
    raise RecordingError(
        f"{short!r} is not a finite number" if cell else "the value is missing",
        where=f"{place}, column {column}",
        remedy="give plain numbers; the unit goes into the header"
        if table.typed
        else "leave the whole row out: a gap in time is read as lost data",
    )
