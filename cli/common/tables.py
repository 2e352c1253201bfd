"""Tables, described once and printed as text, JSON or CSV.

A row maps names to plain values in SI units, named as in the JSON of ``analyze``. A column says how
one of them is headed, scaled and rounded in the text. JSON and CSV have the values themselves, with
all names.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.output import out, print_json
from sensing.core.errors import UsageError
from sensing.store.export.csv_lines import UnixLines

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST_WORD = 24
_DECIMALS = 6

Row = Mapping[str, object]
Form = Literal["text", "json", "csv"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


@dataclass(frozen=True, slots=True)
class Column:
    """How a value is shown in the text.

    Attributes:
        name: of the value in a row.
        heading: above the column, with the unit.
        scale: factor to the unit shown (100 from m to cm).
        places: decimals of a number.
        optional: leave the column out if no row has a value for it.
        sd: name of its standard uncertainty in a row, shown behind it: ``4.6 ± 0.4``.
    """

    name: str
    heading: str
    scale: float = 1.0
    places: int = 0
    optional: bool = False
    sd: str | None = None

    def is_number(self, rows: Sequence[Row]) -> bool:
        """Whether all its values are numbers or missing."""
        values = [row.get(self.name) for row in rows]
        return all(value is None or isinstance(value, int | float) for value in values)

    def text(self, row: Row) -> str:
        """The value as text; empty if there is none, a dash if the data do not support it."""
        value = row.get(self.name)
        match value:
            case None:
                reasons = row.get("reasons")
                return "–" if isinstance(reasons, Mapping) and self.name in reasons else ""
            case bool():
                return "yes" if value else ""
            case int() | float():
                return f"{value * self.scale:.{self.places}f}{self._plus_minus(row)}"
            case list() | tuple():
                return ", ".join(printable(each) for each in value)
            case _:
                return printable(value)

    def _plus_minus(self, row: Row) -> str:
        sd = row.get(self.sd) if self.sd else None
        shown = f"{sd * self.scale:.{self.places}f}" if isinstance(sd, int | float) else ""
        return f" ± {shown}" if shown and float(shown) else ""


_SHARED = {
    each.name: each
    for each in (
        Column("id", "ID"),
        Column("side", "side", optional=True),
        Column("load_kg", "load (kg)", places=1, optional=True),
        Column("pain", "pain (0–10)", optional=True),
        Column("note", "note", optional=True),
        Column("corrected", "corrected", optional=True),
        Column("shown", "figure"),
    )
}


def columns(*wanted: Column | str) -> tuple[Column, ...]:
    """Columns; a name alone is one that tables share, or is headed by that name."""
    return tuple(
        each if isinstance(each, Column) else _SHARED.get(each) or Column(each, each)
        for each in wanted
    )


def chosen(*, as_json: bool, as_csv: bool) -> Form:
    """The form chosen with ``--json`` and ``--csv``.

    Raises:
        UsageError: both were given.
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv can't be combined", remedy="give one of them")
    return "json" if as_json else "csv" if as_csv else "text"


def print_rows(
    form: Form, names: Sequence[str], rows: Sequence[Row], columns: Sequence[Column]
) -> None:
    """Print the named values of rows as JSON or CSV, or their columns as text.

    Without rows, JSON is ``[]`` and CSV only a header.
    """
    if form == "json":
        print_json(named(names, rows))
    elif form == "csv":
        print_csv(names, rows)
    else:
        print_table(columns, rows)


def print_csv(names: Sequence[str], rows: Sequence[Row]) -> None:
    """Print rows as CSV with a header; unknown values are empty fields."""
    writer = csv.DictWriter(UnixLines(sys.stdout), names)
    writer.writeheader()
    for row in named(names, rows):
        writer.writerow({name: _field(value) for name, value in row.items()})


def print_table(
    columns: Sequence[Column], rows: Sequence[Row], *, footer: Row | None = None
) -> None:
    """Print rows as text; ``footer`` is a last row set apart, such as medians."""
    # Rich would leave out what does not fit; a line that wraps is better.
    out().print(table_of(columns, rows, footer=footer), crop=False)


def table_of(columns: Sequence[Column], rows: Sequence[Row], *, footer: Row | None = None) -> Table:
    """The same table as a rich object."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = [
        column
        for column in columns
        if not column.optional or any(row.get(column.name) not in (None, False, "") for row in rows)
    ]
    table = Table(
        box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, show_footer=footer is not None
    )
    for column in shown:
        cells = [column.text(row) for row in rows]
        foot = column.text(footer) if footer is not None else ""
        table.add_column(
            column.heading,
            Text(foot),
            justify="right" if column.is_number(rows) else "left",
            min_width=_longest_word([column.heading, foot, *cells]),
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(column.text(row)) for column in shown))
    return table


def print_pairs(pairs: Iterable[tuple[object, ...]]) -> None:
    """Print rows without headings, such as names with their values; a cell may be a rich Text."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    for pair in pairs:
        table.add_row(*(each if isinstance(each, Text) else printable(each) for each in pair))
    if table.row_count:
        out().print(table)


def _longest_word(texts: Sequence[str]) -> int:
    # A broken number or name is hard to read; only a very long word may be broken.
    return min(_LONGEST_WORD, max(len(word) for text in texts for word in [*text.split(), ""]))


def named(names: Sequence[str], rows: Sequence[Row]) -> list[dict[str, object]]:
    """Rows with exactly these names, None where a row has no value, fit for JSON."""
    return [plain({name: row.get(name) for name in names}) for row in rows]


def plain(row: Row) -> dict[str, object]:
    """The row with values that JSON has: dates as text, numbers rounded."""
    return {name: _plain(value) for name, value in row.items()}


def finite(value: float | None) -> float | None:
    """The value, None where it is infinite, which JSON has not."""
    return None if value is None or math.isinf(value) else value


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    # To a millionth, as in `analyze --json`; further digits are rounding errors.
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _field(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(str(each) for each in value)
    return json.dumps(dict(value), sort_keys=True) if isinstance(value, Mapping) else value


def printable(value: object) -> str:
    """The value as text, without control characters that the terminal would act on."""
    return "".join(each for each in str(value) if each.isprintable() or each == "\n")
