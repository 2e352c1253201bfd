"""What every verb that looks back may be told: whose sessions, of which exercise, leg and days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.exercise_names import complete_exercise
from cli.common.output import remark
from sensing.core.errors import UsageError

if TYPE_CHECKING:
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
    typer.Option("--athlete", metavar="NAME", help="Whose; needed where there are several."),
]
Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], metavar="DATE", help="On this day or later."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], metavar="DATE", help="On this day or earlier."),
]


def one_athlete(store: Store, name: str | None) -> str | None:
    """Whose sessions are meant; None where there is nobody yet.

    Two people's figures in one line would say nothing of either.

    Raises:
        UsageError: there is nobody of this name, or it isn't said which of several.
    """
    from sensing.store.write.athletes import ME

    names = [each.name for each in store.athletes() if each.sessions]
    if name is not None:
        if name not in names:
            there = f"there is {', '.join(names)}" if names else "there are no sessions yet"
            raise UsageError(f"no session is {name!r}'s", remedy=there)
        return name
    if len(names) <= 1:
        return names[0] if names else None
    if ME in names:
        remark(f"of {ME}; --athlete names another of {len(names)}")
        return ME
    listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    raise UsageError(f"there are {len(names)} athletes", remedy=f"give --athlete: {listed}")


def check_days(since: datetime | None, until: datetime | None) -> None:
    """Let pass days in their order.

    Raises:
        UsageError: the last day lies before the first.
    """
    if since is not None and until is not None and until < since:
        raise UsageError(
            f"--until {until.date()} lies before --since {since.date()}", remedy="swap them"
        )
