"""``anklet exercises``: every exercise, what is counted, the usual dose, how the sensor is worn."""

from __future__ import annotations

import csv
import sys
from typing import Annotated

import typer

from cli.common.exercise_names import complete_exercise
from cli.common.output import out, print_json
from sensing.core.exercises import CATALOGUE, Exercise, find_exercise


def exercises(
    name: Annotated[
        str | None,
        typer.Argument(help="Show only this exercise.", autocompletion=complete_exercise),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """List the exercises Anklet knows.

    Doses are those usually recommended to runners; they are not personal advice.

    [bold]Examples[/bold]

      anklet exercises
      anklet exercises single-leg-hop
      anklet exercises --csv > exercises.csv
    """
    rows = CATALOGUE if name is None else (find_exercise(name),)
    columns = ("name", "kind", "counts", "dose", "worn")
    records = [{column: getattr(row, column) for column in columns} for row in rows]
    if as_json:
        print_json(records)
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    elif name is not None:
        _card(rows[0])
    else:
        _table(rows)


def _card(row: Exercise) -> None:
    console = out()
    console.print(row.name, style="bold")
    for label, text in (("counted", row.counts), ("dose", row.dose), ("worn", row.worn)):
        console.print(f"  {label:8} {text}")


def _table(rows: tuple[Exercise, ...]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", no_wrap=True)
    table.add_column("what is counted")
    table.add_column("usual dose")
    for row in rows:
        table.add_row(row.name, row.counts, row.dose)
    console = out()
    console.print(table)
    console.print("How to wear the sensor for one of them: anklet exercises NAME")
