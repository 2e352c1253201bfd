"""``anklet exercises``: every exercise, what is counted, the usual dose, how it is done."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from cli.common.options import complete_exercise
from cli.common.output import WIDEST, out
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
    names = ("name", "kind", "counts", "dose", "worn", "how", "measured")
    print_rows(
        form, names, [{each: getattr(row, each) for each in names} for row in rows], _COLUMNS
    )
    if form == "text":
        out().print("How to do one of them, and how to wear the sensor: anklet exercises NAME")


def _print_card(row: Exercise) -> None:
    console = out()
    console.print(row.name, style="bold")
    said = (
        *(("counted", row.counts), ("dose", row.dose), ("worn", row.worn), ("how", row.how)),
        ("measured", f"on {row.measured}"),
    )
    for label, text in said:
        lines = textwrap.wrap(text, min(console.width, WIDEST) - 11) or [""]
        console.print(f"  {label:8} " + f"\n{'':11}".join(lines), soft_wrap=True)
