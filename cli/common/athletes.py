"""Whose session it is: the athlete named, the one meant by default, or the answer to a question.

With one athlete nobody has to be named. With several, a session belongs to nobody unless it is said
to whom, or one of them is the default. A new name that is close to a known one is asked about, in
a terminal by a question, otherwise by an error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.completion import complete_athlete
from cli.common.output import err, out, remark
from cli.common.tables import Column, columns, printable, table_of
from sensing.core.athlete_names import close_names
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from sensing.store.store import Store
    from sensing.store.values.rows import Athlete

AthleteName = Annotated[
    str | None,
    typer.Option(
        "--athlete",
        metavar="NAME",
        help="Name of the athlete; by default the only one, or the one that `anklet athletes "
        "default` says.",
        autocompletion=complete_athlete,
        show_default=False,
    ),
]
NewAthlete = Annotated[
    bool,
    typer.Option(
        "--new-athlete", help="The name is a new athlete's, although it is close to a known one."
    ),
]
CHOOSE = "choose with --athlete NAME, or once for all with `anklet athletes default NAME`"
_MOST_NAMED = 5
_MOST_LISTED = 40
"""More would not fit on a screen; `anklet athletes` has them all."""

_COLUMNS = columns(
    Column("name", "athlete"), "sessions", Column("last_day", "last seen", optional=True)
)
_NUMBERED = (Column("n", ""), *_COLUMNS)


class AthleteNotChosenError(UsageError):
    """There are several athletes, and none was chosen.

    Attributes:
        athletes: who there is.
        is_listed: it is answered by the list of them; False where something new needs an owner.
    """

    def __init__(self, athletes: Sequence[Athlete], *, is_listed: bool = True) -> None:
        self.athletes = athletes
        self.is_listed = is_listed
        super().__init__(f"there are {len(athletes)} athletes", remedy=CHOOSE)


def usual_athlete(athletes: Sequence[Athlete]) -> str | None:
    """Who is meant where nobody is named; None if it has to be said."""
    from sensing.store.write.athletes import ME

    default = next((each.name for each in athletes if each.is_default), None)
    if default is not None or len(athletes) > 1:
        return default
    return athletes[0].name if athletes else ME


def athlete_for(store: Store, typed: str | None, *, new: bool = False, silent: bool = False) -> str:
    """The athlete that something new belongs to: known already, or a new name.

    Args:
        typed: the name that was given, if any.
        new: let it be a new one although it is close to a known one.
        silent: do not remark that it is a new one.

    Raises:
        UsageError: it has to be said whose it is, or whether the name is meant, and there is no
            terminal to ask; or the name is none.
    """
    from sensing.store.write.upkeep import checked_name

    athletes = store.athletes()
    if typed is None:
        if new:
            raise UsageError("--new-athlete needs a name", remedy="add --athlete NAME")
        return usual_athlete(athletes) or _chosen(store, athletes)
    known = store.athlete_named(typed)
    if known is not None:
        return known
    name = checked_name(typed)
    near = [] if new else close_names(name, _names(athletes))
    if near:
        name = _confirmed(store, name, near[0])
    if athletes and not silent and store.athlete_named(name) is None:
        remark(f"{printable(name)} is a new athlete")
    return name


def is_shown(store: Store, athlete: str) -> bool:
    """Whether to name the athlete on the screen: always, unless there is only oneself."""
    from sensing.store.write.athletes import ME

    return athlete != ME or len(store.athletes()) > 1


def known_athlete(store: Store, name: str, what: str = "there is no athlete") -> str:
    """The stored name of an athlete.

    Raises:
        UsageError: there is none of this name.
    """
    known = store.athlete_named(name)
    if known is None:
        athletes = store.athletes()
        near = close_names(name, _names(athletes))
        there = [each.name for each in athletes]
        listed = ", ".join(there[:_MOST_NAMED]) + (" …" if len(there) > _MOST_NAMED else "")
        remedy = f"known: {listed}" if there else "there is none yet"
        raise UsageError(f"{what} {name!r}", remedy=f"did you mean {near[0]}?" if near else remedy)
    return known


def print_athletes(athletes: Sequence[Athlete], console: Console | None = None) -> None:
    """Print who there is, and when they were seen last."""
    rows = [_row(each) for each in athletes[:_MOST_LISTED]]
    (console or out()).print(table_of(_COLUMNS, rows), crop=False)
    if len(athletes) > _MOST_LISTED:
        remark(f"{len(athletes) - _MOST_LISTED} more: `anklet athletes` lists them all")


def print_choice(athletes: Sequence[Athlete]) -> None:
    """Print who there is, and how to choose."""
    out().print(f"There are {len(athletes)} athletes:\n")
    print_athletes(athletes)
    out().print("\nChoose one with --athlete NAME, or once for all:")
    out().print("  anklet athletes default NAME")


def _row(each: Athlete) -> dict[str, object]:
    return {"name": each.name, "sessions": each.sessions, "last_day": each.last_day}


def _names(athletes: Iterable[Athlete]) -> list[str]:
    return [name for each in athletes for name in (each.name, *each.spellings)]


def _chosen(store: Store, athletes: Sequence[Athlete]) -> str:
    """Ask whose it is, by name or number."""
    if not sys.stdin.isatty():
        raise AthleteNotChosenError(athletes, is_listed=False)
    rows = [{"n": n, **_row(each)} for n, each in enumerate(athletes, 1)]
    err().print(table_of(_NUMBERED, rows), crop=False)
    answer = _answer("Whose session is it? Number or name, q quits: ")
    known = store.athlete_named(answer) if answer.strip() else None
    if known is not None:
        return known
    if answer.isdecimal() and 1 <= int(answer) <= len(athletes):
        return athletes[int(answer) - 1].name
    if answer.strip().lower() in ("", "q", "quit"):
        raise UsageError("nothing was started")
    return athlete_for(store, answer)


def _confirmed(store: Store, name: str, near: str) -> str:
    """Ask whether a known name was meant."""
    shown, other = printable(name), printable(near)
    if not sys.stdin.isatty():
        raise UsageError(
            f"there is no athlete {shown}. Did you mean {other}? --new-athlete creates {shown}"
        )
    answer = _answer(f"Did you mean {other}? Enter: yes; n: {shown} is new; q quits: ").lower()
    if answer in ("n", "no"):
        return name
    if answer in ("y", "yes", "\n"):
        return store.athlete_named(near) or name
    raise UsageError("nothing was started")


def _answer(question: str) -> str:
    """What is typed; a line break alone if it is only Enter, nothing at the end of the input."""
    err().print(question, end="", soft_wrap=True)
    typed = sys.stdin.readline()
    return typed.strip() or ("\n" if typed else "")
