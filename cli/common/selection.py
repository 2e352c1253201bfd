"""Which sessions a verb looks at: of which athlete, exercise, leg and days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.common.options import complete_exercise
from cli.common.output import remark
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
Whose = Annotated[str | None, typer.Option("--athlete", metavar="NAME", help="Only this athlete.")]
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
    names = [each.name for each in store.athletes()]
    if athlete is not None and athlete not in names:
        known = f"known: {', '.join(names)}" if names else "there is none yet"
        raise UsageError(f"there is no athlete {athlete!r}", remedy=known)
    days = {"since": since and since.date(), "until": until and until.date()}
    return {"exercise": exercise, "side": side, "athlete": athlete, **days}


def one_athlete(store: Store, name: str | None) -> str | None:
    """The athlete whose sessions are meant; None if there is no session yet.

    Figures of two athletes must not be mixed in one trend or one comparison.

    Raises:
        UsageError: there is no such athlete, or there are several and none was named.
    """
    from sensing.store.write.athletes import ME

    names = [each.name for each in store.athletes() if each.sessions]
    if name is not None:
        if name not in names:
            known = f"there are sessions of {', '.join(names)}" if names else "there are none yet"
            raise UsageError(f"there is no session of {name!r}", remedy=known)
        return name
    if len(names) <= 1:
        return names[0] if names else None
    if ME in names:
        remark(f"showing {ME!r}, one of {len(names)} athletes; choose another with --athlete")
        return ME
    listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    raise UsageError(f"there are {len(names)} athletes", remedy=f"choose with --athlete: {listed}")
