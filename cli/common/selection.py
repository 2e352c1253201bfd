"""Which sessions a verb looks at: of which athlete, exercise, leg and days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.common.athletes import AthleteNotChosenError, known_athlete
from cli.common.completion import complete_athlete
from cli.common.options import complete_exercise
from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, find_exercise

if TYPE_CHECKING:
    from sensing.core.samples import Side
    from sensing.store.store import Store

Exercise = Annotated[
    str | None,
    typer.Option(
        "--exercise",
        "-e",
        metavar="NAME",
        help="Only this exercise.",
        autocompletion=complete_exercise,
    ),
]
OneSide = Annotated[Literal["left", "right"] | None, typer.Option("--side", help="Only this leg.")]
Whose = Annotated[
    str | None,
    typer.Option(
        "--athlete",
        metavar="NAME",
        help="Only this athlete.",
        autocompletion=complete_athlete,
    ),
]
Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], metavar="DATE", help="From this day on."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], metavar="DATE", help="Up to this day."),
]


def check_selection(exercise: str | None, since: datetime | None, until: datetime | None) -> None:
    """Refuse a selection that nothing can match.

    Raises:
        UsageError: there is no such exercise, or the last day is before the first.
    """
    if since is not None and until is not None and until < since:
        raise UsageError(
            f"--until {until.date()} is before --since {since.date()}", remedy="swap them"
        )
    if exercise is not None and exercise != AUTO:
        find_exercise(exercise)


def filters(
    store: Store,
    exercise: str | None,
    side: Side | None,
    since: datetime | None,
    until: datetime | None,
    athlete: str | None,
) -> dict[str, Any]:
    """The selection as the store takes it, after checking it.

    Raises:
        UsageError: nothing can match.
    """
    check_selection(exercise, since, until)
    if athlete is not None:
        athlete = known_athlete(store, athlete)
    days = {"since": since and since.date(), "until": until and until.date()}
    return {"exercise": exercise, "side": side, "athlete": athlete, **days}


def one_athlete(store: Store, name: str | None) -> str | None:
    """The athlete whose sessions are meant; None if there is no session yet.

    Figures of two athletes must not be mixed in one trend or one comparison.

    Raises:
        UsageError: there is no such athlete.
        AthleteNotChosenError: there are several and none was named.
    """
    if name is not None:
        return known_athlete(store, name, "there is no session of")
    athletes = store.athletes()
    default = next((each.name for each in athletes if each.is_default), None)
    seen = [each for each in athletes if each.last_day is not None]
    if default is None and len(seen) > 1:
        raise AthleteNotChosenError(athletes)
    return default or (seen[0].name if seen else None)
