"""``anklet exercises``: every exercise, what is counted, the usual dose, how the sensor is worn."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.common.options import complete_exercise
from cli.common.output import out
from cli.common.tables import AsCsv, AsJson, Column, chosen, print_rows
from sensing.core.exercises import CATALOGUE, Exercise, find_exercise

_COLUMNS = (
    Column("name", "exercise"),
    Column("counts", "what is counted"),
    Column("dose", "usual dose"),
)


def exercises(
    name: Annotated[
        str | None,
        typer.Argument(help="Show only this exercise.", autocompletion=complete_exercise),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the exercises Anklet knows.

    Doses are those usually recommended to runners; they are not personal advice.

    [bold]Examples[/bold]

      anklet exercises
      anklet exercises single-leg-hop
      anklet exercises --csv > exercises.csv
    """
    rows = CATALOGUE if name is None else (find_exercise(name),)
    form = chosen(as_json=as_json, as_csv=as_csv)
    if form == "text" and name is not None:
        _print_card(rows[0])
        return
    names = ("name", "kind", "counts", "dose", "worn")
    print_rows(
        form, names, [{each: getattr(row, each) for each in names} for row in rows], _COLUMNS
    )
    if form == "text":
        out().print("How to wear the sensor for one of them: anklet exercises NAME")


def _print_card(row: Exercise) -> None:
    console = out()
    console.print(row.name, style="bold")
    for label, text in (("counted", row.counts), ("dose", row.dose), ("worn", row.worn)):
        console.print(f"  {label:8} {text}")
