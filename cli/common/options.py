"""Options that several verbs share."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from sensing.core.exercises import CATALOGUE


def complete_exercise(incomplete: str) -> list[tuple[str, str]]:
    """Exercises whose name begins with what was typed, each with what is counted."""
    return [(row.name, row.counts) for row in CATALOGUE if row.name.startswith(incomplete)]


Leg = Annotated[Literal["left", "right"] | None, typer.Option(help="Leg that the sensor is on.")]
Load = Annotated[float | None, typer.Option(min=0, metavar="KG", help="Added load.")]
Pain = Annotated[
    int | None, typer.Option(min=0, max=10, metavar="0-10", help="Pain, 0 (none) to 10 (worst).")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="A note to save with it.")]
Observe = Annotated[
    bool,
    typer.Option(
        "--observe",
        help="A second person taps space at each rep or ground contact, or where a hold begins and "
        "ends; stored beside the recording for `anklet validate`.",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, but save nothing.")
]
