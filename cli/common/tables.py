"""A table, once described, printed for people, as JSON or as CSV.

A row is a mapping of names to plain values in SI units, named as in the JSON of ``analyze``; a
column says how one of them is headed, scaled and rounded for a person. JSON and CSV get the values
themselves, and every name whether a person is shown it or not.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.output import out, print_json
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST_KEPT = 24
_DECIMALS = 6

Row = Mapping[str, object]
Form = Literal["text", "json", "csv"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a value is shown to a person.

    Attributes:
        name: of the value in a row.
        heading: what stands above it, with the unit.
        scale: what it is multiplied by first (100 from m to cm).
        places: digits after the point of a number.
        optional: leave the column out where no row has a value for it.
    """

    name: str
    heading: str
    scale: float = 1.0
    places: int = 0
    optional: bool = False

    def is_number(self, rows: Sequence[Row]) -> bool:
        """True if it is a number wherever it is known."""
        values = [row.get(self.name) for row in rows]
        return all(value is None or isinstance(value, int | float) for value in values)

    def text(self, row: Row) -> str:
        """The value as a person reads it; nothing where nothing is known."""
        value = row.get(self.name)
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else ""
            case int() | float():
                return f"{value * self.scale:.{self.places}f}"
            case list() | tuple():
                return ", ".join(printable(each) for each in value)
            case _:
                return printable(value)


def chosen(*, as_json: bool, as_csv: bool) -> Form:
    """The form asked for by ``--json`` and ``--csv``.

    Raises:
        UsageError: both were given.
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv can't both be had", remedy="give one of them")
    return "json" if as_json else "csv" if as_csv else "text"


def print_rows(
    form: Form, names: Sequence[str], rows: Sequence[Row], columns: Sequence[Column]
) -> None:
    """Print rows in the form asked for; without any, JSON is ``[]`` and CSV its header.

    Args:
        form: text, JSON or CSV.
        names: of the values, in the order CSV has them.
        rows: the values.
        columns: what a person is shown of them.
    """
    if form == "json":
        print_json(named(names, rows))
    elif form == "csv":
        print_csv(names, rows)
    else:
        print_table(columns, rows)


def print_csv(names: Sequence[str], rows: Sequence[Row]) -> None:
    """Print rows as CSV with a header; what isn't known is an empty field."""
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    for row in named(names, rows):
        writer.writerow({name: _field(value) for name, value in row.items()})


def print_table(
    columns: Sequence[Column], rows: Sequence[Row], *, footer: Row | None = None
) -> None:
    """Print rows for a person; ``footer`` is a last row set apart, such as medians."""
    # Rich leaves out what doesn't fit; a line too long for the window is the smaller evil.
    out().print(table_of(columns, rows, footer=footer), crop=False)


def table_of(columns: Sequence[Column], rows: Sequence[Row], *, footer: Row | None = None) -> Table:
    """The same table to be shown some other way."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = [
        column
        for column in columns
        if not column.optional or any(row.get(column.name) not in (None, False, "") for row in rows)
    ]
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        show_footer=footer is not None,
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


def _longest_word(texts: Sequence[str]) -> int:
    # A number or a name cut in two is hard to read; a very long word has to be.
    return min(_LONGEST_KEPT, max(len(word) for text in texts for word in [*text.split(), ""]))


def named(names: Sequence[str], rows: Sequence[Row]) -> list[dict[str, object]]:
    """Rows with just these names, None where a row has none, and nothing JSON has no word for."""
    return [plain({name: row.get(name) for name in names}) for row in rows]


def plain(row: Row) -> dict[str, object]:
    """The row with nothing in it that JSON has no word for."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    # To a millionth, as `analyze --json`: what floating point adds behind it says nothing.
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _field(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(str(each) for each in value)
    return value


def printable(value: object) -> str:
    """The value as text, without what would move the cursor or colour the terminal."""
    return "".join(each for each in str(value) if each.isprintable() or each == "\n")
