"""``anklet`` alone: the last session, and two or three things to do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.days import ago, today
from cli.common.output import many, out
from cli.common.tables import printable
from sensing.core.errors import AnkletError

if TYPE_CHECKING:
    from cli.recordings.import_status import Unsaved
    from sensing.store.store import Store
    from sensing.store.values.sessions import SessionRow

_MOST_STEPS = 3
_LONG_AGO_DAYS = 4
"""After this many days without a session the next one is due: two to three a week are usual."""

_LOOKED_AT = 5
_EMPTY = (
    ("anklet demo", "analyse the bundled workout; no sensor needed"),
    ("anklet record single-leg-hop --sensor demo --reps 20", "a live session without a sensor"),
    ("anklet sensors", "list the sensors nearby; then `anklet record EXERCISE`"),
    ("anklet replay FILE", "analyse a recording and store the result"),
)


def first_look() -> None:
    """Print it.

    Raises:
        StoreError: the database can't be read.
    """
    from cli.common.athletes import print_athletes, usual_athlete
    from cli.common.database import stored

    console = out()
    with stored(None) as store:
        athletes = store.athletes()
        whose = usual_athlete(athletes)
        newest = store.sessions(limit=1, athlete=whose)
        if whose is None:
            console.print(f"There are {len(athletes)} athletes:\n")
            print_athletes(athletes)
            steps = list(_choices(store))
        elif newest:
            console.print(_last(newest[0]), soft_wrap=True)
            week = _this_week(store, newest[0].athlete)
            console.print(week, soft_wrap=True)
            steps = list(_steps(store, newest[0]))[:_MOST_STEPS]
        else:
            of = f" of {printable(whose)}" if athletes else ""
            console.print(f"There are no sessions{of} yet. To begin:")
            steps = list(_EMPTY)
    if newest or whose is None:
        console.print("\nNext")
    wide = max((len(command) for command, _ in steps), default=0)
    for command, why in steps:
        console.print(f"  {command:<{wide}}  {why}", soft_wrap=True)
    console.print("\n`anklet --help` lists all commands.")


def _choices(store: Store) -> Iterator[tuple[str, str]]:
    """What to do where several athletes train and none is the default."""
    left = _left_over(store)
    if left:
        yield "anklet recover", left
    yield "anklet week --athlete NAME", "the week of one of them"
    yield "anklet record --athlete NAME", "a session of one of them"
    yield "anklet athletes default NAME", "name one once for all"


def _last(row: SessionRow) -> str:
    from sensing.store.write.athletes import ME

    counts = ((row.reps, "rep"), (row.hops, "hop"))
    amounts = [many(count, noun) for count, noun in counts if count]
    if row.hold_s:
        amounts.append(f"{row.hold_s:.0f} s held")
    whose = "" if row.athlete == ME else f" of {printable(row.athlete)}"
    what = ", ".join(row.exercises)
    done = f": {', '.join(amounts)}" if amounts else ""
    return f"Last: session {row.id}{whose}, {row.day} ({ago(row.day, today())}), {what}{done}"


def _this_week(store: Store, athlete: str) -> str:
    from sensing.training.week import USUAL_DAYS, week_of
    from sensing.training.weeks import monday_of

    now = today()
    monday = date.fromordinal(monday_of(now.toordinal()))
    found = week_of(store.done(athlete=athlete, since=monday, until=monday + timedelta(days=6)))
    low, high = USUAL_DAYS
    days = many(len(found.lower_leg_days), "lower-leg day")
    return f"This week: {days}, {low}–{high} is usual"


def _steps(store: Store, newest: SessionRow) -> Iterator[tuple[str, str]]:
    from cli.training.next_exercise import next_offers
    from cli.training.plan_words import entry_words
    from cli.training.stored_plan import plan_for

    left = _left_over(store)
    if left:
        yield "anklet recover", left
    offers = next_offers(store, newest.athlete)
    planned = plan_for(store, None, athlete=newest.athlete, day=today()) is not None
    due = (today() - newest.day).days >= _LONG_AGO_DAYS
    if offers and (due or any(each.why for each in offers)):
        first = offers[0]
        words = entry_words(first.entry, first.side, sets=first.sets)
        why = ": ".join(filter(None, (first.why, first.target_why)))
        yield "anklet record", f"{words}{f' ({why})' if why else ', as last time'}"
    if newest.hops and not any("contact" in each.toml for each in store.profiles()):
        yield "anklet calibrate contact --help", "ground-contact times are not calibrated"
    yield f"anklet show {newest.id}", "the last session, rep by rep"
    yield "anklet week", "the week against " + ("your plan" if planned else "the usual dose")


def _left_over(store: Store) -> str:
    """A note on recordings that never reached the database; only the newest are checked."""
    from cli.recordings.import_status import Unsaved, folders_beside

    known = store.recording_names()
    unsaved = Unsaved(store)
    try:
        files = [
            each
            for folder in folders_beside(store.place)
            if folder.is_dir()
            for each in folder.iterdir()
            if each.suffix == ".anklet" and each.name not in known
        ]
        files.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    except OSError:
        return ""
    lost = sum(_is_lost(each, unsaved) for each in files[:_LOOKED_AT])
    if not lost:
        return ""
    return f"{many(lost, 'recording')} never reached the database"


def _is_lost(path: Path, unsaved: Unsaved) -> bool:
    try:
        return unsaved.status(path)[0] == "missing"
    except (AnkletError, OSError):
        return False  # `recover` reports what is wrong with it
